"""Why no public copy of a document is made."""

from __future__ import annotations

from typing import Final, Literal

from ayan.core.documents.drawn_page import Hindrance
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal

CopyObstacle = Literal[Hindrance, "size", "objects", "slow", "memory", "kind", "picture", "malware", "scanner"]
"""Besides those of reading: a page of impossible size or with too many objects, too much time or memory, another kind
of file, a picture that is too large, what a scanner calls dangerous, a scanner that does not answer."""

CopyFault = Literal[
    "end", "trailer", "name", "string", "key", "stream", "picture", "text-marked", "dots-marked", "members", "pages"
]
"""What is found in a copy: more than one revision, a key of the trailer, a name, a text or a key that we do not write,
a stream of another form, a picture with more than dots, text or dots under a mark, another member of a DOCX, more or
fewer pages than were drawn."""

_WORDS: Final[dict[CopyObstacle, Label]] = {
    "damaged": Label(
        "سند آسیب دیده است. آن را دوباره از برنامهٔ خودش به شکل PDF ذخیره کنید.",
        "The document is damaged. Save it again as PDF from the program it came from.",
    ),
    "locked": Label("سند رمز دارد. آن را بدون رمز ذخیره کنید.", "The document is locked. Save it without a password."),
    "large": Label("سند بیش از اندازه بزرگ است. آن را چند پاره کنید.", "The document is too large. Split it."),
    "long": Label("سند بیش از اندازه صفحه دارد. آن را چند پاره کنید.", "The document has too many pages. Split it."),
    "full": Label(
        "یک صفحهٔ سند بیش از اندازه نوشته دارد. آن را چاپ و از نو اسکن کنید.",
        "A page of the document holds too much text. Print it and scan it anew.",
    ),
    "styled": Label(
        "معلوم نیست از این صفحهٔ وب چه چیزی دیده می‌شود. آن را در مرورگر باز و به شکل PDF چاپ کنید.",
        "What is seen of this web page is not clear. Open it in a browser and print it as PDF.",
    ),
    "size": Label(
        "اندازهٔ یک صفحه درست نیست. سند را با اندازهٔ کاغذ معمول ذخیره کنید.",
        "The size of a page is impossible. Save the document with a usual paper size.",
    ),
    "objects": Label(
        "یک صفحهٔ سند بیش از اندازه شکل دارد. آن را به صورت عکس ذخیره کنید.",
        "A page of the document holds too many shapes. Save it as a picture.",
    ),
    "slow": Label(
        "خواندن سند بیش از اندازه طول کشید. آن را چند پاره یا از نو ذخیره کنید.",
        "Reading the document took too long. Split it, or save it anew.",
    ),
    "memory": Label(
        "سند برای حافظهٔ مجاز بسیار بزرگ یا آسیب‌دیده است. آن را چند پاره یا از نو ذخیره کنید.",
        "The document is too big for the memory allowed, or damaged. Split it, or save it anew.",
    ),
    "kind": Label(
        "از این نوع سند نسخهٔ عمومی ساخته نمی‌شود. PDF، docx، HTML، JPEG یا PNG بدهید.",
        "No public copy is made of this type of file. Give a PDF, docx, HTML, JPEG or PNG.",
    ),
    "picture": Label("عکس بیش از اندازه بزرگ است. آن را کوچک کنید.", "The picture is too large. Make it smaller."),
    "malware": Label(
        "بدافزاریاب این سند را خطرناک دانست. آن را نفرستید و دستگاه خود را بررسی کنید.",
        "The malware scanner calls this document dangerous. Do not send it, and have your device checked.",
    ),
    "scanner": Label(
        "بدافزاریاب اکنون پاسخ نمی‌دهد. کمی بعد دوباره بفرستید یا به مدیر سامانه بگویید.",
        "The malware scanner does not answer at this moment. Send again a little later, or tell the administrator.",
    ),
}


_MARK: Final = Label(
    "نشان شمارهٔ {number} جایی در سند ندارد یا دلیلش شناخته نیست. آن را بردارید و دوباره بگذارید.",
    "Mark {number} has no place in the document, or no known reason. Remove it and set it again.",
)
_ELSEWHERE: Final = Label(
    "شماره‌ای که نشان کرده‌اید در صفحهٔ {page} هم هست. آنجا را هم نشان کنید.",
    "A number that you marked stands on page {page} as well. Mark it there, too.",
)


class CopyRefused(Refusal):
    """No public copy is made; ``obstacle`` says why, ``page`` where, if it is about one page."""

    code = "public-copy-refused"
    fa = "از این سند نسخهٔ عمومی ساخته نشد."
    en = "No public copy was made of this document."
    status = 422

    def __init__(self, obstacle: CopyObstacle | None = None, page: int | None = None) -> None:
        super().__init__()
        self.obstacle, self.page = obstacle, page
        if obstacle is not None:
            self.worded(_WORDS[obstacle])


class MarkRefused(Refusal):
    """Mark ``number`` (from 1) is at a place that the document does not have, or for no known reason."""

    code = "mark-refused"
    fa = "یک نشان جایی در سند ندارد یا دلیلش شناخته نیست. آن را بردارید و دوباره بگذارید."
    en = "A mark has no place in the document, or no known reason. Remove it and set it again."
    status = 422

    def __init__(self, number: int = 0) -> None:
        super().__init__()
        self.number = number
        if number:
            self.worded(_MARK.format(number=number))


class CopyNotClean(Refusal):
    """A public copy was made and thrown away, because what should be gone is in it.

    ``fault`` says what, for the log, and repeats nothing of the document.
    """

    code = "public-copy-not-clean"
    fa = "نسخهٔ عمومی بررسی شد و هنوز چیزی از آنچه باید برداشته شود در آن بود؛ منتشر نمی‌شود. به مدیر سامانه بگویید."
    en = (
        "The public copy was checked and still held something that must be gone; it is not published. Tell the "
        "administrator."
    )
    status = 500

    def __init__(self, fault: CopyFault | None = None, page: int | None = None) -> None:
        super().__init__()
        self.fault, self.page = fault, page


class NumberElsewhere(Refusal):
    """A marked number stands at another place of ``page`` (from 1) too, where nobody marked it."""

    code = "marked-number-elsewhere"
    fa = "شماره‌ای که نشان کرده‌اید جای دیگری از سند هم هست. آنجا را هم نشان کنید."
    en = "A number that you marked stands elsewhere in the document as well. Mark it there, too."
    status = 422

    def __init__(self, page: int = 0) -> None:
        super().__init__()
        self.page = page
        if page:
            self.worded(_ELSEWHERE.format(page=page))
