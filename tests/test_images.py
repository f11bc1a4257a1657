"""Images that editors upload: made anew, and refused in words where they are none."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from PIL import Image, PngImagePlugin

from learn import roles
from learn.desk import images
from learn.models import ImageUpload
from tests.conftest import person, signed_in

pytestmark = pytest.mark.django_db

UPLOAD = "/admin/learn/question/image"
NOT_READ = "This is no image that can be read. JPEG, PNG, WebP and GIF files are taken."


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def image_file(
    kind: str = "PNG", size: tuple[int, int] = (40, 30), mode: str = "RGB", **options: Any
) -> bytes:
    stream = io.BytesIO()
    Image.new(mode, size, "teal").save(stream, kind, **options)
    return stream.getvalue()


def send(client: Client, content: bytes) -> Any:
    return client.post(UPLOAD, content, content_type="image/png")


def refusal(client: Client, content: bytes) -> str:
    response = send(client, content)
    assert response.status_code == 422
    message: str = response.json()["message"]
    return message


def stored(url: str) -> bytes:
    with default_storage.open(url.removeprefix("/media/")) as file:
        content: bytes = file.read()
    return content


@pytest.mark.parametrize(
    ("kind", "mode", "end"),
    [
        ("PNG", "RGB", "png"), ("PNG", "RGBA", "png"), ("PNG", "P", "png"), ("PNG", "1", "png"),
        ("PNG", "I;16", "png"), ("GIF", "P", "png"), ("JPEG", "RGB", "jpg"), ("JPEG", "L", "jpg"),
        ("JPEG", "CMYK", "jpg"), ("WEBP", "RGBA", "webp"),
    ],
)  # fmt: skip
def test_an_image_is_stored_under_a_name_of_ours_and_served(
    desk: Client, client: Client, kind: str, mode: str, end: str
) -> None:
    content = image_file(kind, mode=mode if mode != "I;16" else "L")
    if mode == "I;16":
        stream = io.BytesIO()
        Image.new("I;16", (40, 30)).save(stream, "PNG")
        content = stream.getvalue()
    url = send(desk, content).json()["url"]
    name = url.removeprefix("/media/")
    assert images.NAME.fullmatch(name)
    assert name.endswith(f"-40x30.{end}")
    response = client.get(url)
    assert b"".join(response) == stored(url)
    assert response["Content-Type"] == images.TYPES[end]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"


def test_the_same_image_is_stored_once(desk: Client, media: Path) -> None:
    urls = {send(desk, image_file()).json()["url"] for _ in range(2)}
    assert len(urls) == len(list(media.iterdir())) == 1


def test_nothing_of_the_file_but_its_pixels_is_kept(desk: Client) -> None:
    note = PngImagePlugin.PngInfo()
    note.add_text("Comment", "SECRET-TEXT")
    exif = Image.Exif()
    exif[0x010F] = "SECRET-CAMERA"
    polyglot = image_file(pnginfo=note, exif=exif) + b"<script>SECRET-SCRIPT</script>"
    for content in (polyglot, image_file("JPEG", exif=exif, comment=b"SECRET")):
        made = stored(send(desk, content).json()["url"])
        assert b"SECRET" not in made
        assert not Image.open(io.BytesIO(made)).getexif()


def test_a_photo_is_turned_upright_and_no_wider_than_needed(desk: Client) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    assert send(desk, image_file("JPEG", (40, 20), exif=exif)).json()["url"].endswith("-20x40.jpg")
    wide = send(desk, image_file("JPEG", (3_120, 200))).json()["url"]
    assert wide.endswith("-1560x100.jpg")


def test_an_animation_gives_its_first_picture(desk: Client) -> None:
    frames = [Image.new("RGB", (9, 9), colour) for colour in ("red", "blue")]
    stream = io.BytesIO()
    frames[0].save(stream, "GIF", save_all=True, append_images=frames[1:])
    made = Image.open(io.BytesIO(stored(send(desk, stream.getvalue()).json()["url"])))
    assert getattr(made, "n_frames", 1) == 1
    assert made.convert("RGB").getpixel((4, 4)) == (255, 0, 0)


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG whose header says a size, with next to nothing behind it."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(5_000, 4_001), (50_000, 50_000), (2**31 - 1, 1), (20_000, 1)])
def test_a_bomb_is_refused_before_it_is_unpacked(desk: Client, size: tuple[int, int]) -> None:
    assert refusal(desk, png_that_claims(*size)).startswith("The image has ")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<!doctype html><script>alert(1)</script>",
        b"GIF89a/*<script>alert(1)</script>*/=1;",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b"BM" + b"\0" * 60,
        image_file("TIFF"),
        image_file("ICO"),
        image_file("JPEG", (400, 300))[:-200],
        png_that_claims(10, 10),
    ],
    ids=range(12),
)
def test_what_is_no_image_is_refused_in_words(desk: Client, content: bytes, media: Path) -> None:
    assert refusal(desk, content) == NOT_READ
    assert not media.exists()


def test_a_file_that_is_too_large_is_refused_by_its_size(desk: Client) -> None:
    assert refusal(desk, b"x" * (images.MAX_BYTES + 1)) == "The file is larger than 5 MB."
    assert not ImageUpload.objects.exists()


def test_a_person_sends_only_so_many_and_another_is_not_held_up(
    desk: Client, writers_desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(images, "RATE", 3)
    for content in (image_file(), b"no image", image_file()):
        send(desk, content)
    assert refusal(desk, image_file()).startswith("You have sent 3 images within ten minutes.")
    assert send(writers_desk, image_file()).status_code == 200


def test_images_are_sent_by_those_who_write(client: Client, desk: Client) -> None:
    assert send(client, image_file()).status_code == 302
    assert send(signed_in(person("viewer", roles.VIEWER)), image_file()).status_code == 403
    assert desk.get(UPLOAD).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(person("other", roles.ADMIN))
    assert send(strict, image_file()).status_code == 403
    assert not ImageUpload.objects.exists()


@pytest.mark.parametrize(
    "name",
    ["..%2fsettings.py", "x.svg", f"{'a' * 32}-1x1.svg", f"{'a' * 32}-1x1.png", "a.png", "%00"],
)
def test_only_our_own_files_are_served(client: Client, media: Path, name: str) -> None:
    media.mkdir()
    (media / "a.png").write_bytes(image_file())
    (media / f"{'a' * 32}-1x1.svg").write_bytes(b"<svg/>")
    assert client.get(f"/media/{name}").status_code in (400, 404)
