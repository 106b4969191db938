"""A service of the city as it is declared: for whom, with which documents and steps, at what fee, within what time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from ayan.core.values.label import Label
from ayan.core.values.locale import Lang

ServiceChannel = Literal["online", "phone", "office", "post"]
CHANNELS: Final[Mapping[ServiceChannel, Label]] = {
    "online": Label("اینترنتی", "Online"),
    "phone": Label("تلفنی", "By phone"),
    "office": Label("حضوری", "At the office"),
    "post": Label("پستی", "By post"),
}
StepSide = Literal["person", "city", "other"]
SIDES: Final[Mapping[StepSide, Label]] = {
    "person": Label("شما", "You"),
    "city": Label("شهرداری", "The municipality"),
    "other": Label("دستگاهی دیگر", "Another body"),
}
FeeSort = Literal["free", "tariff", "unstated"]
"""Whether a service is declared to be free, costs what a tariff says, or nothing is established of its fee."""


@dataclass(frozen=True, slots=True)
class ServiceTerm:
    """One word that services are described by: a life event, an audience, a unit, a type of document.

    ``says`` explains it, where that is needed. ``needs`` is what people say, by language, who come with such an event
    of life: «می‌خوام مغازه باز کنم».
    """

    code: str
    title: Label
    says: Label | None = None
    needs: Mapping[Lang, tuple[str, ...]] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class ServiceStep:
    """One step of a service: what is done, and who does it. ``visit`` where somebody has to come to an office."""

    code: str
    title: Label
    by: StepSide = "city"
    visit: bool = False


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """What a service rests on, and where that can be read: an address, or the book and its page."""

    words: Label
    source: str


@dataclass(frozen=True, slots=True)
class Service:
    """One service. ``days`` are working days that the city promises, None where it promises nothing.

    ``called`` are names that people use for it, by language; ``needs`` is what those say who need it and do not know
    that there is such a service: their wish or their trouble, in their own words. ``tariff`` is the code of the tariff
    by which its fee is computed; ``output`` what whoever asks for it has in the end, None where that is not declared;
    ``case`` the kind of case by which it is begun at the counter, "" where it is not. One that is a ``sample`` was
    composed for cities to begin with, and no city has confirmed it.
    """

    code: str
    title: Label
    says: Label
    who: Label
    events: tuple[ServiceTerm, ...]
    audience: ServiceTerm
    unit: ServiceTerm
    channels: tuple[ServiceChannel, ...]
    called: Mapping[Lang, tuple[str, ...]] = field(default_factory=dict, hash=False)
    needs: Mapping[Lang, tuple[str, ...]] = field(default_factory=dict, hash=False)
    documents: tuple[ServiceTerm, ...] = ()
    steps: tuple[ServiceStep, ...] = ()
    fee: FeeSort = "unstated"
    tariff: str = ""
    days: int | None = None
    law: LegalBasis | None = None
    output: Label | None = None
    case: str = ""
    sample: bool = False

    def names(self) -> Iterator[str]:
        """Every name of it, in every language: its titles, and what people call it."""
        yield from self.title.words().values()
        for names in self.called.values():
            yield from names

    def sayings(self) -> Iterator[str]:
        """What people say who need it, in every language."""
        for sayings in self.needs.values():
            yield from sayings

    @property
    def needs_visit(self) -> bool:
        """Whether somebody has to come to an office: it can be begun nowhere else, or one of its steps is done there.

        A visit of the municipality to a place of the applicant's is none.
        """
        return self.channels == ("office",) or any(step.visit for step in self.steps)


@dataclass(frozen=True, slots=True)
class ServiceTerms:
    """The words that services are described by, by code, in the order of their list."""

    events: Mapping[str, ServiceTerm] = field(default_factory=dict)
    audiences: Mapping[str, ServiceTerm] = field(default_factory=dict)
    units: Mapping[str, ServiceTerm] = field(default_factory=dict)
    documents: Mapping[str, ServiceTerm] = field(default_factory=dict)
    steps: Mapping[str, ServiceStep] = field(default_factory=dict)
