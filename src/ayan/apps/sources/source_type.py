"""What a type of source is: how it is called, what its form asks, what must be so in it, and how its files come."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from ayan.apps.desk.files.uploads import ReceivedFile
from ayan.apps.desk.refusals import DeskRefused
from ayan.apps.sources.arrivals import IncomingFile, arrive
from ayan.apps.sources.models import Arrival, Source
from ayan.apps.sources.refusals import NotTaken
from ayan.core.intake.http_fetch import FetchOutcome
from ayan.core.schema.definition import Dataset
from ayan.core.schema.issue import CannotRead
from ayan.core.store.correction_reason import USUAL
from ayan.core.values.label import Label
from ayan.wiring import city
from ayan.wiring.own_variables import said

CODE: Final = re.compile(r"[a-z][a-z0-9-]{1,39}")
"""The code of a source, and the name of a folder."""

CODE_HINT: Final = Label("حرف لاتین کوچک، رقم و خط تیره", "Small Latin letters, digits and hyphens")


@dataclass(frozen=True, slots=True)
class SecretKind:
    """One sort of secret: only variables that begin with ``prefix`` hold it, so none is sent where another belongs.

    An administrator names a variable. Nothing else that the environment holds can be named, and what opens a database
    is never shown to a server of somebody's choice.
    """

    prefix: str

    def names(self, name: str) -> bool:
        """Whether this is the name of such a variable."""
        return re.fullmatch(rf"{self.prefix}[A-Z0-9_]{{1,60}}", name) is not None and not name.endswith(HOST)

    @property
    def hint(self) -> Label:
        """What a form says of it."""
        return Label(
            "نام متغیری که با {prefix} آغاز می‌شود؛ مقدار آن تنها در محیط سرور است",
            "The name of a variable that begins with {prefix}; what it holds stands in the server’s environment alone",
        ).format(prefix=self.prefix)


HOST: Final = "_HOST"
"""Behind the name of a web secret: the variable in which the operator says to which servers it may be sent."""

DATABASE_SECRET: Final = SecretKind("AYAN_SOURCE_DB_")
WEB_SECRET: Final = SecretKind("AYAN_SOURCE_WEB_")


@dataclass(frozen=True, slots=True)
class SourceForm:
    """What a form says of a source.

    ``entered`` is a secret that was typed into it, ``locked`` the one that the source has already.
    """

    name: str
    slug: str
    kind: str
    unit: str
    datasets: Sequence[str]
    where: str = ""
    query: str = ""
    secret: str = ""
    entered: str = ""
    locked: str = ""
    plain: bool = False
    period: str = "given"
    every: int = 0
    sends: bool = True
    reason: str = USUAL


@dataclass(frozen=True, slots=True)
class TextField:
    """A field of the form that is typed, named after a field of `SourceForm`."""

    name: str
    label: Label
    hint: Label
    required: bool = True
    secret: bool = False


@dataclass(frozen=True, slots=True)
class TickField:
    """A box of the form to be ticked."""

    name: str
    label: Label


@dataclass(frozen=True, slots=True)
class ChoiceField:
    """A field of the form whose value is one of a few codes."""

    name: str
    label: Label
    choices: Sequence[str]


@dataclass(frozen=True, slots=True)
class FormNote:
    """A sentence above the form, with a code after it; one that ``warns`` stands in a box."""

    words: Label
    code: str = ""
    warns: bool = False


class SourceType:
    """One type of source; its module stands in the package `source_types` and is found there by itself.

    ``name`` is what a source is stored under, ``order`` its place in lists. A type that is ``sent`` waits for files
    with a token; every other one is looked at when it is due, and one that ``reaches_out`` waits for another machine
    then. ``names_files`` is whether a period may be read from the
    name of a file.
    """

    name: ClassVar[str]
    label: ClassVar[Label]
    order: ClassVar[int]
    sent: ClassVar[bool] = False
    reaches_out: ClassVar[bool] = False
    names_files: ClassVar[bool] = True
    text_fields: ClassVar[Sequence[TextField]] = ()
    tick_fields: ClassVar[Sequence[TickField]] = ()

    def notes(self) -> Sequence[FormNote]:
        """What somebody should know before the form is filled in."""
        return ()

    def choice_fields(self) -> Sequence[ChoiceField]:
        """Its fields with a few values."""
        return ()

    def check(self, wanted: SourceForm) -> None:
        """Raise DeskRefused at the first field of its own that is not right."""

    def locked(self, wanted: SourceForm) -> str:
        """What is kept of the secret that was entered, encrypted; that of the source where none was."""
        return wanted.locked

    def attempt(self, source: Source, dataset: Dataset) -> Label:
        """Reach out as a look would and take nothing in: what came of it. Raises FetchOutcome where it failed."""
        raise NotImplementedError(f"a source of the type {self.name} reaches out to nobody")

    def fetch(self, source: Source, dataset: Dataset) -> list[FetchOutcome]:
        """Take in what came; how each file ended. Raises FetchOutcome where the look itself failed."""
        raise NotImplementedError(f"a source of the type {self.name} is sent and not looked at")

    def put_away(self, arrival: Arrival) -> None:
        """Clear up after an arrival that has come to rest, where its file still stands somewhere."""


def check_variable(kind: SecretKind, name: str, field: str) -> None:
    """Raise DeskRefused where a name is of no variable that holds this kind of secret."""
    if not kind.names(name.strip()):
        raise DeskRefused(
            "نام متغیر محیطی این گونه منبع با {prefix} آغاز می‌شود و تنها حرف بزرگ لاتین، رقم و _ دارد.",
            "For this kind of source the environment variable begins with {prefix} and has capital Latin letters, "
            "digits and _ only.",
            field,
        ).format(prefix=kind.prefix)


def secret(kind: SecretKind, name: str) -> str:
    """What a source's variable holds: secrets stand in the environment alone, and a source names its variable.

    FetchOutcome (``secret-missing``) where it is absent or no name of a secret of this kind.
    """
    value = said(city.current().home, name) if kind.names(name) else ""
    if not value:
        raise FetchOutcome("secret-missing", name)
    return value


def take_in(source: Source, dataset: Dataset, period: str | None, received: ReceivedFile) -> str:
    """Have one fetched file become a submission, and remove it; how that ended, as a code of `labels.RUNS`."""
    try:
        return "duplicate" if arrive(IncomingFile(source, dataset, period, received)).again else "arrived"
    except NotTaken:
        return "taken"
    except CannotRead:
        raise FetchOutcome("period-unclear") from None
    finally:
        received.path.unlink(missing_ok=True)
