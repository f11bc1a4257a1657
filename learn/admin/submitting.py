"""How a question's form is sent off, saved at once or handed in for review; what is said then."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from learn import publishing, review, roles
from learn.admin import proposals, unsaved
from learn.desk import schedules
from learn.forms import HandedIn
from learn.models import Proposal, Question, Verb


def writes_live(request: HttpRequest, question: Question | None) -> bool:
    return question is None or roles.writes_live(request.user, question)


def proposes(request: HttpRequest, question: Question | None) -> bool:
    """Whether a form that is sent is handed in, be it that it cannot be saved otherwise."""
    return "_propose" in request.POST or not writes_live(request, question)


class SubmittingAdmin(admin.ModelAdmin):
    def get_form(
        self,
        request: HttpRequest,
        obj: Question | None = None,
        change: bool = False,
        **options: Any,
    ) -> Any:
        form = super().get_form(request, obj, change, **options)
        if request.method != "POST" or not proposes(request, obj):
            return form
        by: Any = request.user  # staff: `admin_site` lets nobody else in
        return type("HandedInForm", (form,), {"handed_in": HandedIn(by, _note_in(request))})

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **options: Any
    ) -> HttpResponse:
        question = context.get("original")
        proposal = question and proposals.open_of(question, request.user)
        context |= {
            "proposal": proposal,
            "proposal_note": _note_to_offer(request, question, proposal),
            "writes_live": writes_live(request, question),
            "may_publish": roles.may_publish(request.user),
        }
        return super().render_change_form(request, context, *args, **options)

    def hand_in(self, request: HttpRequest, edition: publishing.Edition) -> None:
        by: Any = request.user
        try:
            review.propose(edition, by=by, note=_note_in(request))
        except review.UnchangedError as error:  # of a draft, which is saved all the same
            request.is_old = True  # type: ignore[attr-defined]
            self.message_user(request, str(error), messages.WARNING)
            return
        message = "Handed in for review. Nothing changes for students until it is approved."
        self.message_user(request, message, messages.SUCCESS)

    def tell_outlook(self, request: HttpRequest, form: Any) -> None:
        """After a save: what its time means, and that a note was not sent with it."""
        question = form.instance
        said = schedules.advice(question.status, question.publish_at)
        is_waiting = said and not question.is_public
        if is_waiting or (said and {"status", "publish_at"} & set(form.changed_data)):
            self.message_user(request, said, messages.WARNING)
        note, proposal = _note_in(request), proposals.open_of(question, request.user)
        if note and note != (proposal.note if proposal else ""):
            message = f"Your note was not sent, as this was only saved: \u201c{note}\u201d"
            self.message_user(request, message, messages.WARNING)

    def audit_verb(self, request: HttpRequest, obj: Question, changes: dict[str, Any]) -> Verb:
        if proposes(request, obj) and not hasattr(request, "is_old"):
            return Verb.HANDED_IN
        verb: Verb = super().audit_verb(request, obj, changes)  # type: ignore[misc]
        return verb

    def response_change(self, request: HttpRequest, obj: Question) -> HttpResponse:
        return _after_proposing(request, obj) or super().response_change(request, obj)

    def response_add(
        self, request: HttpRequest, obj: Question, post_url_continue: str | None = None
    ) -> HttpResponse:
        return _after_proposing(request, obj) or super().response_add(
            request, obj, post_url_continue
        )


def _note_in(request: HttpRequest) -> str:
    return request.POST.get("proposal_note", "").strip()


def _note_to_offer(
    request: HttpRequest, question: Question | None, proposal: Proposal | None
) -> str:
    """The note in the form: as it was sent, as unsaved work has it, or of one's own proposal."""
    if request.method == "POST":
        return _note_in(request)
    if work := unsaved.resumed(request, question):
        return str(work.fields.get("proposal_note", ""))
    return proposal.note if proposal and proposal.by_id == request.user.pk else ""


def _after_proposing(request: HttpRequest, question: Question) -> HttpResponse | None:
    if not proposes(request, question):
        return None
    return HttpResponseRedirect(reverse("admin:learn_question_changelist"))
