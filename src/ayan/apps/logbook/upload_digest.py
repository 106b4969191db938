"""Files sent to be verified: their digest is computed as they come in, and not one byte of them is stored."""

from __future__ import annotations

import hashlib

from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest


class UploadDigest(FileUploadHandler):
    """Computes the SHA-256 of the first file of a request; ``digest`` (hex) is empty until it has come in whole."""

    chunk_size = 1024 * 1024

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.digest = ""
        self._running = hashlib.sha256()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:  # noqa: ARG002 - Django's signature
        if not self.digest:
            self._running.update(raw_data)
        return None

    def file_complete(self, file_size: int) -> None:  # noqa: ARG002 - Django's signature
        self.digest = self.digest or self._running.hexdigest()
