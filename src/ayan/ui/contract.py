"""What an app brings to the whole, declared in its `AppConfig`: entries, addresses, pages of the copy, regular work.

The pages are drawn from these declarations, the static copy is laid out by them, the worker schedules by them, and the
addresses are gathered from them; so a page of an app is added in the folder of the app and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final, Literal

from django.apps import AppConfig, apps
from django.urls import URLPattern, URLResolver, reverse

from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.ui.limits import LONGEST_STEP


@dataclass(frozen=True, slots=True)
class CopiedFile:
    """One address of the static copy, and its file there; without one that of a page.

    ``any_query`` where every query of the address leads to this file; ``record_of`` names the dataset of whose record
    it is the page, on one of its languages, so that records can be counted. ``leading`` are the members of a document
    for programs whose addresses lead to files of the copy where it has them; all others stay as they are.
    """

    url: str
    file: str = ""
    any_query: bool = False
    record_of: str = ""
    leading: tuple[str, ...] = ()

    @classmethod
    def pages(cls, name: str, *args: Any, any_query: bool = False) -> Iterator[CopiedFile]:
        """A page in every language."""
        for lang in locale.codes():
            yield cls(reverse(f"{lang}:{name}", args=args), any_query=any_query)

    @classmethod
    def feeds(cls, name: str, *args: Any) -> Iterator[CopiedFile]:
        """A feed in every language; its address ends as its file does."""
        for lang in locale.codes():
            address = reverse(f"{lang}:{name}", args=args)
            yield cls(address, address.strip("/"))

    @classmethod
    def documents(cls, path: str, *forms: str) -> Iterator[CopiedFile]:
        """An answer for programs: as JSON at the path itself, and in further ``forms`` below their endings."""
        yield cls(path, f"{path.strip('/')}.json")
        for form in forms:
            yield cls(f"{path}.{form}", f"{path.strip('/')}.{form}")


def page_file(path: str) -> str:
    """The file of a page: ``/data/contracts`` → ``data/contracts/index.html``."""
    return "/".join([*(step_name(step) for step in path.split("/") if step), "index.html"])


def step_name(step: str) -> str:
    """One step of a path, as every file system takes it; a key may hold slashes, dots and whatever else."""
    kept = "".join(
        character
        if character.isalnum() or character in "-_~" or (character == "." and at)
        else "".join(f"%{b:02X}" for b in character.encode())
        for at, character in enumerate(step)
    )
    data = kept.encode()
    if len(data) <= LONGEST_STEP and not kept.endswith("."):
        return kept
    return f"{data[:LONGEST_STEP].decode(errors='ignore')}~{sha256(step.encode()).hexdigest()[:16]}"


Addresses = tuple[URLPattern | URLResolver, ...]
FooterColumn = Literal["data", "checking", "about"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuEntry:
    """One entry of the public menu.

    ``page`` is the name of its address, ``section`` what a page says of itself to have the entry marked, and
    ``current`` how: "page" where the entry is the only page of its section. With ``part`` it is shown once a dataset
    plays that part; one that is ``spare`` stands behind «more» where the menu is a row.
    """

    page: str
    label: Label
    order: int
    section: str
    current: Literal["page", "true"] = "page"
    part: str = ""
    spare: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FooterEntry:
    """One entry of the footer, in one of its columns; with ``part`` as in the menu.

    The entry that leads to the keys of the keyboard, ``keys``, says so to the script.
    """

    column: FooterColumn
    page: str
    label: Label
    order: int
    part: str = ""
    keys: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskEntry:
    """One entry of the desk's menu, for officers who have the ``verb`` somewhere; for all of them without one."""

    page: str
    label: Label
    order: int
    verb: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskPart:
    """One part of the desk's first page: asked with the officer and the language, it may have nothing to show.

    ``page`` is ``calendar`` where it stands on the desk's calendar instead.
    """

    draw: Callable[[Any, str], Any]
    order: int
    page: Literal["desk", "calendar"] = "desk"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotLink:
    """A link that an app puts into a slot of a page of an app below it, which knows nothing of it.

    ``query`` has ``{blanks}`` for what the slot is drawn with, as it may stand in an address; ``steps`` are what the
    address of the page itself wants to know.
    """

    slot: str
    page: str
    label: Label
    query: str = ""
    steps: tuple[str, ...] = ()
    order: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotTemplate:
    """A template that an app puts into such a slot, drawn with all that stands around it."""

    slot: str
    template: str
    order: int = 50


@dataclass(frozen=True, slots=True)
class PageOf:
    """The page that shows a thing, for sentences of apps below that lead to it; a ``bare`` one has no language."""

    thing: str
    page: str
    bare: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Urls:
    """The addresses of an app: ``public`` pages and pages of the ``desk`` in each language, and ``bare`` ones.

    A page's name is for `link`; bare addresses stand once, for programs.
    """

    public: Addresses = ()
    desk: Addresses = ()
    bare: Addresses = ()


# The queues of what is put off. In the usual one publications and regular work follow each other; what waits for
# somebody's file, for another machine or for the mail server has one of its own, so that it keeps nothing else waiting.
FILES_QUEUE: Final = "files"
PULLS_QUEUE: Final = "pulls"
MAIL_QUEUE: Final = "mail"


@dataclass(frozen=True, slots=True)
class RegularTask:
    """A task that the worker begins again and again, and how long it may rest."""

    task: Any
    rest: timedelta


@dataclass(frozen=True, slots=True)
class Listener:
    """Whoever wants to know of an event: called with its subject, and to do no more than queue its own work."""

    event: str
    call: Callable[[str], None]


class AppContract(AppConfig):
    """The base of every app of Ayan: what it leaves out, it does not bring.

    What needs models or views is a method, asked when all apps are ready.
    """

    # Django takes the one config of an app's module that is not marked so; the base is imported there beside it.
    default = False

    menu: tuple[MenuEntry, ...] = ()
    footer: tuple[FooterEntry, ...] = ()
    desk_menu: tuple[DeskEntry, ...] = ()
    slots: tuple[SlotLink | SlotTemplate, ...] = ()
    pages_of: tuple[PageOf, ...] = ()

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        cls.default = True

    def desk_parts(self) -> Iterable[DeskPart]:
        """Its parts of the desk's first page."""
        return ()

    def urls(self) -> Urls:
        """Its addresses."""
        return Urls()

    def operations(self) -> Iterable[Any]:
        """What the API's description tells of it."""
        return ()

    def copied(self, records: int) -> Iterable[CopiedFile]:
        """What a static copy of the city in use has of it, with pages of at most so many ``records`` of a kind."""
        del records
        return ()

    def regular_tasks(self) -> Iterable[RegularTask]:
        """What the worker does for it by itself."""
        return ()

    def message_kinds(self) -> Iterable[Any]:
        """What it tells people of."""
        return ()

    def uses_of_table(self, slug: str) -> Iterable[Label]:  # noqa: ARG002 - most use none
        """What of it stands on a table, in words: while there is anything, the table is not taken away."""
        return ()

    def listeners(self) -> Iterable[Listener]:
        """What it wants to know of apps below it, which know nothing of it."""
        return ()


def installed_apps() -> Iterator[AppContract]:
    """The apps in use, in the order in which the settings name them."""
    return (config for config in apps.get_app_configs() if isinstance(config, AppContract))


def menu() -> tuple[MenuEntry, ...]:
    """The public menu."""
    return _drawn(tuple(installed_apps())).menu


def footer() -> Mapping[FooterColumn, Sequence[FooterEntry]]:
    """The footer, column by column."""
    return _drawn(tuple(installed_apps())).footer


def slot(name: str) -> Sequence[SlotLink | SlotTemplate]:
    """What the apps in use put into a slot, in its order."""
    return _drawn(tuple(installed_apps())).slots.get(name, ())


def page_of(thing: str) -> PageOf | None:
    """The page that shows a thing; None where no app in use has one."""
    return _drawn(tuple(installed_apps())).pages_of.get(thing)


@dataclass(frozen=True, slots=True)
class _Drawn:
    menu: tuple[MenuEntry, ...]
    footer: Mapping[FooterColumn, Sequence[FooterEntry]]
    slots: Mapping[str, Sequence[SlotLink | SlotTemplate]]
    pages_of: Mapping[str, PageOf]


@lru_cache(maxsize=4)
def _drawn(declaring: tuple[AppContract, ...]) -> _Drawn:
    """What pages draw of the apps, gathered once: a page asks for it some fifty times."""
    columns: dict[FooterColumn, list[FooterEntry]] = {"data": [], "checking": [], "about": []}
    for entry in sorted((entry for app in declaring for entry in app.footer), key=lambda entry: entry.order):
        columns[entry.column].append(entry)
    slots: dict[str, list[SlotLink | SlotTemplate]] = {}
    for filled in sorted((filled for app in declaring for filled in app.slots), key=lambda filled: filled.order):
        slots.setdefault(filled.slot, []).append(filled)
    entries = sorted((entry for app in declaring for entry in app.menu), key=lambda entry: entry.order)
    return _Drawn(tuple(entries), columns, slots, {each.thing: each for app in declaring for each in app.pages_of})


def announce(event: str, subject: str) -> None:
    """Tell everybody who listens that something happened to a subject."""
    for app in installed_apps():
        for listener in app.listeners():
            if listener.event == event:
                listener.call(subject)
