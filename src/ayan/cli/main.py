"""The ayan command: all its verbs, and what is said when settings, a declaration or the machine is in the way."""

from __future__ import annotations

import argparse
import errno
import importlib
import logging.config
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import ayan
from ayan.cli import database
from ayan.cli.report_text import say
from ayan.cli.verb import Verb
from ayan.config import logs, services
from ayan.config.env import Misconfigured
from ayan.config.hosting import city_hosts as hosting
from ayan.core.bucket.bucket_fault import BucketFault
from ayan.core.custody.private_files import BadOriginalKey as BadLockKey
from ayan.core.ledger.note import BadNoteKey
from ayan.core.ledger.refusal import LedgerError
from ayan.core.schema.issue import CannotRead
from ayan.core.schema.problem import DeclarationError
from ayan.core.store.objects import StoreError
from ayan.core.system import collector
from ayan.core.system.files import private_by_default
from ayan.core.values.label import Label, quoted
from ayan.core.values.refusal import Refusal

VERBS: Final[Mapping[str, str]] = {
    "init": "new_city",
    "check": "publication",
    "propose": "proposal",
    "publish": "publication",
    "template": "publication",
    "withdraw": "withdrawal",
    "erase": "withdrawal",
    "original": "original",
    "reason": "withdrawal",
    "query": "query",
    "verify": "verify",
    "monitor": "monitor",
    "mirror": "mirror",
    "demo": "demo",
    "serve": "serve",
    "mcp": "assistants",
    "upgrade": "upgrade",
    "migrate": "upgrade",
    "worker": "serve",
    "reindex": "upgrade",
    "backup": "backup",
    "restore": "backup",
    "replay": "replay",
    "store": "store",
    "iceberg": "open_tables",
    "log": "log",
    "export": "export",
    "doctor": "doctor",
    "key": "new_city",
    "witness": "witness",
    "audit": "balances",
    "officer": "new_city",
    "daily": "regular_tasks",
    "sources": "regular_tasks",
    "flags": "regular_tasks",
    "harvest": "harvest",
    "cities": "cities",
}
"""Every verb, in the order of the help, with the module of this room that has it among its ``VERBS``."""
FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
DENIED: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
# DuckDB and Arrow tell what the system refused in words only.
_FULL_WORDS: Final = ("No space left on device", "Disk quota exceeded", "File too large", "disk is full")
_INTERRUPTED: Final = "Query interrupted"


def run(argv: Sequence[str] | None = None) -> int:
    """Run the command line ``argv``; returns the exit code (see each verb), 2 when the machine stands in the way.

    Whatever a verb makes is for its owner alone, unless it publishes it.
    """
    try:
        if not logging.getLogger().handlers:
            # Verbs that need no Django write down what they meet with in the same way.
            logging.config.dictConfig(logs.configuration(logs.log_format("text")))
        with private_by_default():
            return _run(list(sys.argv[1:] if argv is None else argv))
    except CannotRead as refusal:
        say(refusal, error=True)
        return 2
    except DeclarationError as refusal:
        for problem in refusal.problems:
            say(problem.label, error=True)
        return 2
    except Misconfigured as fault:
        say(
            Label("تنظیم‌ها کامل نیست: {fault}", "The settings are not complete: {fault}").format(fault=fault),
            error=True,
        )
        return 1
    except BrokenPipeError:
        sys.stderr.close()
        return 141
    except (Exception, KeyboardInterrupt) as fault:
        if interrupted(fault):
            say(Label("متوقف شد.", "Stopped."), error=True)
            return 130
        label = trouble(fault) if isinstance(fault, Exception) else None
        if label is None:
            # Its words may hold what stood in a cell, and what a timer says is kept in the machine's record.
            if os.environ.get("AYAN_DEBUG") != "1":
                sys.excepthook = logs.ended
            raise
        say(label, error=True)
        return 2


def _run(words: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="ayan", description="Ayan (عیان): a municipality's files become verified public records."
    )
    parser.add_argument("--version", action="store_true", help="print the version that is installed")
    parser.add_argument("--city", metavar="CODE", help="which city of the installation (AYAN_CITIES) the verb is for")
    if words == ["--version"]:
        print(f"ayan {ayan.version()}")
        return 0
    services.take_credentials()
    if words[:1] == ["--city"] and len(words) > 1:
        work_for(words[1])
        words = words[2:]
    subparsers = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    # Only the verb that is asked for is imported: some bring a web framework with them.
    with collector.loading():
        verbs = {name: load(name) for name in ((words[0],) if words and words[0] in VERBS else VERBS)}
    for name, verb in verbs.items():
        verb.arguments(subparsers.add_parser(name, help=verb.help))
    args = parser.parse_args(words)
    return verbs[args.verb].run(args)


def work_for(code: str) -> None:
    """Let this process be one of a single city of the installation. Misconfigured where there is no such city."""
    installation = hosting.named()
    entry = installation.of_code(code) if installation else None
    if entry is None:
        raise Misconfigured(f"AYAN_CITIES names no city {code}.")
    own = entry.variables(os.environ)
    os.environ.clear()
    os.environ.update(own)


def load(name: str) -> Verb:
    """The verb called ``name``, from the module that has it."""
    verbs: Sequence[Verb] = importlib.import_module(f"ayan.cli.{VERBS[name]}").VERBS
    return next(verb for verb in verbs if verb.name == name)


# --- when the machine is in the way: a full disk, a locked folder, a broken store -------------------------------------


def interrupted(fault: BaseException) -> bool:
    """Whether somebody pressed Ctrl-C, which DuckDB tells in an error of its own while a query runs."""
    return isinstance(fault, KeyboardInterrupt) or (isinstance(fault, RuntimeError) and _INTERRUPTED in str(fault))


def trouble(fault: Exception) -> Label | None:
    """What to tell the operator about ``fault``; None when it is a fault of Ayan's own and must be seen whole."""
    kinds = {kind.__name__ for kind in type(fault).__mro__ if kind.__module__.partition(".")[0].lstrip("_") == "duckdb"}
    fault_text = " ".join(str(fault).split())[:300]
    if any(_full(cause) for cause in _chain(fault)):
        return Label(
            "دیسک پر است یا سهم آن تمام شده است. جا باز کنید و دوباره بفرستید. ({reason})",
            "The disk is full or its quota is used up. Make room and try again. ({reason})",
        ).format(reason=fault_text)
    if isinstance(fault, OSError):
        return _refused(fault)
    if isinstance(fault, Refusal):
        return fault.for_operator if isinstance(fault, BucketFault) else fault.label
    if away := database.trouble(fault):
        return away
    if isinstance(fault, StoreError):
        return Label("انبار انتشارها اشکال دارد: {reason}", "The store of releases is in trouble: {reason}").format(
            reason=fault_text
        )
    if isinstance(fault, BadLockKey):
        return Label(
            "AYAN_ORIGINALS_KEY کلید نیست: هر کلید ۶۴ رقم شانزده‌شانزدهی است. چیزی منتشر نشد.",
            "AYAN_ORIGINALS_KEY is no key: each is 64 hexadecimal digits. Nothing was published.",
        )
    if isinstance(fault, BadNoteKey):
        return Label("کلید ثبت عمومی پذیرفته نشد: {reason}", "The key of the log is not accepted: {reason}").format(
            reason=fault_text
        )
    if isinstance(fault, LedgerError):
        return Label(
            "ثبت عمومی اشکال دارد و چیزی امضا نشد: {reason}",
            "The log is in trouble, and nothing was signed: {reason}",
        ).format(reason=fault_text)
    if "OutOfMemoryException" in kinds:
        return Label(
            "حافظه برای این پرونده کم است. دوره به دوره بفرستید یا حافظه را بیشتر کنید.",
            "There is too little memory for this file. Send it period by period, or add memory.",
        )
    if "IOException" in kinds:
        return Label(
            "خواندن یا نوشتن روی دیسک شکست خورد: {reason}", "Reading or writing the disk failed: {reason}"
        ).format(reason=fault_text)
    if type(fault).__name__ == "Changed":
        return Label(
            "پرونده هنگام خواندن عوض شد. دوباره بفرستید. ({reason})",
            "The file changed while it was being read. Send it again. ({reason})",
        ).format(reason=fault_text)
    return None


def _refused(fault: OSError) -> Label:
    where = quoted(str(fault.filename)) if fault.filename else ""
    why = fault.strerror or str(fault)
    if fault.errno in DENIED:
        return Label(
            "اجازهٔ خواندن یا نوشتن {where} نیست. دسترسی‌ها را بررسی کنید. ({why})",
            "{where} may not be read or written. Check its permissions. ({why})",
        ).format(where=where, why=why)
    return Label(
        "کار با {where} نشد: {why}. نشانی و پوشه‌ها را بررسی کنید.",
        "{where} could not be used: {why}. Check the path and its folders.",
    ).format(where=where, why=why)


def _chain(fault: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    error: BaseException | None = fault
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _full(fault: BaseException) -> bool:
    if isinstance(fault, OSError) and fault.errno in FULL:
        return True
    return any(words in str(fault) for words in _FULL_WORDS)


if __name__ == "__main__":
    sys.exit(run())
