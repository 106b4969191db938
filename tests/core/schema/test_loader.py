"""A sound declaration becomes the dataset it describes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import cast

import pytest
from tests.core.schema.declarations import FIELDS, SLUG, TOP, declare, field, loaded, refused

from ayan.core.schema.definition import Bands
from ayan.core.schema.field import CodeEntry, Field, Ref
from ayan.core.schema.loader import load_dataset
from ayan.core.schema.view import SentenceView
from ayan.core.values import locale
from ayan.core.values.label import Label


def test_the_smallest_declaration_has_the_defaults_of_the_definition(tmp_path: Path) -> None:
    dataset = loaded(tmp_path)
    assert (dataset.slug, dataset.title, dataset.topic) == (SLUG, Label("باجه‌ها", "Booths"), "money")
    assert (dataset.cadence, dataset.grace_days, dataset.period, dataset.approvals) == ("irregular", 0, "none", 1)
    assert (dataset.note_above, loaded(tmp_path / "b", above="note_above = 0\n").note_above) == (20, 0)
    assert dataset.licence == "ODC-BY-1.0"
    assert dataset.law is None
    assert list(dataset.sources) == ["default"]
    assert dataset.field("area").scale == 2
    assert dataset.field("takings").money_unit == "rial"
    assert dataset.field("opened").calendar == "jalali"
    assert [field.name for field in dataset.published] == ["number", "takings", "opened", "open", "area", "lanes"]


def test_what_is_published_is_worked_out_once_for_a_declaration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = loaded(tmp_path, field("hidden", "text", 'shown = "withheld"\nreason.fa = "الف"\nreason.en = "A"'))
    asked: list[str] = []
    judge = cast("property", vars(Field)["published"]).fget
    assert judge is not None

    def judged(self: Field) -> bool:
        asked.append(self.name)
        return bool(judge(self))

    monkeypatch.setattr(Field, "published", property(judged))
    names = [[field.name for field in dataset.published] for _ in range(50)]
    assert names == [["number", "takings", "opened", "open", "area", "lanes"]] * 50
    assert sorted(asked) == sorted(field.name for field in dataset.fields)
    # A copy that differs is another declaration, and says so itself.
    assert [field.name for field in replace(dataset, fields=dataset.fields[:2]).published] == ["number", "takings"]


def test_a_field_is_known_by_its_name(tmp_path: Path) -> None:
    dataset = loaded(tmp_path)
    assert [dataset.field(field.name) for field in dataset.fields] == list(dataset.fields)
    with pytest.raises(KeyError, match="nothing"):
        dataset.field("nothing")


def test_everything_that_can_be_said_of_a_dataset_arrives(tmp_path: Path) -> None:
    above = """
law.fa = "قانون نمونه"
law.en = "A sample law"
licence = "CC0-1.0"
cadence = { every = "monthly", grace_days = 10 }
period = "month"
period_field = "opened"
key = ["number", "opened"]
approvals = 2
"""
    more = """
[[check]]
code = "some"
sql = "takings > 0"
message.fa = "پیام"
message.en = "Message"

[[check]]
code = "other"
sql = "open"
severity = "warning"
message.fa = "پیام"
message.en = "Message"

[[total]]
code = "sum"
sql = "sum(takings)"
label.fa = "جمع"
label.en = "Sum"

[[bands]]
lower = "takings"
upper = "fine"
by = ["open"]
inclusive = true

[[view]]
code = "said"
kind = "sentence"
text.fa = "باجهٔ {number}"
text.en = "Booth {number}"
"""
    dataset = loaded(tmp_path, field("fine", "rial") + more, above=above)
    assert dataset.law == Label("قانون نمونه", "A sample law")
    assert (dataset.licence, dataset.cadence, dataset.grace_days) == ("CC0-1.0", "monthly", 10)
    assert (dataset.period, dataset.period_field, dataset.key, dataset.approvals) == (
        "month",
        "opened",
        ("number", "opened"),
        2,
    )
    assert [(check.code, check.severity) for check in dataset.checks] == [("some", "error"), ("other", "warning")]
    assert [(total.code, total.sql, total.label.en) for total in dataset.totals] == [("sum", "sum(takings)", "Sum")]
    assert dataset.bands == (Bands("takings", "fine", ("open",), True),)
    assert dataset.views == (SentenceView(code="said", text=Label("باجهٔ {number}", "Booth {number}")),)


def test_a_field_of_the_key_is_required_without_saying_so(tmp_path: Path) -> None:
    dataset = loaded(tmp_path, above='key = ["number"]\n')
    assert dataset.field("number").required
    assert not dataset.field("takings").required


def test_everything_that_can_be_said_of_a_field_arrives(tmp_path: Path) -> None:
    more = (
        field(
            "paid",
            "rial",
            'aliases = ["پرداختی"]\nposition = 3\nrequired = true\nminimum = 0\nmaximum = 10\n'
            'money_unit = "million_toman"\nstrip = ["$", " "]\nunit.fa = "ریال"\nunit.en = "rial"\n'
            'role = "amount"\ndescription.fa = "شرح"\ndescription.en = "Words"',
        )
        + field("share", "decimal", 'scale = 4\nslash_decimal = true\nminimum = 0.5\nmaximum = "0.75"')
        + field("seen", "date", 'calendar = "gregorian"\nformats = ["%d/%m/%Y"]\nminimum = "1403-01-01"')
        + field("born", "date", 'century = 1300\nmaximum = "2024-08-02"')
        + field(
            "word", "text", 'max_length = 9\npattern = "[a-z]+"\nshown = "masked"\nreason.fa = "الف"\nreason.en = "A"'
        )
        + field("owner", "ref", 'ref = "people.code"\nempty.fa = "نامعلوم"\nempty.en = "Unknown"')
        + field("firm", "company", 'ref = { to = "firms.legal_id", required = true }')
    )
    dataset = loaded(tmp_path, more)
    paid, share, seen = dataset.field("paid"), dataset.field("share"), dataset.field("seen")
    assert (paid.aliases, paid.position, paid.required) == (("پرداختی",), 3, True)
    assert (paid.minimum, paid.maximum) == (Decimal(0), Decimal(10))
    assert (paid.money_unit, paid.strip, paid.unit, paid.role) == (
        "million_toman",
        ("$", " "),
        Label("ریال", "rial"),
        "amount",
    )
    assert paid.description == Label("شرح", "Words")
    assert (share.scale, share.slash_decimal, share.minimum, share.maximum) == (
        4,
        True,
        Decimal("0.5"),
        Decimal("0.75"),
    )
    assert (seen.calendar, seen.formats, seen.minimum) == ("gregorian", ("%d/%m/%Y",), date(2024, 3, 20))
    assert (dataset.field("born").century, dataset.field("born").maximum) == (1300, date(2024, 8, 2))
    word = dataset.field("word")
    assert (word.max_length, word.pattern, word.shown, word.reason) == (9, "[a-z]+", "masked", Label("الف", "A"))
    assert dataset.field("owner").ref == Ref("people", "code")
    assert dataset.field("owner").empty == Label("نامعلوم", "Unknown")
    assert dataset.field("firm").ref == Ref("firms", "legal_id", required=True)


def test_the_datasets_placeholders_go_before_each_fields_own(tmp_path: Path) -> None:
    source = '[source.fields.takings]\nnull = ["هیچ"]\n'
    dataset = loaded(tmp_path, field("note", "text", 'null = ["?", "-"]') + source, above='null = ["-", "ندارد"]\n')
    assert dataset.field("number").null == ("-", "ندارد")
    assert dataset.field("note").null == ("-", "ندارد", "?")
    assert dataset.sources["default"].fields["takings"].null == ("-", "ندارد", "هیچ")


def test_choices_come_from_a_file_from_texts_or_from_entries(tmp_path: Path) -> None:
    more = (
        field("state", "text", 'choices = "states"')
        + field("side", "code", 'choices = ["a", "b"]')
        + field("size", "text", 'choices = [{ code = "s", fa = "کوچک", en = "Small", aliases = ["ریز"] }]')
    )
    codes = '[[entry]]\ncode = "on"\nfa = "روشن"\nen = "On"\naliases = ["فعال"]\n[[entry]]\ncode = "off"\nfa = "خاموش"\nen = "Off"\n'
    dataset = loaded(tmp_path, more, files={"codes/states.toml": codes})
    states, side, size = (dataset.field(name).choices for name in ("state", "side", "size"))
    assert states is not None
    assert side is not None
    assert size is not None
    assert states.name == "states"
    assert states.entries == (CodeEntry("on", Label("روشن", "On"), ("فعال",)), CodeEntry("off", Label("خاموش", "Off")))
    assert states.label("off", "fa") == "خاموش"
    assert side.entries == (CodeEntry("a", Label("a", "a")), CodeEntry("b", Label("b", "b")))
    assert size.entries[0].aliases == ("ریز",)


def test_each_sender_may_have_a_layout_of_its_own(tmp_path: Path) -> None:
    default = '[source]\nsheet = 2\nheader_rows = 2\ndata_row = 5\ntotals = ["سرجمع"]\nignore = ["یادداشت", 9]\n'
    old = """
label.fa = "سامانهٔ قدیم"
label.en = "Former system"
headers = ["Number", "", "Opened"]
data_row = 1
delimiter = "\\t"
encoding = "cp1256"

[fields.takings]
constant = "12"
money_unit = "toman"

[fields.opened]
century = 1300
"""
    dataset = loaded(tmp_path, default, files={"sources/old-system.toml": old})
    plain, former = dataset.sources["default"], dataset.sources["old-system"]
    assert (plain.sheet, plain.header_rows, plain.data_row, plain.totals) == (2, 2, 5, ("سرجمع",))
    assert plain.ignore == ("یادداشت", 9)
    assert (former.name, former.label) == ("old-system", Label("سامانهٔ قدیم", "Former system"))
    assert (former.headers, former.data_row, former.delimiter, former.encoding) == (
        ("Number", "", "Opened"),
        1,
        "\t",
        "cp1256",
    )
    assert (former.fields["takings"].constant, former.fields["takings"].money_unit) == ("12", "toman")
    assert former.fields["opened"].century == 1300


def test_the_digest_is_of_what_is_said_not_of_how(tmp_path: Path) -> None:
    plain = loaded(tmp_path / "a")
    commented = loaded(tmp_path / "b", top="# a remark\n" + TOP.replace('topic = "money"', 'topic    =   "money"'))
    other = loaded(tmp_path / "c", above="approvals = 2\n")
    lists = loaded(tmp_path / "d", files={"sources/one.toml": "header_rows = 1\n"})
    assert plain.digest == commented.digest
    assert len({plain.digest, other.digest, lists.digest}) == 3
    assert len(plain.digest) == 64


def test_numbers_that_json_cannot_hold_do_not_stop_the_digest(tmp_path: Path) -> None:
    dataset = loaded(tmp_path, field("x", "rial", f"maximum = {10**18}") + field("y", "decimal", "maximum = 1.25"))
    assert dataset.field("x").maximum == 10**18
    assert len(dataset.digest) == 64


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    folder = declare(tmp_path)
    path = folder / "dataset.toml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert load_dataset(folder).slug == SLUG


def test_every_fault_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    folder = declare(
        tmp_path,
        field("Bad", "text") + field("late", "dat") + field("x", "text", "minimum = 3"),
        above='approvals = 0\nkey = ["nuber"]\n',
        files={"sources/one.toml": "headder_row = 2\n", "codes/loose.toml": '[[entry]]\ncode = "a"\nfa = "الف"\n'},
    )
    faults = {(problem.file.partition("/")[2], problem.key, problem.code) for problem in refused(folder)}
    assert faults >= {
        ("dataset.toml", "approvals", "out-of-range"),
        ("dataset.toml", "key", "no-such-field"),
        ("dataset.toml", "field[Bad].name", "name-form"),
        ("dataset.toml", "field[late].kind", "not-one-of"),
        ("dataset.toml", "field[x].minimum", "not-for-kind"),
        ("sources/one.toml", "headder_row", "unknown-key"),
        ("codes/loose.toml", "entry[a].en", "missing"),
    }


def test_a_refused_field_is_still_known_to_those_who_speak_of_it(tmp_path: Path) -> None:
    folder = declare(
        tmp_path,
        field("late", "dat") + '[[check]]\ncode = "c"\nsql = "late > 1"\nmessage.fa = "م"\nmessage.en = "M"\n',
        above='key = ["late"]\n',
    )
    assert [problem.code for problem in refused(folder)] == ["not-one-of"]


def test_a_refusal_says_where_in_both_languages_and_suggests(tmp_path: Path) -> None:
    problem = next(iter(refused(declare(tmp_path, above='license = "x"\n'))))
    assert problem.text("en") == (
        f"{SLUG}/dataset.toml: license: There is no such key. Did you mean “licence”? Remove it or correct it."
    )
    assert "آیا «licence» است؟" in problem.text("fa")


@pytest.mark.parametrize("encoding", ["utf-16", "cp1256"])
def test_another_encoding_is_refused(tmp_path: Path, encoding: str) -> None:
    folder = declare(tmp_path)
    (folder / "dataset.toml").write_bytes(
        (TOP + FIELDS).replace("ی", "ي").replace("ٔ", "").replace("\u200c", "").encode(encoding)
    )
    assert [problem.code for problem in refused(folder)] == ["file-encoding"]


def test_a_label_may_carry_the_languages_in_use_and_no_other(tmp_path: Path) -> None:
    more = FIELDS.replace('label.en = "Takings"', 'label.en = "Takings"\nlabel.az = "Gəlir"')
    assert [field.code for field in refused(declare(tmp_path / "a", fields=more))] == ["unknown-key"]
    locale.use([locale.describe("az")])
    try:
        takings = loaded(tmp_path / "b", fields=more).field("takings").label
        assert takings == Label("دریافتی", "Takings", (("az", "Gəlir"),))
        assert takings.of("az") == "Gəlir"
    finally:
        locale.use(())


def test_a_measure_says_whether_it_is_added_when_it_stands_and_on_which_side(tmp_path: Path) -> None:
    dataset = loaded(
        tmp_path,
        field("owed", "rial", 'nature = "stock"\nat = "told_on"\nrole = "amount"')
        + field("late", "rial", 'nature = "stock"\nat = "told_on"\nshare_of = "owed"')
        + field("told_on", "date", "required = true")
        + field("way", "text", 'choices = ["debt", "claim", "other"]\nside = { in = ["claim"], out = ["debt"] }'),
    )
    owed, late, way = (dataset.field(name) for name in ("owed", "late", "way"))
    assert (owed.nature, owed.at, late.share_of) == ("stock", "told_on", "owed")
    assert dataset.field("takings").nature is None
    assert way.side is not None
    assert [way.side.of(code) for code in ("debt", "claim", "other")] == ["out", "in", "other"]
    register = loaded(tmp_path / "b", field("fee", "rial", 'nature = "stock"\nat = "_release"'))
    assert register.field("fee").at == "_release"
