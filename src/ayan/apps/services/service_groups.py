"""The services of the list, as they are asked for: narrowed, looked for, and put in groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal
from urllib.parse import urlencode

from ayan.apps.services.limits import LONGEST_CODE, LONGEST_LOOKED_FOR
from ayan.core.query.problem import BadQuestion, QuestionProblem, problem
from ayan.core.services.service import Service, ServiceTerm
from ayan.core.services.service_file import ServiceCatalogue
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.text import fold
from ayan.ui import value_html

ServiceGrouping = Literal["event", "audience", "unit", "letter"]
ORDERS: Final[Mapping[ServiceGrouping, Label]] = {
    "event": Label("رویداد زندگی", "Life event"),
    "audience": Label("مخاطب", "Audience"),
    "unit": Label("واحد", "Unit"),
    "letter": Label("الفبا", "A to Z"),
}
FILTERS: Final = ("event", "audience", "unit")


@dataclass(frozen=True, slots=True)
class ServiceQuery:
    """What is asked of the list: words to look for, conditions by the codes of terms, and how it is put in groups."""

    q: str = ""
    event: str = ""
    audience: str = ""
    unit: str = ""
    by: ServiceGrouping = "event"

    @property
    def narrows(self) -> bool:
        """Whether not all services are asked for."""
        return bool(self.q or self.event or self.audience or self.unit)

    def picks(self, service: Service) -> bool:
        """Whether a service meets the conditions; each word must stand in one of its names, or in what is said."""
        if self.event and self.event not in [event.code for event in service.events]:
            return False
        if (self.audience and self.audience != service.audience.code) or (self.unit and self.unit != service.unit.code):
            return False
        said = fold(" ".join((service.code, *service.names(), *service.says.words().values())))
        return all(word in said for word in fold(self.q).split())

    def address(self, **other: str) -> str:
        """The query of an address that asks this, with something else in it; empty where everything is asked for."""
        asked = replace(self, **other)  # type: ignore[arg-type]  # each caller names its fields
        pairs = [(name, getattr(asked, name)) for name in ("q", *FILTERS) if getattr(asked, name)]
        pairs += [("by", asked.by)] if asked.by != "event" else []
        return f"?{urlencode(pairs)}" if pairs else ""


@dataclass(frozen=True, slots=True)
class ServiceGroup:
    """The services under one heading; ``anchor`` is its place on the page."""

    anchor: str
    title: str
    services: tuple[Service, ...]


def read(params: Sequence[tuple[str, str]], catalogue: ServiceCatalogue) -> ServiceQuery:
    """What an address asks of the list. Raises BadQuestion where it asks what the list does not know."""
    allowed: dict[str, tuple[str, ...]] = {
        "event": tuple(catalogue.terms.events),
        "audience": tuple(catalogue.terms.audiences),
        "unit": tuple(catalogue.terms.units),
        "by": tuple(ORDERS),
    }
    given = {name: text.strip() for name, text in params if text.strip()}
    problems: list[QuestionProblem] = []
    if len(params) != len({name for name, _ in params}):
        problems += [problem("repeated", name) for name in {name for name, _ in params}]
    for name, text in given.items():
        problems += _faults(name, text, allowed)
    if problems:
        raise BadQuestion(problems)
    by: ServiceGrouping = next((order for order in ORDERS if order == given.get("by")), "event")
    q, event, audience, unit = (given.get(name, "") for name in ("q", *FILTERS))
    return ServiceQuery(q=q, event=event, audience=audience, unit=unit, by=by)


def _faults(name: str, text: str, allowed: Mapping[str, tuple[str, ...]]) -> Iterator[QuestionProblem]:
    longest = LONGEST_LOOKED_FOR if name == "q" else LONGEST_CODE
    if name != "q" and name not in allowed:
        yield problem("unknown-parameter", name, ("q", *allowed))
    elif len(text) > longest:
        yield problem("too-long", name, limit=longest)
    elif name != "q" and text not in allowed[name]:
        yield problem("not-allowed", name, allowed[name])


def groups(catalogue: ServiceCatalogue, asked: ServiceQuery, lang: Lang) -> list[ServiceGroup]:
    """The services that are asked for, in their groups. One that belongs to several events stands in each of them."""
    picked = [service for service in catalogue.services.values() if asked.picks(service)]
    if asked.by == "letter":
        return list(_by_letter(picked, lang))
    terms = catalogue.terms
    lists = {"event": terms.events, "audience": terms.audiences, "unit": terms.units}
    termed = (
        _group(term, [each for each in picked if _has(each, asked.by, term)], lang) for term in lists[asked.by].values()
    )
    only = asked.event if asked.by == "event" else ""
    return [group for group in termed if group.services and (not only or group.anchor == only)]


def _has(service: Service, by: ServiceGrouping, term: ServiceTerm) -> bool:
    return term in service.events if by == "event" else term in (service.audience, service.unit)


def _group(term: ServiceTerm, services: Sequence[Service], lang: Lang) -> ServiceGroup:
    return ServiceGroup(term.code, term.title.of(lang), tuple(services))


def _by_letter(services: Sequence[Service], lang: Lang) -> Iterator[ServiceGroup]:
    letters: dict[str, list[Service]] = {}
    for service in sorted(services, key=lambda each: value_html.alphabetical(each.title.of(lang))):
        letters.setdefault(service.title.of(lang)[:1].upper(), []).append(service)
    for place, (letter, under) in enumerate(letters.items(), 1):
        yield ServiceGroup(f"letter-{place}", letter, tuple(under))


def queries(catalogue: ServiceCatalogue) -> Iterator[str]:
    """The queries of the whole list in each order, and of each event, audience and unit."""
    yield from (ServiceQuery(by=by).address() for by in ORDERS)
    terms = catalogue.terms
    yield from (ServiceQuery(event=code).address() for code in terms.events)
    yield from (ServiceQuery(audience=code).address() for code in terms.audiences)
    yield from (ServiceQuery(unit=code).address() for code in terms.units)
