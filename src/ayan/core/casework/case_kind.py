"""A kind of case as it is declared: its form, its clock, its steps, and what of it becomes public."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

from ayan.core.casework.case_clock import ClockRule
from ayan.core.casework.case_record import RecordRule
from ayan.core.casework.case_words import CaseStage, Outcome
from ayan.core.values.label import Label

FieldType = Literal["line", "text", "choice", "day", "place", "pin", "mail", "phone", "files", "subject", "steps"]
Privacy = Literal["public", "office", "contact"]
"""Who may read a field: everybody (once it was checked), those who deal with the case, or nobody (messages alone)."""

Party = Literal["person", "handler", "reviewer", "head", "system"]
Need = Literal[
    "text",
    "private",
    "ground",
    "reason",
    "unit",
    "officer",
    "case",
    "evidence",
    "day",
    "review",
    "fee",
    "number",
    "charge",
    "record",
]
Publication = Literal["checked", "closed", "never"]


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of the form. ``longest`` is in characters; ``choices`` are codes and what they are called.

    What ``names`` the person is erased with the ways of reaching them. ``lists`` are fields of datasets, each as
    ``dataset.field``, that hold the names of the places from which one may be chosen.
    """

    code: str
    title: Label
    type: FieldType = "line"
    privacy: Privacy = "public"
    required: bool = False
    hint: Label | None = None
    longest: int = 200
    names: bool = False
    choices: tuple[tuple[str, Label], ...] = ()
    lists: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseState:
    """One state of a kind, by its code, and the stage that everybody is told."""

    code: str
    stage: CaseStage
    title: Label


@dataclass(frozen=True, slots=True)
class CaseStep:
    """What may be done in some states, and by whom; ``to`` is "" where the state stays.

    ``outcomes`` are those that may be chosen from, one being taken without asking; ``extends`` the clock; ``done`` is
    what the history says of it, ``others`` what it says to everybody else where ``done`` speaks to the person. What is
    ``shown`` stands in the public history too, with its text once that is checked.
    """

    code: str
    title: Label
    done: Label
    sources: frozenset[str]
    to: str = ""
    by: tuple[Party, ...] = ("handler",)
    needs: frozenset[Need] = frozenset()
    optional: frozenset[Need] = frozenset()
    outcomes: tuple[Outcome, ...] = ()
    extends: bool = False
    shown: bool = True
    others: Label | None = None

    @property
    def done_for_others(self) -> Label:
        """What the history says of it to whoever did not bring the case."""
        return self.others or self.done


@dataclass(frozen=True, slots=True)
class Ground:
    """A ground on which a case of a kind may be refused; ``law`` says where it stands."""

    code: str
    title: Label
    law: Label | None = None


@dataclass(frozen=True, slots=True)
class Charge:
    """Something that money may be asked for without a tariff that computes it; ``law`` says who decides how much."""

    code: str
    title: Label
    law: Label | None = None


@dataclass(frozen=True, slots=True)
class KeepingTimes:
    """How many days after it is closed a case keeps names and contacts, what only the office reads, and files."""

    contacts: int
    texts: int
    files: int


@dataclass(frozen=True, slots=True)
class CaseTimes:
    """How many days of the calendar a case may be opened again or appealed, and a question waits until it lapses."""

    reopen: int = 30
    lapse: int = 30
    appeal: int = 30


@dataclass(frozen=True, slots=True)
class CaseMessage:
    """What the person is told after a step (or ``filed``, ``late``), with blanks of `MESSAGE_BLANKS`."""

    code: str
    subject: Label
    words: Label


@dataclass(frozen=True, slots=True)
class CaseKind:
    """One kind of case. ``digest`` names its declaration, so that an old case is dealt with by the rules it came under.

    ``letter`` begins its numbers. ``handled_by`` is a unit's slug, "" for whoever owns the dataset it is about, and the
    city's counter otherwise. ``appeal`` is the kind to which one may appeal, "" for none. As soon as as many similar
    cases came as ``repeats`` says, the unit is asked to publish what they ask for. The steps of ``second_reader`` are
    taken by whoever read the draft of another, and by nobody alone. ``record`` is what the document becomes in the
    data; ``georeport`` is the field whose choices are what can be reported by programs (Open311 GeoReport), "" where
    the kind goes out so in no way; ``charges`` are what an officer may ask money for that no tariff computes.
    """

    code: str
    letter: str
    title: Label
    says: Label
    clock: ClockRule
    fields: tuple[FormField, ...]
    states: tuple[CaseState, ...]
    steps: tuple[CaseStep, ...]
    keeping: KeepingTimes
    digest: str
    promise: Label
    times: CaseTimes = CaseTimes()
    handled_by: str = ""
    publication: Publication = "checked"
    anonymous: bool = False
    about: tuple[str, ...] = ()
    appeal: str = ""
    support: bool = False
    repeats: int = 0
    filed_by: Literal["anybody", "letter", "appeal"] = "anybody"
    grounds: tuple[Ground, ...] = ()
    messages: tuple[CaseMessage, ...] = ()
    order: int = 50
    steps_of_service: tuple[str, ...] = field(default_factory=tuple)
    second_reader: tuple[str, ...] = ()
    record: RecordRule | None = None
    charges: tuple[Charge, ...] = ()
    georeport: str = ""

    def state(self, code: str) -> CaseState:
        """The state of this code. KeyError for one that is not declared."""
        return next((state for state in self.states if state.code == code), None) or _missing(code)

    def step(self, code: str) -> CaseStep | None:
        """The step of this code."""
        return next((step for step in self.steps if step.code == code), None)

    def field(self, code: str) -> FormField | None:
        """The field of this code."""
        return next((each for each in self.fields if each.code == code), None)

    @property
    def place(self) -> FormField | None:
        """The field that says where something is, where everybody may read it once it was checked."""
        public = [each for each in self.fields if each.type == "place" and each.privacy == "public"]
        return public[0] if public and self.publication != "never" else None

    def steps_from(self, state: str, party: Party) -> tuple[CaseStep, ...]:
        """What a party may do in a state, in the order of the declaration."""
        return tuple(step for step in self.steps if state in step.sources and party in step.by)

    def by_second_reader(self, step: CaseStep, state: str, party: Party) -> bool:
        """Whether a step is open to a party as far as second readers go: where one is needed, it is theirs alone."""
        if step.code not in self.second_reader or party == "system":
            return True
        return party == "reviewer" and self.state(state).stage == CaseStage.REVIEW

    def ground(self, code: str) -> Ground | None:
        """The ground of this code."""
        return next((ground for ground in self.grounds if ground.code == code), None)

    def charge(self, code: str) -> Charge | None:
        """The charge of this code."""
        return next((charge for charge in self.charges if charge.code == code), None)

    def message(self, code: str) -> CaseMessage | None:
        """What the person is told after a step; None where nothing is sent."""
        return next((message for message in self.messages if message.code == code), None)

    @property
    def begins(self) -> CaseState:
        """The state in which a case begins."""
        return self.states[0]


FILED: Final = "filed"
LATE: Final = "late"
LATE_APPEAL: Final = "late-appeal"
CLOSED: Final = "closed"
JOINED_CLOSED: Final = "joined-closed"
ERASED: Final = "erased"
"""What happens to every case without being a step of its kind."""

MESSAGE_BLANKS: Final = ("number", "title", "due", "until", "day", "where", "outcome", "other", "fee", "calculation")
"""What the words of a message may have filled in: the case, its kind, days, page and outcome, another case, a fee."""

FEE_BLANKS: Final = frozenset({"fee", "calculation"})
"""Those that only the message of a step that needs a computed fee has: the amount, and the address of it."""


def _missing(code: str) -> CaseState:
    raise KeyError(code)
