"""A path that a person wrote, in a setting or at the command: of this machine, or refused."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal


class NotOnThisMachine(Refusal, ValueError):
    """Where a folder or a file of this machine should be named stands the address of something elsewhere."""

    code = "not-on-this-machine"
    fa = "اینجا باید پوشه یا پرونده‌ای روی همین ماشین نام برده شود."
    en = "A folder or a file on this machine must be named here."
    status = 500


_NOT_BUILT: Final = Label(
    "{name} باید پوشه یا پرونده‌ای روی همین ماشین باشد، نه نشانی جایی دیگر؛ مسیری مانند /srv/ayan بنویسید.",
    "{name} must be a folder or a file on this machine, not an address of something elsewhere; write a path such "
    "as /srv/ayan.",
)


def local_path(text: str, name: str) -> Path:
    """The path that a person wrote for ``name``, a setting or an argument, as it is written.

    Raises NotOnThisMachine for an address: as a path it would be a folder called ``s3:`` where the process stands.
    """
    if "://" in text:
        raise NotOnThisMachine().worded(_NOT_BUILT.format(name=name))
    return Path(text).expanduser()
