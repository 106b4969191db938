"""The heads of all datasets as one process knows them: looked at together, at most a few times a second."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass

from ayan.core.bucket.bucket import Bucket
from ayan.core.bucket.bucket_fault import BucketAway, BucketBusy
from ayan.core.store.limits import BOARD_BELIEVED, BOARD_PAUSE, BOARD_SECONDS
from ayan.core.store.objects import SLUG
from ayan.core.store.release_head import ReleaseHead
from ayan.core.store.release_keys import HEADS, head_key


@dataclass(frozen=True, slots=True)
class StandingHead:
    """A head and the entity tag it had; no tag where none stands yet."""

    tag: str | None
    head: ReleaseHead


@dataclass(frozen=True, slots=True)
class _Look:
    tags: Mapping[str, str]
    at: float


class HeadBoard:
    """Which heads stand, with their entity tags, and the heads themselves.

    While the object store is silent, what was seen last is believed for `limits.BOARD_BELIEVED` seconds: a withdrawal
    elsewhere may be unseen for that long. After that BucketAway or BucketBusy.
    """

    def __init__(self, bucket: Bucket, hasty: Bucket) -> None:
        self.hasty = hasty
        self._bucket = bucket
        self._look: _Look | None = None
        self._next = 0.0
        self._looking = threading.Lock()
        self._heads: dict[str, StandingHead] = {}

    def tags(self) -> Mapping[str, str]:
        """The entity tag of each dataset's head, by slug; at most `limits.BOARD_SECONDS` old while all is well."""
        look, now = self._look, time.monotonic()
        believed = look is not None and now - look.at <= BOARD_BELIEVED
        if look is not None and believed and now < self._next:
            return look.tags
        # While somebody asks already, others go on with what is believed; without that they wait for the answer.
        if look is not None and believed and not self._looking.acquire(blocking=False):
            return look.tags
        if not believed:
            self._looking.acquire()
        try:
            return self._asked(look)
        finally:
            self._looking.release()

    def _asked(self, before: _Look | None) -> Mapping[str, str]:
        """Ask, unless somebody else has while this thread waited."""
        now, last = time.monotonic(), self._look
        if last is not None and last is not before:
            return last.tags
        try:
            listed = self.hasty.listing(HEADS)
        except (BucketAway, BucketBusy):
            self._next = time.monotonic() + BOARD_PAUSE
            if last is None or now - last.at > BOARD_BELIEVED:
                raise
            return last.tags
        tags = {each.key.removeprefix(f"{HEADS}/"): each.tag for each in listed}
        self._look = _Look({slug: tag for slug, tag in tags.items() if SLUG.fullmatch(slug)}, now)
        self._next = now + BOARD_SECONDS
        return self._look.tags

    def moved(self, slug: str, standing: StandingHead) -> None:
        """This process put a head; the next look is a fresh one."""
        self._heads[slug] = standing
        self._next = 0.0

    def now(self, slug: str) -> StandingHead:
        """The head of a dataset as it stands, asked for in this moment."""
        stored = self._bucket.get(head_key(slug))
        if stored is None:
            standing = StandingHead(None, ReleaseHead())
        else:
            known = self._heads.get(slug)
            same = known is not None and known.tag == stored.tag
            standing = known if known and same else StandingHead(stored.tag, ReleaseHead.read(slug, stored.data))
        self._heads[slug] = standing
        return standing

    def lately(self, slug: str) -> StandingHead:
        """The head as the last look saw it."""
        tag, known = self.tags().get(slug), self._heads.get(slug)
        if known is not None and known.tag == tag:
            return known
        return self.now(slug) if tag is not None else StandingHead(None, ReleaseHead())
