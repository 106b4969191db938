"""The pages of the council: all of it, a member, a session, and the sheet of one decision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse

from ayan.apps.catalog import linked, sentence
from ayan.apps.catalog.belonging import belongings
from ayan.apps.catalog.freshness import published
from ayan.apps.catalog.linked import Around
from ayan.apps.civic import council, framing
from ayan.apps.civic.council import Council
from ayan.apps.civic.framing import Asked
from ayan.apps.civic.reading import Read
from ayan.core.query import keys
from ayan.core.query.answer import Row, Unanswered
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.ui import writing
from ayan.ui.parts import Crumb
from ayan.wiring import city

SECTION: Final = "council"
TITLE: Final = Label("شورا", "Council")
SITTING: Final = Label("جلسهٔ {}", "Session {}")
ABSENT: Final = Label("یافت نشد", "Not found")


def _page(request: HttpRequest, made: Callable[[Council], HttpResponse | None]) -> HttpResponse:
    """What ``made`` makes of the council; the page that says why not, where there is none or no such thing in it."""
    asked = Asked.of(request)
    try:
        found = Council.of(city.current(), asked)
        if not found.tables:
            return framing.nothing(asked, council.PART, TITLE, SECTION)
        response = made(found)
    except Unanswered as none:
        return framing.unanswered(asked, TITLE, SECTION, none)
    if response is None:
        steps = framing.crumbs(asked, "council", TITLE, Crumb(ABSENT.of(asked.lang)))
        return framing.shown(asked, "civic/council_absent.html", {"crumbs": steps, "section": SECTION}, 404)
    return response


@published
def whole(request: HttpRequest) -> HttpResponse:
    """Members with their presence and votes, decisions by outcome and follow-up, the newest sessions and decisions."""
    return _page(request, _whole)


def _whole(found: Council) -> HttpResponse:
    decisions, sittings = found.decisions, found.sittings
    members = council.members(found)
    context = {
        "section": SECTION,
        "council": found,
        "members": [one for one in members if one.sitting],
        "former": [one for one in members if not one.sitting],
        "votes": found.ballots.choices("vote") if found.ballots else [],
        "standing": _standing(found),
        "latest": council.listed(found, decisions.rows(newest="day", most=council.NEWEST)) if decisions else [],
        "sittings": [(row, *_sitting(found, row)) for row in sittings.rows(newest="day", most=council.NEWEST)]
        if sittings
        else [],
        "tables": found.tables,
    }
    return framing.shown(found.asked, "civic/council.html", context)


def _standing(found: Council) -> list[tuple[Label, list[council.Count]]]:
    """How many decisions have each outcome, and each state of follow-up, under the dataset's own words."""
    decisions = found.decisions
    counted = [(place, council.followed(found, place)) for place in ("outcome", "follow_up")]
    return [(decisions.player.field(place).label, counts) for place, counts in counted if decisions and counts]


def _sitting(found: Council, row: Row) -> tuple[str, str]:
    """The number of a session and the address of its page."""
    assert found.sittings is not None  # noqa: S101 - the row is one of its
    number = str(found.sittings.player.value("number", row.values) or "")
    return number, found.asked.page("council_sitting", number)


@published
def member(request: HttpRequest, name: str) -> HttpResponse:
    """One member: presence and votes year by year, and the newest votes with what they were on."""
    return _page(request, lambda found: _member(found, *framing.read_steps(name)))


def _member(found: Council, *steps: str) -> HttpResponse | None:
    known = {one.name: one for one in council.members(found)}
    if len(steps) != 1 or steps[0] not in known or found.seats is None:
        return None
    one = known[steps[0]]
    context = {
        "section": SECTION,
        "council": found,
        "member": one,
        "years": council.years(found, one.name),
        "cast": council.cast_by(found, one.name),
        "facts": _facts(found.seats, one.row, ("office", "commission", "term", "until")),
        "crumbs": framing.crumbs(found.asked, "council", TITLE, Crumb(writing.isolated(one.name))),
        "tables": [each for each in (found.seats, found.ballots, found.roll) if each],
        **_record(found.seats, one.row),
    }
    return framing.shown(found.asked, "civic/council_member.html", context)


@published
def sitting(request: HttpRequest, number: str) -> HttpResponse:
    """One session: who came, and what was decided."""
    return _page(request, lambda found: _session(found, *framing.read_steps(number)))


def _session(found: Council, *steps: str) -> HttpResponse | None:
    sittings, decisions, roll = found.sittings, found.decisions, found.roll
    row = sittings.one("number", steps[0]) if sittings and len(steps) == 1 else None
    if sittings is None or row is None:
        return None
    number = _sitting(found, row)[0]
    decided: tuple[Row, ...] = ()
    if decisions and decisions.player.has("sitting"):
        decided = decisions.rows(decisions.player.is_("sitting", number))
    title = SITTING.of(found.asked.lang).format(writing.isolated(number))
    context = {
        "section": SECTION,
        "council": found,
        "title": title,
        "facts": _facts(sittings, row, ("day", "kind", "present", "absent", "items", "minutes")),
        "groups": council.together(found, roll, "attendance", roll.player.is_("sitting", number)) if roll else [],
        "decided": council.listed(found, decided),
        "crumbs": framing.crumbs(found.asked, "council", TITLE, Crumb(title)),
        "tables": [each for each in (sittings, decisions, roll) if each],
        **_record(sittings, row),
    }
    return framing.shown(found.asked, "civic/council_sitting.html", context)


@published
def decision(request: HttpRequest, number: str) -> HttpResponse:
    """The sheet of one decision: its words, how each member voted, and what became of it. It is made to be printed."""
    return _page(request, lambda found: _decision(found, *framing.read_steps(number)))


def _decision(found: Council, *steps: str) -> HttpResponse | None:
    decisions, ballots = found.decisions, found.ballots
    row = decisions.one("number", steps[0]) if decisions and len(steps) == 1 else None
    if decisions is None or row is None:
        return None
    player = decisions.player
    number = str(player.value("number", row.values) or "")
    place = str(player.value("sitting", row.values) or "")
    at = found.sittings.one("number", place) if place and found.sittings else None
    context = {
        "section": SECTION,
        "council": found,
        "title": str(player.value("title", row.values) or number),
        "number": number,
        "facts": _facts(decisions, row, ("number", "day", "commission", "outcome")),
        "sitting": (place, found.asked.page("council_sitting", place) if at else "") if place else None,
        "counted": _facts(decisions, row, ("for", "against", "abstained")),
        "groups": council.together(found, ballots, "vote", ballots.player.is_("decision", number)) if ballots else [],
        "text": player.value("text", row.values),
        "after": _facts(decisions, row, ("follow_up", "answer"), empty=True),
        "led": _led_to(found, decisions, row),
        "crumbs": framing.crumbs(found.asked, "council", TITLE, Crumb(writing.isolated(number))),
        "tables": [each for each in (decisions, ballots) if each],
        **_record(decisions, row),
    }
    return framing.shown(found.asked, "civic/council_decision.html", context)


def _led_to(found: Council, decisions: Read, row: Row) -> Around:
    """What other datasets say in the name of a decision; the tables of the council tell theirs already."""
    here, dataset, asked = city.current(), decisions.player.dataset, found.asked
    own = {one.player.dataset.slug for one in found.tables}
    other = [one for one in belongings(here, dataset, row) if one.dataset.slug not in own]
    return linked.around(here, dataset, other, asked.datasets, asked.lang, None)


def _facts(table: Read, row: Row, places: tuple[str, ...], *, empty: bool = False) -> list[tuple[Any, object]]:
    """Fields of a row with their values; those that are empty as well where ``empty`` says so."""
    found = [(table.player.field(one), table.player.value(one, row.values)) for one in places if table.player.has(one)]
    return [(field, value) for field, value in found if empty or value is not None]


def _record(table: Read, row: Row) -> dict[str, Any]:
    """The record behind a page: its sentence, its key, its release, and how to ask for it."""
    dataset, lang = table.player.dataset, table.asked.lang
    key = keys.key_of(dataset, row)
    release = next((one for one in table.sources if (one.period, one.number) == (row.period, row.release)), None)
    return {
        "player": table.player,
        "key": key,
        "sentence": sentence.sentence(dataset, row.values, lang, locale.of(lang).calendar),
        "release": release,
        "api": framing.row_api(table.player, key),
        "subject": f"row:{dataset.slug}/{key}",
    }
