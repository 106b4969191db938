"""How to quote what a page shows: words in both languages, BibTeX, and the address that keeps answering the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from ayan.apps.catalog.citation import citations
from ayan.apps.catalog.citation.citations import Cited
from ayan.apps.catalog.explorer import conditions
from ayan.apps.catalog.explorer.state import CITIZEN_UNIT, ExplorerState
from ayan.core.query.answer import Snapshot
from ayan.core.store.release import Release
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import value_html
from ayan.ui.component_parts import Citation
from ayan.wiring.profile import Profile

_TEX: Final = re.compile(r'["{}\\%#&$_^~]')


CITED: Final = Label(
    "{city}، «{dataset}». داده‌های مهرشده تا {sealed}. خوانده‌شده در {day}. {address}",
    "{city}, “{dataset}”. Data sealed by {sealed}. Accessed {day}. {address}",
)
CITED_WHERE: Final = Label(
    "{city}، «{dataset}»، با شرط {conditions}. داده‌های مهرشده تا {sealed}. خوانده‌شده در {day}. {address}",
    "{city}, “{dataset}”, where {conditions}. Data sealed by {sealed}. Accessed {day}. {address}",
)


def releases_of(ask: ExplorerState, snapshot: Snapshot) -> tuple[Release, ...]:
    """The releases that a page's answer comes from: the one it asks for, else all of its state."""
    releases = snapshot.source.releases
    return tuple(release for release in releases if ask.question.release in (None, (release.period, release.number)))


def code(ask: ExplorerState, releases: Sequence[Release]) -> str:
    """The code of a citation: what was asked, without the page and the time, and what answered it."""
    frozen = replace(ask, question=replace(ask.question, cursor=None, as_of=None))
    slug = ask.dataset.slug
    return citations.encode(Cited(slug, tuple(frozen.parameters()), citations.mark_of(slug, releases)))


def citing(ask: ExplorerState, releases: Sequence[Release], address: str, profile: Profile, day: date) -> Citation:
    """The words of a citation made on a day; ``address`` is where its code leads, with the host."""
    return Citation.of(
        ask.lang,
        lambda lang: _words(lang, ask, releases, address, profile, day),
        _bibtex(ask, releases, address, profile, day),
        address,
    )


def _words(
    lang: Lang, ask: ExplorerState, releases: Sequence[Release], address: str, profile: Profile, day: date
) -> str:
    plain = replace(ask.question, calendar=locale.of(lang).calendar, unit=CITIZEN_UNIT, as_of=None)
    conditions_said = [chip.words for chip in conditions.chips(replace(ask, lang=lang, question=plain))]
    sealed = max(release.sealed_at for release in releases)
    title, publisher = ask.dataset.title.of(lang), profile.name.of(lang)
    language = locale.of(lang)
    return (
        (CITED_WHERE if conditions_said else CITED)
        .of(lang)
        .format(
            city=publisher,
            dataset=title,
            conditions=language.semicolon.join(conditions_said),
            sealed=value_html.moment_in_words(sealed, lang),
            day=value_html.both_days(day, lang),
            address=address if language.is_ltr else value_html.from_the_left(address),
        )
    )


def _bibtex(ask: ExplorerState, releases: Sequence[Release], address: str, profile: Profile, day: date) -> str:
    sealed = max(release.sealed_at for release in releases)
    fields = {
        # The inner braces keep the capitals and keep a city's name from being taken for a surname.
        "title": f'"{{{_TEX.sub("", ask.dataset.title.en)}}}"',
        "author": f'"{{{_TEX.sub("", profile.name.en)}}}"',
        "year": f"{{{sealed.year}}}",
        "howpublished": f"{{\\url{{{address}}}}}",
        "note": f"{{Data sealed by {sealed.isoformat(timespec='seconds')}}}",
        "urldate": f"{{{day.isoformat()}}}",
    }
    name = f"{ask.dataset.slug}-{address.rpartition('/')[2][-8:]}"
    lines = [f"  {key} = {value}" for key, value in fields.items()]
    return "\n".join([f"@misc{{{name},", ",\n".join(lines), "}"])
