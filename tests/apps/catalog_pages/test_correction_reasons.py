"""Why a release took the place of an earlier one stands first wherever it is told of."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.apps.answer_promise import promised
from tests.apps.catalog_pages.page_elements import page, shown

WHY = {"": "خطای ثبت اصلاح شد", "/en": "A data-entry error was corrected"}


@pytest.mark.parametrize("prefix", WHY)
def test_every_page_of_a_correction_says_why(reader: Client, prefix: str) -> None:
    release = shown(page(reader, f"{prefix}/data/works/releases/1403/2").split("</h1>")[1])
    assert release.index(WHY[prefix]) < release.index({"": "جمع‌های سنجش", "/en": "Control totals"}[prefix])
    first = page(reader, f"{prefix}/data/works/releases/1403/1")
    assert 'id="reason"' not in first
    for address in ("/data/works/releases", "/data/works/changes?to=1403/2", "/changes", "/"):
        assert shown(page(reader, prefix + address)).count(WHY[prefix]) == 1, address


def test_the_api_names_the_code_and_both_wordings(reader: Client) -> None:
    releases = promised(reader.get("/api/v1/datasets/works/releases"))["releases"]
    reasons = {f"{release['period']}/{release['number']}": release["reason"] for release in releases}
    said = {"code": "entry-error", "label": {"fa": WHY[""], "en": WHY["/en"]}, "words": None}
    assert reasons == {"1403/2": said, "1403/1": None, "1402/1": None}
