"""What a mirror must follow: every act of the city in the order of the log, page by page.

A cursor is the index of a leaf. The log only grows, so whatever is published meanwhile comes behind every cursor that
was given out: nothing is skipped or told twice, and a page costs the same wherever it stands.
"""

from __future__ import annotations

import re
from typing import Annotated, Final, TypedDict

import orjson
from django.http import HttpRequest, HttpResponseBase

from ayan.apps.logbook import ledger_files
from ayan.apps.logbook.limits import CHANGES_A_PAGE, MOST_CHANGES_A_PAGE
from ayan.core.ledger.tree import leaf_hash
from ayan.core.query.problem import BadQuestion, problem
from ayan.core.transparency.entries.declaration import Declaration
from ayan.core.transparency.entries.diary_day import DiaryDay
from ayan.core.transparency.entries.entry import Entry, UnknownEntry, read_entry
from ayan.core.transparency.entries.original_deletion import OriginalDeleted
from ayan.core.transparency.entries.statement import Statement
from ayan.core.transparency.published_texts import declaration_path, part_path
from ayan.core.values.label import Label
from ayan.ui.api.answers import Hex, Instant, Url, WholeNumber
from ayan.ui.api.json_schema import Schema
from ayan.ui.api.operations import JSON, WORD, Operation, Parameter
from ayan.ui.api.responses import ROOT, only, reading

ADDRESS: Final = "/api/v1/changes"
_CURSOR: Final = "^(0|[1-9][0-9]{0,17})$"
_SIZE: Final = re.compile("[1-9][0-9]{0,3}", re.ASCII)


class ChangedReleaseAnswer(TypedDict):
    """The release that an act is about. After an erasure `manifest` is the new one; `rows` counts erased rows too."""

    dataset: str
    period: str
    number: WholeNumber
    manifest: Annotated[Hex | None, Schema("SHA-256 of its manifest after the act; of a deleted original null")]
    rows: Annotated[WholeNumber | None, Schema("How many rows were sealed; 0 after a withdrawal")]
    url: Url


class ChangedTextAnswer(TypedDict):
    """A text that stands beside the log: a declaration, or a part of the diary."""

    path: Annotated[str, Schema("The file of a declaration, or the day and the name of a part")]
    digest: Annotated[Hex | None, Schema("SHA-256 of the text; null where the declaration was taken away")]
    url: Url | None


class LogChangeAnswer(TypedDict):
    """One leaf of the log."""

    leaf: Annotated[WholeNumber, Schema("Its index in the log")]
    hash: Annotated[Hex, Schema("Its hash in the tree (RFC 6962)")]
    act: Annotated[
        str,
        Schema(
            "`sealed`, `erased`, `withdrawn`, `void` (the leaf in `voids` never took effect), `declaration`, `diary`, "
            "`original-deleted`, `trail`, `key-rotated`, `notice`; others may come, and are passed over"
        ),
    ]
    at: Annotated[Instant | None, Schema("When it took place; null for what this version cannot read")]
    release: ChangedReleaseAnswer | None
    code: Annotated[str | None, Schema("Why something was withdrawn or erased, or the code of a notice")]
    voids: WholeNumber | None
    texts: list[ChangedTextAnswer]
    proof: Annotated[Url, Schema("The proof file of the leaf (C2SP tlog-proof)")]


class LogChangesAnswer(TypedDict):
    """Acts of the city in the order of the log."""

    changes: list[LogChangeAnswer]
    cursor: Annotated[str, Schema("Where to go on, now or later; it stays valid for as long as the log stands")]
    next: Annotated[Url | None, Schema("The page that follows; null where nothing follows yet")]


OPERATIONS: Final = (
    Operation(
        path=ADDRESS,
        id="log_changes",
        words=Label(
            "کارهای شهر به ترتیب ثبت عمومی، برای کسی که نسخه‌ای از سامانه نگه می‌دارد",
            "Every act of the city in the order of the log, for whoever keeps a mirror",
        ),
        answers={JSON: LogChangesAnswer},
        parameters=(
            Parameter(
                "_next",
                Label("cursor پاسخ پیشین؛ بی آن از نخستین برگ.", "`cursor` of the last answer; else the first leaf."),
                {**WORD, "pattern": _CURSOR},
            ),
            Parameter(
                "_size",
                Label("تعداد برگ‌ها، حداکثر {most}.", "How many leaves, {most} at most.").format(
                    most=MOST_CHANGES_A_PAGE
                ),
                {"type": "integer", "minimum": 1, "maximum": MOST_CHANGES_A_PAGE},
            ),
        ),
        refusals=(404,),
        tag="feeds",
    ),
)


@reading
def log_changes(request: HttpRequest) -> HttpResponseBase:
    """A page of leaves from a cursor on. A cursor beyond the log is refused: the log is not the one it came from."""
    only(request, "_next", "_size")
    log = ledger_files.city_log()
    cursor, size = request.GET.get("_next", "0"), request.GET.get("_size", str(CHANGES_A_PAGE))
    whole = log.size
    problems = []
    if not re.fullmatch(_CURSOR, cursor, re.ASCII) or int(cursor) > whole:
        problems.append(problem("cursor", "_next"))
    if not _SIZE.fullmatch(size) or int(size) > MOST_CHANGES_A_PAGE:
        problems.append(problem("size", "_size", limit=MOST_CHANGES_A_PAGE))
    if problems:
        raise BadQuestion(problems)
    first = int(cursor)
    leaves = log.leaves(first, min(first + int(size), whole))
    end = first + len(leaves)
    asked = f"&_size={size}" if "_size" in request.GET else ""
    answer: LogChangesAnswer = {
        "changes": [_change(index, leaf) for index, leaf in enumerate(leaves, first)],
        "cursor": str(end),
        "next": f"{ADDRESS}?_next={end}{asked}" if end < whole else None,
    }
    return ledger_files.answer(request, orjson.dumps(answer), JSON)


def _change(index: int, leaf: bytes) -> LogChangeAnswer:
    entry = read_entry(leaf)
    return {
        "leaf": index,
        "hash": leaf_hash(leaf).hex(),
        "act": _act(entry),
        "at": None if isinstance(entry, UnknownEntry) else entry.at,
        "release": _release(entry),
        "code": getattr(entry, "code", None),
        "voids": entry.voids if isinstance(entry, Statement) else None,
        "texts": _texts(entry),
        "proof": f"/log/proof/{index}",
    }


def _act(entry: Entry) -> str:
    return entry.act if isinstance(entry, Statement) else entry.kind or "unreadable"


def _release(entry: Entry) -> ChangedReleaseAnswer | None:
    if not isinstance(entry, Statement | OriginalDeleted):
        return None
    said = entry if isinstance(entry, Statement) else None
    return {
        "dataset": entry.dataset,
        "period": entry.period,
        "number": entry.number,
        "manifest": said.manifest if said else None,
        "rows": said.rows if said else None,
        "url": f"{ROOT}/{entry.dataset}/releases/{entry.period}/{entry.number}",
    }


def _texts(entry: Entry) -> list[ChangedTextAnswer]:
    if isinstance(entry, Declaration):
        url = f"/log/{declaration_path(entry.digest)}" if entry.digest else None
        return [{"path": entry.path, "digest": entry.digest, "url": url}]
    if isinstance(entry, DiaryDay):
        return [
            {"path": f"{entry.day}/{name}", "digest": digest, "url": f"/log/{part_path(entry.day, name)}"}
            for name, digest in sorted(entry.parts.items())
        ]
    return []
