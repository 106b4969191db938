"""What was found to hold: a log, a row, a release, a state."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Remark:
    """Something in the log that breaks no rule and is worth a look, as a withdrawal: where, its code, in both
    languages.
    """

    where: str
    code: str
    fa: str
    en: str


@dataclass(frozen=True, slots=True)
class Visit:
    """A log that holds: signed by a key that was given, its entries lead to the signed root, and no rule is broken.

    ``continues`` is the size of the log of an earlier visit that this one was shown to continue; None on the first.
    ``witnesses`` are those whose keys were given and who signed it.
    """

    origin: str
    size: int
    root: str
    witnesses: tuple[str, ...]
    continues: int | None
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class ProvedRow:
    """A row that the sealed release holds, value by value.

    ``leaf`` is the index in the log of the act that speaks of the release, ``manifest`` the SHA-256 (hex) of its
    manifest, ``text`` the row as it was sealed. ``unsealed`` are columns of the row that the release does not have.
    ``standing`` says whether no later release has taken its place.
    """

    address: str
    leaf: int
    manifest: str
    text: str
    unsealed: tuple[str, ...]
    standing: bool


@dataclass(frozen=True, slots=True)
class ProvedRelease:
    """A release whose manifest and files are those that the log speaks of.

    ``rows_recomputed`` says whether the root over all rows was computed anew, which needs pyarrow.
    """

    name: str
    rows: int
    manifest: str
    rows_recomputed: bool


@dataclass(frozen=True, slots=True)
class ProvedState:
    """The state that an answer names, found in the log: exactly these releases stood after ``leaf``.

    ``present`` says whether they still do, as far as the log tells. What was computed from them is not proved by it.
    """

    leaf: int
    present: bool
