"""What students send: a vote, a report of a mistake. Both work as plain forms.

The forms carry no token, since the pages they stand on are the same for everybody and set no
cookie; `visitors.is_from_own_page` says why that is safe.
"""

from __future__ import annotations

import re
from secrets import token_urlsafe

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from learn import feedback
from learn.limits import Limit
from learn.models import Question
from learn.seo import SITE_NAME, PageSeo
from learn.views.lookup import question_at
from learn.views.response import page
from learn.views.visitors import is_from_own_page, network_of

MAX_REPORT = 2_000  # characters
COOKIE = "voter"
_TOKEN = re.compile(r"[\w-]{22}", re.ASCII)
_YEAR = 365 * 24 * 3600

# A class behind one address votes within minutes; nobody writes six reports in ten.
_votes = Limit(60, seconds=600)
_reports = Limit(5, seconds=600)
LATER = "Please try again in ten minutes."


@csrf_exempt
@require_POST
def helpful(request: HttpRequest, subject: str, slug: str) -> HttpResponseBase:
    """`vote=yes` or `vote=no`: counted once a browser, by a random cookie that voting sets."""
    question = question_at(subject, slug, Question.objects.only("slug", "subject__slug"))
    choice = request.POST.get("vote")
    if not is_from_own_page(request) or choice not in ("yes", "no"):
        return _refused(request, question, 403, "This vote did not come from the question's page.")
    if not _votes.allows(network_of(request)):
        return _refused(request, question, 429, "Too many votes have come from your network.")
    sent = request.COOKIES.get(COOKIE, "")
    token = sent if _TOKEN.fullmatch(sent) else token_urlsafe(16)
    feedback.vote(question, feedback.voter_of(token, question), is_helpful=choice == "yes")
    response = _back_to(question, "thanks")
    response.set_cookie(
        COOKIE, token, max_age=_YEAR, path="/learn", secure=settings.HTTPS_ONLY, httponly=True,
        samesite="Lax",
    )  # fmt: skip
    return response


class MistakeForm(forms.Form):
    """`website` is hidden from people: whatever fills it in is none."""

    text = forms.CharField(error_messages={"required": "Say in a few words what is wrong."})
    website = forms.CharField(required=False)

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"].replace("\r\n", "\n")
        if len(text) > MAX_REPORT:
            raise forms.ValidationError(f"That is longer than {MAX_REPORT:,} characters.")
        return text


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, subject: str, slug: str) -> HttpResponseBase:
    """A form, and what it sends."""
    columns = ("title", "slug", "subject__slug", "subject__name")
    question = question_at(subject, slug, Question.objects.only(*columns))
    form = MistakeForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _report_page(request, question, form)
    if not form.is_valid():
        return _report_page(request, question, form, 422)
    if not is_from_own_page(request):
        return _refused(request, question, 403, "This report did not come from the form.")
    if form.cleaned_data["website"]:
        return _back_to(question, "reported")
    if not _reports.allows(network_of(request)):
        form.add_error(None, f"Too many reports have come from your network. {LATER}")
        return _report_page(request, question, form, 429)
    feedback.report(question, form.cleaned_data["text"])
    return _back_to(question, "reported")


def _report_page(
    request: HttpRequest, question: Question, form: MistakeForm, status: int = 200
) -> HttpResponse:
    """The form, with what was typed into it and why that was not taken."""
    page_seo = PageSeo(title=f"Report a mistake | {SITE_NAME}", robots="noindex")
    return page(
        request,
        "learn/report.html",
        page_seo,
        status,
        question=question,
        form=form,
        max_length=MAX_REPORT,
    )


def _back_to(question: Question, word: str) -> HttpResponseRedirect:
    """Back to the page, which shows its word of thanks where the address ends with its id."""
    response = HttpResponseRedirect(f"{question.get_absolute_url()}#{word}")
    response.status_code = 303
    return response


def _refused(request: HttpRequest, question: Question, status: int, why: str) -> HttpResponse:
    page_seo = PageSeo(title=f"Not accepted | {SITE_NAME}", robots="noindex")
    return page(
        request,
        "learn/refused.html",
        page_seo,
        status,
        question=question,
        why=f"{why} {LATER if status == 429 else 'Please send it from there.'}",
    )
