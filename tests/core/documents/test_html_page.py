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
}


@pytest.mark.parametrize("way", HIDDEN)
def test_what_styles_hide_is_not_read(tmp_path: Path, way: str) -> None:
    rules, style = HIDDEN[way]
    found = read(tmp_path, f'<div><p class="no" style="{style}">Hidden</p><p>Seen</p></div>', rules)
    assert found.blocks == [Paragraph("Seen")]
    assert found.unseen == len("Hidden")


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
        ("<p>x</p><p style='position:relative;top:-1em'>y</p>", "", ""),
        ("<p>x</p><p style='transform:translate(0,-20px)'>y</p>", "", ""),
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


HOSTILE: dict[str, tuple[str, set[str | None]]] = {
    "deep": ("<div>" * 100_000 + "x", {"damaged"}),
    "deeper than read": ("<b>" * (DEEPEST + 20) + "x", {"damaged"}),
    "many elements": ("<br>" * (MOST_ELEMENTS + 1), {"full"}),
    "a huge attribute": (f'<p title="{"x" * 12_000_000}">x</p>', {"damaged", None}),
    "a huge text": (f"<p>{'x' * 12_000_000}</p>", {"damaged", None}),
    "brackets in styles": ("<p>x</p><style>p{color:" + "(" * 200_000 + "</style>", {"damaged", "styled", None}),
    "brackets in a style": (f'<p style="color:{"(" * 200_000}">x</p>', {"damaged", "styled", None}),
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
    found = html_page.read(path)
    said = " ".join(block.text for block in found.blocks if isinstance(block, Paragraph))
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
