"""Small groups: combinations of public values that stand in so few published rows that a person can be recognised."""

from __future__ import annotations

from collections.abc import Iterable

from ayan.core.refine.refine_session import RefineSession
from ayan.core.schema.issue import Issue
from ayan.core.values.canonical import sha256_hex
from ayan.core.values.label import joined


def issues_of(session: RefineSession) -> Iterable[Issue]:
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
