"""The statement of the log's key for paper: what a city signs and hands out, so that nobody takes the portal's word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from html import escape
from typing import Final

from ayan.core.ledger.note import Verifier
from ayan.core.ledger.policy import PolicyWitness
from ayan.core.values.jalali import fa_date
from ayan.core.values.label import Label
from ayan.ui.qr_code import qr_code

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
    """The statement as a page of HTML that stands by itself, to be printed, signed and stamped: Persian, then English.

    ``former`` are the keys before, the oldest first; ``witnesses`` those that the city has named.
    """
    policy = [f"log {key}", *(f"witness {witness.name} {witness.key}" for witness in witnesses), *_quorum(witnesses)]
    public, record, digits = escape(str(key)), escape(dns_record(key)), fingerprint(key)
    believed = "<br>".join(map(escape, policy))
    keys = "".join(f"<dd><code>{escape(str(each))}</code></dd>" for each in reversed(former))
    before = (
        Label(
            f"<dt>کلیدهای پیشین، تازه‌ترین نخست؛ تعویض هر یک برگی در دفتر دارد</dt>{keys}",
            f"<dt>Keys before, the newest first; the change of each has a leaf in the log</dt>{keys}",
        )
        if former
        else Label("", "")
    )
    fa = f"""\
<section lang="fa" dir="rtl">
<h1>بیانیهٔ کلید دفتر {escape(city.fa)}</h1>
<p>دفتر کارهای علنی این شهر از {fa_date(day)} با کلید زیر امضا می‌شود. نسخه‌ای که خود سامانه از این کلید نشان می‌دهد
چیزی را ثابت نمی‌کند؛ آنچه می‌ماند این برگهٔ امضاشده، روزنامهٔ رسمی، رکورد DNS و سیاست گواهان است.</p>
<dl><dt>کلید همگانی</dt><dd><code>{public}</code></dd><dd>{qr_code(str(key))}</dd>
<dt>اثر انگشت (SHA-256)</dt><dd><code>{digits}</code></dd>
<dt>رکورد DNS</dt><dd><code>{record}</code></dd>
{before.fa}
<dt>سیاست گواهان (tlog-policy)</dt><dd><code>{believed}</code></dd>
<dt>چگونه به کار می‌رود</dt>
<dd>کلید را از همین برگه در پرونده‌ای بنویسید: <code>ayan verify نشانی --key پرونده</code></dd></dl>
<p class="line">نام، سمت، امضا و مهر</p>
</section>"""
    en = f"""\
<section lang="en" dir="ltr">
<h1>Statement of the key of the log of {escape(city.en)}</h1>
<p>As of {day.isoformat()} the log of this city's public acts is signed with the key below. The copy that the portal
itself shows proves nothing; what counts is this signed sheet, the gazette, the DNS record and the policy of the
witnesses.</p>
<dl><dt>Public key</dt><dd><code>{public}</code></dd>
<dt>Fingerprint (SHA-256)</dt><dd><code>{digits}</code></dd>
<dt>DNS record</dt><dd><code>{record}</code></dd>
{before.en}
<dt>Policy of witnesses (tlog-policy)</dt><dd><code>{believed}</code></dd>
<dt>How it is used</dt>
<dd>Copy the key from this sheet into a file: <code>ayan verify ADDRESS --key FILE</code></dd></dl>
<p class="line">Name, office, signature and stamp</p>
</section>"""
    return (
        f'<!doctype html>\n<html lang="fa" dir="rtl">\n<head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width">'
        f"<title>بیانیهٔ کلید دفتر {escape(city.fa)}</title><style>{_STYLE}</style></head>\n"
        f"<body>\n{fa}\n{en}\n</body>\n</html>\n"
    )


def _quorum(witnesses: Sequence[PolicyWitness]) -> list[str]:
    """Any one of the witnesses at least; none where there are none."""
    if not witnesses:
        return ["quorum none"]
    names = " ".join(witness.name for witness in witnesses)
    return [f"group witnesses any {names}", "quorum witnesses"]
