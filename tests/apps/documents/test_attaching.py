"""A contract is attached at the desk: what is personal is covered, a second person sees its pages, everybody reads it."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from cryptography.fernet import Fernet
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags
from PIL import Image
from tests.apps.desk.town import Officers, upload, work
from tests.core.documents import papers

from ayan.apps.desk.access import reviewed_digest
from ayan.apps.desk.models import Submission
from ayan.apps.documents.models import Attachment, AttachmentState
from ayan.apps.documents.preparation import prepare
from ayan.core.attachments.page_texts import read_text
from ayan.core.custody.prepared_documents import PreparedDocuments
from ayan.core.documents.scanned_words import program
from ayan.core.redaction.redaction_mark import REASONS
from ayan.core.values import locale
from ayan.wiring.city import City

MOBILE = "09123456789"
NATIONAL_ID = "0076543218"
LINES = ("این مجوز برای کاشت چنار است.", f"تلفن همراه {MOBILE}", f"کد ملی {NATIONAL_ID}")
NOW = datetime(2024, 8, 5, 12, tzinfo=UTC)
NEW = "/en/desk/documents/new?dataset=trees&row=1"


def contract(tmp_path: Path, *lines: str) -> SimpleUploadedFile:
    """A permit of one page as an office prints it."""
    paper = papers._paper()
    for line in lines:
        paper.multi_cell(0, 10, line, new_x="LMARGIN", new_y="NEXT")
    return upload(papers._saved(paper, tmp_path / "permit.pdf").read_bytes(), "permit.pdf")


def attached(browser: Client, file: SimpleUploadedFile, **further: str) -> Attachment:
    said = {"kind": "permit", "title": "مجوز کاشت", "language": "fa", "dated": "1403/05/12", **further}
    answer = browser.post(NEW, {**said, "file": file})
    assert answer.status_code == 302, answer.content.decode()
    return Attachment.objects.get(pk=answer["Location"].rpartition("/")[2])


def page_of(attachment: Attachment) -> str:
    return f"/en/desk/documents/{attachment.pk}"


def digest_of(attachment: Attachment) -> str:
    attachment.refresh_from_db()
    return attachment.digest


def send(officers: Officers, town: City, submission: Submission) -> None:
    """Send a submission for approval."""
    work(town)
    submission.refresh_from_db()
    sent = officers.browser("clerk").post(
        f"/desk/u/{submission.pk}/sent",
        {"digest": submission.digest, "expected_revision": submission.revision, "note": ""},
    )
    assert sent.status_code == 302, sent.content.decode()
    submission.refresh_from_db()


def published(officers: Officers, town: City, submission: Submission) -> None:
    """Send a submission and let two people approve it, each after the pages."""
    send(officers, town, submission)
    for name in ("first", "second"):
        submission.refresh_from_db()
        yes = {"digest": submission.digest, "reviewed_digest": reviewed_digest(submission)}
        assert officers.browser(name).post(f"/desk/approve/{submission.pk}/yes", yes).status_code == 302
    work(town)
    submission.refresh_from_db()
    assert submission.state == "published", submission.trouble


def test_a_document_is_attached_covered_approved_and_read(town: City, officers: Officers, tmp_path: Path) -> None:
    clerk = officers.browser("clerk")
    attachment = attached(clerk, contract(tmp_path, *LINES))
    assert "renews itself" in clerk.get(page_of(attachment)).content.decode()
    work(town)
    attachment.refresh_from_db()
    assert (attachment.state, attachment.pages) == (AttachmentState.READY, 1), attachment.trouble

    page = clerk.get(page_of(attachment)).content.decode()
    assert 'name="kept" value="1" checked' in page
    assert MOBILE not in page
    assert MOBILE not in attachment.marks
    picture = clerk.get(f"{page_of(attachment)}/1.png")
    assert picture["Content-Type"] == "image/png"

    answer = clerk.post(page_of(attachment), {"do": "send"})
    assert answer.status_code == 302, answer.content.decode()
    submission = Submission.objects.get()
    work(town)
    approver = officers.browser("first")
    assert page_of(attachment) in approver.get(f"/en/desk/u/{submission.pk}/diff").content.decode()
    assert approver.get(f"{page_of(attachment)}/1.png").content == picture.content
    assert officers.browser("stranger").get(page_of(attachment)).status_code == 404

    published(officers, town, submission)
    (document,) = town.documents.of_row("trees", ["1"])
    assert (document.digest, document.redactions) == (attachment.digest, 2)
    content = town.documents.bytes_of(document, checked=True).read_bytes()
    text = "\n".join(page.text for page in town.documents.text_of(document))
    assert "چنار" in text
    assert MOBILE not in text
    assert MOBILE.encode() not in content
    reader = Client()
    assert reader.get(f"/api/v1/documents/{document.digest}/file").getvalue() == content
    assert clerk.get(f"{page_of(attachment)}/1.png").content == picture.content
    read = reader.get(f"/en/documents/{document.digest}").content.decode()
    assert all(REASONS[code].en in read for code in ("mobile", "national-id"))
    assert "national-id" not in read
    # The worker has seen to the words too.
    assert document.digest in reader.get("/search", {"q": "کاشت چنار"}).content.decode()
    for words in (MOBILE, NATIONAL_ID):
        assert document.digest not in reader.get("/search", {"q": words}).content.decode()
    # Whoever brings a new version in which less is covered is told, and so is whoever approves it.
    newer = attached(clerk, contract(tmp_path, "این مجوز تازه است."), renews="permit:1")
    work(town)
    assert "this one has fewer" in clerk.get(page_of(newer)).content.decode()


def test_a_line_that_is_half_covered_is_covered(town: City, officers: Officers, tmp_path: Path) -> None:
    clerk = officers.browser("clerk")
    attachment = attached(clerk, contract(tmp_path, "سطر نخست", "خانهٔ سبز کنار رود", "سطر آخر"))
    work(town)
    attachment.refresh_from_db()
    text = read_text(PreparedDocuments(town.private_store).text(attachment.digest, attachment.text_digest))[0]
    line, height = text.lines[1].box, (text.size or (0, 0))[1]
    assert line is not None
    edges = {"top": 100 * (1 - (line.top + line.bottom) / 2 / height), "bottom": 100 * (1 - line.bottom / height)}
    place = {"do": "place", "page": "1", "left": "0", "right": "100", "reason": "personal"}
    assert (
        clerk.post(page_of(attachment), place | {name: f"{edge:.2f}" for name, edge in edges.items()}).status_code
        == 302
    )
    work(town)
    attachment.refresh_from_db()
    text = read_text(PreparedDocuments(town.private_store).text(attachment.digest, attachment.text_digest))[0]
    assert not {"خانه", "سبز", "رود"} & set(text.text.replace("\u0654", "").split())
    assert "سطر نخست" in text.text
    assert "سطر آخر" in text.text


def scan(tmp_path: Path, *lines: str) -> SimpleUploadedFile:
    source = papers.letter(tmp_path / "source.pdf", lines, size=13)
    return upload(papers.scanned(tmp_path / "scan.pdf", source, Random(3)).read_bytes(), "scan.pdf")


@pytest.mark.skipif(program() is None, reason="needs tesseract-ocr, tesseract-ocr-fas and -eng")
def test_a_scan_is_read_covered_and_published_as_machine_read(town: City, officers: Officers, tmp_path: Path) -> None:
    clerk = officers.browser("clerk")
    lines = (papers.SENTENCES[0], f"تلفن همراه پیمانکار {MOBILE} است.", papers.SENTENCES[7])
    attachment = attached(clerk, scan(tmp_path, *lines))
    work(town)
    attachment.refresh_from_db()
    assert (attachment.state, attachment.unread) == (AttachmentState.READY, 0), attachment.trouble
    page = clerk.get(page_of(attachment)).content.decode()
    assert 'name="kept" value="1" checked' in page
    assert "read by machine, confidence" in page
    assert "lines may have been missed" in page
    assert papers.share_read((lines[0], lines[2]), strip_tags(page)) >= papers.LEAST_READ
    assert MOBILE not in page
    assert clerk.post(page_of(attachment), {"do": "send"}).status_code == 302
    published(officers, town, Submission.objects.get())
    (document,) = town.documents.of_row("trees", ["1"])
    assert document.machine_read == attachment.machine_read
    assert (document.redactions, document.unread) == (1, 0)
    (read,) = town.documents.text_of(document)
    assert (read.machine_read, MOBILE in read.text) == (document.machine_read, False)
    assert papers.share_read((lines[0], lines[2]), read.text) >= papers.LEAST_READ


def test_without_tesseract_a_scan_is_published_as_without_text(
    town: City, officers: Officers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    clerk = officers.browser("clerk")
    attachment = attached(clerk, scan(tmp_path, "این مجوز برای کاشت چنار است."))
    work(town)
    attachment.refresh_from_db()
    assert (attachment.state, attachment.unread, attachment.machine_read) == (AttachmentState.READY, 1, None)
    assert "1 pages have no text" in clerk.get(page_of(attachment)).content.decode()


def test_words_that_somebody_names_are_covered_with_their_line(town: City, officers: Officers, tmp_path: Path) -> None:
    clerk = officers.browser("clerk")
    attachment = attached(clerk, contract(tmp_path, "این مجوز برای کاشت است.", "ساکن خانهٔ سبز کنار رود"))
    work(town)
    first = Attachment.objects.get().digest
    clerk.post(page_of(attachment), {"do": "cover", "words": "خانه سبز", "reason": "personal"})
    work(town)
    attachment.refresh_from_db()
    page = clerk.get(page_of(attachment)).content.decode()
    assert attachment.state == AttachmentState.READY, attachment.trouble
    assert attachment.digest != first
    assert "خانهٔ سبز" not in page
    assert "کاشت" in page

    clerk.post(page_of(attachment), {"do": "cover", "kept": "1", "words": "نیست", "reason": "personal"})
    work(town)
    page = clerk.get(page_of(attachment)).content.decode()
    assert "nothing was covered by them" in page
    # Uncovered again, it is the very copy that it was.
    clerk.post(page_of(attachment), {"do": "cover"})
    work(town)
    assert Attachment.objects.get().digest == first


def test_a_document_is_taken_out_covered_further_and_sent_again(town: City, officers: Officers, tmp_path: Path) -> None:
    """What an approver finds uncovered never comes along with the copy that takes its place."""
    clerk = officers.browser("clerk")
    attachment = attached(clerk, contract(tmp_path, "این مجوز برای کاشت است.", "ساکن خانهٔ سبز کنار رود"))
    work(town)
    attachment.refresh_from_db()
    first = attachment.digest
    clerk.post(page_of(attachment), {"do": "send"})
    other = attached(clerk, contract(tmp_path, "مجوز دیگری برای کاشت."))
    work(town)
    clerk.post(page_of(other), {"do": "send"})
    submission = Submission.objects.get()
    send(officers, town, submission)
    assert clerk.post(page_of(attachment), {"do": "take-out"}).status_code == 422
    assert officers.browser("stranger").post(page_of(attachment), {"do": "take-out"}).status_code == 404
    back = {"words": "نشانی در آن پیداست", "expected_revision": submission.revision}
    assert officers.browser("first").post(f"/desk/approve/{submission.pk}/return", back).status_code == 302

    assert clerk.post(page_of(attachment), {"do": "take-out"}).status_code == 302
    clerk.post(page_of(attachment), {"do": "cover", "words": "خانه سبز", "reason": "personal"})
    work(town)
    assert clerk.post(page_of(attachment), {"do": "send"}).status_code == 302
    published(officers, town, submission)
    attachment.refresh_from_db()
    assert {each.digest for each in town.documents.of_row("trees", ["1"])} == {attachment.digest, digest_of(other)}
    assert attachment.digest != first
    assert Client().get(f"/api/v1/documents/{first}").status_code == 404


def test_the_last_document_that_is_taken_out_leaves_no_submission(
    town: City, officers: Officers, tmp_path: Path
) -> None:
    clerk = officers.browser("clerk")
    attachment = attached(clerk, contract(tmp_path, "این متن است."))
    work(town)
    clerk.post(page_of(attachment), {"do": "send"})
    assert clerk.post(page_of(attachment), {"do": "take-out"}).status_code == 302
    assert Submission.objects.get().state == "set_aside"
    assert page_of(attachment) in clerk.get(NEW).content.decode()
    assert officers.browser("colleague").post(page_of(attachment), {"do": "remove"}).status_code == 404
    assert clerk.post(page_of(attachment), {"do": "remove"}).status_code == 302
    assert not Attachment.objects.exists()
    assert not [path for path in (town.home / "originals" / "documents").rglob("*") if path.is_file()]


def test_a_place_of_a_scan_is_covered_by_hand(town: City, officers: Officers, tmp_path: Path) -> None:
    clerk = officers.browser("clerk")
    attachment = attached(clerk, upload(papers.scan(tmp_path / "scan.pdf").read_bytes(), "scan.pdf"))
    work(town)
    place = {
        "do": "place",
        "page": "1",
        "top": "۳۰",
        "bottom": "40",
        "left": "60٫5",
        "right": "20",
        "reason": "signature",
    }
    for wrong, field in (({"top": "x"}, "top-1"), ({"right": "60.5"}, "top-1"), ({"reason": ""}, "why-1")):
        answer = clerk.post(page_of(attachment), {**place, **wrong})
        assert answer.status_code == 422
        assert f'href="#{field}"' in answer.content.decode()
    assert clerk.post(page_of(attachment), place).status_code == 302
    work(town)
    attachment.refresh_from_db()
    assert attachment.state == AttachmentState.READY, attachment.trouble
    picture = Image.open(io.BytesIO(clerk.get(f"{page_of(attachment)}/1.png").content)).convert("L")

    def tone(across: float, down: float) -> int:
        return picture.tobytes()[int(picture.height * down) * picture.width + int(picture.width * across)]

    assert [tone(0.21, 0.31), tone(0.6, 0.39)] == [0, 0]
    assert min(tone(0.19, 0.35), tone(0.62, 0.35), tone(0.4, 0.29), tone(0.4, 0.41)) > 200


def test_a_lost_key_uncovers_nothing(town: City, officers: Officers, tmp_path: Path) -> None:
    clerk = officers.browser("clerk")
    attachment = attached(clerk, contract(tmp_path, f"تلفن همراه {MOBILE}"))
    work(town)
    first = Attachment.objects.get().digest
    Attachment.objects.update(marks=Fernet(Fernet.generate_key()).encrypt(b"{}").decode())
    assert clerk.get(page_of(attachment)).status_code == 200
    for said in ({"do": "cover", "kept": "1"}, {"do": "send"}):
        assert clerk.post(page_of(attachment), said).status_code == 422
    prepare.enqueue(str(attachment.pk), attachment.turn)
    Attachment.objects.update(state=AttachmentState.PREPARING)
    work(town)
    standing = Attachment.objects.get()
    assert (standing.state, standing.digest) == (AttachmentState.REFUSED, first)
    assert not Submission.objects.exclude(state="set_aside").exists()


def test_a_second_document_joins_the_submission_and_a_new_version_stands_beside_the_first(
    town: City, officers: Officers, tmp_path: Path
) -> None:
    clerk = officers.browser("clerk")
    for at, renews in enumerate(("", "permit:1")):
        attachment = attached(clerk, contract(tmp_path, f"این متن نسخهٔ {at} است."), renews=renews)
        work(town)
        assert clerk.post(page_of(attachment), {"do": "send"}).status_code == 302
    submission = Submission.objects.get()
    published(officers, town, submission)
    assert [(each.series, each.version) for each in town.documents.of_row("trees", ["1"])] == [(1, 2), (1, 1)]


@pytest.mark.parametrize(
    ("name", "data"), [("a.pdf", b"%PDF-1.7 broken"), ("a.docx", b"PK\x03\x04 broken"), ("a.exe", b"MZ nothing")]
)
def test_what_is_no_document_is_refused_in_words(town: City, officers: Officers, name: str, data: bytes) -> None:
    clerk = officers.browser("clerk")
    attachment = attached(clerk, upload(data, name))
    work(town)
    attachment.refresh_from_db()
    assert attachment.state == AttachmentState.REFUSED
    assert str((attachment.trouble or {})["en"]) in clerk.get(page_of(attachment)).content.decode().replace(
        "&#x27;", "'"
    )
    assert clerk.post(page_of(attachment), {"do": "send"}).status_code == 422


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"kind": "other"}, "kind"),
        ({"title": ""}, "title"),
        ({"dated": "1403/13/01"}, "dated"),
        ({"renews": "permit:9"}, "renews"),
    ],
)
def test_a_form_that_lacks_something_says_what(
    town: City, officers: Officers, tmp_path: Path, said: dict[str, str], field: str
) -> None:
    clerk = officers.browser("clerk")
    form = {"kind": "permit", "title": "مجوز", "language": "fa", "file": upload(b"%PDF-1.7", "a.pdf"), **said}
    answer = clerk.post(NEW, form)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.content.decode()
    assert not Attachment.objects.exists()
    assert not list((town.home / "originals").glob("documents/*"))


def test_nobody_else_attaches_or_looks(town: City, officers: Officers, tmp_path: Path) -> None:
    attachment = attached(officers.browser("clerk"), contract(tmp_path, "این متن است."))
    for name in ("stranger", "first", "colleague"):
        assert officers.browser(name).get(page_of(attachment)).status_code == 404
        assert officers.browser(name).post(page_of(attachment), {"do": "send"}).status_code == 404
    assert officers.browser("first").get(NEW).status_code == 403
    assert officers.browser("clerk").get("/desk/documents/new?dataset=trees&row=99").status_code == 404
    assert officers.browser("clerk").get("/desk/documents/new?dataset=benches&row=1").status_code == 404


def linked_page(attachment: Attachment) -> str:
    return f"{page_of(attachment)}/lines"


def test_values_are_linked_to_lines_seen_sealed_and_shown_both_ways(
    town: City, officers: Officers, tmp_path: Path
) -> None:
    clerk = officers.browser("clerk")
    words = ("مجوز کاشت چنار", "مبلغ آن یک هزار ریال است.", "در ۱ مرداد ۱۴۰۳ کاشته شد.", MOBILE)
    attachment = attached(clerk, contract(tmp_path, *words))
    work(town)
    attachment.refresh_from_db()
    form = clerk.get(linked_page(attachment)).content.decode()
    # Proposed where it stands in words or in another calendar, and ticked nowhere.
    for field, place in (("species", "1:1"), ("cost", "1:2"), ("planted", "1:3")):
        assert f'name="at-{field}" value="{place}"' in form
    assert attachment.links == ""
    said = {"turn": str(attachment.turn), "at-cost": "1:2", "at-planted": "", "page-species": "۱", "line-species": "1"}
    for wrong, status in (
        ({"page-species": "1", "line-species": "4"}, 422),  # all of it is covered
        ({"page-species": "2", "line-species": "1"}, 422),
        ({"page-species": "1", "line-species": ""}, 422),
        ({"turn": "99"}, 409),
    ):
        refused = clerk.post(linked_page(attachment), said | wrong)
        assert refused.status_code == status, refused.content.decode()
    assert officers.browser("stranger").post(linked_page(attachment), said).status_code == 404
    assert clerk.post(linked_page(attachment), said).status_code == 302
    shown = clerk.get(page_of(attachment)).content.decode()
    assert "page 1, line 2" in shown
    assert "یک هزار" in shown

    # Covering what stands in a linked line takes its link away, and says so.
    clerk.post(page_of(attachment), {"do": "cover", "kept": "1", "words": "یک هزار", "reason": "trade-secret"})
    work(town)
    shown = clerk.get(page_of(attachment)).content.decode()
    assert "lost their links" in shown
    assert "page 1, line 1" in shown
    assert "page 1, line 2" not in shown
    clerk.post(page_of(attachment), {"do": "cover", "kept": "1"})
    work(town)
    attachment.refresh_from_db()
    again = said | {"turn": str(attachment.turn), "page-species": "", "line-species": "", "at-species": "1:1"}
    assert clerk.post(linked_page(attachment), again).status_code == 302

    clerk.post(page_of(attachment), {"do": "send"})
    assert clerk.get(linked_page(attachment)).status_code == 404
    work(town)
    submission = Submission.objects.get()
    assert "یک هزار" in officers.browser("first").get(page_of(attachment)).content.decode()
    published(officers, town, submission)
    (document,) = town.documents.of_row("trees", ["1"])
    assert [(link.field, link.page, link.line) for link in document.lines] == [("cost", 1, 2), ("species", 1, 1)]

    reader = Client()
    answer = reader.get(f"/api/v1/documents/{document.digest}").json()
    (cost, species) = answer["rows"][0]["lines"]
    assert (cost["field"], cost["page"], cost["line"], cost["holds"]) == ("cost", 1, 2, True)
    assert species["label"]["en"]
    assert answer["redaction_reason_labels"] == [
        {"code": "mobile", "label": {"fa": REASONS["mobile"].fa, "en": REASONS["mobile"].en}}
    ]
    page = reader.get(f"/en/documents/{document.digest}").content.decode()
    assert "linked to lines" in page
    record = reader.get(reverse("en:record", args=("trees", "1"))).content.decode()
    assert f"/en/documents/{document.digest}/1#l2" in record
    for lang, place in (("en", "page 1, line 2"), ("fa", "صفحهٔ ۱، سطر ۲")):
        facts = reader.get(reverse(f"{lang}:record", args=("trees", "1"))).content.decode()
        (beside,) = (each for each in facts.split("<dt>")[1:] if f"/{document.digest}/1#l2" in each.split("</dd>")[0])
        assert town.registry.get("trees").field("cost").label.of(locale.known(lang)) in beside
        assert place in strip_tags(beside)
    own = reader.get(reverse("en:record", args=("trees-documents", f"1~{document.digest}"))).content.decode()
    assert REASONS["mobile"].en in own
    assert f"/en/documents/{document.digest}/1#l2" in own
    csv = reader.get("/api/v1/datasets/trees-documents/rows.csv").getvalue().decode()
    assert f"cost=1:2/{cost['mark']} species=1:1/{species['mark']}" in csv
    # A later version begins without links.
    newer = attached(clerk, contract(tmp_path, *words), renews="permit:1")
    assert newer.links == ""
