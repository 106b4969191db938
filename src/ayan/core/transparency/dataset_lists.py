"""The lists by which readers find data, and what stands in the place of what is gone, held against the log."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ayan.core.transparency.evidence import DATASETS, Evidence, PublicAddress, TooLong
from ayan.core.transparency.limits import LARGEST_DOCUMENT, TOMBSTONES_DRAWN
from ayan.core.transparency.log_rules import LogHistory, ReleaseHistory
from ayan.core.transparency.public_answers import PublicAnswers
from ayan.core.transparency.release_verification import VerificationReport
from ayan.core.transparency.shown_values import LANGS
from ayan.core.values.canonical import Json, canonical_json, sha256_hex
from ayan.core.values.label import Label

_WORDS: Final[Mapping[str, Label]] = {
    "list-unreadable": Label("فهرست خوانا نیست ({what}).", "The list cannot be read ({what})."),
    "dataset-missing": Label("{what} در فهرست داده‌ها نیست.", "{what} is not in the list of datasets."),
    "dataset-apart": Label(
        "{what} در فهرست داده‌ها همان نیست که از ثبت عمومی به دست می‌آید.",
        "{what} is not listed as it follows from the log.",
    ),
    "release-missing": Label("انتشار {what} در فهرست نیست.", "The release {what} is not listed."),
    "release-apart": Label(
        "انتشار {what} در فهرست همان نیست که در ثبت عمومی است.", "The release {what} is not listed as the log has it."
    ),
    "tombstone-missing": Label(
        "ثبت عمومی می‌گوید برداشته شده است و نشانی از آن نیست.",
        "The log says withdrawn, and nothing stands in its place.",
    ),
    "tombstone-other": Label(
        "آنچه به جای آن آمده است با ثبت عمومی سازگار نیست ({what}).",
        "What stands in its place is not as the log says ({what}).",
    ),
}


@dataclass(frozen=True, slots=True)
class DatasetState:
    """What a dataset is now, as it follows from log and manifests: rows, digest of the state, releases that hold.

    ``rows`` is None where a manifest could not be had.
    """

    slug: str
    rows: int | None
    digest: str
    current: frozenset[str]

    @classmethod
    def of(cls, slug: str, current: Sequence[ReleaseHistory], rows: Mapping[str, int]) -> DatasetState:
        """The state of the releases that hold; ``rows`` are those of each release by its ref."""
        ordered = sorted(current, key=lambda history: history.last.period)
        named: list[Json] = [[history.last.period, history.last.number, history.last.manifest] for history in ordered]
        refs = [history.last.ref for history in ordered]
        counted = sum(rows[ref] for ref in refs) if all(ref in rows for ref in refs) else None
        digest = sha256_hex(canonical_json({"dataset": slug, "releases": named}))
        return cls(slug, counted, digest, frozenset(refs))


def check_lists(
    answers: PublicAnswers,
    history: LogHistory,
    states: Mapping[str, DatasetState],
    rows: Mapping[str, int],
    folder: Path,
) -> None:
    """Hold the list of datasets, each dataset's list of releases, and the tombstones against the log."""
    evidence, report = answers.evidence, answers.report
    shown = {slug for slug, state in states.items() if state.current}
    document = _document(evidence, PublicAddress(DATASETS, file=f"{DATASETS}.json"), folder, report)
    if document is not None:
        _say(report, DATASETS, _datasets_apart(document, states, shown))
    for lang in LANGS if answers.chance.whole else answers.chance.of("catalogue").sample(LANGS, 1):
        page = f"{'' if lang == LANGS[0] else f'{lang}/'}data/"
        answers.hold_page("catalogue", PublicAddress(page, file=f"{page}index.html"), folder, {"slugs": sorted(shown)})
    for slug, state in sorted(states.items()):
        own = f"{DATASETS}/{slug}/releases"
        listed = _releases(evidence, slug, folder, report)
        if listed is not None:
            _say(report, own, _releases_apart(listed, history, state, rows))
    _tombstones(answers, history, folder)


def _say(report: VerificationReport, where: str, faults: Iterator[tuple[str, str]]) -> None:
    try:
        for code, what in faults:
            report.add("broken", where, _WORDS[code].format(what=what), code)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        report.add("broken", where, _WORDS["list-unreadable"].format(what=type(error).__name__), "list-unreadable")


def _document(evidence: Evidence, address: PublicAddress, folder: Path, report: VerificationReport) -> Any:
    """A JSON document; None, and named, where there is none."""
    file = folder / "document"
    try:
        evidence.read(address, file, LARGEST_DOCUMENT)
        return json.loads(file.read_bytes())
    except (FileNotFoundError, TooLong, ValueError, RecursionError) as error:
        words = _WORDS["list-unreadable"].format(what=type(error).__name__)
        report.add("broken", str(address), words, "list-unreadable")
        return None


def _datasets_apart(document: Any, states: Mapping[str, DatasetState], shown: set[str]) -> Iterator[tuple[str, str]]:
    listed = {str(dataset["slug"]): dataset for dataset in document["datasets"]}
    for slug in sorted(shown - listed.keys()):
        yield "dataset-missing", slug
    for slug in sorted(shown & listed.keys()):
        state, said = states[slug], listed[slug]
        if said["state"] != state.digest or (state.rows is not None and said["rows"] != state.rows):
            yield "dataset-apart", slug


def _releases(evidence: Evidence, slug: str, folder: Path, report: VerificationReport) -> list[Any] | None:
    if not evidence.is_copy:
        return evidence.listed(slug)
    own = f"{DATASETS}/{slug}/releases"
    document = _document(evidence, PublicAddress(own, file=f"{own}.json"), folder, report)
    listed = document.get("releases") if isinstance(document, dict) else None
    return listed if isinstance(listed, list) else None


def _releases_apart(
    listed: Sequence[Any], history: LogHistory, state: DatasetState, rows: Mapping[str, int]
) -> Iterator[tuple[str, str]]:
    said = {f"{state.slug}/{release['period']}/{release['number']}": release for release in listed}
    own = {ref: release for ref, release in history.releases.items() if release.last.dataset == state.slug}
    for ref in sorted(own.keys() - said.keys()):
        yield "release-missing", ref
    for ref in sorted(own.keys() & said.keys()):
        release, shown = own[ref], said[ref]
        facts = {
            "digest": f"sha256:{release.last.manifest}",
            "sealed_at": release.sealed.at,
            "withdrawn": release.withdrawn,
            "current": ref in state.current,
        }
        if not release.withdrawn and ref in rows:
            facts |= {"rows": rows[ref], "erased_rows": release.sealed.rows - rows[ref]}
        if any(shown[name] != value for name, value in facts.items()):
            yield "release-apart", ref


def _tombstones(answers: PublicAnswers, history: LogHistory, folder: Path) -> None:
    """What is said in the place of withdrawn releases, and the page of one of them."""
    gone = sorted(ref for ref, release in history.releases.items() if release.withdrawn)
    chance = answers.chance.of("tombstones")
    drawn = gone if answers.chance.whole else chance.sample(gone, min(len(gone), TOMBSTONES_DRAWN))
    refs = sorted(drawn)
    for ref, stone in zip(refs, answers.evidence.each(answers.evidence.tombstone, refs), strict=True):
        leaf = history.releases[ref].last
        facts: dict[str, Any] = {
            "release": ref,
            "code": leaf.code,
            "at": leaf.at,
            "manifest": f"sha256:{leaf.manifest}",
            "reason_digest": leaf.reason_digest,
        }
        if not stone:
            answers.report.add("broken", ref, _WORDS["tombstone-missing"], "tombstone-missing")
        elif apart := [name for name, value in facts.items() if stone.get(name) != value]:
            words = _WORDS["tombstone-other"].format(what=", ".join(apart))
            answers.report.add("broken", ref, words, "tombstone-other")
    for ref in drawn if answers.chance.whole else drawn[:1]:
        leaf = history.releases[ref].last
        for lang in LANGS if answers.chance.whole else chance.sample(LANGS, 1):
            path = f"{'' if lang == LANGS[0] else f'{lang}/'}data/{leaf.dataset}/releases/{leaf.period}/{leaf.number}"
            facts = {"digest": leaf.manifest, "code": leaf.code or "", "lang": lang}
            answers.hold_page("tombstone", PublicAddress(path, file=f"{path}/index.html"), folder, facts)
