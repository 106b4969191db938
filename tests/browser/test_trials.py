"""A file tried, its questions answered and its declaration confirmed by clicks alone, without scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect
from tests.apps.accounts.people import officer
from tests.apps.small_city import build
from tests.browser.conftest import WIDTHS, follow
from tests.browser.sight import FITS
from tests.browser.test_officers import Open, at_desk
from tests.sampling import sampled

from ayan.apps.accounts.verbs import Role
from ayan.wiring import city

__all__ = ["at_desk"]

pytestmark = pytest.mark.django_db(transaction=True)

LAMPS = {
    "name": "lamps-1403.csv",
    "mimeType": "text/csv",
    "buffer": (
        "چراغ‌های معابر,,,\n,,,\nکد,منطقه,تاریخ نصب,مبلغ\n"
        + "".join(f"L-{100 + n},{f'منطقه {n}' if n % 4 == 1 else ''},1403/05/{n:02},{n}000\n" for n in range(1, 17))
        + "\nتهیه کننده: دفتر فنی,,,\n"
    ).encode(),
}


def _answer(page: Any, button: str) -> None:
    """Choose the first answer, the same file once more, and send."""
    page.locator("fieldset.asked input[type=radio]").first.check()
    form = page.locator("form:has(fieldset.asked)")
    form.locator("input[type=file]").set_input_files(files=[LAMPS])
    follow(form.get_by_role("button", name=button))


@pytest.mark.parametrize("prefix", sampled("a file tried by clicks", ["", "/en"], 1))
def test_a_file_is_tried_and_its_question_answered(open_page: Callable[..., Any], prefix: str) -> None:
    for width in WIDTHS:
        page = open_page(f"{prefix}/try", width=width, scripts=False)
        page.locator("#file").set_input_files(files=[LAMPS])
        follow(page.get_by_role("button", name="Try" if prefix else "آزمایش"))
        assert page.evaluate(FITS)
        _answer(page, "Try" if prefix else "آزمایش")
        expect(page.locator("fieldset.asked")).to_have_count(0)
        expect(page.locator("pre").first).to_contain_text('do = "fill_down"')
        expect(page.locator("pre").first).to_contain_text('money_unit = "rial"')


@pytest.mark.parametrize("prefix", sampled("a dataset declared by clicks", ["", "/en"], 1))
def test_a_dataset_is_declared_by_clicks(
    at_desk: Open, prefix: str, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    town = build(tmp_path_factory.mktemp("declared"))
    monkeypatch.setattr(city, "current", lambda: town)
    page = at_desk(f"{prefix}/desk/declare", officer("chief", Role.ADMINISTRATOR), scripts=False)
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    page.locator("#file").set_input_files(files=[LAMPS])
    follow(page.get_by_role("button", name="Propose" if prefix else "پیشنهاد بساز"))
    _answer(page, "Answer" if prefix else "پاسخ بده")
    expect(page.locator("fieldset.asked")).to_have_count(0)
    follow(page.get_by_role("button", name="Confirm and declare" if prefix else "تأیید و اعلام"))
    expect(page.get_by_role("region", name="Declared" if prefix else "اعلام شد")).to_be_visible()
    assert [step.do for step in town.registry.get("lamps").sources["default"].steps] == ["end", "fill_down"]
