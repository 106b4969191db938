"""What the city does, as a declared catalogue lists it, how each activity stands, and what may be asked about them.

Nobody enters how an activity stands: it follows from what is declared, published and due on the day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, Literal
from urllib.parse import urlencode

from ayan.apps.catalog.explorer import portions
from ayan.apps.catalog.record import records
from ayan.apps.promises.limits import ACTIVITIES_PAGE, LONGEST_VALUE, MOST_PAGES, MOST_VALUES
from ayan.apps.promises.proofs import STATES, Proof, ProofState, ProofStates
from ayan.core.query import keys
from ayan.core.query.answer import Row, Snapshot, Unanswered
from ayan.core.query.limits import MAX_SIZE
from ayan.core.query.problem import BadQuestion, QuestionProblem, problem
from ayan.core.query.question import Question
from ayan.core.query.question_parser import Parameters
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field, FieldRole
from ayan.core.schema.view import ProofView
from ayan.core.schema.views import BLANK
from ayan.core.values import locale
from ayan.core.values.digits import to_latin
from ayan.core.values.label import Label, in_each
from ayan.core.values.locale import Lang
from ayan.ui import value_html
from ayan.wiring.city import City

NO_UNIT: Final = Label("اعلام نشده", "Not stated")


@dataclass(frozen=True, slots=True)
class Activity:
    """One thing that the city does.

    ``unit`` is the one that the catalogue names; where it names none, the unit that owes the first of the proofs
    (``unit_owes``); None where there is neither. ``group`` is the code of its category, "" where it has none. ``named``
    are datasets that the catalogue names without saying what of them proves it: they prove nothing.
    """

    key: str
    title: Label
    unit: Label | None
    unit_owes: bool
    group: str
    proofs: tuple[Proof, ...]
    state: ProofState
    named: tuple[Proof, ...] = ()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The activities of the dataset that declares them, in its order.

    ``sample`` counts the rows that are marked as a sample nobody has confirmed. ``snapshot`` is what was read.
    """

    dataset: Dataset
    activities: tuple[Activity, ...]
    groups: Field | None
    sample: int
    snapshot: Snapshot

    def group_label(self, code: str) -> Label:
        """What a group is called."""
        if not code:
            return NO_UNIT
        choices = self.groups.choices if self.groups else None
        return in_each(partial(choices.label, code)) if choices else Label(code, code)


def catalogue(city: City) -> Catalogue | None:
    """The first declared catalogue of activities; None where no dataset declares one. Raises Unanswered."""
    declared = next(((dataset, view) for dataset in city.registry.all() if (view := dataset.view(ProofView))), None)
    if declared is None:
        return None
    dataset, view = declared
    question = Question(slug=dataset.slug, size=MAX_SIZE)
    standing = city.query_service.snapshot(dataset, question)
    rows = tuple(_rows(city, dataset, question, standing))
    states = ProofStates(city)
    groups = _field(dataset, "category")
    whole = Counter(
        address.partition("?")[0]
        for row in rows
        for address in str(row.values.get(view.measured) or "").split()
        if not states.filtered(address)
    )
    shared = {slug for slug, times in whole.items() if times > 1}
    activities = tuple(_activity(dataset, view, row, groups, states, shared) for row in rows)
    return Catalogue(dataset, activities, groups, _sampled(city, dataset, view, standing), standing)


def _rows(city: City, dataset: Dataset, question: Question, snapshot: Snapshot) -> Iterator[Row]:
    """Every row, page by page."""
    while True:
        answer = city.query_service.rows(dataset, question, snapshot)
        yield from answer.rows
        if answer.next is None:
            return
        question = replace(question, cursor=answer.next)


def _sampled(city: City, dataset: Dataset, view: ProofView, snapshot: Snapshot) -> int:
    """How many rows the catalogue itself marks as a sample."""
    added = portions.conditions(dataset, view.where) if view.where else None
    if not added:
        return 0
    question = Question(slug=dataset.slug, filters=added, size=1, count=True)
    return city.query_service.rows(dataset, question, snapshot).total or 0


def _activity(
    dataset: Dataset, view: ProofView, row: Row, groups: Field | None, states: ProofStates, shared: Set[str]
) -> Activity:
    named = tuple(states.proof(slug) for slug in str(row.values.get(view.by) or "").split())
    proofs = named
    if view.measured:
        asked = str(row.values.get(view.measured) or "").split()
        measured = (
            states.measured(address)
            for address in asked
            if states.filtered(address) or address.partition("?")[0] not in shared
        )
        proofs = tuple(proof for proof in measured if proof is not None)
        named = tuple(each for each in named if each.slug not in {proof.slug for proof in proofs})
    units = _field(dataset, "unit")
    own_unit = str(row.values.get(units.name) or "") if units else ""
    owing = next((proof.dataset.owner for proof in (*proofs, *named) if proof.dataset is not None), None)
    return Activity(
        key=keys.key_of(dataset, row),
        title=in_each(partial(_called, dataset, view, row)),
        unit=Label(own_unit, own_unit) if own_unit else owing,
        unit_owes=not own_unit and owing is not None,
        group=str(row.values.get(groups.name) or "") if groups else "",
        proofs=proofs,
        state=_state(proofs),
        named=named if view.measured else (),
    )


def _called(dataset: Dataset, view: ProofView, row: Row, lang: Lang) -> str:
    """What an activity is called: the declared words, or its title where one of their blanks is empty."""
    text = view.text.of(lang)
    values = {name: row.values.get(name) for name in BLANK.findall(text)}
    if not text or not all(values.values()):
        return records.title(dataset, row, lang)
    written = {name: value_html.value_plain(dataset.field(name), value, lang, "rial") for name, value in values.items()}
    return BLANK.sub(lambda match: written[match[1]], text)


def _state(proofs: Iterable[Proof]) -> ProofState:
    """How an activity stands: by all its datasets together, those that are withheld left out where there are others."""
    states = [proof.state for proof in proofs]
    shown = [state for state in states if state != "withheld"]
    if not shown:
        return "withheld" if states else "absent"
    if all(state == "absent" for state in shown):
        return "absent"
    return "fresh" if all(state == "fresh" for state in shown) else "late"


def _field(dataset: Dataset, role: FieldRole) -> Field | None:
    """The first public field with a role."""
    return next((field for field in dataset.published if field.role == role and field.shown == "public"), None)


# --- what is asked about them ----------------------------------------------------------------------------------------

ActivityGrouping = Literal["unit", "group"]

NONE: Final = "-"
"""How an address says that there is no unit, or no group."""

FILTERS: Final = ("unit", "group", "status")


@dataclass(frozen=True, slots=True)
class ActivityQuery:
    """Conditions of one kind are alternatives, those of different kinds hold together; pages count from 1."""

    unit: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    by: ActivityGrouping = "unit"
    page: int = 1

    def picks(self, activity: Activity) -> bool:
        """Whether an activity meets the conditions."""
        unit = {activity.unit.fa, activity.unit.en} if activity.unit else {NONE}
        return (
            (not self.unit or bool(unit & set(self.unit)))
            and (not self.group or (activity.group or NONE) in self.group)
            and (not self.status or activity.state in self.status)
        )

    def query(self, **other: object) -> str:
        """The query of an address that asks this, with something else in it; empty where everything is asked for."""
        asked = replace(self, **{"page": 1, **other})  # type: ignore[arg-type]  # each caller names its fields
        pairs = [(name, text) for name in FILTERS for text in getattr(asked, name)]
        pairs += [("_by", asked.by)] if asked.by != "unit" else []
        pairs += [("_page", str(asked.page))] if asked.page > 1 else []
        return f"?{urlencode(pairs)}" if pairs else ""


@dataclass(frozen=True, slots=True)
class ActivityLine:
    """The activities of one unit or group, counted by state as `STATES` orders them; ``code`` says it in an address."""

    code: str
    label: Label | None
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(self.counts)


def read(params: Parameters, catalogue: Catalogue | None, *, on_page: bool) -> ActivityQuery:
    """What an address asks; a page also takes an order, a number and the blanks of its form. Raises BadQuestion."""
    known = (*FILTERS, "_by", "_page") if on_page else (*FILTERS, "_lang")
    problems = [problem("unknown-parameter", name, known) for name, _ in params if name not in known]
    given: dict[str, list[str]] = {name: [] for name in known}
    for name, text in params:
        if name in known and (text.strip() or not on_page):
            given[name].append(text.strip())
    allowed = {"status": tuple(STATES), "_by": ("unit", "group"), "_lang": locale.codes(), "group": _groups(catalogue)}
    for name, texts in given.items():
        problems += _wrong(name, texts, allowed.get(name, ()))
    page = _number(given.get("_page", []))
    if page is None:
        problems.append(problem("size", "_page", limit=MOST_PAGES))
    if problems:
        raise BadQuestion(problems)
    unit, group, status = (tuple(dict.fromkeys(given[name])) for name in FILTERS)
    return ActivityQuery(unit, group, status, "group" if given.get("_by") == ["group"] else "unit", page or 1)


def _groups(catalogue: Catalogue | None) -> tuple[str, ...]:
    """The codes of the groups, where they are a closed list."""
    choices = catalogue.groups.choices if catalogue and catalogue.groups else None
    return (*(entry.code for entry in choices.entries), NONE) if choices else ()


def _wrong(name: str, texts: Sequence[str], allowed: tuple[str, ...]) -> Iterator[QuestionProblem]:
    """What is wrong with the values of one parameter."""
    if name not in FILTERS and len(texts) > 1:
        yield problem("repeated", name)
    if len(texts) > MOST_VALUES:
        yield problem("too-many", name, limit=MOST_VALUES)
    if "" in texts:
        yield problem("empty-value", name)
    elif any(len(text) > LONGEST_VALUE for text in texts):
        yield problem("too-long", name, limit=LONGEST_VALUE)
    elif allowed and not set(texts) <= set(allowed):
        yield problem("not-allowed", name, allowed)


def _number(texts: Sequence[str]) -> int | None:
    """The number of a page, 1 where none is given; None where it is none."""
    if not texts:
        return 1
    text = to_latin(texts[0])
    return int(text) if text.isdecimal() and len(text) < 6 and 1 <= int(text) <= MOST_PAGES else None


def lines(catalogue: Catalogue, picked: Sequence[Activity], by: ActivityGrouping) -> list[ActivityLine]:
    """The activities counted by unit or group and state: most first, and last those of which it is not established."""
    counted: dict[str, tuple[Label | None, dict[str, int]]] = {}
    for activity in picked:
        code = (activity.unit.fa if activity.unit else NONE) if by == "unit" else (activity.group or NONE)
        label = activity.unit if by == "unit" else catalogue.group_label(activity.group) if activity.group else None
        _, counts = counted.setdefault(code, (label, dict.fromkeys(STATES, 0)))
        counts[activity.state] += 1
    rows = [ActivityLine(code, label, tuple(counts.values())) for code, (label, counts) in counted.items()]
    return sorted(rows, key=lambda line: (line.label is None, -line.total, line.code))


def queries(city: City) -> Iterator[str]:
    """The queries of the whole list, of each unit, group and status, and of the same by groups, with every page."""
    asked = [ActivityQuery(), ActivityQuery(by="group")]
    try:
        activity_catalogue = catalogue(city)
    except Unanswered:
        activity_catalogue = None
    if activity_catalogue is None:
        yield ""
        return
    units = dict.fromkeys(activity.unit.fa if activity.unit else NONE for activity in activity_catalogue.activities)
    asked += [ActivityQuery(unit=(unit,)) for unit in units]
    asked += [
        ActivityQuery(group=(group,), by="group")
        for group in dict.fromkeys(each.group or NONE for each in activity_catalogue.activities)
    ]
    asked += [ActivityQuery(status=(state,)) for state in STATES]
    for query in asked:
        picked = sum(query.picks(each) for each in activity_catalogue.activities)
        for page in range(1, max(1, -(-picked // ACTIVITIES_PAGE)) + 1):
            yield query.query(page=page)
