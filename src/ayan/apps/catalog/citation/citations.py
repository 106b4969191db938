"""Citations: a question and the releases that answered it, in a code that holds both, and the words to quote it by."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Final

from ayan.apps.catalog.explorer import conditions
from ayan.apps.catalog.explorer.state import ExplorerState
from ayan.apps.catalog.limits import LONGEST_CITATION, LONGEST_CITED
from ayan.apps.catalog.shown_units import CITIZEN_UNIT
from ayan.core.store.release import DatasetSnapshot, Release
from ayan.core.store.release_store import ReleaseStore
from ayan.core.values import locale
from ayan.core.values.canonical import canonical_json
from ayan.core.values.digits import to_latin
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import code_html, value_html
from ayan.ui.bibtex import bibtex, url
from ayan.ui.component_parts import Citation
from ayan.wiring.profile import Profile

# The alphabet has no letter that is taken for a digit, so a code can be read out and typed from paper in any case.
ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_MISREAD: Final = str.maketrans("oilOIL", "011011", "- \u200c\u200e\u200f")
MARK: Final = 10
CHECK: Final = 2
PLAIN, PACKED = b"\x01", b"\x02"
# Part of the format: what addresses often hold, so that short codes pack well too. It never changes.
COMMON: Final = (
    b"\n_release=1403/1\n_fields=\n_size=100\n_by=\n_calendar=gregorian\n_unit=mtoman\n_unit=rial\n_view=map\n_view=chart"
    b"\n_sort=\n_sort_desc=amount\n_search=\n__startswith=\n__contains=\n__not=\n__isnull=1\n__lt=\n__gt=\n__lte=\n__gte=1403-"
    b"\ndistrict__in=\nkind__in=\nstate__in=\nunit__in=\namount__gte=\ndate=1404"
)

CitedParameters = tuple[tuple[str, str], ...]


class NotACitation(ValueError):
    """The text is no code: mistyped, cut short, or of something else."""


@dataclass(frozen=True, slots=True)
class Cited:
    """What a code holds: the dataset, the parameters of the page, and the mark of the releases that were read."""

    slug: str
    parameters: CitedParameters
    mark: bytes


@dataclass(frozen=True, slots=True)
class Then:
    """The state a citation was made in: its releases, the moment (aware) that names it, and what went since.

    ``withdrawn`` are releases of it, ``erased`` those from which rows were erased.
    """

    releases: tuple[Release, ...]
    moment: datetime
    withdrawn: tuple[Release, ...] = ()
    erased: tuple[Release, ...] = ()

    @property
    def sealed(self) -> datetime:
        """When the newest of its releases was sealed."""
        return max(release.sealed_at for release in self.releases)


def mark_of(state: DatasetSnapshot) -> bytes:
    """Ten bytes that stand for exactly the releases of a state, whatever files they are served from."""
    return bytes.fromhex(state.digest)[:MARK]


def _mark_at(slug: str, releases: Iterable[Release], moment: datetime) -> bytes:
    """The mark of the state of these releases at a moment.

    A release from which rows were erased since had another manifest then.
    """
    ordered = sorted(releases, key=lambda release: release.address)
    named = b",".join(_named_at(release, moment) for release in ordered)
    return sha256(b'{"dataset":%b,"releases":[%b]}' % (canonical_json(slug), named)).digest()[:MARK]


def encode(cited: Cited) -> str:
    """The code; equal citations give equal codes."""
    text = "\n".join([cited.slug, *(f"{name}={value}" for name, value in cited.parameters)]).encode()
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, zdict=COMMON)
    packed = packer.compress(text) + packer.flush()
    body = PACKED + cited.mark + packed if len(packed) < len(text) else PLAIN + cited.mark + text
    return _letters(body + sha256(body).digest()[:CHECK])


def cleaned(code: str) -> str:
    """A code as it was written, of what somebody typed: small letters, none for a digit, nothing between them."""
    return to_latin(code).translate(_MISREAD).lower()


def decode(code: str) -> Cited:
    """What a code holds. Raises NotACitation."""
    if len(code) > LONGEST_CITATION:
        raise NotACitation
    raw = _bytes(cleaned(code))
    body, check = raw[:-CHECK], raw[-CHECK:]
    if len(body) <= 1 + MARK or sha256(body).digest()[:CHECK] != check:
        raise NotACitation
    form, mark, rest = body[:1], body[1 : 1 + MARK], body[1 + MARK :]
    try:
        text = (_unpacked(rest) if form == PACKED else rest).decode()
    except (zlib.error, UnicodeDecodeError):
        raise NotACitation from None
    slug, *lines = text.split("\n")
    pairs = [line.partition("=") for line in lines]
    if form not in (PLAIN, PACKED) or not slug or any(not name or not sign for name, sign, _ in pairs):
        raise NotACitation
    return Cited(slug, tuple((name, value) for name, _, value in pairs), mark)


def _unpacked(packed: bytes) -> bytes:
    unpacker = zlib.decompressobj(-15, zdict=COMMON)
    text = unpacker.decompress(packed, LONGEST_CITED)
    if not unpacker.eof or unpacker.unused_data:
        raise NotACitation
    return text


def _letters(raw: bytes) -> str:
    bits = "".join(f"{byte:08b}" for byte in raw)
    return "".join(ALPHABET[int(bits[at : at + 5].ljust(5, "0"), 2)] for at in range(0, len(bits), 5))


def _bytes(letters: str) -> bytes:
    try:
        bits = "".join(f"{ALPHABET.index(letter):05b}" for letter in letters)
    except ValueError:
        raise NotACitation from None
    whole = len(bits) // 8 * 8
    if "1" in bits[whole:] or len(bits) - whole >= 5:
        raise NotACitation
    return bytes(int(bits[at : at + 8], 2) for at in range(0, whole, 8))


def then(store: ReleaseStore, cited: Cited, release: tuple[str, int] | None = None) -> Then | None:
    """The state that a citation was made in; None when the store never stood so.

    ``release`` is the one release that the question asks for, if it does: then the citation is of it alone.
    """
    for releases, moment in _alone(store, cited.slug, release) if release else _states(store, cited.slug):
        if _mark_at(cited.slug, releases, moment) == cited.mark:
            erased = tuple(release for release in releases if any(each.at > moment for each in release.erasures))
            return Then(tuple(releases), moment, tuple(release for release in releases if release.withdrawn), erased)
    return None


def _named_at(release: Release, moment: datetime) -> bytes:
    since = (erasure.before for erasure in release.erasures if erasure.at > moment)
    before = next(since, None)
    return release.named if before is None else canonical_json([release.period, release.number, before])


def _alone(store: ReleaseStore, slug: str, release: tuple[str, int]) -> Iterator[tuple[Sequence[Release], datetime]]:
    for candidate in store.releases(slug):
        if (candidate.period, candidate.number) == release:
            for moment in sorted({candidate.sealed_at, *(each.at for each in candidate.erasures)}, reverse=True):
                yield [candidate], moment


def _states(store: ReleaseStore, slug: str) -> Iterator[tuple[Sequence[Release], datetime]]:
    """Every state that the dataset was ever in, newest first, with the moment of the act behind it."""
    sealed = store.releases(slug)
    gone = {release: store.tombstone(release).at for release in sealed if release.withdrawn}
    erased = (each.at for release in sealed for each in release.erasures)
    moments = sorted({*(release.sealed_at for release in sealed), *gone.values(), *erased}, reverse=True)
    for moment in moments:
        highest: dict[str, Release] = {}
        for release in sealed:
            if release.sealed_at <= moment and (
                release.period not in highest or release.number > highest[release.period].number
            ):
                highest[release.period] = release
        yield [release for release in highest.values() if not (release in gone and gone[release] <= moment)], moment


# --- how to quote what a page shows -----------------------------------------------------------------------------------


CITED: Final = Label(
    "{city}، «{dataset}». داده‌های مهرشده تا {sealed}. خوانده‌شده در {day}. {address}",
    "{city}, “{dataset}”. Data sealed by {sealed}. Accessed {day}. {address}",
)
CITED_WHERE: Final = Label(
    "{city}، «{dataset}»، با شرط {conditions}. داده‌های مهرشده تا {sealed}. خوانده‌شده در {day}. {address}",
    "{city}, “{dataset}”, where {conditions}. Data sealed by {sealed}. Accessed {day}. {address}",
)
SHORT: Final = Label("نشانی کوتاه: {address}", "Short address: {address}")


def code(ask: ExplorerState, state: DatasetSnapshot) -> str:
    """The code of a citation: what was asked, without the page and the time, and the state that answered it."""
    frozen = replace(ask, question=replace(ask.question, cursor=None, as_of=None))
    return encode(Cited(ask.dataset.slug, tuple(frozen.parameters()), mark_of(state)))


def citing(
    ask: ExplorerState, sealed: datetime, address: str, profile: Profile, day: date, short: str = ""
) -> Citation:
    """The words of a citation made on a day, of data sealed by a moment.

    ``address`` is where its code leads, with the host, ``short`` where its short code leads, if it has one.
    """
    return Citation.of(
        ask.lang,
        lambda lang: _words(lang, ask, sealed, address, profile, day, short),
        _bibtex(ask, sealed, address, profile, day, short),
        address,
        short,
    )


def _words(
    lang: Lang, ask: ExplorerState, sealed: datetime, address: str, profile: Profile, day: date, short: str
) -> str:
    plain = replace(ask.question, calendar=locale.of(lang).calendar, unit=CITIZEN_UNIT, as_of=None)
    conditions_said = [chip.words for chip in conditions.chips(replace(ask, lang=lang, question=plain))]
    title, publisher = ask.dataset.title.of(lang), profile.name.of(lang)
    language = locale.of(lang)
    quoted = (
        (CITED_WHERE if conditions_said else CITED)
        .of(lang)
        .format(
            city=publisher,
            dataset=title,
            conditions=language.semicolon.join(conditions_said),
            sealed=value_html.moment_in_words(sealed, lang),
            day=value_html.both_days(day, lang),
            address=code_html.in_line(address, lang),
        )
    )
    return quoted if not short else f"{quoted} {SHORT.of(lang).format(address=code_html.in_line(short, lang))}"


def _bibtex(ask: ExplorerState, sealed: datetime, address: str, profile: Profile, day: date, short: str) -> str:
    note = f"Data sealed by {sealed.isoformat(timespec='seconds')}"
    return bibtex(
        f"{ask.dataset.slug}-{address.rpartition('/')[2][-8:]}",
        ask.dataset.title.en,
        profile.name.en,
        address,
        day,
        year=sealed.year,
        note=f"{note}. Short address: {url(short)}" if short else note,
    )
