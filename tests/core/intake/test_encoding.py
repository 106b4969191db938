"""Encodings: marks, UTF-8, windows-1256, and the refusal of what is neither."""

from __future__ import annotations

import codecs
from contextlib import suppress
from pathlib import Path

import pytest
from tests.core.intake.file_rows import cells, codes, headers, read, refusal, rows, write

from ayan.core.intake import delimited_text
from ayan.core.schema.issue import CannotRead

PERSIAN = "نام,مبلغ\n" + "شركت راهسازان «نمونه»,1250\n" * 20


def test_utf8_is_read_and_reported(tmp_path: Path) -> None:
    table = read(write(tmp_path / "a.csv", PERSIAN))
    assert table.facts.encoding == "utf-8"
    issue = table.issues[0]
    assert (issue.code, issue.level) == ("encoding-found", "info")
    assert issue.params == {"encoding": "utf-8", "delimiter": ","}


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_byte_order_mark_is_obeyed_and_left_out(tmp_path: Path, codec: str) -> None:
    mark = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}.get(codec, b"")
    table = read(write(tmp_path / "a.csv", mark + PERSIAN.encode(codec)))
    assert headers(table) == ["نام", "مبلغ"]
    assert cells(table)[0] == ("شركت راهسازان «نمونه»", "1250")


def test_a_doubly_encoded_mark_is_set_aside_and_reported(tmp_path: Path) -> None:
    table = read(write(tmp_path / "a.csv", b"\xc3\xaf\xc2\xbb\xc2\xbf" + PERSIAN.encode()))
    assert headers(table) == ["نام", "مبلغ"]
    assert "bom-repaired" in codes(table)


@pytest.mark.parametrize("content", [PERSIAN, "a,b\nقيمت «پژو» گچ چاپ,1\nآب – برق,2\n"])
def test_windows_1256_is_recognised(tmp_path: Path, content: str) -> None:
    table = read(write(tmp_path / "a.csv", content.encode("cp1256")))
    assert table.facts.encoding == "windows-1256"
    expected = [tuple(line.split(",")) for line in content.splitlines()]
    assert [tuple(headers(table)), *cells(table)] == expected


@pytest.mark.parametrize("content", ["a,b\nprice £5 – “new”,1\n", "name,b\nCafé Bleu,1\nChildren’s façade,2\n"])
def test_signs_and_letters_that_mean_the_same_in_every_windows_encoding_are_western(
    tmp_path: Path, content: str
) -> None:
    table = read(write(tmp_path / "a.csv", content.encode("cp1252")))
    assert table.facts.encoding == "windows-1252"
    assert [tuple(headers(table)), *cells(table)] == [tuple(line.split(",")) for line in content.splitlines()]


@pytest.mark.parametrize(
    "text", ["Ljubljana – Šiška", "Señor Núñez", "Straße", "Résidence", "HÔTEL", "hôtel", "Malmö", "où", "À la"]
)
@pytest.mark.parametrize("codec", ["cp850", "mac-roman", "cp1250", "cp1252"])
def test_letters_of_which_encodings_differ_are_never_assumed(tmp_path: Path, text: str, codec: str) -> None:
    content = f"name,b\n{text},1\n".encode(codec, "replace")
    path = write(tmp_path / "a.csv", content)
    with suppress(CannotRead):
        # Whoever reads it at all reads it rightly.
        assert cells(read(path)) == [tuple(content.decode(codec).splitlines()[1].split(","))]


def test_a_large_windows_1256_file_is_read_fast_from_its_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited_text, "FAST_FROM", 100)
    table = read(write(tmp_path / "a.csv", PERSIAN.encode("cp1256")))
    assert [path.name for path in table.files] == ["raw-copy.parquet"]
    assert rows(table)[19] == (21, 21, "شركت راهسازان «نمونه»", "1250")


def test_a_late_stray_byte_in_a_utf8_file_is_refused_with_its_line(tmp_path: Path) -> None:
    text = PERSIAN * 1500
    content = text.encode() + b"\xe3\xe4\xd8,5\n"
    issue = refusal(write(tmp_path / "a.csv", content))
    assert (issue.code, issue.line) == ("encoding-mixed", text.count("\n") + 1)


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("a control byte", b"\x02\xe3\xe4\xd8\xde\xe5,1\n"),
        ("a piece of UTF-8", "منطقه".encode() + b",1\n"),
    ],
)
def test_windows_1256_with_something_else_in_it_is_refused(tmp_path: Path, what: str, line: bytes) -> None:
    issue = refusal(write(tmp_path / "a.csv", PERSIAN.encode("cp1256") + line))
    assert (issue.code, issue.line) == ("encoding-mixed", 22), what


def test_western_text_is_not_taken_for_persian(tmp_path: Path) -> None:
    content = "town,inhabitants\nCoruña,5\nMálaga,6\nLogroño,7\nCádiz,9\n".encode("latin-1")
    assert refusal(write(tmp_path / "a.csv", content)).code == "encoding-mixed"


SENT = {
    "iso8859-6": "نام,مبلغ\nشركة العمران,5\nمؤسسة الرياض,6\n",
    "mac_arabic": "نام,مبلغ\nشركة العمران,5\nمؤسسة الرياض,6\n",
    "cp1250": "Łódź,Kraków\nGdańsk żółć,1\n",
    "cp1251": "Казань,улица\nплатежи бюджет,6\n",
    "koi8-r": "Казань,улица\nплатежи бюджет,6\n",
    "cp1252": "nom,Général\nélève à Besançon,5\n",
    "cp1253": "Αθήνα,δήμος\nπληρωμές,1\n",
    "cp1254": "İstanbul,belediye\nşehir ödeme,1\n",
    "cp1255": "עיריית,תל אביב\nתשלומים,5\n",
    "cp850": "nom,Général\nélève à Besançon,5\n",
    "mac_roman": "nom,Général\nélève à Besançon,5\n",
    "gbk": "北京市,朝阳区\n人民政府,5\n",
    "shift_jis": "東京都,渋谷区\n契約番号,5\n",
}


@pytest.mark.parametrize("codec", SENT)
def test_another_encoding_is_not_taken_for_windows_1256(tmp_path: Path, codec: str) -> None:
    """Refused, and where that cannot be told from Persian by marks alone, with words of its header as others read them."""
    issue = refusal(write(tmp_path / "a.csv", SENT[codec].encode(codec)))
    assert issue.code in ("encoding-mixed", "encoding-unsure")
    if codec in ("iso8859-6", "cp1251", "gbk", "shift_jis", "cp1252") and issue.code == "encoding-unsure":
        first = SENT[codec].partition("\n")[0].replace(",", " ")
        assert first.split()[-1] in str(issue.params["words"])


def test_names_of_people_and_firms_in_windows_1256_are_recognised(tmp_path: Path) -> None:
    names = "نام,مبلغ\nشركت ABC پارس,1\nمحمدرضا حسيني,2\nگودرزي و ژاله,3\nآرياگستر,4\n"
    assert read(write(tmp_path / "a.csv", names.encode("cp1256"))).facts.encoding == "windows-1256"


def test_a_declared_encoding_wins(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "town,n\nCoruña,5\n".encode("cp1252"))
    assert cells(read(path, encoding="windows-1252")) == [("Coruña", "5")]


@pytest.mark.parametrize("name", ["latin-1", "klingon", "rot13", "utf-7"])
def test_an_encoding_that_is_not_accepted_is_refused(tmp_path: Path, name: str) -> None:
    assert refusal(write(tmp_path / "a.csv", PERSIAN), encoding=name).code == "encoding-unknown"


def test_bytes_against_the_mark_are_refused_with_their_line(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", codecs.BOM_UTF8 + PERSIAN.encode() + b"\xff,1\n")
    issue = refusal(path)
    assert (issue.code, issue.line) == ("encoding-other", 22)


def test_half_a_character_of_utf16_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "a,b\n1,2\n3,x".encode("utf-16")[:-1])
    issue = refusal(path)
    assert (issue.code, issue.line) == ("encoding-other", 3)


@pytest.mark.parametrize("large", [False, True])
def test_a_nul_byte_is_refused_with_its_line(tmp_path: Path, large: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if large:
        monkeypatch.setattr(delimited_text, "FAST_FROM", 0)
    issue = refusal(write(tmp_path / "a.csv", PERSIAN + "a\0b,1\n"))
    assert (issue.code, issue.line) == ("file-nul", 22)
