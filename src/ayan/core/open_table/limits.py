"""How much of its history a table keeps."""

from __future__ import annotations

from typing import Final

# Snapshots of a table in a shared folder: each has files that name all files of the releases that stood then. Without
# a limit a dataset of a thousand periods would have a million lines. At the API they are made when asked for.
MOST_SNAPSHOTS: Final = 100
