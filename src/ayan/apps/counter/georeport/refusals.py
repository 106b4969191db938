"""Why a report, or a question about reports, is not taken: as GeoReport says it, in both languages."""

from __future__ import annotations

from ayan.core.values.refusal import Refusal


class NoSuchJurisdiction(Refusal):
    """Another jurisdiction is named than the one that is here."""

    code = "georeport-jurisdiction"
    fa = "jurisdiction_id شهری دیگر است. اینجا تنها یک شهر هست؛ می‌شود آن را ننوشت."
    en = "The jurisdiction_id is of another city. There is only one here; it may be left out."
    status = 404
    field = "jurisdiction_id"


class ServiceCodeMissing(Refusal):
    """A report without a service."""

    code = "georeport-service-missing"
    fa = "service_code نوشته نشده است. کدها در services.json است."
    en = "No service_code is given. The codes are in services.json."
    status = 400
    field = "service_code"


class NoSuchService(Refusal):
    """There is no service of this code."""

    code = "georeport-no-service"
    fa = "چنین service_code نیست. کدها در services.json است."
    en = "There is no such service_code. The codes are in services.json."
    status = 404
    field = "service_code"


class NoSuchReport(Refusal):
    """No report bears this number, or none was filed under this code."""

    code = "georeport-no-request"
    fa = "گزارشی با این شماره یا کد نیست."
    en = "There is no report of this number or code."
    status = 404


class ReportOutputUnknown(Refusal):
    """An ending that is neither ``json`` nor ``xml``."""

    code = "georeport-format"
    fa = "این قالب نیست. json یا xml بخواهید."
    en = "There is no such format. Ask for json or xml."
    status = 404


class ReportMethodWrong(Refusal):
    """The address takes no such method."""

    code = "georeport-method"
    fa = "این نشانی چنین کاری نمی‌پذیرد: تنها requests.json و requests.xml گزارش تازه می‌گیرند، با POST."
    en = "This address takes no such method: only requests.json and requests.xml take new reports, by POST."
    status = 405


class ReportFromElsewhere(Refusal):
    """A page of another site sent the report through a reader's browser."""

    code = "georeport-elsewhere"
    fa = "صفحهٔ وبگاهی دیگر نمی‌تواند از مرورگر کسی گزارش بفرستد. برنامه یا سرور آن وبگاه می‌تواند."
    en = "A page of another site cannot report through somebody’s browser. A program or that site’s server can."
    status = 403


class ReportBodyOdd(Refusal):
    """The body is no form, or one that cannot be read."""

    code = "georeport-body"
    fa = "بدنه باید فرم باشد (application/x-www-form-urlencoded، یا با عکس multipart/form-data)، به UTF-8."
    en = "The body is a form (application/x-www-form-urlencoded, or multipart/form-data with photos), in UTF-8."
    status = 400


class ReportTooLarge(Refusal):
    """More than a report may be."""

    code = "georeport-too-large"
    fa = "گزارش بزرگ‌تر از اندازه است. متن را کوتاه و عکس‌ها را کمتر کنید."
    en = "The report is too large. Shorten the words and send fewer photos."
    status = 413


class ReportParameterOdd(Refusal):
    """A parameter that means nothing here, or a value that it cannot have; the words say which."""

    code = "georeport-parameter"
    fa = "پارامترها درست نیست."
    en = "The parameters are not right."
    status = 400


class ReportsTooMany(Refusal):
    """From one address too much was sent in the last quarter of an hour."""

    code = "georeport-too-many"
    fa = "از این نشانی در یک ربع گذشته بسیار فرستاده شده است. این گزارش ثبت نشد؛ کمی بعد دوباره بفرستید."
    en = "Much was sent from here in the last quarter of an hour. This report was not taken; send it again later."
    status = 429
    retry_after = 900


class ReportLinksTooMany(Refusal):
    """A text with more links than a report has."""

    code = "georeport-links"
    fa = "متن گزارش پیوندهای بسیار دارد. چند تا را بردارید."
    en = "The words of the report hold too many links. Take some out."
    status = 422
    field = "description"


class ReportUnsound(Refusal):
    """Several things are wrong with a report; each is told by itself."""

    code = "georeport-unsound"
    fa = "گزارش پذیرفته نشد."
    en = "The report was not taken."
    status = 400

    def __init__(self, faults: list[Refusal]) -> None:
        super().__init__()
        self.faults = faults
