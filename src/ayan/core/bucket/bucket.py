"""One bucket of an object store: objects are put once, or replaced only if they are still what was read."""

from __future__ import annotations

import hashlib
import os
import random
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, NotFoundError, PreconditionError
from obstore.store import S3Store

from ayan.core.bucket import limits
from ayan.core.bucket.bucket_fault import (
    MISSING,
    ODD,
    REFUSED,
    BucketAway,
    BucketBusy,
    BucketFault,
    BucketKeyRefused,
    BucketMissing,
    Moved,
)
from ayan.core.bucket.bucket_place import BucketPlace

_Answer = TypeVar("_Answer")

_CODE: Final = re.compile(r"<Code>([A-Za-z0-9.]{1,64})</Code>")
_STATUS: Final = re.compile(r"non-2xx status code: ([0-9]{3})")
_BUSY: Final = frozenset({"SlowDown", "RequestLimitExceeded", "ThrottlingException", "TooManyRequests", "Throttling"})
# Another request for the same object was under way at that moment; the same one may be sent again.
_AT_ONCE: Final = frozenset({"ConditionalRequestConflict", "OperationAborted"})


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object that was read: its bytes, and the entity tag by which it is known to be the same."""

    data: bytes
    tag: str


@dataclass(frozen=True, slots=True)
class ListedObject:
    """An object of a listing: its key below the place's prefix, its entity tag, and its size in bytes."""

    key: str
    tag: str
    size: int


class Bucket:
    """The objects of one place.

    Every request is repeated for `limits.PATIENCE` seconds while the server is silent, restarts or throttles; then
    BucketAway or BucketBusy. Raises BucketMissing and BucketKeyRefused at once, and BucketFault for anything else. Safe
    for threads. Not for a process that was forked after the first request: there it raises RuntimeError.
    """

    def __init__(
        self, place: BucketPlace, patience: float = limits.PATIENCE, request: timedelta = limits.REQUEST
    ) -> None:
        self.place = place
        self._patience = patience
        # Ceph's gateway compares If-Match without its quotation marks, and takes what has them for another tag.
        self._plain_tags = False
        self._process = os.getpid()
        self._store = S3Store(
            place.bucket,
            prefix=place.prefix or None,
            endpoint=place.endpoint,
            region=place.region,
            access_key_id=place.key,
            secret_access_key=place.secret,
            virtual_hosted_style_request=False,
            client_options={
                "allow_http": place.endpoint.startswith("http://"),
                "connect_timeout": min(limits.CONNECT, request),
                "timeout": request,
                "user_agent": "ayan",
            },
            # Repeated by `_asked`, which knows what a lost answer means.
            retry_config={"max_retries": 0},
        )

    def get(self, key: str) -> StoredObject | None:
        """An object whole; None where there is none."""

        def ask() -> StoredObject | None:
            try:
                answer = obstore.get(self._store, key)
                if answer.meta["size"] > limits.LARGEST_HELD:
                    raise BucketFault().advised(ODD.format(said="EntityTooLarge"))
                return StoredObject(bytes(answer.bytes()), str(answer.meta["e_tag"]))
            except (NotFoundError, FileNotFoundError) as fault:
                if _code(fault) == "NoSuchBucket":
                    raise
                return None

        return self._asked(ask)

    def put(self, key: str, data: bytes) -> str | None:
        """Put an object under a key that nobody else uses; the version it got, where the bucket keeps older ones."""
        put = self._asked(lambda: obstore.put(self._store, key, data, use_multipart=False))
        return put["version"]

    def put_file(self, key: str, path: Path) -> None:
        """Put the bytes of a file, whole or not at all, under a key that nobody else uses."""
        large = path.stat().st_size >= 2 * limits.PIECE
        self._asked(
            lambda: obstore.put(
                self._store,
                key,
                path if large else path.read_bytes(),
                use_multipart=large,
                chunk_size=limits.PIECE,
                max_concurrency=limits.PIECES_AT_ONCE,
            )
        )

    def create(self, key: str, data: bytes) -> str:
        """Put an object only if there is none (``If-None-Match: *``); its entity tag. Raises Moved otherwise.

        ``data`` is unlike anything that another writer puts, so that one that stands already with these bytes is known
        as this very one, whose answer was lost.
        """
        return self._conditional(key, data, None)

    def replace(self, key: str, data: bytes, tag: str) -> str:
        """Put an object only in the place of that with this entity tag (``If-Match``); its new tag. Moved otherwise.

        Of ``data`` the same holds as for `create`.
        """
        return self._conditional(key, data, tag)

    def fetch(self, key: str, path: Path) -> str | None:
        """Write an object to a new file; the SHA-256 (hex) of its bytes. None, and no file, where there is none."""

        def ask() -> str | None:
            digest = hashlib.sha256()
            try:
                with path.open("wb") as out:
                    answer = obstore.get(self._store, key, options={"range": (0, limits.PIECE)})
                    size = answer.meta["size"]
                    pieces = [answer.bytes()]
                    for start in range(0, max(size, 1), limits.PIECE):
                        # Piece by piece, so that the time for one request bounds no file.
                        end = min(start + limits.PIECE, size)
                        piece = pieces.pop() if pieces else obstore.get_range(self._store, key, start=start, end=end)
                        digest.update(piece)
                        out.write(piece)
            except (NotFoundError, FileNotFoundError) as fault:
                path.unlink(missing_ok=True)
                if _code(fault) == "NoSuchBucket":
                    raise
                return None
            return digest.hexdigest()

        return self._asked(ask)

    def delete(self, keys: Iterable[str]) -> None:
        """Remove objects; those that are gone already are passed over."""
        for key in keys:
            self._asked(partial(self._remove, key))

    def listing(self, prefix: str) -> list[ListedObject]:
        """All objects below ``prefix``, which ends where a slash follows, by key."""

        def ask() -> list[ListedObject]:
            return [
                ListedObject(each["path"], str(each["e_tag"]), each["size"])
                for batch in obstore.list(self._store, prefix)
                for each in batch
            ]

        return sorted(self._asked(ask), key=lambda each: each.key)

    def _remove(self, key: str) -> None:
        try:
            obstore.delete(self._store, key)
        except (NotFoundError, FileNotFoundError) as fault:
            if _code(fault) == "NoSuchBucket":
                raise

    def _conditional(self, key: str, data: bytes, tag: str | None) -> str:
        def ask() -> str:
            try:
                if tag is None:
                    put = obstore.put(self._store, key, data, mode="create", use_multipart=False)
                else:
                    stated = tag.strip('"') if self._plain_tags else tag
                    put = obstore.put(self._store, key, data, mode={"e_tag": stated}, use_multipart=False)
            except (AlreadyExistsError, PreconditionError, NotFoundError, FileNotFoundError) as fault:
                if _code(fault) in ("NoSuchBucket", *_AT_ONCE):
                    raise
            else:
                return str(put["e_tag"])
            standing = self.get(key)
            if standing is not None and standing.data == data:
                return standing.tag
            if standing is not None and standing.tag == tag and not self._plain_tags:
                # It stands there still, and was refused: whether the other way is heeded, `trial.tried` tells.
                self._plain_tags = True
                return ask()
            raise Moved(key)

        return self._asked(ask)

    def _asked(self, ask: Callable[[], _Answer]) -> _Answer:
        """Ask until there is an answer, or for as long as the server is waited for."""
        if os.getpid() != self._process:
            raise RuntimeError("a bucket may not be used in a process that was forked since it was opened")
        until, pause = time.monotonic() + self._patience, limits.FIRST_PAUSE
        while True:
            try:
                return ask()
            except (BaseError, FileNotFoundError) as fault:
                refused = self._fault(fault)
                if not isinstance(refused, BucketAway | BucketBusy) or time.monotonic() + pause > until:
                    # The server's own words, which may hold names and keys, end here.
                    raise refused from None
            time.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 - so that many do not come back at once
            pause = min(2 * pause, limits.LONGEST_PAUSE)

    def _fault(self, fault: BaseException) -> BucketFault:
        code, status = _code(fault), _STATUS.search(str(fault))
        number = int(status[1]) if status else 0
        said = code or str(number or type(fault).__name__)
        if code in _BUSY or number == 429 or (number == 503 and code in ("", "ServiceUnavailable")):
            return BucketBusy()
        if code == "NoSuchBucket":
            return BucketMissing().advised(MISSING.format(bucket=self.place.bucket))
        if code in _AT_ONCE or number >= 500 or (not number and not code):
            return BucketAway()
        if number in (401, 403):
            return BucketKeyRefused().advised(REFUSED.format(said=said))
        return BucketFault().advised(ODD.format(said=said))


def _code(fault: BaseException) -> str:
    code = _CODE.search(str(fault))
    return code[1] if code else ""
