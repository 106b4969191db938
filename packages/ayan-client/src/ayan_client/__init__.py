"""Read and verify what an Ayan portal has published, with exact numbers; begin with `Portal`."""

from ayan_client.answers import (
    Answer,
    Balance,
    Change,
    Counts,
    DatasetListed,
    Differences,
    Facet,
    Facets,
    FacetValue,
    Figure,
    Groups,
    Page,
    ReleaseListed,
    Row,
    SumChange,
    ValueChange,
    Version,
)
from ayan_client.conditions import Condition, Having, in_box, where
from ayan_client.dataset import Dataset
from ayan_client.days import Day
from ayan_client.downloads import Download, to_pandas, to_polars
from ayan_client.portal import VERSION, Portal
from ayan_client.proofs import ProvedRelease, ProvedRow, ProvedState, Remark, Visit
from ayan_client.refusals import (
    BadQuestion,
    BrokenOff,
    Busy,
    CannotVerify,
    Fault,
    Gone,
    Malformed,
    NotProved,
    NotThere,
    PortalFault,
    Refused,
    StateChanged,
    Unreachable,
)
from ayan_client.schema import Column, Schema, Value, Words
from ayan_client.sources import LogPosition, Source

__version__ = VERSION

__all__ = [
    "Answer", "BadQuestion", "Balance", "BrokenOff", "Busy", "CannotVerify", "Change", "Column", "Condition",
    "Counts", "Dataset", "DatasetListed", "Day", "Differences", "Download", "Facet", "FacetValue", "Facets",
    "Fault", "Figure", "Gone", "Groups", "Having", "LogPosition", "Malformed", "NotProved", "NotThere", "Page",
    "Portal", "PortalFault", "ProvedRelease", "ProvedRow", "ProvedState", "Refused", "ReleaseListed", "Remark",
    "Row", "Schema", "Source", "StateChanged", "SumChange", "Unreachable", "Value", "ValueChange", "Version",
    "Visit", "Words", "in_box", "to_pandas", "to_polars", "where",
]  # fmt: skip
