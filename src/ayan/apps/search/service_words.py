"""The services that somebody's words name, by their titles and by what people call them; and what words tell of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from ayan.apps.search.limits import (
    FEWEST_TOLD_WORDS,
    LEAST_OWN,
    LEAST_OWN_SHARE,
    LEAST_SINGLE,
    LEAST_SINGLE_SHARE,
    LEAST_TOLD,
    LEAST_TOLD_SHARE,
    MOST_OF_IT,
    MOST_OTHER_WORDS,
    MOST_SERVICE_CARDS,
    NEARLY_ALL,
)
from ayan.apps.search.service_details import asks_of_service, is_fee_of, on_page
from ayan.apps.search.site_pages import OthersMatter, SitePage, event_pages, others_matters, site_pages
from ayan.apps.search.told_cues import (
    asks_how,
    asks_number,
    asks_reckoning,
    asks_where_several,
    asks_which,
    tells_of_data,
    tells_of_oneself,
    tells_of_several,
    tells_of_site,
    tells_of_trouble,
)
from ayan.apps.search.told_matches import (
    asks_what_stands,
    is_judged,
    is_of_all,
    is_of_others,
    is_open,
    is_plainly_page,
    is_served_whole,
    is_told_whole,
    is_unheld,
    nearness,
    rows_first,
    service_first,
)
from ayan.apps.search.told_services import ToldService, service_index
from ayan.core.answers.box_answer import BoxAnswer
from ayan.core.answers.cards.cards import AnswerCard
from ayan.core.answers.words.morphology import canonical, tokens
from ayan.core.answers.words.spoken_words import spoken
from ayan.core.services.service import Service
from ayan.core.services.service_file import ServiceCatalogue
from ayan.core.values.label import Label
from ayan.wiring.city import City
from ayan.wiring.service_folder import service_catalogue

_ASKING: Final = frozenset(
    word.text
    for word in tokens(
        "چه چی چیست چطور چطوری چجوری چه‌جوری چگونه کجا کی برای را رو از به در با و یا که من ما شما "
        "می‌خواهم می‌خوام می‌توانم باید "
        "بگیرم کنم بدهم دارم لازم مدارک مدرک هزینه هزینهٔ بهای خدمت خدمات شهرداری "
        "how do does can i we my a an the to for of in on at is are what where when which want need get apply have "
        "please documents document fee cost service services municipality city who call about "
        "should must there someone report tell near on road "
        "مدارکش مدارکشو چیه چیا کدومه میشه بشه شده داره بگم بزنم برم گزارش اطلاع بدم ملک "
        "days weeks months working how many "
        "الان حالا فعلا هنوز کرد دارید دارین "
        "تو توی جلو جلوی دم کنار پیش محله محل زیاد خیلی هی همش باز یک یه نو "
        "طول حاضر آماده می‌کشد می‌کشه می‌برد می‌بره چن چقدر روز روزه زمان مدت قیمت نرخ متری متر "
        "my our me long ready take takes there is lot lots too many much and it و"
    )
)
"""Words by which people ask, of which no name of a service becomes another."""
_DENYING: Final = frozenset(("بدون", "بی", "without", "no", "unlawful", "illegal"))
"""By these what somebody names is what is not there."""
_GLUED: Final = {"سروصدا": ("سر", "صدا"), "سرصدا": ("سر", "صدا"), "پیاده‌رو": ("پیاده", "رو")}
_LEFT_ALONE: Final = frozenset(("/help",))
"""Where an answer leads that says whose matter it is: no service of the city's."""
_WITHHELD: Final = "/withheld"
_SAME: Final = {
    **dict.fromkeys(("جواز", "مجوز"), "پروانه"),
    **dict.fromkeys(("افتادن", "افتاده", "میافتد", "میافته", "میفته", "میفتد", "بیفته", "بیفتد", "افتاد"), "افتادن"),
    **dict.fromkeys(("بفروشم", "بفروشیم", "میفروشم", "فروختن", "فروخته", "فروختم", "بفروشه"), "فروش"),
    **dict.fromkeys(("بخرم", "بخریم", "میخرم", "خریدن", "خریدم"), "خرید"),
    **dict.fromkeys(("میسازد", "میسازه", "میسازند", "میسازن", "بسازم", "بسازیم", "بسازه", "ساخته", "ساختن"), "ساخت"),
    **dict.fromkeys(("شکسته", "شکست", "میشکنه", "شکستن"), "شکستن"),
    **dict.fromkeys(("منزل", "خونه"), "خانه"),
    **dict.fromkeys(("دکان", "دکون"), "مغازه"),
    **dict.fromkeys(("اشغال", "آشغال", "زباله"), "زباله"),
    **dict.fromkeys(("بگیرم", "بگیریم", "گرفتن", "گرفته", "گرفتند", "میگیرم"), "گرفتن"),
    **dict.fromkeys(("neighbor", "neighbour", "neighbours", "neighbors"), "neighbour"),
    **dict.fromkeys(("selling", "sold", "sell"), "sell"),
    **dict.fromkeys(("falling", "fallen", "fell"), "fallen"),
    **dict.fromkeys(("illegal", "unlawful", "unauthorised", "unauthorized"), "illegal"),
}
"""Other words of the same thing, each as the one that stands for all of them."""


@dataclass(frozen=True, slots=True)
class ServiceMatch:
    """A service that is named, and whether the words say nothing else."""

    service: Service
    is_whole: bool


@dataclass(frozen=True, slots=True)
class _Names:
    """The names of all services as sets of plain words, and every word of them."""

    forms: tuple[tuple[Service, frozenset[str]], ...]
    words: frozenset[str]
    bearers: Mapping[str, int]


def named_services(catalogue: ServiceCatalogue, text: str) -> tuple[ServiceMatch, ...]:
    """The services that a text names, those that it names most fully first; of the same name in their order.

    A service is named whole where nothing but words of asking is left; otherwise where a few other words stand beside a
    name of it that has several.
    """
    names = _names_of(catalogue)
    typed = _plain(text, names.words)
    denied = bool(_DENYING & {word.text for word in tokens(text)})
    ranked: dict[str, tuple[int, int, Service]] = {}
    for service, form in names.forms:
        if not form or not form <= typed or (denied and not form & _DENYING):
            continue
        others = len(typed - form)
        if others and (len(form) == 1 or others > MOST_OTHER_WORDS):
            continue
        # «سالن همایش» says more of what is meant than «اجارهٔ سالن».
        rank = (others, min(names.bearers[word] for word in form))
        if service.code not in ranked or rank < ranked[service.code][:2]:
            ranked[service.code] = (*rank, service)
    fewest = min((others for others, _, _ in ranked.values()), default=0)
    near = sorted((each for each in ranked.values() if each[0] == fewest), key=lambda each: each[1])
    closest = [service for _, _, service in near]
    return tuple(ServiceMatch(service, fewest == 0) for service in closest[:MOST_SERVICE_CARDS])


@lru_cache(maxsize=4)
def _names_of(catalogue: ServiceCatalogue) -> _Names:
    words = frozenset(
        word.text for service in catalogue.services.values() for name in service.names() for word in tokens(name)
    )
    forms = tuple((service, _plain(name, words)) for service in catalogue.services.values() for name in service.names())
    of_services = ((service.code, word) for service, form in forms for word in form)
    return _Names(forms, words, Counter(word for _, word in dict.fromkeys(of_services)))


def _plain(text: str, known: frozenset[str]) -> frozenset[str]:
    words = [word.text for word in tokens(text) if word.text not in _ASKING and not word.is_number]
    # «سروصدا» is «سر و صدا», and «تابلوی» of a shop its «تابلو».
    parts = (part for word in words for part in _GLUED.get(word.removesuffix("ی"), (word,)))
    plain = (canonical(_written(word, known), known).removesuffix("ی") for word in parts)
    return frozenset(_SAME.get(word, word) for word in plain)


def _written(word: str, known: frozenset[str]) -> str:
    """A word of the spoken language as names write it: «خرابه» is «خراب»."""
    others = (*spoken(word), word.removesuffix("ه"), word.removesuffix("ی"))
    return word if word in known or word in _SAME else next((each for each in others if each in known), word)


OF_SITE: Final = Label("صفحهٔ «{title}»: {says}", "The page “{title}”: {says}")


def with_services(city: City, answered: BoxAnswer, text: str) -> BoxAnswer:
    """The answers with a card for each service that a text names or tells of, which leads to its page.

    A service that is named whole stands first, unless the words ask for a figure of that name; so does one that
    somebody's own trouble or wish leads to. Any other stands after the first answer.
    """
    catalogue = service_catalogue(city.home)
    text = _as_read(answered, text)
    cards = service_first(tuple(_to_page(each, catalogue, text) for each in answered.cards), text)
    cards = rows_first(cards, text)
    first = cards[0] if cards else None
    named = named_services(catalogue, text)
    if named and named[0].is_whole:
        named = _in_told_order(city, catalogue, named, text)
        # Which services need no documents is asked of the table of all.
        is_of_service = asks_of_service(text) and first is not None and first.kind == "list"
        is_of_service = is_of_service and not (asks_which(text) and _is_of_rows(first, text))
        is_of_service = is_of_service or is_fee_of(named[0].service, text)
        is_of_places = asks_where_several(text) and first is not None and first.kind == "list"
        at = int((is_of_places or _is_of_rows(first, text)) and not is_of_service)
        return replace(answered, cards=_placed(cards, [each.service for each in named], at, text))
    of_words, is_led, refused = _services_and_pages(city, catalogue, text, answered)
    if refused is not None:
        return replace(answered, cards=(refused,))
    services: list[Service | SitePage] = list(dict.fromkeys((*of_words, *(each.service for each in named))))
    services = services[:MOST_SERVICE_CARDS]
    if not services:
        return replace(answered, cards=cards)
    if (
        not of_words
        and not tells_of_data(text)
        and not _is_of_rows(first, text)
        and (first is None or first.kind in ("nothing", "service") or not first.is_sure)
    ):
        is_led = True
    if named and is_fee_of(named[0].service, text) and _is_of_no_time(first):
        is_led = True
    if (
        first is not None
        and first.kind == "nothing"
        and first.url == _WITHHELD
        and not _is_place_of_page(services, text)
    ):
        # What nobody may see is asked for, and nothing to be done.
        is_led = False
    if asks_reckoning(text) and first is not None and first.kind in ("list", "figure"):
        # How a levy is worked out is told by its tariff, and by no service that has to do with it.
        is_led = False
    if asks_of_service(text) and (first is None or first.kind in ("list", "nothing")) and not _is_of_rows(first, text):
        is_led = True
    if asks_where_several(text) and first is not None and first.kind == "list":
        is_led = False
    return replace(answered, cards=_placed(cards, services, 0 if is_led else 1, text))


def _is_place_of_page(services: Sequence[Service | SitePage], text: str) -> bool:
    """Whether somebody asks where on the site they do something themselves: «کد پیگیریم رو کجا بزنم»."""
    return isinstance(services[0], SitePage) and asks_how(text) and tells_of_oneself(text)


def _in_told_order(
    city: City, catalogue: ServiceCatalogue, named: tuple[ServiceMatch, ...], text: str
) -> tuple[ServiceMatch, ...]:
    """Services of the same name, the one first that more of the words tell of."""
    if len(named) == 1:
        return named
    ranked = service_index(catalogue, city.lexicons.everyday, _beside(city, catalogue)).ranked(text)
    places = {each.service.code: place for place, each in enumerate(ranked) if isinstance(each.service, Service)}
    return tuple(sorted(named, key=lambda each: places.get(each.service.code, len(ranked))))


def _beside(city: City, catalogue: ServiceCatalogue) -> tuple[SitePage | OthersMatter, ...]:
    """What is told of beside services: pages of the site, events of life, and what is not the city's."""
    concepts = city.lexicons.concepts
    return (*site_pages(concepts), *event_pages(catalogue), *others_matters(concepts))


def _is_of_rows(first: AnswerCard | None, text: str) -> bool:
    """Whether words that name a service ask for a figure, or for rows of some condition: «پروانه‌های باطل‌شده»."""
    if first is None or not first.is_sure or first.kind not in ("figure", "list", "nothing"):
        return False
    if first.kind == "figure":
        return True
    held = first.understood is not None and bool(first.understood.filters)
    if asks_what_stands(first, text):
        # «مناقصهٔ باز دارید که شرکت کنم»: what there is, before how it is done.
        return True
    return held and (asks_which(text) or not tells_of_oneself(text)) and tells_of_several(text)


def _is_of_no_time(first: AnswerCard | None) -> bool:
    """Whether an answer is no page that is meant, and no figure of one thing that somebody named in the data."""
    asked = first.asked if first is not None else None
    is_page = first is not None and first.kind == "page"
    return not is_page and (asked is None or not asked.reading.names)


def _as_read(answered: BoxAnswer, text: str) -> str:
    """A text, what was written in Latin letters as it was read in Persian."""
    for written, read in answered.fixed:
        if written.isascii() and not read.isascii():
            text = text.replace(written, read) if written in text else read
    return text


def _placed(
    cards: tuple[AnswerCard, ...], services: Sequence[Service | SitePage], at: int, text: str
) -> tuple[AnswerCard, ...]:
    """The answers, with those of some services from a place on; at the front where one of them stands there anyway."""
    led = {each.url: each for each in cards}
    moved = [led.get(_address(each)) or _card(each, text) for each in services]
    rest = [each for each in cards if each not in moved]
    at = 0 if cards and cards[0] in moved else at
    return (*rest[:at], *moved, *rest[at:])


def _services_and_pages(
    city: City, catalogue: ServiceCatalogue, text: str, answered: BoxAnswer
) -> tuple[list[Service | SitePage], bool, AnswerCard | None]:
    """The services and pages that a text tells of, and whether these come before the answers out of data.

    What is told of a matter of others is refused instead.
    """
    first = answered.cards[0] if answered.cards else None
    ranked = service_index(catalogue, city.lexicons.everyday, _beside(city, catalogue)).ranked(text)
    # What the data have not answered yet may be of the city, and what its tariff names whole is.
    is_read = not (answered.is_pending or answered.is_late)
    is_read = is_read and not any(each.url.startswith("/tariffs/") for each in answered.cards)
    # «درآمد خالص» names a table of the city's, though «مالیات بر درآمد» has that word.
    is_read = is_read and not (ranked and ranked[0].words == 1 and _names_rows(city, answered))
    if is_read and ranked and isinstance(ranked[0].service, OthersMatter) and is_of_others(ranked[0], first, text):
        return [], False, AnswerCard("nothing", ranked[0].service.says, "/help", "")
    matches = [each for each in ranked if not isinstance(each.service, OthersMatter)]
    if matches and is_told_whole(matches[0], first, text):
        return _services(matches[:1]), True, None
    if matches and is_served_whole(matches[0], first, text):
        return _near_services(matches), True, None
    return *_told_in_part(city, matches, text, answered), None


def _services(matches: Sequence[ToldService]) -> list[Service | SitePage]:
    return [each.service for each in matches if not isinstance(each.service, OthersMatter)]


def _near_services(matches: Sequence[ToldService]) -> list[Service | SitePage]:
    """What is told of first, and what almost as clearly."""
    best = matches[0]
    return _services(
        [each for each in matches[:MOST_SERVICE_CARDS] if each.weight >= nearness(each.service) * best.weight]
    )


def _told_in_part(
    city: City, matches: Sequence[ToldService], text: str, answered: BoxAnswer
) -> tuple[list[Service | SitePage], bool]:
    """The services and pages that some words of a text tell of, and whether they come before answers out of data."""
    first = answered.cards[0] if answered.cards else None
    if tells_of_data(text):
        # How it is known that a figure was not altered is asked of the site, and who wants to compare may do it there.
        is_asked = asks_how(text) or (tells_of_oneself(text) and is_open(first))
        matches = matches[:1] if is_asked and not asks_number(text) and matches and is_plainly_page(matches[0]) else []
    best = matches[0] if matches else None
    if best is None or (first is not None and first.url in _LEFT_ALONE):
        return [], False
    own, names_rows = tells_of_oneself(text), _names_rows(city, answered)
    share, weight = (LEAST_OWN_SHARE, LEAST_OWN) if own else (LEAST_TOLD_SHARE, LEAST_TOLD)
    clear = best.words >= FEWEST_TOLD_WORDS and best.share >= share and best.weight >= weight
    single = best.words == 1 and best.share >= LEAST_SINGLE_SHARE and best.weight >= LEAST_SINGLE
    is_story = own or (tells_of_trouble(text) and not names_rows)
    is_guess = first is None or not first.is_sure or first.kind == "service" or is_judged(first)
    if first is not None and first.kind == "figure" and own and clear and not asks_number(text):
        # «میخوام پارکینگ خونمو مغازه کنم»: nobody who wants something done asks for a sum.
        is_led = True
    elif _is_of_rows(first, text):
        is_led = False
    elif is_guess:
        is_led = clear and (is_story or not names_rows or is_of_all(first))
        is_led = is_led or (single and (own or (best.share >= NEARLY_ALL and not names_rows)))
        # That no row holds a word is no answer to whoever tells of a page or a service in the others.
        is_led = is_led or (clear and is_unheld(first) and best.share >= MOST_OF_IT)
    elif first is not None and first.kind == "page" and not first.url.startswith("/answers"):
        is_led = own and clear and best.share >= MOST_OF_IT
    elif first is not None and first.kind in ("page", "record", "figure"):
        is_led = False
    else:
        is_refused = first is not None and first.kind == "nothing"
        is_led = is_story and clear and (is_refused or best.share >= MOST_OF_IT)
        # Nothing else is told than what it is called by, and that somebody wants it.
        is_led = is_led or (own and single and best.share >= 1 and not names_rows)
    is_no_page = first is None or first.kind not in ("page", "service")
    if is_no_page and isinstance(best.service, SitePage) and tells_of_site(text) and best.share >= LEAST_SINGLE_SHARE:
        # Whoever speaks of this site asks nothing of the city's data.
        is_led = clear = True
    # What nearly all words tell of is never left out: it stands behind what the data answer.
    if not is_led and not (clear and (is_story or is_guess or best.share >= NEARLY_ALL)):
        return [], False
    return _near_services(matches), is_led


def _names_rows(city: City, answered: BoxAnswer) -> bool:
    """Whether a word names a table: "vendors in the north" are no pedlars."""
    return city.lexicons.names_table(answered.named)


def _to_page(card: AnswerCard, catalogue: ServiceCatalogue, text: str) -> AnswerCard:
    """A card of one service, led to its page instead of its record, with what that says; any other card as it is."""
    if card.kind not in ("service", "record") or len(card.rows) != 1:
        return card
    values = card.rows[0].values
    service = catalogue.services.get(str(values.get("code")))
    if card.kind == "record" and service is not None and service.title.fa not in values.values():
        # A record of another table that has the same code.
        return card
    return card if service is None else replace(card, url=_address(service), text=on_page(service, text))


def _address(service: Service | SitePage) -> str:
    return service.address if isinstance(service, SitePage) else f"/services/{service.code}"


def _card(service: Service | SitePage, text: str) -> AnswerCard:
    if isinstance(service, SitePage):
        return AnswerCard("page", OF_SITE.format(title=service.title, says=service.says), service.address, "")
    return AnswerCard("page", on_page(service, text), _address(service), f"/api/v1{_address(service)}")
