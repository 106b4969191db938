"""The hub's one address, at which programs subscribe and unsubscribe."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters

from ayan.apps.accounts import login_attempts
from ayan.apps.accounts.limits import ATTEMPTS_WINDOW
from ayan.apps.catalog.feeds import hub
from ayan.apps.websub import callbacks, subscription_requests, tasks
from ayan.apps.websub.limits import LARGEST_REQUEST, MOST_FOR_CALLBACK_HOST, MOST_FROM_PLACE, MOST_IN_ALL
from ayan.apps.websub.subscription_requests import HubRequestTooLarge, HubRequestUnreadable
from ayan.core.values.refusal import Refusal
from ayan.ui.responses import private, refused

FORM: Final = "application/x-www-form-urlencoded"
TEXT: Final = "text/plain; charset=utf-8"


class NoHub(Refusal):
    """The portal is not its own hub."""

    code = "no-hub"
    fa = "این سامانه گره WebSub ندارد."
    en = "This portal has no WebSub hub."
    status = 404


class HubReadsNothing(Refusal):
    """The hub is asked for by another method than POST."""

    code = "hub-method"
    fa = "اینجا فقط با POST درخواست اشتراک پذیرفته می‌شود. راهنما: /developers#websub"
    en = "Subscriptions are asked for here, by POST alone. How: /en/developers#websub"
    status = 405


class HubAskedTooOften(Refusal):
    """So many requests came in a short time that no further one is taken."""

    code = "hub-too-often"
    fa = "درخواست‌های زیادی رسید. یک ربع دیگر دوباره بفرستید."
    en = "Too many requests came. Send yours again in a quarter of an hour."
    status = 429
    retry_after = int(ATTEMPTS_WINDOW.total_seconds())


# A program asks, without cookies; nothing comes of it before the callback that it names has confirmed it.
@csrf_exempt
@sensitive_post_parameters()
def websub(request: HttpRequest) -> HttpResponse:
    """Take a request to subscribe or unsubscribe (202), to be verified by the worker."""
    try:
        _take(request)
    except Refusal as refusal:
        answer = private(refused(HttpResponse(_said(refusal), content_type=TEXT), refusal))
        if isinstance(refusal, HubReadsNothing):
            answer.headers["Allow"] = "POST"
        return answer
    return private(HttpResponse(status=HTTPStatus.ACCEPTED, content_type=TEXT))


def _take(request: HttpRequest) -> None:
    if not hub.is_own():
        raise NoHub
    if request.method != "POST":
        raise HubReadsNothing
    # By whoever asks first: nobody can use up what somebody else may ask for.
    _count(login_attempts.of_address(request, "websub", MOST_FROM_PLACE))
    asked = subscription_requests.read(_body(request))
    host = callbacks.host_key(asked.callback)
    _count(
        login_attempts.of_name("websub", host, MOST_FOR_CALLBACK_HOST)
        | login_attempts.of_name("websub", "everybody", MOST_IN_ALL)
    )
    subscription_requests.put(asked)
    tasks.verify.enqueue()


def _count(counters: dict[str, int]) -> None:
    if not login_attempts.take(counters):
        raise HubAskedTooOften


def _body(request: HttpRequest) -> bytes:
    if request.content_type != FORM:
        raise HubRequestUnreadable
    length = request.META.get("CONTENT_LENGTH", "")
    if str(length).isdecimal() and int(length) > LARGEST_REQUEST:
        raise HubRequestTooLarge
    try:
        return request.read(LARGEST_REQUEST + 1)
    except UnreadablePostError:
        raise HubRequestUnreadable from None


def _said(refusal: Refusal) -> str:
    return f"{refusal.code}: {refusal.of('en')}\n{refusal.of('fa')}\n"
