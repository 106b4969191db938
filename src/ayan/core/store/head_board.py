"""The heads of all datasets as one process knows them: looked at together, at most a few times a second."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from ayan.core.bucket.bucket import Bucket
from ayan.core.bucket.bucket_fault import BucketAway, BucketBusy, BucketFault
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
        self._next, self._silent = 0.0, False
        self._looking = threading.Lock()
        self._heads: dict[str, StandingHead] = {}
        self._put: dict[str, tuple[str, float]] = {}

    def tags(self) -> Mapping[str, str]:
        """The entity tag of each dataset's head, by slug; at most `limits.BOARD_SECONDS` old while all is well."""
        look, now = self._look, time.monotonic()
        believed = look is not None and now - look.at <= BOARD_BELIEVED
        if look is not None and believed and now < self._next:
            return look.tags
        if look is not None and believed and (self._silent or self._looking.locked()):
            # While somebody asks, and while there was no answer last time, nobody waits who may go on without one.
            self._ask_beside()
            return look.tags
        if look is not None and not believed and self._silent and now < self._next:
            # Nobody is kept waiting for an answer that nobody got a moment ago.
            raise BucketAway
        with self._looking:
            return self._asked(look)

    def _ask_beside(self) -> None:
        if self._looking.acquire(blocking=False):
            threading.Thread(target=self._asked_beside, name="object store", daemon=True).start()

    def _asked_beside(self) -> None:
        try:
            with suppress(BucketFault):
                self._asked(self._look)
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
            self._next, self._silent = time.monotonic() + BOARD_PAUSE, True
            if last is None or now - last.at > BOARD_BELIEVED:
                raise
            return last.tags
        tags = {each.key.removeprefix(f"{HEADS}/"): each.tag for each in listed}
        # What this process put while it asked may not be in the answer.
        tags |= {slug: tag for slug, (tag, at) in list(self._put.items()) if at >= now}
        self._look = _Look({slug: tag for slug, tag in tags.items() if SLUG.fullmatch(slug)}, now)
        self._next, self._silent = now + BOARD_SECONDS, False
        return self._look.tags

    def moved(self, slug: str, standing: StandingHead) -> None:
        """This process put a head: it sees it from now on."""
        self._heads[slug] = standing
        if standing.tag is not None:
            self._put[slug] = standing.tag, time.monotonic()
            if (look := self._look) is not None:
                self._look = _Look({**look.tags, slug: standing.tag}, look.at)
        self._next = 0.0

    def now(self, slug: str, *, patient: bool = False) -> StandingHead:
        """The head of a dataset as it stands, asked for in this moment; ``patient`` where no page waits for it."""
        stored = (self._bucket if patient else self.hasty).get(head_key(slug))
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
