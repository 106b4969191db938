"""The pages made from the code are those that the code would make now."""

from __future__ import annotations

import importlib.util
import re
from types import ModuleType

import pytest
from tests.conftest import ROOT

from ayan.core.schema.catalogue import CATALOGUE

PAGE = ROOT / "docs" / "reference" / "issues.md"


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    """The script docs/generate.py."""
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_issues_is_up_to_date(generate: ModuleType) -> None:
    assert generate.issues_page() == PAGE.read_text(encoding="utf-8"), "run: uv run python docs/generate.py"


def test_the_page_of_settings_is_up_to_date(generate: ModuleType) -> None:
    page = (ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
    assert generate.settings_page() == page, "run: uv run python docs/generate.py"


def test_the_page_of_messages_is_up_to_date(generate: ModuleType) -> None:
    page = (ROOT / "docs" / "reference" / "messages.md").read_text(encoding="utf-8")
    assert generate.messages_page() == page, "run: uv run python docs/generate.py"


def test_the_page_of_issues_holds_every_code_with_both_wordings() -> None:
    rows = {
        line.split("`")[1]: line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")
    }
    assert list(rows) == list(CATALOGUE)
    for code, entry in CATALOGUE.items():
        assert entry.wording.en in rows[code]
        assert entry.wording.fa in rows[code]
        assert ("†" in rows[code]) is entry.structural


def test_everybody_who_may_have_to_act_is_explained(generate: ModuleType) -> None:
    assert {entry.fix_by for entry in CATALOGUE.values()} <= set(generate.FIXERS)


def test_the_page_of_the_engine_says_of_every_room_how_others_use_it() -> None:
    page = (ROOT / "docs" / "reference" / "core.md").read_text(encoding="utf-8")
    rooms = {path.parent.name for path in (ROOT / "src" / "ayan" / "core").glob("*/__init__.py")}
    assert len(rooms) > 20
    named = set(re.findall(r"`ayan\.core\.(\w+)\.?", page)) | set(re.findall(r"`core/(\w+)`", page))
    assert rooms - named == set()
