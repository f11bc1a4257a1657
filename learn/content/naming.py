"""What links and images are called, and whether that says anything (WCAG 2.2: 1.1.1, 2.4.4)."""

from __future__ import annotations

import html as entities
import re

LONGEST_ADDRESS = 40  # characters of an address that is shown in place of words; more are spelled
_VAGUE = frozenset(
    "here|click here|click|link|this link|this|this page|page|more|read more|learn more|see more"
    "|see here|details|website|this website|source".split("|")
)
_SAYS_NOTHING = frozenset(
    "image|an image|picture|photo|photograph|img|figure|fig|diagram|graph|chart|plot|illustration"
    "|graphic|screenshot|drawing|alt|alt text|untitled".split("|")
)
_FILE_NAME = re.compile(r"\S+\.(?:avif|bmp|gif|jpe?g|png|svg|tiff?|webp)", re.I)
_ADDRESS = re.compile(rf"(?=\S{{{LONGEST_ADDRESS + 1}}})(?:https?://|www\.)\S+", re.I)
_NO_WORD = re.compile(r"[\W_]+")
TAG = re.compile(r'<[^<>"]*+(?:"[^"]*+"[^<>"]*+)*+>')
_MATH = re.compile(r"<math\b.*?</math>", re.S)
IMAGE = re.compile(r'<img\b(?P<image>[^>"]*+(?:"[^"]*+"[^>"]*+)*+)>')
_ALTERNATIVE = re.compile(r'\balt="([^"]*)"')


def plain(words: str) -> str:
    """Words in small letters with one blank between them: all that a name says."""
    return _NO_WORD.sub(" ", words).strip().casefold()


def is_vague(name: str) -> bool:
    """Whether a link's name, not empty, leaves open where the link leads."""
    return plain(name) in _VAGUE


def is_long_address(name: str) -> bool:
    return _ADDRESS.fullmatch(name) is not None


def says_nothing(alternative: str) -> bool:
    """Whether an alternative text, HTML or Markdown, leaves open what the image shows."""
    text = entities.unescape(alternative).strip()
    words = plain(text)
    return not words or words in _SAYS_NOTHING or _FILE_NAME.fullmatch(text) is not None


def name_in(html: str) -> str:
    """What is read out of a piece of HTML: each formula is `formula`, poor images are silent."""
    if "<math" in html:
        html = _MATH.sub(" formula ", html)
    if "<img" in html:
        html = IMAGE.sub(_spoken, html)
    return " ".join(entities.unescape(TAG.sub("", html.replace("<br>", " "))).split())


def _spoken(image: re.Match[str]) -> str:
    alternative = _ALTERNATIVE.search(image[0])
    return f" {alternative[1]} " if alternative and not says_nothing(alternative[1]) else ""
