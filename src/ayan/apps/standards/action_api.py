"""The reading part of CKAN's action API, so that what others have written for CKAN reads this city unchanged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, Literal, TypedDict
from urllib.parse import parse_qsl, quote

import orjson
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

import ayan
from ayan.apps.catalog.page_context import site
from ayan.apps.standards import datastore, packages
from ayan.apps.standards.action_parameters import ActionParameters, ActionRefused
from ayan.apps.standards.limits import LARGEST_ACTION
from ayan.apps.standards.open_data_list import both
from ayan.apps.standards.packages import NO_OWNER, NO_TOPIC, PackageCatalogue
from ayan.core.bucket.bucket_fault import BucketFault
from ayan.core.store.damage import DatasetDamaged
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal
from ayan.ui.api.json_schema import extended_by
from ayan.ui.api.operations import JSON, TEXT, Operation, Parameter
from ayan.ui.api.responses import DESCRIPTION, OPEN, MethodNotAllowed, NotFound, RequestUnreadable, document, tag
from ayan.ui.api.turns import in_turn
from ayan.ui.responses import refused
from ayan.wiring import city

ROOT: Final = "/api/3/action"
METHODS: Final = "GET, HEAD, POST, OPTIONS"
# Whose answers these are like; what is written for CKAN looks for it.
CKAN: Final = "2.11"
_KINDS: Final[Mapping[int, str]] = {
    400: "Bad Request",
    404: "Not Found Error",
    405: "Bad Request",
    409: "Validation Error",
    410: "Not Found Error",
}


_ACTIONS: Final = Label("این کنش اینجا نیست. کنش‌ها: {known}.", "There is no such action. There are: {known}.")
_BODY: Final = Label(
    "آنچه فرستادید خوانده نشد. پارامترها را یک شیء JSON و حداکثر {most} بایت بفرستید.",
    "What you sent cannot be read. Send the parameters as an object of JSON of at most {most} bytes.",
)


class UnknownAction(Refusal):
    """CKAN's API has actions that are not here, all of those among them that change something."""

    code = "no-such-action"
    fa = "این کنش اینجا نیست. فقط خواندن ممکن است."
    en = "There is no such action. Only reading is possible."
    status = 400


class BodyUnreadable(Refusal):
    """What was sent to an action is no object of JSON, or is too large."""

    code = "action-body"
    fa = "آنچه فرستادید خوانده نشد. پارامترها را یک شیء JSON بفرستید."
    en = "What you sent cannot be read. Send the parameters as an object of JSON."
    status = 400


class ActionAnswer(TypedDict):
    """What an action gives, as CKAN encloses it."""

    help: str
    success: Literal[True]
    result: Any


_ActionFault = TypedDict("_ActionFault", {"__type": str})


@extended_by(list[str])
class ActionFaultAnswer(_ActionFault):
    """What is wrong; beside the message, under the name of each parameter, what is wrong with it."""

    message: str
    message_fa: str


class ActionRefusedAnswer(TypedDict):
    """Why an action gives nothing, as CKAN encloses it."""

    help: str
    success: Literal[False]
    error: ActionFaultAnswer


CatalogueAction = Callable[[PackageCatalogue, ActionParameters], Any]


@dataclass(frozen=True, slots=True)
class Action:
    """One action: what it gives, the parameters that it takes in an address, and how it is done."""

    words: Label
    parameters: tuple[str, ...]
    act: CatalogueAction
    needed: tuple[str, ...] = ()


def _package_list(catalogue: PackageCatalogue, asked: ActionParameters) -> list[str]:
    limit, offset = asked.whole("limit", 0, 10**9), asked.whole("offset", 0, 10**9)
    asked.close()
    names = [dataset.slug for dataset in catalogue.published()][offset:]
    return names[:limit] if limit else names


def _package_show(catalogue: PackageCatalogue, asked: ActionParameters) -> Any:
    name = asked.needed("id")
    asked.fixed(use_default_schema=False, include_tracking=False, include_plugin_data=False)
    asked.close()
    return catalogue.package(catalogue.dataset(name))


def _organization_show(catalogue: PackageCatalogue, asked: ActionParameters) -> Any:
    return packages.named(catalogue.organizations(), _shown(asked), NotFound("no-such-organization", NO_OWNER))


def _group_show(catalogue: PackageCatalogue, asked: ActionParameters) -> Any:
    return packages.named(catalogue.groups(), _shown(asked), NotFound("no-such-group", NO_TOPIC))


def _shown(asked: ActionParameters) -> str:
    name = asked.needed("id")
    asked.flag("include_dataset_count", default=True)
    asked.fixed(include_datasets=False, include_extras=False, include_users=False, include_groups=False)
    asked.fixed(include_tags=False, include_followers=False)
    asked.close()
    return name


def _status_show(catalogue: PackageCatalogue, asked: ActionParameters) -> Any:
    asked.close()
    return {
        "ckan_version": CKAN,
        "site_url": catalogue.site,
        "site_title": both(catalogue.city.profile.name),
        "site_description": "",
        "locale_default": "fa",
        "extensions": ["datastore"],
        "software": f"Ayan {ayan.version()}",
    }


def _site_read(_catalogue: PackageCatalogue, asked: ActionParameters) -> bool:
    asked.close()
    return True


def _help_show(_catalogue: PackageCatalogue, asked: ActionParameters) -> str:
    name = asked.needed("name")
    asked.close()
    if name not in ACTIONS:
        raise NotFound("no-such-action", _ACTIONS.format(known=", ".join(ACTIONS)))
    action = ACTIONS[name]
    return f"{both(action.words)}\n\n{', '.join(action.parameters)}".strip()


_LISTED: Final = ("all_fields", "sort", "limit", "offset")
ACTIONS: Final[Mapping[str, Action]] = {
    "package_list": Action(
        Label("نام داده‌های منتشرشده", "The names of the published datasets"), ("limit", "offset"), _package_list
    ),
    "package_show": Action(
        Label("یک داده با پرونده‌هایش", "One dataset with its files"), ("id",), _package_show, needed=("id",)
    ),
    "package_search": Action(
        Label("داده‌هایی که با واژه‌ها پیدا می‌شود", "The datasets that words find"),
        ("q", "fq", "rows", "start", "sort"),
        PackageCatalogue.search,
    ),
    "datastore_search": Action(
        Label("ردیف‌های یک داده", "The rows of a dataset"),
        ("resource_id", "filters", "q", "fields", "sort", "limit", "offset", "include_total", "records_format"),
        datastore.search,
        needed=("resource_id",),
    ),
    "organization_list": Action(
        Label("واحدهای شهرداری", "The units of the municipality"),
        ("organizations", *_LISTED),
        lambda catalogue, asked: packages.listed(catalogue.organizations(), asked, "organizations"),
    ),
    "organization_show": Action(Label("یک واحد", "One unit"), ("id",), _organization_show, needed=("id",)),
    "group_list": Action(
        Label("موضوع‌ها", "The topics"),
        ("groups", *_LISTED),
        lambda catalogue, asked: packages.listed(catalogue.groups(), asked, "groups"),
    ),
    "group_show": Action(Label("یک موضوع", "One topic"), ("id",), _group_show, needed=("id",)),
    "status_show": Action(Label("این سامانه چیست", "What this site is"), (), _status_show),
    "site_read": Action(Label("خواندنی بودن سامانه", "Whether the site can be read"), (), _site_read),
    "help_show": Action(Label("یک کنش چیست", "What an action is"), ("name",), _help_show, needed=("name",)),
}
"""Every action by its name."""


_WORDS: Final[Mapping[str, Label]] = {
    "all_fields": Label("true برای همهٔ آنچه گفته می‌شود.", "true for all that is told of each."),
    "fields": Label("فقط همین ستون‌ها، با ویرگول.", "Only these fields, parted by commas."),
    "filters": Label('شرط‌ها، به JSON: {"state": "open"}.', 'Conditions, in JSON: {"state": "open"}.'),
    "fq": Label("شرط‌ها، مثل organization:x groups:y.", "Conditions, such as organization:x groups:y."),
    "groups": Label("فقط همین موضوع‌ها.", "Only these topics."),
    "id": Label("نام آن.", "What it is called."),
    "include_total": Label("false اگر total لازم نیست.", "false where total is not needed."),
    "limit": Label("چند تا.", "How many."),
    "name": Label("نام کنش.", "The name of the action."),
    "offset": Label("از چندمین.", "How many are passed over."),
    "organizations": Label("فقط همین واحدها.", "Only these units."),
    "q": Label("واژه‌ها.", "Words."),
    "records_format": Label("فقط objects.", "Only objects."),
    "resource_id": Label("نام داده.", "The dataset's name."),
    "rows": Label("چند تا.", "How many."),
    "sort": Label("ترتیب، مثل name desc.", "The order, such as name desc."),
    "start": Label("از چندمین.", "How many are passed over."),
}
OPERATIONS: Final = tuple(
    Operation(
        path=f"{ROOT}/{name}",
        id=f"ckan_{name}",
        words=Label("{what} (CKAN)", "{what} (CKAN)").format(what=each.words),
        answers={JSON: ActionAnswer},
        parameters=tuple(Parameter(parameter, _WORDS[parameter], TEXT) for parameter in each.parameters),
        needed=each.needed,
        refusals=(404, 409, 503),
        refused=ActionRefusedAnswer,
        tag="standards",
    )
    for name, each in ACTIONS.items()
)
"""What can be asked of the actions."""


@csrf_exempt  # nothing here changes anything, and clients of CKAN send all their questions by POST
def action(request: HttpRequest, name: str) -> HttpResponseBase:
    """The answer of one action, with its parameters in the address or, by POST, in a body."""
    response = _answered(request, name)
    for header, value in OPEN.items():
        response.headers[header] = value
    response.headers["Link"] = f'<{DESCRIPTION}>; rel="service-desc"'
    response.headers.setdefault("Content-Language", "fa, en")
    return response


def _answered(request: HttpRequest, name: str) -> HttpResponseBase:
    if request.method == "OPTIONS":
        headers = {
            "Allow": METHODS,
            "Access-Control-Allow-Methods": METHODS,
            "Access-Control-Allow-Headers": "Content-Type, If-None-Match",
            "Access-Control-Max-Age": "86400",
        }
        return HttpResponse(status=204, headers=headers)
    try:
        if request.method == "POST":
            return _posted(request, name)
        if request.method not in ("GET", "HEAD"):
            raise MethodNotAllowed
        return _got(request, name)
    except Refusal as refusal:
        if refusal.status == HTTPStatus.INTERNAL_SERVER_ERROR or isinstance(refusal, DatasetDamaged | BucketFault):
            # As at every other address: the operator must see it, and what can do without a dataset does.
            raise
        return _refusal(request, name, refusal)
    except SuspiciousOperation:
        return _refusal(request, name, RequestUnreadable())


def _got(request: HttpRequest, name: str) -> HttpResponseBase:
    called = _action(name)
    given = _gathered((key, text) for key, texts in request.GET.lists() for text in texts)
    current_city, address = city.current(), site(request)
    etag = tag("action", name, address, orjson.dumps(list(given.items())).decode(), current_city.site_version.now())
    catalogue, asked = PackageCatalogue(current_city, address), ActionParameters(given)
    return document(request, etag, lambda: _enclosed(request, name, called.act(catalogue, asked)), {}, JSON)


def _posted(request: HttpRequest, name: str) -> HttpResponseBase:
    called = _action(name)
    asked = ActionParameters(_body(request))
    with in_turn(request):
        body = _enclosed(request, name, called.act(PackageCatalogue(city.current(), site(request)), asked))
    return HttpResponse(body, content_type=JSON, headers={"Cache-Control": "no-store"})


def _action(name: str) -> Action:
    if name not in ACTIONS:
        raise UnknownAction().worded(_ACTIONS.format(known=", ".join(ACTIONS)))
    return ACTIONS[name]


def _body(request: HttpRequest) -> dict[str, Any]:
    """The parameters that were sent: an object of JSON, whatever its type is said to be, or a form."""
    unreadable = BodyUnreadable().worded(_BODY.format(most=LARGEST_ACTION))
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > LARGEST_ACTION:
        raise unreadable
    body = request.body.strip()
    if body and not body.startswith(b"{") and request.content_type == "application/x-www-form-urlencoded":
        try:
            return _gathered(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True))
        except ValueError:
            raise unreadable from None
    try:
        given = orjson.loads(body or b"{}")
    except ValueError:
        raise unreadable from None
    if not isinstance(given, dict):
        raise unreadable
    return given


def _gathered(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Parameters of a form, one that is given more than once as a list, as an address gives them."""
    lists: dict[str, list[str]] = {}
    for key, text in pairs:
        lists.setdefault(key, []).append(text)
    return {key: texts[0] if len(texts) == 1 else texts for key, texts in lists.items()}


def _enclosed(request: HttpRequest, name: str, result: Any) -> bytes:
    return orjson.dumps({"help": _help(request, name), "success": True, "result": result})


def _help(request: HttpRequest, name: str) -> str:
    return f"{site(request)}{ROOT}/help_show?name={quote(name[:80].encode('utf-8', 'backslashreplace'))}"


def _refusal(request: HttpRequest, name: str, refusal: Refusal) -> HttpResponse:
    """A refusal as CKAN says it, with the status that it has everywhere; the message in both languages."""
    error: dict[str, Any] = {
        "__type": _KINDS.get(refusal.status, "Search Error"),
        "message": refusal.en,
        "message_fa": refusal.fa,
    }
    if isinstance(refusal, ActionRefused):
        error |= {each: [wording.en] for each, wording in refusal.problems.items() if each not in error}
    body = orjson.dumps({"help": _help(request, name), "success": False, "error": error})
    response = HttpResponse(body, content_type=JSON, headers={"Cache-Control": "no-store"})
    if isinstance(refusal, MethodNotAllowed):
        response.headers["Allow"] = METHODS
    return refused(response, refusal)
