"""Pages of HTML: what a reader sees is read in its order, what styles hide is not, and in doubt nothing is guessed."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from ayan.core.documents import document_text, html_page
from ayan.core.documents.docx import Paragraph, Table
from ayan.core.documents.drawn_page import UnreadableDocument
from ayan.core.documents.html_page import HtmlPage
from ayan.core.documents.limits import DEEPEST, LARGEST_HTML, MOST_ELEMENTS, MOST_STYLE_RULES


def page(folder: Path, body: str, style: str = "", head: str = '<meta charset="utf-8">') -> Path:
    path = folder / "page.html"
    path.write_text(
        f"<!doctype html><html><head>{head}<style>{style}</style></head><body>{body}</body></html>", "utf-8"
    )
    return path


def read(folder: Path, body: str, style: str = "") -> HtmlPage:
    return html_page.read(page(folder, body, style))


def texts(folder: Path, body: str, style: str = "") -> list[str]:
    return [block.text for block in read(folder, body, style).blocks if isinstance(block, Paragraph)]


def test_paragraphs_lists_and_tables_are_read_in_their_order(tmp_path: Path) -> None:
    body = """<h1>قرارداد  كار</h1><p>این <b>قرار</b>داد میان<br>شهرداری<!-- x --> است.</p>
    <ul><li>یکم</li><li>دوم</ul><table><caption>مبلغ‌ها</caption><tr><th>ردیف<th>شرح</tr>
    <tr><td rowspan="2">۱</td><td>آسفالت</td></tr><tr><td>خط‌کشی</td></tr><tr><td colspan="2">جمع</td></tr></table>
    <div>پایان <span>متن</span></div><pre>ستون  یک\nدوم</pre>
    <p style="page-break-before: always">برگ تازه</p>"""
    assert read(tmp_path, body).blocks == [
        Paragraph("قرارداد کار"),
        Paragraph("این قرارداد میان\nشهرداری است."),
        Paragraph("یکم"),
        Paragraph("دوم"),
        Paragraph("مبلغ‌ها"),
        Table([["ردیف", "شرح"], ["۱", "آسفالت"], ["", "خط‌کشی"], ["جمع", ""]]),
        Paragraph("پایان متن"),
        Paragraph("ستون یک\nدوم"),
        Paragraph("برگ تازه", new_page=True),
    ]
    pages = list(document_text.of_file(tmp_path / "page.html"))
    assert [each.number for each in pages] == [1, 2]
    assert pages[0].lines[6].text == "ردیف\tشرح"


def test_a_table_that_only_lays_out_is_read_cell_by_cell(tmp_path: Path) -> None:
    body = (
        "<table><tr><td><p>یک</p><p>دو</p></td><td><table><tr><td>سه</td><td>چهار</td></tr></table></td></tr></table>"
    )
    assert read(tmp_path, body).blocks == [Paragraph("یک"), Paragraph("دو"), Table([["سه", "چهار"]])]


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1256", "utf-8-sig"])
def test_the_encoding_that_a_page_names_is_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "page.htm"
    name = encoding.removesuffix("-sig")
    path.write_bytes(
        f'<html><head><meta charset="{name}"></head><body><p>شهر و قرارداد</p></body></html>'.encode(encoding)
    )
    assert html_page.is_html(path)
    assert html_page.read(path).blocks == [Paragraph("شهر و قرارداد")]


HIDDEN = {
    "display": ("", "display:none"),
    "shouted": ("", "DISPLAY : NONE !important"),
    "escaped": ("", r"d\69splay:n\6fne"),
    "visibility": ("", "visibility:hidden"),
    "opacity": ("", "opacity:0.05"),
    "white": ("", "color:#fff"),
    "nearly white": ("", "color:hsl(0 0% 97%)"),
    "clear": ("", "color:rgba(0, 0, 0, .02)"),
    "fill": ("", "-webkit-text-fill-color:transparent"),
    "black on black": ("", "background:#000"),
    "tiny": ("", "font-size:1px"),
    "tiny in a font": ("", "font:0/0 a"),
    "lines without height": ("", "line-height:0"),
    "tiny by halves": ("", "font-size:.1em"),
    "computed size": ("", "font-size:calc(0px + 0px)"),
    "out of the line": ("", "text-indent:-9999px"),
    "no height": ("", "height:0;overflow:hidden"),
    "cut": ("", "max-height:10px;overflow:hidden"),
    "clipped": ("", "clip-path:circle(0)"),
    "blurred": ("", "filter:blur(20px)"),
    "masked": ("", "mask-image:linear-gradient(#000,#000)"),
    "by a variable": (":root{--s:none}", "display:var(--s)"),
    "on a picture": ("", "color:#fff;background:#fff url(data:image/png;base64,AA)"),
    "by class": (".no{display:none}", ""),
    "by place": ("body > div p.no:first-child{display:none}", ""),
    "for printers": ("@media print{.no{display:none}}", ""),
    "where supported": ("@supports (display:grid){.no{color:white}}", ""),
    "stronger rule": ("p.no{display:none} .no{display:block}", ""),
    "as important": (".no{display:none!important}", "display:block"),
    "struck through": (".no{text-decoration:line-through}", ""),
    "off the page": ("", "position:absolute;left:-9999px"),
    "aside": ("", "margin-left:-9999px;position:absolute"),
    "below its ground": ("", "position:relative;z-index:-1"),
    "turned away": ("", "transform:rotateY(90deg)"),
    "colour of a variable": (":root{--c:#fff} .no{color:var(--c)}", ""),
    "colour of a variable of a variable": (":root{--a:var(--b);--b:#fefefe} .no{color:var(--a, #000)}", ""),
    "colour of a variable that may be": (":root{--c:#000} @media(width>1px){:root{--c:#fff}} .no{color:var(--c)}", ""),
    "no variable": ("", "color:var(--none, #fff)"),
    "a loop of variables": (":root{--a:var(--b);--b:var(--a)} .no{display:var(--a)}", ""),
    "smallest of sizes": ("", "font-size:clamp(1px, 2vw, 20px)"),
    "a reckoned size": ("", "font-size:calc(1.5rem - 23px)"),
    "initial on dark": ("", "background:#000;color:initial"),
    "later ground": ("", "background:#fff;background-color:#111"),
    "shown to printers alone": (".no{color:#fff} @media print{.no{color:#000}}", ""),
    "rule within a rule": ("div{.no{display:none}}", ""),
    "condition within a rule": (".no{@media (width>1px){display:none}}", ""),
    "selector of tomorrow": (".no:of-tomorrow{display:none}", ""),
    "selector of tomorrow within": ("div:not(.x:of-tomorrow) > .no{display:none}", ""),
    "rule of tomorrow": ("@tomorrow x{.no{display:none}}", ""),
    "layer": ("@layer base{.no{display:none}}", ""),
}


@pytest.mark.parametrize("way", HIDDEN)
def test_what_styles_hide_is_not_read(tmp_path: Path, way: str) -> None:
    rules, style = HIDDEN[way]
    html = read(tmp_path, f'<div><p class="no" style="{style}">Hidden</p><p>Seen</p></div>', rules)
    assert html.blocks == [Paragraph("Seen")]
    assert html.unseen == len("Hidden")


def test_what_styles_do_not_hide_is_read(tmp_path: Path) -> None:
    style = """th{background:navy;color:#fff} .dark{background-color:#222} .dark p{color:#eee}
    @media (prefers-color-scheme: dark){body{color:#fff}} .off{visibility:hidden} .on{visibility:visible}
    a:hover{display:none} p::before{content:"x";display:none} .big{font-size:2em} .sub{font-size:50%}"""
    body = """<table><tr><th>سر</th></tr></table><div class="dark"><p>روشن</p></div>
    <div class="off"><p>نه</p><p class="on">آری</p></div><p><a href="#">پیوند</a></p>
    <p class="big">بزرگ <span class="sub">کوچک</span></p><font color="red">سرخ</font>"""
    assert read(tmp_path, body, style).blocks == [
        Table([["سر"]]), Paragraph("روشن"), Paragraph("آری"), Paragraph("پیوند"), Paragraph("بزرگ کوچک"),
        Paragraph("سرخ"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "style", "head"),
    [
        ("<p>x</p>", "", '<link rel="Stylesheet" href="https://example.ir/x.css">'),
        ("<p>x</p>", "@import url(x.css);", ""),
        ("<p>x</p><div style='position:absolute;top:0;background:#000'>y</div>", "", ""),
        ("<p>x</p><p style='margin-top:-30px;background:#fff'>y</p>", "", ""),
        ("<p>x</p><p style='position:fixed;background:#fff'>y</p>", "", ""),
        ("<p>x</p><p style='position:relative;top:-1em;background:#fff'>y</p>", "", ""),
        ("<p>x</p><div style='transform:translate(0,-20px)'><img src='x'></div>", "", ""),
        ("<p>x</p><p style='position:absolute'>█████</p>", "", ""),
        ("<p>x</p><div style='position:absolute;height:50px;overflow:hidden;background:#fff'></div>", "", ""),
        (
            "<p>x</p><div class=c>y</div>",
            ".c{position:absolute;background:#fff;display:none} @media(width>9px){.c{display:block}}",
            "",
        ),
        ("<p>x</p><dialog open>y</dialog>", "", ""),
        ("<p class=a>x</p>", ".a::after{content:'';position:absolute;inset:0;background:#fff}", ""),
        ("<p>x</p>", "p::before{content:'';display:block;margin-top:-40px;background:#fff}", ""),
        (
            "<div style='position:relative'><p>x</p><p class=c>y</p></div>",
            ".c{position:absolute;top:-90px;background:var(--w, #fff)}",
            "",
        ),
        ("<p>x</p>", "", '<link rel="stylesheet" href="data:text/css,p%7Bdisplay:none%7D">'),
        ("<div><template shadowrootmode='open'>z</template><p>x</p></div>", "", ""),
        ("<p class=a>x</p>", ":unknown-thing(p){display:none}", ""),
        ("<p>x</p>", "div{p{display:none}}", ""),
        ("<p hidden>x</p>", "", ""),
        ("<p>x</p>", "p{color:red}" * (MOST_STYLE_RULES + 1), ""),
    ],
)
def test_where_only_a_browser_could_say_what_is_seen_the_page_is_refused(
    tmp_path: Path, body: str, style: str, head: str
) -> None:
    with pytest.raises(UnreadableDocument) as refused:
        html_page.read(page(tmp_path, body, style, head))
    assert refused.value.hindrance == "styled"


@pytest.mark.parametrize(
    ("body", "style"),
    [
        ("<div class=card><p>Hidden</p><span class=over></span></div><p>Seen</p>",
         ".card{position:relative;overflow:hidden} .over{position:absolute;top:0;height:9em;background:#fff}"),
        ("<div class=card><p>Hidden</p></div><p>Seen</p>",
         ".card{position:relative} .card::after{content:'';position:absolute;inset:0;background:white}"),
        ("<div class=card><div><p>Hidden</p><p class=up>&nbsp;</p></div></div><p>Seen</p>",
         ".card{overflow:hidden} .up{margin-top:-2em;background:#fff}"),
        ("<div class=card><p>Hidden</p><div class=up><i style='background:#000'>Hi</i></div></div><p>Seen</p>",
         ".card{overflow:hidden} .up{transform:translateY(-2em)}"),
        ("<div class=grid><p class=a>Hidden</p><p class=b> </p></div><p>Seen</p>",
         ".grid{display:grid;overflow:hidden} .a,.b{grid-area:1/1} .b{background:#fff}"),
        ("<div popover>Hidden</div><p>Seen</p>", ""),
    ],
)  # fmt: skip
def test_what_may_lie_under_something_is_not_read(tmp_path: Path, body: str, style: str) -> None:
    html = read(tmp_path, body, style)
    assert html.blocks == [Paragraph("Seen")]
    assert html.unseen >= len("Hidden")


@pytest.mark.parametrize(
    "sheet",
    [
        "<style media=print>.no{display:block!important}</style>",
        "<noscript><style>.no{display:block!important}</style></noscript>",
        "<style type='text/x-later'>.no{display:block!important}</style>",
        "<template><style>.no{display:block!important}</style></template>",
    ],
)
def test_a_sheet_that_is_not_in_force_shows_nothing(tmp_path: Path, sheet: str) -> None:
    html = html_page.read(page(tmp_path, f"<p class=no>Hidden</p><p>Seen</p>{sheet}", ".no{display:none}"))
    assert html.blocks == [Paragraph("Seen")]


NEWS = """<!doctype html><html lang="fa" dir="rtl"><head><meta charset="utf-8"><title>خبر</title>
<link rel="icon" href="data:image/png;base64,AA"><link rel="stylesheet" media="print" href="print.css">
<link rel="stylesheet" href="data:text/css;base64,LmRhdGF7Y29sb3I6IzMzM30="><style>
:root{--ink:#212529;--paper:#fff;--gap:1.5rem;--brand:#0d6efd} *,*::before,*::after{box-sizing:border-box}
body{margin:0;color:var(--ink);background-color:var(--paper);font-size:clamp(1rem,.5vw + .9rem,1.2rem);line-height:1.7}
@media (prefers-color-scheme:dark){:root{--ink:#eee;--paper:#111}} @media screen{main{padding:1rem}}
.row{display:flex;margin-right:calc(-.5 * var(--gap));margin-left:calc(-.5 * var(--gap))}
.row>*{padding:0 calc(var(--gap) * .5)} .navbar{position:sticky;top:0;background:var(--brand)} .navbar a{color:#fff}
.menu{display:none;position:absolute;background:#fff;z-index:1000} .nav:hover .menu{display:block}
.visually-hidden{position:absolute!important;width:1px;height:1px;margin:-1px;overflow:hidden;clip:rect(0,0,0,0)}
.card{position:relative;overflow:hidden} .card img{width:100%;transition:transform .3s} .badge{position:absolute;
top:8px;background:red;color:#fff} .link::after{content:"";position:absolute;inset:0} .icon{transform:rotate(180deg)}
h1{font-size:calc(1.375rem + 1.5vw)} @media (min-width:1200px){h1{font-size:2.5rem}} a:focus-visible{outline:2px solid}
input::placeholder{color:#999} .btn:not(:disabled):autofill{color:#000} .table td{border:1px solid #dee2e6}
body::before{content:"";position:fixed;inset:0;z-index:-1;background:url(a.png)} .clearfix::after{content:"";display:table;clear:both} .btn{background:var(--brand);color:#fff;&:hover{opacity:.8}}
@font-face{font-family:V;src:url(v.woff2)} @supports (display:grid){.grid{display:grid}} .d-none{display:none!important}
</style><script>window.x = 1</script></head><body class="home"><a class="visually-hidden" href="#m">پرش به متن</a>
<header class="navbar"><ul class="nav"><li><a href="/">خانه</a><ul class="menu"><li>زیرفهرست</li></ul></li></ul></header>
<main id="m"><div class="row"><article><h1>مصوبهٔ شورا دربارهٔ آب</h1><p class="data">شورای شهر روز <b>سه‌شنبه</b> تصویب کرد.</p>
<svg class="icon" viewBox="0 0 9 9"><path d="M0 0"/></svg><img alt="x" src="data:image/png;base64,AA">
<table class="table"><tr><td>سال</td><td>۱۴۰۳</td></tr></table><iframe src="map.html"></iframe>
<div class="card"><span class="badge">ویژه</span><a class="link" href="/n">خبر دیگر</a></div>
<p><a class="btn" href="/f">دریافت</a></p></article></div></main><footer class="d-none d-print-block">پابرگ</footer>
<noscript><img src="count.gif">آمار</noscript></body></html>"""


def test_an_ordinary_page_of_a_site_is_read_without_what_may_be_hidden(tmp_path: Path) -> None:
    path = tmp_path / "news.html"
    path.write_text(NEWS, "utf-8")
    html = html_page.read(path)
    assert html.blocks == [
        Paragraph("خانه"), Paragraph("مصوبهٔ شورا دربارهٔ آب"), Paragraph("شورای شهر روز سه‌شنبه تصویب کرد."),
        Table([["سال", "۱۴۰۳"]]), Paragraph("دریافت"),
    ]  # fmt: skip
    assert html.unseen > 0
    assert (html.pictures, html.files) == (2, 1)


HOSTILE: dict[str, tuple[str, set[str | None]]] = {
    "deep": ("<div>" * 100_000 + "x", {"damaged"}),
    "deeper than read": ("<b>" * (DEEPEST + 20) + "x", {"damaged"}),
    "many elements": ("<br>" * (MOST_ELEMENTS + 1), {"full"}),
    "a huge attribute": (f'<p title="{"x" * 12_000_000}">x</p>', {"damaged", None}),
    "a huge text": (f"<p>{'x' * 12_000_000}</p>", {"damaged", None}),
    "brackets in styles": ("<p>x</p><style>p{color:" + "(" * 200_000 + "</style>", {"damaged", "styled", None}),
    "brackets in a style": (f'<p style="color:{"(" * 200_000}">x</p>', {"damaged", "styled", None}),
    "variables": (
        "<style>:root{--a0:x x;"
        + "".join(f"--a{n + 1}:var(--a{n}) var(--a{n});" for n in range(60))
        + "}p{color:var(--a60)}</style><p>x</p>",
        {"styled"},
    ),
    "sums": (f"<p style='color:{'calc(' * 50_000}1px{')' * 50_000}'>x</p>", {"damaged", "styled", None}),
    "selectors": ("<style>" + ":not(" * 20_000 + "p{display:none}</style><p>x</p>", {"damaged", "styled", None}),
}


@pytest.mark.parametrize("way", HOSTILE)
def test_hostile_pages_end_within_bounds(tmp_path: Path, way: str) -> None:
    body, ends = HOSTILE[way]
    path = tmp_path / "page.html"
    path.write_text(f"<html><body>{body}")
    begun = time.process_time()
    end: str | None = None
    try:
        html_page.read(path)
    except UnreadableDocument as refused:
        end = refused.hindrance
    assert end in ends
    assert time.process_time() - begun < 15


def test_entities_of_a_page_of_its_own_do_not_unfold(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    entities = "".join(f'<!ENTITY a{at} "{f"&a{at - 1};" * 10}">' for at in range(1, 12))
    path.write_text(
        f'<!DOCTYPE html [<!ENTITY a0 "lol">{entities}<!ENTITY f SYSTEM "file:///etc/passwd">]><p>&a11;&f; x'
    )
    html = html_page.read(path)
    said = " ".join(block.text for block in html.blocks if isinstance(block, Paragraph))
    assert "root:" not in said
    assert len(said) < 2_000


def test_what_is_too_large_or_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    with path.open("wb") as file:
        file.write(b"<html>")
        file.truncate(LARGEST_HTML + 1)
    for content, hindrance in ((None, "large"), (b"<html><p>\xff\xfe", "damaged"), (b"<html><p>a\0b", "damaged")):
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(UnreadableDocument) as refused:
            html_page.read(path)
        assert refused.value.hindrance == hindrance


@pytest.mark.parametrize(
    "beginning", [b"%PDF-1.7 <html>", b"hello <html>", b"<svg>", b"<?xml version='1.0'?><html/>", b""]
)
def test_other_files_are_no_pages(tmp_path: Path, beginning: bytes) -> None:
    path = tmp_path / "other"
    path.write_bytes(beginning)
    assert not html_page.is_html(path)
