"""What the documents and the tool files claim is so: reasons stand, links lead somewhere, commands exist."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

from tests.architecture.project_tree import project_files, shown, text_files
from tests.conftest import ROOT

# A folder of one person's machine. In pieces, or this file would find itself.
MACHINE_PATH = re.compile(r"(?<![\w.%}*-])/(?:work|root|Users|home/\w+|tmp/brief)" + r"/\w")


def make_targets() -> set[str]:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z-]+):.*?## ", text, re.MULTILINE))


def documents() -> list[Path]:
    return [path for path in project_files() if path.suffix == ".md"]


def test_every_lint_exception_has_its_reason_beside_it() -> None:
    path = ROOT / "pyproject.toml"
    lint = tomllib.loads(path.read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    excepted = {*lint["ignore"], *(code for codes in lint["per-file-ignores"].values() for code in codes)}
    lines = path.read_text(encoding="utf-8").splitlines()
    exceptions = lines[lines.index("ignore = [") :]
    reasons = {
        code: reason for line in exceptions for code, reason in re.findall(r'^\s*"([A-Z]+\d*)",\s*#\s*(\S.*)$', line)
    }
    assert excepted
    assert excepted == set(reasons), "an exception without a reason, or on a line with others"


def test_no_text_names_a_folder_of_one_machine() -> None:
    problems = [
        f"{shown(path)}:{number}"
        for path in text_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if MACHINE_PATH.search(line)
    ]
    assert not problems


def test_links_between_documents_lead_somewhere() -> None:
    broken = [
        f"{shown(path)} -> {target}"
        for path in documents()
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8"))
        if "://" not in target and not target.startswith("mailto:") and not (path.parent / target).exists()
    ]
    assert not broken


def test_commands_in_the_documents_exist() -> None:
    named = {
        (shown(path), command)
        for path in documents()
        for command in re.findall(r"\bmake ([a-z-]+)(?=[\s`]*(?:`|\n|$|[A-Z]+=|#))", path.read_text(encoding="utf-8"))
    }
    assert {command for _, command in named} >= {"demo", "test"}
    assert not {(document, command) for document, command in named if command not in make_targets()}


def test_help_lists_every_command() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    declared = re.search(r"^\.PHONY: (.+)$", text, re.MULTILINE)
    assert declared
    assert set(declared[1].split()) == make_targets()


# What a document may name though the project holds nothing there, and why.
NOT_THERE = {
    "src/ayan/locale/": "a catalogue that comes with Ayan would stand there",
    "src/ayan/locale/ckb.po": "an example of one",
}
ROOMS = (
    "apps",
    "benchmarks",
    "cli",
    "config",
    "core",
    "demo",
    "deploy",
    "docs",
    "packages",
    "src",
    "tests",
    "ui",
    "wiring",
)
# A path of a module anywhere, of anything else from one of our folders; without an ending it is a module or a folder.
PATH = re.compile(
    rf"`((?:[\w.-]+/)+[\w-]+\.py|(?:{'|'.join(ROOMS)})/(?:[\w-]+/)*(?:[a-z][\w-]*(?:\.[a-z]+)?)?)`(?! \(gone since)"
)
DEFINED = re.compile(
    r"`(\w+)` in `((?:[\w.-]+/)+[\w-]+\.py)`(?!, gone since)|`([A-Z]\w+)` \(`((?:[\w.-]+/)+[\w-]+\.py)`\)"
)


@cache
def endings() -> dict[str, Path]:
    """Every file and folder of the project by each of its ends, as `values/label.py` is one of `src/ayan/core/values/label.py`;
    modules without their `.py`, too.
    """
    by_end: dict[str, Path] = {}
    for path in {each for file in project_files() for each in (file, *file.parents) if each.is_relative_to(ROOT)} - {
        ROOT
    }:
        parts = path.relative_to(ROOT).parts
        for begin in range(len(parts)):
            end = "/".join(parts[begin:])
            by_end[end] = by_end[end.removesuffix(".py")] = path
    return by_end


def told_of() -> list[tuple[str, str]]:
    """The lines that speak of the project as it is, with their places; CHANGELOG.md tells of what was."""
    return [
        (f"{shown(path)}:{number}", line)
        for path in documents()
        if path.name != "CHANGELOG.md" and not path.is_relative_to(ROOT / "tests")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    ]


def test_paths_that_documents_name_are_there() -> None:
    named = [(place, path) for place, line in told_of() for path in PATH.findall(line)]
    assert len(named) > 500
    assert [each for each in named if each[1].rstrip("/") not in endings() and each[1] not in NOT_THERE] == []
    assert set(NOT_THERE) <= {path for _, path in named}


def test_what_documents_name_in_a_module_is_in_it() -> None:
    named = [
        (place, name or other, path or further)
        for place, line in told_of()
        for name, path, other, further in DEFINED.findall(line)
    ]
    assert len(named) > 20
    missing = [
        (place, name, path)
        for place, name, path in named
        if path in endings() and not re.search(rf"\b{name}\b", endings()[path].read_text(encoding="utf-8"))
    ]
    assert missing == []


# --- the documents as a site ------------------------------------------------------------------------------------------

DOCS = ROOT / "docs"


def heading_anchors(path: Path) -> set[str]:
    """The anchors that the headings of a document give (down to the third level), as a reader of Markdown makes them."""
    anchors: list[str] = []
    text = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for heading in re.findall(r"^#{1,3} (.+)$", text, re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)|[`*]", r"\1", heading).strip().lower()
        anchor = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        anchors.append(f"{anchor}-{anchors.count(anchor)}" if anchor in anchors else anchor)
    return set(anchors)


def test_every_page_of_the_site_is_in_one_list_of_its_front_page() -> None:
    trees = re.findall(r"^```\{toctree\}\n(.*?)^```$", (DOCS / "index.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
    entries = [line for tree in trees for line in tree.splitlines() if line and not line.startswith(":")]
    pages = [page for entry in entries for page in sorted(DOCS.glob(f"{entry}.md"))]
    assert len(pages) >= len(entries)
    assert sorted(pages) == sorted(set(DOCS.rglob("*.md")) - {DOCS / "index.md"})


def test_links_lead_to_headings_that_are_there() -> None:
    broken = [
        f"{shown(path)} -> {target}#{anchor}"
        for path in documents()
        for target, anchor in re.findall(r"\]\(([^)#\s:]*)#([^)\s]+)\)", path.read_text(encoding="utf-8"))
        if (page := path.parent / target if target else path).suffix == ".md" and anchor not in heading_anchors(page)
    ]
    assert broken == []


# --- what the first pages say -----------------------------------------------------------------------------------------

GUIDES = DOCS / "guides"
TENS = {
    "en": ("", "", "Twenty", "Thirty", "Forty", "Fifty", "Sixty"),
    "fa": ("", "", "بیست", "سی", "چهل", "پنجاه", "شصت"),
}
ONES = {
    "en": ("", "-one", "-two", "-three", "-four", "-five", "-six", "-seven", "-eight", "-nine"),
    "fa": ("", " و یک", " و دو", " و سه", " و چهار", " و پنج", " و شش", " و هفت", " و هشت", " و نه"),
}


def test_the_first_pages_count_the_tables_that_come_declared() -> None:
    tens, ones = divmod(len(list((ROOT / "src" / "ayan" / "datasets").glob("*/dataset.toml"))), 10)
    for lang, name in (("en", "README.md"), ("fa", "README.fa.md")):
        words = TENS[lang][tens] + ONES[lang][ones]
        assert f"\n{words} " in (ROOT / name).read_text(encoding="utf-8"), f"{name} does not say {words}"


def test_the_first_pages_lead_to_every_guide() -> None:
    english, persian = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.fa.md"))
    guides = {path.name for path in GUIDES.glob("*.md")}
    assert {name for name in guides if f"(docs/guides/{name})" not in english} == set()
    # The comparison of pictures is for who knows the former version.
    read = {name for name in guides if name.endswith(".fa.md") or name.replace(".md", ".fa.md") not in guides}
    assert {name for name in read if f"(docs/guides/{name})" not in persian} == {"before-and-after.md"}


def test_a_change_is_told_once() -> None:
    bullets = re.findall(r"^\* (.{60})", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert [each for each in sorted(set(bullets)) if bullets.count(each) > 1] == []


def test_the_page_of_benchmarks_names_what_make_bench_runs() -> None:
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\nbench: ")[2].partition("\n\n")[0]
    named = (
        (ROOT / "benchmarks" / "README.md")
        .read_text(encoding="utf-8")
        .partition("`make bench` runs")[2]
        .partition(". ")[0]
    )
    run = list(dict.fromkeys(re.findall(r"-m benchmarks\.(\w+)", recipe)))
    assert re.findall(r"`(\w+)\.py`", named) == run


def test_the_checker_of_types_reads_all_our_python() -> None:
    """CONTRIBUTING.md says so."""
    checked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]["files"]
    python = [path for path in project_files() if path.suffix == ".py"]
    assert len(python) > 2_000
    assert [shown(path) for path in python if not any(path.is_relative_to(ROOT / each) for each in checked)] == []
