"""What an app brings to the whole, declared in its `AppConfig`: entries, addresses, pages of the copy, regular work.

The pages are drawn from these declarations, the static copy is laid out by them, the worker schedules by them, and the
addresses are gathered from them; so a page of an app is added in the folder of the app and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from django.apps import AppConfig, apps
from django.urls import URLPattern, URLResolver

from ayan.core.values.label import Label
from ayan.ui.copied_files import CopiedFile

Addresses = tuple[URLPattern | URLResolver, ...]
FooterColumn = Literal["data", "checking", "about"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuEntry:
    """One entry of the public menu.

    ``page`` is the name of its address, ``section`` what a page says of itself to have the entry marked, and
    ``current`` how: "page" where the entry is the only page of its section. With ``part`` it is shown once a dataset
    plays that part; one that is ``spare`` gives way, where the menu stands in a row, as soon as any part is played.
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
    """One part of the desk's first page: asked with the officer and the language, it may have nothing to show."""

    draw: Callable[[Any, str], Any]
    order: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Urls:
    """The addresses of an app: ``public`` pages and pages of the ``desk`` in each language, and ``bare`` ones.

    A page's name is for `link`; bare addresses stand once, for programs.
    """

    public: Addresses = ()
    desk: Addresses = ()
    bare: Addresses = ()


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

    def listeners(self) -> Iterable[Listener]:
        """What it wants to know of apps below it, which know nothing of it."""
        return ()


def installed_apps() -> Iterator[AppContract]:
    """The apps in use, in the order in which the settings name them."""
    return (config for config in apps.get_app_configs() if isinstance(config, AppContract))


def menu() -> list[MenuEntry]:
    """The public menu."""
    return sorted((entry for app in installed_apps() for entry in app.menu), key=lambda entry: entry.order)


def footer() -> dict[FooterColumn, list[FooterEntry]]:
    """The footer, column by column."""
    columns: dict[FooterColumn, list[FooterEntry]] = {"data": [], "checking": [], "about": []}
    for entry in sorted((entry for app in installed_apps() for entry in app.footer), key=lambda entry: entry.order):
        columns[entry.column].append(entry)
    return columns


def announce(event: str, subject: str) -> None:
    """Tell everybody who listens that something happened to a subject."""
    for app in installed_apps():
        for listener in app.listeners():
            if listener.event == event:
                listener.call(subject)
