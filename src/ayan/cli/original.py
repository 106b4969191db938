"""ayan original: the file a release was made from: given out, listed, locked anew, deleted when its time is over."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Final

from ayan.cli import database
from ayan.cli.report_text import say
from ayan.cli.verb import RELEASE, Verb, local, named_release
from ayan.core.custody.original_bodies import BodyLost
from ayan.core.custody.private_files import BadOriginalKey, NotOpened
from ayan.core.custody.private_store import OriginalChanged, PrivateStore
from ayan.core.store.objects import NotInStore
from ayan.core.values.label import Label
from ayan.wiring import city


def original_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ayan original``."""
    does = parser.add_subparsers(dest="does", required=True, metavar="show|list|lock|expire|move")
    show = does.add_parser("show", help="write the file of a release, as it was sent, to a new file")
    show.add_argument("release", metavar=RELEASE)
    show.add_argument("--to", type=local, required=True, metavar="FILE", help="must not exist yet")
    listed = does.add_parser(
        "list", help="what became of the file of every release of a dataset, and until when it stays"
    )
    listed.add_argument("dataset", metavar="SLUG")
    expire = does.add_parser("expire", help="delete what is past the time declared for it, and let the log say so")
    expire.add_argument("--loose", action="store_true", help="also delete files that no release was made from")
    move = does.add_parser("move", help="bring the files into the object store of AYAN_STORE; each is read again there")
    move.add_argument("--back", action="store_true", help="bring them back into the city's folder instead")
    does.add_parser("lock", help="encrypt what is not, and put everything under the first key of AYAN_ORIGINALS_KEY")


def run_original(args: argparse.Namespace) -> int:
    """Exit 1 when there is no such file, or when one could not be opened; 2 when the key is none."""
    try:
        match args.does:
            case "list":
                return _list(args.dataset)
            case "expire":
                return _expire(args.loose)
            case "lock":
                return _lock(city.current().private_store)
            case "move":
                return _move(city.current().private_store, back=args.back)
        return _show(args.release, args.to)
    except BadOriginalKey:
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
                "باز نشد: {fault}. کلید پیشین را هم در AYAN_ORIGINALS_KEY بگذارید.",
                "It could not be opened: {fault}. Put the older key into AYAN_ORIGINALS_KEY too.",
            ).format(fault=fault),
            error=True,
        )
        return 1


def _show(ref: str, to: Path) -> int:
    home = city.current()
    try:
        kept = home.private_store.original_of(named_release(home.release_store, ref).manifest)
    except NotInStore:
        kept = None
    if kept is None:
        say(Label("پروندهٔ {ref} نگه داشته نشده است.", "No file of {ref} is kept.").format(ref=ref), error=True)
        return 1
    try:
        handle = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        say(Label("{to} از پیش هست.", "{to} is there already.").format(to=to), error=True)
        return 1
    try:
        with os.fdopen(handle, "wb") as out:
            for piece in home.private_store.read_original(kept):
                out.write(piece)
    except BaseException:
        to.unlink(missing_ok=True)
        raise
    return 0


def _list(slug: str) -> int:
    originals = city.current().original_retention.fates(slug)
    if not originals:
        say(
            Label("داده‌ای به نام {slug} انتشاری ندارد.", "No dataset {slug} has a release.").format(slug=slug),
            error=True,
        )
        return 1
    for original in originals:
        rule = str(original.rule or "-")
        if original.gone is not None:
            what = f"deleted {original.gone.statement.day} ({original.gone.statement.rule}, leaf {original.gone.index})"
        elif original.path is None:
            what = "missing"
        else:
            what = f"kept until {original.until} ({rule})" if original.until else f"kept ({rule})"
        print(f"{original.release.ref}\t{what}")
    return 0


def _expire(with_loose: bool) -> int:
    """Delete what is due; the audit trail is told too, which stands in the database."""
    database.set_up()

    from ayan.apps.desk.files import release_originals

    gone = release_originals.expire()
    for deletion in gone:
        print(f"{deletion.statement.ref}\t{deletion.statement.rule}\tleaf {deletion.index}")
    loose = city.current().original_retention.delete_loose() if with_loose else 0
    if waiting := len(city.current().private_store.bodies.notes()):
        say(
            Label(
                "{count} بدنه هنوز در انبار شیئی است و هیچ کلیدی بازش نمی‌کند؛ بار دیگر پاک می‌شود.",
                "{count} bodies still stand in the object store, opened by no key; they are removed the next time.",
            ).format(count=waiting),
            error=True,
        )
    say(
        Label(
            "{gone} پروندهٔ اصلی که مهلتش گذشته بود حذف شد، و {loose} پروندهٔ بی‌انتشار.",
            "{gone} originals past their time were deleted, and {loose} that belonged to no release.",
        ).format(gone=len(gone), loose=loose)
    )
    return 0


def _lock(private_store: PrivateStore) -> int:
    locked = standing = 0
    left: list[str] = []
    named = [*private_store.kept_originals(), *private_store.kept_letters()]
    for path, lock in [
        *((path, private_store.relock) for path in named),
        *((path, private_store.locker.relock) for path in private_store.under_way()),
    ]:
        try:
            if lock(path):
                locked += 1
            else:
                standing += 1
        except (NotOpened, OriginalChanged, BodyLost):
            left.append(path.relative_to(path.parents[2]).as_posix())
    say(
        Label(
            "{locked} پرونده با کلید نخست رمز شد؛ {standing} پرونده از پیش شده بود.",
            "{locked} files are now locked under the first key; {standing} were already.",
        ).format(locked=locked, standing=standing)
    )
    return _left(left)


def _move(private_store: PrivateStore, *, back: bool) -> int:
    """Bring originals from the folder into the bucket or back, each alone; asked twice it goes on."""
    if private_store.bucket is None:
        say(
            Label(
                "AYAN_STORE انبار شیئی (s3://…) نیست؛ پرونده‌ها در پوشهٔ شهر است.",
                "AYAN_STORE names no object store (s3://…); the files stand in the city's folder.",
            ),
            error=True,
        )
        return 1
    moved = 0
    left: list[str] = []
    for path in private_store.kept_originals():
        try:
            moved += private_store.bring_original(path) if back else private_store.send_original(path)
        except (NotOpened, OriginalChanged, BodyLost):
            left.append(path.relative_to(path.parents[2]).as_posix())
    if back:
        words = Label("{count} پرونده به پوشهٔ شهر برگشت.", "{count} files were brought back into the city's folder.")
    else:
        words = Label(
            "{count} پرونده به انبار شیئی رفت و از آنجا از نو خوانده شد.",
            "{count} files were brought into the object store and read again there.",
        )
    say(words.format(count=moved))
    return _left(left)


def _left(names: list[str]) -> int:
    for name in names:
        say(Label("باز نشد: {name}", "Could not be opened: {name}").format(name=name), error=True)
    return 1 if names else 0


VERBS: Final = (Verb("original", "the private files that releases were made from", run_original, original_arguments),)
