"""Images that editors uploaded, as the front would serve them."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from learn.desk.images import NAME, TYPES


@require_safe
def image(request: HttpRequest, name: str) -> FileResponse:
    """One of our own files; a name says what it holds, so that it never changes."""
    match = NAME.fullmatch(name)
    if match is None:
        raise Http404("no image has such a name")
    try:
        content = default_storage.open(name)
    except FileNotFoundError:
        raise Http404("no such image") from None
    response = FileResponse(content, content_type=TYPES[match[1]])
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    return response
