"""Writes the pages of docs/reference that are made from the code: `python docs/generate.py` after a change to it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from ayan.config.env import VARIABLES
from ayan.config.services import set_up_django
from ayan.core.schema.catalogue import CATALOGUE

REFERENCE: Final = Path(__file__).parent / "reference"
FIXERS: Final = {
    "sender": "the sender of the file",
    "owner": "the owner of the dataset, in its declaration",
    "source": "the system that the file came from",
    "operator": "the operator of the installation",
    "privacy": "the privacy officer",
}
HEAD: Final = """\
# Issues

Everything that Ayan can find wrong in a file. Made from `src/ayan/core/schema/catalogue*.py` by
`python docs/generate.py`; change the wording there.

An *error* stands in the way of publication, a *warning* wants a look, an *info* says what was found. `ayan check`
prints an issue with its code, both wordings and the address of the cell; `--format json` gives the same to a program.
Words in {braces} are filled in. The value of a cell is shown only where its field is public.

Codes of the form `check:<code>` are the checks of the dataset itself, with its own wording. An error marked † is a
fault of the whole file: no leaving-out of rows cures it, so `--partial` does not pass it over.
"""


SETTINGS: Final = """\
# Settings

Everything that Ayan reads from its environment. `ayan doctor` checks it at start. Made from `src/ayan/config/env.py` by
`python docs/generate.py`; change the wording there. Secrets have no default in production and are never printed.

Which settings hold is chosen by `DJANGO_SETTINGS_MODULE`: `ayan.config.settings.dev` answers this machine only and
makes its own secret key; `ayan.config.settings.production` refuses to start without the variables marked as required.

| Variable | Meaning | Default | In production | Example | معنی |
|---|---|---|---|---|---|
"""


def settings_page() -> str:
    """The text of ``settings.md``."""
    return SETTINGS + "".join(_variables())


def _variables() -> Iterator[str]:
    for variable in VARIABLES:
        kind = ", ".join(
            word for word, holds in (("required", variable.required), ("secret", variable.secret)) if holds
        )
        default, example = (f"`{text}`" if text else "" for text in (variable.default, variable.example))
        cells = (f"`{variable.name}`", variable.meaning.en, default, kind, example, variable.meaning.fa)
        yield "| " + " | ".join(cells) + " |\n"


def issues_page() -> str:
    """The text of ``issues.md``."""
    return HEAD + "".join(_fixers()) + "".join(_rows())


def _fixers() -> Iterator[str]:
    yield "\nWho must act:\n\n"
    used = {entry.fix_by for entry in CATALOGUE.values()}
    yield from (f"* `{name}`: {meaning}\n" for name, meaning in FIXERS.items() if name in used)


def _rows() -> Iterator[str]:
    yield "\n| Code | Level | Who acts | English | فارسی |\n|---|---|---|---|---|\n"
    for code, entry in CATALOGUE.items():
        mark = " †" if entry.structural else ""
        cells = (f"`{code}`{mark}", entry.severity, entry.fix_by, entry.wording.en, entry.wording.fa)
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


MESSAGES: Final = """\
# Messages

Who is told what, and when: everything that Ayan sends by mail and SMS. Made from what the apps declare
(`message_kinds` in their `apps.py`) by `python docs/generate.py`; change the wording there.

Each is written in the database transaction of the act that it tells of, and sent by the worker, again and again over
four days. What could not be sent stands on the page of messages, with the reason. *At once* goes to those too who
wished for one digest a day; *SMS too* goes by both ways to whoever has both. A message holds no secret of the desk, no
name of a person and nothing out of a file. The code that confirms another address is the one exception: it is what is
sent.

| Code | When | To whom | Subject | How | کِی | به چه کسی | موضوع |
|---|---|---|---|---|---|---|---|
"""


def messages_page() -> str:
    """The text of ``messages.md``."""
    return MESSAGES + "".join(_messages())


def _messages() -> Iterator[str]:
    from ayan.apps.outbox.message_kind import message_kinds

    for code, kind in message_kinds().items():
        how = ", ".join(word for word, holds in (("at once", kind.urgent), ("SMS too", kind.every_way)) if holds)
        english, persian = ([label.en for label in _told(kind)], [label.fa for label in _told(kind)])
        cells = (f"`{code}`", *english, how, *persian)
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def _told(kind: Any) -> tuple[Any, ...]:
    return (kind.when, kind.to, kind.subject)


def main() -> None:
    """Write every generated page."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ayan.config.settings.test")
    set_up_django()
    (REFERENCE / "messages.md").write_text(messages_page(), encoding="utf-8")
    (REFERENCE / "issues.md").write_text(issues_page(), encoding="utf-8")
    (REFERENCE / "settings.md").write_text(settings_page(), encoding="utf-8")


if __name__ == "__main__":
    main()
