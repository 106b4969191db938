"""Reading the declarations of kinds of cases, ``<folder>/<kind>.toml``, and the states and steps that kinds share."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final, TypeVar, get_args

from ayan.core.casework.case_clock import ClockRule
from ayan.core.casework.case_kind import (
    MESSAGE_BLANKS,
    CaseKind,
    CaseMessage,
    CaseState,
    CaseStep,
    CaseTimes,
    Charge,
    FieldType,
    FormField,
    Ground,
    KeepingTimes,
    Need,
    Party,
    Privacy,
    Publication,
)
from ayan.core.casework.case_kind_check import check, check_appeals
from ayan.core.casework.case_record import read_record_rule
from ayan.core.casework.case_words import CaseStage, Outcome
from ayan.core.casework.limits import (
    LONGEST_CLOCK,
    LONGEST_FIELD,
    LONGEST_KEEPING,
    LONGEST_TIME,
    MOST_EXTENSIONS,
    MOST_REPEATS,
)
from ayan.core.schema.problem import DeclarationProblem, DeclarationProblems
from ayan.core.schema.tables import TomlTable, near, refuse_bare_dates
from ayan.core.schema.toml_text import BadToml, read_toml
from ayan.core.values.label import Label, digits_label

_Word = TypeVar("_Word", bound=str)

SHARED: Final = "shared"
"""The file of states and steps that kinds name: it declares no kind."""

CODE: Final = re.compile(r"[a-z][a-z0-9-]{0,39}")
"""How a kind's file is called, and so the kind itself: it stands in addresses and in every case."""

LIST: Final = re.compile(r"[a-z][a-z0-9-]{0,79}\.[a-z][a-z0-9_]{0,79}")
"""How a list of places is named: a dataset, and its field with their names."""

NO_LIST: Final = Label(
    "«{value}» فهرستی از جاها نیست. برای خانه‌ای از نوع place نام داده و ستون را چنین بنویسید: dataset.field.",
    "“{value}” is no list of places. For a field of the type place, name a dataset and its field: dataset.field.",
)

SUBJECTS: Final = ("city", "dataset", "release", "row", "value", "finding", "zone", "service", "unit", "case")


@dataclass(frozen=True, slots=True)
class CaseKinds:
    """The kinds that hold, by code in their order, the declaration of each, and what is wrong with the others'."""

    sound: Mapping[str, CaseKind]
    texts: Mapping[str, str]
    problems: tuple[DeclarationProblem, ...] = ()


def read_kinds(*folders: Path) -> CaseKinds:
    """Every kind in some folders; a file of a later folder takes the place of one of the same name in an earlier."""
    files: dict[str, Path] = {}
    for folder in folders:
        files |= {path.stem: path for path in sorted(folder.glob("*.toml"))}
    shared, problems = _open(files.pop(SHARED, None))
    kinds: dict[str, CaseKind] = {}
    texts: dict[str, str] = {}
    faults: list[DeclarationProblem] = list(problems.listed)
    for code, path in files.items():
        raw, own_problems = _open(path)
        if not CODE.fullmatch(code):
            own_problems.add(f"kinds/{path.name}", "", "file-name")
        kind = _kind(code, TomlTable(raw, f"kinds/{path.name}", "", own_problems), shared)
        if kind is not None and not own_problems.listed:
            kinds[code], texts[code] = kind, _declaration(raw, shared)
        faults += own_problems.listed
    faults += check_appeals(kinds)
    in_order = sorted(kinds.items(), key=lambda each: (each[1].order, each[0]))
    return CaseKinds(dict(in_order), texts, tuple(faults))


def kind_of_text(code: str, text: str) -> CaseKind:
    """The kind that was declared by a kept text of `CaseKinds.texts`. ValueError for one that declares none."""
    said, problems = json.loads(text), DeclarationProblems()
    kind = _kind(code, TomlTable(said["kind"], f"kinds/{code}.toml", "", problems), said["shared"])
    if kind is None or problems.listed:
        raise ValueError(f"the kept declaration of {code} does not hold")
    return kind


def _declaration(raw: Mapping[str, object], shared: Mapping[str, object]) -> str:
    return json.dumps({"kind": raw, "shared": shared}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _open(path: Path | None) -> tuple[Mapping[str, object], DeclarationProblems]:
    problems = DeclarationProblems()
    if path is None:
        return {}, problems
    file = f"kinds/{path.name}"
    try:
        raw = read_toml(path.read_bytes())
    except OSError:
        problems.add(file, "", "file-unreadable")
    except UnicodeDecodeError:
        problems.add(file, "", "file-encoding")
    except BadToml as fault:
        problems.add(file, "", "file-toml", reason=fault.label)
    else:
        refuse_bare_dates(raw, file, "", problems)
        return raw, problems
    return {}, problems


def _kind(code: str, table: TomlTable, shared: Mapping[str, object]) -> CaseKind | None:
    if not table.raw:
        return None
    letter = table.text("letter") if table.needed("letter") else None
    if letter is not None and not (len(letter) == 1 and letter.isascii() and letter.isupper()):
        table.refuse("letter", "not-one-of", value=letter[:60], near=Label("", ""), allowed="A … Z")
    title, says, clock = table.needed_label("title"), table.needed_label("says"), _clock(table)
    states = _states(table, shared)
    steps = _steps(table, shared, {state.code: state for state in states})
    fields = tuple(_field(each) for each in table.tables("field", "code"))
    grounds = tuple(_ground(each) for each in table.tables("ground", "code"))
    messages = _messages(table, shared)
    about = table.texts("about") or ()
    for subject in about:
        if subject not in SUBJECTS:
            table.refuse(
                "about", "not-one-of", value=subject[:60], near=near(subject, SUBJECTS), allowed=list(SUBJECTS)
            )
    kind = CaseKind(
        code=code,
        letter=letter or "",
        title=title,
        says=says,
        promise=table.label("promise") or promise_of(clock),
        clock=clock,
        times=_times(table),
        fields=fields,
        states=states,
        steps=steps,
        keeping=_keeping(table),
        digest=sha256(_declaration(table.raw, shared).encode()).hexdigest(),
        handled_by=table.text("handled_by") or "",
        publication=table.one_of("publication", get_args(Publication)) or "checked",
        anonymous=table.boolean("anonymous") or False,
        about=about,
        appeal=table.text("appeal") or "",
        support=table.boolean("support") or False,
        repeats=table.whole("repeats", 2, MOST_REPEATS) or 0,
        filed_by=table.one_of("filed_by", ("anybody", "letter", "appeal")) or "anybody",
        grounds=grounds,
        messages=messages,
        order=table.whole("order", 0, 1000) or 50,
        steps_of_service=table.texts("steps_of_service") or (),
        second_reader=table.texts("second_reader") or (),
        record=read_record_rule(table, [each.code for each in fields]),
        charges=tuple(_charge(each) for each in table.tables("charge", "code")),
        georeport=table.text("georeport") or "",
    )
    table.close()
    check(kind, table)
    return kind


def promise_of(clock: ClockRule) -> Label:
    """What a clock promises, in words."""
    fa, en = {
        "working": ("پاسخ تا {days} روز کاری پس از ثبت", "An answer within {days} working days of the receipt"),
        "calendar": ("پاسخ تا {days} روز پس از ثبت", "An answer within {days} days of the receipt"),
    }[clock.counts]
    return Label(fa, en).format(days=digits_label(clock.days))


def _states(table: TomlTable, shared: Mapping[str, object]) -> tuple[CaseState, ...]:
    named = table.texts("states") if table.needed("states") else None
    declared = {state.code: state for state in _all_states(TomlTable(shared, "kinds/shared.toml", "", table.problems))}
    declared |= {state.code: state for state in _all_states(table)}
    for code in named or ():
        if code not in declared:
            table.refuse("states", "not-one-of", value=code[:60], near=near(code, declared), allowed=list(declared))
    return tuple(declared[code] for code in named or () if code in declared)


def _all_states(table: TomlTable) -> Iterable[CaseState]:
    for each in table.tables("state", "code"):
        code, stage = each.text("code") or "", each.one_of("stage", tuple(CaseStage))
        title = each.needed_label("title")
        each.close()
        if stage is not None:
            yield CaseState(code, stage, title)


def _steps(table: TomlTable, shared: Mapping[str, object], states: Mapping[str, CaseState]) -> tuple[CaseStep, ...]:
    named = table.texts("steps") if table.needed("steps") else None
    shared_steps = TomlTable(shared, "kinds/shared.toml", "", table.problems).tables("step", "code")
    raw = {str(each.raw.get("code", "")): each for each in (*shared_steps, *table.tables("step", "code"))}
    steps = []
    for code in named or ():
        if code not in raw:
            table.refuse("steps", "not-one-of", value=code[:60], near=near(code, raw), allowed=list(raw))
            continue
        steps.append(_step(raw[code], states))
    return tuple(steps)


def _step(table: TomlTable, states: Mapping[str, CaseState]) -> CaseStep:
    """One step; of the states of a shared one, those that the kind does not have do not count."""
    sources, target = table.texts("from") or (), table.text("to") or ""
    own = not table.file.endswith("/shared.toml")
    for key, code in [*(("from", source) for source in sources), *((("to", target),) if target else ())]:
        if code not in states and (own or key == "to"):
            table.refuse(key, "not-one-of", value=code[:60], near=near(code, states), allowed=list(states))
    step = CaseStep(
        code=table.text("code") or "",
        title=table.needed_label("title"),
        done=table.needed_label("done"),
        sources=frozenset(sources) & set(states),
        to=target,
        by=_each(table, "by", get_args(Party)) or ("handler",),
        needs=frozenset(_each(table, "needs", get_args(Need))),
        optional=frozenset(_each(table, "optional", get_args(Need))),
        outcomes=tuple(Outcome(value) for value in _each(table, "outcomes", tuple(Outcome))),
        extends=table.boolean("extends") or False,
        shown=table.boolean("shown") is not False,
        others=table.label("others"),
    )
    table.close()
    return step


def _each(table: TomlTable, key: str, allowed: tuple[_Word, ...]) -> tuple[_Word, ...]:
    known = {str(word): word for word in allowed}
    values = table.texts(key) or ()
    for value in values:
        if value not in known:
            table.refuse(key, "not-one-of", value=value[:60], near=near(value, known), allowed=list(known))
    return tuple(known[value] for value in values if value in known)


def _field(table: TomlTable) -> FormField:
    choices = tuple((each.text("code") or "", each.needed_label("title")) for each in table.tables("choice", "code"))
    field = FormField(
        code=(table.text("code") if table.needed("code") else None) or "",
        title=table.needed_label("title"),
        type=table.one_of("type", get_args(FieldType)) or "line",
        privacy=table.one_of("privacy", get_args(Privacy)) or "office",
        required=table.boolean("required") or False,
        hint=table.label("hint"),
        names=table.boolean("names") or False,
        longest=table.whole("longest", 1, LONGEST_FIELD) or 200,
        choices=choices,
        lists=table.texts("lists") or (),
    )
    if field.type == "choice" and not choices:
        table.refuse("choice", "missing")
    for each in field.lists:
        if field.type != "place" or not LIST.fullmatch(each):
            table.refuse("lists", "case-no-list", NO_LIST, value=each[:60])
    table.close()
    return field


def _ground(table: TomlTable) -> Ground:
    ground = Ground(table.text("code") or "", table.needed_label("title"), table.label("law"))
    table.close()
    return ground


def _charge(table: TomlTable) -> Charge:
    charge = Charge(table.text("code") or "", table.needed_label("title"), table.label("law"))
    table.close()
    return charge


def _messages(table: TomlTable, shared: Mapping[str, object]) -> tuple[CaseMessage, ...]:
    """The messages of a kind: those that all kinds have, unless it has words of its own."""
    shared_table = TomlTable(shared, "kinds/shared.toml", "", table.problems)
    tables = (*shared_table.tables("message", "code"), *table.tables("message", "code"))
    read = {message.code: message for message in map(_message, tables)}
    return tuple(read.values())


def _message(table: TomlTable) -> CaseMessage:
    message = CaseMessage(table.text("code") or "", table.needed_label("subject"), table.needed_label("words"))
    for key, label in (("subject", message.subject), ("words", message.words)):
        try:
            label.format(**dict.fromkeys(MESSAGE_BLANKS, ""))
        except (KeyError, ValueError, IndexError, AttributeError):
            allowed = [f"{{{blank}}}" for blank in MESSAGE_BLANKS]
            table.refuse(key, "not-one-of", value="{…}", near=Label("", ""), allowed=allowed)
    table.close()
    return message


def _clock(table: TomlTable) -> ClockRule:
    clock = table.table("clock") if table.needed("clock") else None
    if clock is None:
        return ClockRule(1)
    rule = ClockRule(
        days=(clock.whole("days", 1, LONGEST_CLOCK) if clock.needed("days") else None) or 1,
        counts=clock.one_of("counts", ("working", "calendar")) or "working",
        pauses=clock.boolean("pauses") is not False,
        extension_days=clock.whole("extension_days", 0, LONGEST_CLOCK) or 0,
        extensions=clock.whole("extensions", 0, MOST_EXTENSIONS) or 0,
    )
    clock.close()
    return rule


def _times(table: TomlTable) -> CaseTimes:
    times = table.table("times")
    if times is None:
        return CaseTimes()
    usual = CaseTimes()
    read = CaseTimes(
        reopen=times.whole("reopen", 1, LONGEST_TIME) or usual.reopen,
        lapse=times.whole("lapse", 1, LONGEST_TIME) or usual.lapse,
        appeal=times.whole("appeal", 1, LONGEST_TIME) or usual.appeal,
    )
    times.close()
    return read


def _keeping(table: TomlTable) -> KeepingTimes:
    keeping = table.table("keeping") if table.needed("keeping") else None
    if keeping is None:
        return KeepingTimes(1, 1, 1)
    days = {}
    for key in ("contacts", "texts", "files"):
        days[key] = (keeping.whole(key, 1, LONGEST_KEEPING) if keeping.needed(key) else None) or 1
    keeping.close()
    return KeepingTimes(**days)
