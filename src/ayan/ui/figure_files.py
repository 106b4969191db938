"""Any figure of any page by itself: as SVG, as PNG, as a picture to share, and as a frame for another site's page.

The address of the page with ``_figure=ANCHOR.svg`` (``.png``, ``.share.png``) gives the picture, with the anchor alone
the frame; ``_figure=page.share.png`` the card of a page that has one. The page is made as it always is, so a figure by
itself shows the very numbers that it shows among others, and whatever a page refuses is refused here too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import quote, urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils.safestring import SafeString

from ayan.ui.charts import poster
from ayan.ui.charts.figure import Figure
from ayan.ui.charts.poster import MEDIA_TYPES, PictureOwner, drawn
from ayan.ui.charts.share_card import ShareCard, share_card
from ayan.ui.responses import RULES, is_marked, keep

FIGURE: Final = "_figure"
CARD, CARD_ENDING = "page", "share.png"
PAGES: Final = "text/html"
# Only here may another site put our page into its own; and here nothing may run at all.
LEFT_OUT: Final = ("script-src", "connect-src", "frame-ancestors")
FRAMED: Final = "; ".join([*(rule for rule in RULES if not rule.startswith(LEFT_OUT)), "frame-ancestors *"])
_KEPT: Final = ("ETag", "Cache-Control")


class FigureFiles:
    """Answers with one figure of a page where its address asks for one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # Its parameters are read for this alone: whoever asks for none answers for what cannot be read in his own way.
        named = f"{FIGURE}=" in request.META.get("QUERY_STRING", "")
        if not named or request.path.startswith("/api/") or request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        asked = request.GET.get(FIGURE, "")
        if not asked:
            return self.get_response(request)
        shown: dict[str, tuple[Figure | ShareCard, PictureOwner]] = {}
        _take_out(request)
        request.figures_shown = shown  # type: ignore[attr-defined]  # Django's class has no place for a note of ours
        request.figures_beside = {}  # type: ignore[attr-defined]  # as above
        page = self.get_response(request)
        if page.status_code != 200 or not page.headers.get("Content-Type", "").startswith(PAGES):
            return page
        anchor, _, ending = asked.partition(".")
        if anchor not in shown or (ending and ending not in MEDIA_TYPES):
            raise Http404
        figure, owner = shown[anchor]
        if isinstance(figure, ShareCard):
            if ending != CARD_ENDING:
                raise Http404
            alone = _named(poster.png(share_card(figure, owner)), anchor, ending)
        else:
            alone = _picture(figure, owner, ending) if ending else _frame(figure, request)
        for header in _KEPT:
            if header in page.headers:
                alone.headers[header] = page.headers[header]
        alone.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return keep(alone) if is_marked(page) else alone


def note(request: HttpRequest | None, figure: Figure | ShareCard, owner: PictureOwner) -> None:
    """Remember a figure that a page of a city has drawn, if somebody asks for one of them."""
    shown = getattr(request, "figures_shown", None)
    if shown is not None:
        shown[CARD if isinstance(figure, ShareCard) else figure.anchor] = figure, owner


def note_beside(request: HttpRequest | None, anchor: str, drawn: SafeString) -> None:
    """Remember what a page shows beside a figure, such as its map, which then stands in the frame of the figure too."""
    if request is not None and hasattr(request, "figures_beside"):
        request.figures_beside[anchor] = drawn


def card_address(request: HttpRequest, anchor: str = "") -> str:
    """Where the picture to share of this page is: of the figure at an anchor, or else its card."""
    path, _, query = request.get_full_path().partition("?")
    return f"{path}?{f'{query}&' if query else ''}{FIGURE}={quote(anchor or CARD, safe='')}.{CARD_ENDING}"


def addresses(request: HttpRequest | None, figure: Figure) -> dict[str, str]:
    """Where a figure of this page is by itself: ``svg``, ``png``, ``share``, ``embed``, and ``frame`` with
    the host."""
    if request is None:
        return {}
    path, _, query = request.get_full_path().partition("?")
    before = f"{query}&" if query else ""
    names = {"svg": ".svg", "png": ".png", "share": ".share.png", "embed": ""}
    own = {kind: f"{path}?{before}{FIGURE}={quote(figure.anchor + end, safe='')}" for kind, end in names.items()}
    # Whoever copies the code of a frame puts it on another site.
    return own | {"frame": f"{settings.ORIGIN or request.build_absolute_uri('/').rstrip('/')}{own['embed']}"}


def _take_out(request: HttpRequest) -> None:
    """Let the page be asked for as if nobody had wanted one figure of it."""
    pairs = [(name, text) for name, texts in request.GET.lists() for text in texts if name != FIGURE]
    request.META["QUERY_STRING"] = urlencode(pairs, quote_via=quote, safe=",-.:/_")
    request.GET = QueryDict(request.META["QUERY_STRING"])


def _picture(figure: Figure, owner: PictureOwner, ending: str) -> HttpResponse:
    return _named(drawn(figure, owner, ending), figure.anchor, ending)


def _named(body: bytes, anchor: str, ending: str) -> HttpResponse:
    response = HttpResponse(body, content_type=MEDIA_TYPES[ending])
    response.headers["Content-Disposition"] = f'inline; filename="{anchor}.{ending}"'
    return response


def _frame(figure: Figure, request: HttpRequest) -> HttpResponse:
    context = {
        "figure": figure,
        "page": f"{request.get_full_path()}#{figure.anchor}",
        "alone": True,
        "beside": getattr(request, "figures_beside", {}).get(figure.anchor, ""),
    }
    return framed(render(request, "components/figure_alone.html", context))


def framed(response: HttpResponse) -> HttpResponse:
    """The same, which other sites may show in a frame; nothing runs in it."""
    response.headers["Content-Security-Policy"] = FRAMED
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.xframe_options_exempt = True
    return response
