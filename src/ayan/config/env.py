"""Every environment variable that Ayan reads, with what it means; settings, doctor and docs use this list."""

from __future__ import annotations

import os
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from ayan.config.message_variables import MESSAGE_VARIABLES
from ayan.config.store_variables import STORE_VARIABLES
from ayan.config.variable import SEVERAL_MACHINES, Variable
from ayan.core.values.label import Label
from ayan.core.values.local_path import local_path
from ayan.wiring.engine import DEFAULT_ENGINE, NoSuchEngine, check_engine


class Misconfigured(Exception):
    """A variable is missing or unreadable; the message names it and says what to write."""


OWN_HUB: Final = "own"
"""What AYAN_WEBSUB_HUB says where the portal is its own hub (`ayan.apps.catalog.feeds.hub`)."""

VARIABLES: Final = (
    Variable(
        "AYAN_HOME",
        Label("پوشهٔ شهر: تعریف‌ها، پرونده‌های دریافتی، داده‌های منتشرشده و ثبت عمومی", "The city's folder"),
        default="var/demo",
        required=True,
        example="/srv/ayan/city",
    ),
    Variable(
        "AYAN_CITIES",
        Label(
            "پوشهٔ چند شهر در یک نصب، با فهرست cities.toml؛ به جای AYAN_HOME",
            "The folder of many cities in one installation, with the list cities.toml; in place of AYAN_HOME",
        ),
        example="/srv/ayan/cities",
    ),
    *STORE_VARIABLES,
    Variable(
        "AYAN_ENGINE",
        Label(
            "موتور پرسش: duckdb از نمایه می‌خواند، parquet از خود انتشارها و بی نمایه، "
            "sc://host:port درباره جدول‌های بزرگ از "
            "خوشه اسپارک می‌پرسد",
            "The query engine: duckdb reads the index, parquet the releases themselves, without an index, "
            "sc://host:port asks a Spark cluster about large tables",
        ),
        default=DEFAULT_ENGINE,
        example="parquet",
    ),
    Variable(
        "AYAN_SECRET_KEY",
        Label("کلید امضای نشست کارکنان، دست‌کم ۵۰ نویسه", "The key that signs staff sessions, at least 50 characters"),
        required=True,
        secret=True,
    ),
    Variable(
        "AYAN_LOG_KEY",
        Label("نشانی پروندهٔ کلید خصوصی ثبت عمومی", "The file of the log's private key"),
        secret=True,
        example="/etc/ayan/log.key",
    ),
    Variable(
        "AYAN_ORIGINALS_KEY",
        Label(
            "کلیدهای رمز پرونده‌های اصلی، هر یک ۶۴ رقم شانزده‌شانزدهی، با ویرگول؛ نخستین می‌بندد و همه باز می‌کنند",
            "The keys of the originals, each 64 hexadecimal digits, comma separated; the first locks, all of them open",
        ),
        secret=True,
    ),
    Variable(
        "AYAN_HOSTS",
        Label("نام‌های دامنه‌ای که سامانه پاسخ می‌دهد، با ویرگول", "Host names the site answers to, comma separated"),
        required=True,
        example="shafaf.example",
    ),
    Variable(
        "AYAN_ORIGIN",
        Label("نشانی عمومی سامانه، برای پیوندهای کامل", "The public address of the site, for absolute links"),
        example="https://shafaf.example",
    ),
    Variable(
        "AYAN_PROXIES",
        Label(
            "با ۱، سرآیندهای X-Forwarded-Proto و X-Real-IP از واسط معکوس پذیرفته می‌شود",
            "With 1, X-Forwarded-Proto and X-Real-IP from the reverse proxy are trusted",
        ),
        default="0",
        example="1",
    ),
    Variable(
        "AYAN_DEBUG",
        Label(
            "با ۱، خطای یک دستور با متن کامل نوشته می‌شود و در settings.dev صفحهٔ خطای جنگو نشان داده می‌شود",
            "With 1, faults of commands are printed whole, and in settings.dev Django shows its error pages",
        ),
        default="0",
    ),
    Variable(
        "AYAN_WORKERS",
        Label(
            "تعداد فرایندهای ayan serve؛ پیش‌فرض یکی برای هر هسته، تا جایی که حافظه برسد",
            "Processes of ayan serve; by default one a core, as far as memory goes",
        ),
        example="4",
    ),
    Variable(
        "AYAN_MEMORY_MB",
        Label(
            "حافظهٔ هر فرایند به مگابایت؛ نیمی برای پرسش‌ها. فرایندی که از آن بگذرد جای خود را به یکی تازه می‌دهد",
            "Memory of each process in MiB, half of it for questions; a process beyond it makes room for a fresh one",
        ),
        default="1024",
        example="2048",
    ),
    Variable(
        "AYAN_CACHE_MB",
        Label(
            "حافظهٔ پاسخ‌های عمومیِ نگه‌داشته در هر فرایند، به مگابایت؛ ۰ یعنی هیچ",
            "Memory for whole public answers in each process, in MiB; 0 keeps none",
        ),
        default="64",
        example="128",
    ),
    Variable(
        "AYAN_WORKER",
        Label(
            "inside: کارهای زمان‌بر را ayan serve هم انجام می‌دهد. apart: فرایند جداگانهٔ ayan worker",
            "inside: ayan serve does the longer work too, in a process of its own. apart: `ayan worker` does it",
        ),
        default="inside",
        example="apart",
    ),
    Variable(
        "AYAN_TASK_MEMORY_MB",
        Label(
            "حافظهٔ خواندن و سنجیدن یک پرونده در ayan worker، به مگابایت؛ هر یک از پرونده‌های همزمان تا این اندازه",
            "Memory for reading and checking a file in the worker, in MiB, for each of those read at once",
        ),
        default="2048",
        example="4096",
    ),
    Variable(
        "AYAN_FILES_AT_ONCE",
        Label("تعداد پرونده‌هایی که ayan worker همزمان می‌خواند", "How many files the worker reads at once"),
        default="2",
        example="4",
    ),
    Variable(
        "AYAN_UPLOAD_MB",
        Label("بزرگ‌ترین پرونده‌ای که میز کار می‌پذیرد، به مگابایت", "The largest file that the desk takes, in MiB"),
        default="500",
        example="1000",
    ),
    Variable(
        "AYAN_CLAMD", Label("سوکت clamd، برای پیوست‌های پیشخان و سندها", "The socket of clamd: a path or host:port")
    ),
    Variable(
        "AYAN_ARRIVALS",
        Label(
            "پوشه‌ای که زیرپوشه‌های زیر نظر در آن است؛ پیش‌فرض arrivals در پوشهٔ شهر",
            "The folder of the watched sub-folders; arrivals/ in AYAN_HOME by default",
        ),
        example="/srv/ayan/arrivals",
    ),
    Variable(
        "AYAN_BASE_MAP",
        Label("پروندهٔ PMTiles برای زمینهٔ نقشهٔ زنده", "A file of PMTiles as the ground of the live map"),
        example="/srv/ayan/base.pmtiles",
    ),
    Variable(
        "AYAN_PULL_NETWORKS",
        Label(
            "شبکه‌های درونی که برداشتن از نشانی وب به آن‌ها راه دارد، با ویرگول؛ بی آن تنها نشانی‌های همگانی",
            "Inner networks that pulls from addresses may reach, comma separated; without it public addresses only",
        ),
        example="10.20.0.0/24,10.20.5.7",
    ),
    Variable(
        "AYAN_PULL_SECONDS",
        Label(
            "بیشترین زمان یک بار برداشتن از پایگاه داده یا نشانی وب، به ثانیه",
            "The longest that one pull from a database or an address may take, in seconds",
        ),
        default="300",
    ),
    Variable(
        "AYAN_OIDC_SECRET",
        Label("رمز این سامانه نزد درگاه ورود یکپارچه ([single_sign_on])", "The client secret for [single_sign_on]"),
        secret=True,
    ),
    Variable(
        "AYAN_SOURCE_DB_NAME",
        Label("نشانی پایگاه دادهٔ یک منبع با گذرواژه؛ NAME دلخواه", "A source's database, with password; NAME is yours"),
        secret=True,
        example="postgresql://reader:…@10.20.5.7/finance",
    ),
    Variable(
        "AYAN_SOURCE_WEB_NAME",
        Label(
            "همهٔ سرآیند Authorization یک نشانی وب؛ NAME دلخواه", "A web source's Authorization header; NAME is yours"
        ),
        secret=True,
        example="Bearer …",
    ),
    Variable(
        "AYAN_SOURCE_WEB_NAME_HOST",
        Label("کارسازهایی که آن سرآیند به آن‌ها می‌رود، با ویرگول", "The servers that get this header, comma separated"),
        example="finance.example,http://10.20.5.7:8080",
    ),
    Variable(
        "AYAN_LOG_FORMAT",
        Label(
            "json یا text: شکل آنچه در stderr نوشته می‌شود، هر رویداد یک سطر و زمان به UTC؛ پیش‌فرض در بهره‌برداری json",
            "json or text: the form of what is written to stderr, a line an event, in UTC; json by default in "
            "production",
        ),
        example="json",
    ),
    Variable(
        "AYAN_SLOW_MS",
        Label(
            "پرسشی که بیش از این هزارم ثانیه از پردازنده بگیرد ثبت می‌شود: شکل آن، نه مقدارهایش؛ ۰ یعنی هیچ",
            "Questions of more processor milliseconds are written down: their shape, never their values; 0 for none",
        ),
        default="1000",
    ),
    Variable(
        "AYAN_WITNESS_HOURS",
        Label("ساعت‌هایی که امضای گواهان ثبت عمومی تازه است", "Hours for which a witness's signature counts as fresh"),
        default="48",
    ),
    Variable(
        "AYAN_TSA",
        Label("نشانی مرجع مهر زمان برای ثبت عمومی (RFC 3161)", "The address of a time-stamping authority (RFC 3161)"),
        example="https://tsa.example/tsr",
    ),
    Variable(
        "AYAN_METRICS_PORT",
        Label(
            "درگاهی روی همین ماشین (127.0.0.1) که ayan worker سنجه‌ها را برای Prometheus در آن می‌گذارد؛ بی آن هیچ",
            "A port of 127.0.0.1 at which the worker serves metrics for Prometheus; none by default",
        ),
        example="9464",
    ),
    Variable(
        "AYAN_ALLOW_CLI_APPROVAL",
        Label("با ۱، تأیید از خط فرمان پذیرفته می‌شود", "With 1, approvals given on the command line are accepted"),
        default="0",
    ),
    Variable(
        "DATABASE_URL",
        Label(
            "پایگاه دادهٔ کارکنان و کار میز؛ پیش‌فرض db.sqlite3 در پوشهٔ شهر",
            "The database of officers and the desk's work; db.sqlite3 in AYAN_HOME by default",
        ),
        secret=True,
        example="postgres://ayan:…@127.0.0.1:5432/ayan",
    ),
    *MESSAGE_VARIABLES,
    Variable(
        "DJANGO_SETTINGS_MODULE",
        Label("مجموعهٔ تنظیم‌ها: dev یا production", "Which settings hold: dev or production"),
        default="ayan.config.settings.dev",
        example="ayan.config.settings.production",
    ),
    Variable(
        "CREDENTIALS_DIRECTORY",
        Label(
            "پوشه‌ای که هر رازِ این فهرست می‌تواند در آن پرونده‌ای به نام خود باشد؛ systemd و ظرف‌ها آن را می‌گذارند",
            "A folder in which each secret of this list may be a file of its name; systemd and containers set it",
        ),
        example="/run/secrets",
    ),
    Variable(
        "AYAN_SHARED",
        Label("پوشهٔ داده‌های آزمایشی، فقط برای آزمون‌ها", "The folder of trial data; tests only"),
        example="../shared",
    ),
    Variable(
        "AYAN_WRITE_GOLDEN",
        Label("با ۱، آزمون‌ها پاسخ‌های نمونه را از نو می‌نویسند", "With 1, tests write their golden files anew"),
    ),
    Variable(
        "AYAN_CHROMIUM",
        Label(
            "نشانی مرورگر کرومیوم، فقط برای آزمون‌ها؛ اگر نباشد، /usr/bin/chromium",
            "The Chromium binary; tests only. Where it is absent, /usr/bin/chromium",
        ),
        default="/usr/bin/chromium-headless-shell",
    ),
    Variable(
        "AYAN_WALKED",
        Label("نشانی نسخهٔ نمایشی برپا، فقط برای آزمون‌ها", "The address of a served demo city; tests only"),
        example="http://127.0.0.1:8000",
    ),
    *SEVERAL_MACHINES,
)
BY_NAME: Final[Mapping[str, Variable]] = {variable.name: variable for variable in VARIABLES}


def read(name: str) -> str | None:
    """The value of a listed variable, else its default; KeyError for a variable that is not in the list."""
    listed = BY_NAME[name]
    return os.environ.get(name) or listed.default


def need(name: str) -> str:
    """The value of a variable that must be set by hand; Misconfigured when it is not."""
    value = os.environ.get(name)
    if not value:
        raise Misconfigured(f"{name} is not set: {BY_NAME[name].meaning.en}.")
    return value


def flag(name: str) -> bool:
    """Whether a 0/1 variable is 1; Misconfigured for anything else."""
    value = read(name) or "0"
    if value not in ("0", "1"):
        raise Misconfigured(f"{name} must be 0 or 1, not {value!r}.")
    return value == "1"


def engine() -> str:
    """The name of the query engine; Misconfigured for one that is not built."""
    try:
        return check_engine(read("AYAN_ENGINE") or DEFAULT_ENGINE)
    except NoSuchEngine as wrong:
        raise Misconfigured(f"{wrong.fa} {wrong.en}") from None


def is_apart() -> bool:
    """Whether the worker runs apart from ``ayan serve``; Misconfigured for a word that says neither."""
    value = read("AYAN_WORKER")
    if value not in ("inside", "apart"):
        raise Misconfigured(f"AYAN_WORKER must be inside or apart, not {value!r}.")
    return value == "apart"


def is_production() -> bool:
    """Whether the settings in use are those for production."""
    return (os.environ.get("DJANGO_SETTINGS_MODULE") or "").endswith("production")


def number(name: str, least: int, most: int) -> int:
    """A variable that is a whole number; Misconfigured for anything else, or outside the bounds."""
    value = read(name) or ""
    if not (value.isascii() and value.isdecimal() and least <= int(value) <= most):
        raise Misconfigured(f"{name} must be a whole number from {least} to {most}, not {value!r}.")
    return int(value)


def folder(name: str, usual: Path) -> Path:
    """A folder as an absolute path; ``usual`` where the variable is absent. NotOnThisMachine for an address."""
    value = read(name)
    return local_path(value, name).absolute() if value else usual


def networks(name: str) -> list[str]:
    """Networks and addresses, comma separated; Misconfigured for what is neither."""
    texts = [text.strip() for text in (read(name) or "").split(",") if text.strip()]
    try:
        return [str(ip_network(text)) for text in texts]
    except ValueError:
        raise Misconfigured(f"{name} must be networks like 10.20.0.0/24, comma separated.") from None


def hub(name: str) -> str:
    """A web address that is published in feeds, or ``own``; empty without one. Misconfigured for one that is not HTTPS.

    One of this machine may be plain.
    """
    value = read(name) or ""
    if value == OWN_HUB:
        return value
    parts = urlsplit(value)
    local = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost")
    if value and (not (parts.scheme == "https" or local) or not parts.hostname or "@" in parts.netloc):
        raise Misconfigured(
            f"{name} must be {OWN_HUB}, or begin with https://, or with http:// on this machine, and hold no password."
        )
    return value


def home() -> Path:
    """The folder of the city, or of the installation of many, as an absolute path; it need not exist yet.

    NotOnThisMachine for an address.
    """
    return folder("AYAN_CITIES" if read("AYAN_CITIES") else "AYAN_HOME", Path())


def machine() -> Path:
    """The folder of what is this machine's alone; the city's folder where the city has one machine."""
    return folder("AYAN_MACHINE", home())
