"""A file at an address of the web, fetched when it has changed there."""

from __future__ import annotations

from ipaddress import ip_network
from urllib.parse import unquote, urlsplit

from django.conf import settings

from ayan.apps.desk.files import uploads
from ayan.apps.desk.files.uploads import ReceivedFile
from ayan.apps.desk.refusals import DeskRefused
from ayan.apps.sources import source_secrets
from ayan.apps.sources.arrivals import period_of
from ayan.apps.sources.models import Source
from ayan.apps.sources.source_secrets import EnteredSecret
from ayan.apps.sources.source_type import (
    HOST,
    WEB_SECRET,
    SourceForm,
    SourceType,
    TextField,
    TickField,
    check_variable,
    secret,
    take_in,
)
from ayan.core.intake.http_fetch import FetchLimits, FetchOutcome, check_address, fetch
from ayan.core.schema.definition import Dataset
from ayan.core.values.label import Label
from ayan.wiring import city
from ayan.wiring.own_variables import said


def _header(name: str, address: str) -> str:
    """The header that a variable holds, for an address that the operator bound it to; else FetchOutcome."""
    value = secret(WEB_SECRET, name)
    if not _is_bound(name, address):
        raise FetchOutcome("secret-host", name)
    # An address of a database or of anything else was put where a header belongs: it goes nowhere.
    if "://" in value or not (value.isascii() and value.isprintable()):
        raise FetchOutcome("header-odd", name)
    return value


def _is_bound(name: str, address: str) -> bool:
    """Whether the operator lets this secret go to the server of an address: the same host, port and way of speaking."""
    bound = said(city.current().home, name + HOST)
    hosts = [each.strip() for each in bound.split(",") if each.strip()]
    return source_secrets.origin(address) in {source_secrets.origin(each) for each in hosts}


def _check_host(name: str, address: str) -> None:
    if not _is_bound(name, address):
        raise DeskRefused(
            "گرداننده اجازه نداده است {name} به این کارساز فرستاده شود. میزبان آن را در {variable} می‌نویسد.",
            "The operator has not allowed {name} to be sent to this server, whose host is to stand in {variable}.",
            "secret",
        ).format(name=name, variable=name + HOST)


def _bounds(source: Source) -> FetchLimits:
    networks = tuple(ip_network(network) for network in settings.PULL_NETWORKS)
    return FetchLimits(settings.UPLOAD_BYTES, settings.PULL_SECONDS, networks, source.plain)


def _word(source: Source) -> str:
    """The header that is sent: the one that was entered, or that of the variable; empty where there is none."""
    return _header(source.secret, source.where) if source.secret else source_secrets.header_for(source)


class UrlSource(SourceType):
    """An address of the web."""

    name = "url"
    label = Label("برداشتن از نشانی وب", "Pull from an address")
    order = 40
    reaches_out = True
    text_fields = (
        TextField("where", Label("نشانی وب", "Address"), Label("کامل، با https", "The whole address, with https")),
        TextField(
            "entered",
            Label("سرآیند Authorization", "Authorization header"),
            Label(
                "مانند «Bearer …». رمزشده نگه داشته می‌شود، دیگر نشان داده نمی‌شود و تنها به همین کارساز می‌رود",
                "Like “Bearer …”. It is kept encrypted, not shown again, and sent to this server alone",
            ),
            required=False,
            secret=True,
        ),
        TextField(
            "secret",
            Label("یا متغیر محیطی سرآیند Authorization", "Or the environment variable of the Authorization header"),
            WEB_SECRET.hint,
            required=False,
        ),
    )
    tick_fields = (
        TickField(
            "plain",
            Label(
                "این نشانی رمزگذاری نشده است (http) و این را می‌دانم",
                "This address is not encrypted (http), and I know it",
            ),
        ),
    )

    def check(self, wanted: SourceForm) -> None:
        """A whole address, encrypted unless somebody said that it is not."""
        try:
            check_address(wanted.where.strip(), plain=wanted.plain)
        except FetchOutcome:
            raise DeskRefused(
                "نشانی را کامل و با https بنویسید، بی نام کاربر و گذرواژه. http تنها با رضایت آشکار پذیرفته می‌شود.",
                "Write the whole address with https, without user name and password. http only where it is ticked.",
                "where",
            ) from None
        if wanted.entered.strip():
            source_secrets.check_header(wanted.entered.strip(), "entered")
            return
        if wanted.secret.strip():
            check_variable(WEB_SECRET, wanted.secret, "secret")
            _check_host(wanted.secret.strip(), wanted.where.strip())

    def locked(self, wanted: SourceForm) -> str:
        """The header, encrypted, for the server of the address; none where a variable is named."""
        if wanted.entered.strip():
            return EnteredSecret(wanted.entered.strip(), wanted.where.strip()).locked()
        return "" if wanted.secret.strip() else wanted.locked

    def attempt(self, source: Source, dataset: Dataset) -> Label:
        """The name and size of the file; it is thrown away."""
        del dataset
        got = fetch(source.where, _bounds(source), uploads.incoming(), {}, _word(source))
        if got.path is not None:
            got.path.unlink()
        words = Label("کارساز پاسخ داد: {size} بایت.", "The server answered: {size} bytes.")
        return words.format(size=got.size)

    def fetch(self, source: Source, dataset: Dataset) -> list[FetchOutcome]:
        """The file, unless the server says that it is as it was."""
        period = period_of(source, dataset, source.where)
        bounds, word = _bounds(source), _word(source)
        # The tags are of one address and one period: another period wants the file anew.
        about = f"{source.where} {period}"
        known = source.state.get("tags", {}) if source.state.get("about") == about else {}
        got = fetch(source.where, bounds, uploads.incoming(), known, word)
        if got.path is None:
            return [FetchOutcome("nothing")]
        if not got.size:
            got.path.unlink()
            raise FetchOutcome("empty")
        name = uploads.safe_name(unquote(urlsplit(source.where).path))
        code = take_in(source, dataset, period, ReceivedFile(got.path, got.digest, got.size, name))
        if code != "taken":
            source.state = {**source.state, "about": about, "tags": dict(got.tags)}
        return [FetchOutcome(code)]
