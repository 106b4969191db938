"""The guard before publication: what must not become public unseen holds the submission until somebody answers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from ayan.core.refine import groups, traces
from ayan.core.refine.traces import Found
from ayan.core.refine.workbench import Workbench
from ayan.core.schema.catalogue import HOLDING
from ayan.core.schema.guarding import RELEASES, TRACES
from ayan.core.schema.issue import Issue
from ayan.core.schema.privacy import personal_in
from ayan.core.values import sql
from ayan.core.values.canonical import sha256_hex
from ayan.core.values.label import Label
from ayan.core.values.personal import plain_text
from ayan.core.values.refusal import Refusal

REDACTED: Final = "…"
RELEASED: Final = Label("{message} اجازه داده شد: {reason}.", "{message} It was released: {reason}.")

_MASKED: Final = frozenset({"text", "place", "link"})
_HIDDEN: Final = frozenset({"rows-hidden", "columns-hidden", "sheet-hidden-read"})
_FINGERPRINT: Final = re.compile(r"[0-9a-f]{64}")


class NoReleases(Refusal, ValueError):
    """A list of releases that cannot be used."""

    code = "guard-releases"
    fa = "فهرست اجازه‌ها خواندنی نیست."
    en = "The list of releases cannot be read."
    status = 422


@dataclass(frozen=True, slots=True)
class Passed:
    """One finding that a privacy officer lets pass: which, of what code, in how many places, and why (a code)."""

    fingerprint: str
    code: str
    count: int
    reason: str


def issues_of(bench: Workbench) -> list[Issue]:
    """Everything the guard finds in the columns that would be published; needs the table ``left_out``."""
    return [
        *_headed(bench),
        *(issue for found in traces.find(bench) for issue in _issues(bench, found)),
        *groups.issues_of(bench),
    ]


def hidden(bench: Workbench, issues: Iterable[Issue]) -> Iterator[Issue]:
    """The reader's ``issues``, those of hidden cells that would be published made into findings."""
    public = {
        one.column.letter: one.column.index for one in bench.present if one.column is not None and one.field.published
    }
    for issue in issues:
        if issue.code not in _HIDDEN:
            yield issue
            continue
        what = f"{issue.sheet} {issue.count} {issue.params.get('row', '')}"
        if issue.code == "columns-hidden":
            letters = [one for one in str(issue.params.get("columns", "")).split("، ") if one in public]
            if not letters:
                yield issue
                continue
            what = f"{issue.sheet} {' '.join(letters)}"
        yield replace(issue, severity="error", fingerprint=_fingerprint(bench, issue.code, what))


def settled(issues: Iterable[Issue], released: Mapping[str, str]) -> Iterator[Issue]:
    """The issues; a released finding no longer holds anything and says why it was let pass."""
    for issue in issues:
        reason = RELEASES.get(released.get(issue.fingerprint or "", ""))
        if reason is None or issue.level != "error":
            yield issue
            continue
        wording = RELEASED.format(message=issue.label, reason=reason)
        yield replace(issue, severity="info", wording=wording)


def releases_in(issues: Iterable[Issue], released: Mapping[str, str]) -> tuple[Passed, ...]:
    """Which of ``released`` were used on ``issues``, in a fixed order."""
    used: dict[str, Passed] = {}
    for issue in issues:
        mark = issue.fingerprint
        if mark is None or mark not in released or issue.code not in HOLDING:
            continue
        before = used[mark].count if mark in used else 0
        used[mark] = Passed(mark, issue.code, before + issue.count, released[mark])
    return tuple(used[mark] for mark in sorted(used))


def read_releases(text: str) -> dict[str, str]:
    """Fingerprint → reason, from JSON; NoReleases when it is anything else or a reason is unknown."""
    try:
        found: Any = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(
        _FINGERPRINT.fullmatch(mark) and isinstance(reason, str) for mark, reason in found.items()
    ):
        raise NoReleases(
            'فهرست اجازه‌ها باید JSON به شکل {"اثر انگشت یافته": "کد علت"} باشد.',
            'The list of releases must be JSON like {"fingerprint of a finding": "reason code"}.',
        )
    unknown = sorted({reason for reason in found.values() if reason not in RELEASES})
    if unknown:
        names = ", ".join(RELEASES)
        raise NoReleases("علت باید یکی از این‌ها باشد: {names}", "A reason must be one of: {names}").format(names=names)
    return dict(found)


def masks(bench: Workbench, issue: Issue, most: int) -> list[tuple[str, str]] | None:
    """Every text of one finding, without blanks at its ends, beside the same with what was found hidden.

    None where the finding is no piece of a text, or has more than ``most`` different ones.
    """
    if issue.field is None or not issue.code.startswith("personal-") or issue.code == "personal-column":
        return None
    column = bench.matching.of(issue.field).column
    if column is None or bench.matching.of(issue.field).field.kind not in _MASKED:
        return None
    code = issue.code.removeprefix("personal-")
    rows = bench.all(
        f"SELECT t.value, list(DISTINCT t.piece) FROM traced t WHERE t.col = {column.index} "
        f"AND t.code = '{code}' AND t.standing IN ('sure', 'held') GROUP BY ALL ORDER BY 1 LIMIT {most + 1}"
    )
    if not rows or len(rows) > most:
        return None
    found = {str(value).strip(sql.BLANKS): _redacted(str(value), pieces).strip(sql.BLANKS) for value, pieces in rows}
    # What cannot be taken out of its text is emptied or dropped.
    return None if any(old == new for old, new in found.items()) else sorted(found.items())


def _redacted(value: str, pieces: Any) -> str:
    plain = plain_text(value)
    text = plain if len(plain) != len(value) else value
    for piece in sorted(pieces, key=len, reverse=True):
        while piece and (at := plain.find(piece)) >= 0:
            text = text[:at] + REDACTED + text[at + len(piece) :]
            plain = plain[:at] + REDACTED + plain[at + len(piece) :]
    return text


def _headed(bench: Workbench) -> Iterator[Issue]:
    """Columns that the file heads as personal although they are read into a public field of another name."""
    for one in bench.present:
        if one.column is None or not one.field.published or one.field.shown != "public" or one.field.reason is not None:
            continue
        if one.field.kind == "company":
            continue
        personal = personal_in([one.column.header])
        if personal is not None:
            yield Issue(
                code="personal-column",
                sheet=bench.raw.facts.sheet,
                column=one.address,
                field=one.field.name,
                params={"label": one.field.label, "personal": personal.label},
                fingerprint=_fingerprint(bench, "personal-column", f"{one.field.name} {personal.code}"),
            )


def _issues(bench: Workbench, found: Found) -> Iterator[Issue]:
    """A finding as issues: its first cells one by one, the rest as a count. They share one fingerprint."""
    one, sheet = found.mapped, bench.raw.facts.sheet
    params: dict[str, object] = {"label": one.field.label, "what": TRACES[found.code]}
    if found.of:
        params |= {"count": found.count, "of": found.of}
        yield Issue(
            code="personal-chance", sheet=sheet, column=one.address, field=one.field.name, count=found.count,
            params=params,
        )  # fmt: skip
        return
    code = f"personal-{found.code}"
    mark = _fingerprint(bench, code, f"{one.field.name} {found.pieces}")
    about = {"code": code, "sheet": sheet, "column": one.address, "field": one.field.name, "params": params}
    for row, line in found.cells:
        yield Issue(**about, row=row, line=line, fingerprint=mark)  # type: ignore[arg-type]  # fixed keys
    if found.count > len(found.cells):
        yield Issue(**about, count=found.count - len(found.cells), fingerprint=mark)  # type: ignore[arg-type]  # fixed keys


def _fingerprint(bench: Workbench, code: str, what: str) -> str:
    return sha256_hex(f"{bench.dataset.slug} {code} {what}".encode())
