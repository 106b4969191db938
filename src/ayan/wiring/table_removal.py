"""A table of the city that never had a release is taken away: if no other declaration speaks of it."""

from __future__ import annotations

import shutil
from contextlib import suppress

from ayan.core.schema.problem import DeclarationError
from ayan.core.system.files import folder_locked, own_folder, rename, write
from ayan.core.values.refusal import Refusal
from ayan.datasets.registry import Registry
from ayan.wiring.city import City
from ayan.wiring.new_declaration import DATASETS, UNFINISHED
from ayan.wiring.profile import Profile
from ayan.wiring.profile_text import changed
from ayan.wiring.table_folder import TableMoved, Texts, is_own, texts_of


class NotRemovable(Refusal):
    """A table that stays: something of it is public, or it comes with Ayan."""

    code = "table-not-removable"
    fa = "این جدول را نمی‌توان برداشت."
    en = "This table cannot be taken away."
    status = 409


def check_removable(city: City, slug: str) -> None:
    """Raise NotRemovable where a table has to stay, and DeclarationError for what another one says of it."""
    if city.release_store.releases(slug):
        raise NotRemovable(
            "از این جدول انتشاری هست یا بوده است. آنچه همگانی شده نامش را نگه می‌دارد.",
            "There is or was a release of this table. What was public keeps its name.",
        )
    own = city.home / DATASETS
    if not is_own(city, slug) or any((folder / slug).is_dir() for folder in city.registry.folders if folder != own):
        raise NotRemovable(
            "این جدول با نرم‌افزار می‌آید. در «مشخصات شهر» بگویید که هنوز آغاز نشده است.",
            "This table comes with the software. Say on the page “The city” that it is not open yet.",
        )
    with city.private_store.scratch_folder() as scratch:
        rest = scratch / DATASETS
        shutil.copytree(own, rest, symlinks=True, ignore=shutil.ignore_patterns(slug, ".*"))
        beside = Registry(tuple(rest if folder == own else folder for folder in city.registry.folders))
        known = {(problem.file, problem.key, problem.code) for problem in city.registry.problems()}
        faults = [each for each in beside.problems() if (each.file, each.key, each.code) not in known]
    if faults:
        raise DeclarationError(faults)


def take_away(city: City, slug: str, before: Texts) -> None:
    """Take a table away, if its files still say what they did; from then on nobody is asked for it.

    Raises as `check_removable`, and TableMoved.
    """
    check_removable(city, slug)
    home = city.home / DATASETS
    with folder_locked(home):
        if texts_of(city, slug) != dict(before):
            raise TableMoved
        with own_folder(home, UNFINISHED) as folder:
            # In one step: half a table is never among the declarations.
            rename(home / slug, folder / slug)
    _forget_opening(city, slug)


def _forget_opening(city: City, slug: str) -> None:
    """`ayan.toml` names no day of a table that is not there."""
    profile = city.home / "ayan.toml"
    with folder_locked(city.home), suppress(ValueError, OSError):
        text = changed(profile.read_text(encoding="utf-8"), {("opens", slug): None})
        Profile.of_text(text.encode(), profile)
        write(profile, text.encode())
