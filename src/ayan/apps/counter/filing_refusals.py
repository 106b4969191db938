"""Why something that a person does at the counter is not done."""

from __future__ import annotations

from ayan.apps.accounts.limits import ATTEMPTS_WINDOW
from ayan.core.values.refusal import Refusal


class TooManyFilings(Refusal):
    """From one address too much was sent in the last quarter of an hour."""

    code = "too-many-filings"
    fa = "از این نشانی در یک ربع گذشته بسیار فرستاده شده است. آنچه نوشته‌اید نگه داشته شد؛ کمی بعد دوباره بفرستید."
    en = "Much was sent from here in the last quarter of an hour. What you wrote is kept; send it again a little later."
    status = 429
    retry_after = int(ATTEMPTS_WINDOW.total_seconds())


class FormGone(Refusal):
    """A form that this city did not give out, or gave out too long ago."""

    code = "form-gone"
    fa = "این فرم قدیمی است و آنچه در آن بود دیگر در سرور نیست. دوباره پر کنید و بفرستید."
    en = "This form is old, and what stood in it is no longer at the server. Fill it in again and send it."
    status = 422


class AppealNotOpen(Refusal):
    """An appeal without the case that it is about."""

    code = "appeal-not-open"
    fa = "تجدیدنظر از صفحهٔ خود مورد خواسته می‌شود. آن را با شماره و کد پیگیری باز کنید."
    en = "An appeal is made from the page of the case itself. Open it with its number and code."
    status = 422


class CaseNotOpened(Refusal):
    """The number and the code do not open a case: one of them is wrong, or the code's time is over."""

    code = "case-not-opened"
    fa = "با این شماره و کد موردی باز نشد: یکی نادرست است یا زمان کد گذشته است."
    en = "This number and code open no case: one of them is wrong, or the time of the code is over."
    status = 422
    field = "code"


class CaseClosedToYou(Refusal):
    """The page of a case is asked for by a browser that has not opened it, or long ago."""

    code = "case-closed-to-you"
    fa = "این صفحه بسته است. مورد را دوباره با شماره و کد باز کنید."
    en = "This page is closed. Open the case again with its number and code."
    status = 403
