"""The fee of a case as a tariff of this site computes it: its address is stated, the amount never typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.http import QueryDict
from django.urls import Resolver404, resolve, reverse

from ayan.apps.counter.limits import LARGEST_CHARGE, LONGEST_ADDRESS
from ayan.apps.desk.refusals import DeskRefused
from ayan.apps.tariffs.calculation import CHARGED, OTHER, Calculation, calculation
from ayan.core.casework.case_kind import CaseKind
from ayan.core.tariff.tariff import Tariff
from ayan.core.values.digits import NotANumber, parse_number
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui.value_html import plain_number
from ayan.wiring import city

FEE: Final = Label("عوارض", "Fee")
AMOUNT: Final = Label("{amount} ریال", "{amount} rial")


@dataclass(frozen=True, slots=True)
class ComputedFee:
    """An amount in rial, by which tariff, and the inputs as they stand in the address of the computation.

    ``holds`` says whether the tariff, as it is declared now, still gives this amount. An amount that a body has set
    has no tariff, and ``charge`` says what it is for.
    """

    tariff: str
    query: str
    amount: int
    holds: bool = True
    charge: str = ""

    @property
    def facts(self) -> dict[str, str | int]:
        """What a case keeps of it."""
        if self.charge:
            return {"charge": self.charge, "amount": self.amount}
        return {"tariff": self.tariff, "query": self.query, "amount": self.amount}

    def address(self, lang: Lang) -> str:
        """The page of the computation in a language, with each of its lines to be disputed there; "" without one."""
        if self.charge:
            return ""
        return reverse(f"{lang}:tariff", args=(self.tariff,)) + self.query

    @property
    def is_declared(self) -> bool:
        """Whether the tariff is still among those of this site, so that its page opens."""
        return bool(self.tariff) and city.current().registry.tariffs().named(self.tariff) is not None

    def words(self, lang: Lang) -> str:
        """The amount in figures."""
        return AMOUNT.of(lang).format(amount=plain_number(self.amount, lang))


@dataclass(frozen=True, slots=True)
class ShownFee:
    """A fee as a page tells it; without an ``address`` where its tariff is declared no more.

    ``changed`` says that the tariff gives another amount now than on the day when the fee was told. Of an amount that a
    body has set, ``charge`` says what it is for, and ``law`` who sets it.
    """

    amount: int
    address: str
    changed: bool
    charge: Label | None = None
    law: Label | None = None


class FeeRefused(DeskRefused):
    """What was stated as the computation of a fee gives no amount that could be asked for."""

    code = "case-fee"
    fa = "این نشانی محاسبهٔ عوارض نیست. عوارض را در صفحهٔ تعرفه حساب کنید و نشانی همان صفحه را بیاورید."
    en = "This is no computation of a fee. Work the fee out on the page of its tariff and bring its address."
    status = 422
    field = "fee"


NOT_OURS: Final = Label(
    "این تعرفه از شهر دیگری است و این‌جا نمونه است. با تعرفهٔ خود شهر حساب کنید.",
    "This tariff is of another city and an example here. Compute with the city’s own tariff.",
)
NOT_IN_FORCE: Final = Label(
    "این تعرفه امروز معتبر نیست. با تعرفه‌ای حساب کنید که امروز معتبر است.",
    "This tariff is not in force today. Compute with the one that is.",
)
NOT_WHOLE: Final = Label(
    "در این نشانی ورودی «{input}» درست نیست: {why}", "In this address the input “{input}” is not right: {why}"
)
NO_INPUTS: Final = Label(
    "در این نشانی ورودی‌های محاسبه نیست. نخست حساب کنید و سپس نشانی را بیاورید.",
    "This address has no inputs. Compute first, then bring the address.",
)
NO_AMOUNT: Final = Label("تعرفه برای این مورد مبلغی نمی‌دهد: {why}", "The tariff gives no amount for this case: {why}")
RANGE: Final = Label(
    "این تعرفه یک بازه می‌دهد، نه یک مبلغ. با تعرفه‌ای حساب کنید که مبلغ می‌دهد.",
    "This tariff gives a range and no amount. Compute with one that gives an amount.",
)


def fee_at(text: str, day: date) -> ComputedFee:
    """The fee that the address of a computation comes to on a day. Raises FeeRefused."""
    tariff, sent = _stated(text.strip())
    if tariff.is_example:
        raise FeeRefused().worded(NOT_OURS)
    if not tariff.in_force(day):
        raise FeeRefused().worded(NOT_IN_FORCE)
    if tariff.is_range:
        raise FeeRefused().worded(RANGE)
    work = _worked(tariff, sent)
    if work.refusals:
        wrong = work.refusals[0]
        raise FeeRefused().worded(NOT_WHOLE).format(input=tariff.called(wrong.field), why=wrong.label)
    if work.outcome is None:
        raise FeeRefused().worded(NO_INPUTS)
    if work.amount is None:
        raise FeeRefused().worded(NO_AMOUNT).format(why=work.outcome.reason or Label("", ""))
    return ComputedFee(tariff.code, work.query, work.amount)


def fee_of(facts: Mapping[str, Any]) -> ComputedFee | None:
    """The fee that an entry of a case states; None where it states none."""
    kept = facts.get("fee")
    if not isinstance(kept, dict):
        return None
    if "charge" in kept:
        return ComputedFee("", "", int(kept["amount"]), charge=str(kept["charge"]))
    code, query, amount = str(kept["tariff"]), str(kept["query"]), int(kept["amount"])
    tariff = city.current().registry.tariffs().named(code)
    holds = tariff is not None and _worked(tariff, QueryDict(query[1:]).dict()).amount == amount
    return ComputedFee(code, query, amount, holds)


def shown_fee(facts: Mapping[str, Any], lang: Lang, kind: CaseKind | None = None) -> ShownFee | None:
    """The fee that an entry of a case of a kind states, as a page in a language tells it."""
    fee = fee_of(facts)
    if fee is None:
        return None
    if fee.charge:
        charge = kind.charge(fee.charge) if kind is not None else None
        return ShownFee(fee.amount, "", False, charge.title if charge else FEE, charge.law if charge else None)
    return ShownFee(fee.amount, fee.address(lang) if fee.is_declared else "", not fee.holds)


def charge_of(kind: CaseKind, code: str, text: str) -> ComputedFee:
    """An amount in rial that a body has set, for something that the kind declares. Raises DeskRefused."""
    if kind.charge(code) is None:
        raise DeskRefused("بگویید مبلغ بابت چیست.", "Say what the amount is for.", field="charge")
    try:
        amount = parse_number(text.strip())
    except NotANumber:
        amount = 0
    if amount != int(amount) or not 0 < amount <= LARGEST_CHARGE:
        raise DeskRefused(
            "مبلغ را به ریال و با رقم بنویسید؛ مانند ۱۲٬۵۰۰٬۰۰۰.",
            "Write the amount in rial and in digits, such as 12,500,000.",
            field="amount",
        )
    return ComputedFee("", "", int(amount), charge=code)


def tariffs_in_force(day: date) -> tuple[Tariff, ...]:
    """The city's own tariffs by which a fee can be computed on a day."""
    sound = city.current().registry.tariffs().sound
    return tuple(each for each in sound if not each.is_example and not each.is_range and each.in_force(day))


def _worked(tariff: Tariff, sent: Mapping[str, Any]) -> Calculation:
    """The case without what was charged for it; its words are not read, so that its language does not matter."""
    return calculation(tariff, {each.name: str(sent.get(each.name, "")) for each in tariff.inputs}, "fa")


def _stated(text: str) -> tuple[Tariff, Mapping[str, Any]]:
    """The tariff that an address of this site names, and its inputs. Raises FeeRefused."""
    if not text or len(text) > LONGEST_ADDRESS:
        raise FeeRefused
    try:
        parts = urlsplit(text)
        own = {"", urlsplit(settings.ORIGIN).netloc}
        match = resolve(unquote(parts.path)) if parts.netloc in own and parts.path.startswith("/") else None
        sent = QueryDict(parts.query)
    except (Resolver404, ValueError):
        raise FeeRefused from None
    code = str(match.kwargs["code"]) if match is not None and match.url_name == "tariff" else ""
    tariff = city.current().registry.tariffs().named(code)
    if tariff is None or set(sent) - {each.name for each in tariff.inputs} - {CHARGED, OTHER}:
        raise FeeRefused
    return tariff, sent.dict()
