"""The statement of the log's key for paper: what a city signs and hands out, so that nobody takes the portal's word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256
from html import escape
from typing import Final

from ayan.core.ledger.note import Verifier
from ayan.core.ledger.trust_policy import PolicyWitness
from ayan.core.values import locale
from ayan.core.values.jalali import fa_date
from ayan.core.values.label import Label, day_label
from ayan.core.values.locale import Lang
from ayan.ui.qr_code import qr_code

_TITLE: Final = Label("بیانیهٔ کلید ثبت عمومی {city}", "Statement of the key of the log of {city}")
_LEAD: Final = Label(
    "ثبت عمومی کارهای علنی این شهر از {day} با کلید زیر امضا می‌شود. نسخه‌ای که خود سامانه از "
    "این کلید نشان می‌دهد چیزی را "
    "ثابت نمی‌کند؛ آنچه اعتبار دارد این برگهٔ امضاشده، روزنامهٔ رسمی، رکورد DNS و سیاست گواهان است.",
    "As of {day} the log of this city's public acts is signed with the key below. The copy that the portal "
    "itself shows proves nothing; what counts is this signed sheet, the gazette, the DNS record and the policy of the "
    "witnesses.",
)
_KEY: Final = Label("کلید همگانی", "Public key")
_FINGERPRINT: Final = Label("اثر انگشت (SHA-256)", "Fingerprint (SHA-256)")
_DNS: Final = Label("رکورد DNS", "DNS record")
_FORMER: Final = Label(
    "کلیدهای پیشین، تازه‌ترین نخست؛ تعویض هر یک برگی در ثبت عمومی دارد",
    "Keys before, the newest first; the change of each has a leaf in the log",
)
_POLICY: Final = Label("سیاست گواهان (tlog-policy)", "Policy of witnesses (tlog-policy)")
_USE: Final = Label("کلید را از همین برگه در پرونده‌ای بنویسید", "Copy the key from this sheet into a file")
_SIGNED: Final = Label("نام، سمت، امضا و مهر", "Name, office, signature and stamp")
_GROUP: Final = 4
_STYLE: Final = (
    "body{font:12pt/1.7 serif;max-width:44em;margin:2em auto;padding:0 1em;color:#12201f;background:#fff}"
    "code{font:10pt/1.5 monospace;direction:ltr;unicode-bidi:isolate;overflow-wrap:anywhere}"
    "dt{font-weight:bold}dd{margin:0 0 .8em}.line{margin-top:3em;border-top:1px solid;max-width:20em}"
)


def fingerprint(key: Verifier) -> str:
    """The SHA-256 of a key as text, in groups of digits that can be read over a telephone."""
    digits = sha256(str(key).encode()).hexdigest()
    return " ".join(digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP))


def dns_record(key: Verifier) -> str:
    """The text record under which the city's name server states the key."""
    return f'_ayan-log.{key.name}. TXT "{key}"'


def statement(
    city: Label, key: Verifier, former: Sequence[Verifier], witnesses: Sequence[PolicyWitness], day: date
) -> str:
    """The statement as a page of HTML that stands by itself, to be printed, signed and stamped, in every language.

    ``former`` are the keys before, the oldest first; ``witnesses`` those that the city has named.
    """
    policy = [f"log {key}", *(f"witness {witness.name} {witness.key}" for witness in witnesses), *_quorum(witnesses)]
    parts = [
        (_KEY, [_code(str(key)), qr_code(str(key))]),
        (_FINGERPRINT, [_code(fingerprint(key))]),
        (_DNS, [_code(dns_record(key))]),
        (_FORMER, [_code(str(each)) for each in reversed(former)]),
        (_POLICY, [_code(*policy)]),
        (_USE, [_code("ayan verify https://… --key FILE")]),
    ]
    dated = replace(day_label(day), fa=fa_date(day))
    lead = _LEAD.format(day=dated)
    title = _TITLE.format(city=city)
    sections = "".join(_section(lang, title.of(lang), lead.of(lang), parts) for lang in locale.codes())
    return (
        '<!doctype html>\n<html lang="fa" dir="rtl">\n<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title.fa)}</title><style>{_STYLE}</style></head>\n<body>\n{sections}</body>\n</html>\n"
    )


def _section(lang: Lang, title: str, lead: str, parts: Sequence[tuple[Label, Sequence[str]]]) -> str:
    """The statement in one language; parts of which there is nothing are left out."""
    items = "".join(
        f"<dt>{escape(heading.of(lang))}</dt>{''.join(f'<dd>{value}</dd>' for value in values)}\n"
        for heading, values in parts
        if values
    )
    return (
        f'<section lang="{lang}" dir="{locale.of(lang).direction}">\n<h1>{escape(title)}</h1>\n'
        f'<p>{escape(lead)}</p>\n<dl>\n{items}</dl>\n<p class="line">{escape(_SIGNED.of(lang))}</p>\n</section>\n'
    )


def _code(*lines: str) -> str:
    return f"<code>{'<br>'.join(map(escape, lines))}</code>"


def _quorum(witnesses: Sequence[PolicyWitness]) -> list[str]:
    """Any one of the witnesses at least; none where there are none."""
    if not witnesses:
        return ["quorum none"]
    names = " ".join(witness.name for witness in witnesses)
    return [f"group witnesses any {names}", "quorum witnesses"]
