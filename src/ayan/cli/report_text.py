"""How the command speaks: issues grouped by cause, in Persian and English, with addresses; and bars for long work."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from ayan.cli.limits import ADDRESSES_SHOWN, SECONDS_BETWEEN_LINES
from ayan.core.schema.issue import ORDER, Issue
from ayan.core.values.label import Label
from ayan.core.values.refusal import Wording

if TYPE_CHECKING:
    from ayan.core.system.progress import Progress as Tell


STAGES: Final = {
    "read": Label("خواندن پرونده", "Reading the file"),
    "refine": Label("خواندن خانه‌ها", "Reading the cells"),
    "check": Label("بررسی قاعده‌ها", "Checking the rules"),
    "guard": Label("جست‌وجوی دادهٔ شخصی", "Looking for personal data"),
    "write": Label("نوشتن دادهٔ انتشار", "Writing what will be published"),
    "commit": Label("مهر کردن ردیف‌ها", "Committing to the rows"),
    "balance": Label("سنجیدن موازنه‌ها", "Holding the balances"),
    "copy": Label("رونوشت گرفتن", "Copying"),
    "verify": Label("از نو خواندن", "Reading again"),
    "fetch": Label("آوردن پشتیبان", "Fetching the backup"),
    "restore": Label("بازگرداندن", "Restoring"),
    "index": Label("ساختن نمایه", "Building the index"),
    "layout": Label("شمردن صفحه‌ها", "Counting the pages"),
    "pages": Label("نوشتن صفحه‌ها", "Writing the pages"),
    "data": Label("نوشتن داده‌ها", "Writing the data"),
    "links": Label("بررسی پیوندها", "Checking the links"),
    "files": Label("سنجیدن پرونده‌ها", "Measuring the files"),
    "answers": Label("سنجیدن آنچه مردم می‌خوانند", "Reading what people read"),
}
_MARKS: Final = {"error": "✗", "warning": "!", "info": "·"}


def issue_lines(issues: Sequence[Issue]) -> Iterator[str]:
    """The issues grouped by cause, worst first: one line in each language, then where."""
    groups: dict[tuple[str, str | None, str | None], list[Issue]] = {}
    for issue in issues:
        groups.setdefault((issue.code, issue.field, issue.message("en") if issue.row is None else None), []).append(
            issue
        )
    for (code, field, _), members in sorted(groups.items(), key=lambda item: ORDER[item[1][0].level]):
        first = members[0]
        count = sum(member.count for member in members)
        name = f"{code} · {field}" if field else code
        yield f"{_MARKS[first.level]} {first.level} · {name} · {count}"
        yield f"    {plain(first.message('fa'))}"
        yield f"    {plain(first.message('en'))}"
        for member in [candidate for candidate in members if candidate.row is not None][:ADDRESSES_SHOWN]:
            yield f"    - {address(member)}"
        if len(members) > ADDRESSES_SHOWN:
            yield f"    - … +{len(members) - ADDRESSES_SHOWN}"


def address(issue: Issue) -> str:
    """Sheet, row, line, column and the cell's text where it may be shown."""
    parts = [
        f"sheet {plain(issue.sheet)}" if issue.sheet else "",
        f"row {issue.row}" if issue.row is not None else "",
        f"line {issue.line}" if issue.line is not None and issue.line != issue.row else "",
        f"column {plain(issue.column)}" if issue.column else "",
        f"“{shortened(issue.value)}”" if issue.value is not None else "",
    ]
    return ", ".join(part for part in parts if part)


def plain(text: str) -> str:
    """``text`` on one line without control characters, which a sender's file may hold and which command a terminal."""
    return "".join(character if character.isprintable() or character == "\u200c" else " " for character in text)


def shortened(text: str, most: int = 60) -> str:
    """``text`` on one line and of bearable length."""
    one_line = plain(text)
    return one_line if len(one_line) <= most else one_line[: most - 1] + "…"


def say(words: Wording, *, error: bool = False) -> None:
    """Print a message in both languages; once where it is a name, which is the same in both."""
    stream = sys.stderr if error else sys.stdout
    print(*dict.fromkeys((plain(words.fa), plain(words.en))), sep="\n", file=stream)


def about(what: object, words: Label, detail: str = "") -> Label:
    """The words with what they are about before them, and a detail after them that has no language."""
    return Label("{what}: {words}{detail}", "{what}: {words}{detail}").format(what=what, words=words, detail=detail)


@contextmanager
def bars(quiet: bool = False, *, lines: bool = False) -> Iterator[Tell]:
    """A progress line on the error stream for the stages of one piece of work.

    Where that is no terminal it is silent, or, for long work, says now and then in ``lines`` how far it is.
    """
    if quiet or not sys.stderr.isatty():
        yield _SparingLines() if lines and not quiet else lambda stage, share: None
        return
    # To read it takes longer than all the rest of most commands, and what no terminal shows needs it not.
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=None)

        def tell(stage: str, share: float | None) -> None:
            label = STAGES.get(stage)
            total, done = (None, 0.0) if share is None else (1.0, share)
            progress.update(task, description=label.en if label else stage, total=total, completed=done)

        yield tell


class _SparingLines:
    """Says how far some work is, at most once in a while."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def __call__(self, stage: str, share: float | None) -> None:
        if share is not None and time.monotonic() - self._last >= SECONDS_BETWEEN_LINES:
            self._last = time.monotonic()
            label = STAGES.get(stage) or Label(stage, stage)
            percent = f"{share:.0%}"
            say(Label("{stage}: {percent}", "{stage}: {percent}").format(stage=label, percent=percent), error=True)
