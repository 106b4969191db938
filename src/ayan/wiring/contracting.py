"""What a city says of its contracting as a whole (``datasets/ocds.toml``): the prefix of its process ids."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ayan.core.schema.problem import DeclarationProblem, DeclarationProblems
from ayan.core.schema.tables import TomlTable
from ayan.core.schema.toml_text import BadToml, read_toml
from ayan.core.values.label import Label

FILE: Final = "ocds.toml"
_PREFIX: Final = re.compile(r"ocds-[a-z0-9]{6}", re.ASCII)
_SCHEME: Final = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,12}", re.ASCII)
_NO_PREFIX: Final = Label(
    "پیشوند باید همانی باشد که Open Contracting Partnership داده است، مثل ocds-a1b2c3.",
    "The prefix is the one that the Open Contracting Partnership gave, such as ocds-a1b2c3.",
)
_NO_SCHEME: Final = Label(
    "نام فهرست شناسه‌ها باید از org-id.guide باشد، مثل GB-COH.",
    "The name of the list of identifiers is one of org-id.guide, such as GB-COH.",
)


@dataclass(frozen=True, slots=True)
class ContractingIdentity:
    """The prefix of all process ids, empty where the city has none; the list that legal IDs are of, where it is named;
    and what is wrong with the file."""

    prefix: str = ""
    company_scheme: str = ""
    problems: tuple[DeclarationProblem, ...] = ()


def contracting_identity(home: Path) -> ContractingIdentity:
    """What the file in a city's folder says; nothing where there is none."""
    path, problems = home / "datasets" / FILE, DeclarationProblems()
    try:
        raw = read_toml(path.read_bytes())
    except FileNotFoundError:
        return ContractingIdentity()
    except OSError:
        problems.add(FILE, "", "file-unreadable")
    except UnicodeDecodeError:
        problems.add(FILE, "", "file-encoding")
    except BadToml as fault:
        problems.add(FILE, "", "file-toml", reason=fault.label)
    else:
        return _read(TomlTable(raw, FILE, "", problems))
    return ContractingIdentity(problems=tuple(problems.listed))


def _read(top: TomlTable) -> ContractingIdentity:
    prefix = (top.text("prefix") if top.needed("prefix") else None) or ""
    scheme = top.text("company_scheme") or ""
    if prefix and not _PREFIX.fullmatch(prefix):
        top.refuse("prefix", "not-one-of", _NO_PREFIX)
    if scheme and not _SCHEME.fullmatch(scheme):
        top.refuse("company_scheme", "not-one-of", _NO_SCHEME)
    top.close()
    if top.problems.listed:
        return ContractingIdentity(problems=tuple(top.problems.listed))
    return ContractingIdentity(prefix, scheme)
