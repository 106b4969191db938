"""The guard before publication: one leak in each file and none missed; files that look alike and none held."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Collection
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet
from tests.core.refine.leaky_register import FIELDS, WHY, dataset, hits, refined, table, write_csv
from tests.core.refine.places_in_texts import NO_PLACES, PLACES
from tests.sampling import sampled

from ayan.core.intake.table_reader import read_table
from ayan.core.refine.apply_corrections import apply_corrections
from ayan.core.refine.corrections import Correction, dropped, left_out
from ayan.core.refine.pipeline import refine
from ayan.core.refine.privacy_guard import HIDDEN, NoWaivers, masks, read_waivers
from ayan.core.schema.definition import Layout
from ayan.core.schema.field import Field
from ayan.core.schema.kinds import KINDS
from ayan.core.schema.privacy import PERSONAL_DATA_KINDS
from ayan.core.schema.release_terms import Anonymity
from ayan.core.values.identity import CARD_DOUBLED, NATIONAL_ID_WEIGHTS
from ayan.core.values.identity import national_id as checked
from ayan.core.values.label import Label
from ayan.core.values.personal_notations import TRACES, trace_patterns

LEAKS = [
    ("national-id", "subject", "خرید از شخص ۰۰۱۲۳۴۵۶۷۹"),
    ("national-id", "subject", "خرید از شخص 001-234567-9 در محل"),
    ("national-id", "subject", "کد ملی: 12345678"),
    ("national-id", "subject", "كدملي ۱۲۳۴۵۶۷۸۹ ثبت شد"),
    ("national-id", "contractor", "0012345679"),
    ("national-id", "place", "٠٠١٢٣٤٥٦٧٩"),
    ("national-id", "budget", "0012345679"),
    ("national-id", "parcel", "۰۰۱۲۳۴۵۶۷۹"),
    ("national-id", "count", "0012345679"),
    ("mobile", "subject", "تحویل با هماهنگی ۰۹۱۲۳۴۵۶۷۸۹"),
    ("mobile", "subject", "تماس 0912-345-67-89 آقای نمونه"),
    ("mobile", "subject", "0912 345 6789"),
    ("mobile", "subject", "+98 912 345 6789"),
    ("mobile", "contractor", "نمونه (00989123456789)"),
    ("mobile", "contractor", "9123456789"),
    ("mobile", "place", "\u200e0912\u200f345\u00a06789"),
    ("mobile", "place", "０９１２３４５６７８９"),
    ("mobile", "budget", "०९१२३४५६७८९"),
    ("mobile", "payment", "09123456789"),
    ("mobile", "phone", "09123456789"),
    ("landline", "subject", "تلفن: 88776655"),
    ("landline", "subject", "تماس با ۰۲۱-۸۸۷۷۶۶۵۵"),
    ("landline", "contractor", "88776655-021"),
    ("landline", "place", "(۰۲۱) ۸۸۷۷ ۶۶۵۵"),
    ("landline", "budget", "02188776655"),
    ("bank-account", "subject", "واریز به IR59 0960 0000 0001 0032 4200 01"),
    ("bank-account", "subject", "شبای ir۵۹۰۹۶۰۰۰۰۰۰۰۰۱۰۰۳۲۴۲۰۰۰۱"),
    ("bank-account", "payment", "590960000000010032420001"),
    ("card", "subject", "کارت 6037-9911-1111-1112"),
    ("card", "payment", "۶۰۳۷۹۹۱۱۱۱۱۱۱۱۱۲"),
    ("plate", "subject", "خودرو ۱۲ب۳۴۵ ایران ۶۷"),
    ("plate", "subject", "ایران 67 - 345 ب 12"),
    ("plate", "contractor", "12 ج 345-67"),
    ("email", "subject", "ارسال به a.nemooneh@example.com"),
    ("email", "contractor", "nemooneh+kar@mail.example.ir"),
    ("postcode", "place", "خیابان آزادی کد پستی ۱۳۴۵۶۱۳۴۵۶"),
    ("postcode", "place", "كدپستي: 13456-13456"),
    ("birth-certificate", "subject", "آقای نمونه به شماره شناسنامه ۱۲۳۴"),
    ("birth-certificate", "contractor", "نمونه، ش.ش ۱۲۳۴"),
    ("birth-date", "contractor", "نمونه متولد ۱۳۵۵/۰۲/۱۱"),
    ("relatives", "contractor", "علی نمونه نام پدر: حسین"),
    ("relatives", "subject", "خانم نمونه فرزند حسین به شماره ملی مذکور"),
    ("home", "place", "نشانی منزل: خیابان نمونه"),
    ("home", "subject", "آدرس محل سکونت خیابان نمونه"),
    ("coordinates", "place", "34.091752, 49.689212"),
    ("coordinates", "place", "۳۴٫۰۹۱۷۵ ، ۴۹٫۶۸۹۲۱"),
    ("coordinates", "subject", "بازدید از https://maps.example.com/?q=49.689212,34.091752"),
    *(("coordinates", "subject", text) for text in PLACES),
    ("marital-status", "contractor", "متأهل"),
    ("marital-status", "subject", "وضعیت تاهل: مجرد"),
]

CLEAN = [
    ("number", "1403100022"),
    ("number", "1234567890"),
    ("number", "3033110000"),
    ("subject", "نامه شماره ۱۴۰۲۳۴۵۶۷۸"),
    ("subject", "سند 140200012345"),
    ("subject", "قرارداد 1403-118-0012"),
    ("subject", "پرداخت قبض تلفن همراه سازمان"),
    ("subject", "خرید ۹۱۲۳۴۵۶ عدد آجر"),
    ("subject", "از ۱۴۰۲/۰۱/۰۱ تا ۱۴۰۳/۰۱/۰۱"),
    ("subject", "مبلغ ۱٬۲۳۴٬۵۶۷٬۸۹۰ ریال"),
    ("subject", "مبلغ 9,123,456,789 ریال"),
    ("subject", "جشن تولد ۱۴۰۲/۱۱/۱۳"),
    ("subject", "شناسنامه فنی ساختمان ۱۲۳۴۵"),
    ("subject", "فروش. شماره ۱۲۳"),
    ("subject", "حقوق فرزند شهید"),
    ("subject", "کمک به ۳ فرزند خانوادهٔ ایثارگر"),
    ("subject", "اصلاح نام پدر در سامانه"),
    ("subject", "مناقصه 1402345678901234"),
    ("subject", "خرید @ بازار"),
    ("subject", "قطعه ۱۲ و ۳۴۵ متر"),
    ("subject", "۱۲ م ۳۴۵ متر"),
    ("subject", "ساخت منزل سالمندان"),
    ("subject", "احداث خانه محله"),
    ("subject", "پیچ مجرد M12"),
    *(("subject", text) for text in NO_PLACES),
    ("contractor", "شرکت ۱۲۳ نمونه"),
    ("contractor", "موسسه ۱۱ نمونه (سهامی خاص)"),
    ("budget", "30201100"),
    ("budget", "3020110011"),
    ("budget", "1101020304050"),
    ("parcel", "9-12-345-67-89-0-0"),
    ("parcel", "12-345-67-89-1-2-3"),
    ("parcel", "22-9-1234-5678-0-0-0"),
    ("payment", "6037991111111114"),
    ("payment", "8000000000000005"),
    ("payment", "140312345678"),
    ("payment", "00000000012345"),
    ("place", "بلوار ۹۱۲، پلاک ۱۲، طبقه ۳"),
    ("place", "کیلومتر ۱۲ جاده ۲۱"),
    ("place", "طول ۵۱٫۳۸۹۰۱۲۳۴۵۶"),
    ("count", "123456"),
    ("amount", "0012345679"),
    ("amount", "9,123,456,789"),
    ("phone", "02188776655"),
    ("phone", "۰۲۱-۸۸۷۷۶۶۵۵"),
    ("company", "10100000010"),
    ("secret", "0012345679 و 09123456789"),
]


def named(case: tuple[str, ...]) -> str:
    return "-".join(case[:2])


def test_of_many_leaks_in_one_file_none_is_missed(tmp_path: Path) -> None:
    lines = table(more=len(LEAKS))
    names = [column.name for column in FIELDS]
    for line, (_, field, text) in zip(lines[2:], LEAKS, strict=False):
        line[names.index(field)] = text
    result = refined(write_csv(tmp_path / "a.csv", lines))
    try:
        caught = Counter((leak.code, leak.field) for leak in result.errors for _ in range(leak.count))
        assert caught == Counter((f"personal-{what}", field) for what, field, _ in LEAKS)
        told_of = "".join(issue.message(lang) for issue in result.issues for lang in ("fa", "en"))
        assert [text for _, _, text in LEAKS if text in told_of] == []
    finally:
        result.close()


def test_of_many_clean_rows_none_is_held(tmp_path: Path) -> None:
    lines = table(more=len(CLEAN))
    names = [column.name for column in FIELDS]
    for line, (field, text) in zip(lines[2:], CLEAN, strict=False):
        line[names.index(field)] = text
    assert hits(write_csv(tmp_path / "a.csv", lines)) == {}


@pytest.mark.parametrize(("what", "field", "text"), sampled("leaks", LEAKS, 1, by=lambda case: case[0]))
def test_no_leak_is_missed(tmp_path: Path, what: str, field: str, text: str) -> None:
    result = refined(write_csv(tmp_path / "a.csv", table({field: text})), dataset(field))
    try:
        leaks = [issue for issue in result.errors if issue.code.startswith("personal-")]
        assert [(leak.code, leak.row, leak.field) for leak in leaks] == [(f"personal-{what}", 3, field)]
        assert result.structural
        for issue in result.issues:
            assert issue.value is None or issue.code not in {it.code for it in leaks}
            assert text not in issue.message("fa") + issue.message("en")
    finally:
        result.close()


@pytest.mark.parametrize(("field", "text"), sampled("clean", CLEAN, 1, by=lambda case: case[0]))
def test_nothing_clean_is_held(tmp_path: Path, field: str, text: str) -> None:
    assert hits(write_csv(tmp_path / "a.csv", table({field: text})), dataset(field)) == {}


def test_the_clean_register_itself(tmp_path: Path) -> None:
    assert hits(write_csv(tmp_path / "a.csv", table())) == {}


def of(nine: int) -> str:
    """The national ID that begins with nine digits."""
    digits = f"{nine:09d}"
    rest = sum(int(digit) * weight for digit, weight in zip(digits, NATIONAL_ID_WEIGHTS, strict=True)) % 11
    return digits + str(rest if rest < 2 else 11 - rest)


def numbers(field: str, texts: list[str]) -> list[list[str]]:
    """A register with one row for each text in ``field``."""
    lines = table(more=max(0, len(texts) - 4))
    at = [column.name for column in FIELDS].index(field)
    for line, text in zip(lines[1:], texts, strict=False):
        line[at] = text
    return lines[: len(texts) + 1]


@pytest.mark.parametrize("field", ["number", "contractor", "count", "amount"])
def test_a_column_of_national_ids_whose_zeros_a_spreadsheet_took(tmp_path: Path, field: str) -> None:
    ids = [of(1_234_567 + 911 * step).lstrip("0") for step in range(30)]
    assert {len(identifier) for identifier in ids} == {8}
    counts = hits(write_csv(tmp_path / "a.csv", numbers(field, ids)), dataset(field))
    assert counts == {"personal-national-id": 30}


def test_order_numbers_pass_the_check_digit_no_more_often_than_chance(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    orders = [str(1_403_100_000 + 7 * step) for step in range(400)]
    assert sum(checked_or_none(order) is not None for order in orders) > 20
    assert hits(write_csv(path, numbers("number", orders)), dataset("number")) == {}
    # Among few, an accident is worth a remark; among many, too many of them are none.
    assert set(hits(write_csv(path, numbers("number", orders[:40])), dataset("number"))) == {"personal-chance"}
    ids = [of(14_031_000 + 7 * step) for step in range(150)]
    assert set(hits(write_csv(path, numbers("number", [*orders, *ids])), dataset("number"))) == {"personal-national-id"}


def test_rare_numbers_in_a_large_file_are_judged_by_all_of_them_and_not_by_a_sample(tmp_path: Path) -> None:
    """A sample takes every third record here and meets none of the numbers of ten digits."""
    many = 60_000
    lines = [str(3 * step + 11_000_000_000) for step in range(many)]
    for at in range(0, many, 20):
        row = at + 2
        while row % 3 == 0:
            row += 1
        lines[row - 2] = str(1_403_100_000 + 7 * at)
    passing = sum(len(line) == 10 and checked_or_none(line) is not None for line in lines)
    assert 200 < passing < 350
    assert hits(write_csv(tmp_path / "a.csv", numbers("number", lines)), dataset("number")) == {}
    for at in range(5, many, 100):
        lines[at] = of(140_310_000 + 7 * at)
    counts = hits(write_csv(tmp_path / "b.csv", numbers("number", lines)), dataset("number"))
    assert set(counts) == {"personal-national-id"}


def test_long_numbers_that_begin_like_a_telephone_are_left_alone(tmp_path: Path) -> None:
    payments = [str(100_000_000_000 + 1_003_000_111 * step) for step in range(890)]
    assert sum(payment.startswith("98") for payment in payments) > 5
    lines = numbers("payment", payments)
    assert hits(write_csv(tmp_path / "a.csv", lines), dataset("payment")) == {}


def random_mobiles(count: int, seed: int) -> list[str]:
    """Telephones as people have them: under a few codes, the rest as chance has it."""
    drawn = random.Random(seed)
    return [f"09{drawn.choice((12, 13, 19, 35, 36))}{drawn.randrange(10**7):07d}" for _ in range(count)]


def test_one_number_of_a_document_is_no_card_by_its_check_digit(tmp_path: Path) -> None:
    """Three of a hundred numbers of sixteen digits pass for foreign cards; a second one is beyond chance."""
    others = [f"A-{number}" for number in range(100, 120)]
    card, another = "5555555555554444", "4111111111111111"
    alone = hits(write_csv(tmp_path / "a.csv", numbers("number", [*others, card])), dataset("number"))
    assert alone == {"personal-chance": 1}
    two = hits(write_csv(tmp_path / "b.csv", numbers("number", [*others, card, another])), dataset("number"))
    assert two == {"personal-card": 2}
    # Under a header that speaks of no document one is held as ever.
    payee = hits(write_csv(tmp_path / "c.csv", numbers("contractor", [*others, card])), dataset("contractor"))
    assert payee == {"personal-card": 1}
    # A card of a bank of this country is told by its first digits as well.
    own = hits(write_csv(tmp_path / "d.csv", numbers("number", [*others, "6037991234567893"])), dataset("number"))
    assert own == {"personal-card": 1}


@pytest.mark.parametrize("start", [9_123_450_000, 9_359_990_000])
def test_invoice_numbers_that_begin_like_a_mobile_are_told_and_not_held(tmp_path: Path, start: int) -> None:
    """They run on under the header of a document; one number among them that does not is held like any other."""
    invoices = [str(start + 7 * step) for step in range(60)]
    lines = numbers("number", invoices)
    assert hits(write_csv(tmp_path / "a.csv", lines), dataset("number")) == {"personal-running": 60}
    mobile = numbers("number", [*invoices, "09121234567", "9017654321"])
    counts = hits(write_csv(tmp_path / "b.csv", mobile), dataset("number"))
    assert counts == {"personal-running": 60, "personal-mobile": 2}
    # The same numbers under a header that speaks of no document: «پیمانکار» begins like a contract.
    assert hits(write_csv(tmp_path / "c.csv", numbers("contractor", invoices)), dataset("contractor")) == {
        "personal-mobile": 60
    }


@given(count=st.integers(6, 400), seed=st.integers(0, 2**32), column=st.sampled_from(["number", "payment", "subject"]))
@settings(max_examples=5, deadline=None)
def test_no_list_of_telephones_passes_for_documents(
    tmp_path_factory: pytest.TempPathFactory, count: int, seed: int, column: str
) -> None:
    mobiles = random_mobiles(count, seed)
    counts = hits(write_csv(tmp_path_factory.mktemp("a") / "a.csv", numbers(column, mobiles)), dataset(column))
    held = counts.get("personal-mobile", 0)
    assert held >= 0.8 * count, counts


def test_an_english_word_right_before_a_number_says_what_it_is(tmp_path: Path) -> None:
    clean = ["Invoice 9123456780", "inv. no: 9123456781", "Order #9123456782"]
    assert hits(write_csv(tmp_path / "a.csv", numbers("subject", clean)), dataset("subject")) == {}
    leaks = ["invoice sent, call 09123456789", "reference: Mr Nemooneh 0912 345 6789"]
    counts = hits(write_csv(tmp_path / "b.csv", numbers("subject", leaks)), dataset("subject"))
    assert counts == {"personal-mobile": 2}


def checked_or_none(text: str) -> str | None:
    try:
        return checked(text)
    except ValueError:
        return None


@given(nine=st.integers(10_000_000, 999_999_998), script=st.sampled_from(["0123456789", "۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩"]))
@settings(max_examples=8, deadline=None)
def test_every_national_id_is_known_as_such(tmp_path_factory: pytest.TempPathFactory, nine: int, script: str) -> None:
    number = of(nine)
    if checked_or_none(number) is None:
        return
    text = number.translate(str.maketrans("0123456789", script))
    path = write_csv(tmp_path_factory.mktemp("a") / "a.csv", table({"subject": f"شخص {text}"}))
    assert "personal-national-id" in hits(path, dataset("subject"))


@given(fifteen=st.integers(603_799_000_000_000, 603_799_999_999_999), parting=st.sampled_from(["", " ", "-"]))
@settings(max_examples=6, deadline=None)
def test_every_card_is_known_as_such(tmp_path_factory: pytest.TempPathFactory, fifteen: int, parting: str) -> None:
    digits = str(fifteen)
    total = sum(CARD_DOUBLED[int(digit)] for digit in digits[::2]) + sum(int(digit) for digit in digits[1::2])
    number = digits + str(-total % 10)
    text = parting.join(number[at : at + 4] for at in range(0, 16, 4))
    path = write_csv(tmp_path_factory.mktemp("a") / "a.csv", table({"subject": f"کارت {text}"}))
    assert hits(path, dataset("subject")) == {"personal-card": 1}


def test_a_column_headed_as_personal_but_read_into_another_field(tmp_path: Path) -> None:
    subject = Field(name="subject", kind=KINDS["text"], label=Label("شرح", "Subject"), position=2)
    lines = table()
    lines[0][1] = "مشخصات › نام پدر"
    counts = hits(write_csv(tmp_path / "a.csv", lines), dataset(fields=(FIELDS[0], subject, *FIELDS[2:])))
    assert counts == {"personal-column": 1}


@pytest.mark.parametrize(
    ("label", "text", "code"),
    [
        ("تلفن", "88776655", "personal-landline"),
        ("کد پستی", "1345613456", "personal-postcode"),
        ("کدپستی", "۱۳۴۵۶-۱۳۴۵۶", "personal-postcode"),
    ],
)
def test_a_number_alone_in_a_cell_is_labelled_by_its_header(tmp_path: Path, label: str, text: str, code: str) -> None:
    fields = (FIELDS[0], Field(name="x", kind=KINDS["code"], label=Label(label, "X")))
    path = write_csv(tmp_path / "a.csv", [["شماره سفارش", label], ["A1", text], ["A2", ""]])
    assert hits(path, dataset(fields=fields)) == {code: 1}
    trace = code.removeprefix("personal-")
    declared = Field(name="x", kind=KINDS["code"], label=Label(label, "X"), looks_like=(trace,), reason=WHY)
    assert hits(path, dataset(fields=(FIELDS[0], declared))) == {}


def workbook(path: Path, *, row: bool = False, columns: str = "", sheet: bool = False) -> Path:
    """The clean register as a workbook with something hidden."""
    book = openpyxl.Workbook()
    page = book.active
    assert isinstance(page, Worksheet)
    for line in table():
        page.append(line)
    page.row_dimensions[3].hidden = row
    for letter in columns:
        page.column_dimensions[letter].hidden = True
    if sheet:
        book.create_sheet("برگهٔ پیدا").append(["x"])
        page.sheet_state = "veryHidden"
    book.save(path)
    return path


def test_hidden_cells_hold_where_they_would_be_published(tmp_path: Path) -> None:
    few = dataset("subject", "secret")
    assert hits(workbook(tmp_path / "a.xlsx", row=True), few) == {"rows-hidden": 1}
    assert hits(workbook(tmp_path / "a.xlsx", sheet=True), few, sheet="Sheet") == {"sheet-hidden-read": 1}
    held = refined(workbook(tmp_path / "a.xlsx", columns="BF"), few)
    try:
        (issue,) = held.structural
        assert (issue.code, issue.level) == ("columns-hidden", "error")
    finally:
        held.close()
    # Hidden columns that are not published, or not even read, are only pointed out.
    unpublished = refined(workbook(tmp_path / "a.xlsx", columns="FL"), few)
    try:
        assert not unpublished.errors
        assert unpublished.by_code()["columns-hidden"] == 2
    finally:
        unpublished.close()
    mark = issue.fingerprint or ""
    assert hits(workbook(tmp_path / "a.xlsx", columns="BF"), few, waivers={mark: "meant"}) == {}


def test_hidden_rows_and_columns_are_left_out_or_sent_as_they_are(tmp_path: Path) -> None:
    """By a decision each, without starting again; what is sent as it is stays a warning for who approves."""
    few = dataset("subject")
    raw = read_table(workbook(tmp_path / "a.xlsx", row=True, columns="B"), source=Layout(), workdir=tmp_path / "raw")
    columns = {"subject": raw.columns[1]}

    def outcome(*fixes: Correction, meant: Collection[tuple[str, str | None]] = ()) -> set[tuple[str, str]]:
        fixed = apply_corrections(raw, fixes, columns, tmp_path)
        result = refine(fixed.raw, few, workdir=tmp_path / "work", meant=meant)
        try:
            return {(issue.code, issue.level) for issue in result.issues if issue.code in HIDDEN}
        finally:
            result.close()

    assert outcome() == {("rows-hidden", "error"), ("columns-hidden", "error")}
    assert outcome(left_out(3, "پنهان")) == {("rows-hidden", "info"), ("columns-hidden", "error")}
    assert outcome(left_out(3, "پنهان"), dropped("subject")) == {("rows-hidden", "info"), ("columns-hidden", "info")}
    assert outcome(meant=[("rows-hidden", None), ("columns-hidden", "subject")]) == {
        ("rows-hidden", "warning"),
        ("columns-hidden", "warning"),
    }


def test_small_groups_hold_where_the_declaration_asks_for_more(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", table(more=4))
    asked = dataset(anonymity=Anonymity(3, ("contractor",)))
    result = refined(path, asked)
    try:
        (issue,) = result.errors
        assert (issue.code, issue.row, issue.count, issue.params["groups"]) == ("group-small", 3, 2, 2)
        assert "سبزینه" not in issue.message("fa")
    finally:
        result.close()
    assert hits(path, dataset(anonymity=Anonymity(2, ("amount",)))) == {"group-small": 3}
    assert hits(path, dataset(anonymity=Anonymity(2, ("budget", "company")))) == {"group-small": 2}


# --- letting pass ---------------------------------------------------------------------------------------------------


def test_a_release_covers_what_was_found_and_nothing_more(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", table({"subject": "تماس ۰۹۱۲۳۴۵۶۷۸۹"}))
    result = refined(path)
    (mark,) = {issue.fingerprint for issue in result.errors}
    result.close()
    assert mark is not None
    again = refined(path, waivers={mark: "workplace"})
    try:
        assert not again.errors
        (waived,) = [issue for issue in again.issues if issue.fingerprint]
        assert (waived.level, waived.code) == ("info", "personal-mobile")
        assert "محل کار" in waived.message("fa")
        assert [(it.code, it.count, it.reason) for it in again.waivers] == [("personal-mobile", 1, "workplace")]
    finally:
        again.close()
    # Another cell mended: the same finding. Another number in the same column: another finding.
    mended = write_csv(tmp_path / "b.csv", table({"subject": "تماس 0912 345 6789", "place": "جای دیگر"}))
    assert hits(mended, waivers={mark: "workplace"}) == {}
    more = write_csv(tmp_path / "c.csv", table({"subject": "تماس ۰۹۱۲۳۴۵۶۷۸۹ یا ۰۹۳۵۱۲۳۴۵۶۷"}))
    assert hits(more, waivers={mark: "workplace"}) == {"personal-mobile": 1}


@pytest.mark.parametrize("text", ["", "[]", '{"a": "workplace"}', json.dumps({"0" * 64: "because"}), '{"x": 1}'])
def test_a_list_of_releases_that_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(NoWaivers) as refused:
        read_waivers(text)
    assert refused.value.fa
    assert read_waivers(json.dumps({"0" * 64: "consent"})) == {"0" * 64: "consent"}


def test_redacting_takes_the_piece_and_leaves_the_rest(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", table({"subject": "۳ عدد، تماس ۰۹۱۲۳۴۵۶۷۸۹ عصرها"}))
    result = refined(path)
    try:
        (issue,) = result.errors
        assert masks(result.session, issue, 1) == [("۳ عدد، تماس ۰۹۱۲۳۴۵۶۷۸۹ عصرها", "۳ عدد، تماس … عصرها")]
        assert masks(result.session, issue, 0) is None
    finally:
        result.close()


def test_the_guard_has_a_wording_for_every_trace_it_knows() -> None:
    known = {trace.code for trace in TRACES}
    assert known == set(PERSONAL_DATA_KINDS)
    assert len(LEAKS) >= 40
    assert len(CLEAN) >= 40
    assert {what for what, _, _ in LEAKS} == known


def test_a_large_file_is_looked_through_whole(tmp_path: Path) -> None:
    lines = table(more=25_000)
    lines[20_017][1] = "تماس ۰۹۱۲۳۴۵۶۷۸۹"
    result = refined(write_csv(tmp_path / "a.csv", lines), dataset("subject"))
    try:
        located = [(issue.code, issue.row) for issue in result.errors if issue.code.startswith("personal-")]
        assert located == [("personal-mobile", 20_018)]
    finally:
        result.close()


def test_the_patterns_of_the_first_look_are_short_enough_to_be_quick() -> None:
    """All notations in one of 16,500 letters cost a text up to forty times what they cost in two of half of it."""
    assert all(len(pattern) < 10_000 for pattern in trace_patterns())
