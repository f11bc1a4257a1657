"""Images that are sent while an answer is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from learn import audit
from learn.admin.previews import require_editor
from learn.desk import images
from learn.models import Verb

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin


def receive(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Take the body of a request as an image; the address under which it is served.

    The body is the file itself, not a form: nothing is parsed before its size is known.
    """
    require_editor(model_admin, request)
    person: Any = request.user  # staff: `admin_site` lets nobody else in
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
        if length > images.MAX_BYTES:
            raise images.RefusedError(
                f"The file is larger than {images.MAX_BYTES // 1_000_000} MB."
            )
        name = images.receive(request.read(images.MAX_BYTES + 1), person)
    except images.RefusedError as refused:
        return JsonResponse({"message": str(refused)}, status=422)
    details = {"bytes": length}
    audit.record(Verb.UPLOADED, request=request, kind="image", words=name, details=details)
    return JsonResponse({"url": reverse("image", args=(name,))})
