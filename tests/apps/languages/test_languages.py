"""A third language is translators' work: pages, charts and answers in Azeri and in Arabic, from a catalogue alone."""

from __future__ import annotations

import json
import re
from itertools import product
from pathlib import Path

import pytest
from django.test import Client
from tests.sampling import sampled

from ayan.core.values import locale, messages
from ayan.ui import value_html
from ayan.ui.charts.figure import WIDE
from ayan.ui.showcase.figures import Figures
from ayan.wiring.city import City
from ayan.wiring.profile import CATALOGUES

SIDES = {"fa": "rtl", "en": "ltr", "az": "ltr", "ar": "rtl"}
MARKS = re.compile("[\uf8f0-\uf8f2]")

STANDARD_FILES = ("/catalog.", "/data.json", "/.well-known/", "/services.jsonld", "/services.ttl")
"""What other programs read of the whole city, in no language of its own."""
FILES_OF_THE_LOG = tuple(
    f"/log/{name}"
    for name in ("checkpoint", "vkey", "proof", "tile", "ayan_verify.py", "declarations/", "diary/", "anchor")
)


def page(visitor: Client, address: str) -> str:
    response = visitor.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


ADDRESSES = (
    "/", "/data/", "/data/works", "/data/works?_view=chart", "/data/works?_view=columns", "/data/works/r/C-001",
    "/data/works/releases", "/data/works/changes", "/changes", "/missing", "/withheld", "/compare", "/log/", "/about",
    "/help", "/developers", "/search?q=C-001", "/developers/components",
)  # fmt: skip


@pytest.mark.parametrize(
    ("address", "lang"),
    sampled("further languages", product(ADDRESSES, ("az", "ar")), 1, by=lambda case: case[0]),
)
def test_every_page_opens_and_says_its_language(visitor: Client, lang: str, address: str) -> None:
    response = visitor.get(f"/{lang}{address}")
    text = response.content.decode()
    assert response.status_code == 200
    assert response.headers["Content-Language"] == lang
    assert f'<html lang="{lang}" dir="{SIDES[lang]}">' in text
    assert not MARKS.search(text)
    # A reader stays in his language: every link to a page of the city but those to other languages keeps the prefix.
    elsewhere = re.sub(r'<link rel="alternate"[^>]*>|<a [^>]*hreflang="[^"]*"[^>]*>', "", text)
    pages = {
        address
        for address in re.findall(r'(?:href|action)="(/[^"]*)"', elsewhere)
        if not address.startswith(("/api/", "/static/", "/brand", *STANDARD_FILES))
    }
    assert all(page.startswith((f"/{lang}/", *FILES_OF_THE_LOG)) for page in pages)


def test_every_language_leads_to_every_other(visitor: Client) -> None:
    text = page(visitor, "/az/data/works?_unit=rial")
    for lang, prefix in (("fa", ""), ("en", "/en"), ("az", "/az"), ("ar", "/ar")):
        assert f'<link rel="alternate" hreflang="{lang}" href="{prefix}/data/works?_unit=rial">' in text
    switch = re.findall(r'<a href="([^"]*)" lang="(\w+)" dir="(\w+)" hreflang="\w+">([^<]*)</a>', text)
    assert {address[1:] for address in switch} == {
        ("fa", "rtl", "فارسی"),
        ("en", "ltr", "English"),
        ("ar", "rtl", "العربية"),
    }
    assert 'hreflang="az">Azərbaycanca</a>' in page(visitor, "/data/works")


def test_a_sentence_comes_from_the_catalogue_with_its_link_where_the_language_wants_it(visitor: Client) -> None:
    assert "<h1>Şəhəriniz haqqında nə bilmək istəyirsiniz?</h1>" in page(visitor, "/az/")
    assert "<h1>ماذا تريد أن تعرف عن مدينتك؟</h1>" in page(visitor, "/ar/")
    nothing = page(visitor, "/az/data/works?_search=zzz")
    assert '<a href="/az/data/works">Bütün sətirlərə baxın</a> və ya yuxarıdakı şərtlərdən birini götürün.' in nothing


def test_a_missing_sentence_is_shown_in_the_fallback_and_says_so(visitor: Client) -> None:
    azeri, arabic = page(visitor, "/az/"), page(visitor, "/ar/")
    assert '<span lang="en" dir="ltr">Compare</span>' in azeri
    assert '<span lang="fa" dir="rtl">مقایسه</span>' in arabic
    # No markup can stand in a title or an attribute.
    assert "<title>Ayan · " in azeri
    assert 'aria-label="Sections"' in azeri
    about = page(visitor, "/az/about")
    assert '<div lang="en" dir="ltr">' in about


def test_a_translation_brings_no_markup_and_no_blank_of_its_own(visitor: Client) -> None:
    assert "alert(1)" not in page(visitor, "/az/")
    assert locale.of("az").catalogue.refused == ("Topics", "{n} choices")
    assert messages.fits('<a href="{all}">x</a>', 'see <a href="{all}">all</a>')
    assert not messages.fits('<a href="javascript:x">x</a>', 'see <a href="{all}">all</a>')
    assert not messages.fits("{n.__class__}", "{n} rows")
    assert not messages.fits("50 < 60", "less")
    # Fuzzy: nobody has looked at it.
    assert locale.of("az").catalogue.find("late") is None


def faults(folder: Path) -> list[str]:
    """What is wrong in the catalogues of a folder: a language that nobody knows, or sentences that are refused."""
    wrong: list[str] = []
    for path in sorted(folder.glob("*.po")):
        try:
            spoken = locale.describe(path.stem, messages.read([path]))
        except ValueError as fault:
            wrong.append(str(fault))
        else:
            wrong += [f"{spoken.code}: {sentence}" for sentence in spoken.catalogue.refused]
    return wrong


def test_the_languages_that_come_along_are_known_and_whole(tmp_path: Path) -> None:
    assert faults(CATALOGUES) == []
    # As long as none comes along: what would be said of one.
    assert faults(Path(__file__).parent / "locale") == ["az: Topics", "az: {n} choices"]
    (tmp_path / "zzz.po").write_text('msgid "Topics"\nmsgstr "x"\n', encoding="utf-8")
    assert ["zzz" in fault for fault in faults(tmp_path)] == [True]


def test_numbers_dates_and_lists_are_written_in_the_languages_own_way(visitor: Client) -> None:
    azeri, arabic = page(visitor, "/az/data/works/r/C-001"), page(visitor, "/ar/data/works/r/C-001")
    assert '<data value="1000000">100.000</data> tümən' in azeri
    assert '<data value="1000000">١٠٠٬٠٠٠</data> تومان' in arabic
    assert "21 aprel 2024" in azeri
    assert "٢١ أبريل ٢٠٢٤" in arabic
    assert "A2</bdi> xanası" in azeri
    assert value_html.percent(0.58, "az") == "58%"
    assert "٥٨٪" in value_html.percent(0.58, "ar")
    assert [locale.of(lang).comma for lang in SIDES] == ["، ", ", ", ", ", "، "]
    assert [locale.of(lang).quoted("x") for lang in SIDES] == ["«x»", "“x”", "“x”", "«x»"]


@pytest.mark.parametrize(
    ("n", "azeri", "arabic"),
    [
        (0, "0 sətir", "لا صفوف"),
        (1, "1 sətir (tək)", "صف واحد"),
        (2, "2 sətir", "صفان"),
        (3, "3 sətir", "٣ صفوف"),
        (11, "11 sətir", "١١ صفًا"),
        (100, "100 sətir", "١٠٠ صف"),
        (1250, "1.250 sətir", "١٬٢٥٠ صفًا"),
    ],
)
def test_a_number_takes_the_plural_of_its_language(speaking: None, n: int, azeri: str, arabic: str) -> None:
    from django.template import Context, Engine

    engine = Engine(builtins=["ayan.ui.templatetags.ayan"])
    for write in ("num", "plain"):
        source = f'{{% {write} count as n %}}{{% t "{{n}} ردیف" "{{n}} rows" "{{n}} row" n=n %}}'
        drawn = {lang: engine.from_string(source).render(Context({"lang": lang, "count": n})) for lang in ("az", "ar")}
        assert drawn == {"az": azeri, "ar": arabic}


def test_the_explorer_counts_rows_in_the_right_plural(visitor: Client) -> None:
    assert re.search(r'<h2 id="count"[^>]*>\s*٦٠ صفًا\s*</h2>', page(visitor, "/ar/data/works"))
    assert re.search(r'<h2 id="count"[^>]*>\s*60 sətir\s*</h2>', page(visitor, "/az/data/works"))


def shapes(lang: str, anchor: str) -> list[float]:
    """Where the bars and tiles of a chart begin."""
    figure = next(candidate for candidate in Figures(lang).all() if candidate.anchor == anchor)
    drawn = figure.chart.draw(WIDE)
    return [float(x) for x in re.findall(r'<rect x="([^"]*)"', drawn.svg(figure.chart.sentence()))]


def apart(some: list[float], others: list[float]) -> float:
    return sum(abs(a - b) for a, b in zip(some, others, strict=True))


def test_charts_are_mirrored_by_direction_and_not_by_language(speaking: None) -> None:
    mirrored = 0
    for figure in Figures("fa").all():
        fa, en, az, ar = (shapes(lang, figure.anchor) for lang in SIDES)
        # A few pixels are the room that words beside it take.
        if apart(fa, en) > 10 * len(fa):
            # Not to the point: how much room is left for bars depends on how long the words beside them are.
            assert apart(az, en) < apart(az, fa) / 5, figure.anchor
            assert apart(ar, fa) < apart(ar, en) / 5, figure.anchor
            mirrored += 1
    assert mirrored > 2


def test_a_chart_says_its_sentence_in_the_language(speaking: None) -> None:
    said = {lang: [candidate.chart.sentence() for candidate in Figures(lang).all()] for lang in ("az", "ar")}
    assert any(" ilində " in address for address in said["az"])
    assert any(" من " in address and "٫" in address for address in said["ar"])


def test_the_api_labels_fields_in_the_language_it_is_asked_for(visitor: Client) -> None:
    rows = "/api/v1/datasets/works/rows?_size=1&_lang="
    assert json.loads(page(visitor, f"{rows}az"))["labels"]["amount"] == "Məbləğ"
    assert json.loads(page(visitor, f"{rows}ar"))["labels"]["amount"] == "المبلغ"
    assert json.loads(page(visitor, f"{rows}en"))["labels"]["amount"] == "Amount"
    refused = visitor.get(f"{rows}tr")
    assert refused.status_code == 400
    assert refused.json()["parameter"] == "_lang"


def test_the_desk_is_closed_in_every_language(visitor: Client, db: None) -> None:
    for prefix in ("", "/en", "/az", "/ar"):
        response = visitor.get(f"{prefix}/desk/")
        assert response.status_code == 302
        assert response.headers["Location"].startswith(f"{prefix}/desk/sign-in")
        assert response.headers["Cache-Control"] == "no-store"


def test_what_a_file_says_cannot_pass_for_a_mark_of_ours(speaking: None) -> None:
    from ayan.ui.language import marked

    text = "<p>\uf8f0ar\uf8f1 \uf8f0zz\uf8f1 \uf8f2</p>"
    assert "<span" not in marked(text)


def test_without_further_languages_their_addresses_do_not_exist(small_city: City) -> None:
    assert Client().get("/az/").status_code == 404
    assert locale.codes() == ("fa", "en")


def test_a_city_names_its_languages_in_its_own_file(tmp_path: Path) -> None:
    from ayan.wiring.profile import Profile, speak

    (tmp_path / "locale").mkdir()
    (tmp_path / "locale" / "ckb.po").write_text(
        'msgid ""\nmsgstr ""\n"Language: ckb\\n"\n\nmsgid "Search"\nmsgstr "گەڕان"\n', encoding="utf-8"
    )
    (tmp_path / "ayan.toml").write_text(
        '[languages.ckb]\ncalendar = "jalali"\n\n[name]\nfa = "الف"\nen = "A"\nckb = "ئا"', encoding="utf-8"
    )
    try:
        speak(tmp_path)
        assert locale.codes() == ("fa", "en", "ckb")
        kurdish = locale.of("ckb")
        assert (kurdish.direction, kurdish.calendar, kurdish.digits[1]) == ("rtl", "jalali", "١")
        assert locale.pick("ckb", "جست‌وجو", "Search") == "گەڕان"
        assert Profile.read(tmp_path / "ayan.toml").name.of("ckb") == "ئا"
    finally:
        locale.use(())


@pytest.mark.parametrize(
    "said",
    [
        "languages = 1",
        "[languages.zz]",
        "[languages.fa]",
        '[languages.az]\ndigits = "roman"',
        '[languages.az]\nfallback = "tr"',
        '[languages.az]\ncolour = "blue"',
    ],
)
def test_a_language_that_is_not_understood_is_refused_by_name(tmp_path: Path, said: str) -> None:
    from ayan.wiring.profile import Profile

    (tmp_path / "ayan.toml").write_text(said, encoding="utf-8")
    with pytest.raises(ValueError, match=r"ayan\.toml: "):
        Profile.read(tmp_path / "ayan.toml")
