"""The size, the name and the sign of every module: what keeps a room readable."""

from __future__ import annotations

import ast
import re
from collections import Counter

import pytest
from tests.architecture.project_tree import functions, modules, shown, tree
from tests.conftest import ROOT

# Tests and benchmarks may hold a long table or one long story.
LONGEST_MODULE = {"src": 400, "demo": 400, "tests": 500, "benchmarks": 500}
LONGEST_FUNCTION = 60
# Modules side by side in one folder: a listing of them fits a screen, and whoever looks for one reads it whole.
MOST_SIDE_BY_SIDE = 50
# Folders with more, and how many they may have: each is to be parted by subject, as `core/answers` was, not to grow.
FULLER = {"src/ayan/apps/counter": 80}
# Modules so short that a room of them is one of crumbs.
SHORT_MODULE = 60
MOST_SHORT = 0.15

JUNK_DRAWERS = frozenset(
    {"base", "common", "helper", "helpers", "lib", "manager", "misc", "shared", "stuff", "tools", "util", "utils"}
)
# What happens in a module is no name for it: nobody who looks for a cache, a permission or an index greps for these.
VERB_FORMS = frozenset(
    {
        "arriving", "asked", "asking", "became", "belonging", "carried", "carrying", "chosen", "choosing", "citing",
        "composed", "computing", "copied", "copying", "deciding", "differing", "drawn", "ending", "erased", "expiring",
        "filed", "finding", "fitting", "fixed", "fixing", "flagged", "found", "framing", "gather", "guarding", "held",
        "holding", "joined", "keeping", "kept", "linked", "listing", "looked", "looking", "made", "measuring", "mending",
        "metered", "naming", "offering", "owed", "owing", "packing", "playing", "querying", "reading", "reckoning",
        "reminding", "returning", "rewriting", "running", "saying", "seen", "sending", "shown", "showing", "standing",
        "staged", "stored", "telling", "together", "told", "tried", "unified", "waiting", "wanted", "weigh",
        "withdrawing", "withholding", "working", "writing",
        "declaring", "extending", "leaking", "serving", "already", "apart", "missing", "withheld",
    }
)  # fmt: skip
# Words in -ing that name a thing of the field; whoever needs another one adds it here, or finds the noun.
GERUNDS = frozenset(
    {
        "contracting", "drawing", "encoding", "filing", "folding", "grouping", "matching", "opening", "parsing", "planning",
        "sampling", "sealing", "spelling", "staging", "tracking", "wording", "zoning",
    }
)  # fmt: skip
# Django's own words: for the settings that the others start from, and for the module in which it looks for a database.
ALLOWED = frozenset(
    {
        "src/ayan/config/settings/base.py",
        "src/ayan/config/hosting/database/postgresql/base.py",
        "src/ayan/config/hosting/database/sqlite/base.py",
    }
)

EVERYWHERE = ("src", "tests", "benchmarks", "demo")


def test_no_module_is_a_junk_drawer() -> None:
    named = [
        shown(path)
        for path in modules(*EVERYWHERE)
        if shown(path) not in ALLOWED
        and JUNK_DRAWERS & {part.removesuffix(".py").strip("_") for part in path.relative_to(ROOT).parts}
    ]
    assert not named, f"a module is named after what it holds, not after where it was put: {named}"


def test_every_module_says_what_it_is() -> None:
    silent = [shown(path) for path in modules(*EVERYWHERE) if not ast.get_docstring(tree(path))]
    assert not silent, f"no sign on the door: {silent}"


def test_modules_stay_short() -> None:
    lengths = {shown(path): path.read_text(encoding="utf-8").count("\n") for path in modules(*EVERYWHERE)}
    assert lengths
    assert not {name: lines for name, lines in lengths.items() if lines > LONGEST_MODULE[name.partition("/")[0]]}


def test_rooms_can_be_scanned() -> None:
    """Neither one module for each function, nor one for everything: what is one subject stands in one place."""
    counted = [
        path
        for path in modules("src")
        if path.name not in ("__init__.py", "apps.py", "urls.py") and "migrations" not in path.parts
    ]
    short = [shown(path) for path in counted if path.read_text(encoding="utf-8").count("\n") < SHORT_MODULE]
    rooms = Counter(shown(path.parent) for path in counted)
    full = {room: count for room, count in rooms.items() if count > FULLER.get(room, MOST_SIDE_BY_SIDE)}
    assert not full, f"more modules side by side than anybody reads through; part the folder by subject: {full}"
    parted = [room for room in FULLER if rooms[room] <= MOST_SIDE_BY_SIDE]
    assert not parted, f"no longer fuller than others: {parted}"
    assert len(short) < MOST_SHORT * len(counted), short


def is_verb_form(stem: str) -> bool:
    """Whether a module's name says what happens in it: one word in -ing, or words of which the last is a participle."""
    last = stem.rpartition("_")[2]
    participle = last.endswith("ed") and not last.endswith("eed")
    gerund = stem.endswith("ing") and "_" not in stem and stem not in GERUNDS
    return stem in VERB_FORMS or last in ("already", "apart", "missing") or participle or gerund


def test_modules_are_named_by_nouns() -> None:
    """Modules of tests are named by what they test, helpers of tests like all others."""
    named = [
        shown(path) for path in modules(*EVERYWHERE) if not path.stem.startswith("test_") and is_verb_form(path.stem)
    ]

    assert not named, f"a module is named by a noun for what it holds: {named}"
    assert {path.stem for path in modules(*EVERYWHERE)} >= GERUNDS, "a word that no module needs any more"


@pytest.mark.parametrize(
    "stem", ["asking", "vouching", "held", "reading_apart", "answered_already", "original_deleted"]
)
def test_a_verb_form_is_seen(stem: str) -> None:
    assert is_verb_form(stem)


@pytest.mark.parametrize("stem", ["sealing", "narrowed_reading", "column_mapping", "atom_feed", "linked_data"])
def test_a_noun_is_no_verb_form(stem: str) -> None:
    assert not is_verb_form(stem)


def test_functions_stay_short() -> None:
    long = {
        f"{shown(path)}:{name}": lines
        for path in modules("src")
        for name, lines in functions(tree(path))
        if lines > LONGEST_FUNCTION
    }
    assert not long


def test_every_exception_to_a_rule_has_its_reason() -> None:
    """`# noqa: CODE - why` and `# type: ignore[code]  # why`: a rule is set aside for a reason or not at all."""
    marks = re.compile(r"#\s*(?:noqa:\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*|type:\s*ignore\[[\w, -]+\])(?P<rest>.*)$")
    bare = [
        f"{shown(path)}:{number}"
        for path in modules(*EVERYWHERE)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if (mark := marks.search(line)) and len(mark["rest"].strip(" #:—-")) < 4
    ]
    assert not bare, f"set aside without a reason: {bare}"
