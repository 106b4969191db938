"""From ``ocds/<stage>.toml`` beside a dataset to a stage of contracting, or to a refusal that lists all its faults."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ayan.core.procurement.stage import (
    NEEDED_STAGE,
    PLACES,
    STAGES,
    ProcurementStage,
    StageName,
    StagePartKind,
    StagePlace,
)
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.schema.problem import DeclarationError, DeclarationProblem
from ayan.core.schema.tables import TomlTable, load_beside, near, open_beside
from ayan.core.values.label import Label

ROOM: Final = "ocds"
"""The folder beside a dataset's declaration in which it is said which stage of contracting it is, one a file."""

_STORED: Final = ("VARCHAR", "BIGINT")
_NO_STAGE: Final = Label(
    "نام پرونده باید نام یکی از مرحله‌ها باشد: {stages}.", "The file must be named for a stage: {stages}."
)
_NO_FIELD: Final = Label("این داده ستونی به نام «{name}» ندارد.{near}", "The dataset has no field “{name}”.{near}")
_PRIVATE: Final = Label(
    "ستون «{name}» منتشر نمی‌شود یا پوشیده است؛ در قالب OCDS جایی ندارد.",
    "The field “{name}” is not public, or masked: it has no place in OCDS.",
)
_UNFIT: Final = Label(
    "ستون «{name}» برای این جا نوع درستی ندارد: {wanted} لازم است.",
    "The field “{name}” is of the wrong kind here: {wanted} is wanted.",
)
_WANTED: Final[Mapping[StagePartKind, Label]] = {
    "words": Label("متن یا کد", "a text or a code"),
    "amount": Label("مبلغ", "an amount of money"),
    "day": Label("تاریخ", "a date"),
    "count": Label("عدد درست", "a whole number"),
    "listed": Label("ستونی با فهرست بسته", "a field with a closed list"),
}
_NO_CODE: Final = Label(
    "فهرست ستون «{name}» کد «{code}» را ندارد.{near}", "The list of the field “{name}” has no code “{code}”.{near}"
)
_TWICE: Final = Label("کد «{code}» به دو کد نگاشته شده است.", "The code “{code}” is mapped onto two codes.")
_TWO: Final = Label(
    "مرحلهٔ «{stage}» را داده‌های «{first}» و «{second}» هر دو اعلام کرده‌اند. تنها یکی می‌تواند.",
    "Both “{first}” and “{second}” declare the stage “{stage}”. Only one can.",
)


@dataclass(frozen=True, slots=True)
class Procurement:
    """The stages that a city's datasets play, by name, and what is wrong with those that are refused."""

    stages: Mapping[StageName, ProcurementStage]
    problems: tuple[DeclarationProblem, ...]

    @property
    def is_complete(self) -> bool:
        """Whether there is contracting to tell of: contracts are mapped, and no mapping is refused."""
        return NEEDED_STAGE in self.stages and not self.problems


def load_procurement(folders: Iterable[Path], datasets: Mapping[str, Dataset]) -> Procurement:
    """The stages in ``ocds/*.toml`` of each dataset's folder. A stage that two datasets play is refused for both."""
    sound, refused = load_beside(folders, ROOM, lambda path: load_stage(path, datasets))
    stages: dict[StageName, ProcurementStage] = {}
    problems = list(refused)
    for stage in sound:
        other = stages.setdefault(stage.name, stage)
        if other is not stage:
            words = _TWO.format(stage=stage.name, first=other.dataset, second=stage.dataset)
            problems.append(DeclarationProblem(f"{stage.dataset}/{ROOM}/{stage.name}.toml", "", "repeated", words))
    return Procurement(stages, tuple(problems))


def load_stage(path: Path, datasets: Mapping[str, Dataset]) -> ProcurementStage:
    """The stage declared in ``path``: the file's name is the stage, the folder above the dataset that plays it.

    Raises DeclarationError with every fault.
    """
    top = open_beside(path, ROOM)
    dataset = datasets[path.parent.parent.name]
    name = next((stage for stage in STAGES if stage == path.stem), None)
    if name is None:
        top.refuse("", "not-one-of", _NO_STAGE.format(stages=list(STAGES)))
        raise DeclarationError(top.problems.listed)
    places = PLACES[name]
    fields = _fields(top, dataset, places)
    codes = _codes(top, dataset, places, fields)
    only = _only(top, dataset)
    top.close()
    if top.problems.listed:
        raise DeclarationError(top.problems.listed)
    return ProcurementStage(name=name, dataset=dataset.slug, fields=fields, codes=codes, only=only)


def _fields(top: TomlTable, dataset: Dataset, places: Mapping[str, StagePlace]) -> dict[str, str]:
    table = top.table("fields") if top.needed("fields") else None
    if table is None:
        return {}
    out: dict[str, str] = {}
    for place, wanted in places.items():
        if wanted.needed:
            table.needed(place)
        declared = _field(table, place, dataset, table.text(place))
        if declared is None:
            continue
        if not _fits(declared, wanted.kind):
            words = _UNFIT.format(name=declared.name, wanted=_WANTED[wanted.kind])
            table.refuse(place, "wrong-type", words)
        out[place] = declared.name
    table.close()
    return out


def _fits(field: Field, wanted: StagePartKind) -> bool:
    match wanted:
        case "amount":
            return field.kind.is_money
        case "day":
            return field.storage == "DATE"
        case "count":
            return field.storage == "BIGINT" and not field.kind.is_money
        case "listed":
            return field.choices is not None
        case "words":
            return field.storage in _STORED


def _field(table: TomlTable, key: str, dataset: Dataset, name: str | None) -> Field | None:
    """The public field of this name; a problem is noted where there is none."""
    if name is None:
        return None
    declared = next((field for field in dataset.fields if field.name == name), None)
    if declared is None:
        known = [field.name for field in dataset.published]
        table.refuse(key, "not-one-of", _NO_FIELD.format(name=name[:60], near=near(name, known)))
    elif declared.shown != "public" or not declared.published or declared.kind.personal:
        table.refuse(key, "not-one-of", _PRIVATE.format(name=name))
        return None
    return declared


def _codes(
    top: TomlTable, dataset: Dataset, places: Mapping[str, StagePlace], fields: Mapping[str, str]
) -> dict[str, dict[str, str]]:
    table = top.table("codes")
    out: dict[str, dict[str, str]] = {}
    for place, wanted in places.items():
        if wanted.kind != "listed" or place not in fields:
            continue
        of_place = table.table(place) if table is not None else None
        if of_place is None:
            continue
        field = dataset.field(fields[place])
        mapped: dict[str, str] = {}
        for code in wanted.codes:
            for own in of_place.texts(code) or ():
                _listed(of_place, code, field, own)
                if mapped.setdefault(own, code) != code:
                    of_place.refuse(code, "repeated", _TWICE.format(code=own[:60]))
        of_place.close()
        out[place] = mapped
    if table is not None:
        table.close()
    return out


def _only(top: TomlTable, dataset: Dataset) -> dict[str, tuple[str, ...]]:
    table = top.table("only")
    out: dict[str, tuple[str, ...]] = {}
    for name in table.raw if table is not None else ():
        assert table is not None  # noqa: S101 - nothing is gone through otherwise
        codes, field = table.texts(name) or (), _field(table, name, dataset, name)
        if field is None:
            continue
        for code in codes:
            _listed(table, name, field, code)
        out[name] = codes
    return out


def _listed(table: TomlTable, key: str, field: Field, code: str) -> None:
    known = [entry.code for entry in field.choices.entries] if field.choices is not None else []
    if code not in known:
        table.refuse(key, "not-one-of", _NO_CODE.format(name=field.name, code=code[:60], near=near(code, known)))
