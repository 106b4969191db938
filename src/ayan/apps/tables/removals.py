"""Taking a table away that never had a release: what it has to stay for, and how it goes."""

from __future__ import annotations

from ayan.apps.tables.models import TableChange
from ayan.apps.tables.refusals import DeclarationNotTaken, TableRefused
from ayan.core.schema.problem import DeclarationError
from ayan.core.values.label import Label, joined
from ayan.ui.contract import installed_apps
from ayan.wiring import city, table_removal
from ayan.wiring.table_removal import NotRemovable


def may_be_removed(slug: str) -> bool:
    """Whether the page of a table offers to take it away."""
    try:
        check(slug)
    except (TableRefused, NotRemovable):
        return False
    return True


def check(slug: str) -> None:
    """Raise NotRemovable, DeclarationNotTaken or TableRefused for what a table has to stay for."""
    try:
        table_removal.check_removable(city.current(), slug)
    except DeclarationError as refused:
        raise DeclarationNotTaken(refused.problems) from None
    if uses := [use for app in installed_apps() for use in app.uses_of_table(slug)]:
        raise InUse(
            Label(
                "این جدول را نمی‌توان برداشت، چون در کار است: {uses}.",
                "This table cannot be taken away while it is in use: {uses}.",
            ).format(uses=joined(uses))
        )


class InUse(TableRefused):
    """Work at the desk stands on the table."""

    code = "table-in-use"
    fa = "این جدول در کار است و برداشته نمی‌شود."
    en = "This table is in use and is not taken away."
    status = 409


def carry_out(change: TableChange) -> None:
    """Take the table away, if nothing has come to stand on it since. Raises as `check`, and TableMoved."""
    check(change.slug)
    table_removal.take_away(city.current(), change.slug, {name: before for name, (before, _) in change.files.items()})
