"""The font files that the pages send: small enough, whole enough for Persian, and the same on every machine."""

from __future__ import annotations

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from ayan.ui import assets


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not assets.PACKAGES.is_dir():
        pytest.skip("the font has not been fetched: run `npm ci`")
    target = tmp_path_factory.mktemp("build")
    assets.build(target=target)
    return target


def features(font: TTFont, table: str) -> set[str]:
    return {record.FeatureTag for record in font[table].table.FeatureList.FeatureRecord}


def test_the_persian_file_writes_persian(built: Path) -> None:
    font = TTFont(built / "vazirmatn-fa.woff2")
    sample = "پرداخت‌های شهرداری در مرداد ۱۴۰۳، ۱٬۲۵۰٬۰۰۰ ریال؛ خانهٔ مؤسسه: ٪۱۲ «ژگچ»"
    # the space and the colon come from the Latin file
    assert set(map(ord, sample)) - {0x20, 0x3A} <= set(font.getBestCmap())
    assert {"init", "medi", "fina", "locl", "calt", "tnum"} <= features(font, "GSUB")
    assert {"mark", "mkmk"} <= features(font, "GPOS")


def test_every_persian_digit_is_as_wide_as_the_others_in_columns(built: Path) -> None:
    font = TTFont(built / "vazirmatn-fa.woff2")
    substitutes: dict[str, str] = {}
    table = font["GSUB"].table
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag == "tnum":
            for index in record.Feature.LookupListIndex:
                for part in table.LookupList.Lookup[index].SubTable:
                    substitutes.update(getattr(part, "ExtSubTable", part).mapping)
    glyphs = [font.getBestCmap()[ord(digit)] for digit in "۰۱۲۳۴۵۶۷۸۹"]
    widths = {font["hmtx"][substitutes.get(glyph, glyph)][0] for glyph in glyphs}
    assert len(widths) == 1


def test_the_weights_run_from_regular_to_bold(built: Path) -> None:
    for cut in assets.CUTS:
        (axis,) = TTFont(built / cut.name)["fvar"].axes
        assert (axis.axisTag, axis.minValue, axis.maxValue) == ("wght", 400, 700)


def test_building_again_changes_nothing(built: Path) -> None:
    before = {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in built.iterdir()}
    sizes = assets.build(target=built)
    assert before == {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in built.iterdir()}
    assert {cut.name: sizes[cut.name] for cut in assets.CUTS} == {
        cut.name: len(before[cut.name][1]) for cut in assets.CUTS
    }
    assert b"SIL OPEN FONT LICENSE" in before["vazirmatn-OFL.txt"][1]


def test_a_file_over_its_ceiling_is_refused(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tight = assets.Cut("tight.woff2", assets.CUTS[0].characters, ceiling=1_000)
    monkeypatch.setattr(assets, "CUTS", (tight,))
    with pytest.raises(ValueError, match="over its ceiling"):
        assets.build(target=built)
    assert not (built / "tight.woff2").exists()


def test_a_font_that_was_not_fetched_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(assets.build, "__defaults__", (tmp_path / "nowhere", tmp_path / "build"))
    assert assets.run() == 1
    assert "npm ci" in capsys.readouterr().err
