"""What helps to put a file right: lists of codes, offers, similar spellings, operations, and the row beside a cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ayan.apps.desk.fixing import known_fixes, shape_pictures
from ayan.apps.desk.fixing.known_fixes import RememberedFixes, is_remembered
from ayan.apps.desk.limits import LONGEST_BESIDE, MOST_CODES, MOST_OFFERED
from ayan.apps.desk.selectors import mark_of
from ayan.apps.desk.submission_page import SubmissionPage
from ayan.core.refine.column_mapping import header_fingerprint
from ayan.core.refine.column_operations import FACTORS, OF_SHAPES, OPERATIONS
from ayan.core.refine.corrections import Correction
from ayan.core.refine.issue_store import IssueCause, IssueStore
from ayan.core.refine.spellings import SpellingCluster, nearest
from ayan.core.schema.field import CodeList, Field
from ayan.core.values import locale
from ayan.core.values.canonical import canonical_json, sha256_hex
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.text import fold

NOT_RECORDS: Final = frozenset(
    {"row-sparse", "row-header", "row-numbers", "row-units", "row-reckoned", "total-suspected"}
)
"""Questions about rows that mostly are titles, headers, sums or notes: one decision leaves out those of all."""
REMEMBERED: Final = Label("مانند دفعهٔ پیش", "as the last time")
BECOMES: Final = Label(" ← ", " → ")
NEAR: Final = Label("نزدیک‌ترین در فهرست", "the nearest of the list")


@dataclass(frozen=True, slots=True)
class TextOffer:
    """A text that could be written for another: as the last time, or because it is the only one of a list so near."""

    field: Field
    old: str
    new: str
    count: int
    remembered: bool

    @property
    def mark(self) -> str:
        """By what the form names it."""
        return sha256_hex(canonical_json(["offer", self.field.name, self.old, self.new]))[:12]


def aids(
    desk: SubmissionPage, issues: IssueStore, context: Mapping[str, Any], typed: Mapping[str, str]
) -> dict[str, Any]:
    """What the page of problems shows beside the groups of ``context``, to which the aids for each are added."""
    fields, taking = ({field.name: field for field in of.fields} for of in (desk.dataset, desk.taking))
    groups = [*context["errors"], *context["warnings"]]
    for group in [*groups, *([context["opened"]] if context.get("opened") else ())]:
        group["choices"] = choices(taking.get(group["cause"].field or ""), desk.lang)
        group["listed"] = 0 < len(group["choices"]) <= MOST_CODES
        wrong = issues.shapes(group["cause"].id)
        group["shapes"] = shape_pictures.pictures(wrong, group["cause"].code, desk.lang) if wrong else None
        group["fills"] = any(not value["text"] for value in group["values"])
        for value in group["values"]:
            value["beside"] = beside(value["beside"], fields, group["cause"].fields, desk.lang)
    for row in context.get("rows", ()):
        row["beside"] = beside(row["beside"], fields, [], desk.lang)
        row["picked"] = typed.get(f"pick:{row['number']}", "")
    known = known_fixes.remembered(desk.submission)
    offered = offers(desk, issues, known)
    clusters = spellings(desk, known)
    columns = [(name, fields[name].label.of(desk.lang)) for name, at in _columns(desk).items() if name in fields]
    rows = sum(group["cause"].rows for group in context["errors"] if group["cause"].code in NOT_RECORDS)
    has_shapes = any(field.kind.is_shape for field in fields.values())
    return {
        "offers": [_offer(offer, desk.lang) for offer in offered],
        "spellings": [_cluster(cluster, fields, typed, desk.lang) for cluster in clusters],
        "recipe": [operation_words(fix, fields, desk.lang) for fix in recipe(desk, known)],
        "operations": [
            (name, label.of(desk.lang)) for name, label in OPERATIONS.items() if has_shapes or name not in OF_SHAPES
        ],
        "factors": FACTORS,
        "columns": columns,
        "operation": {name: typed.get(f"op-{name}", "") for name in ("field", "kind", "old", "new", "factor")},
        "rows_of_none": rows,
        "picked_new": typed.get("picked-new", ""),
    }


def choices(field: Field | None, lang: Lang) -> list[tuple[str, str]]:
    """What the cells of a field with a list may say: the text that is written, and how the page calls it."""
    if field is None or field.choices is None:
        return []
    return [(entry.label.fa, entry.label.of(lang)) for entry in field.choices.entries]


def beside(
    texts: Sequence[tuple[str, str]], fields: Mapping[str, Field], own: Sequence[str], lang: Lang
) -> list[tuple[str, str]]:
    """What stands in the row beside the cells of a group, with the names of its fields."""
    return [
        (fields[name].label.of(lang), text if len(text) <= LONGEST_BESIDE else f"{text[: LONGEST_BESIDE - 1]}…")
        for name, text in texts
        if name in fields and name not in own
    ]


# --- offers -----------------------------------------------------------------------------------------------------------


def offers(desk: SubmissionPage, issues: IssueStore, known: RememberedFixes | None = None) -> list[TextOffer]:
    """What could be written for texts that stand in groups of errors or are one of several spellings."""
    known = known_fixes.remembered(desk.submission) if known is None else known
    fields = {field.name: field for field in desk.taking.fields if is_remembered(field)}
    by_text: dict[tuple[str, str], TextOffer] = {}
    for cause in issues.errors:
        field = fields.get(cause.field or "")
        if field is None or cause.fingerprint or not cause.rows:
            continue
        spelt = _spelt(field.choices) if field.choices else {}
        for value in issues.values(cause.id, limit=MOST_OFFERED).values:
            new = _still_taken(field, known.texts.get(field.name, {}).get(value.text, ""))
            near = "" if new or not value.text else nearest(value.text, spelt) or ""
            if (new or near) and (new or near) != value.text:
                by_text.setdefault(
                    (field.name, value.text), TextOffer(field, value.text, new or near, value.count, bool(new))
                )
    for cluster in desk.folder.spellings() if desk.folder else ():
        for text, count in cluster.texts:
            if cluster.field not in fields:
                continue
            new = _still_taken(fields[cluster.field], known.texts.get(cluster.field, {}).get(text, ""))
            if new and new != text:
                by_text.setdefault((cluster.field, text), TextOffer(fields[cluster.field], text, new, count, True))
    return sorted(by_text.values(), key=lambda offer: (not offer.remembered, -offer.count))[:MOST_OFFERED]


def _still_taken(field: Field, text: str) -> str:
    """A text that was written before; empty where it stood for a value that the list does not take any more."""
    if field.choices is None or not text:
        return text
    return text if fold(text) in {fold(each) for entry in field.choices.entries for each in entry.spellings} else ""


def _spelt(choices: CodeList) -> dict[str, Sequence[str]]:
    """The spellings of each member of a list, by the text that is written for it."""
    return {entry.label.fa: entry.spellings for entry in choices.entries}


def _offer(offer: TextOffer, lang: Lang) -> dict[str, Any]:
    return {
        "mark": offer.mark,
        "label": offer.field.label.of(lang),
        "old": offer.old,
        "new": dict(choices(offer.field, lang)).get(offer.new, offer.new),
        "count": offer.count,
        "remembered": offer.remembered,
        "why": (REMEMBERED if offer.remembered else NEAR).of(lang),
    }


# --- similar spellings ------------------------------------------------------------------------------------------------


def spellings(desk: SubmissionPage, known: RememberedFixes | None = None) -> list[SpellingCluster]:
    """The clusters of the file; those that are offered as the last time are not asked about twice."""
    known = known_fixes.remembered(desk.submission) if known is None else known
    return [
        cluster
        for cluster in (desk.folder.spellings() if desk.folder else ())
        if not any(text in known.texts.get(cluster.field, {}) for text, _ in cluster.texts)
    ]


def cluster_mark(cluster: SpellingCluster) -> str:
    """By what the form names a cluster, whatever the numbers of its cells are."""
    return sha256_hex(canonical_json(["cluster", cluster.field, *sorted(text for text, _ in cluster.texts)]))[:12]


def _cluster(
    cluster: SpellingCluster, fields: Mapping[str, Field], typed: Mapping[str, str], lang: Lang
) -> dict[str, Any]:
    mark = cluster_mark(cluster)
    return {
        "mark": mark,
        "label": fields[cluster.field].label.of(lang) if cluster.field in fields else cluster.field,
        "texts": cluster.texts,
        "near": cluster.near,
        "typed": typed.get(f"cluster:{mark}", ""),
    }


# --- operations on columns --------------------------------------------------------------------------------------------


def recipe(desk: SubmissionPage, known: RememberedFixes) -> list[Correction]:
    """The operations of the last file with this header that were not done to this one."""
    if desk.folder is None or not known.recipes:
        return []
    done = [fix for fix in desk.inputs.fixes if fix.kind == "column"]
    there = _columns(desk)
    wanted = known.operations(header_fingerprint(desk.folder.table()))
    return [fix for fix in wanted if fix not in done and fix.field in there]


def _columns(desk: SubmissionPage) -> dict[str, int]:
    """The fields that stand in columns of the file."""
    choice = desk.inputs.choice
    return {name: at for name, at in choice.fields.items() if isinstance(at, int)} if choice else {}


def operation_words(fix: Correction, fields: Mapping[str, Field], lang: Lang) -> str:
    """An operation in words: the column, what is done, and its texts."""
    field = fields.get(fix.field or "")
    label = field.label.of(lang) if field else ""
    texts = [locale.of(lang).quoted(text) for text in (fix.old, fix.new) if text]
    if fix.code == "multiply":
        texts = [fix.new]
    said = OPERATIONS[fix.code].of(lang)
    return f"{label}: {said}" + (f" ({BECOMES.of(lang).join(texts)})" if texts else "")


# --- which group is next ----------------------------------------------------------------------------------------------


def next_group(causes: Sequence[IssueCause], done: Sequence[str]) -> str:
    """The mark of the group to go on with: the first open one after the last that was decided, else the first open."""
    marks = [mark_of(cause) for cause in causes if cause.severity == "error"]
    last = max((at for at, mark in enumerate(marks) if mark in done), default=-1)
    return next((mark for mark in _from(marks, last + 1) if mark not in done), "")


def at(groups: Sequence[dict[str, Any]], wanted: str) -> str:
    """The mark of the group at which the page is to be opened: the one wanted, or where it is gone the first."""
    marks = [group["mark"] for group in groups]
    return wanted if wanted in marks else next(iter(marks), "") if wanted else ""


def _from(marks: Sequence[str], at: int) -> Iterator[str]:
    yield from marks[at:]
    yield from marks[:at]
