"""What is collected for translators: the sentences of code, of templates and of declarations."""

from __future__ import annotations

from pathlib import Path

from babel.messages.pofile import read_po

from ayan.core.values import messages as catalogues
from ayan.ui.extraction import PACKAGE, bring_up_to_date, messages, template


def written(folder: Path) -> Path:
    (folder / "code.py").write_text(
        'A = Label("الف", "A thing")\n'
        'B = Refused("code", "ب", "Not {this} "\n    "one")\n'
        'C = {"x": ("پ", "unit")}\n'
        'D = Label("{a} {b}", "{a} {b}")\n'
        'E = Label(f"{A} ت", f"{A} filled")\n'
        'F = ("a", "b")\n'
        'class Closed(Refusal):\n    fa = "بسته است {when}."\n    en: str = "It is " "closed {when}."\n'
        'raise Closed("چ {n}", "Only {n}", "field").format(n=1)\n'
        'raise Closed("x", fa="ح", en="Named words")\n'
        'G = {"fa": "خ", "en": "Tabled words"}\n'
        'class Open(Closed):\n    fa = f"{A} د"\n    en = f"{A} never"\n',
        encoding="utf-8",
    )
    (folder / "page.html").write_text(
        '<p>{% t "{n} ردیف" "{n} rows" "{n} row" n=n %}</p>\n'
        '{% t "یک <b>جمله</b>" \'A <a href="{x}">sentence</a>\' x=x %}{% t "{n} مانده" "{n} left" n=n as left %}',
        encoding="utf-8",
    )
    (folder / "dataset.toml").write_text(
        'title.fa = "داده"\ntitle.en = "Data"\n[[field]]\nlabel = {fa = "نام", en = "Name"}\n', encoding="utf-8"
    )
    return folder


def test_sentences_of_every_kind_of_source_are_found(tmp_path: Path) -> None:
    by_english = {
        message.english: message for message in messages(written(tmp_path)) if message.file != "core/values/jalali.py"
    }
    assert set(by_english) == {
        "A thing", "Not {this} one", "unit", "{a} {b}", "{n} rows", 'A <a href="{x}">sentence</a>', "{n} left", "Data",
        "Name", "It is closed {when}.", "Only {n}", "Named words", "Tabled words",
    }  # fmt: skip
    assert (by_english["A thing"].persian, by_english["A thing"].file, by_english["A thing"].line) == (
        "الف",
        "code.py",
        1,
    )
    assert (by_english["{n} rows"].single, by_english["{n} left"].single, by_english["Data"].single) == (
        "{n} row",
        "{n} left",
        "",
    )
    assert by_english["It is closed {when}."].persian == "بسته است {when}."
    assert by_english['A <a href="{x}">sentence</a>'].line == 2


def test_a_catalogue_keeps_what_was_translated_and_gains_what_is_new(tmp_path: Path) -> None:
    path = tmp_path / "ar.po"
    sources = written(tmp_path)
    bring_up_to_date(path, "ar", template(messages(sources)))
    text = path.read_text(encoding="utf-8")
    assert text.count("msgstr[5]") == 2
    assert "#. fa: الف" in text
    path.write_text(text.replace('msgid "A thing"\nmsgstr ""', 'msgid "A thing"\nmsgstr "شيء"'), encoding="utf-8")
    (sources / "more.py").write_text('G = Label("ث", "Another")\n', encoding="utf-8")
    (sources / "page.html").unlink()
    bring_up_to_date(path, "ar", template(messages(sources)))
    with path.open("rb") as file:
        catalog = read_po(file)
    assert catalog.get("Another") is not None
    assert catalog.get("{n} row") is None
    assert catalogues.read([path]).find("A thing") == "شيء"


def test_the_sentences_of_the_program_are_among_them() -> None:
    english = {message.english for message in messages(PACKAGE)}
    assert {
        "What do you want to know about your city?",
        "{n} rows",
        "million toman",
        "Search",
        'Remove one of the conditions above, or <a href="{all}">see all rows</a>.',
        "{period}, number {number}",
        "Mordad",
        "This was not done.",
        "The value is longer than {limit} characters.",
        "The disk is full or its quota is used up. Make room and try again. ({reason})",
        "The file is larger than {most} MB.",
        "The file cannot be read.",
        "There is no release {release}, or it is withdrawn.",
    } <= english
    assert len(english) > 3000
