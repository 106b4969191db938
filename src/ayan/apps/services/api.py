"""The services for programs: the list, one of them with all that is declared, and all as linked data."""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypedDict

import orjson
from django.http import HttpRequest, HttpResponseBase

from ayan.apps.catalog import page_context
from ayan.apps.services.public_service_graph import MEDIA_TYPE, turtle
from ayan.apps.services.public_service_graph import document as graph
from ayan.apps.services.service_acts import counter_address
from ayan.apps.standards.linked_data import TURTLE
from ayan.core.services.service import FeeSort, Service, StepSide
from ayan.core.services.service_file import ServiceCatalogue
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.ui.api.answers import Url, WholeNumber, WordsAnswer, words
from ayan.ui.api.json_schema import Schema
from ayan.ui.api.operations import JSON, WORD, Operation, Parameter
from ayan.ui.api.responses import NotFound, document, not_modified, only, reading, tag
from ayan.wiring import city
from ayan.wiring.service_folder import service_catalogue

ROOT: Final = "/api/v1/services"
_NONE: Final = Label("خدمتی با این کد اعلام نشده است.", "No service of this code is declared.")


class ServiceTermAnswer(TypedDict):
    """A life event, an audience, a unit or a type of document."""

    code: str
    title: WordsAnswer


class ServiceStepAnswer(TypedDict):
    """A step of a service."""

    code: str
    title: WordsAnswer
    by: Annotated[StepSide, Schema("Who does it: the person, the municipality, or another body")]
    visit: Annotated[bool, Schema("Whether somebody has to come to an office for it")]


class ServiceFeeAnswer(TypedDict):
    """What is declared of a fee; `unstated` is not established, which is not free."""

    sort: FeeSort
    tariff: Annotated[str | None, Schema("The code of the tariff by which it is computed")]


class LegalBasisAnswer(TypedDict):
    """What a service rests on, with its source."""

    words: WordsAnswer
    source: str


class ServiceInShortAnswer(TypedDict):
    """A service in the list."""

    code: str
    title: WordsAnswer
    says: WordsAnswer
    events: list[ServiceTermAnswer]
    audience: ServiceTermAnswer
    unit: ServiceTermAnswer
    channels: list[Literal["online", "phone", "office", "post"]]
    fee: ServiceFeeAnswer
    days: Annotated[
        WholeNumber | None, Schema("Working days that the municipality promises; null where it promises none")
    ]
    visit: Annotated[bool, Schema("Whether somebody has to come to an office")]
    sample: Annotated[bool, Schema("Composed as a sample, confirmed by no city")]
    page: Annotated[Url, Schema("The page, without the language")]
    url: Url


class ServicesAnswer(TypedDict):
    """Every service that is declared."""

    public_services: list[ServiceInShortAnswer]


class ServiceAnswer(ServiceInShortAnswer):
    """A service with all that is declared of it."""

    called: Annotated[dict[str, list[str]], Schema("What people call it, by language")]
    who: WordsAnswer
    documents: list[ServiceTermAnswer]
    steps: list[ServiceStepAnswer]
    output: Annotated[WordsAnswer | None, Schema("What whoever asks has in the end; null where it is not declared")]
    law: Annotated[LegalBasisAnswer | None, Schema("Null where it is not established")]
    begin: Annotated[Url | None, Schema("Where it is begun online, without the language; null where it is not")]


OPERATIONS: Final = (
    Operation(
        path=ROOT,
        id="service_list",
        words=Label("خدمت‌های شهرداری", "The services of the municipality"),
        answers={JSON: ServicesAnswer},
        parameters=(),
        tag="service-catalogue",
    ),
    Operation(
        path=f"{ROOT}/{{code}}",
        parts=(Parameter("code", Label("کد خدمت، مانند S-20", "The code of a service, such as S-20"), WORD),),
        id="service",
        words=Label("یک خدمت با همهٔ آنچه اعلام شده است", "A service with all that is declared of it"),
        answers={JSON: ServiceAnswer},
        parameters=(),
        refusals=(404,),
        tag="service-catalogue",
    ),
    Operation(
        path="/services.jsonld",
        id="services_graph",
        words=Label("همهٔ خدمت‌ها به CPSV-AP 3.2", "All services in CPSV-AP 3.2"),
        answers={MEDIA_TYPE: None},
        parameters=(),
        tag="service-catalogue",
    ),
    Operation(
        path="/services.ttl",
        id="services_turtle",
        words=Label("همهٔ خدمت‌ها به CPSV-AP 3.2 (Turtle)", "All services in CPSV-AP 3.2 (Turtle)"),
        answers={TURTLE.partition(";")[0]: None},
        parameters=(),
        tag="service-catalogue",
    ),
)


@reading
def services(request: HttpRequest) -> HttpResponseBase:
    """Every service, in the order of the codes."""
    only(request)
    etag = tag("service-list", city.current().site_version.now())
    return not_modified(request, etag, {}) or document(request, etag, lambda: _all(_catalogue()), {})


@reading
def service(request: HttpRequest, code: str) -> HttpResponseBase:
    """One service."""
    only(request)
    this_service = _catalogue().services.get(code)
    if this_service is None:
        raise NotFound("no-such-service", _NONE)
    etag = tag("service", code, city.current().site_version.now())
    return not_modified(request, etag, {}) or document(request, etag, lambda: orjson.dumps(whole(this_service)), {})


@reading
def services_jsonld(request: HttpRequest) -> HttpResponseBase:
    """All services as linked data."""
    only(request)
    current_city, site = city.current(), page_context.site(request)
    etag = tag("services-graph", site, current_city.site_version.now())

    def body() -> bytes:
        catalogue = _catalogue()
        return orjson.dumps(graph(catalogue, catalogue.services.values(), current_city.profile.name, site))

    return not_modified(request, etag, {}) or document(request, etag, body, {}, MEDIA_TYPE)


@reading
def services_turtle(request: HttpRequest) -> HttpResponseBase:
    """All services as Turtle."""
    only(request)
    current_city, site = city.current(), page_context.site(request)
    etag = tag("services-turtle", site, current_city.site_version.now())

    def body() -> bytes:
        catalogue = _catalogue()
        return turtle(catalogue, catalogue.services.values(), current_city.profile.name, site)

    return not_modified(request, etag, {}) or document(request, etag, body, {}, TURTLE)


def _catalogue() -> ServiceCatalogue:
    return service_catalogue(city.current().home)


def _all(catalogue: ServiceCatalogue) -> bytes:
    answer: ServicesAnswer = {"public_services": [in_short(each) for each in catalogue.services.values()]}
    return orjson.dumps(answer)


def in_short(service: Service) -> ServiceInShortAnswer:
    """A service as the list tells it."""
    return {
        "code": service.code,
        "title": words(service.title),
        "says": words(service.says),
        "events": [{"code": event.code, "title": words(event.title)} for event in service.events],
        "audience": {"code": service.audience.code, "title": words(service.audience.title)},
        "unit": {"code": service.unit.code, "title": words(service.unit.title)},
        "channels": list(service.channels),
        "fee": {"sort": service.fee, "tariff": service.tariff or None},
        "days": service.days,
        "visit": service.needs_visit,
        "sample": service.sample,
        "page": f"/services/{service.code}",
        "url": f"{ROOT}/{service.code}",
    }


def whole(service: Service) -> ServiceAnswer:
    """A service with all that is declared of it."""
    law = service.law
    return {
        **in_short(service),
        "called": {lang: list(names) for lang, names in service.called.items()},
        "who": words(service.who),
        "documents": [{"code": each.code, "title": words(each.title)} for each in service.documents],
        "steps": [
            {"code": step.code, "title": words(step.title), "by": step.by, "visit": step.visit}
            for step in service.steps
        ],
        "output": words(service.output) if service.output is not None else None,
        "law": {"words": words(law.words), "source": law.source} if law else None,
        "begin": counter_address(service.case, service, locale.DEFAULT.code) or None,
    }
