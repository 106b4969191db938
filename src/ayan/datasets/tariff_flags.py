"""What was charged held against the tariff in force on its day: a flag for each item, made of its tariffs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Final

from ayan.core.audit.flags.flag import Flag, FlagInputDataset, InnocentCause
from ayan.core.audit.limits import LONGEST_QUERY
from ayan.core.schema.definition import Dataset
from ayan.core.schema.expression import ExpressionError, bare_row_expression
from ayan.core.schema.problem import DeclarationProblem
from ayan.core.tariff.outcome import REASONS
from ayan.core.tariff.tariff import Tariff, TariffAudit
from ayan.core.tariff.tariff_file import FOLDER, Tariffs
from ayan.core.tariff.tariff_query import WHY, statement
from ayan.core.values.label import Label
from ayan.core.values.sql import identifier, literal

PREFIX: Final = "tariff-"
"""How the codes of these flags begin, before the item."""

_ROW: Final = "charged_row"
_CHARGED: Final = "_charged"
_NO_CHARGE: Final = "no-charge"
_NO_TARIFF: Final = "no-tariff"

_TITLE: Final = Label("مبلغی که با تعرفه سازگار نیست: {title}", "An amount off the tariff: {title}")
_SAYS: Final = Label(
    "آنچه گرفته شده با آنچه تعرفهٔ همان روز از همین عددها می‌دهد برابر نیست.",
    "What was charged is not what the tariff of that day gives for the same numbers.",
)
_WHY: Final = Label(
    "هر ریال اختلاف یا خطای محاسبه است یا تصمیمی که دلیلش باید نوشته شود.",
    "Every rial of difference is a mistake in reckoning, or a decision whose reason should be on record.",
)
_INNOCENT: Final = (
    Label(
        "مورد تخفیف یا معافیتی داشته که در این داده نیست.",
        "The case had a discount or an exemption that these data lack.",
    ),
    Label(
        "پرونده به تعرفهٔ روز درخواست حساب شده است.", "The file was computed by the tariff of the day of the request."
    ),
)
_VALUE: Final = Label("آنچه گرفته شد", "What was charged")
_AGAINST: Final = Label("به تعرفه", "by the tariff")
_CAUSES: Final = (
    InnocentCause(_NO_CHARGE, Label("مبلغ گرفته‌شده منتشر نشده است.", "What was charged is not published.")),
    InnocentCause(_NO_TARIFF, Label("برای آن روز تعرفه‌ای اعلام نشده است.", "No tariff is declared for that day.")),
)

_UNKNOWN: Final = Label("ستون «{name}» در «{dataset}» نیست یا عمومی نیست.", "“{dataset}” has no public field “{name}”.")
_NO_DATASET: Final = Label("داده‌ای به نام «{dataset}» نیست.", "There is no dataset “{dataset}”.")
_NO_KEY: Final = Label(
    "«{dataset}» کلید ندارد؛ یافته به هیچ ردیفی پیوند نمی‌خورد.",
    "“{dataset}” has no key, so a finding could not name a record.",
)
_NO_DATES: Final = Label(
    "تعرفه‌ای که با داده سنجیده می‌شود باید [valid] داشته باشد.", "A tariff that is held against data needs [valid]."
)


def tariff_flags(tariffs: Tariffs, datasets: Mapping[str, Dataset]) -> tuple[Flag, ...]:
    """The flags of all tariffs that are held against a dataset; those with a fault are in `tariff_flag_problems`."""
    fitting = [each for each in tariffs.sound if each.audit is not None and not _faults(each, each.audit, datasets)]
    fitting.sort(key=lambda each: (_dataset(each), each.item, each.since or date.min))
    flags: list[Flag] = []
    for (_, _), same in groupby(fitting, key=lambda each: (_dataset(each), each.item)):
        flags += _of_item(list(same), datasets)
    return tuple(flags)


def tariff_flag_problems(tariffs: Tariffs, datasets: Mapping[str, Dataset]) -> tuple[DeclarationProblem, ...]:
    """What stands in the way of holding a tariff against the dataset that it names."""
    problems: list[DeclarationProblem] = []
    for each in tariffs.sound:
        if each.audit is not None:
            file = f"{FOLDER}/{each.code}.toml"
            problems += [
                DeclarationProblem(file, key, "tariff-audit", words)
                for key, words in _faults(each, each.audit, datasets)
            ]
    return tuple(problems)


def in_force_on(tariffs: Tariffs, dataset: str, day: date) -> Tariff | None:
    """The tariff that the rows of a dataset of one day are held against."""
    return next((each for each in tariffs.sound if _dataset(each) == dataset and each.in_force(day)), None)


def _dataset(tariff: Tariff) -> str:
    return tariff.audit.dataset if tariff.audit is not None else ""


def _faults(tariff: Tariff, audit: TariffAudit, datasets: Mapping[str, Dataset]) -> list[tuple[str, Label]]:
    dataset = datasets.get(audit.dataset)
    if dataset is None:
        return [("audit.dataset", _NO_DATASET.format(dataset=audit.dataset[:60]))]
    faults = [] if dataset.key else [("audit.dataset", _NO_KEY.format(dataset=dataset.slug))]
    faults += [] if tariff.since is not None else [("audit", _NO_DATES)]
    public = _public(dataset)
    for key, name in (
        ("date", audit.date),
        ("charged", audit.charged),
        *((f"inputs.{n}", c.field) for n, c in audit.columns),
    ):
        if name not in public:
            faults.append((f"audit.{key}", _UNKNOWN.format(name=name[:60], dataset=dataset.slug)))
    if audit.where:
        try:
            bare_row_expression(audit.where, public)
        except ExpressionError as fault:
            faults.append(("audit.where", fault.label))
    return faults


def _public(dataset: Dataset) -> tuple[str, ...]:
    return tuple(field.name for field in dataset.published if field.shown == "public")


def _of_item(tariffs: Sequence[Tariff], datasets: Mapping[str, Dataset]) -> Iterator[Flag]:
    """One flag for all tariffs of an item; further ones where the query of one would be too long to be read."""
    dataset = datasets[_dataset(tariffs[0])]
    parts: list[list[Tariff]] = [[]]
    for each in tariffs:
        if parts[-1] and len(_query([*parts[-1], each], dataset)) > LONGEST_QUERY:
            parts.append([])
        parts[-1].append(each)
    for number, part in enumerate(parts, 1):
        yield _flag(part, dataset, "" if number == 1 else f"-{number}")


def _flag(tariffs: Sequence[Tariff], dataset: Dataset, suffix: str) -> Flag:
    first = tariffs[0]
    fields = dict.fromkeys(name for each in tariffs if each.audit is not None for name in _read(each.audit, dataset))
    causes = {cause.code: cause for each in tariffs for cause in _causes(each)}
    return Flag(
        code=f"{PREFIX}{first.item}{suffix}",
        owner=dataset.slug,
        about=dataset.slug,
        title=_TITLE.format(title=tariffs[-1].title),
        says=_SAYS,
        why=_WHY,
        innocent=_INNOCENT,
        inputs=(FlagInputDataset(_ROW, dataset.slug, tuple((name, name) for name in fields)),),
        query=_query(tariffs, dataset),
        measure="rial",
        value=_VALUE,
        against=_AGAINST,
        causes=(*_CAUSES, *causes.values()),
    )


def _causes(tariff: Tariff) -> Iterator[InnocentCause]:
    for code, words in REASONS.items():
        yield InnocentCause(code, words)
    for table in tariff.tables:
        why = next((band.why for band in table.bands if band.why is not None), None)
        yield InnocentCause(table.name, why or table.title)
    for gap in tariff.gaps:
        yield InnocentCause(gap.code, gap.says)


def _read(audit: TariffAudit, dataset: Dataset) -> Iterator[str]:
    """The fields that the query reads."""
    yield from (audit.date, audit.charged, *(column.field for _, column in audit.columns))
    if audit.where:
        yield from sorted(bare_row_expression(audit.where, _public(dataset)).names)


def _query(tariffs: Sequence[Tariff], dataset: Dataset) -> str:
    selects = [audit_statement(each, dataset) for each in tariffs]
    covered = " OR ".join(f"({_days(each)})" for each in tariffs)
    first = tariffs[0].audit
    condition = _where(first, dataset) if first is not None else ""
    selects.append(
        f"SELECT _key AS subject, CAST(NULL AS BOOLEAN) AS fires, '{_NO_TARIFF}' AS why, "
        f"CAST(NULL AS BIGINT) AS value, CAST(NULL AS BIGINT) AS threshold FROM {_ROW} WHERE NOT ({covered}){condition}"
    )
    return " UNION ALL ".join(selects)


def audit_statement(tariff: Tariff, dataset: Dataset, source: str = _ROW) -> str:
    """The SELECT that holds what was charged against one tariff: subject, fires, why, value and threshold.

    ``source`` is a table with the public fields of the dataset and ``_key``.
    """
    audit = tariff.audit
    if audit is None:
        raise ValueError(f"{tariff.code} is held against no dataset")
    columns = {name: _column(column.field, column.codes) for name, column in audit.columns}
    carried = ("_key", f"{identifier(audit.charged)} AS {_CHARGED}")
    inner = statement(tariff, columns, f"{source} WHERE {_days(tariff)}{_where(audit, dataset)}", carried)
    low, high = tariff.results[0], tariff.results[-1]
    differs = f"{_CHARGED} <> {low}" if low == high else f"{_CHARGED} NOT BETWEEN {low} AND {high}"
    nearest = low if low == high else f"CASE WHEN {_CHARGED} < {low} THEN {low} ELSE {high} END"
    return (
        f"SELECT _key AS subject, {differs} AS fires, "
        f"coalesce({WHY}, CASE WHEN {_CHARGED} IS NULL THEN '{_NO_CHARGE}' END) AS why, "
        f"CAST({_CHARGED} AS BIGINT) AS value, CAST({nearest} AS BIGINT) AS threshold FROM ({inner}) AS held"
    )


def _column(field: str, codes: Sequence[tuple[str, str]]) -> str:
    name = identifier(field)
    if not codes:
        return name
    # By the code of the dataset, that of the tariff.
    whens = " ".join(f"WHEN {literal(theirs)} THEN {literal(ours)}" for theirs, ours in codes)
    return f"(CASE {name} {whens} END)"


def _days(tariff: Tariff) -> str:
    name = identifier(tariff.audit.date) if tariff.audit is not None else "NULL"
    until = f" AND {name} <= DATE '{tariff.until.isoformat()}'" if tariff.until is not None else ""
    return f"{name} >= DATE '{(tariff.since or date.max).isoformat()}'{until}"


def _where(audit: TariffAudit, dataset: Dataset) -> str:
    return f" AND ({bare_row_expression(audit.where, _public(dataset)).sql})" if audit.where else ""
