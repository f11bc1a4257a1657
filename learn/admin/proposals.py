"""Proposals in the admin: the queue, and the page on which a publisher decides."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.timesince import timesince
from django.views.decorators.http import require_safe

from learn import audit, mapping, publishing, review, roles
from learn.admin import merging, scheduling, sides
from learn.admin.deciding import DecisionForm, carry_out
from learn.admin.runs import ReadOnlyAdmin
from learn.content import codec
from learn.content.differences import difference, readable
from learn.content.document import ContentError
from learn.content.record import record_of
from learn.desk import versions
from learn.forms import QuestionForm
from learn.models import Proposal, Question, Verb

EARLIER = 5  # proposals that the page about the newest names
_SHORT = 120  # characters of what was said about one, in the list


def open_of(question: Any, person: Any) -> Proposal | None:
    """The proposal that is open for a question, looked up once and only where there is one.

    As `instead_of` it has the key of the person's own, in whose place it stands.
    """
    if not hasattr(question, "open_proposal"):
        own = Proposal.objects.filter(replaced_by=OuterRef("pk"), by=person.pk).values("pk")[:1]
        opened = question.proposals.open().select_related("by").annotate(instead_of=Subquery(own))
        question.open_proposal = opened.first() if getattr(question, "has_proposal", True) else None
    return cast("Proposal | None", question.open_proposal)


def fill_from_open(question: Question, person: Any) -> None:
    """Have a question say what the proposal says that is open for it; stored is nothing."""
    proposal = open_of(question, person)
    if proposal:
        mapping.fill(question, record_of(codec.parse(proposal.text), proposal.text))
        question.updated_at = proposal.made_at  # the version that its form goes on from


class WaitingFilter(admin.SimpleListFilter):
    """The queue shows what waits, unless something else is asked for."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        others = [choice for choice in Proposal.State.choices if choice[0] != "waiting"]
        theirs = [("mine", "For me"), ("replaced", "Mine, replaced by another's")]
        return [*theirs, *((value, str(label)) for value, label in others)]

    def choices(self, changelist: Any) -> Any:
        [everything, *others] = super().choices(changelist)
        yield {**everything, "display": "Waiting"}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Proposal]) -> QuerySet[Proposal]:
        if self.value() is None:
            return queryset.filter(state=Proposal.State.WAITING)
        if self.value() == "mine":
            return queryset & roles.waiting_for(request.user)
        if self.value() == "replaced":
            person: Any = request.user
            return queryset & Proposal.objects.replaced_of(person)
        return queryset.filter(state=self.value())


@admin.register(Proposal)
class ProposalAdmin(ReadOnlyAdmin):
    list_display = ("question", "stands", "by", "age", "note")
    list_filter = (WaitingFilter,)
    list_select_related = ("question__subject", "by")
    search_fields = ("question__title",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Proposal]:
        texts = ("answer", "answer_html", "answer_text", "source", "headings", "problems")
        columns = ("packed", "packed_base", *(f"question__{name}" for name in texts))
        return super().get_queryset(request).defer(*columns)

    @admin.display(description="state", ordering="state")
    def stands(self, proposal: Proposal) -> SafeString:
        """The state, and what was said when it came to be."""
        said = Truncator(proposal.answer).chars(_SHORT)
        form = '{}<br><span class="quiet small">{}</span>' if said else "{}"
        return format_html(form, proposal.get_state_display(), said)

    @admin.display(description="handed in", ordering="-id")
    def age(self, proposal: Proposal) -> str:
        return f"{timesince(proposal.made_at, depth=1)} ago"

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        proposals = Proposal.objects.select_related(
            "question__subject", "by", "decided_by", "replaced_by__by"
        )
        proposal = get_object_or_404(proposals, pk=object_id)
        if not self.has_view_permission(request, proposal):
            raise PermissionDenied
        if request.method != "POST":
            form = DecisionForm(proposal=proposal)
        else:
            _require_decider(request, proposal)
            form = DecisionForm(request.POST, proposal=proposal)
            if form.is_valid():
                return self._decide(request, proposal, form.cleaned_data)
        return render(
            request, "admin/learn/proposal/review.html", self._context(request, proposal, form)
        )

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/merge", view(self.merge), name="learn_proposal_merge"),
            path(
                "<int:pk>/<slug:which>", view(require_safe(self.side)), name="learn_proposal_side"
            ),
            *super().get_urls(),
        ]

    def side(self, request: HttpRequest, pk: int, which: str) -> HttpResponse:
        """The page `now`, or as `proposed`, alone in a frame."""
        proposal = get_object_or_404(Proposal.objects.select_related("question"), pk=pk)
        if not self.has_view_permission(request, proposal):
            raise PermissionDenied
        if which not in ("now", "proposed"):
            raise Http404
        shown = proposal.question if which == "now" else _proposed(proposal)[0]
        return sides.framed(request, sides.side_of(shown))

    def merge(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Bring a proposal together with what was saved since it was written."""
        proposal = get_object_or_404(Proposal.objects.open(), pk=pk)
        if not _may_merge(request, proposal):
            raise PermissionDenied
        question = Question.objects.select_related("subject").get(pk=proposal.question_id)
        theirs = QuestionForm(instance=question)
        base, mine = (
            merging.values_of_text(QuestionForm, question, text)
            for text in (proposal.base, proposal.text)
        )
        merge = merging.Merge(theirs, base, mine, merging.values_of(theirs), request.POST)
        version = versions.version_of(question)
        if answer := merging.answered(request, merge):
            return answer
        context = merging.page(request, merge, question, version)
        if merging.is_accepted(request, merge, version):
            form = QuestionForm(merge.values() | {"version": version}, instance=question)
            if form.is_valid():
                return self._brought_together(request, proposal, form.instance)
            context["problems"] += [error for errors in form.errors.values() for error in errors]
        context |= {"opts": Proposal._meta, **self.admin_site.each_context(request)}
        context |= {"button": "Keep this as the proposal", "proposal": proposal}
        return render(request, "admin/learn/question/merge.html", context)

    def _brought_together(
        self, request: HttpRequest, proposal: Proposal, question: Question
    ) -> HttpResponse:
        by: Any = request.user
        try:
            made = review.bring_together(proposal, publishing.edition_of(question), by=by)
        except review.DecidedError as error:
            self.message_user(request, f"Nothing was stored: {error}.", messages.ERROR)
            return HttpResponseRedirect(reverse("admin:learn_proposal_changelist"))
        audit.record(Verb.MERGED, question, request=request, details={"proposal": made.pk})
        message = (
            "Both are brought together in this proposal. The earlier one is kept as withdrawn."
        )
        self.message_user(request, message, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:learn_proposal_change", args=(made.pk,)))

    def _context(
        self, request: HttpRequest, proposal: Proposal, form: DecisionForm
    ) -> dict[str, Any]:
        is_open = proposal.is_open
        proposed, problem = _proposed(proposal) if is_open else (None, "")
        if proposed:
            before, after = proposal.question.source, proposed.source
        else:
            before, after = proposal.base, proposal.text
        return {
            **self.admin_site.each_context(request),
            "title": "Proposal",
            "opts": Proposal._meta,
            "media": form.media,
            "script": scheduling.SCRIPT,
            "proposal": proposal,
            "question": proposal.question,
            "lines": difference(before, after) if before != after else [],
            "text": [(" ", line) for line in readable(after)],
            "shows_both": proposed and proposed.answer_html != proposal.question.answer_html,
            "earlier": list(_before(proposal)),
            "problem": problem,
            "form": form,
            "is_open": is_open,
            "may_decide": is_open and roles.may_publish(request.user),
            "may_merge": bool(problem) and _may_merge(request, proposal),
            "may_withdraw": is_open and request.user == proposal.by,
            "outlook": _outlook(form),
        }

    def _decide(
        self, request: HttpRequest, proposal: Proposal, said: dict[str, Any]
    ) -> HttpResponse:
        try:
            message = carry_out(request, proposal, said)
        except (review.ContestedError, review.DecidedError, ContentError) as error:
            self.message_user(request, f"Nothing was stored: {error}.", messages.ERROR)
            return HttpResponseRedirect(request.path)
        self.log_change(request, proposal.question, message)
        self.message_user(request, message, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:learn_proposal_changelist"))


def _before(proposal: Proposal) -> QuerySet[Proposal]:
    """What was proposed for the question before, the newest first."""
    same = Proposal.objects.filter(question=proposal.question_id, pk__lt=proposal.pk)
    return same.select_related("by", "decided_by").defer("packed", "packed_base")[:EARLIER]


def _outlook(form: DecisionForm) -> SafeString | None:
    """What approving a draft does for students; of others it changes only the text."""
    if "publish_at" not in form.fields:
        return None
    field = form.fields["publish_at"]
    at = form.cleaned_data.get("publish_at") if form.is_bound else field.initial
    return scheduling.outlook_of_approval(at)


def _require_decider(request: HttpRequest, proposal: Proposal) -> None:
    """A publisher decides; its editor may withdraw."""
    withdraws = "withdraw" in request.POST and request.user == proposal.by
    if not (withdraws or roles.may_publish(request.user)):
        raise PermissionDenied


def _may_merge(request: HttpRequest, proposal: Proposal) -> bool:
    is_theirs = roles.may_publish(request.user) or request.user == proposal.by
    return is_theirs and roles.may_write(request.user)


def _proposed(proposal: Proposal) -> tuple[Question, str]:
    """The question as it would be, and why it cannot be taken as it is."""
    question = Question.objects.select_related("subject").get(pk=proposal.question_id)
    problem = ""
    try:
        record = review.edition_from(proposal).record
    except review.ContestedError as error:
        problem = str(error)
        record = record_of(codec.parse(proposal.text), proposal.text)
    mapping.fill(question, record)
    return question, problem
