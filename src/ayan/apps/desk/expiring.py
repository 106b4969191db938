"""The end of originals whose time is over, as the desk does it day by day: deleted, told by the log and the trail."""

from __future__ import annotations

from ayan.apps.accounts import audit
from ayan.apps.accounts.policy import Subject
from ayan.core.release import retention
from ayan.core.release.deletion import Entered
from ayan.wiring import city


def expire() -> list[Entered]:
    """Delete what is due; safe to ask any number of times. Raises what the log raises when it may not be signed."""
    here = city.current()
    done = retention.delete_due(here.workplace, here.deletions, here.rule_of)
    for one in done:
        about = Subject("release", one.said.ref, dataset=one.said.dataset)
        audit.record(None, "original.delete", about, leaf=one.index, rule=one.said.rule, commitment=one.said.commitment)
    return done
