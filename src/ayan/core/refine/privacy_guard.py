"""The guard before publication: personal data, and groups so small that a person can be recognised."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from ayan.core.intake.issues import hidden_columns
from ayan.core.refine import personal_data_scan, row_ranges
from ayan.core.refine.header_matching import MappedField
from ayan.core.refine.personal_data_scan import PersonalDataHit
from ayan.core.refine.refine_session import RefineSession
from ayan.core.schema.catalogue import HOLDING, PIECES
from ayan.core.schema.issue import Issue
from ayan.core.schema.privacy import PERSONAL_DATA_KINDS, WAIVER_REASONS, personal_in
from ayan.core.values import sql
from ayan.core.values.canonical import sha256_hex
from ayan.core.values.label import Label, joined
from ayan.core.values.personal_notations import plain_text
from ayan.core.values.refusal import Refusal

REDACTED: Final = "…"
WAIVED: Final = Label("{message} اجازهٔ انتشار داده شد: {reason}.", "{message} It was waived: {reason}.")

LEFT_OUT: Final = Label("{count} ردیف پنهان کنار گذاشته شد.", "{count} hidden rows were left out.")
COLUMN_LEFT_OUT: Final = Label("ستون پنهان {columns} منتشر نمی‌شود.", "The hidden column {columns} is not published.")

HIDDEN: Final = frozenset({"rows-hidden", "columns-hidden", "sheet-hidden-read"})
"""The codes of cells that a workbook hides."""
_FINGERPRINT: Final = re.compile(r"[0-9a-f]{64}")


class NoWaivers(Refusal, ValueError):
    """A list of waivers that cannot be used."""

    code = "guard-waivers"
    fa = "فهرست اجازه‌های انتشار خواندنی نیست."
    en = "The list of waivers cannot be read."
    status = 422


@dataclass(frozen=True, slots=True)
class WaivedIssue:
    """One privacy hit that an officer waives: which, of what code, in how many places, and why (a code)."""

    fingerprint: str
    code: str
    count: int
    reason: str


def issues_of(session: RefineSession) -> list[Issue]:
    """Everything the guard finds in the columns that would be published; needs the table ``left_out``."""
    return [
        *_headed(session),
        *(issue for hit in personal_data_scan.scan(session) for issue in _issues(session, hit)),
        *small_group_issues(session),
    ]


def hidden(
    session: RefineSession, issues: Iterable[Issue], meant: Collection[tuple[str, str | None]] = ()
) -> Iterator[Issue]:
    """The reader's ``issues``, those of hidden cells that would be published made into privacy hits.

    Hidden rows that were left out, and columns that were dropped, are published no more. ``meant`` are the code and the
    field of those that somebody looked at and sends as they are: these are warnings for who approves.
    """
    public: dict[str, MappedField] = {}
    for mapped in session.present:
        if mapped.column is None or not mapped.field.published:
            continue
        public[mapped.column.letter] = mapped
        # A column that steps made of several stands under the letter of each.
        for place in session.raw.places:
            if mapped.column.index in place.columns:
                public[place.columns[mapped.column.index][0]] = mapped
    for issue in issues:
        if issue.code not in HIDDEN:
            yield issue
        elif issue.code == "columns-hidden":
            yield from _hidden_columns(session, issue, public, meant)
        elif issue.code == "rows-hidden" and not (count := hidden_rows(session, issue)):
            yield replace(issue, severity="info", wording=LEFT_OUT.format(count=issue.count))
        elif (issue.code, None) in meant:
            yield replace(issue, severity="warning")
        else:
            what = f"{issue.sheet} {issue.count} {issue.params.get('row', '')}"
            if issue.code == "rows-hidden":
                issue = replace(issue, count=count, params={**issue.params, "count": count})  # noqa: PLW2901 - less of it
            yield replace(issue, severity="error", fingerprint=_fingerprint(session, issue.code, what))


def _hidden_columns(
    session: RefineSession,
    issue: Issue,
    public: Mapping[str, MappedField],
    meant: Collection[tuple[str, str | None]],
) -> Iterator[Issue]:
    """One issue for each hidden column that would be published, so that each has its own decision."""
    letters = [letter for letter in hidden_columns(issue) if letter in public]
    if not letters:
        yield issue
    for letter in letters:
        mapped = public[letter]
        about = replace(issue, count=1, params={"columns": letter}, column=mapped.address, field=mapped.field.name)
        (filled,) = session.first_row(
            f"SELECT count(c{mapped.column.index if mapped.column else 0}) FROM {session.raw.relation}"
        )
        if not filled:
            yield replace(about, severity="info", wording=COLUMN_LEFT_OUT.format(columns=letter))
        elif (issue.code, mapped.field.name) in meant:
            yield replace(about, severity="warning")
        else:
            mark = _fingerprint(session, issue.code, f"{issue.sheet} {letter}")
            yield replace(about, severity="error", fingerprint=mark)


def hidden_rows(session: RefineSession, issue: Issue) -> int:
    """How many of the hidden rows that an issue speaks of are still to be published."""
    rows = rows_of_hidden(session, issue)
    if not rows:
        return issue.count
    return int(str(session.first_row(f"SELECT count(*) FROM ({rows})")[0]))


def rows_of_hidden(session: RefineSession, issue: Issue) -> str:
    """The query for the rows (``_row, _line, _group``) that an issue of hidden rows names; '' where it names none."""
    runs = str(issue.params.get("rows", ""))
    if not runs:
        return ""
    values = ", ".join(f"({first}, {last})" for first, last in row_ranges.read(runs))
    left = "AND NOT r._left" if session.raw.leaves else ""
    return (
        f"SELECT r._row, r._line, 0 AS _group FROM {session.raw.relation} r "
        f"JOIN (VALUES {values}) v(first, last) ON r._row BETWEEN v.first AND v.last {left}"
    )


def without_waived(issues: Iterable[Issue], waivers: Mapping[str, str]) -> Iterator[Issue]:
    """The issues; a waived hit no longer holds anything and says why it was waived."""
    for issue in issues:
        reason = WAIVER_REASONS.get(waivers.get(issue.fingerprint or "", ""))
        if reason is None or issue.level != "error":
            yield issue
            continue
        wording = WAIVED.format(message=issue.label, reason=reason)
        yield replace(issue, severity="info", wording=wording)


def waivers_in(issues: Iterable[Issue], waivers: Mapping[str, str]) -> tuple[WaivedIssue, ...]:
    """Which of ``waivers`` were used on ``issues``, in a fixed order."""
    used: dict[str, WaivedIssue] = {}
    for issue in issues:
        mark = issue.fingerprint
        if mark is None or mark not in waivers or issue.code not in HOLDING:
            continue
        before = used[mark].count if mark in used else 0
        used[mark] = WaivedIssue(mark, issue.code, before + issue.count, waivers[mark])
    return tuple(used[mark] for mark in sorted(used))


def read_waivers(text: str) -> dict[str, str]:
    """Fingerprint → reason, from JSON; NoWaivers when it is anything else or a reason is unknown."""
    try:
        waivers: Any = json.loads(text)
    except ValueError:
        waivers = None
    if not isinstance(waivers, dict) or not all(
        _FINGERPRINT.fullmatch(mark) and isinstance(reason, str) for mark, reason in waivers.items()
    ):
        raise NoWaivers(
            'فهرست اجازه‌های انتشار باید JSON به شکل {"اثر انگشت یافته": "کد علت"} باشد.',
            'The list of waivers must be JSON like {"fingerprint of a hit": "reason code"}.',
        )
    unknown = sorted({reason for reason in waivers.values() if reason not in WAIVER_REASONS})
    if unknown:
        names = ", ".join(WAIVER_REASONS)
        raise NoWaivers("علت باید یکی از این‌ها باشد: {names}", "A reason must be one of: {names}").format(names=names)
    return dict(waivers)


def masks(session: RefineSession, issue: Issue, most: int) -> list[tuple[str, str]] | None:
    """Every text of a hit's column in which anything was found, beside the same with that hidden; no blanks at ends.

    One decision takes out whatever the column holds. None where the hit is no piece of a text, or the column has more
    than ``most`` such texts.
    """
    if issue.field is None or issue.code not in PIECES:
        return None
    column = session.matching.of(issue.field).column
    if column is None or not session.matching.of(issue.field).field.kind.redactable:
        return None
    rows = session.all(
        f"SELECT t.value, list(DISTINCT t.piece) FROM traced t WHERE t.col = {column.index} "
        f"AND t.standing IN ('sure', 'held') GROUP BY ALL ORDER BY 1 LIMIT {most + 1}"
    )
    if not rows or len(rows) > most:
        return None
    masked = {str(value).strip(sql.BLANKS): _redacted(str(value), pieces).strip(sql.BLANKS) for value, pieces in rows}
    # What cannot be taken out of its text is emptied or dropped.
    return None if any(old == new for old, new in masked.items()) else sorted(masked.items())


def _redacted(value: str, pieces: Any) -> str:
    plain = plain_text(value)
    text = plain if len(plain) != len(value) else value
    for piece in sorted(pieces, key=len, reverse=True):
        while piece and (at := plain.find(piece)) >= 0:
            text = text[:at] + REDACTED + text[at + len(piece) :]
            plain = plain[:at] + REDACTED + plain[at + len(piece) :]
    return text


def _headed(session: RefineSession) -> Iterator[Issue]:
    """Columns that the file heads as personal although they are read into a public field of another name."""
    for mapped in session.present:
        if (
            mapped.column is None
            or not mapped.field.published
            or mapped.field.shown != "public"
            or mapped.field.reason is not None
        ):
            continue
        if mapped.field.kind.personal is False:
            continue
        personal = personal_in([mapped.column.header])
        if personal is not None:
            yield Issue(
                code="personal-column",
                sheet=session.raw.facts.sheet,
                column=mapped.address,
                field=mapped.field.name,
                params={"label": mapped.field.label, "personal": personal.label},
                fingerprint=_fingerprint(session, "personal-column", f"{mapped.field.name} {personal.code}"),
            )


def _issues(session: RefineSession, hit: PersonalDataHit) -> Iterator[Issue]:
    """A hit as issues: its first cells one by one, the rest as a count. They share one fingerprint."""
    mapped, sheet = hit.mapped, session.raw.facts.sheet
    params: dict[str, object] = {"label": mapped.field.label, "what": PERSONAL_DATA_KINDS[hit.code]}
    if hit.running:
        yield Issue(
            code="personal-running", sheet=sheet, column=mapped.address, field=mapped.field.name, count=hit.count,
            params=params | {"count": hit.count},
        )  # fmt: skip
        return
    if hit.of:
        params |= {"count": hit.count, "of": hit.of}
        yield Issue(
            code="personal-chance", sheet=sheet, column=mapped.address, field=mapped.field.name, count=hit.count,
            params=params,
        )  # fmt: skip
        return
    code = f"personal-{hit.code}"
    mark = _fingerprint(session, code, f"{mapped.field.name} {hit.pieces}")
    about = {"code": code, "sheet": sheet, "column": mapped.address, "field": mapped.field.name, "params": params}
    for row, line in hit.cells:
        yield Issue(**about, row=row, line=line, fingerprint=mark)  # type: ignore[arg-type]  # fixed keys
    if hit.count > len(hit.cells):
        yield Issue(**about, count=hit.count - len(hit.cells), fingerprint=mark)  # type: ignore[arg-type]  # fixed keys


def _fingerprint(session: RefineSession, code: str, what: str) -> str:
    return sha256_hex(f"{session.dataset.slug} {code} {what}".encode())


def small_group_issues(session: RefineSession) -> Iterable[Issue]:
    """One issue where the declaration asks for k rows a group and rows that would be published hold smaller ones."""
    wanted = session.dataset.anonymity
    if wanted is None:
        return
    present = {mapped.field.name for mapped in session.present}
    by = [name for name in wanted.by if name in present]
    if not by:
        return
    keys = ", ".join(f"v_{name}" for name in by)
    groups = (
        f"SELECT {keys}, count(*) AS n, min(_row) AS first FROM typed "
        f"WHERE _class = 'record' AND _row NOT IN (SELECT _row FROM left_out) GROUP BY {keys} HAVING n < {wanted.k}"
    )
    texts = ", ".join(f"coalesce(CAST(v_{name} AS VARCHAR), '')" for name in by)
    text = f"concat_ws(chr(31), {texts}, n)"
    small, rows, first, digest = session.first_row(
        f"SELECT count(*), coalesce(sum(n), 0), min(first), sha256(string_agg({text}, chr(30) ORDER BY {text})) "
        f"FROM ({groups})"
    )
    if not int(str(small)):
        return
    labels = [session.dataset.field(name).label for name in by]
    yield Issue(
        code="group-small",
        sheet=session.raw.facts.sheet,
        row=int(str(first)),
        count=int(str(rows)),
        params={
            "groups": int(str(small)),
            "count": int(str(rows)),
            "k": wanted.k,
            "by": joined(labels),
        },
        fingerprint=sha256_hex(f"{session.dataset.slug} group-small {','.join(by)} {digest}".encode()),
    )
