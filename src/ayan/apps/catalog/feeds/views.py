"""What can be followed: the city's acts, those on one dataset, and the newest rows of a question."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from urllib.parse import quote

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from ayan.apps.catalog import page_context
from ayan.apps.catalog.feeds import atom_feed, hub, json_feed
from ayan.apps.catalog.feeds.atom_feed import Feed, FeedEntry, FeedLink
from ayan.apps.catalog.feeds.public_acts import ACTS, PublicAct, newest
from ayan.apps.catalog.limits import FEED_SIZE
from ayan.apps.catalog.record import records
from ayan.core.ledger.refusal import LedgerError
from ayan.core.query import keys
from ayan.core.query.answer import Row
from ayan.core.query.problem import BadQuestion, problem
from ayan.core.query.query_service import REFUSED, newest_rows
from ayan.core.query.question import Question
from ayan.core.query.question_parser import SHAPING, parse
from ayan.core.schema import companions
from ayan.core.schema.definition import Dataset
from ayan.core.transparency.entries.statement import REASON_LABELS
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import language, value_html
from ayan.ui.api.operations import ATOM, JSON, SLUG, Operation, named
from ayan.ui.api.responses import dataset_of, document, links, only, parameters, reading, root_of, tag
from ayan.ui.contract import page_of
from ayan.wiring import city
from ayan.wiring.city import City

CHANGES: Final = Label("تازه‌ترین تغییرها", "Newest changes")
ROWS: Final = Label("تازه‌ترین ردیف‌ها", "Newest rows")
ABOUT: Final = Label(
    "هر انتشار، اصلاح، برداشتن و پاک کردن، با نام کسانی که پای آن ایستاده‌اند.",
    "Every release, correction, withdrawal and erasure, with the names of those who stand for it.",
)
GONE: Final = (Label("ردیف‌هایی که داشت", "Rows it held"), Label("ردیف‌های پاک‌شده", "Rows erased"))
NAMED: Final = Label("{dataset}، شمارهٔ {number}", "{dataset}, number {number}")
NAMED_OF_PERIOD: Final = Label("{dataset}، {period}، شمارهٔ {number}", "{dataset}, {period}, number {number}")
WHY_GONE: Final = Label("علت: {reason}", "Reason: {reason}")
BY: Final = Label("به دست: {names}", "By: {names}")
ROWS_SEALED: Final = Label("ردیف‌ها: {rows}", "Rows: {rows}")
SENT_BY: Final = Label("فرستنده: {name}", "Sent by: {name}")
APPROVED_BY: Final = Label("تأییدکننده: {names}", "Approved by: {names}")
GONE_SINCE: Final = Label("این انتشار برداشته شده است.", "This release has been withdrawn.")
_DATASET: Final = "/api/v1/datasets/{slug}"
_PLACE: Final = re.compile(r"[0-9TZ:.-]{24}~[a-z0-9_-]+/[0-9A-Za-z-]+/[0-9]+~[a-z]+", re.ASCII)


OPERATIONS: Final = (
    Operation(
        path=f"{_DATASET}/rows.atom",
        parts=(SLUG,),
        id="rows_feed",
        words=Label("تازه‌ترین ردیف‌های یک پرسش، برای دنبال کردن", "The newest rows of a question, to be followed"),
        answers={ATOM: None},
        parameters=named(*SHAPING, without=REFUSED),
        filters=True,
        refusals=(404, 410, 503),
        tag="feeds",
    ),
    Operation(
        path=f"{_DATASET}/releases.atom",
        parts=(SLUG,),
        id="releases_feed",
        words=Label(
            "انتشارها، اصلاح‌ها، برداشتن‌ها و پاک‌شدن‌های یک داده",
            "Releases, corrections, withdrawals and erasures of a dataset",
        ),
        answers={ATOM: None},
        parameters=named("_next", "_lang"),
        refusals=(404,),
        tag="feeds",
    ),
    Operation(
        path="/changes.atom",
        id="changes_feed",
        words=Label(
            "همهٔ کارهای شهر: انتشار، اصلاح، برداشتن، پاک کردن",
            "Every act of the city: release, correction, withdrawal, erasure",
        ),
        answers={ATOM: None},
        parameters=named("_next"),
        tag="feeds",
    ),
    Operation(
        path="/en/changes.atom",
        id="changes_feed_en",
        words=Label("همان به انگلیسی", "The same in English"),
        answers={ATOM: None},
        parameters=named("_next"),
        tag="feeds",
    ),
    *(
        Operation(
            path=f"{prefix}/changes.json",
            id=f"changes_json_feed{suffix}",
            words=words,
            answers={json_feed.MEDIA_TYPE: None},
            parameters=named("_next"),
            tag="feeds",
        )
        for prefix, suffix, words in (
            ("", "", Label("همان به قالب JSON Feed 1.1", "The same as JSON Feed 1.1")),
            ("/en", "_en", Label("همان به انگلیسی، به قالب JSON Feed 1.1", "The same in English, as JSON Feed 1.1")),
        )
    ),
)


@reading
def changes(request: HttpRequest) -> HttpResponseBase:
    """Every act of the city, newest first, in the form that the address ends with."""
    only(request, "_next")
    lang = language.of(request)
    name = city.current().profile.name
    site = page_context.site(request)
    own = "changes_json_feed" if _is_json(request) else "changes_feed"
    forms = {"changes_feed": ATOM, "changes_json_feed": json_feed.MEDIA_TYPE}
    twins = [
        FeedLink("alternate", site + reverse(f"{other}:{name_of_form}"), form, other)
        for other in locale.codes()
        for name_of_form, form in forms.items()
        if (other, name_of_form) != (lang, own)
    ]
    page = FeedLink("alternate", site + reverse(f"{lang}:home"), "text/html", lang)
    return _events(request, lang, None, f"{CHANGES.of(lang)} · {name.of(lang)}", [page, *twins])


@reading
def releases(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The acts on one dataset, newest first."""
    only(request, "_next", "_lang")
    dataset = dataset_of(city.current().registry, slug)
    lang = language.asked(request)
    page = FeedLink(
        "alternate", page_context.site(request) + reverse(f"{lang}:releases", args=(slug,)), "text/html", lang
    )
    return _events(request, lang, dataset, f"{CHANGES.of(lang)}: {dataset.title.of(lang)}", [page])


def _events(
    request: HttpRequest, lang: Lang, dataset: Dataset | None, title: str, more: Sequence[FeedLink]
) -> HttpResponseBase:
    before = request.GET.get("_next", "")
    if "_next" in request.GET and not _PLACE.fullmatch(before):
        raise BadQuestion([problem("cursor", "_next")])
    current_city, site = city.current(), page_context.site(request)
    acts = newest(current_city, FEED_SIZE + 1, dataset=dataset, before=before)
    shown = acts[:FEED_SIZE]
    last = newest(current_city, 1, dataset=dataset) if before else acts
    spoken = f"_lang={lang}" if dataset is not None and "_lang" in request.GET else ""
    address = site + request.path
    answer, form = (json_feed.answer, json_feed.MEDIA_TYPE) if _is_json(request) else (atom_feed.answer, ATOM)
    feed = Feed(
        id=_with(address, spoken),
        title=title,
        subtitle=ABOUT.of(lang),
        lang=lang,
        author=current_city.profile.name.of(lang),
        updated=last[0].at if last else atom_feed.NEVER,
        checkpoint=_checkpoint(current_city),
        links=[
            FeedLink("self", _with(address, spoken, f"_next={quote(before)}" if before else ""), form),
            FeedLink("first", _with(address, spoken), form),
            *([] if before or spoken else hub.links()),
            *more,
            *(
                [FeedLink("next", _with(address, spoken, f"_next={quote(shown[-1].position)}"), form)]
                if acts[FEED_SIZE:]
                else ()
            ),
        ],
    )
    headers = links(dataset) if dataset is not None else {}
    return answer(request, "events", feed, [_event(site, act, lang) for act in shown], headers)


def _is_json(request: HttpRequest) -> bool:
    return request.path.endswith(".json")


def _checkpoint(city: City) -> str:
    """What the log says of itself, signed; empty while nothing is entered."""
    try:
        return city.log.checkpoint().decode() if city.log is not None else ""
    except LedgerError:
        # A damaged log is told where it is looked at; the acts are still to be followed.
        return ""


def _event(site: str, event: PublicAct, lang: Lang) -> FeedEntry:
    release, dataset = event.release, event.dataset
    named = (
        (NAMED if release.period == "all" else NAMED_OF_PERIOD)
        .of(lang)
        .format(
            dataset=dataset.title.of(lang),
            period=value_html.period_label(release.period, lang),
            number=value_html.plain_number(release.number, lang),
        )
    )
    api = f"{site}{root_of(dataset)}"
    page = site + reverse(f"{lang}:release", args=(dataset.slug, release.period, release.number))
    more = [] if release.withdrawn else [FeedLink("related", f"{api}/releases/{release.period}/{release.number}", JSON)]
    if event.act == "correction" and not release.withdrawn:
        more.append(FeedLink("related", f"{api}/changes?to={release.period}/{release.number}", JSON))
    return FeedEntry(
        id=event.id,
        title=f"{ACTS[event.act].of(lang)}: {named}",
        updated=event.at,
        published=event.at,
        text=_act_text(event, lang),
        links=[FeedLink("alternate", page, "text/html", lang), *more],
        authors=event.by or (dataset.owner.of(lang),),
        contributors=(event.sent_by,) if event.sent_by else (),
        categories=[(event.act, ACTS[event.act].of(lang)), (dataset.slug, dataset.title.of(lang))],
    )


def _act_text(event: PublicAct, lang: Lang) -> str:
    """What happened, in a few lines."""
    count = value_html.plain_number(event.rows, lang)
    names = locale.of(lang).comma.join(event.by)
    if event.act in ("withdrawal", "erasure"):
        reason = REASON_LABELS.get(event.code, Label(event.code, event.code)).of(lang)
        went = GONE[event.act == "erasure"].of(lang)
        return "\n".join([f"{went}: {count}", WHY_GONE.of(lang).format(reason=reason), BY.of(lang).format(names=names)])
    lines = [
        ROWS_SEALED.of(lang).format(rows=count),
        SENT_BY.of(lang).format(name=event.sent_by),
        APPROVED_BY.of(lang).format(names=names),
    ]
    # Why comes before what: whoever follows a city reads a correction for its reason.
    why = [event.correction.line(lang)] if event.correction else []
    return "\n".join([*why, *lines, *([GONE_SINCE.of(lang)] if event.tombstone is not None else [])])


@reading
def rows(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The rows of a question, those of the newest release first, so that a saved question can be followed."""
    current_city = city.current()
    dataset = dataset_of(current_city.registry, slug)
    asked = parse(dataset, parameters(request), refuse=REFUSED)
    question = replace(asked, size=asked.size or FEED_SIZE)
    standing = current_city.query_service.snapshot(dataset, question)
    etag = tag(
        "rows", "atom", page_context.site(request), standing.snapshot_id, dataset.digest, question.query_string()
    )

    def body() -> bytes:
        shown, following = newest_rows(current_city.query_service, dataset, question, standing)
        sealed = {release.period: release.sealed_at for release in standing.source.releases}
        entries = [_row(page_context.site(request), dataset, question, row, sealed[row.period]) for row in shown]
        return atom_feed.document(_rows_feed(request, dataset, asked, following, standing.as_of), entries)

    return document(request, etag, body, links(dataset, standing.releases), atom_feed.MEDIA_TYPE)


def _rows_feed(
    request: HttpRequest, dataset: Dataset, asked: Question, following: str | None, updated: datetime | None
) -> Feed:
    site, lang = page_context.site(request), asked.lang or locale.DEFAULT.code
    address = f"{site}{root_of(dataset)}/rows.atom"
    first = _with(address, replace(asked, cursor=None).query_string())
    shape = replace(asked, cursor=None, size=None, lang=None, fields=()).query_string()
    page = _with(site + reverse(f"{lang}:dataset", args=(dataset.slug,)), shape)
    after = (
        [FeedLink("next", _with(address, replace(asked, cursor=following).query_string()), ATOM)] if following else []
    )
    return Feed(
        id=first,
        title=f"{ROWS.of(lang)}: {dataset.title.of(lang)}",
        subtitle=dataset.description.of(lang),
        lang=lang,
        author=dataset.owner.of(lang),
        rights=dataset.licence,
        updated=updated or atom_feed.NEVER,
        links=[
            FeedLink("self", _with(address, asked.query_string()), ATOM),
            FeedLink("first", first, ATOM),
            FeedLink("alternate", page, "text/html", lang),
            *after,
        ],
    )


def _row(site: str, dataset: Dataset, question: Question, row: Row, sealed_at: datetime) -> FeedEntry:
    """A row; its name is its key, so that a correction shows as a change of the same entry."""
    lang = question.lang or locale.DEFAULT.code
    key = keys.key_of(dataset, row)
    fields = [field for field in dataset.published if not question.fields or field.name in question.fields]
    shown = [(field, row.values.get(field.name)) for field in fields]
    lines = [
        f"{field.label.of(lang)}: {value_html.value_plain(field, value, lang, 'rial')}"
        for field, value in shown
        if value is not None
    ]
    page = site + reverse(f"{lang}:record", args=(dataset.slug, key))
    return FeedEntry(
        id=uuid.uuid5(uuid.NAMESPACE_OID, f"row of {dataset.slug} {row.period} {key}").urn,
        title=records.title(dataset, row, lang),
        updated=sealed_at,
        published=sealed_at,
        text="\n".join(lines),
        links=[FeedLink("alternate", page, "text/html", lang), *_document_links(site, dataset, row, lang)],
        categories=[(row.address, row.address)],
    )


def _document_links(site: str, dataset: Dataset, row: Row, lang: Lang) -> list[FeedLink]:
    """Of a row that is about a document: the page on which that is read, and its bytes."""
    reader, digest = page_of("document"), row.values.get(companions.DIGEST)
    if dataset.companion is None or reader is None or not digest:
        return []
    media, size = row.values.get(companions.MEDIA), row.values.get(companions.SIZE)
    return [
        FeedLink("related", site + reverse(f"{lang}:{reader.page}", args=(digest,)), "text/html", lang),
        FeedLink(
            "enclosure",
            site + reverse("document_file", args=(digest,)),
            str(media or ""),
            size=size if isinstance(size, int) else None,
        ),
    ]


def _with(address: str, *parameters: str) -> str:
    query = "&".join(parameter for parameter in parameters if parameter)
    return f"{address}?{query}" if query else address
