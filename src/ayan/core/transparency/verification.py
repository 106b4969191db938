"""Verifying a portal or an export: the log against its signatures, every release against the log and its bytes."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from ayan.core.ledger.note import Verifier
from ayan.core.ledger.trust_policy import Policy
from ayan.core.store.manifest import TOTAL_RULES
from ayan.core.system.progress import Progress
from ayan.core.transparency.accountability_verification import check_declared, check_published
from ayan.core.transparency.code_meanings import turned_meanings
from ayan.core.transparency.dataset_lists import DatasetState, check_lists
from ayan.core.transparency.entries.original_deletion import commitment_of
from ayan.core.transparency.evidence import MANIFEST, Evidence
from ayan.core.transparency.log_rules import LogHistory, ReleaseHistory
from ayan.core.transparency.log_verification import read_log
from ayan.core.transparency.manifest_facts import ReleaseFault
from ayan.core.transparency.public_answers import Chance, PresentRelease, PublicAnswers
from ayan.core.transparency.release_verification import VerificationBroken, VerificationReport, examine_release
from ayan.core.transparency.row_reader import RowReader
from ayan.core.values.label import Label

_SOUND: Final = Label("{rows} ردیف، همان‌که مهر شد.", "{rows} rows, as they were sealed.")
_SOUND_ERASED: Final = Label(
    "{rows} ردیف، همان‌که مهر شد، {count} ردیف پاک شده.",
    "{rows} rows, as they were sealed, {count} of them erased since.",
)


def verify(
    evidence: Evidence,
    policy: Policy,
    *,
    since: bytes | None = None,
    former: Sequence[Verifier] = (),
    chance: Chance | None = None,
    tell: Progress | None = None,
) -> VerificationReport:
    """Check everything that ``evidence`` shows, as somebody would who believes the logs and witnesses of ``policy``.

    ``since`` is a signed checkpoint of the same log that was kept from earlier; keys that the log was signed with
    before are ``former``, and vouch for nothing else. Every release is fetched whole; of what readers are given,
    ``chance`` draws what is looked at.
    """
    report = VerificationReport()
    say = tell or (lambda stage, share: None)
    chance = chance or Chance.fresh()
    try:
        history = read_log(evidence, policy, report, since=since, former=former)
    except VerificationBroken:
        return report
    texts = check_published(evidence, history, report)
    with RowReader() as reader:
        releases = _Releases(evidence, history, report, reader, chance)
        releases.check(say)
    check_declared(history, texts, releases.declared, report)
    return report


# --- the releases ---------------------------------------------------------------------------------------------------


class _Dataset:
    """A dataset on its way: what is found of it, and how many of its releases are not looked at yet."""

    def __init__(self, slug: str, releases: Mapping[str, ReleaseHistory], folder: Path) -> None:
        self.slug = slug
        self.releases = releases
        self.folder = folder
        self.report = VerificationReport()
        # What could be read of each release, by ref: its manifest, and whether all of it holds.
        self.looked: dict[str, tuple[Mapping[str, Any], bool]] = {}
        self.reports = {ref: VerificationReport() for ref in releases}
        self._lock = threading.Lock()

    def note(self, ref: str, looked: tuple[Mapping[str, Any], bool]) -> bool:
        """Keep what was read of a release, and whether it was the last of them."""
        with self._lock:
            self.looked[ref] = looked
            return len(self.looked) == len(self.releases)

    def tell(self, report: VerificationReport) -> None:
        """Add what was found to a report, in the order of the releases whichever was looked at first."""
        for ref in self.releases:
            report.findings += self.reports[ref].findings
        report.findings += self.report.findings


class _Releases:
    """Every release held against the log, and what readers are given of each dataset once its releases are read.

    Several are looked at side by side where the evidence bears it, and told in their order.
    """

    def __init__(
        self, evidence: Evidence, history: LogHistory, report: VerificationReport, reader: RowReader, chance: Chance
    ) -> None:
        self._evidence = evidence
        self._history = history
        self._report = report
        self._reader = reader
        self._shown = set(evidence.releases())
        self._states: dict[str, DatasetState] = {}
        self._rows: dict[str, int] = {}
        self._ruled: dict[str, bool] = {}
        # What each release that could be read states of its declaration, by ref.
        self.declared: dict[str, object] = {}
        by_dataset: dict[str, dict[str, ReleaseHistory]] = {}
        for ref, release in sorted(history.releases.items()):
            by_dataset.setdefault(release.last.dataset, {})[ref] = release
        self._by_dataset = by_dataset
        sizes = {
            slug: sum(release.last.rows for release in present(releases.values()))
            for slug, releases in by_dataset.items()
        }
        self._answers = PublicAnswers(
            evidence, reader, report, chance, {slug: size for slug, size in sizes.items() if size}
        )

    def check(self, tell: Progress) -> None:
        """Look at everything."""
        for ref in sorted(self._shown - self._history.releases.keys()):
            words = Label("نشان داده می‌شود ولی در ثبت عمومی نیست.", "It is shown, and the log does not have it.")
            self._report.add("broken", ref, words, "unlogged")
        # Lanes that were given up may still write.
        with tempfile.TemporaryDirectory(prefix="ayan-verify-", ignore_cleanup_errors=True) as name:
            self._look(Path(name), tell)
        _check_rules(self._history, self._ruled, self._report)
        if self._evidence.is_answering:
            tell("answers", None)
            with tempfile.TemporaryDirectory(prefix="ayan-verify-") as name:
                check_lists(self._answers, self._history, self._states, self._rows, Path(name))
            self._answers.tell()

    def _look(self, root: Path, tell: Progress) -> None:
        # Folders have numbers, never names that somebody else chose.
        datasets = [
            _Dataset(slug, releases, root / str(number))
            for number, (slug, releases) in enumerate(self._by_dataset.items())
        ]
        for dataset in datasets:
            dataset.folder.mkdir()
        releases = [(dataset, position, ref) for dataset in datasets for position, ref in enumerate(dataset.releases)]
        done = iter(range(1, len(releases) + 1))
        self._evidence.each(self._release, releases, lambda release: tell(release[2], next(done) / len(releases)))
        for dataset in datasets:
            self._states[dataset.slug] = DatasetState.of(dataset.slug, present(dataset.releases.values()), self._rows)
            dataset.tell(self._report)

    def _release(self, release: tuple[_Dataset, int, str]) -> None:
        """One release, and after the last one of a dataset whatever is said of all of it; then its files go."""
        dataset, position, ref = release
        # Each file is fetched once, held against the log, and compared with answers.
        if dataset.note(ref, self._of_log(dataset, ref, dataset.folder / str(position))):
            self._dataset(dataset)
            shutil.rmtree(dataset.folder)

    def _dataset(self, dataset: _Dataset) -> None:
        holding, whole = present(dataset.releases.values()), list[PresentRelease]()
        manifests: list[tuple[str, int, Mapping[str, Any]]] = []
        for position, (ref, release) in enumerate(dataset.releases.items()):
            manifest, sound = dataset.looked[ref]
            if manifest:
                self._ruled[ref] = TOTAL_RULES in manifest["ayan"]
                self.declared[ref] = manifest["ayan"].get("declaration")
            if not sound:
                continue
            self._rows[ref] = int(manifest["ayan"]["rows"])
            manifests.append((ref, release.index, manifest))
            if release in holding:
                whole.append(PresentRelease(release.last, manifest, dataset.folder / str(position)))
        for ref, words in turned_meanings(manifests):
            dataset.report.add("note", ref, words, "code-turned")
        # Where a release is not what was sealed, that is named already, and nothing can be held against it.
        if holding and len(whole) == len(holding) and self._evidence.is_answering:
            state = DatasetState.of(dataset.slug, holding, self._rows)
            self._answers.hold(dataset.slug, whole, dataset.folder, state.digest, dataset.report)

    def _of_log(self, dataset: _Dataset, ref: str, folder: Path) -> tuple[Mapping[str, Any], bool]:
        """The manifest of a release that is shown, empty where it could not be had, and whether all of it holds."""
        release, report = dataset.releases[ref], dataset.reports[ref]
        if release.withdrawn:
            if ref in self._shown:
                words = Label("ثبت عمومی می‌گوید برداشته شده است.", "It is shown, and the log says withdrawn.")
                report.add("broken", ref, words, "withdrawn-shown")
            return {}, False
        if ref not in self._shown:
            words = Label("در ثبت عمومی هست و نشان داده نمی‌شود.", "The log has it, and it is not shown.")
            report.add("broken", ref, words, "hidden")
            return {}, False
        folder.mkdir()
        manifest, sound = _release(self._evidence, self._history, release, report, self._reader, folder)
        if release not in present(dataset.releases.values()):
            shutil.rmtree(folder)
        return manifest, sound


def present(releases: Iterable[ReleaseHistory]) -> list[ReleaseHistory]:
    """The releases that hold now: of each period the highest number, unless it was withdrawn."""
    highest: dict[str, ReleaseHistory] = {}
    for release in releases:
        held = highest.get(release.last.period)
        if held is None or release.last.number > held.last.number:
            highest[release.last.period] = release
    return [release for _, release in sorted(highest.items()) if not release.withdrawn]


def _release(
    evidence: Evidence,
    history: LogHistory,
    release: ReleaseHistory,
    report: VerificationReport,
    reader: RowReader,
    folder: Path,
) -> tuple[Mapping[str, Any], bool]:
    """Fetch one release and hold manifest, files, row commitments and totals against the log and each other.

    Returns its manifest, nothing where that could not be had, and whether all of it holds.
    """
    statement = release.last
    ref = statement.ref
    gone = history.originals.get(ref)
    manifest, faults = examine_release(evidence, release, folder, reader)
    wrong = list(faults)
    if manifest and gone is not None and gone.commitment != commitment_of(manifest):
        words = Label(
            "پرونده‌ای که ثبت عمومی از حذفش می‌گوید، پروندهٔ این انتشار نیست.",
            "The original that the log calls deleted is not the one this release was made from.",
        )
        wrong.append(ReleaseFault("original-other", MANIFEST, words))
    for fault in wrong:
        where = f"{ref}/{fault.file}" if fault.file else ref
        report.add("broken" if fault.broken else "note", where, fault.what, fault.code)
    if any(fault.broken for fault in wrong):
        return manifest, False
    count = sum(int(erasure["count"]) for erasure in manifest["ayan"].get("erasures", ()))
    words = (_SOUND_ERASED if count else _SOUND).format(rows=statement.rows, count=count)
    report.add("holds", ref, words)
    return manifest, True


def _check_rules(history: LogHistory, ruled: Mapping[str, bool], report: VerificationReport) -> None:
    """Manifests of older versions state no rules of totals; once a log has one that does, all later ones must."""
    first = min((history.releases[ref].index for ref, has in ruled.items() if has), default=None)
    for ref in sorted(ref for ref, has in ruled.items() if not has):
        if first is not None and history.releases[ref].index > first:
            words = Label(
                "شناسنامه قاعدهٔ جمع‌ها را ندارد، با آنکه انتشارهای پیش از آن دارند.",
                "The manifest states no rules of its totals, though releases before it do.",
            )
            report.add("broken", f"{ref}/{MANIFEST}", words, "total-rules")
