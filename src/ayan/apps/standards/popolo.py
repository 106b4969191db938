"""The council in the classes of Popolo: persons, organizations, posts, memberships, events, motions, votes, areas.

What is told is what the tables publish. A person is a name under which the council publishes seats, presence and votes;
an id that another class names is always that of something told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property
from typing import Final

from ayan.apps.standards.council_tables import CouncilPart, CouncilRow, CouncilTable
from ayan.core.query import keys
from ayan.core.values.address_step import written
from ayan.core.values.canonical import JsonObject
from ayan.core.values.clock import TEHRAN
from ayan.core.values.label import Label

COUNCIL: Final = "council"
CITY: Final = "city"
_NAME: Final = Label("شورای اسلامی {city}", "City council of {city}")
_SITTING: Final = Label("جلسهٔ {number}", "Session {number}")
_TERM: Final = Label("{office}، دورهٔ {term}", "{office}, term {term}")
_COUNTED: Final[Mapping[str, str]] = {
    "for": "yes",
    "against": "no",
    "abstained": "abstain",
    "not_voting": "not voting",
}
"""The places of a decision that hold how many voted so, with the option of the standard."""
_OPTIONS: Final[Mapping[str, str]] = {
    "yes": "yes",
    "no": "no",
    "abstain": "abstain",
    "no_vote": "not voting",
    "absent": "absent",
}
_RESULTS: Final[Mapping[str, str]] = {"passed": "pass", "failed": "fail"}


@dataclass(frozen=True)
class PopoloCouncil:
    """The council of a city, from its tables by part; ``site`` begins the addresses of the records that it names."""

    tables: Mapping[CouncilPart, CouncilTable]
    name: Label
    site: str
    _seen: dict[str, set[str]] = field(default_factory=dict, compare=False)

    def classes(self) -> dict[str, Callable[[], Iterator[JsonObject]]]:
        """Each class of which the city publishes something, by its name in the plural, in the order of a whole file."""
        classes: Mapping[str, tuple[tuple[CouncilPart, ...], Callable[[], Iterator[JsonObject]]]] = {
            "persons": (("council-seats", "council-ballots", "council-roll"), self.persons),
            "organizations": (("council-seats", "council-decisions", "council-ballots", "units"), self.organizations),
            "posts": (("council-seats", "units"), self.posts),
            "memberships": (("council-seats",), self.memberships),
            "areas": (("council-seats", "council-decisions", "council-ballots", "units"), self.areas),
            "events": (("council-sittings",), self.events),
            "motions": (("council-decisions",), self.motions),
            "vote_events": (("council-decisions", "council-ballots"), self.vote_events),
            "votes": (("council-ballots",), self.votes),
        }
        return {name: make for name, (parts, make) in classes.items() if any(part in self.tables for part in parts)}

    # --- people and bodies --------------------------------------------------------------------------------------------

    def persons(self) -> Iterator[JsonObject]:
        """Members by name: those who sit or sat, then who is named by a vote or a roll alone."""
        seated: set[str] = set()
        for row in self._rows("council-seats"):
            name = row.text("name")
            if name and name not in seated:
                seated.add(name)
                yield {"id": person_id(name), "name": name, "sources": self._sources("council-seats", row)}
        for name in sorted(self._named - seated):
            yield {"id": person_id(name), "name": name}

    def organizations(self) -> Iterator[JsonObject]:
        """The council, its commissions, and the units of the municipality."""
        said = _NAME.format(city=self.name)
        yield {
            "id": COUNCIL,
            "name": said.fa,
            "other_names": [{"name": text, "note": lang} for lang, text in list(said.words().items())[1:]],
            "classification": "council",
            "area_id": CITY,
        }
        for name in sorted(self._commissions):
            yield {
                "id": commission_id(name),
                "name": name,
                "classification": "commission",
                "parent_id": COUNCIL,
            }
        for row in self._rows("units"):
            yield self._unit(row)

    def _unit(self, row: CouncilRow) -> JsonObject:
        unit: JsonObject = {"id": unit_id(row.text("code")), "name": row.text("title")}
        if row.text("kind"):
            unit["classification"] = row.text("kind")
        if row.text("parent") in self._units:
            unit["parent_id"] = unit_id(row.text("parent"))
        if row.text("phone"):
            unit["contact_details"] = [{"type": "voice", "value": row.text("phone")}]
        return unit | {"sources": self._sources("units", row)}

    def posts(self) -> Iterator[JsonObject]:
        """The offices of the council that somebody holds or held, and the posts of those who head units."""
        seats = self.tables.get("council-seats")
        if seats is not None and "office" in seats.places:
            for code in dict.fromkeys(row.text("office") for row in seats.rows()):
                if code:
                    label = seats.label("office", code, "fa")
                    yield {"id": post_id(code), "label": label, "role": label, "organization_id": COUNCIL}
        for row in self._rows("units"):
            if row.text("head"):
                unit = unit_id(row.text("code"))
                yield {"id": f"{unit}-head", "label": row.text("head"), "organization_id": unit}

    def memberships(self) -> Iterator[JsonObject]:
        """Who sits in the council in which office and since when, and in which commission."""
        for row in self._rows("council-seats"):
            own = self._once("memberships", f"membership-{row.key}", row)
            person = {"person_id": person_id(row.text("name"))}
            sources = {"sources": self._sources("council-seats", row)}
            yield {"id": own, "organization_id": COUNCIL} | person | self._seat(row) | sources
            if row.text("commission"):
                commission = {"organization_id": commission_id(row.text("commission"))}
                yield {"id": f"{own}-commission"} | commission | person | sources

    def _seat(self, row: CouncilRow) -> JsonObject:
        seat: JsonObject = {}
        code = row.text("office")
        if code:
            office = self.tables["council-seats"].label("office", code, "fa")
            seat = {"role": office, "post_id": post_id(code)}
            if row.text("term"):
                seat["label"] = _TERM.format(office=office, term=row.text("term")).fa
        days = (("start_date", "since"), ("end_date", "until"))
        return seat | {name: day.isoformat() for name, place in days if isinstance(day := row.values.get(place), date)}

    def areas(self) -> Iterator[JsonObject]:
        """The city."""
        yield {"id": CITY, "name": self.name.fa, "classification": "city"}

    # --- sittings, motions, votes -------------------------------------------------------------------------------------

    def events(self) -> Iterator[JsonObject]:
        """The sittings, with who was present where the roll is published."""
        for row in self._rows("council-sittings"):
            number = row.text("number")
            event: JsonObject = {
                "id": self._once("events", event_id(number), row),
                "name": _SITTING.format(number=number).fa,
                "identifiers": [{"identifier": number}],
                "organization_id": COUNCIL,
                "sources": self._sources("council-sittings", row),
            }
            if isinstance(day := row.values.get("day"), date):
                event["start_date"] = day.isoformat()
            if row.text("kind"):
                event["classification"] = row.text("kind")
            if "council-roll" in self.tables:
                event["attendees"] = [{"id": person_id(name), "name": name} for name in self._present.get(number, ())]
            if row.text("minutes"):
                event["sources"].append({"url": row.text("minutes"), "note": "minutes"})
            yield event

    def motions(self) -> Iterator[JsonObject]:
        """What was put to the vote, with its title, its words, and what came of it."""
        for row in self._rows("council-decisions"):
            number = row.text("number")
            motion: JsonObject = {
                "id": self._once("motions", motion_id(number), row),
                "identifier": number,
                "title": row.text("title"),
                "text": row.text("text") or row.text("title"),
                "organization_id": COUNCIL,
            }
            yield motion | self._decided(row, "date") | {"sources": self._sources("council-decisions", row)}

    def vote_events(self) -> Iterator[JsonObject]:
        """The vote on each motion of which counts or votes are published; of one whose motion is not, its number."""
        voted = set(self._ballots)
        for row in self._rows("council-decisions"):
            number = row.text("number")
            counts = [
                {"option": option, "value": row.values[place]}
                for place, option in _COUNTED.items()
                if place in row.values
            ]
            if not counts and number not in voted:
                continue
            voted.discard(number)
            event: JsonObject = {
                "id": self._once("vote_events", vote_event_id(number), row),
                "identifier": number,
                "motion_id": motion_id(number),
                "organization_id": COUNCIL,
                "counts": counts,
            }
            yield event | self._decided(row, "start_date") | {"sources": self._sources("council-decisions", row)}
        for number in sorted(voted):
            day = self._ballots[number]
            when = {"start_date": _midnight(day)} if day is not None else {}
            yield {"id": vote_event_id(number), "identifier": number, "organization_id": COUNCIL} | when

    def votes(self) -> Iterator[JsonObject]:
        """The vote of each member as it is published: by the word of the standard, or by its own code."""
        table = self.tables["council-ballots"]
        for row in table.rows():
            event, name, code = vote_event_id(row.text("decision")), row.text("member"), row.text("vote")
            yield {
                "id": f"{event}~{written(name)}",
                "vote_event_id": event,
                "voter_id": person_id(name),
                "option": _OPTIONS.get(table.meanings.get(code, ""), code),
            }

    def _decided(self, row: CouncilRow, when: str) -> JsonObject:
        out: JsonObject = {}
        if isinstance(day := row.values.get("day"), date):
            out[when] = _midnight(day)
        if row.text("sitting") in self._sittings:
            out["legislative_session_id"] = event_id(row.text("sitting"))
        code = row.text("outcome")
        if code:
            out["result"] = _RESULTS.get(self.tables["council-decisions"].meanings.get(code, ""), code)
        return out

    # --- what others name ---------------------------------------------------------------------------------------------

    @cached_property
    def _named(self) -> set[str]:
        parts: tuple[CouncilPart, ...] = ("council-ballots", "council-roll")
        return {name for part in parts for row in self._rows(part) if (name := row.text("member"))}

    @cached_property
    def _commissions(self) -> set[str]:
        return {name for row in self._rows("council-seats") if (name := row.text("commission"))}

    @cached_property
    def _units(self) -> set[str]:
        return {row.text("code") for row in self._rows("units")}

    @cached_property
    def _sittings(self) -> set[str]:
        return {row.text("number") for row in self._rows("council-sittings")}

    @cached_property
    def _ballots(self) -> dict[str, date | None]:
        """The numbers of what was voted on, each with the first day that a vote on it has."""
        days: dict[str, date | None] = {}
        for row in self._rows("council-ballots"):
            day = row.values.get("day")
            known = days.setdefault(row.text("decision"), day)
            if day is not None and (known is None or day < known):
                days[row.text("decision")] = day
        return days

    @cached_property
    def _present(self) -> dict[str, list[str]]:
        table = self.tables.get("council-roll")
        present: dict[str, list[str]] = {}
        for row in table.rows() if table is not None else ():
            if table is not None and table.meanings.get(row.text("attendance")) == "present":
                present.setdefault(row.text("sitting"), []).append(row.text("member"))
        return present

    def _rows(self, part: CouncilPart) -> Iterator[CouncilRow]:
        table = self.tables.get(part)
        return table.rows() if table is not None else iter(())

    def _once(self, name: str, own: str, row: CouncilRow) -> str:
        """An id; that of a number that stands twice in different periods ends with the place of its row."""
        seen = self._seen.setdefault(name, set())
        unique = f"{own}@{row.address}" if own in seen else own
        seen.add(own)
        return unique

    def _sources(self, part: CouncilPart, row: CouncilRow) -> list[JsonObject]:
        dataset = self.tables[part].dataset
        return [{"url": f"{self.site}/data/{dataset.slug}/r/{keys.step_of(row.key)}", "note": dataset.title.fa}]


def person_id(name: str) -> str:
    """The id of whoever bears a name."""
    return f"person-{written(name)}"


def commission_id(name: str) -> str:
    """The id of a commission of the council."""
    return f"commission-{written(name)}"


def unit_id(code: str) -> str:
    """The id of a unit of the municipality."""
    return f"unit-{written(code)}"


def post_id(code: str) -> str:
    """The id of an office of the council."""
    return f"post-{code}"


def event_id(number: str) -> str:
    """The id of a sitting."""
    return f"session-{written(number)}"


def motion_id(number: str) -> str:
    """The id of what was put to the vote."""
    return f"motion-{written(number)}"


def vote_event_id(number: str) -> str:
    """The id of the vote on it."""
    return f"vote-{written(number)}"


def _midnight(day: date) -> str:
    return datetime.combine(day, time(), TEHRAN).isoformat()
