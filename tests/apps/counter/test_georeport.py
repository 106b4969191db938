"""Reports by Open311 GeoReport v2: what a client of the standard reads and sends, and what nobody gets out of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from jsonschema import Draft4Validator
from tests.apps.accounts.people import officer
from tests.apps.counter import hostile_files
from tests.apps.counter.georeport_schemas import georeport_schemas
from tests.apps.small_city import HOSTILE

from ayan.apps.accounts.models import User
from ayan.apps.accounts.roles import Role
from ayan.apps.counter import filing, moderation, rules
from ayan.apps.counter.case_steps import Said, take_step
from ayan.apps.counter.limits import LARGEST_REPORT_KB, MOST_FILINGS
from ayan.apps.counter.models import Case, CaseFile
from ayan.apps.counter.moderation import TextVerdict
from ayan.apps.counter.replies.views import EACH_PLACE
from ayan.core.values.clock import FixedClock
from ayan.core.values.place import Bbox
from ayan.wiring.city import City

pytestmark = pytest.mark.django_db

ROOT = "/api/v1/open311"
NAME, PHONE, MAIL = "رستم ساختگی", "09121234567", "rostam@city.example"
PERSON = {"first_name": "رستم", "last_name": "ساختگی", "phone": PHONE, "email": MAIL, "device_id": "device-77"}
HOLE = {"service_code": "street-pothole", "description": "چالهٔ بزرگ (ساختگی)", "address_string": "خیابان بلند"}
LISTS = {"service_requests": "request", "services": "service", "attributes": "attribute", "values": "value"}


@pytest.fixture(scope="module")
def schemas(shared: Path) -> dict[str, Draft4Validator]:
    return georeport_schemas(shared)


class Reporter:
    """A client of the standard, which knows nothing of this city but the address of its service."""

    def __init__(self, output: str = "json", **headers: str) -> None:
        self.client, self.output, self.headers = Client(), output, headers

    def get(self, path: str, **asked: str) -> Any:
        return self._read(self.client.get(f"{ROOT}/{path}.{self.output}", asked))

    def post(self, sent: Mapping[str, Any]) -> Any:
        return self._read(self.client.post(f"{ROOT}/requests.{self.output}", sent, headers=self.headers))

    def _read(self, answer: Any) -> Any:
        self.status = answer.status_code
        assert answer.headers["Cache-Control"] == "no-store"
        if self.output == "json":
            assert answer.headers["Content-Type"] == "application/json"
            return answer.json()
        assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
        return as_json(ElementTree.fromstring(answer.content))


def as_json(element: ElementTree.Element) -> Any:
    """What an answer in XML says, as the same answer in JSON would."""
    if element.tag in LISTS or element.tag == "errors":
        return [as_json(each) for each in element]
    if len(element):
        return {each.tag: as_json(each) for each in element}
    text = element.text
    if text is not None and element.tag in ("lat", "long"):
        return float(text)
    if text is not None and element.tag in ("order", "code") and text.isdigit():
        return int(text)
    return {"true": True, "false": False}.get(text or "", text)


@pytest.fixture
def checker(town: City) -> User:
    return officer("checker", Role.REQUESTS, unit_slug="")


def let_public(case: Case, who: User) -> None:
    texts = moderation.texts_of(case, rules.kind_of(case))
    moderation.let_public(who, case, {text.key: TextVerdict(text.original) for text in texts})


@pytest.mark.parametrize("output", ["json", "xml"])
def test_a_client_of_the_standard_reports_follows_and_is_answered(
    town: City, checker: User, schemas: dict[str, Draft4Validator], output: str
) -> None:
    client = Reporter(output)
    services = client.get("services")
    schemas["services"].validate(services)
    lamp = next(each for each in services if each["service_code"] == "street-lamp")
    assert lamp["type"] == "realtime"
    definition = client.get(f"services/{lamp['service_code']}")
    schemas["service-definition"].validate(definition)
    assert {each["code"] for each in definition["attributes"]} == {"summary", "spot"}
    sent = {
        "service_code": lamp["service_code"],
        "description": "چراغ کوچه خاموش است\nسه شب است که کوچه تاریک است.",
        "address_string": "خیابان بلند",
        "attribute[spot]": "روبه‌روی کتابخانه",
        **PERSON,
    }
    (receipt,) = client.post(sent)
    assert client.status == 200
    number = receipt["service_request_id"]
    assert receipt["tracking_code"] in receipt["service_notice"]
    (report,) = client.get(f"requests/{number}")
    schemas["request"].validate(report)
    # Nobody has read the words yet, so nobody else does.
    assert (report["status"], report["description"], report["address"]) == ("open", None, None)
    assert report["service_code"] == "street"
    assert client.get(f"tokens/{receipt['tracking_code']}")[0]["service_request_id"] == number
    case = Case.objects.get(number=number)
    let_public(case, checker)
    take_step(case, "done", "handler", checker, Said(text="لامپ تازه شد.", outcome="done"))
    let_public(case, checker)
    (report,) = client.get(f"requests/{number}")
    schemas["requests"].validate([report])
    assert (report["status"], report["service_code"], report["address"]) == ("closed", "street-lamp", "خیابان بلند")
    assert report["description"].startswith("چراغ کوچه خاموش است")
    assert "لامپ تازه شد." in report["status_notes"]
    assert client.get("requests", service_request_id=number) == [report]
    assert client.get("requests", service_code="street-lamp", status="closed") == [report]
    assert client.get("requests", status="open") == []
    assert Client().get(f"/counter/{receipt['tracking_code']}").status_code in (200, 302)


def test_both_forms_say_the_same(town: City, checker: User) -> None:
    (receipt,) = Reporter().post(HOLE | {"lat": "34.4501", "long": "54.4412"})
    let_public(Case.objects.get(number=receipt["service_request_id"]), checker)
    for path in ("services", "services/street", "requests"):
        assert Reporter("xml").get(path) == Reporter().get(path)


def test_a_report_becomes_the_case_that_the_page_makes(town: City) -> None:
    Reporter().post(HOLE | PERSON | {"lat": "34.4501", "long": "54.4412", "attribute[spot]": "کنار پل"})
    case = Case.objects.get()
    assert (case.kind, case.summary, case.place, case.due_on is not None) == (
        "street", HOLE["description"], "خیابان بلند", True,
    )  # fmt: skip
    from ayan.apps.counter.case_encryption import open_text

    values = {value.field: open_text(value.locked) for value in case.values.all()}
    assert values == {
        "what": "pothole",
        "summary": HOLE["description"],
        "place": "خیابان بلند",
        "pin": "34.450100, 54.441200",
        "spot": "کنار پل",
        "name": NAME,
        "phone": PHONE,
        "mail": MAIL,
    }


def test_a_point_without_words_is_told_to_some_hundred_metres_alone(town: City, checker: User) -> None:
    client = Reporter()
    sent = {name: value for name, value in HOLE.items() if name != "address_string"}
    (receipt,) = client.post(sent | {"lat": "34.450123", "long": "54.441298"})
    case = Case.objects.get(number=receipt["service_request_id"])
    let_public(case, checker)
    (report,) = client.get(f"requests/{case.number}")
    assert (report["lat"], report["long"], report["address"]) == (34.450, 54.441, None)


def test_nothing_of_who_reports_goes_out(town: City, checker: User) -> None:
    client = Reporter()
    secret = "یادداشت‌محرمانه"
    sent = HOLE | PERSON | {"lat": "34.456789", "long": "54.448765", "description": f"چاله\nشمارهٔ من {PHONE} {secret}"}
    (receipt,) = client.post(sent)
    assert "تلفن همراه" in receipt["service_notice"]
    case = Case.objects.get()
    hidden = (NAME, "رستم", PHONE, MAIL, "device-77", "34.456789", "448765", secret, receipt["tracking_code"])

    def everywhere() -> str:
        paths = ("services", "services/street", "requests", f"requests/{case.number}", "discovery")
        answers = [Client().get(f"{ROOT}/{path}.{form}") for path in paths for form in ("json", "xml")]
        answers.append(Client().get(f"{ROOT}/requests.json?service_code=street,street-pothole&_lang=en"))
        return "".join(answer.content.decode() + str(answer.headers) for answer in answers)

    assert case.number in everywhere()
    assert "چاله\n" not in everywhere()
    assert not [each for each in hidden if each in everywhere()]
    texts = moderation.texts_of(case, rules.kind_of(case))
    cut = {
        text.key: TextVerdict(
            text.original.replace(PHONE, f"[[{PHONE}]]").replace(secret, f"[[{secret}]]"),
            "personal" if PHONE in text.original else "",
        )
        for text in texts
    }
    moderation.let_public(checker, case, cut)
    take_step(case, "ask", "handler", checker, Said(text="پرسش‌تازه", private="میان‌خودمان"))
    after = everywhere()
    assert "خیابان بلند" in after
    assert not [each for each in (*hidden, "پرسش‌تازه", "میان‌خودمان", checker.name) if each in after]
    moderation.hide(checker, case, "spam")
    assert "خیابان بلند" not in everywhere()
    assert Reporter().get("requests", service_code="street-pothole") == []


def test_reports_are_found_by_days_standing_and_page(town: City) -> None:
    assert isinstance(town.clock, FixedClock)
    client = Reporter()
    numbers = []
    for day in range(4):
        numbers += [client.post(HOLE | {"description": f"چالهٔ {day} ساختگی"})[0]["service_request_id"]]
        town.clock.move(timedelta(days=40))
    began = Case.objects.get(number=numbers[0]).received_at.date()

    def listed(**asked: str) -> list[str]:
        return [each["service_request_id"] for each in client.get("requests", **asked)]

    assert listed() == [numbers[3], numbers[2]]
    assert listed(start_date=str(began), end_date=str(began + timedelta(days=1))) == [numbers[0]]
    assert listed(start_date=f"{began}T00:00:00+03:30") == [numbers[2], numbers[1], numbers[0]]
    assert listed(end_date=f"{began}T23:59:59Z") == [numbers[0]]
    assert listed(service_request_id=",".join(numbers)) == numbers[::-1]
    assert listed(service_request_id=",".join(numbers), page="2", page_size="3") == [numbers[0]]
    assert listed(status="open,closed", page_size="1") == [numbers[3]]
    assert listed(service_request_id="R-1403-00001") == []


@pytest.mark.parametrize(
    ("path", "asked", "status"),
    [
        ("requests", {"start_date": "2024-13-01"}, 400),
        ("requests", {"start_date": "0001-01-01T00:00:00+14:00"}, 400),
        ("requests", {"start_date": "9999-12-31"}, 400),
        ("requests", {"end_date": "0001-01-01"}, 400),
        ("requests", {"start_date": "2024-06-01", "end_date": "2024-01-01"}, 400),
        ("requests", {"start_date": "2020-01-01", "end_date": "2024-01-01"}, 400),
        ("requests", {"status": "late"}, 400),
        ("requests", {"page": "0"}, 400),
        ("requests", {"page": "9" * 400}, 400),
        ("requests", {"page_size": "1001"}, 400),
        ("requests", {"service_code": "street-dragon"}, 404),
        ("requests", {"q": "x"}, 400),
        ("requests", {"jurisdiction_id": "elsewhere.example"}, 404),
        ("requests/P-1403-99999", {}, 404),
        ("requests/nothing", {}, 404),
        ("services/access", {}, 404),
        ("tokens/00000-00000-00000-00000", {}, 404),
    ],
)
@pytest.mark.parametrize("output", ["json", "xml"])
def test_what_cannot_be_answered_is_refused_as_the_standard_says_it(
    town: City, output: str, path: str, asked: dict[str, str], status: int
) -> None:
    client = Reporter(output)
    (error,) = client.get(path, **asked)
    assert (client.status, error["code"]) == (status, status)
    assert error["description_fa"] in error["description"]
    assert error["description_en"] in error["description"]


def test_a_jurisdiction_and_a_key_may_be_named(town: City) -> None:
    client = Reporter()
    own = client.get("discovery")["jurisdiction_id"]
    assert client.get("services", jurisdiction_id=own, api_key="anything")
    assert client.post(HOLE | {"jurisdiction_id": own, "api_key": "anything"})[0]["service_request_id"]
    assert client.post(HOLE | {"jurisdiction_id": "elsewhere.example"})[0]["code"] == 404
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "status", "parameter"),
    [
        ({"service_code": ""}, 400, "service_code"),
        ({"service_code": "street-dragon"}, 404, "service_code"),
        ({"service_code": "street"}, 400, "attribute[what]"),
        ({"service_code": "street", "attribute[what]": "dragon"}, 400, "attribute[what]"),
        ({"description": ""}, 400, "description"),
        ({"description": "چاله\n" + "خ" * 3001}, 400, "description"),
        ({"address_string": ""}, 400, "address_string"),
        ({"address_string": "خ" * 121}, 400, "address_string"),
        ({"lat": "34.45"}, 400, "long"),
        ({"lat": "nan", "long": "nan"}, 400, "lat"),
        ({"lat": "91", "long": "54"}, 400, "lat"),
        ({"lat": "34.45'; DROP", "long": "54.44"}, 400, "lat"),
        ({"lat": "34.45", "long": "54.44", "address_id": "1-2-3"}, 400, "address_id"),
        ({"address_id": "1-2-3"}, 400, "address_id"),
        ({"email": "no mail"}, 400, "email"),
        ({"phone": "12"}, 400, "phone"),
        ({"media_url": "file:///etc/passwd"}, 400, "media_url"),
        ({"media_url": "https://x.example/" + "a" * 500}, 400, "media_url"),
        ({"attribute[pin]": "34, 54"}, 400, "attribute[pin]"),
        ({"attribute[website]": "x"}, 400, "attribute[website]"),
        ({"about": "city"}, 400, "about"),
        ({"description": "ببینید https://a.example https://b.example https://c.example http://d.example"}, 422, "description"),
    ],
)  # fmt: skip
def test_a_report_that_is_not_right_is_refused_at_its_parameter(
    town: City, changed: dict[str, str], status: int, parameter: str
) -> None:
    client = Reporter()
    errors = client.post(HOLE | changed)
    assert client.status == status
    assert errors[0]["parameter"] == parameter
    assert Case.objects.count() == 0


def test_everything_that_is_wrong_is_told_at_once(town: City) -> None:
    errors = Reporter("xml").post(HOLE | {"address_string": "", "phone": "12", "attribute[nothing]": "1"})
    assert [each["parameter"] for each in errors] == ["attribute[nothing]", "address_string", "phone"]


def test_a_point_outside_the_city_is_refused(town: City, monkeypatch: pytest.MonkeyPatch) -> None:
    box = Bbox(54.40, 34.40, 54.50, 34.50)
    monkeypatch.setitem(town.__dict__, "profile", replace(town.profile, extent=box))
    client = Reporter()
    assert client.post(HOLE | {"lat": "34.4501", "long": "54.4412"})[0]["service_request_id"]
    assert client.post(HOLE | {"lat": "54.4412", "long": "34.4501"})[0]["parameter"] == "lat"
    assert client.post(HOLE | {"lat": "0", "long": "0"})[0]["code"] == 400


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">'
    + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n > 1 else "&lol;" * 10}">' for n in range(1, 10))
    + "]><request><service_code>&l9;</service_code></request>"
)
OUTSIDE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><request><description>&x;</description></request>'


@pytest.mark.parametrize("media", ["text/xml", "application/xml", "application/json", "text/plain", ""])
def test_only_forms_are_read(town: City, media: str) -> None:
    for body in (BOMB, OUTSIDE, json.dumps(HOLE)):
        answer = Client().post(f"{ROOT}/requests.xml", body, content_type=media)
        assert answer.status_code == 400
        assert "root:" not in answer.content.decode()
    assert Case.objects.count() == 0


def test_what_is_too_large_or_broken_is_refused(town: City) -> None:
    client = Client()
    form = "application/x-www-form-urlencoded"
    large = client.post(f"{ROOT}/requests.json", "a=" + "x" * (LARGEST_REPORT_KB << 10), content_type=form)
    assert large.status_code == 413
    broken = client.post(f"{ROOT}/requests.json", b"--x\r\nno part", content_type="multipart/form-data; boundary=y")
    assert broken.status_code == 400
    many = "&".join(f"attribute[a{n}]=1" for n in range(3000))
    assert client.post(f"{ROOT}/requests.json", many, content_type=form).status_code == 400
    for method in (client.put, client.delete, client.patch):
        assert method(f"{ROOT}/requests.json").status_code == 405
    assert client.post(f"{ROOT}/services.json").status_code == 405
    assert client.get(f"{ROOT}/services.yaml").status_code == 404
    assert Case.objects.count() == 0


def test_hostile_words_come_out_as_words(town: City, checker: User) -> None:
    client = Reporter("xml")
    words = f"{HOSTILE} \x07 ]]> &lol;"
    (receipt,) = client.post(HOLE | {"description": words[:150], "address_string": HOSTILE})
    case = Case.objects.get(number=receipt["service_request_id"])
    let_public(case, checker)
    (report,) = client.get(f"requests/{case.number}")
    assert report["address"] == HOSTILE
    assert HOSTILE in report["description"]


def test_a_report_is_limited_and_guarded_as_the_page_is(town: City) -> None:
    client = Reporter()
    for at in range(MOST_FILINGS):
        assert client.post(HOLE | {"description": f"چالهٔ شمارهٔ {at} در خیابان ساختگی"})[0]["service_request_id"]
    refused = client.client.post(f"{ROOT}/requests.json", HOLE | {"description": "یکی دیگر"})
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert Case.objects.count() == MOST_FILINGS


def test_the_same_words_come_a_few_times_and_no_more(town: City) -> None:
    client = Reporter()
    statuses = []
    for _ in range(7):
        client.post(HOLE | {"description": "همین چاله در همین خیابان بلند ساختگی"})
        statuses.append(client.status)
    assert statuses == [200] * 5 + [429] * 2


def test_a_report_that_is_sent_again_under_its_key_is_one(town: City) -> None:
    client = Reporter(**{"Idempotency-Key": "9b2e7c1a-4f5d-4d0e-8a1b"})
    first, again = client.post(HOLE)[0], client.post(HOLE)[0]
    assert first["service_request_id"] == again["service_request_id"]
    assert first["tracking_code"] == again["tracking_code"]
    other = client.post(HOLE | {"description": "چیزی دیگر"})[0]
    assert other["tracking_code"] != first["tracking_code"]
    assert Reporter(**{"Idempotency-Key": "1"}).post(HOLE)[0]["code"] == 400


def test_a_page_of_another_site_reports_through_nobodys_browser(town: City) -> None:
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        client = Reporter(**headers)
        assert client.post(HOLE)[0]["code"] == 403
    assert Case.objects.count() == 0
    assert "Access-Control-Allow-Origin" not in Client().post(f"{ROOT}/requests.json", HOLE).headers


def test_a_photo_comes_with_a_report_and_an_address_of_one_is_only_told_to_the_office(
    town: City, checker: User
) -> None:
    client = Reporter()
    url = "https://photos.example/1.jpg"
    (receipt,) = client.post(
        HOLE | {"media": SimpleUploadedFile("a.png", hostile_files.photo("PNG"), "image/png"), "media_url": url}
    )
    case = Case.objects.get(number=receipt["service_request_id"])
    assert CaseFile.objects.get(case=case).media_type == "image/png"
    (report,) = client.get(f"requests/{case.number}")
    assert report["media_url"] is None
    assert url not in json.dumps(report)
    wrong = client.post(HOLE | {"media": SimpleUploadedFile("a.png", b"MZ\0\0not a picture", "image/png")})
    assert client.status in (400, 422)
    assert wrong[0]["code"] == client.status
    assert Case.objects.count() == 1


def test_a_code_is_not_guessed_at(town: City) -> None:
    client = Reporter()
    client.post(HOLE)
    for at in range(EACH_PLACE + 2):
        client.get(f"tokens/{at:05}-00000-00000-00000")
        if client.status == 429:
            break
    assert client.status == 429


def test_cases_of_other_kinds_are_nowhere(town: City) -> None:
    other = filing.file(
        filing.Filing(kind="access", said={"summary": "درخواست اطلاعات", "text": "شرح"}, key=filing.new_key())
    ).case
    client = Reporter()
    assert client.get("requests") == []
    assert client.get(f"requests/{other.number}")[0]["code"] == 404
    assert client.get("requests", service_request_id=other.number) == []
