"""The post room of the invented city: what an office sends, written to a file with its sender and expected fate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ayan.core.store.correction_reason import CorrectionReason
from ayan.datasets.registry import Registry
from ayan_demo.files import write
from ayan_demo.invented import FIRST_APPROVER, OFFICER, SECOND_APPROVER
from ayan_demo.layout import Spoil
from ayan_demo.offices import LAYOUTS
from ayan_demo.sending import Sending
from ayan_demo.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One file that an office sends.

    ``expect`` says what the pipeline must make of it; a refused one carries every error code in ``expected_codes``
    and is followed by its corrected file. A sealed one with ``partial_reason`` carries them too and is published
    without the rows they stand in. ``reason`` is why it takes the place of what was published before, where it does.
    """

    file: Path
    dataset: str
    period: str | None
    source: str
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
        self._sent = 0

    def send(
        self,
        layout_name: str,
        relation: str,
        period: str | None,
        *,
        spoil: Spoil | None = None,
        codes: frozenset[str] = frozenset(),
        partial: str | None = None,
        reason: CorrectionReason | None = None,
    ) -> Submission:
        layout = LAYOUTS[layout_name]()
        self._sent += 1
        refused = bool(codes) and partial is None
        name = f"{self._sent:03}-{layout.dataset}-{period or 'all'}{'-wrong' if refused else ''}.{layout.form}"
        file = write(self.world, layout, relation, self._folder / name, spoil)
        approvals = (FIRST_APPROVER, SECOND_APPROVER)[: self._registry.get(layout.dataset).approvals]
        return Submission(
            file=file,
            dataset=layout.dataset,
            period=period,
            source=layout.source,
            sent_by=OFFICER,
            approvals=approvals,
            expect="refused" if refused else "sealed",
            expected_codes=codes,
            partial_reason=partial,
            reason=reason,
        )

    def send_all(self, sendings: Iterable[Sending]) -> Iterator[Submission]:
        """Write each when its turn comes."""
        for sending in sendings:
            yield self.send(sending.layout, sending.relation, sending.period, spoil=sending.spoil, codes=sending.codes)
