"""Where something is: chosen from what the city publishes or written freely, and seen only as it was checked."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.apps.accounts.people import officer
from tests.apps.counter.test_filing_pages import form
from tests.apps.counter.test_person_pages import filed
from tests.apps.small_city import HOSTILE, SECRET

from ayan.apps.accounts.verbs import Role
from ayan.apps.counter import moderation, retention, rules
from ayan.apps.counter.case_steps import Said, take_step
from ayan.apps.counter.models import Case
from ayan.apps.counter.moderation import TextVerdict
from ayan.core.casework.case_kind_file import read_kinds
from ayan.wiring.city import City

pytestmark = pytest.mark.django_db

SEARCH = {"": "جست‌وجو در فهرست شهر", "/en": "Search the city’s list"}
HOLE = {"f-what": "pothole", "f-summary": "چاله (ساختگی)"}
LONGEST = 120


def listing(town: City, field: str) -> None:
    """Let the city name a field of a dataset as its list of places."""
    own = town.home / rules.OWN
    own.mkdir(exist_ok=True)
    shipped = (rules.SHIPPED / "street.toml").read_text(encoding="utf-8")
    (own / "street.toml").write_text(shipped.replace("street-values.street", field), encoding="utf-8")


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_place_is_searched_and_chosen_without_scripts(client: Client, town: City, prefix: str) -> None:
    listing(town, "works.subject")
    address = f"{prefix}/counter/new/street"
    assert SEARCH[prefix] in client.get(address).content.decode()
    sent = form(client, "street", prefix) | HOLE
    response = client.post(address, sent | {"f-place": "ساختگی 7", "_search": "place"})
    page = response.content.decode()
    assert response.status_code == 200
    assert page.index('value="کار ساختگی 7"') < page.index('value="کار ساختگی 17"')
    assert page.count('name="_place-place"') == 7
    assert 'value="کار ساختگی 7"' in page
    assert "چاله (ساختگی)" in page
    seen = client.post(address, sent | {"f-place": "ساختگی 7", "_place-place": "کار ساختگی 7", "_do": "preview"})
    assert "کار ساختگی 7" in seen.content.decode()
    assert 'name="_placed"' not in seen.content.decode()
    client.post(address, {"_key": sent["_key"], "_do": "send"})
    assert Case.objects.get().place == "کار ساختگی 7"


def test_a_place_written_otherwise_is_asked_about_and_taken_as_it_is_written(client: Client, town: City) -> None:
    listing(town, "works.subject")
    sent = form(client, "street") | HOLE
    seen = client.post(
        "/counter/new/street", sent | {"f-place": "کار شهید ساختگی 7", "_do": "preview"}
    ).content.decode()
    assert 'value="place:کار ساختگی 7"' in seen
    placed = client.post("/counter/new/street", {"_key": sent["_key"], "_placed": "place:کار ساختگی 7"})
    assert "کار شهید" not in placed.content.decode()
    free = client.post("/counter/new/street", sent | {"f-place": "پشت انبار کهنه", "_do": "preview"}).content.decode()
    assert "در فهرست شهر نیست" in free
    client.post("/counter/new/street", {"_key": sent["_key"], "_do": "send"})
    assert Case.objects.get().place == "پشت انبار کهنه"


def test_only_a_public_list_of_a_published_dataset_is_searched(client: Client, town: City) -> None:
    for field in ("works.holder_id", "works.none", "unsent.name", "nowhere.street", "works.amount"):
        listing(town, field)
        assert SEARCH[""] not in client.get("/counter/new/street").content.decode()
        sent = form(client, "street") | HOLE | {"f-place": SECRET[:5], "_search": "place"}
        assert SECRET not in client.post("/counter/new/street", sent).content.decode()


def test_hostile_words_and_names_of_places_do_no_harm(client: Client, town: City) -> None:
    listing(town, "works.subject")
    sent = form(client, "street") | HOLE
    for words in ("script", HOSTILE, "%", "_", "'; --", "\0", "،،،", "ی" * 20_000, " ".join("کار" for _ in range(500))):
        for more in ({"_search": "place"}, {"_search": "nothing"}, {"_do": "preview"}, {"_placed": f"place:{words}"}):
            answer = client.post("/counter/new/street", sent | {"f-place": words} | more)
            assert answer.status_code in (200, 422)
            assert "<script>alert" not in answer.content.decode()
    long = client.post("/counter/new/street", sent | {"f-place": "خ" * (LONGEST + 1), "_do": "preview"})
    assert long.status_code == 422


def test_what_is_taken_out_of_a_place_is_seen_and_found_nowhere(client: Client, town: City) -> None:
    case, _code = filed(client, "street", **HOLE, **{"f-place": "خیابان بلند، خانهٔ کسی"})
    assert case.place
    assert "خانهٔ" not in Client().get(f"/counter/{case.number}").content.decode()
    who = officer("moderator", Role.REQUESTS, unit_slug="")
    verdicts = {text.key: TextVerdict(text.original) for text in moderation.texts_of(case, rules.kind_of(case))}
    verdicts["field-place"] = TextVerdict("خیابان بلند، [[خانهٔ کسی]]", reason="personal")
    moderation.let_public(who, case, verdicts)
    assert case.place.startswith("خیابان بلند")
    pages = [f"/counter/{case.number}", f"/en/counter/{case.number}", "/counter", "/counter/cases.atom"]
    assert not [each for each in pages if "خانهٔ کسی" in Client().get(each).content.decode()]
    assert case.number not in Client().get("/counter?q=خانهٔ").content.decode()
    assert case.number in Client().get("/counter?q=خیابان+بلند").content.decode()


def test_a_place_that_nobody_checked_goes_with_the_texts(client: Client, town: City, later: object) -> None:
    assert callable(later)
    case, _code = filed(client, "street", **HOLE, **{"f-place": "خیابان بلند"})
    take_step(case, "withdraw", "person")
    later(731)
    assert retention.erase_due() == 1
    case.refresh_from_db()
    assert (case.place, case.summary) == ("", "")


def test_alike_are_cases_of_the_same_place(client: Client, town: City) -> None:
    here, _code = filed(client, "street", **HOLE, **{"f-place": "خیابان بلند"})
    there, _code = filed(client, "street", **HOLE, **{"f-place": "خیابان کوتاه"})
    for case in (here, there):
        case.checked_at = case.received_at
        case.save()
    sent = form(client, "street") | {"f-what": "pothole", "f-summary": "چالهٔ دیگر", "f-place": "خیابان بلند، منطقه ۲"}
    page = client.post("/counter/new/street", sent | {"_do": "preview"}).content.decode()
    assert here.number in page
    assert there.number not in page
    assert "رسیده" in page


def test_a_list_is_named_by_a_dataset_and_its_field(town: City) -> None:
    for wrong in ("streets", "street values.street", "a.b.c"):
        listing(town, wrong)
        kinds = read_kinds(rules.SHIPPED, town.home / rules.OWN)
        assert "street" not in kinds.sound
        assert [fault for fault in kinds.problems if "lists" in fault.key]


def test_the_public_page_says_nothing_of_a_question_to_you(client: Client, town: City) -> None:
    case, _code = filed(client, "street", **HOLE, **{"f-place": "خیابان بلند"})
    who = officer("moderator", Role.REQUESTS, unit_slug="")
    take_step(case, "ask", "handler", who, Said(text="کجای آن؟"))
    take_step(case, "reply", "person", None, Said(text="روبه‌روی کتابخانه"))
    page = Client().get(f"/counter/{case.number}").content.decode()
    assert "درخواست‌کننده پاسخ داد" in page
    assert "شما پاسخ دادید" not in page
    assert "پیشخان شهرداری" in page
    assert "شما پاسخ دادید" in client.get(f"/counter/mine/{case.number}").content.decode()
