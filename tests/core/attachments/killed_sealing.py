"""Seals a document in a city's folder and is killed on the way: arguments are the folder and the place of death."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests.cli.city import Town
from tests.core.attachments.published_documents import paper, publish

from ayan.core.custody.prepared_documents import PreparedDocuments
from ayan.core.store.folder import FolderObjects
from ayan.core.transparency.log_writer import TransparencyLog

PLACES = {
    "a file is staged": (PreparedDocuments, "text_into", False),
    "before the release is committed": (FolderObjects, "commit", False),
    "after the release is committed": (FolderObjects, "commit", True),
    "before the log is": (TransparencyLog, "commit", False),
}


def main(home: str, place: str) -> None:
    owner, name, after = PLACES[place]
    real = getattr(owner, name)

    def dies(*given: Any, **named: Any) -> None:
        if after:
            real(*given, **named)
        os._exit(9)

    with patch.object(owner, name, dies):
        publish(Town(Path(home)).city, paper())


if __name__ == "__main__":
    main(*sys.argv[1:])
