"""The address of the page of components, and its small filter whose answer is put in place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import component_parts, language, value_html
from ayan.ui.cache_marks import keep
from ayan.ui.charts.measure import ChartMeasure
from ayan.ui.charts.poster import png
from ayan.ui.showcase.contents import ShowcaseContents
from ayan.ui.showcase.figures import Figures

TREES: Final = (
    ("چنار", "Plane", "wide"), ("سرو", "Cypress", "evergreen"), ("کاج", "Pine", "evergreen"),
    ("نارون", "Elm", "wide"), ("زبان‌گنجشک", "Ash", "wide"),
    ("توت", "Mulberry", "fruit"), ("انار", "Pomegranate", "fruit"),
)  # fmt: skip
KINDS: Final = (("wide", "پهن‌برگ", "Broad-leaved"), ("evergreen", "همیشه‌سبز", "Evergreen"), ("fruit", "میوه", "Fruit"))


@dataclass(frozen=True, slots=True)
class ShowcaseChoice:
    """One box of the filter."""

    code: str
    words: str
    checked: bool
    count: int


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Every component and every chart in the language of the address."""
    lang = language.of(request)
    figures = Figures(lang)
    context = {
        "section": "developers",
        "shown": ShowcaseContents(lang),
        "figures": figures,
        "scale": ChartMeasure(lang, figures.say("تومان", "toman"), 10).scale(
            [share.approved for share in figures.shares()]
        ),
        "path": request.path,
        **filtered(request, lang),
    }
    response = render(request, "showcase/components.html", context)
    response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    return keep(response)


@require_safe
def picture(request: HttpRequest, anchor: str) -> HttpResponse:
    """One of the charts as a picture to share."""
    lang = language.of(request)
    figure = next((candidate for candidate in Figures(lang).all() if candidate.anchor == anchor), None)
    if figure is None:
        raise Http404
    name = Label("عیان", "Ayan").of(lang)
    headers = {"Cache-Control": "public, max-age=86400"}
    return keep(HttpResponse(png(figure, name), content_type="image/png", headers=headers))


def filtered(request: HttpRequest, lang: Lang) -> dict[str, object]:
    """The trees asked for, the boxes and the chips."""
    asked = [code for code, _, _ in KINDS if code in request.GET.getlist("kind")]
    word = request.GET.get("word", "").strip()
    trees = [
        locale.pick(lang, fa, en)
        for fa, en, kind in TREES
        if (not asked or kind in asked) and (word in fa or word.lower() in en.lower())
    ]
    number = value_html.plain_number(len(trees), lang)
    words = {code: locale.pick(lang, fa, en) for code, fa, en in KINDS}

    def without(code: str) -> str:
        kept = "&".join(f"kind={kind}" for kind in asked if kind != code)
        return f"{request.path}?{kept}" if kept else request.path

    return {
        "trees": trees,
        "word": word,
        "count_words": Label("{n} درخت", "{n} trees").of(lang).format(n=number),
        "choices": [
            ShowcaseChoice(code, words[code], code in asked, sum(kind == code for _, _, kind in TREES))
            for code in words
        ],
        "chips": [component_parts.Chip(words[code], without(code)) for code in asked],
    }
