"""Services and pages of the site found by what people tell of a trouble or a wish: by words, whatever stands between.

Each of them is the words of its names, of what people say who need it and of what it says; a word weighs the more the
fewer of them have it. Words that say the same in everyday speech, in either language, are one (``everyday`` of the
lexicon), and endings, persons and tenses make no difference.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log
from typing import Final

from ayan.apps.search.limits import LONGEST_SAYING, SHORTEST_HEAD, SHORTEST_HEARD, SHORTEST_PART
from ayan.apps.search.site_pages import OthersMatter, SitePage
from ayan.core.answers.words.morphology import Word, canonical, is_light_verb, tokens
from ayan.core.answers.words.spelling import sounds
from ayan.core.answers.words.spoken_words import spoken
from ayan.core.answers.words.verbs import verb_root
from ayan.core.services.service import Service
from ayan.core.services.service_file import ServiceCatalogue

Everyday = Sequence[Sequence[str]]
Matter = Service | SitePage | OthersMatter
_NAMED: Final = 1.0
_WISHED: Final = 0.9
_SAID: Final = 0.6
"""What a word weighs that a name of a service has, one of what people say who need it, and one of the sentence that
explains it."""
_LIKE: Final = 0.9
"""The same of another word for it."""
_AGAIN: Final = 0.3
"""What a further word weighs that says what another one said."""
_WHOLE_NAME: Final = 0.3
"""What is added where all words of a name are told, of their weight."""
_OF_SITE: Final = 0.85
"""What a page of the site weighs beside a service that the same words tell of: what people want done is the city's."""
_STRANGE: Final = 2.0
"""What a word weighs that no service knows."""
_OWNED: Final = re.compile(r"[^ ]{3,}(?:مون|ام|م)")
_LASTING: Final = ("می", "نمی")
_HALF: Final = "\u200c"
_PARTED: Final = (("سروصدا", "سر و صدا"), ("سرو صدا", "سر و صدا"), ("پیاده رو", "پیاده‌رو"))
_SAYS_NOTHING: Final = frozenset(
    word.text
    for word in tokens(
        "چه چی چیه چیست چطور چطوری چگونه چجوری چه‌جوری کجا کجاست کی کیه برای را رو از به در با و یا که تا هم "
        "اگه اگر بدونم بدانم نمیدونم میدونم من ما شما تو او ما‌ها خودم خودمون همه هیچ می‌خواهم می‌خوام "
        "می‌خوایم میخواد می‌خواهد می‌خوان می‌توانم می‌تونم می‌شه می‌شود نمی‌شه باید لازم بگم بزنم برم بدم "
        "بدهم بگیرم بگیریم کنم کنیم چیکار چکار کار بکنم شهرداری شهر خدمت خدمات مردم داره دارم داریم دارد هست "
        "نیست بود این اون آن یه یک دو سه چند چندتا باز هی همش خیلی دیگه حالا الان هنوز فقط لطفا زنگ تلفن "
        "محله محل محلمون جلو جلوی دم کنار پیش سر وسط زیر بالای پشت توی داخل بیرون روی بین نزدیک میان ساله "
        "روزه روز شب شبا صبح هفته ماه سال گفته گفتن میگن بیاین بیا بیاد میاد اومده شده میشه بشه بشم بدین "
        "بدید کنین کنید بذارین یکی کسی هیشکی خونه‌ی ملک جایی جا مال چیز چیزی نمیذاره نمیگذارد سمت طرف دارن "
        "گذاشتن گذاشته میرن نمیدن نداره ندارم نمیکنه میکنه how do does did can could i we me my our us you "
        "your he she it its they them a an the to for of in on at is are was were be been has have had what "
        "where when which who why want need get got getting apply please there here this that these those "
        "some someone somebody anyone any must should would will may might not no and or but with from by as "
        "so very too into over under up down near front service services municipality city about all still "
        "than last year more higher accept sure mother father uncle aunt wife husband brother sister son's "
        "cannot needs two three day days look looking first another next lot many much few place پدر مادر "
        "بابا مامان خواهر برادر عمو دایی خاله عمه زنم شوهرم خانومم مادرم پدرم برادرم پدری مادری واسه دیشب "
        "دیروز امروز برا گرفتن صاحب مهندس بنگاه برو مشکل حتما زود زودتر دوست همین همونجا کجای است شد "
        "کرده کردن رفتن داد دادن بنده آقا خانم time just now through after before let take takes make go "
        "goes come comes چقدر چقده چقد چنده طول مدارک مدارکی مدرک برام برات براش برامون براشون زدن درش نو "
        "رفته رفت لطفاً سلام ببخشید خواستم میخواستم بفرمایید راهنمایی ممنون میشم hello hi dear thanks "
        "thank kindly could you بهتر بهتری دلم better"
    )
)
_BESIDE: Final = frozenset(
    word.text for word in tokens("front near outside opposite behind beside جلو جلوی دم کنار نزدیک روبروی بغل پشت")
)
_BETWEEN: Final = frozenset(("of", "to", "my", "our", "the", "a", "در"))
_PLACES: Final = frozenset(
    word.text for word in tokens("house home flat apartment building خانه منزل ساختمان آپارتمان")
)
"""What something stands beside, and is not about."""
_TURNING: Final = ("بدون", "اعتراض")
"""Words whose groups turn what is meant: where something has no permit, no service that gives one is meant, and who
objects to a bill does not want to pay it."""
_TURNED: Final = 0.5


@dataclass(frozen=True, slots=True)
class ToldService:
    """A service, a page or a matter of others, and how much of what is told speaks for it.

    ``share`` is which part of all that is, ``words`` how many words it is.
    """

    service: Matter
    weight: float
    share: float
    words: int


class ServiceIndex:
    """The services of a catalogue, with pages of the site and matters of others, by the words that tell of them."""

    def __init__(
        self, catalogue: ServiceCatalogue, everyday: Everyday, pages: Sequence[SitePage | OthersMatter] = ()
    ) -> None:
        self._services: tuple[Matter, ...] = (*catalogue.services.values(), *pages)
        texts = [
            text for service in self._services for text in (*_names(service), *service.sayings(), *_explained(service))
        ]
        sayings = [word for group in everyday for word in group]
        self._raw = frozenset(word.text for text in (*texts, *sayings) for word in tokens(_parted(text)))
        halved = (word for text in (*texts, *sayings) for word in text.split() if _is_halved(word))
        self._glued = {word.replace(_HALF, ""): word for word in halved}
        self._known = {word: verb_root(word) or self._unowned(word) for word in self._raw}
        self._roots = frozenset(self._known.values())
        self._heard = _by_sound(self._raw)
        self._groups: dict[str, set[str]] = defaultdict(set)
        self._sayings: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
        for number, group in enumerate(everyday):
            for saying in group:
                words = tuple(self._plain(word) or word.text for word in tokens(_parted(saying)))
                if len(words) == 1:
                    self._groups[words[0]].add(f"={number}")
                elif len(words) <= LONGEST_SAYING:
                    self._sayings[words[0]].append((words, f"={number}"))
        self._turning = tuple(frozenset(self._groups.get(word, ())) for word in _TURNING)
        self._bags = tuple(self._bag(service) for service in self._services)
        self._names = tuple(
            tuple(frozenset(self._words(name)) for name in _names(service)) for service in self._services
        )
        bearers: dict[str, int] = defaultdict(int)
        for bag in self._bags:
            for word in bag:
                bearers[word] += 1
        self._of_names = frozenset(bearers)
        self._wishes = tuple(tuple(self._saying(text) for text in _wishes(service)) for service in self._services)
        for word in (word for wishes in self._wishes for word in frozenset().union(*wishes) - self._of_names):
            bearers[word] += 1
        self._weights = {word: log(1 + len(self._services) / count) for word, count in bearers.items()}

    def _unowned(self, word: str) -> str:
        """A word in one form, and what is somebody's own as what it is: «زمینم» is «زمین»."""
        stem = canonical(word, self._raw)
        if stem != word or _OWNED.fullmatch(word) is None:
            return stem
        return next((each for each in spoken(word) if each in self._raw and len(each) >= SHORTEST_PART), word)

    def ranked(self, text: str) -> list[ToldService]:
        """The services and pages that a text tells of, those that most speaks for first."""
        said = [frozenset((word, *self._groups.get(word, ()))) for word in self._words(text)]
        said = [each for each in dict.fromkeys(said) if each]
        if not said:
            return []
        most = sum(max((self._weights.get(each, 0.0) for each in word), default=0.0) or _STRANGE for word in said)
        turning = [groups for groups in self._turning if any(each & groups for each in said)]
        services = []
        every = frozenset().union(*said)
        for service, own, names, wishes in zip(self._services, self._bags, self._names, self._wishes, strict=True):
            bag = self._with_saying(own, wishes, every)
            weight, words = self._weight(said, bag)
            if not words:
                continue
            whole = (name for name in names if name and all(any(part in each for each in said) for part in name))
            weight += _WHOLE_NAME * max((sum(self._weights[part] for part in name) for name in whole), default=0.0)
            if isinstance(service, SitePage):
                weight *= _OF_SITE
            if any(not groups & bag.keys() for groups in turning):
                weight *= _TURNED
            services.append(ToldService(service, weight, weight / most, words))
        return sorted(services, key=lambda each: -each.weight)

    def _weight(self, said: Iterable[frozenset[str]], bag: Mapping[str, float]) -> tuple[float, int]:
        weight, used, count = 0.0, set[str](), 0
        for word in said:
            best, by = 0.0, ""
            for each in word & bag.keys():
                own = bag[each] * self._weights[each] * (_LIKE if each[0] == "=" else 1.0)
                own *= _AGAIN if each in used else 1.0
                if own > best:
                    best, by = own, each
            if by:
                count += 1
                used |= word & bag.keys()
                weight += best
        return weight, count

    def _with_saying(
        self, bag: Mapping[str, float], wishes: Sequence[frozenset[str]], said: frozenset[str]
    ) -> Mapping[str, float]:
        """A bag with the words of the one saying of people in need that most of a text is like.

        Words of different sayings say nothing together, and a single word of one only where no name has it.
        """
        best: frozenset[str] = frozenset()
        most = 0.0
        for saying in wishes:
            held = saying & said
            if len(held) > 1 or (held and not held & self._of_names):
                weight = sum(self._weights[word] for word in held)
                best, most = (held, weight) if weight > most else (best, most)
        return {**dict.fromkeys(best, _WISHED), **bag} if best else bag

    def _saying(self, text: str) -> frozenset[str]:
        """The words of what somebody in need says; of words that say the same, the group alone."""
        return frozenset(next(iter(sorted(self._groups.get(word, ()))), word) for word in self._words(text, apart=True))

    def _bag(self, service: Matter) -> dict[str, float]:
        bag: dict[str, float] = {}
        for text, weight in (
            *((text, _SAID) for text in _explained(service)),
            *((name, _NAMED) for name in _names(service)),
        ):
            for word in self._words(text, apart=True):
                for each in (word, *self._groups.get(word, ())):
                    bag[each] = max(bag.get(each, 0.0), weight)
        return bag

    def _words(self, text: str, *, apart: bool = False) -> Iterator[str]:
        """The words of a text that say something; a saying of several is the group that it stands in.

        ``apart`` gives the words of such a saying, too.
        """
        # «سبزیکاری» is «سبزی‌کاری».
        text = " ".join(self._glued.get(word, word) for word in text.split())
        words = [(word, self._plain(word)) for word in (tokens(_parted(text)) if apart else _of_what(text))]
        at = 0
        while at < len(words):
            word, plain = words[at]
            size = 0
            for saying, group in self._sayings.get(plain or word.text, ()):
                if tuple(other or each.text for each, other in words[at : at + len(saying)]) == saying:
                    yield group
                    size = max(size, 0 if apart else len(saying))
            if size:
                at += size
                continue
            if plain and word.text not in _SAYS_NOTHING and plain not in _SAYS_NOTHING and not word.is_number:
                yield plain
            at += 1

    def _plain(self, word: Word) -> str:
        """A word without its endings, a verb in one form; empty for a verb that only joins others."""
        if word.text.startswith(_LASTING) and is_light_verb(word.text):
            # «می‌کند» does something, and digs nothing.
            return ""
        known = self._known.get(word.text)
        if known is not None:
            return known
        root = verb_root(word.text)
        if root in self._roots:
            return root
        stem = canonical(word.text, self._raw)
        if stem in self._known:
            return self._known[stem]
        written = next((each for each in spoken(word.text) if each in self._raw), None)
        if written is not None:
            return self._known[written]
        if is_light_verb(word.text):
            return ""
        ways = (word.text, *map(_stem, spoken(word.text)))
        # «اعتراظ» sounds as «اعتراض».
        known = next((self._known[each] for each in ways if each in self._known), None)
        heard = (self._heard[sound] for each in ways for sound in sounds(each) if sound in self._heard)
        return known or next(map(self._known.__getitem__, heard), word.text)


def _by_sound(words: Iterable[str]) -> Mapping[str, str]:
    """Words by how they sound; none of those that sound alike, and none so short that it may be any."""
    heard: dict[str, set[str]] = defaultdict(set)
    for word in words:
        for sound in sounds(word) if len(word) >= SHORTEST_HEARD and not word.isascii() else ():
            heard[sound].add(word)
    return {sound: next(iter(alike)) for sound, alike in heard.items() if len(alike) == 1}


def _of_what(text: str) -> list[Word]:
    """The words of a text without those that say where it is: "in front of my house", «جلوی خونمون»."""
    words: list[Word] = []
    is_beside = False
    for word in tokens(_parted(text)):
        if is_beside and word.text in _PLACES and words:
            is_beside = False
            continue
        is_beside = word.text in _BESIDE or (is_beside and word.text in _BETWEEN)
        words.append(word)
    return words


def _is_halved(word: str) -> bool:
    """Whether a word is of two nouns with a half-space between them, which people write as one."""
    first, _, last = word.partition(_HALF)
    return len(first) >= SHORTEST_HEAD and first not in _LASTING and len(last) >= SHORTEST_PART


def _stem(word: str) -> str:
    return word.removesuffix("ی")


def _parted(text: str) -> str:
    for glued, written in _PARTED:
        text = text.replace(glued, written)
    return text


def _names(service: Matter) -> Iterator[str]:
    """What something is called; a page of the site by what people say who look for it, too."""
    if not isinstance(service, OthersMatter):
        yield from service.names()
    if isinstance(service, SitePage):
        yield from service.sayings()


def _explained(service: Matter) -> Iterator[str]:
    """The sentence that explains it; of a matter of others that says whose it is, and nothing of it."""
    if not isinstance(service, OthersMatter):
        yield from service.says.words().values()


def _wishes(service: Matter) -> Iterator[str]:
    if not isinstance(service, SitePage):
        yield from service.sayings()


@lru_cache(maxsize=4)
def service_index(
    catalogue: ServiceCatalogue, everyday: Everyday, pages: Sequence[SitePage | OthersMatter] = ()
) -> ServiceIndex:
    """The index of a catalogue and of pages and matters of others beside it, made once."""
    return ServiceIndex(catalogue, everyday, pages)
