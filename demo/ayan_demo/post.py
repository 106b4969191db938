"""The post room of the invented city: what an office sends, written to a file with its sender and expected fate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from ayan.core.store.correction_reason import CorrectionReason
from ayan.datasets.registry import Registry
from ayan_demo.files import write
from ayan_demo.invented_words import FIRST_APPROVER, OFFICER, SECOND_APPROVER
from ayan_demo.offices import LAYOUTS
from ayan_demo.planned_files import Sending
from ayan_demo.timeline import OfficeHours
from ayan_demo.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One file that an office sends, to be sealed ``at`` a moment.

    ``expect`` says what the pipeline must make of it; a refused one carries every error code in ``expected_codes``
    and is followed by its corrected file. A sealed one with ``partial_reason`` carries them too and is published
    without the rows they stand in. ``reason`` is why it takes the place of what was published before, where it does.
    """

    file: Path
    dataset: str
    period: str | None
    source: str
    at: datetime
    sent_by: str
    approvals: tuple[str, ...]
    expect: Literal["sealed", "refused"]
    expected_codes: frozenset[str] = frozenset()
    partial_reason: str | None = None
    reason: CorrectionReason | None = None


class PostOffice:
    """Writes the files, numbered in the order they are sent, and fills in who sends and who approves."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        self.scale = world.scale
        self._folder = folder
        self._registry = Registry()
        self._hours = OfficeHours()
        self._sent = 0

    def send(self, sending: Sending) -> Submission:
        """Write what is meant to be sent next."""
        layout = LAYOUTS[sending.layout]()
        self._sent += 1
        wrong = "-wrong" if sending.refused else ""
        name = f"{self._sent:03}-{layout.dataset}-{sending.period or 'all'}{wrong}.{layout.form}"
        file = write(self.world, layout, sending.relation, self._folder / name, sending.spoil)
        approvals = (FIRST_APPROVER, SECOND_APPROVER)[: self._registry.get(layout.dataset).approvals]
        return Submission(
            file=file,
            dataset=layout.dataset,
            period=sending.period,
            source=layout.source,
            at=self._hours.next(sending.on),
            sent_by=OFFICER,
            approvals=approvals,
            expect="refused" if sending.refused else "sealed",
            expected_codes=sending.codes,
            partial_reason=sending.partial,
            reason=sending.reason,
        )
