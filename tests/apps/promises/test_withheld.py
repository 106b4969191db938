"""The register of what is withheld says what declarations and releases say, invents nothing and lets nothing out."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from django.test import Client
from tests.apps.answer_promise import promised
from tests.apps.catalog_pages.page_elements import links, page
from tests.apps.promises.town import KEPT
from tests.apps.small_city import HOSTILE, SECRET
from tests.clocks import let_pass

from ayan.core.publish.examination import examine
from ayan.core.schema.issue import CannotRead
from ayan.core.schema.loader import load_dataset
from ayan.core.schema.problem import DeclarationError
from ayan.wiring.city import City

API = "/api/v1/withheld"


def entries(reader: Client, query: str = "") -> list[dict[str, object]]:
    answer = reader.get(API + query)
    assert answer.status_code == 200
    listed: list[dict[str, object]] = promised(answer)["withheld"]
    return listed


def test_each_entry_states_what_is_stated_and_null_for_the_rest(reader: Client) -> None:
    listed = entries(reader)
    (whole,) = [entry for entry in listed if entry["kind"] == "dataset"]
    assert whole["dataset"] == "kept"
    assert whole["article"] == {"fa": "مادهٔ ساختگی ۷", "en": "Invented article 7"}
    assert (whole["decider"], whole["until"]) == (None, "2025-03-21")
    keeper, holder = [entry for entry in listed if entry["kind"] == "column"]
    assert (holder["dataset"], holder["how"]) == ("works", "withheld")
    assert holder["reason"] == {"fa": "دادهٔ شخصی", "en": "Personal data"}
    assert [holder[name] for name in ("article", "decider", "until")] == [None, None, None]
    assert keeper["decider"] == {"fa": "کمیسیون ساختگی", "en": "Invented commission"}
    assert keeper["expired"] is True
    withdrawn, left_out = (next(entry for entry in listed if entry["how"] == how) for how in ("withdrawn", "left-out"))
    assert (withdrawn["release"], withdrawn["rows"], withdrawn["decided_by"]) == ("works/1402/1", 3, ["ناظر ساختگی"])
    assert (left_out["release"], left_out["rows"]) == ("works/1403/2", 1)
    assert left_out["said"] == [f"یک ردیف خراب {HOSTILE}"]


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_page_says_not_established_and_nothing_withheld_is_on_it(reader: Client, prefix: str) -> None:
    text = page(reader, f"{prefix}/withheld")
    assert ("اعلام نشده" if not prefix else "not stated") in text
    assert ("مادهٔ ساختگی ۷" if not prefix else "Invented article 7") in text
    assert HOSTILE not in text
    for secret in (SECRET, "C-999", "نامعلوم", "holder_id"):
        assert secret not in text
        assert secret not in reader.get(API).content.decode()
        assert secret not in reader.get(API + ".csv").content.decode()


def test_pages_of_data_lead_to_their_part_of_the_register(reader: Client) -> None:
    for address in ("/data/works", "/data/works?_view=columns", "/data/works/r/C-002"):
        assert "/withheld?dataset=works" in links(page(reader, address))
    text = page(reader, "/withheld?dataset=works")
    assert "کد ملی طرف" in text
    assert "نقشهٔ پناهگاه‌ها" not in text
    assert {entry["dataset"] for entry in entries(reader, "?dataset=works")} == {"works"}
    assert "/withheld?dataset=parts" not in links(page(reader, "/data/parts"))
    for wrong in ("/withheld?dataset=nothing", "/withheld?x=1"):
        assert reader.get(wrong).status_code == 404
    assert reader.get(API + "?dataset=nothing").status_code == 404
    assert reader.get(API + "?x=1").status_code == 400


def test_the_table_holds_as_many_entries(reader: Client) -> None:
    rows = list(csv.DictReader(io.StringIO(reader.get(API + ".csv").content.decode("utf-8-sig"))))
    assert [row["dataset"] for row in rows] == [entry["dataset"] for entry in entries(reader)]
    assert rows[0]["article_en"] == "Invented article 7"


def test_no_file_is_taken_for_a_dataset_that_is_withheld_until_its_day_is_over(own: City, tmp_path: Path) -> None:
    from datetime import timedelta

    file = tmp_path / "kept.csv"
    file.write_text("نام\nپناهگاه\n", encoding="utf-8")
    dataset = own.registry.get("kept")
    with pytest.raises(CannotRead) as refused, examine(own.publish_context, dataset, file):
        pass
    assert refused.value.issue.code == "dataset-withheld"
    let_pass(own, timedelta(days=300))
    with examine(own.publish_context, dataset, file) as examined:
        assert examined.refined.counts.good == 1


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ('shown = "withheld"', 'shown = "public"', "ground-public"),
        ('until = "1404-01-01"', 'until = "1404-13-01"', "bound-date"),
        ('reason.fa = "ایمنی همگانی (ساختگی)"\nreason.en = "Public safety (invented)"\n', "", "missing"),
        ("decider =", "judge =", "unknown-key"),
    ],
)
def test_a_ground_that_is_written_wrongly_is_refused(tmp_path: Path, before: str, after: str, code: str) -> None:
    assert before in KEPT
    folder = tmp_path / "kept"
    folder.mkdir()
    (folder / "dataset.toml").write_text(KEPT.replace(before, after), encoding="utf-8")
    with pytest.raises(DeclarationError) as wrong:
        load_dataset(folder)
    assert code in {problem.code for problem in wrong.value.problems}
