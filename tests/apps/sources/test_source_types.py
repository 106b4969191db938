"""A type of source is one module: it is offered, checked and looked at by what it says; an unknown one fails loudly."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.apps.accounts.people import signed_in
from tests.apps.sources.senders import Senders

from ayan.apps.desk.refusals import DeskRefused
from ayan.apps.sources import source_types, tasks
from ayan.apps.sources.models import Source

COURIER = """
from ayan.apps.desk.refusals import DeskRefused
from ayan.apps.sources.source_type import CODE_HINT, SourceType, TextField
from ayan.core.intake.http_fetch import FetchOutcome
from ayan.core.values.label import Label


class Courier(SourceType):
    name = "courier"
    label = Label("پیک", "A courier")
    order = 50
    text_fields = (TextField("where", Label("راه", "Route"), CODE_HINT),)

    def check(self, wanted):
        if wanted.where != "north":
            raise DeskRefused("راهی نیست.", "No such route.", "where")

    def fetch(self, source, dataset):
        return [FetchOutcome("too-slow", source.where)]
"""


@pytest.fixture
def courier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A module that somebody put beside the others."""
    (tmp_path / "courier.py").write_text(COURIER, encoding="utf-8")
    monkeypatch.setattr(source_types, "__path__", [*source_types.__path__, str(tmp_path)])
    source_types.source_types.cache_clear()
    yield
    source_types.source_types.cache_clear()
    sys.modules.pop(f"{source_types.__name__}.courier", None)


def test_a_module_is_all_that_a_type_needs(senders: Senders, courier: None) -> None:
    admin = signed_in(senders.admin)
    assert "A courier" in admin.get("/en/desk/sources/").content.decode()
    form = admin.get("/en/desk/sources/new?kind=courier").content.decode()
    assert "<h1>A courier</h1>" in form
    assert "Route" in form

    with pytest.raises(DeskRefused, match="No such route"):
        senders.source("courier", where="south")
    source = senders.source("courier", where="north")

    assert tasks.run_due(source.slug)[0].codes == ("too-slow",)
    assert "A courier" in admin.get(f"/en/desk/sources/{source.slug}").content.decode()


def test_the_types_that_come_with_ayan_stand_in_their_order() -> None:
    assert list(source_types.source_types()) == ["upload", "folder", "database", "url"]


def test_a_source_of_an_unknown_type_fails_and_reaches_no_address(
    senders: Senders, caplog: pytest.LogCaptureFixture
) -> None:
    source = senders.source("url", where="https://example.invalid/file.csv")
    Source.objects.filter(pk=source.pk).update(kind="pigeon")

    assert tasks.run_due(source.slug)[0].codes == ("trouble",)
    assert "no type of source is called 'pigeon'" in caplog.text
    with pytest.raises(source_types.UnknownSourceType):
        source_types.source_type("pigeon")
