"""A trial of an object store, with objects of its own: whether it does what releases of several machines rest on."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ayan.core.bucket.bucket import Bucket
from ayan.core.bucket.bucket_fault import BucketUnconditional, Moved

FOLDER: Final = "trials"


@dataclass(frozen=True, slots=True)
class BucketTrial:
    """What a trial found. ``keeps_versions``: what is deleted or overwritten stays readable as an older version."""

    keeps_versions: bool


def tried(bucket: Bucket) -> BucketTrial:
    """Write, overwrite conditionally in the four ways there are, and remove; nothing of it is left.

    Raises BucketUnconditional where something was overwritten that was to be left, or the other way round, and what
    requests raise: BucketMissing, BucketKeyRefused, BucketAway.
    """
    # First, for there are servers that make a bucket of any name as soon as somebody writes to it.
    bucket.listing(FOLDER)
    key = f"{FOLDER}/{secrets.token_hex(8)}"
    first, second, third = (f"{word} {secrets.token_hex(16)}".encode() for word in ("first", "second", "third"))
    try:
        tag = bucket.create(key, first)
        if _went_through(lambda: bucket.create(key, second)) or _went_through(
            lambda: bucket.replace(key, second, '"00000000000000000000000000000000"')
        ):
            raise BucketUnconditional
        try:
            renewed = bucket.replace(key, third, tag)
        except Moved:
            raise BucketUnconditional from None
        standing = bucket.get(key)
        if standing is None or (standing.data, standing.tag) != (third, renewed):
            raise BucketUnconditional
        if _went_through(lambda: bucket.replace(key, second, tag)):
            raise BucketUnconditional
        version = bucket.put(key, first)
    finally:
        bucket.delete([key])
    return BucketTrial(version not in (None, "", "null"))


def _went_through(put: Callable[[], object]) -> bool:
    try:
        put()
    except Moved:
        return False
    return True
