"""The pages over all cities: joined, per head, searched; nothing withdrawn, withheld or damaged is on them."""

from __future__ import annotations

import base64
import html
import json
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.cli.city import FIRST, SENDER
from tests.config.hosting.test_shared_process import Asked, named, process
from tests.flow.publisher import city_at
from tests.run_folder import made_once

from ayan.cli.new_city import make_home
from ayan.core.publish.decisions import ClerkDecisions
from ayan.core.publish.draft import write_draft
from ayan.core.publish.examination import examine
from ayan.core.publish.sealing import seal, withdraw
from ayan.core.store.correction_reason import CorrectionReason
from ayan.core.store.manifest import Approval
from ayan.core.values.label import Label

DEALS = """\
slug = "deals"
title = { fa = "پیمان‌ها", en = "Deals" }
description = { fa = "پیمان‌های ساختگی.", en = "Invented deals." }
owner = { fa = "امور پیمان‌ها", en = "Deals Office" }
topic = "contracts"
period = "none"
key = ["number"]
approvals = 1

[[field]]
name = "number"
kind = "code"
label = { fa = "شماره", en = "Number" }
required = true

[[field]]
name = "signed"
kind = "date"
label = { fa = "تاریخ", en = "Signed" }
required = true
role = "date"

[[field]]
name = "firm_id"
kind = "company"
label = { fa = "شناسه", en = "Legal ID" }

[[field]]
name = "firm"
kind = "text"
label = { fa = "شرکت", en = "Firm" }
role = "company"

[[field]]
name = "fee"
kind = "rial"
label = { fa = "مبلغ", en = "Fee" }
role = "amount"
nature = "flow"
"""
FOLK = """\
slug = "folk"
title = { fa = "مردم", en = "Folk" }
description = { fa = "جمعیت ساختگی.", en = "Invented people." }
owner = { fa = "آمار", en = "Statistics" }
topic = "organisation"
period = "none"
key = ["year"]
approvals = 1

[[field]]
name = "year"
kind = "period"
label = { fa = "سال", en = "Year" }
required = true

[[field]]
name = "people"
kind = "integer"
label = { fa = "جمعیت", en = "People" }
required = true
role = "quantity"
nature = "stock"
at = "year"

[[view]]
code = "people"
kind = "people"
year = "year"
people = "people"
"""
BRIDGES, ROADS, LAMPS = "99424134638", "99423184352", "99425164107"
"""Legal IDs that no company has."""
ROWS = {
    "tooba": (
        ("A-1", "1403/02/01", BRIDGES, "پل‌سازان ساختگی", 600),
        ("A-2", "1403/03/01", BRIDGES, "پل‌سازان ساختگی", 401),
        ("A-3", "1403/04/01", LAMPS, "چراغ‌سازان ساختگی", 99),
        ("A-4", "1403/04/02", "", "شخص ساختگی", 50),
    ),
    "saveh": (
        ("B-1", "1403/05/01", BRIDGES, "شرکت پل‌سازان", 3000),
        ("B-2", "1402/05/01", ROADS, "راه‌سازان ساختگی", 7),
    ),
}
PEOPLE = {"tooba": 100, "saveh": 1000}


def publish(home: Path, slug: str, text: str, reason: CorrectionReason | None = None) -> None:
    city = city_at(home)
    context, dataset, file = city.publish_context, city.registry.get(slug), home.parent / f"{home.name}-{slug}.csv"
    file.write_text(text, encoding="utf-8")
    with examine(context, dataset, file, ClerkDecisions("all")) as examined:
        draft = write_draft(context, examined, sent_by=SENDER)
        seal(context, draft, [Approval(FIRST, context.clock.now(), "cli", draft.digest)], reason=reason)


def publish_deals(folder: Path, code: str, reason: CorrectionReason | None = None) -> None:
    """Publish what a city of the installation has dealt."""
    rows = "".join(",".join(map(str, row)) + "\n" for row in ROWS[code])
    publish(folder / code, "deals", f"شماره,تاریخ,شناسه,شرکت,مبلغ\n{rows}", reason)


def build(folder: Path) -> None:
    """Two cities that have published deals and how many people they have, a third without anything, and the chief one."""
    lines = []
    for code in ("tooba", "saveh", "empty", "all"):
        home = folder / code
        make_home(home, Label(f"شهر {code}", f"City of {code}"), demo=True)
        for slug, text in (("deals", DEALS), ("folk", FOLK)):
            (home / "datasets" / slug).mkdir()
            (home / "datasets" / slug / "dataset.toml").write_text(text, encoding="utf-8")
        if code in ROWS:
            publish_deals(folder, code)
            publish(home, "folk", f"سال,جمعیت\n1403,{PEOPLE[code]}\n")
        lines.append(f'[{code}]\nhosts = ["{code}.example"]\n{"national = true" if code == "all" else ""}\n')
    (folder / "cities.toml").write_text("\n".join(lines), encoding="utf-8")


def copied(root: Path) -> Path:
    """An installation for whoever changes it."""
    shutil.copytree(made_once("national-cities", build), root, symlinks=True)
    return root


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The installation of these tests; who changes a city puts it back."""
    return copied(tmp_path_factory.mktemp("national") / "cities")


@pytest.fixture(scope="module")
def asked(folder: Path) -> Iterator[Asked]:
    """Its one process, for each takes seconds to begin; its worker has read every city."""
    with process(folder) as running:
        assert running(act="tell") == ["all", "empty", "saveh", "tooba"]
        yield running


@contextmanager
def changed(asked: Asked, put_back: Callable[[], object]) -> Iterator[None]:
    """What is done to a city in the block is undone behind it, and read anew."""
    try:
        yield
    finally:
        put_back()
        asked(act="tell")
        asked(act="later")


def page(asked: Asked, address: str, status: str = "200", code: str = "all") -> str:
    answer = asked.get(code, address)
    assert answer["status"] == status, address
    return html.unescape(base64.b64decode(answer["body"]).decode())


def answered(asked: Asked, address: str, status: str = "200") -> Any:
    return json.loads(base64.b64decode(asked.get("all", address)["body"])) if status else None


def text(document: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", document).split())


def everywhere(asked: Asked) -> str:
    """All that the pages and answers over all cities say, in both languages."""
    paths = ["", "/compare", "/companies", "/search?q=ساختگی", "/search?q=deals", "/tables/deals"]
    paths += [f"/companies/{legal_id}" for legal_id in (BRIDGES, ROADS, LAMPS)]
    addresses = [f"{root}/cities{path}" for root in ("", "/en", "/api/v1") for path in paths]
    addresses += [f"{root}/cities/tables/deals/figures?firm_id__isnull=0" for root in ("", "/en")]
    addresses += [f"/api/v1/cities/datasets/deals/groups{ending}?by=_city,firm,firm_id&sum=fee&firm_id__isnull=0"
                  for ending in ("", ".csv")]  # fmt: skip
    addresses += ["/api/v1/cities/datasets/deals/facets?by=firm_id"]
    bodies = (base64.b64decode(asked.get("all", address)["body"]).decode() for address in addresses)
    return html.unescape("\n".join(bodies))


def test_figures_are_per_head_and_lead_to_each_citys_own_page_and_proof(asked: Asked) -> None:
    for address, words in (("/cities", "شهر tooba"), ("/en/cities", "City of tooba")):
        listed = page(asked, address)
        assert words in text(listed)
        assert "https://tooba.example" in listed
    answer = answered(asked, "/api/v1/cities/compare?_measure=deals.sum_fee&_year=1403")
    lines = {line["city"]["code"]: line for line in answer["lines"]}
    assert [line["city"]["code"] for line in answer["lines"]] == ["tooba", "saveh"], "the largest for each head first"
    assert {code: (line["value"], line["people"], line["per_head"]) for code, line in lines.items()} == {
        "tooba": ("1150", 100, "12"),
        "saveh": ("3000", 1000, "3"),
    }
    assert answer["without"] == ["empty"]
    counted = answered(asked, "/api/v1/cities/compare?_measure=deals.count&_year=1403")
    assert {line["city"]["code"]: line["per_head"] for line in counted["lines"]} == {"tooba": "40.0", "saveh": "1.0"}
    # Where nobody was counted in that year nothing is divided.
    assert [
        line["per_head"] for line in answered(asked, "/api/v1/cities/compare?_measure=deals.count&_year=1402")["lines"]
    ] == [None]
    shown = page(asked, "/en/cities/compare?_measure=deals.sum_fee&_year=1403")
    for code, line in lines.items():
        for name in ("rows", "proof"):
            assert line[name].startswith(f"https://{code}.example/data/deals")
            path = line[name].removeprefix(f"https://{code}.example")
            assert f"https://{code}.example/en{path}" in shown
            page(asked, path, code=code)
    assert answered(asked, "/api/v1/cities/compare?_measure=nothing")["code"] == "not-allowed"
    assert "not-allowed" in json.dumps(answered(asked, "/api/v1/cities/compare?_measure=deals.count&_year=1399"))
    page(asked, "/cities/compare?_measure=nothing", "400")


def test_companies_are_joined_by_legal_id_and_found_by_their_names(asked: Asked) -> None:
    company = answered(asked, f"/api/v1/cities/companies/{BRIDGES}")
    assert [(each["city"]["code"], each["name"], each["count"], each["total"]) for each in company["lines"]] == [
        ("saveh", "شرکت پل‌سازان", 1, "3000"),
        ("tooba", "پل‌سازان ساختگی", 2, "1001"),
    ]
    assert company["lines"][0]["rows"] == f"https://saveh.example/data/deals?firm_id={BRIDGES}"
    assert "B-1" in page(asked, f"/data/deals?firm_id={BRIDGES}", code="saveh")
    shared = page(asked, "/cities/companies")
    assert BRIDGES in shared
    assert LAMPS not in shared, "one city alone names it"
    assert text(page(asked, f"/en/cities/companies/{BRIDGES}")).count("City of") >= 2
    hits = answered(asked, "/api/v1/cities/search?q=پل‌سازان")
    assert [(each["legal_id"], each["cities"]) for each in hits["companies"]] == [(BRIDGES, 2)]
    assert [each["dataset"] for each in answered(asked, "/api/v1/cities/search?q=invented deals")["tables"]] == [
        "deals"
    ]
    assert [each["code"] for each in answered(asked, "/api/v1/cities/search?q=saveh")["cities"]] == ["saveh"]
    assert "https://tooba.example/en/search?q=" in page(asked, "/en/cities/search?q=lamp")
    # A person without a legal ID is on no page over all cities.
    assert "شخص ساختگی" not in everywhere(asked)
    for strange in ("1", "99424134637", "%00", "'", "99424134638'--"):
        page(asked, f"/cities/companies/{strange}", "404")
    page(asked, f"/cities/search?q={'a '.join('bcdefghijklmnop')}", "400")
    page(asked, "/en/cities/search?q=%25_%27", "200")


def test_what_a_city_withdraws_is_gone_at_once(asked: Asked, folder: Path) -> None:
    assert "1150" in everywhere(asked)
    assert LAMPS in everywhere(asked)
    with changed(asked, lambda: publish_deals(folder, "tooba", CorrectionReason("after-withdrawal"))):
        _withdrawn_from_everywhere(asked, folder)
    assert "1150" in everywhere(asked), "a new release of it is read as the first one was"


def _withdrawn_from_everywhere(asked: Asked, folder: Path) -> None:
    city = city_at(folder / "tooba")
    (release,) = city.release_store.releases("deals")
    withdraw(city.publish_context, release, "wrong-data", FIRST)
    asked(act="later")
    before = everywhere(asked)
    for gone in ("1150", "چراغ‌سازان", "پل‌سازان ساختگی"):
        assert gone not in before
    assert {"city": "tooba", "why": "changing"} in [
        {"city": each["city"]["code"], "why": each["why"]} for each in answered(asked, "/api/v1/cities")["left_out"]
    ]
    assert "has not been read anew yet" in text(page(asked, "/en/cities"))
    assert (folder / "work" / "calls" / "tooba").exists(), "its worker is called"
    asked(act="tell")
    asked(act="later")
    after = everywhere(asked)
    assert "3000" in after
    for gone in ("1150", "چراغ‌سازان", "پل‌سازان ساختگی"):
        assert gone not in after
    assert answered(asked, "/api/v1/cities")["left_out"] == []
    kept = (folder / "work" / "national.sqlite").read_bytes()
    assert "چراغ‌سازان".encode() not in kept, "nor does it stand in what the file no longer uses"


def test_what_a_city_withholds_or_declares_otherwise_is_not_compared_and_its_name_is_text(
    asked: Asked, folder: Path
) -> None:
    path = folder / "saveh" / "datasets" / "deals" / "dataset.toml"

    def put_back() -> None:
        path.write_text(DEALS, encoding="utf-8")
        named(folder / "tooba", "شهر tooba", "City of tooba")

    with changed(asked, put_back):
        _withheld_and_oddly_named(asked, folder, path)
    assert "راه‌سازان" in everywhere(asked)


def _withheld_and_oddly_named(asked: Asked, folder: Path, path: Path) -> None:
    hidden = 'name = "firm_id"\nkind = "company"\nshown = "withheld"'
    path.write_text(DEALS.replace('name = "firm_id"\nkind = "company"', hidden), encoding="utf-8")
    named(folder / "tooba", "<b>طوبی</b>", "<script>alert(1)</script>")
    asked(act="tell")
    asked(act="later")
    company = answered(asked, f"/api/v1/cities/companies/{BRIDGES}")
    assert [each["city"]["code"] for each in company["lines"]] == ["tooba"]
    assert "راه‌سازان" not in everywhere(asked)
    answer = answered(asked, "/api/v1/cities/compare?_measure=deals.count&_year=1403")
    assert [line["city"]["code"] for line in answer["lines"]] in (["tooba"], ["saveh"])
    assert len(answer["otherwise"]) == 1
    for address in ("/cities", "/en/cities", "/en/cities/compare", "/en/cities/search?q=deals"):
        body = base64.b64decode(asked.get("all", address)["body"]).decode()
        assert "<script>alert" not in body
        assert "<b>طوبی" not in body


def test_a_damaged_city_is_left_out_and_that_is_said(tmp_path: Path) -> None:
    folder = copied(tmp_path / "cities")
    (folder / "saveh" / "ayan.toml").write_text("name = [", encoding="utf-8")
    for part in (folder / "tooba" / "store" / "releases" / "deals").rglob("datapackage.json"):
        part.chmod(0o600)
        part.write_bytes(b"{}")
    (folder / "tooba" / "store" / "mark").write_text("another")
    with process(folder) as afresh:
        afresh(act="tell")
        listed = answered(afresh, "/api/v1/cities")
        assert [(each["city"]["code"], each["why"]) for each in listed["left_out"]] == [("saveh", "unreadable")]
        lines = {each["city"]["code"]: each for each in listed["cities"]}
        assert lines["tooba"]["damaged"] == ["deals"]
        assert lines["tooba"]["people"] == 100
        said = text(page(afresh, "/en/cities"))
        assert "Its data cannot be read at the moment" in said
        assert "1 of its datasets cannot be read at the moment" in said
        assert "شرکت پل‌سازان" not in everywhere(afresh)
        page(afresh, f"/cities/companies/{BRIDGES}", "404")


def test_the_address_of_all_cities_has_nothing_else_and_no_other_has_them(asked: Asked) -> None:
    for path in ("/", "/en/"):
        answer = asked.get("all", path)
        assert (answer["status"], dict(answer["headers"])["location"]) == ("302", f"{path.rstrip('/')}/cities")
    for path in ("/data/", "/desk/", "/en/desk/sign-in", "/search?q=x", "/api/v1/datasets", "/log/", "/citiesx"):
        assert asked.get("all", path)["status"] == "404", path
    for path in ("/cities", "/en/cities/compare", "/api/v1/cities", "/api/v1/cities/compare"):
        assert asked.get("tooba", path)["status"] == "404", path
    answer = asked.get("all", "/cities")
    etag = dict(answer["headers"])["etag"]
    assert asked.get("all", "/cities", HTTP_IF_NONE_MATCH=etag)["status"] == "304"
    assert "set-cookie" not in dict(answer["headers"])
