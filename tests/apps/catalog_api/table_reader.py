"""PyIceberg over the API as a program reads it: every file by one request, through an input of PyIceberg's own sort."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import urlsplit

from django.test import Client
from pyiceberg.io import FileIO, InputFile, OutputFile
from pyiceberg.table import StaticTable

HERE = f"{__name__}.ClientFiles"


class FileGone(FileNotFoundError):
    """The address of a file answered with another status than 200."""

    def __init__(self, location: str, status: int) -> None:
        super().__init__(f"{status} {location}")
        self.status = status


class _Answer(InputFile):
    def __init__(self, location: str) -> None:
        super().__init__(location)
        answer = Client().get(urlsplit(location).path)
        if answer.status_code != 200:
            raise FileGone(location, answer.status_code)
        self._bytes = answer.getvalue()

    def __len__(self) -> int:
        return len(self._bytes)

    def exists(self) -> bool:
        return True

    def open(self, seekable: bool = True) -> Any:
        return io.BytesIO(self._bytes)


class ClientFiles(FileIO):
    """What PyIceberg opens files with; nothing is ever written."""

    def new_input(self, location: str) -> InputFile:
        return _Answer(location)

    def new_output(self, location: str) -> OutputFile:
        raise PermissionError(location)

    def delete(self, location: str | InputFile | OutputFile) -> None:
        raise PermissionError(str(location))


def read_table(slug: str) -> StaticTable:
    """The table of a dataset, by the address of the table alone."""
    return StaticTable.from_metadata(f"http://testserver/api/v1/datasets/{slug}/iceberg", {"py-io-impl": HERE})
