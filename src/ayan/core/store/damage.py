"""A dataset that cannot be read because its files are not what was put there: what readers are told meanwhile."""

from __future__ import annotations

from typing import Final

import duckdb
import pyarrow as pa

from ayan.core.store.limits import RETRY_SECONDS
from ayan.core.store.objects import NotInStore, StoreError, Withdrawn
from ayan.core.values.refusal import Refusal

UNREADABLE: Final = (StoreError, OSError, pa.ArrowException, duckdb.Error)
"""What reading releases raises where files are missing, cut or changed."""

# What reading files says when they are missing, cut or changed. Words of a question, or of ours, raise other kinds.
_SAID_OF_FILES: Final = (
    StoreError,
    OSError,
    pa.ArrowException,
    duckdb.IOException,
    duckdb.InvalidInputException,
    duckdb.SerializationException,
    duckdb.InternalException,
    duckdb.FatalException,
)


class DatasetDamaged(Refusal):
    """The files of one dataset are damaged; others are not, and answer. ``slug`` names it."""

    code = "dataset-damaged"
    fa = "این داده موقتاً آسیب دیده است و به مسئول سامانه گفته شد. داده‌های دیگر در دسترس است."
    en = "This dataset is temporarily damaged, and the operator has been told. Other data can be read."
    status = 503
    retry_after = RETRY_SECONDS

    def __init__(self, slug: str) -> None:
        super().__init__()
        self.slug = slug


class DatasetSetAside(DatasetDamaged, KeyError):
    """A damaged dataset was asked for by name, while everything else is answered without it.

    A KeyError, so that whoever can do without a dataset that is not declared can do without this one. Readers are told
    the same, whichever of the two it was.
    """

    code = "dataset-set-aside"
    fa = DatasetDamaged.fa
    en = DatasetDamaged.en
    status = 503

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.code = DatasetDamaged.code


def is_damage(fault: BaseException) -> bool:
    """Whether a fault says that files of releases, or of their index, are not what was put there."""
    if isinstance(fault, NotInStore | Withdrawn):
        return False
    # DuckDB says of an unreadable footer that it does not know a type, in its most general class.
    return isinstance(fault, (DatasetDamaged, *_SAID_OF_FILES)) or type(fault) is duckdb.Error
