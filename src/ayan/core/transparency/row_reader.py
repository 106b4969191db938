"""Asking the process that reads rows of others (`row_check_process`): what is asked and answered, and what fails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ayan.core.system import child
from ayan.core.transparency.answer_difference import AnswerDifference
from ayan.core.transparency.entries.statement import Statement
from ayan.core.transparency.limits import READING_MEMORY, READING_SECONDS
from ayan.core.transparency.manifest_facts import ReleaseFault
from ayan.core.values.label import Label

_READING: Final = "ayan.core.transparency.row_check_process"

_FAILED: Final = {
    "slow": Label(
        "وارسی ردیف‌ها در زمان مجاز به پایان نرسید.", "Checking its rows did not end within the time allowed."
    ),
    "large": Label("ردیف‌ها بیش از حافظهٔ مجاز می‌خواهند.", "Its rows ask for more memory than is allowed."),
    "broken": Label("ردیف‌ها خوانده نمی‌شوند.", "Its rows cannot be read."),
}


class RowReader:
    """Reads rows of others in a process apart, the same for one release after the other; to be used in ``with``.

    Several threads may ask: they are answered in their order. Where the block is left by an exception, what is asked
    fails.
    """

    def __init__(self) -> None:
        self._assistant = child.Assistant(_READING, memory=READING_MEMORY, seconds=READING_SECONDS)
        # The process ends with the thread that starts it, and those that ask may end before it.
        self._thread = ThreadPoolExecutor(1, "row-reader")

    def __enter__(self) -> RowReader:
        return self

    def __exit__(self, *ended: object) -> None:
        if ended[0] is not None:
            self._assistant.stop()
        self._thread.submit(self._assistant.__exit__).result()
        self._thread.shutdown()

    def _ask(self, request: Any) -> Any:
        return self._thread.submit(self._assistant.ask, request).result()

    def faults(self, folder: Path, statement: Statement) -> list[ReleaseFault]:
        """Whatever of the release in ``folder`` is not as its manifest and the log say.

        The manifest in the folder is one that `release_verification.checked_manifest` let through.
        """
        request = {"folder": str(folder), "rows_root": statement.rows_root, "rows": statement.rows}
        try:
            answer = self._ask({"release": request})
        except child.ChildFailed as failed:
            return [ReleaseFault("rows-unreadable", "", _FAILED[failed.how])]
        return [ReleaseFault(code, name, Label(fa, en), broken) for code, name, fa, en, broken in answer]

    def drawn(self, present: PresentFiles, seed: str, records: int, groups: int) -> DrawnQuestions:
        """What to ask about a dataset, by chance: so many records and groups at most, all where they are negative.

        Raises child.ChildFailed.
        """
        request = {**present.as_json(), "seed": seed, "records": records, "groups": groups}
        answer = self._ask({"draw": request})
        return DrawnQuestions(
            [(str(address), str(key)) for address, key in answer["records"]],
            [(str(by), str(added)) for by, added in answer["groups"]],
        )

    def differing(self, present: PresentFiles, given: Sequence[GivenAnswer]) -> list[list[AnswerDifference]]:
        """For each answer that readers are given, whatever it says otherwise than the sealed files."""
        asked = [[answer.kind, str(answer.file), dict(answer.facts)] for answer in given]
        try:
            answers = self._ask({"answers": {**present.as_json(), "given": asked}})
        except child.ChildFailed as failed:
            if len(given) > 1:
                # What holds one up must not hide the others.
                return [differences for answer in given for differences in self.differing(present, [answer])]
            return [[AnswerDifference("answer-unreadable", _FAILED[failed.how])] for _ in given]
        return [[AnswerDifference(code, Label(fa, en)) for code, fa, en in differences] for differences in answers]


@dataclass(frozen=True, slots=True)
class PresentFiles:
    """The releases of a dataset that hold now, as ``period/number``, each with the folder of its files, and its key.

    All of them, and whatever is to be held against them, stand in ``root``.
    """

    root: Path
    releases: Sequence[tuple[str, Path]]
    key: Sequence[str] = ()

    def as_json(self) -> dict[str, Any]:
        """As it is told to the other process."""
        releases = [[ref, str(folder)] for ref, folder in self.releases]
        return {"present": {"root": str(self.root), "releases": releases, "key": list(self.key)}}


@dataclass(frozen=True, slots=True)
class DrawnQuestions:
    """Records by address and key, and groups by the column that makes them and the one that is summed."""

    records: list[tuple[str, str]]
    groups: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An answer in a file: of which kind (`DATA_ANSWERS`, `PAGE_ANSWERS`), and what it was asked with."""

    kind: str
    file: Path
    facts: Mapping[str, Any]
