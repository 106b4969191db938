"""Attachments that their senders let be public: everybody gets a judged copy, and nothing else of what was sent."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy
import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from tests.apps.accounts.people import officer, signed_in, unit
from tests.apps.counter.hostile_files import docx, photo
from tests.apps.counter.test_person_pages import filed
from tests.apps.desk.town import rest, work
from tests.core.documents import papers
from tests.core.redaction.leaks import paper

from ayan.apps.accounts.roles import Role
from ayan.apps.counter import retention
from ayan.apps.counter.models import Case, CaseFile, FileCopy
from ayan.core.documents.document_text import of_file
from ayan.wiring.city import City

pytestmark = pytest.mark.django_db

MOBILE, AUTHOR, UNSEEN, REMARK, NAME = "09123456789", "Maryam Secret", "WHITE-ON-WHITE", "A REMARK", "maryam-secret"
SECRETS = (MOBILE, AUTHOR, UNSEEN, REMARK, NAME)


@dataclass(frozen=True)
class Stage:
    """A case with an attachment, the person's browser, the checker's, and the city."""

    case: Case
    person: Client
    checker: Client
    town: City
    second: Client

    @property
    def file(self) -> CaseFile:
        return CaseFile.objects.filter(case=self.case).latest("pk")

    @property
    def copy(self) -> FileCopy:
        return FileCopy.objects.get(file=self.file)

    @property
    def public(self) -> str:
        return f"/counter/{self.case.number}/files/{self.file.pk}"

    @property
    def desk(self) -> str:
        return f"/en/desk/counter/check/{self.case.number}/file/{self.file.pk}"

    def attach(self, content: bytes, name: str) -> None:
        sent = {"_do": "add", "text-add": "پیوست", "files": SimpleUploadedFile(name, content)}
        assert self.person.post(f"/counter/mine/{self.case.number}/do", sent).status_code == 302

    def say(self, do: str) -> int:
        sent = {"_do": do, "file": str(self.file.pk)}
        status = self.person.post(f"/counter/mine/{self.case.number}/do", sent).status_code
        work(self.town)
        return status

    def judge(self, by: Client | None = None, /, **said: object) -> int:
        status = (by or self.checker).post(self.desk, said).status_code
        work(self.town)
        return status

    def check_words(self) -> None:
        place = f"/desk/counter/check/{self.case.number}"
        page = self.checker.get(place).content.decode()
        texts = {key: "" for key in ("field-summary", "field-text") if f'name="text-{key}"' in page}
        said = {f"text-{key}": self.case.summary for key in texts}
        for entry in self.case.entries.filter(shown=True).exclude(locked=""):
            said[f"text-entry-{entry.number}"] = "پیوست"
        assert self.checker.post(place, {"act": "public", **said}).status_code == 302


@pytest.fixture
def stage(town: City) -> Stage:
    person = Client()
    unit("finance")
    case, _code = filed(person, "question")
    rest()
    return Stage(case, person, *checkers(town))


def checkers(town: City) -> tuple[Client, City, Client]:
    first, second = (signed_in(officer(name, Role.REQUESTS, unit_slug="")) for name in ("checker", "second"))
    return first, town, second


def secretive(tmp_path: Path) -> bytes:
    """A page with a mobile number that is seen, words that nobody sees, a remark, and an author."""

    def change(pdf: pikepdf.Pdf, page: pikepdf.Dictionary) -> None:
        pdf.docinfo["/Author"] = AUTHOR
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[10, 10, 20, 20], Contents=REMARK
        )
        page.Annots = pikepdf.Array([pdf.make_indirect(note)])

    content = f"BT /F1 9 Tf 20 40 Td (Call {MOBILE} please) Tj ET\n1 1 1 rg BT /F1 9 Tf 20 10 Td ({UNSEEN}) Tj ET\n"
    return paper(tmp_path / "letter.pdf", content, change).read_bytes()


def words_of(content: bytes, tmp_path: Path) -> str:
    place = tmp_path / "public"
    place.write_bytes(content)
    return "\n".join(line.text for page in of_file(place) for line in page.lines)


def nothing_secret(content: bytes, tmp_path: Path) -> None:
    """Nothing in the bytes, packed or open, nor in the text that programs read from them."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        opened = io.BytesIO()
        pdf.save(opened, stream_decode_level=pikepdf.StreamDecodeLevel.all, compress_streams=False)
    everything = content + opened.getvalue() + words_of(content, tmp_path).encode()
    assert [secret for secret in SECRETS if secret.encode() in everything] == []


def test_everybody_gets_the_judged_copy_and_nothing_of_what_was_sent(stage: Stage, tmp_path: Path) -> None:
    stage.attach(secretive(tmp_path), f"{NAME}.pdf")
    stranger = Client()
    assert "بگذارید همه ببینند" in stage.person.get(f"/counter/mine/{stage.case.number}").content.decode()
    assert stranger.get(stage.public).status_code == 404, "nobody let it be public"
    assert stage.checker.get(stage.desk).status_code == 404

    assert stage.say("let-file") == 302
    stage.check_words()
    page = stranger.get(f"/counter/{stage.case.number}").content.decode()
    assert stranger.get(stage.public).status_code == 404, "nobody judged it"
    assert stage.public not in page
    assert stage.case.number in stage.checker.get("/desk/counter/check/").content.decode()
    assert (
        stage.desk.removeprefix("/en") in stage.checker.get(f"/desk/counter/check/{stage.case.number}").content.decode()
    )

    desk = stage.checker.get(stage.desk).content.decode()
    assert 'name="kept" value="1" checked' in desk
    assert MOBILE not in desk + stage.copy.marks
    assert stage.checker.get(f"{stage.desk}/1.png")["Content-Type"] == "image/png"
    assert stage.judge(do="publish", turn=str(stage.copy.turn)) == 302

    answer = stranger.get(stage.public)
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]
    assert NAME not in str(answer.headers)
    nothing_secret(answer.content, tmp_path)
    assert "Call" in words_of(answer.content, tmp_path)
    page = stranger.get(f"/counter/{stage.case.number}").content.decode()
    assert stage.public in page
    assert "تلفن همراه" in page, "why a place is covered is told"
    assert [secret for secret in SECRETS if secret in page] == []
    assert MOBILE.encode() in stage.person.get(f"/counter/mine/{stage.case.number}/files/{stage.file.pk}").content

    stage.checker.post(f"/desk/counter/check/{stage.case.number}", {"act": "hide", "hidden": "spam"})
    assert stranger.get(stage.public).status_code == 404, "what is hidden is hidden with its files"
    stage.checker.post(f"/desk/counter/check/{stage.case.number}", {"act": "show"})
    assert stranger.get(stage.public).status_code == 200
    assert stage.say("take-file-back") == 302
    assert stranger.get(stage.public).status_code == 404
    assert not FileCopy.objects.exists()


def test_a_copy_that_changed_is_not_published_unseen(stage: Stage, tmp_path: Path) -> None:
    stage.attach(secretive(tmp_path), "letter.pdf")
    stage.say("let-file")
    stage.check_words()
    seen = str(stage.copy.turn)
    assert stage.judge(do="cover", kept="1", words="Call", reason="personal") == 302
    assert stage.judge(do="publish", turn=seen) == 409
    assert stage.judge(do="publish", turn=str(stage.copy.turn)) == 409, "nobody lets out alone what they covered"
    assert "Somebody else" in stage.checker.get(stage.desk).content.decode()
    assert Client().get(stage.public).status_code == 404
    assert stage.judge(stage.second, do="publish", turn=str(stage.copy.turn)) == 302
    assert "Call" not in words_of(Client().get(stage.public).content, tmp_path)
    assert stage.judge(do="cover") == 302
    assert Client().get(stage.public).status_code == 404, "made again, it is judged again"
    assert stage.judge(do="cover", kept="1", words="x", reason="nothing") == 422
    assert stage.judge(do="hold", held="") == 422
    assert stage.judge(do="hold", held="others") == 302
    assert "حریم شخص دیگر" in stage.person.get(f"/counter/mine/{stage.case.number}").content.decode()
    assert stage.judge(do="publish", turn=str(stage.copy.turn)) == 409


def test_a_photo_goes_out_as_dots_alone(stage: Stage, tmp_path: Path) -> None:
    stage.attach(photo(), "where-i-live.jpg")
    stage.say("let-file")
    stage.check_words()
    assert stage.judge(do="publish", turn=str(stage.copy.turn)) == 302
    content = Client().get(stage.public).content
    assert content.startswith(b"%PDF")
    with pikepdf.open(io.BytesIO(content)) as pdf:
        (picture,) = pdf.pages[0].get_images().values()
        assert isinstance(picture, pikepdf.Stream)
        colours = pikepdf.PdfImage(picture).as_pil_image().convert("L").getextrema()
        _, _, width, height = pdf.pages[0].mediabox
    assert colours == pytest.approx(Image.open(io.BytesIO(photo())).convert("L").getextrema(), abs=40), (
        "it is the photo"
    )
    assert height > width, "a telephone that was held upright"
    assert b"Exif" not in content


def test_a_part_of_a_photo_is_covered(stage: Stage) -> None:
    stage.attach(photo(), "street.jpg")
    stage.say("let-file")
    stage.check_words()
    area = {"left": "0", "top": "0", "width": "50", "height": "25"}
    for wrong in ({"width": "51", "left": "50"}, {"height": ""}, {"top": "x", "height": "0"}, {"page": "2"}):
        assert stage.judge(do="cover", reason="personal", **{**area, **wrong}) == 422
    assert stage.judge(do="cover", **area) == 422, "not without a reason"
    assert stage.judge(do="cover", reason="personal", **area) == 302
    assert stage.judge(stage.second, do="publish", turn=str(stage.copy.turn)) == 302
    with pikepdf.open(io.BytesIO(Client().get(stage.public).content)) as pdf:
        (picture,) = pdf.pages[0].get_images().values()
        assert isinstance(picture, pikepdf.Stream)
        dots = numpy.asarray(pikepdf.PdfImage(picture).as_pil_image().convert("L"))
    high, wide = dots.shape
    # Around the edge the packing of the picture blurs what stands on both sides.
    assert dots[: high // 4 - 4, : wide // 2 - 4].max() < 48
    assert min(dots[:, wide // 2 + 8 :].min(), dots[high // 4 + 8 :].min()) > 60


def test_an_area_that_cuts_through_a_line_covers_all_of_it(stage: Stage, tmp_path: Path) -> None:
    stage.attach(papers.letter(tmp_path / "letter.pdf", ["سطر نخست", "سپیدار کهن", "سطر آخر"]).read_bytes(), "l.pdf")
    stage.say("let-file")
    stage.check_words()
    (page,) = of_file(tmp_path / "letter.pdf")
    line = next(each for each in page.lines if "سپیدار" in each.text)
    assert line.box is not None
    assert page.size is not None
    middle = round(100 * (1 - (line.box.bottom + line.box.top) / 2 / page.size[1]))
    area = {"left": "0", "top": str(middle), "width": "100", "height": "1"}
    assert stage.judge(do="cover", reason="personal", **area) == 302
    assert stage.judge(stage.second, do="publish", turn=str(stage.copy.turn)) == 302
    words = words_of(Client().get(stage.public).content, tmp_path)
    assert "سپیدار" not in words
    assert "کهن" not in words
    assert "سطر نخست" in words
    assert "سطر آخر" in words


def test_of_a_kind_that_is_never_published_no_file_is(town: City, tmp_path: Path) -> None:
    person = Client()
    case, _code = filed(person, "complaint", **{"f-text": "متن"})
    stage = Stage(case, person, *checkers(town))
    rest()
    stage.attach(secretive(tmp_path), "letter.pdf")
    assert "let-file" not in person.get(f"/counter/mine/{case.number}").content.decode()
    assert stage.say("let-file") == 422
    assert not FileCopy.objects.exists()


def test_nobody_lets_the_file_of_another_be_public(stage: Stage, tmp_path: Path) -> None:
    stage.attach(secretive(tmp_path), "letter.pdf")
    other = Client()
    case, _code = filed(other, "question")
    sent = {"_do": "let-file", "file": str(stage.file.pk)}
    assert other.post(f"/counter/mine/{case.number}/do", sent).status_code == 422
    assert other.post(f"/counter/mine/{stage.case.number}/do", sent).status_code == 403
    assert not FileCopy.objects.exists()
    stage.say("let-file")
    reader = signed_in(officer("reader", Role.APPROVER))
    assert reader.get(stage.desk).status_code == 403
    assert reader.get(f"{stage.desk}/1.png").status_code == 403
    assert other.get(f"/counter/{case.number}/files/{stage.file.pk}").status_code == 404


def test_a_document_is_copied_by_its_text(stage: Stage, tmp_path: Path) -> None:
    body = f"<w:p>{papers.run('سلام')}</w:p><w:p>{papers.run(MOBILE)}</w:p>"
    with zipfile.ZipFile(papers.docx(tmp_path / "letter.docx", body)) as written:
        stage.attach(docx(word__document_D_xml=written.read("word/document.xml")), "letter.docx")
    stage.say("let-file")
    stage.check_words()
    page = stage.checker.get(stage.desk).content.decode()
    assert "سلام" in page
    assert MOBILE not in page
    assert stage.judge(do="publish", turn=str(stage.copy.turn)) == 302
    words = words_of(Client().get(stage.public).content, tmp_path)
    assert "سلام" in words
    assert MOBILE not in words


def test_a_copy_goes_when_its_original_does(stage: Stage, tmp_path: Path, later: object) -> None:
    stage.attach(secretive(tmp_path), "letter.pdf")
    stage.say("let-file")
    copies = stage.town.home / "counter" / "files"
    assert len([path for path in copies.glob("??/*") if len(path.name) == 64]) == 2
    stage.person.post(f"/counter/mine/{stage.case.number}/do", {"_do": "withdraw", "text-withdraw": "نمی‌خواهم"})
    assert callable(later)
    later(2_000)
    retention.erase_due()
    assert not FileCopy.objects.exists()
    assert [path for path in copies.glob("??/*") if len(path.name) == 64] == []
