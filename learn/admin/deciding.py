"""What a publisher does with a proposal, or its editor: the form, and carrying it out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime
from django.db import transaction
from django.http import HttpRequest

from learn import audit, review
from learn.desk import schedules
from learn.models import Proposal, Question, Status, Verb

DECISIONS = ("approve", "send_back", "withdraw")  # the names of the buttons


class DecisionForm(forms.Form):
    """A publisher's word about a proposal. To decide is to press a button, and nothing else."""

    answer = forms.CharField(
        label="Note to the editor",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
    )
    publish_at = forms.SplitDateTimeField(
        label="Publish at",
        required=False,
        widget=AdminSplitDateTime,
        help_text="Empty: at once. Times are UTC.",
    )

    def __init__(self, *args: Any, proposal: Proposal, **options: Any) -> None:
        super().__init__(*args, **options)
        question = proposal.question
        self.fields["publish_at"].initial = question.publish_at
        if question.status != Status.DRAFT:
            del self.fields["publish_at"]

    def clean(self) -> dict[str, Any]:
        if not any(name in self.data for name in DECISIONS):
            self.add_error(None, "Nothing was decided: press the button that says what to do.")
        if "send_back" in self.data and not self.cleaned_data.get("answer", "").strip():
            self.add_error("answer", "Say what is to be done.")
        return self.cleaned_data


def carry_out(request: HttpRequest, proposal: Proposal, said: dict[str, Any]) -> str:
    """Carry out a decision and note it; the sentence about it.

    Raises what `review.approve` does.
    """
    by: Any = request.user
    with transaction.atomic():
        if "approve" in request.POST:
            verb, at = Verb.APPROVED, said.get("publish_at")
            review.approve(proposal, by=by, publish_at=at, answer=said["answer"])
            question = Question.objects.only("status", "publish_at").get(pk=proposal.question_id)
            stands = schedules.sentence(question.status, question.publish_at)
            words = f"The proposal is approved. {stands}"
        elif "send_back" in request.POST:
            verb, words = Verb.SENT_BACK, "The proposal went back to its editor."
            review.send_back(proposal, by=by, answer=said["answer"])
        else:
            verb, words = Verb.WITHDRAWN, "The proposal is withdrawn."
            review.withdraw(proposal, by=by)
        details = {"proposal": proposal.pk, "editor": str(proposal.by or "")}
        audit.record(verb, proposal.question, request=request, details=details)
    return words
