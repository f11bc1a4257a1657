"""The site as `make run` serves it, with the shipped library in a database of its own.

Import this before anything of Django: it sets the environment that the settings are read from.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import AbstractContextManager
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from tests.serving import serving

if TYPE_CHECKING:
    from django.contrib.auth.models import User

ROOT = Path(__file__).resolve().parents[2]
NAME, PASSWORD = "editor", "for-pictures"

_folder = tempfile.TemporaryDirectory(prefix="quicktakes-looks-")
os.environ |= {
    "DATABASE_URL": f"sqlite:///{_folder.name}/learn.sqlite3",
    "DECKS_DIR": f"{_folder.name}/decks",
    "UPLOAD_DIR": f"{_folder.name}/uploads",
    "MEDIA_ROOT": f"{_folder.name}/media",
    "DJANGO_SETTINGS_MODULE": "quicktakes.settings",
    "SECRET_KEY": "for-pictures",
}

_IN = "/learn/{}/questions/{}".format
SHORT = _IN("geography", "which-of-the-three-villages-on-the-handout-lies-furthest-upstream")
LONG = _IN("mathematics", "why-does-e-raised-to-the-power-i-equal-1")
TABLES = _IN("statistics", "how-can-a-treatment-win-in-every-group-and-lose-overall")
CODE = _IN("computer-science", "what-do-1--and--mean-in-a-bash-script")
MATH = _IN("physics", "maxwells-equations-in-plain-words-what-does-each-of-the-four-say")
WITHDRAWN = _IN("music", "what-makes-a-sonata-form-a-sonata-form")
CARD = "/learn/physics/study?seed=pictures&n=10"

# What everybody can open, by what it is called.
PUBLIC = {
    "home": "/learn",
    "subject": "/learn/physics",
    "topics": "/learn/physics/topics",
    "topic": "/learn/physics/topics/waves",
    "question-short": SHORT,
    "question-long": LONG,
    "question-tables": TABLES,
    "question-code": CODE,
    "question-math": MATH,
    "search": "/learn/search?q=energy",
    "search-start": "/learn/search",
    "search-nothing": "/learn/search?q=zzyzx",
    "study": "/learn/study",
    "study-subject": "/learn/physics/study",
    "study-card": CARD,
    "study-end": f"{CARD}&card=end&again=2.5",
    "bookmarks": "/learn/bookmarks",
    "report": f"{MATH}/report",
    "missing": _IN("physics", "why-does-a-satellite-not-fall"),
    "withdrawn": WITHDRAWN,
    "offline": "/learn/_offline",
}


def prepare() -> None:
    """The database: fixtures/, an editor, and one of each thing that pages can be about."""
    import django

    django.setup()
    from django.contrib.auth.models import User
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("import_questions", str(ROOT / "fixtures"), stdout=StringIO())
    call_command("collectstatic", interactive=False, verbosity=0)
    _vary(User.objects.create_superuser(NAME, password=PASSWORD))
    django.db.connections.close_all()


def _vary(editor: User) -> None:
    """What the shipped files do not say: a draft, a proposal, votes, reports, what is withdrawn."""
    from learn import feedback, missed, publishing, review
    from learn.content.addresses import Address
    from learn.models import Question, Status

    def there(address: str) -> Question:
        return Question.objects.select_related("subject").get(slug=address.rpartition("/")[2])

    publishing.set_statuses({there(WITHDRAWN).pk: (Status.ARCHIVED, "")}, by=editor)
    for address, votes in ((MATH, 9), (CODE, 5), (LONG, 3)):
        for number in range(votes):
            voter = feedback.voter_of(str(number), there(address))
            feedback.vote(there(address), voter, is_helpful=number != 1)
    feedback.report(there(TABLES), "The second row adds up to 101, not to 100.")
    for words, number in (
        ("photoelectric effect of gamma rays in lead", 4),
        ("what is a monad", 9),
    ):
        missed.add_search(missed.Search(words, words.capitalize(), number < 5), number)
    for slug, linked_from, number in (
        ("how-does-a-capacitor-store-energy", "forum.example.org", 12),
        ("what-is-a-monad", "/learn/computer-science", 3),
    ):
        missed.add_address(missed.DeadLink(Address("physics", slug), linked_from), number)
    edited = there(TABLES)
    edited.answer += "\n\nIt was John Tukey who said it first."
    publishing.save([publishing.edition_of(edited)], by=editor)
    edited.answer += " So they say."
    review.propose(publishing.edition_of(edited), by=editor, note="A better end")


def server(*, debug: bool = False) -> AbstractContextManager[str]:
    """The address of the site while it is served."""
    return serving({**os.environ, "DEBUG": str(int(debug))})
