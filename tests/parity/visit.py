"""Asks a city in `AYAN_HOME` everything that a capture holds: run in a process of the checkout that is captured.

    python -m tests.parity.visit build|ask --root CHECKOUT --home HOME --out FOLDER [--sample]

It leans on doors alone (the command, the WSGI application, the environment), for it also asks versions of the program
whose modules have other names.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from tests.parity import addresses
from tests.parity.capture_files import Writer, kind
from tests.parity.commands import Commands, build
from tests.parity.normal import Placeholders, body_lines, document
from tests.parity.site import Answer, Visitor
from tests.upgrade import town

SAID: Final = "built.txt"
"""What building the city said, beside its folder."""

OFFICERS: Final = ("clerk", "approver-1", "privacy", "answerer", "auditor", "admin")

# For a whole capture and for a sample: pages of one sort that are followed, and pages in all.
CRAWLED: Final = {False: (2, 300), True: (1, 25)}
THOROUGH: Final = 3
"""Datasets that are asked everything; of the others what may be different in each."""


class Visit:
    """One round through a city: every answer is written under its address, once."""

    def __init__(self, out: Writer, *, sample: bool, only: str = "") -> None:
        self._out = out
        self._only = re.compile(only)
        self._sample = sample
        self._visitor = Visitor()
        self._seen: set[str] = set()

    def ask(self, address: str) -> None:
        """Ask for an address unless it was asked for before, or is none of those that are wanted; write the answer."""
        if address in self._seen or not self._only.search(address):
            return
        self._seen.add(address)
        answer = self._visitor.get(address)
        self._out.add(address, document(answer.status, answer.headers, answer.body))

    def all(self, wanted: Iterable[str]) -> None:
        """Ask for all of these."""
        for address in wanted:
            self.ask(address)

    def crawl(self) -> None:
        """Follow links from the first page of each language, breadth first, some of every sort."""
        several, most = CRAWLED[self._sample]
        for prefix in addresses.LANGUAGES:
            self._follow(self._visitor, [f"{prefix}/"], prefix, several, most)

    def desk(self, links: dict[str, str]) -> None:
        """Sign in as each officer and follow the links of the desk."""
        for name in OFFICERS:
            if name in links:
                officer = Visitor()
                officer.join(links[name])
                prefix = "/en" if name in ("approver-1", "auditor") else ""
                self._follow(officer, [f"{prefix}/desk/"], f"{prefix}/desk", 2, 60, f"{name} ")

    def _follow(self, visitor: Visitor, start: list[str], under: str, several: int, most: int, who: str = "") -> None:
        waiting, known, sorts = deque(start), set(start), Counter[str]()
        while waiting and most:
            address = waiting.popleft()
            most -= 1
            answer = visitor.get(address)
            if who or address not in self._seen:
                self._seen.add(address)
                sort = f"desk as {who}{kind(address)}" if who else None
                self._out.add(who + address, document(answer.status, answer.headers, answer.body), sort)
            for link in answer.links(address):
                if link in known or not _within(link, under, bool(who)) or sorts[kind(link)] >= several:
                    continue
                sorts[kind(link)] += 1
                known.add(link)
                waiting.append(link)

    def dataset(self, about: dict[str, Any], thorough: bool) -> None:
        """Everything that is asked about one dataset."""
        base, slug = addresses.API + about["slug"], about["slug"]
        rows: list[dict[str, Any]] = _json(self._visitor.get(f"{base}/rows?_size=12")).get("rows", [])
        self.ask(f"{base}/rows?_size=12")
        self.all(addresses.questions(about, rows[:1] + rows[-1:], thorough))
        self.all(addresses.downloads(about))
        self.all(addresses.of_releases(about))
        self.all(addresses.dataset_pages(about, rows))
        if self._only.pattern:
            return
        fields = addresses.fields_of(about, 99)
        ordered = next((name for name, sort in fields if sort in addresses.ORDERED), None)
        self._pages_of_rows(f"{base}/rows?_size=4")
        if ordered:
            self._pages_of_rows(f"{base}/rows?_size=3&_sort_desc={ordered}")
        self._with(f"/data/{slug}", "HTTP_IF_NONE_MATCH", "*")
        self._with(f"/data/{slug}", "HTTP_ACCEPT_ENCODING", "gzip")
        self._with(f"{base}/releases/{_place(about)}/data-0000.parquet", "HTTP_RANGE", "bytes=0-3")

    def _pages_of_rows(self, address: str) -> None:
        for number in range(1, 4):
            answer = self._visitor.get(address)
            self._out.add(
                f"{re.sub('&?_next=.*', '', address)} page {number}",
                document(answer.status, answer.headers, answer.body),
            )
            address = _json(answer).get("next") or ""
            if not address:
                return

    def _with(self, address: str, header: str, value: str) -> None:
        answer = self._visitor.get(address, **{header: value})
        packed = answer.header("content-encoding")
        body = f"‹{packed}›".encode() if packed else answer.body
        self._out.add(f"{address} with {header}: {value}", document(answer.status, answer.headers, body))


def _within(link: str, under: str, staff: bool) -> bool:
    """Whether a link is followed: in its language, and within the desk or outside of it."""
    path = urlsplit(link).path
    if staff:
        return (path == under or path.startswith(f"{under}/")) and "sign-out" not in path
    english = path == "/en" or path.startswith("/en/")
    return english == bool(under) and "/desk" not in path


def _json(answer: Answer) -> dict[str, Any]:
    try:
        content = json.loads(answer.body)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _place(about: dict[str, Any]) -> str:
    release = about["releases"][0]
    return f"{release['period']}/{release['number']}"


def described(visitor: Visitor) -> list[dict[str, Any]]:
    """The datasets that hold anything, as the API describes them."""
    known = json.loads(visitor.get("/api/v1/datasets").body)["datasets"]
    answers = (_json(visitor.get(addresses.API + dataset["slug"])) for dataset in known if dataset["rows"])
    return [about for about in answers if about.get("releases")]


def messy(text: str) -> str:
    """A dataset's own rows as an office might send them: Arabic letters, Persian digits, and faults in every seventh cell."""
    table = str.maketrans("0123456789یک", "۰۱۲۳۴۵۶۷۸۹يك")
    lines = text.lstrip("\ufeff").splitlines()[:15]
    faults = ("x", "1403/13/45", "-", "۱٬۲۳۴", "")
    for number, line in enumerate(lines[1:], 1):
        cells = line.translate(table).split(",")
        cells[number % len(cells)] = faults[number % len(faults)]
        lines[number] = ",".join(cells if number % 5 else [*cells, "7"])
    return "\n".join([*lines, lines[-1]]) + "\n"


def commands(root: Path, home: Path, abouts: Sequence[dict[str, Any]], out: Writer, *, sample: bool) -> None:
    """What the command says: checks of messy files, questions, the doctor, and a static copy with its verification."""
    visitor = Visitor()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        ayan = Commands(root, {"home": home, "tmp": folder, "checkout": root})
        for about in abouts:
            slug = about["slug"]
            file = folder / f"{slug}.csv"
            text = visitor.get(f"{addresses.API}{slug}/rows.csv").body.decode()
            file.write_text(messy(text), encoding="utf-8")
            period = [] if about["releases"][0]["period"] == "all" else ["--period", about["releases"][0]["period"]]
            _say(out, ayan, "check", str(file), "--dataset", slug, *period, "--format", "json")
            _say(out, ayan, "query", slug, "_size=2")
            if slug == abouts[0]["slug"]:
                _say(out, ayan, "check", str(file), "--dataset", slug, *period)
                _say(out, ayan, "query", slug, "nothing=1")
                _say(out, ayan, "query", slug, "groups?count=1", "--format", "csv")
        for words in (("doctor",), ("audit",), ("check", "nothing.csv", "--dataset", "nothing"), ("nothing",)):
            _say(out, ayan, *words)
        copy = folder / "copy"
        _say(out, ayan, "export", str(copy), "--records", "0")
        _say(out, ayan, "verify", str(copy))
        _say(out, ayan, "verify", str(copy), "--format", "json")
        _copied(copy, out, sample=sample)


def _say(out: Writer, ayan: Commands, *words: str) -> None:
    text = ayan.run(*words)
    shown = " ".join("FILE" if "/" in word else word for word in words)
    lines = body_lines("", text.encode(), Placeholders())
    lines = [line for line in lines if not re.search(r"Free space|فضای آزاد|GB|گیگابایت|MB|مگابایت|seconds", line)]
    out.add(f"ayan {shown}", "\n".join(lines) + "\n", f"ayan {words[0]}")


TYPES: Final = {".html": "text/html", ".json": "application/json", ".atom": "application/xml", ".svg": "image/svg+xml"}


def _copied(copy: Path, out: Writer, *, sample: bool) -> None:
    """The files of a static copy: all of them by name, and what is in some of every sort."""
    several, sorts = CRAWLED[sample][0], Counter[str]()
    files = sorted(str(path.relative_to(copy)) for path in copy.rglob("*") if path.is_file())
    out.add("static copy", "\n".join(Placeholders().text(file) for file in files) + "\n", "static copy")
    for file in files:
        sort = kind(f"/{file}")
        sorts[sort] += 1
        if sorts[sort] <= several:
            path = copy / file
            lines = body_lines(TYPES.get(path.suffix, ""), path.read_bytes(), Placeholders())
            out.add(f"static copy of /{file}", "\n".join(lines) + "\n", f"static copy {sort}")


def links_of(said: str) -> dict[str, str]:
    """The officers' invitations in what the command said, by user name."""
    return dict(re.findall(r"^(\S+)\s+\S*?(/desk/join/\S+)$", said, re.MULTILINE))


def run(words: Sequence[str]) -> int:
    """Build the city, or ask it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("step", choices=("build", "daily", "ask"))
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=None)
    parser.add_argument("--sample", action="store_true")
    parser.add_argument("--only", default="", help="ask for addresses alone that match this expression")
    parser.add_argument("--share", default="0/1", help="which share of the questions, of how many")
    args = parser.parse_args(words)
    said = args.home.with_name(SAID)
    if args.step == "build":
        text = town.build(args.root, args.home) if args.sample else build(args.root, args.home)
        said.write_text(text, encoding="utf-8")
        return 0 if text.startswith("exit 0\n") else 1
    if args.step == "daily":
        sys.stderr.write(Commands(args.root, {}).run("daily"))
        return 0
    out = Writer(args.out)
    _ask(args, out, said.read_text(encoding="utf-8"))
    out.close()
    return 0


def _ask(args: argparse.Namespace, out: Writer, said: str) -> None:
    """One share of all questions: shares may be asked side by side, for nothing but the desk's share changes the city."""
    share, shares = (int(number) for number in args.share.split("/"))
    visit = Visit(out, sample=args.sample, only=args.only)
    abouts = described(Visitor())
    for number, about in enumerate(abouts):
        if number % shares == share:
            visit.dataset(about, number < THOROUGH)
    if share == 0:
        visit.all(addresses.pages())
    if share == shares - 1:
        visit.all(addresses.MACHINES)
    if args.only:
        return
    if share == 0:
        visit.crawl()
    if share == shares - 1:
        commands(args.root, args.home, abouts, out, sample=args.sample)
        visit.desk(links_of(said))


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
