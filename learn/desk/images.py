"""Images that editors upload: decoded, made anew, and stored under a name of ours.

Nothing of the file that came in is kept: no name, no metadata, no bytes after its end, so that what
is served is an image and nothing else.
"""

from __future__ import annotations

import datetime
import hashlib
import io
import re
from typing import Any

from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image, ImageOps

from learn.models import ImageUpload

MAX_BYTES = 5_000_000
MAX_PIXELS = 20_000_000
MAX_SIDE = 10_000  # a strip of one pixel by twenty million is no image
WIDTH = 1_560  # twice the answer's measure (41rem at 19 pixels), for dense screens
RATE, WINDOW = 60, datetime.timedelta(minutes=10)  # uploads of one person
_WRITTEN_AS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "GIF": "png"}
_OPTIONS: dict[str, dict[str, Any]] = {
    "jpg": {"format": "JPEG", "quality": 85, "optimize": True, "progressive": True},
    "png": {"format": "PNG", "optimize": True},
    "webp": {"format": "WEBP", "quality": 85, "method": 4},
}
NAME = re.compile(r"[0-9a-f]{32}-[1-9][0-9]{0,3}x[1-9][0-9]{0,4}\.(jpg|png|webp)")
TYPES = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}

_TOO_MANY = (
    f"The image has {{}} pixels; {MAX_PIXELS // 1_000_000} million in all and {MAX_SIDE:,} to a"
    " side are the most."
)


class RefusedError(Exception):
    """Why a file is not taken, as a sentence for the person who sent it."""


def receive(content: bytes, person: User) -> str:
    """Store an image and return the name that its address ends in. Raises RefusedError."""
    _hold_to_rate(person)
    upload = ImageUpload.objects.create(person=person)
    made, size, kind = made_anew(content)
    name = f"{hashlib.sha256(made).hexdigest()[:32]}-{size[0]}x{size[1]}.{kind}"
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(made))
    ImageUpload.objects.filter(pk=upload.pk).update(name=name)
    return name


def _hold_to_rate(person: User) -> None:
    recent = ImageUpload.objects.filter(person=person, made_at__gt=timezone.now() - WINDOW)
    if recent.count() >= RATE:
        raise RefusedError(
            f"You have sent {RATE} images within ten minutes. Wait a little, then send it again."
        )


def made_anew(content: bytes) -> tuple[bytes, tuple[int, int], str]:
    """An image's pixels in a new file: its bytes, width and height, and the end of its name.

    An animation gives its first picture. Raises RefusedError.
    """
    if len(content) > MAX_BYTES:
        raise RefusedError(f"The file is larger than {MAX_BYTES // 1_000_000} MB.")
    try:
        return _made_anew(content)
    except RefusedError:
        raise
    except Image.DecompressionBombError as error:
        raise RefusedError(_TOO_MANY.format("far too many")) from error
    # Pillow's readers of hostile files raise whatever their parsers meet.
    except Exception as error:
        raise RefusedError(
            "This is no image that can be read. JPEG, PNG, WebP and GIF files are taken."
        ) from error


def _made_anew(content: bytes) -> tuple[bytes, tuple[int, int], str]:
    with Image.open(io.BytesIO(content), formats=list(_WRITTEN_AS)) as image:
        width, height = image.size
        if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
            raise RefusedError(_TOO_MANY.format(f"{width} by {height}"))
        kind = _WRITTEN_AS[image.format or ""]
        picture = _plain(image, kind)
    made = io.BytesIO()
    picture.save(made, **_OPTIONS[kind])
    return made.getvalue(), picture.size, kind


def _plain(image: Image.Image, kind: str) -> Image.Image:
    """The pixels alone, upright and no wider than needed, in a mode that the new file knows."""
    image.load()
    picture = ImageOps.exif_transpose(image)
    if kind == "jpg":
        mode = "L" if picture.mode == "L" else "RGB"
    elif picture.has_transparency_data:
        mode = "RGBA"
    else:
        mode = "L" if picture.mode in ("1", "L") else "RGB"
    picture = picture.convert(mode)
    if picture.width > WIDTH:
        height = max(1, round(picture.height * WIDTH / picture.width))
        picture = picture.resize((WIDTH, height), Image.Resampling.LANCZOS)
    bare = Image.new(mode, picture.size)  # without what Pillow carries along: profiles, comments
    bare.paste(picture)
    return bare
