"""What is proposed from small files of our own, and what is asked instead of guessed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ayan.core.proposal.answers import BadAnswer
from ayan.core.proposal.file_trial import tried
from ayan.core.proposal.lexicon import term_of
from ayan.core.proposal.proposal import Proposal, propose
from ayan.core.schema.kinds import KINDS

Proposing = Callable[..., Proposal]


@pytest.fixture
def proposing(tmp_path: Path) -> Proposing:
    """Writes files and proposes one declaration from all of them."""

    def propose_from(*texts: str, names: tuple[str, ...] = (), **answers: str) -> Proposal:
        paths = []
        for at, text in enumerate(texts):
            path = tmp_path / (names[at] if names else f"pay-1403-0{at + 1}.csv")
            path.write_text(text, "utf-8")
            paths.append(path)
        said = {key.replace("__", "."): value for key, value in answers.items()}
        return propose(paths, answers=said, workdir=tmp_path / f"look{len(list(tmp_path.iterdir()))}")

    return propose_from


def _kinds(proposal: Proposal) -> dict[str, str]:
    return {field.name: field.kind.name for field in proposal.fields}


PAYMENTS = "ردیف,شماره سند,تاریخ پرداخت,دریافت کننده,نوع,مبلغ (تومان)\n" + "".join(
    f"{n},A-{1000 + n},1403/01/{n:02},شرکت {n} (ساختگی),{('جاری', 'عمرانی')[n % 2]},\"{n},250,000\"\n" for n in range(1, 25)
)  # fmt: skip


def test_a_file_of_payments_needs_no_answer(proposing: Proposing, tmp_path: Path) -> None:
    proposal = proposing(PAYMENTS)
    assert proposal.questions == ()
    assert _kinds(proposal) == {
        "counter": "integer",
        "document_number": "code",
        "date": "date",
        "supplier": "text",
        "kind": "text",
        "amount": "rial",
    }
    dataset = proposal.dataset()
    assert dataset.field("amount").money_unit == "toman"
    assert dataset.field("date").calendar == "jalali"
    assert dataset.key == ("document_number",)
    assert dataset.period == "month"
    codes = dataset.field("kind").choices
    assert codes is not None
    assert {entry.code for entry in codes.entries} == {"current", "عمرانی"}
    with tried(proposal.files[0].path, dataset, workdir=tmp_path / "read") as refined:
        assert not refined.errors
        assert refined.session.first_row("SELECT sum(v_amount) FROM typed") == (
            sum(range(1, 25)) * 10**7 + 24 * 2_500_000,
        )
    text = proposal.texts["dataset.toml"]
    assert "# guessed: 24 of 24 cells fit" in text
    assert "# guessed: different in all 24 rows" in text


def test_no_unit_is_assumed(proposing: Proposing) -> None:
    silent = PAYMENTS.replace(" (تومان)", "")
    proposal = proposing(silent)
    assert [question.key for question in proposal.questions] == ["unit"]
    assert _kinds(proposal)["amount"] == "integer"
    assert "no unit of money is named" in proposal.texts["dataset.toml"]
    assert proposing(silent, unit="rial").dataset().field("amount").money_unit == "rial"
    pounds = proposing(silent, unit="پوند/pound").dataset().field("amount")
    assert pounds.kind.name == "integer"
    assert pounds.unit is not None
    assert pounds.unit.en == "pound"


def test_months_in_other_units_are_layouts_of_one_declaration(proposing: Proposing) -> None:
    proposal = proposing(PAYMENTS, PAYMENTS.replace("تومان", "ریال"))
    dataset = proposal.dataset()
    assert [file.source for file in proposal.files] == ["default", "pay-1403-02"]
    assert dataset.field("amount").money_unit == "toman"
    assert dataset.sources["pay-1403-02"].fields["amount"].money_unit == "rial"


def test_a_column_that_comes_and_goes_is_not_required(proposing: Proposing) -> None:
    without = "\n".join(
        line.rpartition(",")[0] for line in PAYMENTS.replace('"', "").replace(",250,000", "").split("\n")
    )
    dataset = proposing(PAYMENTS, without).dataset()
    assert dataset.field("date").required
    assert not dataset.field("amount").required


def test_the_order_of_day_and_month_is_asked_where_cells_allow_both(proposing: Proposing) -> None:
    rows = "".join(f"{n},0{n % 9 + 1}/0{n % 7 + 1}/2022\n" for n in range(1, 20))
    proposal = proposing("id,Payment date\n" + rows, names=("a.csv",))
    (question,) = proposal.questions
    assert question.key == "date.formats"
    assert question.options == ("%d/%m/%Y", "%m/%d/%Y")
    answered = proposing("id,Payment date\n" + rows, names=("a.csv",), date__formats="%m/%d/%Y")
    assert answered.dataset().field("date").formats == ("%m/%d/%Y",)
    assert not proposing("id,Payment date\n" + rows + "20,25/01/2022\n", names=("b.csv",)).questions


def test_what_is_personal_stays_inside_and_no_cell_is_copied(proposing: Proposing) -> None:
    rows = "".join(f"کارمند {n},0900000{1000 + n}\n" for n in range(30))
    proposal = proposing("نام,تلفن همراه\n" + rows, names=("staff.csv",))
    assert proposal.dataset().field("mobile").shown == "withheld"
    assert "0900000" not in "".join(proposal.texts.values())


def test_a_title_a_deep_header_and_sums_are_told_apart(proposing: Proposing, tmp_path: Path) -> None:
    text = (
        "اعتبارات (میلیون ریال)\n,,\nدستگاه,مصوب,\n,هزینه ای,تملک\n"
        + "".join(f"واحد {n},{n}00,{n}0\n" for n in range(1, 12))
        + "جمع,6600,660\n"
    )
    proposal = proposing(text, names=("1403.csv",))
    dataset = proposal.dataset()
    assert (dataset.sources["default"].header_row, dataset.sources["default"].header_rows) == (3, 2)
    assert dataset.title.fa == "اعتبارات (میلیون ریال)"
    money = [field.name for field in dataset.fields if field.kind.is_money]
    assert len(money) == 2
    assert {dataset.field(name).money_unit for name in money} == {"million_rial"}
    with tried(proposal.files[0].path, dataset, workdir=tmp_path / "read") as refined:
        assert (refined.counts.read, refined.counts.totals) == (11, 1)


def test_answers_to_nothing_are_refused(proposing: Proposing) -> None:
    for key, value in (("colour", "red"), ("amount__colour", "red"), ("amount__kind", "money"), ("header_row", "x")):
        with pytest.raises(BadAnswer):
            proposing(PAYMENTS, **{key: value})


def test_an_answer_may_keep_what_is_proposed(proposing: Proposing) -> None:
    assert proposing(PAYMENTS.replace(" (تومان)", ""), unit="as-is").questions == ()


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("تاريخ قرارداد", "signed"),
        ("Contract Date", "signed"),
        ("شماره قرارداد", "contract_number"),
        ("مبلغ قرارداد (ریال)", "amount"),
        ("SiteReference", "number"),
        ("متراژ زیربنا", "area"),
    ],
)
def test_the_lexicon_knows_headers_of_both_languages(header: str, name: str) -> None:
    term = term_of(header)
    assert term is not None
    assert term.name == name


def test_every_kind_is_one_of_the_kinds(proposing: Proposing) -> None:
    assert set(_kinds(proposing(PAYMENTS)).values()) <= set(KINDS)
