"""Of a text file in no known encoding a person is asked which of a few readings is right: the true one is among them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ayan.core.intake.encoding_choices import guesses

TEXTS = {
    "cp1252": "Número,Descripción,Año\n1,Construcción de puente vehicular,2015\n2,Rehabilitación señalización,2016\n",
    "cp1250": "Název,Částka\nÚdržba komunikací,5\nPříspěvek škole žáků,7\nŽádost o dotaci řidičů,9\n",
    "cp1251": "Назив раздел,Сметка\nПретседател на република,5\nОсновни плати,7\n",
    "cp1253": "Ονομασία,Ποσό\nΔήμος Αθηναίων,5\nΠρομήθεια υλικών,7\n",
    "cp932": "事業名,金額\n道路維持管理,100\nごみ収集運搬,200\nコミュニティ施設,300\n",
    "gb18030": "项目名称,金额\n道路维护管理,100\n垃圾收集运输,200\n",
    "euc_kr": "사업명,금액\n도로 유지 관리,100\n쓰레기 수거,200\n",
}
NAMES = {
    "cp1252": "windows-1252", "cp1250": "windows-1250", "cp1251": "windows-1251", "cp1253": "windows-1253",
    "cp932": "shift_jis", "gb18030": "gb18030", "euc_kr": "euc-kr",
}  # fmt: skip


@pytest.mark.parametrize("codec", TEXTS)
def test_the_encoding_in_which_the_words_make_sense_is_among_the_first(codec: str, tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(TEXTS[codec].encode(codec))
    offered = guesses(path, 3)
    right = next(each for each in offered if each.name == NAMES[codec])
    assert all(word in TEXTS[codec] for word in right.words.split())
    assert len({each.words for each in offered}) == len(offered)


def test_bytes_that_make_no_sense_are_offered_as_nothing(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(
        "a,George’s,b\n".encode().decode("cp850").encode("utf-8").decode("latin-1").encode("cp850", "ignore")
    )
    assert guesses(path, 3) == []
