"""The council as its records tell it: who sits, who came, who voted how, and what became of each decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ayan.apps.civic.limits import MOST_VOTES
from ayan.apps.civic.page_context import PageSettings
from ayan.apps.civic.roles import Read, read
from ayan.core.query import keys
from ayan.core.query.answer import Row
from ayan.core.query.operators import OPERATORS
from ayan.core.query.question import Filter
from ayan.core.values.asked_value import BadValue
from ayan.wiring.city import City

PART: Final = "council-decisions"
NEWEST: Final = 12


@dataclass(frozen=True, slots=True)
class Council:
    """The five tables of a council; one that is not declared or not published is None."""

    settings: PageSettings
    seats: Read | None
    sittings: Read | None
    decisions: Read | None
    ballots: Read | None
    roll: Read | None

    @classmethod
    def of(cls, city: City, asked: PageSettings) -> Council:
        """What is published. Raises Unanswered."""
        parts = ("council-seats", "council-sittings", PART, "council-ballots", "council-roll")
        return cls(asked, *(read(city, asked, part) for part in parts))

    @property
    def tables(self) -> list[Read]:
        """Those that are there."""
        every = (self.seats, self.sittings, self.decisions, self.ballots, self.roll)
        return [table for table in every if table is not None]


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows say one thing: its code, its words, and the rows in the explorer."""

    code: str
    label: str
    number: int
    address: str = ""


@dataclass(frozen=True, slots=True)
class Present:
    """How often somebody came, of how many times; ``address`` is the rows."""

    came: int
    of: int
    address: str

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return self.came / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class Member:
    """A member: the row, the page, whether the seat is still held, presence, and how often which vote was cast."""

    row: Row
    name: str
    address: str
    key: str
    sitting: bool
    present: Present | None
    votes: tuple[Count, ...]


def members(council: Council) -> list[Member]:
    """Every member, those who sit now first, by term and office. Raises Unanswered."""
    seats = council.seats
    if seats is None:
        return []
    came = _by_member(council.roll, "attendance")
    cast = _by_member(council.ballots, "vote")
    members = [_member(council, row, came, cast) for row in seats.rows()]
    offices = [code for code, _ in seats.choices("office")] if seats.player.has("office") else []
    return sorted(
        members,
        key=lambda member: (not member.sitting, -_term(council, member.row), _office(council, member.row, offices)),
    )


def _term(council: Council, row: Row) -> int:
    value = council.seats.player.value("term", row.values) if council.seats else None
    return value if isinstance(value, int) else 0


def _office(council: Council, row: Row, offices: Sequence[str]) -> int:
    value = council.seats.player.value("office", row.values) if council.seats else None
    return offices.index(str(value)) if value in offices else len(offices)


def _by_member(table: Read | None, role_field: str) -> Mapping[str, Mapping[str, int]]:
    out: dict[str, dict[str, int]] = {}
    if table is not None:
        for (name, code), number in table.counts("member", role_field).items():
            out.setdefault(str(name), {})[str(code)] = number
    return out


def _member(
    council: Council, row: Row, came: Mapping[str, Mapping[str, int]], cast: Mapping[str, Mapping[str, int]]
) -> Member:
    seats = council.seats
    assert seats is not None  # noqa: S101 - the row is one of its
    name = str(seats.player.value("name", row.values) or "")
    return Member(
        row,
        name,
        council.settings.page("council_member", name),
        keys.key_of(seats.player.dataset, row),
        seats.player.value("until", row.values) is None,
        _present(council.roll, name, came.get(name, {})),
        tuple(_votes(council.ballots, cast.get(name, {}), _of_member(council.ballots, name))),
    )


def _present(roll: Read | None, name: str, counts: Mapping[str, int]) -> Present | None:
    if roll is None or not counts:
        return None
    return Present(
        counts.get(roll.player.names["present"], 0), sum(counts.values()), roll.ask(*_of_member(roll, name)).address
    )


def _of_member(table: Read | None, name: str) -> tuple[Filter, ...]:
    return (table.player.is_("member", name),) if table is not None else ()


def _votes(ballots: Read | None, counts: Mapping[str, int], filters: Sequence[Filter]) -> list[Count]:
    if ballots is None:
        return []
    return [
        Count(code, label, counts.get(code, 0), ballots.ask(*filters, ballots.player.is_("vote", code)).address)
        for code, label in ballots.choices("vote")
    ]


@dataclass(frozen=True, slots=True)
class CouncilYear:
    """What one member did in a year: the presence, and each vote in the order of its list."""

    year: str
    present: Present | None
    votes: tuple[int, ...]


def years(council: Council, name: str) -> list[CouncilYear]:
    """A member year by year, the newest first; none where no day is published. Raises Unanswered."""
    came = _yearly(council.roll, "attendance", name)
    cast = _yearly(council.ballots, "vote", name)
    codes = [code for code, _ in council.ballots.choices("vote")] if council.ballots else []
    return [
        CouncilYear(
            year,
            _present(council.roll, name, came.get(year, {})),
            tuple(cast.get(year, {}).get(code, 0) for code in codes),
        )
        for year in sorted({*came, *cast}, reverse=True)
    ]


def _yearly(table: Read | None, role_field: str, name: str) -> Mapping[str, Mapping[str, int]]:
    out: dict[str, dict[str, int]] = {}
    if table is not None and table.player.has("day"):
        counts = table.counts(role_field, "day", filters=_of_member(table, name), part="year")
        for (code, year), number in counts.items():
            if year:
                out.setdefault(str(year), {})[str(code)] = number
    return out


@dataclass(frozen=True, slots=True)
class Cast:
    """One vote of a member, and what it was on."""

    vote: object
    decision: Row | None
    number: str
    address: str


def cast_by(council: Council, name: str, words: str = "") -> list[Cast]:
    """The newest votes of a member with what they were on, in two questions; with ``words`` those on decisions whose
    title has them. Raises Unanswered."""
    ballots, decisions = council.ballots, council.decisions
    if ballots is None:
        return []
    filters = list(_of_member(ballots, name))
    if words:
        about = _about(decisions, words)
        if not about:
            return []
        filters.append(Filter(ballots.player.field("decision").name, "in", about, exact=True))
    rows = ballots.rows(*filters, newest="day", most=MOST_VOTES)
    numbers = [str(ballots.player.value("decision", row.values) or "") for row in rows]
    known = decisions.among("number", numbers) if decisions else {}
    return [
        Cast(
            ballots.player.value("vote", row.values),
            known.get(number),
            number,
            council.settings.page("council_decision", number) if number in known else "",
        )
        for number, row in zip(numbers, rows, strict=True)
    ]


def _about(decisions: Read | None, words: str) -> tuple[str, ...]:
    """The numbers of decisions whose title has the words."""
    if decisions is None or not decisions.player.has("title", "number"):
        return ()
    title = decisions.player.field("title")
    try:
        condition = Filter(title.name, "contains", OPERATORS["contains"].read(title, words))
    except BadValue:
        return ()
    return tuple(str(decisions.player.value("number", row.values)) for row in decisions.rows(condition))


@dataclass(frozen=True, slots=True)
class VoteGroup:
    """The members who did the same thing, with their pages."""

    code: str
    label: str
    names: tuple[tuple[str, str], ...]


def together(council: Council, table: Read | None, role_field: str, *filters: Filter) -> list[VoteGroup]:
    """Members by what they did (``role_field``), in the order of its list; what nobody did is left out."""
    if table is None:
        return []
    by_code: dict[str, list[str]] = {}
    for row in table.rows(*filters):
        name = str(table.player.value("member", row.values) or "")
        by_code.setdefault(str(table.player.value(role_field, row.values)), []).append(name)
    page = council.settings.page
    return [
        VoteGroup(code, label, tuple((name, page("council_member", name)) for name in sorted(by_code[code])))
        for code, label in table.choices(role_field)
        if code in by_code
    ]


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision in a list: its row, its page, and its number."""

    row: Row
    number: str
    address: str


def listed(council: Council, rows: Sequence[Row]) -> list[Decision]:
    """Decisions with their pages."""
    decisions = council.decisions
    if decisions is None:
        return []
    numbers = [str(decisions.player.value("number", row.values) or "") for row in rows]
    return [
        Decision(row, number, council.settings.page("council_decision", number))
        for row, number in zip(rows, numbers, strict=True)
    ]


def followed(council: Council, role_field: str) -> list[Count]:
    """How many decisions have each outcome, or each state of follow-up, with those that say nothing last."""
    decisions = council.decisions
    if decisions is None or not decisions.player.has(role_field):
        return []
    counts: dict[Any, int] = {key[0]: number for key, number in decisions.counts(role_field).items()}
    out = [
        Count(code, label, counts.pop(code), decisions.ask(decisions.player.is_(role_field, code)).address)
        for code, label in decisions.choices(role_field)
        if code in counts
    ]
    silent = counts.get(None, 0)
    if silent:
        field = decisions.player.field(role_field)
        words = field.empty.of(council.settings.lang) if field.empty else ""
        out.append(Count("", words, silent, decisions.ask(decisions.player.empty(role_field)).address))
    return out
