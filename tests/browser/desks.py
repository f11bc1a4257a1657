"""The editors' desk as a browser sees it."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from PIL import Image
from playwright.sync_api import Locator, Page

from learn.models import Question

Desk = Callable[..., Page]


def sign_in(page: Page, name: str) -> None:
    page.goto("/admin/")
    page.fill("#id_username", name)
    page.fill("#id_password", "secret")
    with page.expect_navigation():
        page.click("[type=submit]")


def open_form(page: Page, question: Question, query: str = "") -> None:
    page.goto(f"/admin/learn/question/{question.pk}/change/{query}")


def shown(page: Page) -> Any:
    """The answer in the preview."""
    return page.frame_locator(".answer-editor__frame").locator("#answer")


def answer_of(page: Page) -> Locator:
    """The field. A dialog closes a moment before it writes: expect, do not read."""
    return page.locator("#id_answer")


def png() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(stream, "PNG")
    return stream.getvalue()
