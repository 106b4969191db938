"""What the declaration of a service says of days, fee and documents, in the words of an answer that leads to it."""

from __future__ import annotations

from typing import Final

from ayan.apps.search.told_cues import asks_number, asks_reckoning, tells_of_data, tells_of_several
from ayan.core.answers.words.morphology import tokens
from ayan.core.services.service import Service
from ayan.core.values.label import Label, digits_label, joined

ON_PAGE: Final = Label("خدمت «{title}»: {says}{details}", "Service “{title}”: {says}{details}")
DAYS: Final = Label(" زمان: تا {days} روز کاری.", " Time: within {days} working days.")
NO_DAYS: Final = Label(" زمان آن اعلام نشده است.", " How long it takes is not stated.")
FREE: Final = Label(" بها: رایگان.", " Fee: free of charge.")
BY_TARIFF: Final = Label(" بها را تعرفه معلوم می‌کند.", " The fee is worked out by a tariff.")
NO_FEE: Final = Label(" بهای آن اعلام نشده است.", " The fee is not stated.")
DOCUMENTS: Final = Label(" مدارک: {documents}.", " Documents: {documents}.")
NO_DOCUMENTS: Final = Label(" مدرکی برای آن اعلام نشده است.", " No documents are stated.")
NOTHING: Final = Label("", "")
_OF_DAYS: Final = frozenset(
    ("روز", "روزه", "زمان", "مدت", "طول", "کشد", "صبر", "long", "days", "weeks", "time", "wait")
)
_OF_FEE: Final = frozenset(
    (
        "هزینه",
        "هزینش",
        "قیمت",
        "قیمتش",
        "چنده",
        "نرخ",
        "بها",
        "پول",
        "پولش",
        "رایگان",
        "مجانی",
        "تعرفه",
        "cost",
        "costs",
        "fee",
        "price",
        "free",
        "charge",
    )
)
_OF_DOCUMENTS: Final = frozenset(
    ("مدرک", "مدارک", "مدارکی", "مدرکی", "مدارکش", "documents", "document", "papers", "paperwork")
)


_ARTICLES: Final = frozenset(("a", "an"))
_AND: Final = frozenset(("and", "و"))
_LASTING: Final = frozenset(("طول", "کشد", "میکشه", "حاضر", "آماده", "اماده", "take", "takes", "ready"))
"""By these it is asked how long something takes, and not how many of some days there are."""


def asks_of_service(text: str) -> bool:
    """Whether a text asks what only a service has: its documents, how long it takes, or its fee and its days."""
    words = {word.text for word in tokens(text)}
    is_both = bool(words & _OF_DAYS and words & _AND) and asks_for_fee(text)
    return bool(words & _OF_DOCUMENTS or (words & _OF_DAYS and words & _LASTING) or is_both)


def asks_for_fee(text: str) -> bool:
    """Whether a text asks what something costs whoever wants it."""
    words = [word.text for word in tokens(text)]
    is_of_one = any(words[at : at + 3] in (["how", "much", "is"], ["how", "much", "for"]) for at in range(len(words)))
    is_told = any(word in _OF_FEE for word in words) or (asks_number(text) and pays_oneself(text))
    return is_told or (is_of_one and bool(_ARTICLES & set(words)))


_RATE: Final = frozenset(("تعرفه", "نرخ", "قیمت", "قیمتش", "بها", "بهای", "tariff", "rate", "price"))
"""By these alone it is asked what something costs."""
_PAID: Final = frozenset(
    (
        "پول",
        "پولش",
        "هزینه",
        "هزینش",
        "عوارض",
        "عوارضش",
        "جریمه",
        "جریمش",
        "fee",
        "fees",
        "levy",
        "fine",
        "charge",
        "cost",
    )
)
"""By these it is where somebody asks how much, or how it is worked out."""
_OWN_PAYING: Final = frozenset(
    word.text
    for word in tokens("بدم بدیم بدهم بدهیم میدم میدیم بپردازم بپردازیم میگیرین میگیرید میگیرن ازم ازمون پولش هزینش")
)
_PERMITS: Final = frozenset(("مجوز", "جواز", "اجازه", "مجوزش", "permit", "permission", "licence", "license"))


_SET_ASIDE: Final = frozenset(
    word.text
    for word in tokens(
        "گذاشت گذاشته گذاشتن گذاشتند گذاشتین گذاشتید میذاره میذارن میگذارد میگذارند اختصاص تخصیص صرف "
        "aside allocated allocate earmarked spent"
    )
)
_LEVIED: Final = _RATE | frozenset(
    word.text for word in tokens("عوارض عوارضش جریمه جریمش مالیات fee fees levy fine charge")
)
"""What the city puts money aside for is a line of its budget; a levy that it puts on something is a rate."""
_BY_UNIT: Final = frozenset(("متری", "ساعتی", "hourly"))
_EACH: Final = frozenset(("هر", "each", "per")) | _BY_UNIT
"""By these a price of one is asked, and no sum."""


def asks_price(text: str) -> bool:
    """Whether a text asks what something costs whoever wants it, and for no sum or rows of the data; of which year,
    it may say."""
    words = {word.text for word in tokens(text)}
    if tells_of_data(" ".join(word.text for word in tokens(text) if not word.is_number)):
        return False
    if words & _SET_ASIDE and not words & _LEVIED and not pays_oneself(text):
        return False
    is_asked = asks_number(text) or asks_reckoning(text)
    is_paid = bool(words & (_PAID | _BY_UNIT)) or pays_oneself(text)
    return bool(words & _RATE) or (is_asked and is_paid)


def pays_oneself(text: str) -> bool:
    """Whether a text asks what somebody has to pay themselves: «چقدر باید بدم», "how much do I pay"."""
    words = {word.text for word in tokens(text)}
    is_mine = {"i", "we"} & words and {"pay", "paying", "owe"} & words
    return bool(_OWN_PAYING & words or is_mine)


def asks_of_one(text: str) -> bool:
    """Whether the price of one is asked, or what somebody has to pay: no sum of what was received answers that."""
    return pays_oneself(text) or not _EACH.isdisjoint(word.text for word in tokens(text))


def asks_for_permit(text: str) -> bool:
    """Whether a permit is asked for by that word."""
    return any(word.text in _PERMITS for word in tokens(text))


def is_fee_of(service: Service, text: str) -> bool:
    """Whether what a service costs is asked, and no sum of what was spent: «هزینهٔ عضویت کتابخانه».

    What costs nobody anything is asked for what was spent on it.
    """
    return service.fee != "free" and asks_for_fee(text) and not tells_of_data(text) and not tells_of_several(text)


def on_page(service: Service, text: str) -> Label:
    """What an answer says of a service: its sentence, and of days, fee and documents what is declared and asked.

    Days and that it is free are said wherever they are declared; that something is not stated where it is asked.
    """
    words = {word.text for word in tokens(text)}
    parts = (
        _days(service, asked=bool(words & _OF_DAYS)),
        _fee(service, asked=bool(words & _OF_FEE)),
        _documents(service) if words & _OF_DOCUMENTS else NOTHING,
    )
    details = joined(parts, "")
    return ON_PAGE.format(title=service.title, says=service.says, details=details)


def _days(service: Service, *, asked: bool) -> Label:
    if service.days is None:
        return NO_DAYS if asked else NOTHING
    return DAYS.format(days=digits_label(service.days))


def _fee(service: Service, *, asked: bool) -> Label:
    if service.fee == "free":
        return FREE
    if not asked:
        return NOTHING
    return BY_TARIFF if service.fee == "tariff" else NO_FEE


def _documents(service: Service) -> Label:
    if not service.documents:
        return NO_DOCUMENTS
    return DOCUMENTS.format(documents=[document.title for document in service.documents])
