"""A kind may let no answer go that nobody but its writer has read: the desk and every other door hold to it."""

from __future__ import annotations

import pytest
from tests.apps.accounts.people import officer, signed_in
from tests.apps.counter.test_desk_cases import address, filed, handler, last, step

from ayan.apps.accounts.models import Grant, Unit, User
from ayan.apps.accounts.roles import Role
from ayan.apps.counter import rules
from ayan.apps.counter.case_steps import Said, take_step
from ayan.apps.counter.models import Case
from ayan.apps.desk.refusals import DeskRefused
from ayan.wiring import accountability
from ayan.wiring.city import City

__all__ = ["handler"]
pytestmark = pytest.mark.django_db

REFUSAL = Said(text="محرمانه است", ground="article-14")


@pytest.fixture(autouse=True)
def strict(town: City) -> None:
    """A city whose refusals need two pairs of eyes."""
    own = town.home / "cases"
    own.mkdir()
    text = (accountability.SHIPPED_CASES / "access.toml").read_text(encoding="utf-8")
    (own / "access.toml").write_text(text.replace("repeats = 3", 'second_reader = ["refuse", "part"]\nrepeats = 3'))
    assert rules.kinds().sound["access"].second_reader == ("refuse", "part")


def reader(name: str = "reader") -> User:
    return officer(name, Role.APPROVER)


def test_a_refusal_goes_out_only_after_somebody_else_read_it(handler: User) -> None:
    case, second = filed(), reader()
    writer, browser = signed_in(handler), signed_in(second)
    page = writer.get(f"/en{address(case)}").content.decode()
    assert "need a second reader" in page
    assert 'value="refuse" class="asks' not in page
    assert 'value="answer" class="asks' in page
    assert step(writer, case, "refuse", text="نه", ground="article-14") == 403
    with pytest.raises(DeskRefused, match="needs a second reader"):
        take_step(case, "refuse", "handler", handler, REFUSAL)
    with pytest.raises(DeskRefused, match="needs a second reader"):
        take_step(case, "refuse", "reviewer", second, REFUSAL)
    assert step(writer, case, "draft", text="نه", proposes="refuse") == 422, "a refusal has its article in the draft"
    assert step(writer, case, "draft", text="نه", proposes="ask", ground="article-14") == 422
    assert step(writer, case, "draft", text="نه", proposes="refuse", ground="article-14") == 302
    with pytest.raises(DeskRefused, match="needs a second reader"):
        take_step(case, "refuse", "handler", handler, REFUSAL)
    shown = browser.get(f"/en{address(case)}").content.decode()
    assert "Proposal" in shown
    assert 'value="refuse" class="asks-ground asks-text" checked' in shown
    assert '<option value="article-14" selected>' in shown
    assert step(browser, case, "refuse", text="نه", ground="article-14") == 302
    case.refresh_from_db()
    assert (case.outcome, last(case).party, last(case).user) == ("refused", "reviewer", second)


def test_whoever_has_both_roles_reads_nothing_of_their_own(handler: User) -> None:
    case, both = filed(), handler
    Grant.objects.create(user=both, role=Role.APPROVER, unit=Unit.objects.get(slug="finance"), dataset="")
    browser = signed_in(both)
    assert step(browser, case, "draft", text="نه", proposes="refuse", ground="article-14") == 422
    assert (
        "Nobody can read your draft"
        in browser.post(f"/en{address(case)}", {"choice": "draft", "text": "نه", "seen": "1"}).content.decode()
    )
    other = reader()
    assert step(browser, case, "draft", text="نه", proposes="refuse", ground="article-14") == 302
    assert step(browser, case, "refuse", text="نه", ground="article-14") == 403
    assert Case.objects.get(pk=case.pk).stage == "review"
    assert step(signed_in(other), case, "refuse", text="نه", ground="article-14") == 302


def test_both_roles_read_the_draft_of_another(handler: User) -> None:
    case, both = filed(), officer("both", Role.REQUESTS)
    Grant.objects.create(user=both, role=Role.APPROVER, unit=Unit.objects.get(slug="finance"), dataset="")
    assert step(signed_in(handler), case, "draft", text="نه", proposes="refuse", ground="article-14") == 302
    assert step(signed_in(both), case, "refuse", text="نه", ground="article-14") == 302
    assert last(case).party == "reviewer"


def test_what_needs_no_second_reader_goes_as_before(handler: User) -> None:
    case = filed()
    assert step(signed_in(handler), case, "answer", text="این است") == 302
    case.refresh_from_db()
    assert case.outcome == "answered"
