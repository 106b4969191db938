"""What is wrong with a question: each problem names its parameter and says in both languages what is allowed."""

# ruff: noqa: E501 - one code a line, with both wordings: a table to be read downwards

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal

# Code → Persian and English. Values that were asked are never repeated: they may be personal.
WORDINGS: Final[dict[str, Label]] = {
    "unknown-parameter": Label("چنین پارامتری نیست.", "There is no such parameter."),
    "unknown-field": Label("این داده ستونی به این نام ندارد.", "The dataset has no field of this name."),
    "not-published": Label("این ستون منتشر نمی‌شود و نمی‌توان با آن پرسید.", "This field is not published, so it cannot be asked about."),
    "unknown-operator": Label("این عملگر برای این ستون نیست.", "This operator does not apply to this field."),
    "repeated": Label("این پارامتر فقط یک بار می‌آید. برای چند مقدار از field__in استفاده کنید.", "This parameter may be given once. For several values use field__in."),
    "both-sorts": Label("فقط یکی از _sort و _sort_desc را بیاورید.", "Give either _sort or _sort_desc, not both."),
    "both-times": Label("فقط یکی از _as_of و _release را بیاورید.", "Give either _as_of or _release, not both."),
    "empty-value": Label("مقدار خالی است. برای ردیف‌های بی‌مقدار field__isnull=1 بنویسید.", "The value is empty. For rows without a value write field__isnull=1."),
    "too-long": Label("مقدار از {limit} نویسه بلندتر است.", "The value is longer than {limit} characters."),
    "too-many": Label("بیش از {limit} مقدار داده شده است.", "More than {limit} values are given."),
    "control-character": Label("مقدار نویسهٔ نادیدنی دارد.", "The value holds a control character."),
    "not-a-list": Label("فهرست درست نیست. مقدارها را با ویرگول انگلیسی جدا کنید یا آرایهٔ JSON از متن‌ها بنویسید.", "The list is not valid. Part the values by commas or write a JSON array of texts."),
    "not-a-number": Label("مقدار عدد نیست. عدد را مثل 1250000 بنویسید (پول به ریال).", "The value is not a number. Write it like 1250000 (money in rial)."),
    "too-many-decimals": Label("این ستون دست بالا {limit} رقم اعشار دارد.", "This field has at most {limit} decimals."),
    "out-of-range": Label("عدد بزرگ‌تر از آن است که در این ستون جا بگیرد.", "The number is larger than this field can hold."),
    "not-whole": Label("مقدار باید عدد صحیح باشد.", "The value must be a whole number."),
    "not-a-date": Label("مقدار تاریخ نیست. آن را مثل 1403-05-12 یا 1403-05 یا 1403 یا 2024-08-02 بنویسید.", "The value is not a date. Write it like 1403-05-12, 1403-05, 1403 or 2024-08-02."),
    "not-a-period": Label("مقدار دوره نیست. آن را مثل 1403 یا 1403-05 بنویسید.", "The value is not a period. Write it like 1403 or 1403-05."),
    "not-a-boolean": Label("مقدار باید بله یا خیر (true یا false) باشد.", "The value must be true or false."),
    "not-zero-or-one": Label("مقدار باید ۰ یا ۱ باشد.", "The value must be 0 or 1."),
    "not-in-list": Label("مقدار در فهرست این ستون نیست.", "The value is not in this field's list."),
    "not-allowed": Label("مقدار پذیرفته نیست.", "The value is not accepted."),
    "page": Label("شمارهٔ صفحه باید عددی از 1 تا {limit} باشد.", "The number of the page must be from 1 to {limit}."),
    "no-such-page": Label("این نتیجه صفحه‌ای به این شماره ندارد.", "This result has no page of this number."),
    "day-or-month": Label("معلوم نیست کدام عدد روز است و کدام ماه. سال را نخست بنویسید، مثل 2024-05-12.", "It is not clear which number is the day and which the month. Write the year first, like 2024-05-12."),
    "box": Label("کادر درست نیست. آن را مثل 49.6,34.0,49.8,34.2 بنویسید: غرب، جنوب، شرق و شمال به درجه.", "The box is not valid. Write it like 49.6,34.0,49.8,34.2: west, south, east and north in degrees."),
    "degrees": Label("مقدار درجهٔ جغرافیایی نیست. آن را مثل 34.09 بنویسید.", "The value is no number of degrees. Write it like 34.09."),
    "no-place": Label("ردیف‌های این داده جایی روی نقشه ندارند.", "The rows of this dataset have no place on the map."),
    "size": Label("اندازه باید عددی از 1 تا {limit} باشد.", "The size must be a number from 1 to {limit}."),
    "release": Label("انتشار را مثل 1403-05/2 بنویسید.", "Write the release like 1403-05/2."),
    "edge": Label("مقدار لحظه نیست. روز را مثل 1403-05-12 یا 2024-08-02، لحظه را مثل 2024-08-02T10:00:00Z و انتشار را مثل 1403-05/2 بنویسید.", "The value is not a moment. Write a day like 1403-05-12 or 2024-08-02, an instant like 2024-08-02T10:00:00Z, a release like 1403-05/2."),
    "other-period": Label("دو انتشار از دو دورهٔ جدا هستند و با هم سنجیده نمی‌شوند.", "The two releases are of different periods, so they are not compared."),
    "cursor": Label("نشانهٔ صفحه درست نیست یا از پرسش دیگری است. از صفحهٔ نخست آغاز کنید.", "The cursor is not valid or belongs to another question. Start again from the first page."),
    "two-sides": Label("برای سنجیدن دست‌کم دو طرف لازم است. یکی دیگر هم برگزینید.", "A comparison needs at least two sides. Choose one more."),
    "not-real": Label("این عدد را نمی‌توان به پول یک سال گفت: جمع یا میانگین مبلغی نیست که سالش معلوم باشد، یا شاخص قیمت منتشر نشده است.", "This number cannot be told in the money of one year: it is no sum or mean of an amount whose year is known, or no price index has been published."),
    "too-many-groups": Label("این مقایسه بیش از {limit} گروه دارد. آن را با شرطی باریک کنید یا _over دیگری برگزینید.", "The comparison has more than {limit} groups. Narrow it with a condition or choose another _over."),
    "not-there": Label("{city} این ستون را منتشر نکرده یا آن را با یکای دیگری نوشته است.", "{city} does not publish this field, or gives it in another unit."),
    "no-past": Label("گذشتهٔ شهر دیگر اینجا نیست؛ آن را بی _as_of بسنجید.", "The past of another city is not kept here; compare without _as_of."),
    "never-added": Label("این عدد جمع نمی‌شود: نرخ است، یا اعلام نشده که جمعش چه معنایی دارد. میانه، میانگین، کمترین یا بیشترین آن را بپرسید.", "This number is never added up: it is a rate, or nothing declares what its sum would mean. Ask for its median, avg, min or max."),
    "over-time": Label("این عدد مانده است و مانده‌های چند تاریخ با هم جمع نمی‌شود. by={at} بنویسید یا {at} را یک تاریخ کنید.", "This number is a balance, and balances of several dates are never added up. Write by={at}, or ask for one date of {at}."),
    "both-sides": Label("پولی که می‌آید و پولی که می‌رود با هم جمع نمی‌شود. by={side} بنویسید یا یک سوی {side} را برگزینید.", "Money in and money out are never added up. Write by={side}, or choose one side of {side}."),
    "own-names": Label("نام‌ها و کدهای این ستون در هر شهر چیز دیگری است و با هم یکی نمی‌شود. _city را هم به by بیفزایید.", "Names and codes of this field mean something else in each city, so they are not put together. Add _city to by."),
    "of-each-city": Label("این عدد برای هر شهر جداست و از همهٔ شهرها با هم ساخته نمی‌شود. _city را هم به by بیفزایید.", "This number is of each city and cannot be made of all of them together. Add _city to by."),
    "cities-groups": Label("گروه‌ها بیش از {limit} تاست. پرسش را با شرطی باریک کنید یا by دیگری برگزینید.", "There are more than {limit} groups. Narrow the question with a condition or choose another by."),
    "no-people": Label("سرانه فقط از count و sum گفته می‌شود و سال ردیف‌ها باید معلوم باشد.", "Only count and sum are told per head, of rows whose year is known."),
    "key": Label("کلید ردیف درست نیست.", "The key of the row is not valid."),
    "needed": Label("این پارامتر لازم است.", "This parameter is needed."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class QuestionProblem:
    """One thing wrong: a stable ``code``, the ``parameter``, its wording, and what is ``allowed`` where it is a list."""

    code: str
    parameter: str
    wording: Label
    allowed: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The problem as an error document holds it."""
        out: dict[str, object] = {
            "code": self.code,
            "parameter": self.parameter,
            "detail_fa": self.wording.fa,
            "detail_en": self.wording.en,
        }
        if self.allowed:
            out["allowed"] = list(self.allowed)
        return out


def problem(code: str, parameter: str, allowed: Iterable[str] = (), **blanks: object) -> QuestionProblem:
    """A problem with the wording of its code."""
    # A parameter's name comes from outside too: what cannot be encoded or shown is escaped, what is long is cut.
    name = parameter[:80].encode("utf-8", "backslashreplace").decode()
    return QuestionProblem(code, name, WORDINGS[code].format(**blanks), tuple(allowed))


class BadQuestion(Refusal, ValueError):
    """The parameters are not a question; carries every problem found, at least one, and says the first."""

    code = "bad-question"
    fa = "پرسش درست نیست. پارامترها را درست کنید."
    en = "The question is not valid. Correct its parameters."
    status = 400

    def __init__(self, problems: Sequence[QuestionProblem]) -> None:
        self.problems = tuple(problems)
        first = self.problems[0]
        super().__init__(code=first.code, field=first.parameter)
        self.worded(first.wording)

    def __str__(self) -> str:
        return "; ".join(f"{problem.parameter}: {problem.wording.en}" for problem in self.problems)
