"""Every verb of the desk and who may do it: one line of policy each; and the events that need no permission."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal, TypeAlias

from ayan.core.values.label import Label


class Role(StrEnum):
    """What a person may be at the desk; the scope (unit, dataset) stands beside it in a grant."""

    CLERK = "clerk"
    APPROVER = "approver"
    PRIVACY = "privacy_officer"
    REQUESTS = "request_officer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


ROLES: Final[Mapping[Role, Label]] = {
    Role.CLERK: Label("کارشناس داده", "Clerk"),
    Role.APPROVER: Label("تأییدکننده", "Approver"),
    Role.PRIVACY: Label("مسئول حریم خصوصی", "Privacy officer"),
    Role.REQUESTS: Label("مسئول پاسخ‌گویی", "Request officer"),
    Role.AUDITOR: Label("حسابرس", "Auditor"),
    Role.ADMINISTRATOR: Label("مدیر سامانه", "Administrator"),
}
WHOLE_CITY: Final = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})
"""Roles that are given for the whole city or not at all."""

STRONG: Final = frozenset({Role.APPROVER, Role.PRIVACY, Role.AUDITOR, Role.ADMINISTRATOR})
"""Roles that no administrator gives alone, nor a new link to who holds one: those who decide over what others did, and
administrators themselves, since two of them together can do all this."""

Own: TypeAlias = Literal["any", "never"]


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """One line of policy: what the verb is called, the roles that may do it, and whether one's own work is excluded.

    ``own`` is ``never`` where nobody may judge what they sent or had a hand in, or change what they are themselves.
    """

    label: Label
    roles: frozenset[Role]
    own: Own = "any"


def _line(fa: str, en: str, *roles: Role, own: Own = "any") -> PolicyLine:
    return PolicyLine(Label(fa, en), frozenset(roles), own)


_DATA = (Role.CLERK, Role.APPROVER, Role.PRIVACY, Role.AUDITOR)

POLICY: Final[Mapping[str, PolicyLine]] = {
    "submission.create": _line("فرستادن پروندهٔ تازه", "begin a submission", Role.CLERK),
    "submission.view": _line("دیدن پرونده", "see a submission", *_DATA),
    "submission.edit": _line("درست کردن پرونده", "repair a submission", Role.CLERK),
    "submission.send": _line("فرستادن برای تأیید", "send a submission", Role.CLERK),
    "submission.withdraw-before": _line("پس گرفتن پیش از انتشار", "take a submission back unpublished", Role.CLERK),
    "submission.approve": _line("تأیید", "approve a submission", Role.APPROVER, own="never"),
    "submission.return": _line("برگرداندن برای اصلاح", "return a submission", Role.APPROVER, own="never"),
    "submission.refuse": _line("رد کردن", "refuse a submission", Role.APPROVER, own="never"),
    "submission.free": _line(
        "کنار گذاشتن پروندهٔ نیمه‌کارهٔ دیگری",
        "set an unfinished submission of somebody else aside",
        Role.APPROVER,
        Role.ADMINISTRATOR,
    ),
    "submission.comment": _line("نوشتن در گفت‌وگوی پرونده", "write in the talk about a submission", *_DATA),
    "release.take-back": _line("پس گرفتن در ده دقیقه", "take a release back", Role.CLERK, Role.APPROVER),
    "release.withdraw": _line("پیشنهاد برداشتن انتشار", "ask for a withdrawal", Role.CLERK, Role.APPROVER),
    "release.erase": _line("پیشنهاد پاک کردن ردیف", "ask for the erasure of rows", Role.PRIVACY),
    "release.correct": _line("اصلاح انتشار", "correct a release", Role.CLERK),
    "privacy.waive": _line(
        "اجازهٔ انتشار آنچه برای حریم خصوصی نگه داشته شده", "waive what is held for privacy", Role.PRIVACY, own="never"
    ),
    "balance.override": _line(
        "گذشتن از موازنه‌ای که برقرار نیست", "override a balance that fails", Role.AUDITOR, own="never"
    ),
    "original.read": _line("دیدن پروندهٔ اصلی", "read an original file", *_DATA),
    "audit.view": _line("دیدن رد کارها", "see the audit trail", Role.AUDITOR),
    "health.view": _line("دیدن سلامت سامانه", "see how the site is", Role.ADMINISTRATOR),
    "people.manage": _line("گرداندن کارکنان", "manage people", Role.ADMINISTRATOR),
    "people.grant": _line("دادن یا گرفتن اختیار", "give or take a grant", Role.ADMINISTRATOR, own="never"),
    "people.confirm": _line("تأیید درخواست اختیار", "confirm a request for access", Role.ADMINISTRATOR, own="never"),
    "people.object": _line("رد درخواست اختیار", "refuse a request for access", Role.ADMINISTRATOR, Role.AUDITOR),
    "message.manage": _line("فرستادن دوبارهٔ پیام", "send a message again", Role.ADMINISTRATOR),
    "source.manage": _line("گرداندن منبع‌های خودکار", "manage sources", Role.ADMINISTRATOR),
    "dataset.declare": _line("اعلام دادهٔ تازه", "declare a new dataset", Role.ADMINISTRATOR),
    "table.change": _line("تغییر جدول", "change a table", Role.ADMINISTRATOR),
    "table.confirm": _line("تأیید تغییر جدول", "confirm a change of a table", Role.ADMINISTRATOR, own="never"),
    "value.propose": _line("پیشنهاد مقدار تازه برای فهرست", "propose a value of a list", Role.CLERK),
    "value.confirm": _line(
        "تأیید مقدار تازهٔ فهرست", "confirm a value of a list", Role.APPROVER, Role.ADMINISTRATOR, own="never"
    ),
    "profile.change": _line("تغییر مشخصات شهر", "change the city's profile", Role.ADMINISTRATOR),
    "profile.confirm": _line(
        "تأیید تغییر مشخصات شهر", "confirm a change of the city's profile", Role.ADMINISTRATOR, own="never"
    ),
    "advance.give": _line("دادن تأیید از پیش", "give an approval in advance", Role.APPROVER),
    "advance.revoke": _line(
        "پس گرفتن تأیید از پیش", "revoke an approval in advance", Role.APPROVER, Role.ADMINISTRATOR
    ),
    "due.view": _line("دیدن تقویم", "see the calendar", *Role),
    "due.manage": _line("تعیین مسئول و جانشین", "name owners and deputies", Role.ADMINISTRATOR, Role.APPROVER),
    "finding.view": _line("دیدن یافته‌های هشدار", "see findings of flags", Role.REQUESTS, Role.APPROVER, Role.AUDITOR),
    "finding.tell": _line("نشان دادن یافته به طرف", "show a finding to whom it names", Role.REQUESTS),
    "finding.reply": _line("نوشتن پاسخ به یافته", "enter a reply to a finding", Role.REQUESTS),
    "finding.clear": _line("رفع یافته با دلیل", "clear a finding with a reason", Role.AUDITOR),
    "finding.notice": _line("ساختن نامهٔ یافته با رمز", "make the letter of a finding", Role.REQUESTS),
    "reply.view": _line(
        "دیدن پاسخ رسیده به پیشخان", "see a reply that came to the counter", Role.REQUESTS, Role.AUDITOR
    ),
    "reply.confirm": _line("تأیید پاسخ رسیده", "confirm a reply that came", Role.REQUESTS),
    "reply.return": _line("برگرداندن پاسخ رسیده", "return a reply that came", Role.REQUESTS),
    "case.file": _line("ثبت درخواست برای کسی", "file a case for somebody", Role.REQUESTS),
    "case.view": _line("دیدن مورد پیشخان", "see a case", Role.REQUESTS, Role.APPROVER, Role.PRIVACY, Role.AUDITOR),
    "case.handle": _line("رسیدگی به مورد پیشخان", "deal with a case", Role.REQUESTS),
    "case.review": _line("بازبینی پاسخ", "read an answer before it goes", Role.APPROVER, Role.PRIVACY, own="never"),
    "case.lead": _line("سپردن و تمدید موردهای واحد", "assign a unit’s cases", Role.APPROVER),
    "case.moderate": _line(
        "بررسی متن پیش از انتشار", "check words before they are public", Role.REQUESTS, Role.PRIVACY
    ),
}

MACHINE: Final = frozenset({"submission.create", "submission.view", "submission.edit", "submission.send"})
"""All that an account of a machine may ever do, whatever roles it was given."""

EVENTS: Final[Mapping[str, Label]] = {
    "session.begin": Label("ورود", "signed in"),
    "session.end": Label("خروج", "signed out"),
    "session.end-all": Label("خروج از همه‌جا", "signed out everywhere"),
    "session.failed": Label("ورود ناموفق", "a sign-in failed"),
    "session.locked": Label("قفل شدن ورود", "sign-in was locked"),
    "factor.add": Label("افزودن عامل دوم", "added a second factor"),
    "factor.remove": Label("برداشتن عامل دوم", "removed a second factor"),
    "factor.recovery": Label("ورود با کد بازیابی", "used a recovery code"),
    "password.change": Label("تغییر گذرواژه", "changed the password"),
    "provider.bind": Label("وصل کردن ورود یکپارچه", "bound an identity of single sign-on"),
    "provider.unbind": Label("جدا کردن ورود یکپارچه", "let go of an identity of single sign-on"),
    "people.join": Label("پیوستن با پیوند دعوت", "joined by an invitation"),
    "policy.refused": Label("کار بی‌اجازه", "was refused"),
    "reminder.send": Label("فرستادن یادآوری", "a reminder was sent"),
    "contact.change": Label("تغییر رایانامه یا تلفن همراه", "changed e-mail or mobile phone"),
    "message.wish": Label("تعیین شیوهٔ پیام‌ها", "chose how to be told"),
    "message.send": Label("فرستادن پیام", "a message was sent"),
    "message.fail": Label("نرسیدن پیام", "a message could not be sent"),
    "release.publish": Label("انتشار", "was published"),
    "release.refused": Label("انتشار انجام نشد", "could not be published"),
    "original.delete": Label("حذف پروندهٔ اصلی پس از مهلت", "an original was deleted"),
    "advance.use": Label("به کار رفتن تأیید از پیش", "an approval given in advance was used"),
    "source.arrive": Label("رسیدن پرونده از منبع", "a file arrived by itself"),
    "source.refuse": Label("نپذیرفتن پروندهٔ منبع", "a file that arrived was refused"),
    "finding.publish": Label("انتشار یافته پس از مهلت پاسخ", "a finding was published after the time for a reply"),
    "finding.expire": Label("پایان یافته", "a finding expired"),
    "notice.open": Label("باز شدن نامهٔ یافته با رمز", "the letter of a finding was opened"),
    "reply.receive": Label("رسیدن پاسخ به پیشخان", "a reply came to the counter"),
    "case.late": Label("دیر شدن مورد پیشخان", "a case became overdue"),
    "case.erase": Label("پاک شدن دادهٔ مورد پس از مهلت", "personal data of a case was erased"),
    "case.repeat": Label("درخواست‌های همانند", "several cases asked for the same"),
    "audit.seal": Label("مهر کردن رد روز", "the day's trail was sealed"),
    "audit.resume": Label(
        "ادامهٔ رد کارها پس از بازگشت پایگاه دادهٔ کهنه‌تر",
        "the trail went on after an older database came back",
    ),
}
"""What the audit trail holds beside the verbs of `POLICY`: nobody needs a permission for these."""


def label(verb: str) -> Label:
    """How a verb or an event is called; KeyError for one that is in neither list."""
    return POLICY[verb].label if verb in POLICY else EVENTS[verb]
