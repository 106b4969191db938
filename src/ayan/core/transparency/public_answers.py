"""What readers of a portal or a copy are given, drawn by chance and held against sealed rows.

A portal cannot know what will be asked: the seed is drawn when the verification begins, and who asks looks like any
reader. What was not drawn was not read, and the report says how much that is.
"""

from __future__ import annotations

import json
import random
import secrets
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from ayan.core.system.child import ChildFailed
from ayan.core.transparency.answer_difference import AnswerDifference
from ayan.core.transparency.entries.statement import Statement
from ayan.core.transparency.evidence import DATASETS, Evidence, NotAnswered, PublicAddress, TooLong
from ayan.core.transparency.limits import (
    ANSWER_SHARE,
    ANSWERED_GROUPS,
    ANSWERED_ROWS,
    CSV_ROWS,
    DIFFERENCES_NAMED,
    HELD_ROWS,
    LARGEST_DOCUMENT,
    LARGEST_SEED,
    PAGES_DRAWN,
    PAGES_OF_A_DATASET,
)
from ayan.core.transparency.release_verification import VerificationReport
from ayan.core.transparency.row_reader import GivenAnswer, PresentFiles, RowReader
from ayan.core.transparency.shown_values import LANGS
from ayan.core.values.label import Label

_PAGES: Final = ("table", "record", "release")
_MISSING: Final = Label("پاسخی نیست.", "Nothing is answered.")
_REFUSED: Final = Label("خوانده نشد: {what}", "It was not read: {what}")
_LONG: Final = Label("بلندتر از آن است که باشد.", "It is longer than it can be.")
_ANSWERED: Final = Label("پاسخ سامانه همان ردیف‌های مهرشده است.", "The portal answers with the sealed rows.")


@dataclass(frozen=True, slots=True)
class Chance:
    """What is drawn of the whole: by a seed, the same for whoever has it, or everything."""

    seed: int
    whole: bool = False

    @classmethod
    def fresh(cls, *, whole: bool = False) -> Chance:
        """By a seed that nobody could know."""
        return cls(secrets.randbelow(LARGEST_SEED), whole)

    def of(self, *names: str) -> random.Random:
        """The draws about something."""
        return random.Random(self.seed_of(*names))  # noqa: S311 - only the seed must not be guessed

    def seed_of(self, *names: str) -> str:
        """The seed of the draws about something."""
        return "/".join([str(self.seed), *names])


@dataclass(frozen=True, slots=True)
class PresentRelease:
    """A release that holds now, the leaf that speaks of it last, its manifest, and the folder of its files."""

    statement: Statement
    manifest: Mapping[str, Any]
    folder: Path

    @property
    def name(self) -> str:
        """``period/number``."""
        return f"{self.statement.period}/{self.statement.number}"

    @property
    def rows(self) -> int:
        """How many rows stand in it."""
        return int(self.manifest["ayan"]["rows"])

    @property
    def bytes(self) -> int:
        """The bytes of its parts."""
        return sum(int(part["bytes"]) for part in self.manifest["resources"])


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer that is asked for: its kind, where it is, what it is asked with, and whether it may be missing."""

    kind: str
    address: PublicAddress
    facts: Mapping[str, Any]
    spare: bool = False


@dataclass(slots=True)
class PublicAnswers:
    """Asks for what readers get of each dataset, and notes what is wrong in it; several threads may.

    ``sizes`` are the rows of each dataset that has some.
    """

    evidence: Evidence
    reader: RowReader
    report: VerificationReport
    chance: Chance
    sizes: Mapping[str, int]
    read: Counter[str] = field(default_factory=Counter)
    _pages: dict[str, int] = field(default_factory=dict)
    _csv: set[str] = field(default_factory=set)
    _counting: threading.Lock = field(default_factory=threading.Lock)
    _large: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        slugs = sorted(self.sizes)
        self.chance.of("datasets").shuffle(slugs)
        left = PAGES_DRAWN
        for _ in range(PAGES_OF_A_DATASET):
            for slug in slugs[:left]:
                self._pages[slug] = self._pages.get(slug, 0) + 1
            left -= min(left, len(slugs))
        rows = 0
        for slug in slugs:
            if not self._csv or rows + self.sizes[slug] <= CSV_ROWS or self.chance.whole:
                self._csv.add(slug)
                rows += self.sizes[slug]

    def hold(
        self, slug: str, releases: Sequence[PresentRelease], folder: Path, state: str, report: VerificationReport
    ) -> None:
        """Hold what is shown of a dataset against its present releases, whose files stand below ``folder``.

        What is wrong is noted in ``report``. Of datasets with more rows than are held as values, one after the other.
        """
        with self._large if self.sizes.get(slug, 0) > HELD_ROWS else nullcontext():
            self._hold(slug, releases, folder, state, report)

    def _hold(
        self, slug: str, releases: Sequence[PresentRelease], folder: Path, state: str, report: VerificationReport
    ) -> None:
        present = PresentFiles(
            folder, [(release.name, release.folder) for release in releases], self._key(slug, folder)
        )
        most = LARGEST_DOCUMENT + ANSWER_SHARE * sum(release.bytes for release in releases)
        given: list[tuple[str, GivenAnswer]] = []
        served = folder / "served.parquet"
        try:
            if self.evidence.served(slug, served, most):
                given.append((f"{slug}/rows", GivenAnswer("parquet", served, {})))
        except (FileNotFoundError, TooLong):
            words = Label("ردیف‌ها پاسخ داده نمی‌شود.", "The rows are not answered.")
            report.add("broken", f"{slug}/rows", words, "rows-unanswered")
        try:
            asked = list(self._asked(slug, releases, present, state))
        except ChildFailed:
            report.add("broken", slug, Label("ردیف‌ها خوانده نمی‌شوند.", "Its rows cannot be read."), "rows-unreadable")
            return
        for number, each in enumerate(asked):
            file = folder / f"answer-{number}"
            if self._fetched(report, each, file, most * (ANSWER_SHARE if each.kind == "csv" else 1)):
                given.append((str(each.address), GivenAnswer(each.kind, file, each.facts)))
        self._note(report, given, self.reader.differing(present, [answer for _, answer in given]))

    def hold_page(self, kind: str, address: PublicAddress, folder: Path, facts: Mapping[str, Any]) -> None:
        """Hold a page that is of no present release against what is known of it."""
        asked, file = Asked(kind, address, facts, spare=True), folder / kind
        if self._fetched(self.report, asked, file, LARGEST_DOCUMENT):
            answer = GivenAnswer(kind, file, facts)
            self._note(self.report, [(str(address), answer)], self.reader.differing(PresentFiles(folder, []), [answer]))

    def tell(self) -> None:
        """Say how much was drawn of how much, and by which seed."""
        read, chance = self.read, self.chance
        how = (
            Label("همه خوانده شد.", "All of it was read.")
            if chance.whole
            else Label(
                "باقی خوانده نشد؛ قرعهٔ {seed} همین را دوباره می‌کشد و --whole همه را می‌خواند.",
                "The rest was not read. The seed {seed} draws the same again, and --whole reads everything.",
            ).format(seed=chance.seed)
        )
        words = Label(
            "با ردیف‌های مهرشده سنجیده شد: {pages} صفحه، {documents} سند و {csv} CSV از {datasets} داده. {how}",
            "Held against sealed rows: {pages} pages, {documents} documents, {csv} CSV of {datasets} datasets. {how}",
        )
        pages = sum(count for kind, count in read.items() if kind in (*_PAGES, "tombstone", "catalogue"))
        documents = sum(read[kind] for kind in ("rows", "row", "groups", "dataset"))
        self.report.add(
            "holds",
            "chance",
            words.format(pages=pages, documents=documents, csv=read["csv"], datasets=len(self.sizes), how=how),
            "drawn",
        )

    # --- what is asked for --------------------------------------------------------------------------------------------

    def _asked(
        self, slug: str, releases: Sequence[PresentRelease], present: PresentFiles, state: str
    ) -> Iterator[Asked]:
        whole, chance = self.chance.whole, self.chance.of(slug)
        api = f"{DATASETS}/{slug}"
        yield Asked("dataset", _dataset_of(slug), {})
        if slug in self._csv:
            yield Asked("csv", PublicAddress(f"{api}/rows.csv", file=f"{api}/rows.csv"), {})
        kinds = chance.sample(_PAGES, min(len(_PAGES), self._pages.get(slug, 0)))
        steps = self.evidence.record_steps(slug)
        if steps is None:
            yield from self._documents(slug, present, state, chance)
        records = self._records(slug, present, steps, chance, whole=whole, wanted=whole or "record" in kinds)
        for lang in LANGS if whole else chance.sample(LANGS, 1):
            front = "" if lang == LANGS[0] else f"{lang}/"
            page = f"{front}data/{slug}"
            if whole or "table" in kinds:
                yield Asked("table", PublicAddress(page, file=f"{page}/index.html"), {"lang": lang}, spare=True)
            for key, step in records:
                address = PublicAddress(f"{page}/r/{_spelled(key)}", file=f"{page}/r/{step}/index.html")
                yield Asked("record", address, {"key": key, "lang": lang}, spare=True)
            for release in releases if whole else chance.sample(releases, 1) if "release" in kinds else ():
                address = PublicAddress(
                    f"{page}/releases/{release.name}", file=f"{page}/releases/{release.name}/index.html"
                )
                facts = {"ref": release.name, "digest": release.statement.manifest, "lang": lang}
                yield Asked("release", address, facts, spare=True)

    def _documents(self, slug: str, present: PresentFiles, state: str, chance: random.Random) -> Iterator[Asked]:
        """What only a portal answers: rows and groups as JSON."""
        api, lang = f"{DATASETS}/{slug}", chance.choice(LANGS)
        yield Asked(
            "rows",
            PublicAddress(f"{api}/rows.json", f"_size={ANSWERED_ROWS}&_count=1&_lang={lang}"),
            {"size": ANSWERED_ROWS, "state": state, "lang": lang},
        )
        whole = self.chance.whole
        drawn = self.reader.drawn(present, self.chance.seed_of(slug), -1 if whole else 1, -1 if whole else 1)
        for address, key in drawn.records:
            yield Asked("row", PublicAddress(f"{api}/rows/{_spelled(key)}"), {"address": address, "state": state})
        for by, added in drawn.groups:
            summed = f"&sum={quote(added)}" if added else ""
            query = f"by={quote(by)}&count=1{summed}&_size={ANSWERED_GROUPS}"
            facts = {"by": by, "added": added, "size": ANSWERED_GROUPS, "state": state}
            yield Asked("groups", PublicAddress(f"{api}/groups", query), facts)

    def _key(self, slug: str, folder: Path) -> tuple[str, ...]:
        """The columns by which the portal says that it names the records of a dataset; no manifest says it."""
        file = folder / "dataset"
        try:
            self.evidence.read(_dataset_of(slug), file, LARGEST_DOCUMENT)
            return tuple(str(name) for name in json.loads(file.read_bytes())["key"])
        except (FileNotFoundError, NotAnswered, TooLong, ValueError, KeyError, TypeError, RecursionError):
            # Whatever is wrong with it is named where it is read as a document.
            return ()

    def _records(
        self,
        slug: str,
        present: PresentFiles,
        steps: Mapping[str, str] | None,
        chance: random.Random,
        *,
        whole: bool,
        wanted: bool,
    ) -> list[tuple[str, str]]:
        """Records whose page is asked for: the key of each, and its step of the path in a copy."""
        if not wanted:
            return []
        if steps is not None:
            keys = list(steps) if whole else chance.sample(sorted(steps), min(1, len(steps)))
            return [(key, steps[key]) for key in keys]
        drawn = self.reader.drawn(present, self.chance.seed_of(slug, "pages"), -1 if whole else 1, 0)
        return [(key, "") for _, key in drawn.records]

    def _fetched(self, report: VerificationReport, asked: Asked, file: Path, most: int) -> bool:
        """Whether something is answered; what should be and is not is named."""
        try:
            self.evidence.read(asked.address, file, most)
        except FileNotFoundError:
            # A copy leaves out pages that cost too much; data it has all of.
            if asked.spare and self.evidence.is_copy:
                report.add("note", str(asked.address), _MISSING, "page-missing")
            else:
                report.add("broken", str(asked.address), _MISSING, "answer-missing")
            return False
        except TooLong:
            report.add("broken", str(asked.address), _LONG, "answer-long")
            return False
        except NotAnswered as refusal:
            # A busy portal is no liar; that something was not read is said.
            report.add("note", str(asked.address), _REFUSED.format(what=refusal), "answer-refused")
            return False
        return True

    # --- what is said of it -------------------------------------------------------------------------------------------

    def _note(
        self,
        report: VerificationReport,
        given: Sequence[tuple[str, GivenAnswer]],
        apart: Sequence[Sequence[AnswerDifference]],
    ) -> None:
        with self._counting:
            self.read.update(answer.kind for _, answer in given)
        for (where, answer), differences in zip(given, apart, strict=True):
            for each in differences[:DIFFERENCES_NAMED]:
                report.add("broken" if each.broken else "note", where, each.words, each.code)
            if len(differences) > DIFFERENCES_NAMED:
                more = Label("و {count} مورد دیگر.", "And {count} more.").format(
                    count=len(differences) - DIFFERENCES_NAMED
                )
                report.add("broken", where, more, "more")
            if answer.kind == "parquet" and not any(each.broken for each in differences):
                report.add("holds", where, _ANSWERED)


def _dataset_of(slug: str) -> PublicAddress:
    return PublicAddress(f"{DATASETS}/{slug}", file=f"{DATASETS}/{slug}.json")


def _spelled(key: str) -> str:
    """A key as portals of every version read it: a bare comma in an address is a slash to those that spell it so."""
    return key.replace(",", "%2C")
