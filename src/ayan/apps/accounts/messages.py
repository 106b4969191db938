"""What officers are told about accounts and access, always at once: somebody may be taking their place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ayan.apps.accounts import audit
from ayan.apps.accounts.limits import ALONE_DELAY
from ayan.apps.accounts.models import User
from ayan.apps.accounts.sessions import person
from ayan.apps.outbox import outbox
from ayan.apps.outbox.message_kind import MessageKind
from ayan.apps.outbox.models import OutboxMessage
from ayan.core.values.label import Label
from ayan.ui.value_html import plain_number
from ayan.wiring import city

_ACCOUNT: Final = Label("حساب شما در میز کار", "Your account at the desk")
_ACCESS: Final = Label("اختیارها در میز کار", "Access at the desk")
_OWNER: Final = Label("صاحب حساب", "The owner of the account")


def _kind(code: str, when: Label, words: Label, to: Label = _OWNER, subject: Label = _ACCOUNT) -> MessageKind:
    return MessageKind(code=code, when=when, to=to, subject=subject, words=words, urgent=True)


NEW_LINK: Final = _kind(
    "account.new-link",
    Label("برای کسی که می‌تواند وارد شود پیوند تازه ساخته شد", "A new link is made for somebody who can sign in"),
    Label(
        "برای حساب شما در میز کار پیوند تازه‌ای ساخته شد. هر که آن را به کار برد، گذرواژه و عامل دوم شما را عوض می‌کند. "
        "اگر خودتان نخواسته‌اید، همین حالا به مدیر دیگری خبر دهید.",
        "A new link was made for your account at the desk. Whoever uses it replaces your password and second factor. "
        "If you did not ask for it, tell another administrator now.",
    ),
)
WRONG_FACTORS: Final = _kind(
    "account.wrong-factors",
    Label("با گذرواژهٔ درست چند کد نادرست نوشته شد", "Several wrong codes after the right password"),
    Label(
        "کسی با گذرواژهٔ درست شما چند بار کد نادرست نوشته است. اگر خودتان نبوده‌اید، همین حالا گذرواژه را عوض کنید و "
        "به مدیر سامانه خبر دهید.",
        "Somebody with your right password typed wrong codes several times. If it was not you, change your password "
        "now and tell the administrator.",
    ),
)
LOCKED: Final = _kind(
    "account.locked",
    Label("حساب قفل شد", "The account is locked"),
    Label(
        "حساب شما در میز کار قفل شد: با گذرواژهٔ درست بارها کد نادرست نوشته شد. برای ورود از مدیر سامانه پیوند تازه "
        "بخواهید.",
        "Your account at the desk is locked: with the right password, wrong codes were typed many times. Ask the "
        "administrator for a new link to sign in.",
    ),
)
ROLE_TAKEN: Final = _kind(
    "access.role-taken",
    Label("نقشی که بر کار دیگران نظر می‌دهد گرفته شد", "A role that decides over others was taken"),
    Label(
        "از یکی از کارکنان نقشی گرفته شد که بر کار دیگران نظر می‌دهد، یا حساب او بسته شد. اگر خبر نداشته‌اید "
        "رد کارها را ببینید.",
        "A role that decides over the work of others was taken from an officer, or the account was closed. If you did "
        "not know of it, look at the audit trail.",
    ),
    Label("همان شخص و حسابرس‌ها", "The person and the auditors"),
    _ACCESS,
)
ASKED_FOR_YOU: Final = _kind(
    "access.asked-for-you",
    Label("مدیری پیوند یا نقشی برای کسی خواست", "An administrator asks for a link or role of somebody"),
    Label(
        "مدیری برای حساب شما در میز کار پیوند ورود تازه یا نقشی خواسته است. اگر خودتان نخواسته‌اید، وارد میز کار شوید "
        "و آن را رد کنید یا همین حالا به حسابرس خبر دهید.",
        "An administrator asked for a new link or a role for your account at the desk. If you did not ask for it, sign "
        "in and refuse it there, or tell an auditor now.",
    ),
)
WAITS_FOR_SECOND: Final = _kind(
    "access.waits",
    Label("درخواست اختیار منتظر مدیر دوم است", "A request for access waits for a second administrator"),
    Label(
        "درخواست اختیاری منتظر تأیید مدیر دوم است. پیش از تأیید از خود آن شخص بپرسید.",
        "A request for access waits for a second administrator. Ask the person themselves before you confirm it.",
    ),
    Label("مدیران دیگر", "The other administrators"),
    _ACCESS,
)
GOES_AHEAD: Final = _kind(
    "access.goes-ahead",
    Label("مدیر دومی نیست که درخواست را تأیید کند", "There is no second administrator to confirm a request"),
    Label(
        "مدیر دیگری نیست که این درخواست اختیار را تأیید کند؛ {hours} ساعت پس از درخواست انجام‌شدنی است. اگر درست "
        "نیست، پیش از آن ردش کنید.",
        "There is no other administrator to confirm this request for access, so it may be carried out after {hours} "
        "hours. If it is not right, refuse it before.",
    ).filled(lambda lang: {"hours": plain_number(int(ALONE_DELAY.total_seconds() // 3600), lang)}),
    Label("حسابرس‌ها", "The auditors"),
    _ACCESS,
)
REFUSED: Final = _kind(
    "access.refused",
    Label("درخواست اختیار رد شد", "A request for access is refused"),
    Label("درخواست اختیاری که داده بودید رد شد.", "A request for access that you made was refused."),
    Label("کسی که درخواست داده", "Whoever asked"),
    _ACCESS,
)
ENDS: Final = MessageKind(
    code="access.ends",
    when=Label("یک هفته پیش از پایان نقشی که روز پایان دارد", "A week before the last day of a role that has one"),
    to=Label("دارندهٔ نقش و رئیس واحد", "Who holds it, and the head of the unit"),
    subject=_ACCESS,
    words=Label(
        "نقشی که تا روزی معین داده شده بود به‌زودی پایان می‌یابد. اگر باز لازم است از مدیر سامانه بخواهید.",
        "A role that was given until a day ends soon. If it is still needed, ask the administrator.",
    ),
)
ENDED: Final = MessageKind(
    code="access.ended",
    when=Label("روز پایان نقشی گذشت", "The last day of a role is over"),
    to=Label("دارندهٔ نقش و رئیس واحد", "Who held it, and the head of the unit"),
    subject=_ACCESS,
    words=Label("نقشی که تا روزی معین داده شده بود پایان یافت.", "A role that was given until a day has ended."),
)
CONTACT_CHANGED: Final = _kind(
    "account.contact-changed",
    Label("رایانامه یا تلفن همراه کسی عوض شد", "The e-mail address or mobile phone of somebody is changed"),
    Label(
        "رایانامه یا تلفن همراه حساب شما در میز کار عوض شد. اگر خودتان نبوده‌اید، همین حالا به مدیر سامانه خبر دهید.",
        "The e-mail address or mobile phone of your account at the desk was changed. If it was not you, tell the "
        "administrator now.",
    ),
    Label("صاحب حساب، به نشانی پیشین", "The owner of the account, at the address before"),
)
CONFIRM_CONTACT: Final = _kind(
    "account.confirm-contact",
    Label("کسی رایانامه یا تلفن تازه‌ای برای خود نوشت", "Somebody gives another address or number for themselves"),
    Label(
        "کد تأیید این نشانی در میز کار {code} است و تا {hours} ساعت کار می‌کند. اگر خودتان نخواسته‌اید، کاری نکنید.",
        "The code that confirms this address at the desk is {code}; it works for {hours} hours. If you did not ask for "
        "it, do nothing.",
    ),
    Label("صاحب حساب، به نشانی تازه", "The owner of the account, at the new address"),
)
KINDS: Final = (
    NEW_LINK, WRONG_FACTORS, LOCKED, ROLE_TAKEN, ASKED_FOR_YOU, WAITS_FOR_SECOND, GOES_AHEAD, REFUSED, ENDS,
    ENDED, CONTACT_CHANGED, CONFIRM_CONTACT,
)  # fmt: skip


def warn(to: User, kind: MessageKind) -> None:
    """Tell one officer; how long the page takes does not say whether there is an address."""
    warn_all([to], kind)


def warn_all(people: Iterable[User], kind: MessageKind) -> None:
    """Tell each of them, anew every time."""
    everybody = list(people)
    about = str(person(everybody[0])) if len(everybody) == 1 else "access"
    outbox.put(kind, everybody, about, stage=city.current().clock.now().isoformat())


# --- the trail --------------------------------------------------------------------------------------------------------


def sent(number: str) -> None:
    """Write into the audit trail that an officer was told of something."""
    _record("message.send", number)


def failed(number: str) -> None:
    """Write into the audit trail that an officer could not be told of something."""
    _record("message.fail", number)


def _record(event: str, number: str) -> None:
    message = OutboxMessage.objects.filter(pk=int(number)).exclude(user=None).select_related("user").first()
    if message is not None and isinstance(message.user, User):
        facts = {"kind": message.kind, "way": message.channel, "message": message.pk}
        audit.record(None, event, person(message.user), **facts)
