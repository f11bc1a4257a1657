"""What a change of a question's slug or subject does, said before it is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Model, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.html import format_html

from learn import destinations, mapping
from learn.admin.keys import key_from
from learn.content.addresses import Address
from learn.models import Question, QuestionQuerySet, Redirect, RelatedQuestion, Subject

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin


def explain(form: Any) -> None:
    """Say beside the slug what changing it does; a script asks `foretell` for the rest."""
    slug, question = form.fields.get("slug"), form.instance
    if slug is None:
        return
    slug.widget.attrs["data-address-check"] = reverse("admin:learn_question_address")
    words = "The end of the page's address. When it changes, the old address leads to the new one."
    if question.pk:
        slug.widget.attrs["data-question"] = question.pk
        words = _what_it_does(question, _stored(form))
    slug.help_text = format_html("{} {}", words, slug.help_text) if slug.help_text else words
    form["slug"].help_text = slug.help_text  # which Django took when it was empty


def counted(questions: QuestionQuerySet) -> QuestionQuerySet:
    """With `redirects_here` and `links_here`, how many of either lead to each."""

    def count(model: type[Model], field: str) -> Coalesce:
        those = model._default_manager.filter(**{field: OuterRef("pk")}).order_by()
        number = those.values(field).annotate(number=Count("pk")).values("number")
        return Coalesce(Subquery(number), 0)

    return questions.annotate(
        redirects_here=count(Redirect, "question"), links_here=count(RelatedQuestion, "target")
    )


def _what_it_does(question: Any, address: Address) -> str:
    said = f"Changing it, or the subject, leaves a permanent redirect from {address.path}."
    redirects, links = question.redirects_here, question.links_here
    if redirects or links:
        counts = (_counted(redirects, "redirect"), _counted(links, "link of another question"))
        led = " and ".join(filter(None, counts))
        said += f" {led} {'leads' if redirects + links == 1 else 'lead'} here and will follow."
    if question.imported_digest:
        said += (
            " Imports go on knowing its file at the old address, and change nothing about the new"
            " one; an export writes the file there."
        )
    return said


def _stored(form: Any) -> Address:
    """Where the question stands, whatever a form that is refused wants."""
    question, key = form.instance, form.initial["subject"]
    is_same = question.subject_id == key
    subject = question.subject if is_same else Subject.objects.get(pk=key)
    return Address(subject.slug, form.initial["slug"])


def _counted(number: int, words: str) -> str:
    if not number:
        return ""
    if number == 1:
        return f"1 {words}"
    first, *rest = words.split(" ")
    words = " ".join([f"{first}s", *rest]).replace("another question", "other questions")
    return f"{number:,} {words}"


def foretell(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """What saving a slug and a subject would do, as JSON: a sentence, and whether it is refused."""
    question = _question(request.GET.get("question", ""))
    may_write = (
        model_admin.has_change_permission(request, question)
        if question
        else model_admin.has_add_permission(request)
    )
    if not may_write:
        raise PermissionDenied
    subject = Subject.objects.filter(pk=key_from(request.GET.get("subject", ""))).first()
    if subject is None:
        return JsonResponse({"message": "", "is_refused": False})
    message, is_refused = _foretold(subject, request.GET.get("slug", "").strip(), question)
    return JsonResponse({"message": message, "is_refused": is_refused})


def _question(key: str) -> Question | None:
    stored = Question.objects.select_related("subject")
    return stored.only("slug", "status", "subject__slug").filter(pk=key_from(key)).first()


def _foretold(subject: Subject, slug: str, question: Question | None) -> tuple[str, bool]:
    pk, new = question.pk if question else None, Address(subject.slug, slug)
    if question and mapping.address_of(question) == new:
        return "", False
    if problem := destinations.problem_with(subject, slug, pk):
        return problem, True
    said = [f"{new.path} is free."]
    if moved := destinations.moved_to(*new):
        said = [f"{new.path} leads to another address so far: {moved.address.path}."]
        if question and moved.address == mapping.address_of(question):
            said = ["The question goes back to an address that it once had."]
        else:
            said.append("Saving takes it away from there.")
    if question:
        said.append(f"{mapping.address_of(question).path} will lead here.")
    return " ".join(said), False
