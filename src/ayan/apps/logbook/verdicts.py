"""«Verify this»: what the log and the sealed files say of a digest, a release, a record, a result or its address."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal
from urllib.parse import parse_qs, unquote, urlsplit

from django.urls import Resolver404, resolve

from ayan.apps.catalog.citation import citations, file_sources, short_codes
from ayan.apps.catalog.citation.citations import NotACitation
from ayan.apps.catalog.record import records
from ayan.apps.catalog.releases import erasure_notes
from ayan.apps.logbook import result_check
from ayan.apps.logbook.result_check import ResultCheck
from ayan.apps.logbook.sealed_files import MeasuredFiles, measure
from ayan.apps.logbook.selectors import Leaf, leaf_of, leaf_of_statement
from ayan.core.attachments.document_files import digest_in, document_name
from ayan.core.ledger.commitments import SALTS, open_row
from ayan.core.ledger.log import Log
from ayan.core.ledger.opening import BadRows
from ayan.core.ledger.tree import BadProof
from ayan.core.query import keys
from ayan.core.query.answer import Row, Unanswered
from ayan.core.query.plan import ADDRESS, Record
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Question
from ayan.core.query.values import as_asked
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.schema.problem import DeclarationError
from ayan.core.store.manifest import beside, file_name
from ayan.core.store.objects import NotInStore, StoreError
from ayan.core.store.release import Release
from ayan.core.transparency.entries.statement import withdrawn
from ayan.core.values.address_step import read_key
from ayan.core.values.locale import Lang
from ayan.ui import language
from ayan.wiring.city import City

_DIGEST: Final = re.compile(r"(?:sha256:)?([0-9a-f]{64})", re.IGNORECASE)
_REF: Final = re.compile(r"([a-z0-9-]+)/([A-Za-z0-9-]+)/([1-9][0-9]{0,8})")
_SLUG: Final = "([a-z0-9-]+)"
_RECORD: Final = re.compile(f"/data/{_SLUG}/r/(.+)|/api/v1/datasets/{_SLUG}/rows/(.+)", re.DOTALL)
_RELEASE: Final = re.compile(
    f"/(?:data|api/v1/datasets)/{_SLUG}/releases/([A-Za-z0-9-]+)/([1-9][0-9]{{0,8}})(?:/([A-Za-z0-9.-]+))?"
)
_RESULT: Final = re.compile(f"/(?:data|embed)/{_SLUG}/?|/api/v1/datasets/{_SLUG}/(rows|groups)(?:\\.[a-z]+)?")
_CITATION: Final = re.compile("/c/([^/]+)")
# A code alone, as it is read out or copied from paper or from the name of a file.
_CODE: Final = re.compile(r"[0-9A-Za-z \-\u200c]{12,}")

VerdictCode = Literal[
    "nothing", "unreadable", "unknown", "unknown-file", "unknown-row", "release", "file", "row", "row-differs",
    "row-hidden", "gone", "replaced", "row-erased", "damaged", "result", "result-differs", "result-gone", "unanswered",
    "computed",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """A value of a record that is not the one that was sealed."""

    field: Field
    shown: object
    sealed: object


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the log and the sealed files say of what somebody asked about.

    ``leaf`` is the entry that vouches for it, ``release`` the release it belongs to, ``file`` the name of the file,
    ``row`` the number of the row in its release. ``newer`` is a release that has taken its place since, ``files`` what
    came of measuring the sealed files again, ``fields`` where a record differs, ``result`` a result and what became of
    it.
    """

    outcome: VerdictCode
    query: str = ""
    leaf: Leaf | None = None
    release: Release | None = None
    file: str = ""
    row: int | None = None
    newer: Release | None = None
    files: MeasuredFiles | None = None
    fields: tuple[FieldDifference, ...] = ()
    result: ResultCheck | None = None
    dataset: Dataset | None = None
    key: str = ""

    @property
    def document(self) -> str:
        """The digest of the document that the file is; empty for any other file, and for the text of a document."""
        digest = digest_in(self.file) or ""
        return digest if digest and self.file == document_name(digest) else ""


def verdict(city: City, log: Log, asked: str, lang: Lang) -> Verdict:
    """What is said of a digest, a release's name, a citation, or the address of a page or an answer."""
    text = asked.strip()
    if not text:
        return Verdict("nothing")
    if match := _DIGEST.fullmatch(text):
        return _of_digest(city, log, match[1].lower())
    if match := _REF.fullmatch(text):
        return _of_release(city, log, text, match[1], match[2], int(match[3]))
    try:
        parts = urlsplit(text)
        path = language.bare(unquote(parts.path))
    except ValueError:
        # Whoever types a bracket where a host should stand asks for nothing that was published.
        return Verdict("unreadable", text)
    if path.rstrip("/") == "/verify":
        # The address of an answer of this page: what it was asked about.
        inner = parse_qs(parts.query).get("q", [""])[0]
        return verdict(city, log, inner, lang) if not inner.startswith("/verify") else Verdict("unreadable", text)
    if match := _RECORD.fullmatch(path):
        return _of_record(city, log, text, match[1] or match[3], read_key(match[2] or match[4]))
    if match := _RELEASE.fullmatch(path):
        return _of_release(city, log, text, match[1], match[2], int(match[3]), match[4] or "")
    if cited := _CITATION.fullmatch(path):
        return _of_result(city, text, lang, code=cited[1])
    if match := _RESULT.fullmatch(path):
        kind = match[3] or "page"
        return _of_result(city, text, lang, slug=match[1] or match[2], kind=kind, query=parts.query)
    if _CODE.fullmatch(text):
        judged = _of_result(city, text, lang, code=text)
        return judged if judged.outcome != "unknown" else Verdict("unreadable", text)
    return Verdict("computed" if _is_ours(path) else "unreadable", text)


def _is_ours(path: str) -> bool:
    """Whether an address is a page or an answer of ours that no release holds as it is."""
    try:
        match = resolve(path) if path.startswith("/") else None
    except Resolver404:
        return False
    # With a part that is filled in it may be the address of something that never was.
    return match is not None and not match.kwargs and bool(match.route)


def _releases(city: City) -> Iterator[Release]:
    aside = {dataset.slug for dataset in city.set_aside}
    for slug in city.release_store.slugs():
        if slug not in aside:
            yield from reversed(city.release_store.releases(slug))


def is_sealed(city: City, log: Log, digest: str) -> bool:
    """Whether a file with this digest was ever a file of a release, or its manifest."""
    return _of_digest(city, log, digest).outcome != "unknown-file"


def _of_digest(city: City, log: Log, digest: str) -> Verdict:
    for release in _releases(city):
        if release.digest == digest:
            return _judged(city, log, digest, release)
        for name, file in _files(release).items():
            if file["hash"] == f"sha256:{digest}":
                return _judged(city, log, digest, release, name)
    # A manifest that stands no more may still be in the log.
    said = city.log_replay.now().statements.items()
    gone = [Leaf(index, statement) for index, statement in said if statement.manifest == digest]
    return Verdict("gone", digest, gone[-1]) if gone else Verdict("unknown-file", digest)


def _files(release: Release) -> Mapping[str, Mapping[str, object]]:
    return {file_name(resource): resource for resource in release.manifest["resources"]} | beside(release.manifest)


def _of_release(city: City, log: Log, asked: str, slug: str, period: str, number: int, name: str = "") -> Verdict:
    try:
        release = city.release_store.release(slug, period, number)
    except (NotInStore, ValueError):
        return Verdict("unknown", asked)
    if name == "datapackage.json":
        name = ""
    if name and not release.withdrawn and name not in _files(release):
        if release.erasures and name.endswith(".parquet"):
            return replace(_judged(city, log, asked, release), outcome="replaced")
        return Verdict("unknown", asked)
    judged = _judged(city, log, asked, release, name)
    if judged.outcome not in ("release", "file"):
        return judged
    files = measure([release], name)
    return replace(judged, files=files, outcome="damaged" if files.damaged else judged.outcome)


def _of_record(city: City, log: Log, asked: str, slug: str, key: str) -> Verdict:
    try:
        dataset = city.registry.get(slug)
        question = Question(slug=slug)
        shown = keys.find(city.query_service, dataset, key, city.query_service.snapshot(dataset, question))
        there = shown or keys.find(
            city.sealed_query_service, dataset, key, city.sealed_query_service.snapshot(dataset, question)
        )
        if not there:
            if note := erasure_notes.of_row(city, dataset, key):
                return Verdict("row-erased", asked, leaf_of(log, note.release), note.release, dataset=dataset, key=key)
            if dataset.key and erasure_notes.of_dataset(city, dataset):
                # A key can itself be personal: which rows were erased is not said, nor which were not.
                return Verdict("unknown-row", asked, dataset=dataset)
            # What is in no current release any more is shown as it was last published.
            there = shown = (records.find(city, dataset, key).row,)
    except (LookupError, DeclarationError, Unanswered, ValueError):
        return Verdict("unknown-row", asked)
    place = there[0].period, there[0].release, there[0].number
    release = city.release_store.release(slug, *place[:2])
    judged = replace(_judged(city, log, asked, release), dataset=dataset, key=key)
    if judged.leaf is None or judged.outcome == "gone":
        return judged
    if not _is_proved(release, place[2], judged.leaf):
        return replace(judged, outcome="row-differs", row=place[2])
    sealed = _sealed_row(city, dataset, place)
    if not shown or sealed is None:
        # What the index says of its place, or does not say of its key, is not what stands there.
        return replace(judged, outcome="row-hidden" if sealed else "row-differs", row=place[2])
    fields = tuple(
        FieldDifference(field, shown[0].values.get(field.name), sealed.values.get(field.name))
        for field in dataset.published
        if shown[0].values.get(field.name) != sealed.values.get(field.name)
    )
    return replace(judged, outcome="row-differs" if fields else "row", row=place[2], fields=fields)


def _is_proved(release: Release, number: int, leaf: Leaf) -> bool:
    """Whether the row that stands in the sealed file leads to the root in the log."""
    try:
        opened = open_row(release.parts(), release.whole(), number, salts=release.salts or SALTS)
        return opened.root().hex() == leaf.statement.rows_root
    except (KeyError, BadRows, BadProof, StoreError, OSError):
        return False


def _sealed_row(city: City, dataset: Dataset, place: tuple[str, int, int]) -> Row | None:
    question = Question(slug=dataset.slug, release=place[:2])
    reader = city.sealed_query_service
    plan = Record(tuple(zip(ADDRESS, place, strict=True)))
    rows = reader.pick(as_asked(dataset), plan, reader.snapshot(dataset, question))
    return rows[0] if rows else None


def _of_result(
    city: City, asked: str, lang: Lang, *, code: str = "", slug: str = "", kind: str = "", query: str = ""
) -> Verdict:
    """The verdict on a citation by its ``code``, or on a dataset's page, rows or groups (``kind``) with a query."""
    path, dataset = f"{language.prefix(lang)}/data/", None
    try:
        held = citations.decode(short_codes.resolved(city, code)) if code else None
        if held and held.slug == file_sources.LIST:
            return Verdict("computed", asked)
        slug = held.slug if held else slug
        dataset = city.registry.get(slug)
        if held:
            ask, then = result_check.of_citation(city, held, dataset, lang, path + slug)
            if then.withdrawn or then.erased:
                return Verdict("result-gone", asked, dataset=dataset)
            checked = result_check.check(city, ask, then)
        elif kind == "page":
            checked = result_check.check(city, result_check.of_page(dataset, query, lang, path + slug))
        else:
            ask = result_check.of_rows(dataset, query, lang, path + slug, grouped=kind == "groups")
            checked = result_check.check(city, ask)
    except BadQuestion:
        return Verdict("unreadable", asked)
    except Unanswered as none:
        return Verdict("unanswered" if none.status == 503 else "result-gone", asked, dataset=dataset)
    except (NotACitation, KeyError, DeclarationError):
        return Verdict("unknown", asked)
    if checked.files.damaged:
        return Verdict("damaged", asked, files=checked.files, result=checked, dataset=dataset)
    outcome: VerdictCode = "result" if checked.holds else "result-differs"
    return Verdict(outcome, asked, files=checked.files, result=checked, dataset=dataset)


def _judged(city: City, log: Log, asked: str, release: Release, file: str = "") -> Verdict:
    if release.withdrawn:
        statement = withdrawn(release, city.release_store.tombstone(release))
        return Verdict("gone", asked, leaf_of_statement(log, statement), release, file)
    own = leaf_of(log, release)
    if own is None:
        return Verdict("unknown", asked)
    holding = city.release_store.current(release.slug).get(release.period)
    newer = holding if holding is not None and holding.number != release.number else None
    return Verdict("file" if file else "release", asked, own, release, file, newer=newer)


def other_host(asked: str, own: Sequence[str]) -> str:
    """The host of an address that is not one of our ``own``; empty for ours, and for what is no address."""
    try:
        host = urlsplit(asked.strip()).netloc
    except ValueError:
        return ""
    return host if host and host not in own else ""
