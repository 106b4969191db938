"""The city in use: its folder, datasets, store of releases, keys of its originals and clock."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Final

from ayan import datasets
from ayan.core.attachments.published_documents import PublishedDocuments
from ayan.core.audit.cluster_audit import AuditCluster
from ayan.core.audit.draft_trial import Reconciler
from ayan.core.audit.flags.register import PublishedRegister
from ayan.core.audit.outcomes import CACHE, Auditor, BalanceHistory
from ayan.core.casework.place_figures import PlaceFigureFile
from ayan.core.custody.private_store import PrivateStore
from ayan.core.custody.retention import Deletions, OriginalRetention, RetentionRule
from ayan.core.harvest.cities import OtherCity, Others
from ayan.core.index.index_store import IndexStore
from ayan.core.ledger.log import Log
from ayan.core.publish.pending_draft import PendingDraft
from ayan.core.publish.preview import preview_store
from ayan.core.publish.publish_context import PublishContext
from ayan.core.query.engines import Engine
from ayan.core.query.engines.parquet import ParquetEngine
from ayan.core.query.query_service import QueryService
from ayan.core.schedule.deadlines import Diary
from ayan.core.schema.definition import Dataset
from ayan.core.schema.problem import DeclarationError
from ayan.core.store.release_store import ReleaseStore
from ayan.core.tariff.tariff_file import FOLDER as TARIFFS
from ayan.core.transparency.clock_check import ClockJudge
from ayan.core.transparency.log_rules import LogReplay
from ayan.core.transparency.log_writer import Reasons, TransparencyLog
from ayan.core.values.clock import Clock, FixedClock, SystemClock
from ayan.core.values.label import Label
from ayan.datasets.registry import BUILTIN, Registry
from ayan.wiring import engine as engines
from ayan.wiring import ledger, original_keys, own_variables
from ayan.wiring.city_parts import CityParts
from ayan.wiring.damaged_datasets import Damage
from ayan.wiring.lexicons import Lexicons
from ayan.wiring.limits import DEFAULT_MEMORY_MB
from ayan.wiring.open_cities import INDEX, CityNames, OpenCities, city_names, folders, names_of_many
from ayan.wiring.profile import Profile, read_topics, speak
from ayan.wiring.sealed_words import SealedWords
from ayan.wiring.service_folder import service_catalogue
from ayan.wiring.site_version import SiteVersion
from ayan.wiring.store_place import StorePlace, open_tables

PRIVATE_FOLDERS: Final = ("originals", "work", "keys")
"""Folders of a city that are for their owner alone."""
CITIES: Final = "cities"
"""The folder, in the city's own, of what was harvested from others."""
DECLARED: Final = Path(datasets.__file__).parent


@dataclass(frozen=True)
class City(Lexicons):
    """One city: everything that a command or a page needs to find its datasets and releases.

    ``store`` is the folder of the releases, or of what is in use here of the bucket of ``store_place``; ``engine``
    names what answers questions, ``memory_mb`` what this process may take for that. ``own_index`` is the folder of this
    machine's index files, where it shares ``home``; ``set_aside`` are damaged datasets. A part that is not given is
    opened when first asked for. Another city of the same folder is made by `stopped`, `without` and `with_store`.
    """

    home: Path
    store: Path
    clock: Clock = field(default_factory=SystemClock)
    engine: str = engines.DEFAULT_ENGINE
    memory_mb: int = DEFAULT_MEMORY_MB
    own_index: Path | None = None
    parts: CityParts = field(default_factory=CityParts, repr=False, compare=False)
    set_aside: tuple[Dataset, ...] = ()
    store_place: StorePlace | None = None
    _others_without: dict[frozenset[str], City] = field(default_factory=dict, init=False, repr=False, compare=False)
    _logs: dict[int, Log] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def profile(self) -> Profile:
        """What ``ayan.toml`` says of the city."""
        return self.parts.profile or Profile.read(self.home / "ayan.toml")

    def opens(self, slug: str) -> date | None:
        """The day from which a dataset is owed; None where it always was."""
        return self.profile.openings.of(slug)

    @cached_property
    def registry(self) -> Registry:
        """The declared datasets: those that come with Ayan, and the city's own, which win by slug."""
        return self.parts.registry or Registry((BUILTIN, self.home / "datasets"), self.home / TARIFFS)

    @cached_property
    def topics(self) -> Mapping[str, Label]:
        """The topics that datasets are grouped under, in the order of the pages."""
        return read_topics(DECLARED / "topics.toml", self.home / "datasets" / "topics.toml")

    @cached_property
    def release_store(self) -> ReleaseStore:
        """The published releases."""
        base = self.store_place or StorePlace(self.store)
        return self.parts.release_store or base.opened(self.clock, open_tables(self.home, base, lambda: self.registry))

    @cached_property
    def index_store(self) -> IndexStore:
        """The files that questions are answered from; derived, rebuilt where they are missing."""
        return IndexStore(self.release_store, self.own_index or self.outcomes)

    @property
    def outcomes(self) -> Path:
        """The folder of what was worked out once for all machines: of balances and flags."""
        return self.home / INDEX

    def unindexed(self) -> tuple[str, ...]:
        """The datasets whose present state has not all of its index yet, where this city's engine reads one."""
        slugs = self.release_store.datasets() if engines.reads_index(self.engine) else ()
        return tuple(slug for slug in slugs if not self.index_store.is_built(self.release_store.snapshot(slug)))

    @cached_property
    def query_engine(self) -> Engine:
        """The engine that questions are run by."""
        return self.parts.query_engine or engines.watched_engine(self.engine, self.index_store, self.memory_mb)

    @cached_property
    def query_service(self) -> QueryService:
        """Whoever answers questions about the releases."""
        return self.parts.query_service or QueryService(self.release_store, self.query_engine)

    @property
    def documents(self) -> PublishedDocuments:
        """The documents that belong to published rows."""
        return PublishedDocuments(self.release_store, self.query_service, self.registry.all())

    @property
    def auditor(self) -> Auditor:
        """Whoever holds the declared balances against what is published."""
        datasets = {each.slug: each for each in self.registry.all()}
        return Auditor(self.release_store, datasets, self.outcomes, self.audit_cluster)

    @cached_property
    def audit_cluster(self) -> AuditCluster | None:
        """The cluster that reckons balances and flags over large tables; None where there is none."""
        return engines.chosen_cluster(self.engine, self.registry.all(), self.release_store.shared)

    def reconciler(self, slug: str) -> Reconciler:
        """What the drafts of a dataset are held against: the balances that read it, over what is published."""
        return Reconciler(self.release_store, slug, *self.registry.balances_of(slug))

    @cached_property
    def flag_register(self) -> PublishedRegister:
        """The public register of what integrity flags found."""
        return PublishedRegister(self.outcomes / CACHE / "findings.json")

    @cached_property
    def place_figures(self) -> PlaceFigureFile:
        """How requests of each district and street were answered, as the worker counted it last."""
        return PlaceFigureFile(self.outcomes / CACHE / "places.json")

    @cached_property
    def site_version(self) -> SiteVersion:
        """What is published at this moment, in one short text; what was found or counted is in it at once."""

        def described() -> str:
            marks = self.reasons.mark(), self.deletions.count(), self.diary.mark(), self.balance_history.mark()
            kept = f"{marks} {service_catalogue(self.home).digest} {self.registry.tariffs().digest}"
            return f"{self.profile!r} {dict(self.topics)!r} {self.glossary.terms!r} {self.ready_comparisons!r} {kept}"

        def beside() -> str:
            return f"{self.flag_register.now().mark} {self.others.mark()} {self.place_figures.now().mark}"

        return self.parts.site_version or SiteVersion(self.release_store, self.registry, self.clock, described, beside)

    @cached_property
    def others(self) -> Others:
        """Other cities whose tables were harvested, to be compared with."""
        return Others(self.home / CITIES, self.clock)

    @cached_property
    def _away(self) -> Engine:
        return engines.chosen_engine("parquet", self.index_store, self.memory_mb)

    def query_service_of(self, other: OtherCity) -> QueryService:
        """Whoever answers questions about the releases of another city: from the releases themselves, unindexed."""
        return QueryService(other.release_store, self._away)

    @cached_property
    def sealed_query_service(self) -> QueryService:
        """Whoever answers from the sealed files alone, so that an index that says something else is noticed."""
        return QueryService(self.release_store, self._away)

    @cached_property
    def deletions(self) -> Deletions:
        """What the log tells of originals that were deleted."""
        return self.parts.deletions or Deletions(lambda: self.log)

    @cached_property
    def log_replay(self) -> LogReplay:
        """The log replayed by its rules, for who only reads."""
        return self.parts.log_replay or LogReplay(lambda: self.log)

    def rule_of(self, slug: str) -> RetentionRule | None:
        """How long the originals of a dataset are kept; None where neither it nor the city says so."""
        try:
            declared = self.registry.get(slug).retention
        except (KeyError, DeclarationError):
            # What is declared no longer, or wrongly, may have asked for longer than the city does.
            return None
        if declared is not None:
            return RetentionRule("dataset", declared)
        return RetentionRule("city", self.profile.retention) if self.profile.retention else None

    @cached_property
    def reasons(self) -> Reasons:
        """Why something was withdrawn or erased, in words, as long as the city keeps them."""
        return self.parts.reasons or Reasons(self.home / "reasons")

    @cached_property
    def diary(self) -> Diary:
        """What was missing on the days before."""
        return Diary(self.home / "missing")

    @cached_property
    def balance_history(self) -> BalanceHistory:
        """What came of the balances night by night."""
        return BalanceHistory(self.home / "audits")

    @cached_property
    def publish_context(self) -> PublishContext:
        """Where releases are prepared and sealed."""
        rooms = (self.release_store, self.index_store, self.private_store, self.clock, self.reasons)
        return PublishContext(*rooms, lambda: self.transparency_log, extent=self.profile.extent, outcomes=self.outcomes)

    @cached_property
    def private_store(self) -> PrivateStore:
        """The files as they were sent, and scratch space, both private."""
        bucket = self.store_place.opener() if self.store_place else None
        return PrivateStore(self.home / "originals", self.home / "work", lambda: original_keys.lock(self.home), bucket)

    @property
    def original_retention(self) -> OriginalRetention:
        """Who sees to the end of the originals."""
        rooms = (self.private_store, self.release_store, self.deletions, self.rule_of, self.clock)
        return OriginalRetention(*rooms, lambda: self.transparency_log)

    @property
    def log(self) -> Log | None:
        """The log of public acts for who only reads; None while nothing has been entered."""
        # Once its key is another one, the log is opened with that.
        since = ledger.key_time(self.home)
        if since not in self._logs and (log := ledger.reading(self.home)) is not None:
            self._logs.clear()
            self._logs[since] = log
        return self._logs.get(since)

    @cached_property
    def transparency_log(self) -> TransparencyLog:
        """The log of public acts, with the key to sign it; made the first time it is asked for.

        Raises KeyRefused or BadNoteKey when the key may not be used, and LedgerError when the log may not be signed.
        """
        return self.writer(ledger.writing(self.home, self.store, domain=self.profile.domain, demo=self.profile.demo))

    def writer(self, log: Log) -> TransparencyLog:
        """Whoever enters what the city does into a log that was opened with its key."""
        published = (lambda: ledger.ask(self.home, log),)
        if self.profile.demo:
            # What is invented comes about at any time, and nothing is at stake.
            return TransparencyLog(log, self.reasons, self.clock, *published, may_sign=ledger.may_sign)
        judge = ClockJudge(self.clock, lambda: ledger.clock_readings(self.home, log, self.clock))
        return TransparencyLog(log, self.reasons, self.clock, *published, judge, ledger.may_sign)

    def stopped(self, moment: datetime) -> City:
        """The same city, to be read only, with its clock standing at a moment: whoever asks twice hears the same.

        It keeps the words of no reason: what is made of it may last, and nobody could take them out again.
        """
        parts = replace(self._shared_reading(), reasons=Reasons(None), keeps_citations=False)
        return replace(self, clock=FixedClock(moment), parts=parts)

    @cached_property
    def damage(self) -> Damage:
        """Which datasets this process found damaged."""
        given, store = self.parts.damage, self.release_store
        return given or Damage(store, self.index_store, lambda: [dataset.slug for dataset in self.registry.all()])

    def damaged(self) -> frozenset[str]:
        """The declared datasets that cannot be read at this moment, as far as anybody has met with it."""
        return self._damaged(self.site_version.lately_unreadable())

    def state(self) -> tuple[str, frozenset[str]]:
        """What is published at this moment, and what of it is damaged: equal ones mean equal public answers."""
        version, unreadable = self.site_version.state()
        return version, self._damaged(unreadable)

    def _damaged(self, unreadable: Mapping[str, Exception]) -> frozenset[str]:
        for slug, fault in unreadable.items():
            self.damage.note(slug, fault)
        return self.damage.slugs()

    def without(self, slugs: frozenset[str]) -> City:
        """The same city, to be read only, without some damaged datasets: they are not among the declared ones."""
        if slugs not in self._others_without:
            known = {dataset.slug: dataset for dataset in (*self.registry.all(), *self.set_aside)}
            aside = tuple(known[slug] for slug in sorted(slugs) if slug in known)
            parts = replace(self._shared_reading(), registry=self.registry.without(slugs), damage=self.damage)
            # They are other ones whenever one more is met with, or mended.
            self._others_without.clear()
            self._others_without[slugs] = replace(self, parts=parts, set_aside=aside)
        return self._others_without[slugs]

    @cached_property
    def as_sealed(self) -> City:
        """The same city, to be read only, its datasets in the words that were sealed with what is published of them."""
        words = self.registry.worded(SealedWords(self.release_store))
        given = replace(self._shared_reading(), registry=words, damage=self.damage, site_version=self.site_version)
        return replace(self, parts=given)

    def with_store(self, store: ReleaseStore) -> City:
        """The same city, to be read only, with other releases: what is declared and what the log tells stay.

        It is answered from the releases themselves, so that no index is ever made of what is not published.
        """
        parts = replace(self._shared(), release_store=store, query_engine=ParquetEngine(), keeps_citations=False)
        return replace(self, parts=parts)

    def with_draft(self, pending: PendingDraft) -> City:
        """The same city as everybody will see it once a waiting draft is sealed; with `in_use`, pages show it."""
        return self.with_store(preview_store(self.publish_context, pending))

    def _shared(self) -> CityParts:
        """What neither clock nor releases change."""
        given = CityParts(registry=self.registry, profile=self.profile, reasons=self.reasons, deletions=self.deletions)
        return replace(given, keeps_citations=self.parts.keeps_citations)

    def _shared_reading(self) -> CityParts:
        """The same, with what reads releases and log: one process opens a file of the index once."""
        readers = ("release_store", "query_engine", "query_service", "lexicons", "log_replay")
        return replace(self._shared(), **{name: getattr(self, name) for name in readers})


_HELD: ContextVar[City | None] = ContextVar("held", default=None)


class NoCityChosen(LookupError):
    """This process works for many cities (``AYAN_CITIES``), and nobody said for which of them this is."""


@contextmanager
def in_use(city: City) -> Iterator[None]:
    """Let ``city`` be the one in use for a while, whatever the variables name."""
    token = _HELD.set(city)
    try:
        yield
    finally:
        _HELD.reset(token)


def current() -> City:
    """The city that is `held`, else the one that the variables name: one object per process while these stay.

    Raises NoSuchEngine, NotOnThisMachine for an address, StoreUnclear, and NoCityChosen in a process of many cities.
    """
    if (known := _HELD.get()) is not None:
        return known
    if os.environ.get("AYAN_CITIES"):
        raise NoCityChosen
    return _cities.of(city_names())


def is_named(city: City) -> bool:
    """Whether a city is the one that the variables name, so that another process of theirs finds the same."""
    return city.home == folders(city_names())[0] and city.parts == CityParts()


def _opened(names: CityNames, *, again: bool) -> City:
    """The city of these names. ValueError or OSError where its file cannot be read."""
    home, place, own_index = folders(names)
    # Which languages there are is known to a process once and for all.
    Profile.read(home / "ayan.toml") if again else speak(home)
    memory_mb = int(names.memory) if names.memory.isdecimal() else DEFAULT_MEMORY_MB
    engine = engines.check_engine(names.engine)
    return City(home, place.folder, engine=engine, memory_mb=memory_mb, own_index=own_index, store_place=place)


def of_many(home: Path, own: Mapping[str, str]) -> Callable[[], City]:
    """One of many cities in this process, with its ``own`` variables; read anew once its ``ayan.toml`` is another."""
    own_variables.give(home.absolute(), own)
    names = names_of_many(home, own.get("AYAN_STORE", ""))
    cities = OpenCities(lambda names, *, again: _opened(names, again=True))
    return lambda: cities.of(names)


_cities: Final = OpenCities(_opened)
