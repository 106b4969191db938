"""Documents that hide something, each in a way of its own: what a reader sees of them is the same without it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from PIL import Image, PngImagePlugin
from tests.core.documents import papers

Leak = Callable[[Path, str], Path]
"""Writes a document that hides a word; with an empty word it hides nothing and looks the same."""

SEEN: Final = "Public words"
_WIDE, _HIGH = 200, 100


def _text(words: str, more: str = "", at: str = "20 20") -> str:
    return f"BT /F1 12 Tf {more} {at} Td ({words}) Tj ET\n" if words else ""


def paper(path: Path, content: str = "", change: Callable[[Pdf, Dictionary], None] | None = None) -> Path:
    """A small page with words that are seen, more operators, and a change of the file."""
    with Pdf.new() as pdf:
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
        page = pdf.make_indirect(
            Dictionary(
                Type=Name.Page, MediaBox=Array([0, 0, _WIDE, _HIGH]),
                Resources=Dictionary(Font=Dictionary(F1=pdf.make_indirect(font))),
                Contents=Stream(pdf, (_text(SEEN, at="20 70") + content).encode("latin-1")),
            )
        )  # fmt: skip
        pdf.pages.append(pikepdf.Page(page))
        if change is not None:
            change(pdf, page)
        pdf.save(path, static_id=True, compress_streams=False)
    return path


def _drawn(before: str = "", more: str = "", after: str = "", at: str = "20 20") -> Leak:
    """Words drawn somehow between other operators."""
    return lambda path, word: paper(path, f"q {before}\n{_text(word, more, at)}{after}\nQ")


def _changed(change: Callable[[Pdf, Dictionary, str], None]) -> Leak:
    return lambda path, word: paper(path, change=(lambda pdf, page: change(pdf, page, word)) if word else None)


# --- beside the pages -------------------------------------------------------------------------------------------------


_XMP: Final = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description'
    ' rdf:about="" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" pdf:Keywords="{word}"/></rdf:RDF></x:xmpmeta>'
)


def _info(pdf: Pdf, page: Dictionary, word: str) -> None:
    pdf.docinfo["/Title"] = word
    pdf.docinfo["/Author"] = word
    pdf.docinfo["/Custom"] = word


def _xmp(pdf: Pdf, page: Dictionary, word: str) -> None:
    pdf.Root.Metadata = Stream(pdf, _XMP.format(word=word).encode())


def _page_metadata(pdf: Pdf, page: Dictionary, word: str) -> None:
    page.Metadata = Stream(pdf, word.encode(), Type=Name.Metadata, Subtype=Name.XML)


def _attached(pdf: Pdf, page: Dictionary, word: str) -> None:
    pdf.attachments["letter.txt"] = word.encode()


def _attached_to_page(pdf: Pdf, page: Dictionary, word: str) -> None:
    held = pdf.make_indirect(
        Dictionary(Type=Name.Filespec, F=String(word), EF=Dictionary(F=Stream(pdf, word.encode())))
    )
    page.AF = Array([held])
    page.Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, FS=held, Rect=[5, 5, 9, 9])])


def _comment(pdf: Pdf, page: Dictionary, word: str) -> None:
    page.Annots = Array(
        [Dictionary(Type=Name.Annot, Subtype=Name.Text, Contents=String(word), T=String(word), Rect=[5, 5, 9, 9])]
    )


def _free_text(pdf: Pdf, page: Dictionary, word: str) -> None:
    look = Stream(
        pdf,
        _text(word, at="0 2").encode(),
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=[0, 0, 90, 20],
        Resources=page.Resources,
    )
    page.Annots = Array(
        [
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.FreeText,
                Contents=String(word),
                Rect=[20, 20, 110, 40],
                AP=Dictionary(N=look),
            )
        ]
    )


def _field(pdf: Pdf, page: Dictionary, word: str) -> None:
    look = Stream(
        pdf,
        _text(word, at="0 2").encode(),
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=[0, 0, 90, 20],
        Resources=page.Resources,
    )
    field = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Tx,
            T=String("f"),
            V=String(word),
            DV=String(word),
            Rect=[20, 20, 110, 40],
            AP=Dictionary(N=look),
        )
    )
    page.Annots = Array([field])
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]))


def _xfa(pdf: Pdf, page: Dictionary, word: str) -> None:
    pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=Stream(pdf, f"<xdp>{word}</xdp>".encode()))


def _script(pdf: Pdf, page: Dictionary, word: str) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String(f"app.alert('{word}')"))
    page.AA = Dictionary(O=Dictionary(S=Name.JavaScript, JS=String(word)))


def _named_script(pdf: Pdf, page: Dictionary, word: str) -> None:
    act = Dictionary(S=Name.JavaScript, JS=Stream(pdf, word.encode()))
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String(word), act])))


def _outline(pdf: Pdf, page: Dictionary, word: str) -> None:
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem(word, 0))


def _link(pdf: Pdf, page: Dictionary, word: str) -> None:
    act = Dictionary(S=Name.URI, URI=String(f"https://example.ir/{word}"))
    page.Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[20, 60, 100, 80], A=act)])
    pdf.Root.Dests = Dictionary({f"/{word}": Array([page, Name.Fit])})


def _page_label(pdf: Pdf, page: Dictionary, word: str) -> None:
    pdf.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(P=String(word))]))


def _piece(pdf: Pdf, page: Dictionary, word: str) -> None:
    page.PieceInfo = Dictionary(Word=Dictionary(Private=Stream(pdf, word.encode())))


def _thumbnail(pdf: Pdf, page: Dictionary, word: str) -> None:
    page.Thumb = Stream(pdf, word.encode().ljust(64), Width=8, Height=8, ColorSpace=Name.DeviceGray, BitsPerComponent=8)


def _structure(pdf: Pdf, page: Dictionary, word: str) -> None:
    own = pdf.make_indirect(
        Dictionary(Type=Name.StructElem, S=Name.Figure, Alt=String(word), ActualText=String(word), E=String(word))
    )
    pdf.Root.StructTreeRoot = Dictionary(Type=Name.StructTreeRoot, K=own)


def _unused(pdf: Pdf, page: Dictionary, word: str) -> None:
    # Kept by the writer because something names it that nobody looks at.
    page.Resources.Properties = Dictionary(P1=Dictionary(Note=String(word)))
    page.Resources.XObject = Dictionary(
        Unused=Stream(pdf, _text(word).encode(), Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9])
    )


def _font_name(pdf: Pdf, page: Dictionary, word: str) -> None:
    page.Resources.Font.F1.Name = Name(f"/{word}")
    page.Resources.Font.F1.FontDescriptor = Dictionary(
        Type=Name.FontDescriptor, FontName=Name.Helvetica, FontFamily=String(word)
    )


def _later(path: Path, word: str) -> Path:
    """A revision on top of another that held the word."""
    paper(path, _text(word))
    before = path.read_bytes()
    with pikepdf.Pdf.open(path) as pdf:
        number = pdf.pages[0].Contents.objgen[0]
    body = _text(SEEN, at="20 70").encode()
    start = len(before)
    update = b"%d 0 obj\n<</Length %d>>\nstream\n%sendstream\nendobj\n" % (number, len(body), body)
    table = b"xref\n%d 1\n%010d 00000 n \ntrailer\n" % (number, start)
    with pikepdf.Pdf.open(path) as pdf:
        size, root = len(pdf.objects) + 1, pdf.Root.objgen[0]
    old = before.rsplit(b"startxref", 1)[1].split()[0]
    trailer = b"<</Size %d /Root %d 0 R /Prev %s>>\nstartxref\n%d\n%%%%EOF\n" % (size, root, old, start + len(update))
    path.write_bytes(before + update + table + trailer)
    return path


def _behind(path: Path, word: str) -> Path:
    path.write_bytes(paper(path).read_bytes() + f"\n{word}\n".encode())
    return path


def _in_remarks(path: Path, word: str) -> Path:
    first, rest = paper(path).read_bytes().split(b"\n", 1)
    path.write_bytes(first + b"\n%" + word.encode() + b"\n" + rest)
    with pikepdf.Pdf.open(path, allow_overwriting_input=True) as pdf:
        # A table of places that is right again, the remark within a stream.
        pdf.pages[0].Contents.write(b"%" + word.encode() + b"\n" + pdf.pages[0].Contents.read_bytes())
        pdf.save(path)
    return path


# --- on the pages -----------------------------------------------------------------------------------------------------


def _layer(pdf: Pdf, page: Dictionary, word: str) -> None:
    group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String(word)))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([group]), D=Dictionary(OFF=Array([group]), Order=Array([group])))
    page.Resources.Properties = Dictionary(L=group)
    page.Contents.write(page.Contents.read_bytes() + f"/OC /L BDC {_text(word)} EMC".encode())


def _actual_text(pdf: Pdf, page: Dictionary, word: str) -> None:
    page.Contents.write(
        f"/Span <</ActualText ({word}) /Alt ({word}) /E ({word})>> BDC {_text(SEEN, at='20 70')} EMC".encode()
    )


def _claimed(pdf: Pdf, page: Dictionary, word: str) -> None:
    """A letter of which the file says that it stands for a whole word."""
    letters = f"begincmap 1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfchar <50> <{word.encode('utf-16-be').hex()}> endbfchar endcmap"
    page.Resources.Font.F1.ToUnicode = Stream(pdf, letters.encode())


def _clear(pdf: Pdf, page: Dictionary, word: str) -> None:
    page.Resources.ExtGState = Dictionary(G=Dictionary(ca=0, CA=0))
    page.Contents.write(page.Contents.read_bytes() + f"q /G gs {_text(word)} Q".encode())


def _cropped(pdf: Pdf, page: Dictionary, word: str) -> None:
    page.MediaBox = Array([0, -100, 200, 100])
    page.CropBox = Array([0, 0, 200, 100])
    page.Contents.write(page.Contents.read_bytes() + _text(word, at="20 -50").encode())


def _in_form(pdf: Pdf, page: Dictionary, word: str) -> None:
    """White words in a drawing within a drawing."""
    inner = Stream(
        pdf,
        f"1 g {_text(word)}".encode(),
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=[0, 0, 200, 100],
        Resources=page.Resources,
    )
    outer = Stream(
        pdf,
        b"/In Do",
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=[0, 0, 200, 100],
        Resources=Dictionary(XObject=Dictionary(In=inner)),
    )
    page.Resources = Dictionary(Font=page.Resources.Font, XObject=Dictionary(Out=outer))
    page.Contents.write(page.Contents.read_bytes() + b"/Out Do")


def _under_words(path: Path, word: str) -> Path:
    """White words at the very place of black ones."""
    return paper(path, f"q 1 g {_text(word, at='20 40')} Q {_text('Other words', at='20 40')}")


def _picture(pdf: Pdf, page: Dictionary, content: str, picture: bytes) -> None:
    with Image.open(io.BytesIO(picture)) as opened:
        size = opened.size
    page.Resources.XObject = Dictionary(
        Im=Stream(
            pdf,
            picture,
            Type=Name.XObject,
            Subtype=Name.Image,
            Width=size[0],
            Height=size[1],
            ColorSpace=Name.DeviceRGB,
            BitsPerComponent=8,
            Filter=Name.DCTDecode,
        )
    )
    page.Contents.write(page.Contents.read_bytes() + content.encode())


def jpeg(word: str, colour: str = "gray") -> bytes:
    """A small photograph that says a word in everything but its dots."""
    held = io.BytesIO()
    picture = Image.new("RGB", (16, 16), colour)
    if not word:
        picture.save(held, "JPEG", quality=95)
        return held.getvalue()
    exif = Image.Exif()
    exif[0x010E] = exif[0x013B] = word
    picture.save(held, "JPEG", quality=95, exif=exif, comment=word.encode(), xmp=f"<x>{word}</x>".encode())
    return held.getvalue()


def pictured(path: Path, operators: str, picture: bytes) -> Path:
    """A page on which a picture (JPEG) is drawn by such operators."""
    return paper(path, change=lambda pdf, page: _picture(pdf, page, operators, picture))


def _photo(path: Path, word: str) -> Path:
    return paper(path, change=lambda pdf, page: _picture(pdf, page, "q 40 0 0 40 20 10 cm /Im Do Q", jpeg(word)))


def _covered_by_picture(path: Path, word: str) -> Path:
    return paper(path, _text(word), lambda pdf, page: _picture(pdf, page, "q 180 0 0 30 10 10 cm /Im Do Q", jpeg("")))


def _photo_with_words(path: Path, word: str) -> Path:
    path.write_bytes(jpeg(word))
    return path


def _png_with_words(path: Path, word: str) -> Path:
    said = PngImagePlugin.PngInfo()
    if word:
        said.add_text("Author", word)
        said.add_itxt("XML:com.adobe.xmp", word)
        said.add_text("Comment", word, zip=True)
    Image.new("RGB", (16, 16), "gray").save(path, "PNG", pnginfo=said)
    if word:
        path.write_bytes(path.read_bytes() + word.encode())
    return path


_FILLED = "20 15 150 25 re f"
PDFS: Final[dict[str, Leak]] = {
    "facts of the document": _changed(_info),
    "XMP": _changed(_xmp),
    "metadata of a page": _changed(_page_metadata),
    "attached file": _changed(_attached),
    "file attached to a page": _changed(_attached_to_page),
    "comment": _changed(_comment),
    "written comment": _changed(_free_text),
    "value of a form": _changed(_field),
    "XFA": _changed(_xfa),
    "script": _changed(_script),
    "named script": _changed(_named_script),
    "bookmark": _changed(_outline),
    "link": _changed(_link),
    "label of a page": _changed(_page_label),
    "private data of a program": _changed(_piece),
    "thumbnail": _changed(_thumbnail),
    "structure": _changed(_structure),
    "unused resources": _changed(_unused),
    "name of a font": _changed(_font_name),
    "earlier revision": _later,
    "bytes behind the end": _behind,
    "remark in a stream": _in_remarks,
    "layer that is off": _changed(_layer),
    "actual text": _changed(_actual_text),
    "letter that stands for a word": _changed(_claimed),
    "no opacity": _changed(_clear),
    "outside the crop": _changed(_cropped),
    "white in nested drawings": _changed(_in_form),
    "under a black box": _drawn(after=f"0 g {_FILLED}"),
    "under a white box": _drawn(after=f"1 g {_FILLED}"),
    "black on black": _drawn(before=f"0 g {_FILLED}"),
    "white": _drawn(before="1 g"),
    "nearly white": _drawn(before="0.985 g"),
    "invisible": _drawn(more="3 Tr"),
    "clip only": _drawn(more="7 Tr"),
    "off the page": _drawn(at="20 -200"),
    "half a point": _drawn(more="/F1 0.5 Tf"),
    "no width": _drawn(more="0 Tz"),
    "clipped away": _drawn(before="0 0 5 5 re W n"),
    "white under black words": _under_words,
    "covered by a picture": _covered_by_picture,
    "facts of a photo": _photo,
}  # fmt: skip
SPECKS: Final = frozenset({"half a point"})
"""What is drawn of these are specks that nobody can read."""
PICTURES: Final[dict[str, Leak]] = {"facts of a photograph": _photo_with_words, "facts of a PNG": _png_with_words}


# --- office documents -------------------------------------------------------------------------------------------------


def _docx(body: Callable[[str], str] = lambda word: "", **parts: Callable[[str], str]) -> Leak:
    def write(path: Path, word: str) -> Path:
        papers.docx(path, f"<w:p>{papers.run(SEEN)}</w:p>{body(word) if word else ''}")
        with zipfile.ZipFile(path, "a") as archive:
            for name, text in parts.items():
                if word:
                    archive.writestr(name.replace("__", "/").replace("_", "."), text(word))
        return path

    return write


DOCX: Final[dict[str, Leak]] = {
    "struck out": _docx(
        lambda word: f'<w:p><w:del w:author="{word}"><w:r><w:delText>{word}</w:delText></w:r></w:del></w:p>'
    ),
    "author of an insertion": _docx(lambda word: f'<w:p><w:ins w:author="{word}"/></w:p>'),
    "moved away": _docx(lambda word: f"<w:p><w:moveFrom>{papers.run(word)}</w:moveFrom></w:p>"),
    "hidden run": _docx(lambda word: f"<w:p>{papers.run(word, '<w:vanish/>')}</w:p>"),
    "field": _docx(lambda word: f"<w:p><w:r><w:instrText>INCLUDE {word}</w:instrText></w:r></w:p>"),
    "alternative text": _docx(lambda word: f'<w:p><w:r><w:drawing descr="{word}"/></w:r></w:p>'),
    "bookmark of a paragraph": _docx(lambda word: f'<w:p><w:bookmarkStart w:name="{word}"/></w:p>'),
    "session": _docx(lambda word: f'<w:p w:rsidR="{word}"/>'),
    "facts": _docx(docProps__core_xml=lambda word: f"<c><creator>{word}</creator></c>"),
    "custom data": _docx(customXml__item1_xml=lambda word: f"<c>{word}</c>"),
    "comments": _docx(word__comments_xml=lambda word: f"<c>{word}</c>"),
    "embedded file": _docx(word__embeddings__ole_bin=lambda word: word),
    "picture": _docx(word__media__image1_jpeg=lambda word: word),
    "outside relation": _docx(
        word___rels__document_xml_rels=lambda word: f'<R Target="https://{word}/" TargetMode="External"/>'
    ),
    "macro": _docx(word__vbaProject_bin=lambda word: word),
    "header": _docx(word__header1_xml=lambda word: f"<h>{word}</h>"),
    "settings": _docx(word__settings_xml=lambda word: f"<s>{word}</s>"),
}
