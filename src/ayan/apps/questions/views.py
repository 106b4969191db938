"""The home page, the list of questions, and the page of one."""

from __future__ import annotations

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render

from ayan.apps.catalog import page_context, selectors
from ayan.apps.catalog.front.views import front, tries
from ayan.apps.catalog.page_context import published
from ayan.apps.questions import doors, question_page, service_list
from ayan.apps.questions.limits import MOST_ASKED, MOST_CORRECTIONS, MOST_OTHERS
from ayan.core.query.answer import Unanswered
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.ui import language
from ayan.ui.charts.figure import in_one_unit
from ayan.ui.component_parts import Crumb
from ayan.wiring import city

QUESTIONS: Final = Label("پرسش‌ها و پاسخ‌ها", "Questions and answers")


@published
def home(request: HttpRequest) -> HttpResponse:
    """Search, doors to what people come for, the newest corrections with their reasons, what else is asked."""
    current_city, lang = city.current(), language.of(request)
    asked = question_page.listed(current_city)
    shown = doors.doors(current_city, lang)
    path = page_context.address(request, "dataset", "SLUG").replace("SLUG", "{slug}")
    inside = {door.code for door in shown}
    context = {
        "own_search": True,
        "own_seal": True,
        "tries": doors.searches(asked, lang) or tries(current_city, lang),
        "doors": shown,
        "asked": [each for each in asked if each.code not in inside and not each.hidden][:MOST_ASKED],
        # Declared bars that no question tells of.
        "bars": next(iter(front(current_city, path, lang)), None) if not doors.tell_bars(asked) else None,
        "corrections": doors.corrections(current_city, MOST_CORRECTIONS, lang),
        "events": doors.publications(current_city, MOST_CORRECTIONS),
        "served": service_list.service_list(current_city, lang),
        "totals": selectors.totals(selectors.catalogue(current_city)),
    }
    return render(request, "questions/home.html", context)


@published
def questions(request: HttpRequest) -> HttpResponse:
    """Every question that has a page."""
    asked = [each for each in question_page.listed(city.current()) if not each.hidden]
    context = {"section": "answers", "asked": asked, "title": QUESTIONS}
    return render(request, "questions/questions.html", context)


def to_questions(request: HttpRequest) -> HttpResponse:
    """/answers has one spelling, with its slash."""
    return HttpResponsePermanentRedirect(page_context.address(request, "answers"))


@published
def question(request: HttpRequest, slug: str) -> HttpResponse:
    """One question with its answer."""
    current_city, lang = city.current(), language.of(request)
    asked_too = [each for each in question_page.listed(current_city) if not each.hidden]
    asked = next((each for each in asked_too if each.code == slug), None)
    if asked is None:
        raise Http404
    crumbs = [Crumb(QUESTIONS.of(lang), page_context.address(request, "answers")), Crumb(asked.title.of(lang))]
    context: dict[str, Any] = {"section": "answers", "question": asked, "crumbs": crumbs}
    try:
        codes = dict.fromkeys((lang, *locale.BUILT_IN))
        answers = {code: question_page.answered(current_city, asked, code) for code in codes}
    except Unanswered as none:
        return page_context.refuse(request, "questions/unanswered.html", context | {"words": none.of(lang)}, none)
    answer = answers[lang]
    if not answer.parts:
        raise Http404
    drawn = [figure for part in answer.parts.values() for figure in part.figures]
    notes = question_page.notes(current_city, asked)
    context |= {
        "answer": answer,
        "figures": in_one_unit(drawn),
        "embed": page_context.absolute(request, f"{request.path}?_figure={drawn[0].anchor}") if drawn else "",
        "share": page_context.absolute(request, f"{request.path}?_figure={drawn[0].anchor}.share.png") if drawn else "",
        "places": [part.placed for part in answer.parts.values() if part.placed is not None],
        "tables": question_page.tables(answer),
        "notes": notes,
        "noted": question_page.noted(drawn, notes),
        # Sections have two grounds by turns; the first drawing stands on that of its title.
        "tinted": bool(len(drawn) % 2),
        "terms": current_city.glossary.of(asked.terms),
        "sources": list(question_page.sources(current_city, answer)),
        "base": question_page.base(answer),
        "citation": question_page.citation(request, current_city, answers),
        "others": [each for each in asked_too if each.code != slug][:MOST_OTHERS],
    }
    return render(request, "questions/question.html", context)
