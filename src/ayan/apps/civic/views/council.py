"""The pages of the council: all of it, a member, a session, and the sheet of one decision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse

from ayan.apps.catalog.page_context import published
from ayan.apps.catalog.record import records, references
from ayan.apps.catalog.record.references import Around
from ayan.apps.catalog.record.related_rows import belongings
from ayan.apps.civic import council, page_context
from ayan.apps.civic.council import Council
from ayan.apps.civic.page_context import PageSettings
from ayan.apps.civic.roles import Read, declared
from ayan.core.query import keys
from ayan.core.query.answer import Row, Unanswered
from ayan.core.query.limits import LONGEST_TEXT
from ayan.core.schema.field import Field
from ayan.core.values import locale
from ayan.core.values.address_step import written_key
from ayan.core.values.label import Label
from ayan.ui import code_html
from ayan.ui.component_parts import Crumb
from ayan.wiring import city

SECTION: Final = "council"
TITLE: Final = Label("شورای شهر", "The city council")
SITTING: Final = Label("جلسهٔ {}", "Session {}")
ABSENT: Final = Label("یافت نشد", "Not found")


def _page(request: HttpRequest, render: Callable[[Council], HttpResponse | None]) -> HttpResponse:
    """What ``render`` makes of the council; the page that says why not, where there is none or no such thing in it."""
    asked = PageSettings.of(request)
    try:
        city_council = Council.of(city.current(), asked)
        if not city_council.tables:
            return page_context.nothing(asked, declared(city.current(), council.PART), TITLE, SECTION)
        response = render(city_council)
    except Unanswered as none:
        return page_context.unanswered(asked, TITLE, SECTION, none)
    if response is None:
        steps = page_context.crumbs(asked, "council", TITLE, Crumb(ABSENT.of(asked.lang)))
        return page_context.render_page(asked, "civic/council_absent.html", {"crumbs": steps, "section": SECTION}, 404)
    return response


@published
def whole(request: HttpRequest) -> HttpResponse:
    """Members with their presence and votes, decisions by outcome and follow-up, the newest sessions and decisions."""
    return _page(request, _whole)


def _whole(city_council: Council) -> HttpResponse:
    decisions, sittings = city_council.decisions, city_council.sittings
    members = council.members(city_council)
    context = {
        "section": SECTION,
        "council": city_council,
        "members": [member for member in members if member.sitting],
        "former": [member for member in members if not member.sitting],
        "votes": city_council.ballots.choices("vote") if city_council.ballots else [],
        "standing": _standing(city_council),
        "latest": council.listed(city_council, decisions.rows(newest="day", most=council.NEWEST)) if decisions else [],
        "sittings": [(row, *_sitting(city_council, row)) for row in sittings.rows(newest="day", most=council.NEWEST)]
        if sittings
        else [],
        "tables": city_council.tables,
    }
    return page_context.render_page(city_council.settings, "civic/council.html", context)


def _standing(city_council: Council) -> list[tuple[Label, list[council.Count]]]:
    """How many decisions have each outcome, and each state of follow-up, under the dataset's own words."""
    decisions = city_council.decisions
    counted = [(role_field, council.followed(city_council, role_field)) for role_field in ("outcome", "follow_up")]
    return [
        (decisions.player.field(role_field).label, counts) for role_field, counts in counted if decisions and counts
    ]


def _sitting(city_council: Council, row: Row) -> tuple[str, str]:
    """The number of a session and the address of its page."""
    assert city_council.sittings is not None  # noqa: S101 - the row is one of its
    number = str(city_council.sittings.player.value("number", row.values) or "")
    return number, city_council.settings.page("council_sitting", number)


@published
def member(request: HttpRequest, name: str) -> HttpResponse:
    """One member: presence and votes year by year, and the newest votes with what they were on."""
    words = request.GET.get("q", "").strip()[:LONGEST_TEXT]
    return _page(request, lambda city_council: _member(city_council, words, *page_context.read_step(name)))


def _member(city_council: Council, words: str, *steps: str) -> HttpResponse | None:
    known = {member.name: member for member in council.members(city_council)}
    if len(steps) != 1 or steps[0] not in known or city_council.seats is None:
        return None
    member = known[steps[0]]
    context = {
        "section": SECTION,
        "council": city_council,
        "member": member,
        "years": council.years(city_council, member.name),
        "cast": council.cast_by(city_council, member.name, words),
        "sought": words,
        "facts": _facts(city_council.seats, member.row, ("office", "commission", "term", "until")),
        "crumbs": page_context.crumbs(city_council.settings, "council", TITLE, Crumb(code_html.isolated(member.name))),
        "tables": [each for each in (city_council.seats, city_council.ballots, city_council.roll) if each],
        **_record(city_council.seats, member.row),
    }
    return page_context.render_page(city_council.settings, "civic/council_member.html", context)


@published
def sitting(request: HttpRequest, number: str) -> HttpResponse:
    """One session: who came, and what was decided."""
    return _page(request, lambda city_council: _session(city_council, *page_context.read_step(number)))


def _session(city_council: Council, *steps: str) -> HttpResponse | None:
    sittings, decisions, roll = city_council.sittings, city_council.decisions, city_council.roll
    row = sittings.row_with("number", steps[0]) if sittings and len(steps) == 1 else None
    if sittings is None or row is None:
        return None
    number = _sitting(city_council, row)[0]
    decided: tuple[Row, ...] = ()
    if decisions and decisions.player.has("sitting"):
        decided = decisions.rows(decisions.player.is_("sitting", number))
    lang = city_council.settings.lang
    counted = sittings.player.field("number").role == "ordinal"
    title = SITTING.of(lang).format(code_html.plain_ordinal(number, lang) if counted else code_html.isolated(number))
    context = {
        "section": SECTION,
        "council": city_council,
        "title": title,
        "facts": _facts(sittings, row, ("day", "kind", "present", "absent", "items", "minutes")),
        "groups": council.together(city_council, roll, "attendance", roll.player.is_("sitting", number))
        if roll
        else [],
        "decided": council.listed(city_council, decided),
        "crumbs": page_context.crumbs(city_council.settings, "council", TITLE, Crumb(title)),
        "tables": [each for each in (sittings, decisions, roll) if each],
        **_record(sittings, row),
    }
    return page_context.render_page(city_council.settings, "civic/council_sitting.html", context)


@published
def decision(request: HttpRequest, number: str) -> HttpResponse:
    """The sheet of one decision: its words, how each member voted, and what became of it. It is made to be printed."""
    return _page(request, lambda city_council: _decision(city_council, *page_context.read_step(number)))


def _decision(city_council: Council, *steps: str) -> HttpResponse | None:
    decisions, ballots = city_council.decisions, city_council.ballots
    row = decisions.row_with("number", steps[0]) if decisions and len(steps) == 1 else None
    if decisions is None or row is None:
        return None
    player = decisions.player
    number = str(player.value("number", row.values) or "")
    sitting = str(player.value("sitting", row.values) or "")
    at = city_council.sittings.row_with("number", sitting) if sitting and city_council.sittings else None
    context = {
        "section": SECTION,
        "council": city_council,
        "title": str(player.value("title", row.values) or number),
        "number": number,
        "facts": _facts(decisions, row, ("number", "day", "commission", "outcome")),
        "sitting": (sitting, city_council.settings.page("council_sitting", sitting) if at else "") if sitting else None,
        "counted": _facts(decisions, row, ("for", "against", "abstained", "not_voting")),
        "groups": council.together(city_council, ballots, "vote", ballots.player.is_("decision", number))
        if ballots
        else [],
        "text": player.value("text", row.values),
        "after": _facts(decisions, row, ("follow_up", "answer"), empty=True),
        "led": _led_to(city_council, decisions, row),
        "crumbs": page_context.crumbs(city_council.settings, "council", TITLE, Crumb(code_html.isolated(number))),
        "tables": [each for each in (decisions, ballots) if each],
        **_record(decisions, row),
    }
    return page_context.render_page(city_council.settings, "civic/council_decision.html", context)


def _led_to(city_council: Council, decisions: Read, row: Row) -> Around:
    """What other datasets say in the name of a decision; the tables of the council tell theirs already."""
    current_city, dataset, asked = city.current(), decisions.player.dataset, city_council.settings
    own = {table.player.dataset.slug for table in city_council.tables}
    other = [related for related in belongings(current_city, dataset, row) if related.dataset.slug not in own]
    return references.around(current_city, dataset, other, asked.datasets, asked.lang, None)


def _facts(table: Read, row: Row, places: tuple[str, ...], *, empty: bool = False) -> list[tuple[Field, object]]:
    """Fields of a row with their values; those that are empty as well where ``empty`` says so."""
    pairs = [
        (table.player.field(role_field), table.player.value(role_field, row.values))
        for role_field in places
        if table.player.has(role_field)
    ]
    return [(field, value) for field, value in pairs if empty or value is not None]


def _record(table: Read, row: Row) -> dict[str, Any]:
    """The record behind a page: its sentence, its key, its release, and how to ask for it."""
    dataset, lang = table.player.dataset, table.settings.lang
    key = keys.key_of(dataset, row)
    release = next(
        (source for source in table.sources if (source.period, source.number) == (row.period, row.release)), None
    )
    return {
        "player": table.player,
        "key": key,
        "sentence": records.sentence(dataset, row.values, lang, locale.of(lang).calendar),
        "release": release,
        "api": table.player.row_api(key),
        "subject": f"row:{dataset.slug}/{written_key(key)}",
    }
