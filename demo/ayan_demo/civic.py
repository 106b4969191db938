"""What planning, the council, personnel and the service desks send besides their old files."""

from __future__ import annotations

from ayan_demo.scale import Scale
from ayan_demo.sending import Sending


def registers(_scale: Scale) -> tuple[Sending, ...]:
    """Registers that other tables point to, and those that point to nothing."""
    return (Sending("activities/default", "activities"),)
