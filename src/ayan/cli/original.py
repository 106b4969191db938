"""ayan original: the file a release was made from: given out, listed, locked anew, deleted when its time is over."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from ayan.cli.serve import prepare
from ayan.cli.wording import say
from ayan.core.release import retention
from ayan.core.release.lock import BadKey, NotOpened
from ayan.core.release.workplace import Changed, Workplace
from ayan.core.store.objects import NotOnShelf
from ayan.core.values.label import Label
from ayan.wiring import city


def add_parser(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the arguments of ``ayan original``."""
    parser = verbs.add_parser("original", help="the private files that releases were made from")
    does = parser.add_subparsers(dest="does", required=True, metavar="show|list|lock|expire")
    show = does.add_parser("show", help="write the file of a release, as it was sent, to a new file")
    show.add_argument("release", metavar="SLUG/PERIOD/N")
    show.add_argument("--to", type=Path, required=True, metavar="FILE", help="must not exist yet")
    listed = does.add_parser(
        "list", help="what became of the file of every release of a dataset, and until when it stays"
    )
    listed.add_argument("dataset", metavar="SLUG")
    expire = does.add_parser("expire", help="delete what is past the time declared for it, and let the log say so")
    expire.add_argument("--loose", action="store_true", help="also delete files that no release was made from")
    does.add_parser("lock", help="encrypt what is not, and put everything under the first key of AYAN_ORIGINALS_KEY")


def run(args: argparse.Namespace) -> int:
    """Exit 1 when there is no such file, or when one could not be opened; 2 when the key is none."""
    place = city.current().workplace
    try:
        match args.does:
            case "list":
                return _list(args.dataset)
            case "expire":
                return _expire(place, args.loose)
            case "lock":
                return _lock(place)
        return _show(place, args.release, args.to)
    except BadKey:
        say(
            Label(
                "AYAN_ORIGINALS_KEY کلید نیست: هر کلید ۶۴ رقم شانزده‌شانزدهی است.",
                "AYAN_ORIGINALS_KEY is no key: each is 64 hexadecimal digits.",
            ),
            error=True,
        )
        return 2
    except NotOpened as fault:
        say(
            Label(
                f"باز نشد: {fault}. کلید پیشین را هم در AYAN_ORIGINALS_KEY بگذارید.",
                f"It could not be opened: {fault}. Put the older key into AYAN_ORIGINALS_KEY too.",
            ),
            error=True,
        )
        return 1


def _show(place: Workplace, ref: str, to: Path) -> int:
    try:
        slug, period, number = ref.split("/")
        kept = place.original_of(place.shelf.release(slug, period, int(number)).manifest)
    except (ValueError, NotOnShelf):
        kept = None
    if kept is None:
        say(Label(f"پروندهٔ {ref} نگه داشته نشده است.", f"No file of {ref} is kept."), error=True)
        return 1
    try:
        handle = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        say(Label(f"{to} از پیش هست.", f"{to} is there already."), error=True)
        return 1
    try:
        with os.fdopen(handle, "wb") as out:
            for piece in place.read_original(kept):
                out.write(piece)
    except BaseException:
        to.unlink(missing_ok=True)
        raise
    return 0


def _list(slug: str) -> int:
    here = city.current()
    found = retention.kept(here.workplace, here.deletions, here.rule_of, slug)
    if not found:
        say(Label(f"داده‌ای به نام {slug} انتشاری ندارد.", f"No dataset {slug} has a release."), error=True)
        return 1
    for one in found:
        rule = str(one.rule or "-")
        if one.gone is not None:
            what = f"deleted {one.gone.said.day} ({one.gone.said.rule}, leaf {one.gone.index})"
        elif one.path is None:
            what = "missing"
        else:
            what = f"kept until {one.until} ({rule})" if one.until else f"kept ({rule})"
        print(f"{one.release.ref}\t{what}")
    return 0


def _expire(place: Workplace, with_loose: bool) -> int:
    """Delete what is due; the audit trail is told too, which stands in the database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ayan.config.settings.dev")
    prepare()

    from ayan.apps.desk import expiring

    gone = expiring.expire()
    for one in gone:
        print(f"{one.said.ref}\t{one.said.rule}\tleaf {one.index}")
    loose = retention.delete_loose(place) if with_loose else 0
    say(
        Label(
            f"{len(gone)} پروندهٔ اصلی که مهلتش گذشته بود حذف شد، و {loose} پروندهٔ بی‌انتشار.",
            f"{len(gone)} originals past their time were deleted, and {loose} that belonged to no release.",
        )
    )
    return 0


def _lock(place: Workplace) -> int:
    locked = standing = 0
    left: list[str] = []
    named = [*place.kept_originals(), *place.kept_letters()]
    for path, lock in [
        *((one, place.relock) for one in named),
        *((one, place.locker.relock) for one in place.under_way()),
    ]:
        try:
            if lock(path):
                locked += 1
            else:
                standing += 1
        except (NotOpened, Changed):
            left.append(path.relative_to(path.parents[2]).as_posix())
    say(
        Label(
            f"{locked} پرونده با کلید نخست رمز شد؛ {standing} پرونده از پیش شده بود.",
            f"{locked} files are now locked under the first key; {standing} were already.",
        )
    )
    for name in left:
        say(Label(f"باز نشد: {name}", f"Could not be opened: {name}"), error=True)
    return 1 if left else 0
