"""The hooks of Django's admin by which a question is written: nothing unsaved is lost, nobody's
newer version overwritten, and who else is here is seen."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST, require_safe

from learn import roles
from learn.admin import images, merging, presence, previews, proposals, unsaved
from learn.desk import unsaved as unsaved_work
from learn.forms import QuestionForm
from learn.models import Presence, Proposal, Question, Status, UnsavedWork

View = Callable[..., HttpResponse]


class WritingAdmin(admin.ModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        sent: list[tuple[str, View, str]] = [
            ("preview", previews.preview, "preview"),
            ("image", images.receive, "image"),
            ("work/<slug:key>", unsaved.keep, "work"),
            ("work/<slug:key>/discard", unsaved.discard, "discard"),
            ("<int:object_id>/presence", presence.beat, "presence"),
        ]
        return [
            *(self._route(route, require_POST(partial(view, self)), n) for route, view, n in sent),
            self._route("frame", require_safe(partial(previews.frame, self)), "frame"),
            self._route(
                "<int:object_id>/merge/<slug:key>", partial(merging.merge_work, self), "merge"
            ),
            *super().get_urls(),
        ]

    def _route(self, route: str, view: View, name: str) -> URLPattern:
        return path(route, self.admin_site.admin_view(view), name=f"learn_question_{name}")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Who only looks has no form, and so nothing that a form remembers."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        return [(name, {**said, "fields": _shown(said["fields"])}) for name, said in fieldsets]

    def get_form(
        self,
        request: HttpRequest,
        obj: Question | None = None,
        change: bool = False,
        **options: Any,
    ) -> Any:
        """The form, filled with unsaved work where the address asks for it."""
        form = super().get_form(request, obj, change, **options)
        if work := unsaved.resumed(request, obj):
            fields = {**work.fields, "work": work.key}
            return type("ResumedForm", (form,), {"resumed": fields})
        return form

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> Any:
        options: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        if work := unsaved.resumed(request, obj if obj.pk else None):
            options["data"] = work.fields
        return options

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **options: Any
    ) -> HttpResponse:
        """The form; or the way to bring two versions together where somebody saved meanwhile."""
        question, form = context.get("original"), context["adminform"].form
        work = unsaved.resumed(request, question)
        rows = [inline.formset for inline in context["inline_admin_formsets"]]
        if request.method == "POST" and any(each.has_changed() for each in (form, *rows)):
            work = unsaved.keep_sent(request, question)
        if work and question and form.is_overtaken:
            return HttpResponseRedirect(
                reverse("admin:learn_question_merge", args=(question.pk, work.key))
            )
        context |= self._about(request, question, work)
        return super().render_change_form(request, context, *args, **options)

    def _about(
        self, request: HttpRequest, question: Question | None, resumed: UnsavedWork | None
    ) -> dict[str, Any]:
        """What the form's page tells beside the form."""
        person: Any = request.user
        waiting = UnsavedWork.objects.waiting(person, question).named().defer("fields")
        return {
            "unsaved_work": []
            if resumed
            else [
                (work, "" if question else unsaved.beginning_of(work))
                for work in waiting[: unsaved.SHOWN]
            ],
            "resumed_work": resumed,
            "others": list(Presence.objects.others(question, person)) if question else [],
            "shared": question and shared_by_link(request, question),
        }

    def work_is_saved(self, request: HttpRequest) -> None:
        """Forget the unsaved work of a form that is being saved."""
        person: Any = request.user
        if key := request.POST.get("work", "")[:40]:
            unsaved_work.finish(person, key)

    def get_view_on_site_url(self, obj: Question | None = None) -> str | None:
        """Django's link, for what students can see; a draft has a link of its own."""
        return super().get_view_on_site_url(obj) if obj and obj.is_public else None


def _shown(fields: Any) -> list[Any]:
    return [field for field in fields if field not in QuestionForm.MARKERS]


def shared_by_link(request: HttpRequest, question: Question) -> Question | Proposal | None:
    """What a link shows before it is public: the question, or the proposal of one who proposes."""
    if not roles.writes_live(request.user, question):
        return proposals.open_of(question, request.user)
    return None if question.is_public or question.status == Status.ARCHIVED else question
