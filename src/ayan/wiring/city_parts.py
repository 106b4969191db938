"""What a city may be given of its parts, where it is not to open them by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ayan.core.answers.lexicon_store import LexiconStore
    from ayan.core.custody.retention import Deletions
    from ayan.core.query.engines import Engine
    from ayan.core.query.query_service import QueryService
    from ayan.core.store.release_store import ReleaseStore
    from ayan.core.transparency.log_rules import LogReplay
    from ayan.core.transparency.log_writer import Reasons
    from ayan.datasets.registry import Registry
    from ayan.wiring.damaged_datasets import Damage
    from ayan.wiring.profile import Profile
    from ayan.wiring.site_version import SiteVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class CityParts:
    """What a city is given of its parts; whatever is None it opens by itself when it is first asked for.

    ``keeps_citations`` is false of a city whose pages are a copy or a preview: no short code is given on them.
    """

    registry: Registry | None = None
    profile: Profile | None = None
    release_store: ReleaseStore | None = None
    query_engine: Engine | None = None
    query_service: QueryService | None = None
    lexicons: LexiconStore | None = None
    reasons: Reasons | None = None
    deletions: Deletions | None = None
    log_replay: LogReplay | None = None
    damage: Damage | None = None
    site_version: SiteVersion | None = None
    keeps_citations: bool = True
