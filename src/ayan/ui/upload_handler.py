"""Files that nobody asked for are passed over: neither kept in memory nor written to the disk."""

from __future__ import annotations

from typing import Any, NoReturn

from django.core.files.uploadhandler import FileUploadHandler, SkipFile


class NoFiles(FileUploadHandler):
    """Takes the fields of a form and none of its files; a view that wants a file sets a handler of its own."""

    def new_file(self, *_args: Any, **_more: Any) -> NoReturn:
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> NoReturn:  # noqa: ARG002 - Django's signature
        raise SkipFile

    def file_complete(self, file_size: int) -> None:  # noqa: ARG002 - Django's signature
        return None
