"""A process of an installation, as a trial of it runs: asked by a line of JSON, it answers by one.

    python -m tests.config.hosting.process FOLDER [CODE]

With a code it is a process of that city alone, as ``ayan --city CODE serve`` would be.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import re
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

SECRET = "of-trials-alone-" * 4
STAMPED = re.compile(rb'name="(?:_since|key|_key)" value="[^"]+"')
"""What a form says of the second in which it was drawn, and the name it gives itself."""


def environment(folder: Path, code: str = "") -> dict[str, str]:
    """The variables of such a process."""
    from ayan.config import env
    from ayan.config.hosting.installation import Installation

    kept = {name: value for name, value in os.environ.items() if name not in env.BY_NAME}
    shared = kept | {
        "AYAN_CITIES": str(folder),
        "AYAN_SECRET_KEY": SECRET,
        "AYAN_ALLOW_CLI_APPROVAL": "1",
        "AYAN_LOG_FORMAT": "text",
        **({"AYAN_METRICS_PORT": port} if (port := os.environ.get("TRIAL_METRICS")) else {}),
        "AYAN_SOURCE_DB_BOOKS__TOOBA": "postgresql://reader:of-tooba@127.0.0.1/books",
        "AYAN_SOURCE_DB_BOOKS": "postgresql://reader:of-nobody@127.0.0.1/books",
        "AYAN_ORIGINALS_KEY__TOOBA": "ab" * 32,
        **({"DATABASE_URL": url} if (url := os.environ.get("TRIAL_DATABASE")) else {}),
    }
    entry = Installation(folder).of_code(code)
    return entry.variables(shared) if entry else shared


def main(folder: Path, code: str) -> None:
    """Answer until nobody asks any more."""
    own = environment(folder, code)
    os.environ.clear()
    os.environ.update(own)
    from ayan.config.wsgi import application

    _say("ready")
    for line in sys.stdin:
        asked = json.loads(line)
        done = asked_for(application, asked) if "host" in asked else ACTS[asked["act"]](folder, asked)
        _say(done)


def _say(what: Any) -> None:
    sys.stdout.write(f"{json.dumps(what)}\n")
    sys.stdout.flush()


def asked_for(application: Any, asked: dict[str, str]) -> dict[str, Any]:
    """The answer to a request: status, headers, digest, and the text where it is short."""
    parts = urlsplit(asked["address"])
    said: dict[str, Any] = {}
    body = asked.get("body", "").encode()
    environ: dict[str, Any] = {
        "REQUEST_METHOD": asked.get("method", "GET"),
        "PATH_INFO": parts.path,
        "SCRIPT_NAME": "",
        "QUERY_STRING": quote(parts.query, safe="=&%+~:/?,-_.!*'()"),
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": asked["host"],
        "HTTP_COOKIE": asked.get("cookie", ""),
        "HTTP_X_FORWARDED_HOST": asked.get("forwarded", ""),
        "REMOTE_ADDR": "192.0.2.7",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "CONTENT_LENGTH": str(len(body)) if body else "",
        "CONTENT_TYPE": "application/x-www-form-urlencoded" if body else "",
        **{name: asked[name] for name in ("HTTP_ORIGIN", "HTTP_REFERER", "HTTP_IF_NONE_MATCH") if name in asked},
        "wsgi.errors": sys.stderr,
    }

    def start(status: str, headers: list[tuple[str, str]], *_: object) -> None:
        said.update(status=status[:3], headers=sorted((name.lower(), value) for name, value in headers))

    answer = application(environ, start)
    page = STAMPED.sub(b"", b"".join(answer))
    close = getattr(answer, "close", None)
    if close is not None:
        close()
    headers = [each for each in said["headers"] if each[0] not in ("x-request-id", "content-length")]
    text = base64.b64encode(page).decode()
    return {"status": said["status"], "headers": headers, "digest": hashlib.sha256(page).hexdigest(), "body": text}


# --- what is done within, beside answering ----------------------------------------------------------------------------


def _within(folder: Path, code: str) -> Any:
    from ayan.config.hosting.city_in_use import hosting
    from ayan.config.hosting.installation import Installation
    from ayan.wiring import city

    entry = Installation(folder).of_code(code)
    assert entry is not None
    return hosting(entry, city.of_many(entry.home, entry.own_variables())())


def sign_in(folder: Path, asked: dict[str, str]) -> dict[str, str]:
    """The cookie of somebody who has signed in to a city."""
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth.models import AnonymousUser
    from django.test import RequestFactory

    from ayan.apps.accounts import sessions
    from ayan.apps.accounts.models import User

    with _within(folder, asked["code"]):
        person, _ = User.objects.get_or_create(username="officer-of-the-trial", defaults={"name": "مأمور (ساختگی)"})
        request = RequestFactory().get("/")
        request.session = import_module(settings.SESSION_ENGINE).SessionStore()
        request.user = AnonymousUser()
        sessions.begin(request, person, "totp")
        request.session.save()
        return {"cookie": f"{settings.SESSION_COOKIE_NAME}={request.session.session_key}"}


def signed(folder: Path, asked: dict[str, str]) -> dict[str, Any]:
    """What is signed for one city, as another reads it."""
    from django.core import signing

    with _within(folder, asked["code"]):
        token = signing.Signer().sign("a word")
        own = signing.Signer().unsign(token)
    with _within(folder, asked["other"]):
        try:
            signing.Signer().unsign(token)
            other = True
        except signing.BadSignature:
            other = False
    return {"own": own == "a word", "other": other}


def people(folder: Path, asked: dict[str, str]) -> dict[str, Any]:
    """Write somebody down in one city; whom each of two cities knows then."""
    from django.contrib.auth import get_user_model

    with _within(folder, asked["code"]):
        get_user_model().objects.create(username="somebody-new")
    known = {}
    for code in (asked["code"], asked["other"], asked["code"]):
        with _within(folder, code):
            known[code] = get_user_model().objects.filter(username="somebody-new").count()
    return known


def careless(folder: Path, asked: dict[str, str]) -> dict[str, str]:
    """What becomes of code that asks for what is a city's own without saying of which city."""
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.db import transaction

    from ayan.wiring import city

    def crossing() -> None:
        with _within(folder, asked["code"]), transaction.atomic():
            get_user_model().objects.count()
            with _within(folder, asked["other"]):
                get_user_model().objects.count()

    tried = {
        "city": city.current,
        "secret": lambda: settings.SECRET_KEY,
        "origin": lambda: settings.ORIGIN,
        "rows": lambda: get_user_model().objects.count(),
        "crossing": crossing,
    }
    said = {}
    for name, act in tried.items():
        try:
            act()
            said[name] = "done"
        except Exception as fault:  # noqa: BLE001 - whatever it is, it is told
            said[name] = type(fault).__name__
    return said


def guessed(folder: Path, asked: dict[str, str]) -> dict[str, bool]:
    """Guess for somebody in one city until no more is allowed; whether each of two cities allows one more."""
    from ayan.apps.accounts import login_attempts

    def more(code: str) -> bool:
        with _within(folder, code):
            return login_attempts.take(login_attempts.of_name("trial", "the same name", 3))

    while more(asked["code"]):
        pass
    return {code: more(code) for code in (asked["code"], asked["other"])}


def secrets(folder: Path, asked: dict[str, str]) -> dict[str, Any]:
    """What each of two cities is told where an officer of it names a secret of a source, and whose key it has."""
    from ayan.apps.sources.source_type import DATABASE_SECRET, secret
    from ayan.core.intake.http_fetch import FetchOutcome
    from ayan.wiring import city, original_keys, own_variables

    def secret_or_refusal(name: str) -> str:
        try:
            return secret(DATABASE_SECRET, name)
        except FetchOutcome as outcome:
            return str(outcome.args[0])

    said = {}
    for code in (asked["code"], asked["other"]):
        with _within(folder, code):
            home = city.current().home
            original_keys.lock(home)
            said[code] = {
                "secrets": [
                    secret_or_refusal("AYAN_SOURCE_DB_BOOKS"),
                    secret_or_refusal("AYAN_SOURCE_DB_BOOKS__TOOBA"),
                ],
                "key from the folder": (home / original_keys.KEY).exists(),
                "origin": own_variables.said(home, "AYAN_ORIGIN"),
            }
    return said


def full(folder: Path, asked: dict[str, str]) -> dict[str, str]:
    """What becomes of writing somebody down in a city whose disk is full."""
    try:
        sign_in(folder, asked)
    except Exception as fault:  # noqa: BLE001 - whatever it is, it is told
        return {"fault": type(fault).__name__}
    return {"fault": ""}


def crowd(folder: Path, asked: dict[str, Any]) -> dict[str, Any]:
    """Readers of two cities at once, while whatever is open of them is closed again and again."""
    import threading
    from concurrent.futures import ThreadPoolExecutor

    from ayan.config import wsgi
    from ayan.config.hosting.city_memory import CityMemory

    assert wsgi.hosted is not None
    cities, over = wsgi.hosted.cities, threading.Event()
    memory = CityMemory(cities, lambda: len(cities.all()), 0, lambda: None)

    def look() -> int:
        looked = 0
        while not over.is_set():
            memory.look()
            looked += 1
            over.wait(0.003)
        return looked

    def read(number: int) -> list[list[str]]:
        code = (asked["code"], asked["other"])[number % 2]
        address = asked["addresses"][number // 2 % len(asked["addresses"])]
        answer = asked_for(wsgi.application, {"host": f"{code}.example", "address": address})
        return [code, address, answer["status"], answer["digest"]]

    with ThreadPoolExecutor(5) as pool:
        looking = pool.submit(look)
        answers = list(pool.map(read, range(asked["times"])))
        over.set()
        looks = looking.result()
    return {"answers": answers, "looks": looks, "busy": sum(cities._busy.values())}


def tell(folder: Path, asked: dict[str, Any]) -> list[str]:
    """Read every city for the pages over all of them, as the worker does on its round; their codes."""
    from ayan.config.hosting import national_site
    from ayan.config.hosting.installation import Installation
    from ayan.wiring import city

    installation = Installation(folder)
    for entry in installation.cities():
        try:
            current = city.of_many(entry.home, entry.own_variables())()
            with _within(folder, entry.code):
                national_site.tell(installation, entry, current)
        except (OSError, ValueError):
            national_site.tell_fault(installation, entry)
    return [entry.code for entry in installation.cities()]


def later(folder: Path, asked: dict[str, Any]) -> bool:
    """Let as much time pass as a look at all cities is believed."""
    from ayan.apps.national.limits import BELIEVED_SECONDS

    time.sleep(BELIEVED_SECONDS + 0.05)
    return True


def counted(folder: Path, asked: dict[str, Any]) -> dict[str, float]:
    """What the processes counted of each city, by its labels."""
    from prometheus_client import CollectorRegistry
    from prometheus_client.multiprocess import MultiProcessCollector

    from ayan.config.hosting.installation import Installation
    from ayan.config.metrics import FOLDER, CityWorkMetrics

    CityWorkMetrics().visited(asked["code"], {"waiting": 3, "failed": 0}, able=True)
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(Installation(folder).folder / FOLDER))  # type: ignore[no-untyped-call]  # the library says nothing of it
    return {
        " ".join((sample.name, *(sample.labels[name] for name in sorted(sample.labels)))): sample.value
        for family in registry.collect()
        for sample in family.samples
        if "city" in sample.labels
    }


def broken(folder: Path, asked: dict[str, str]) -> dict[str, str]:
    """The line of the record about a fault that is met with while a city is in use, and one while none is."""
    import logging

    from ayan.config.logs import TextLine

    record = logging.LogRecord("a", logging.ERROR, "f", 1, "met", (), None)
    with _within(folder, asked["code"]):
        of_city = TextLine().format(record)
    return {"of_city": of_city, "of_none": TextLine().format(record)}


def log_name(folder: Path, asked: dict[str, str]) -> dict[str, str]:
    """What the log of a city is called that enters its first act in a process of many."""
    from ayan.wiring import city

    with _within(folder, asked["code"]):
        return {"name": city.current().transparency_log.log.origin}


def assist(folder: Path, asked: dict[str, Any]) -> list[dict[str, Any]]:
    """What assistants are told who call several hosts at once, with each answer's status."""
    import anyio
    from tests.apps.assistants.assistant import ADDRESS, knocking

    from ayan.config.wsgi import application

    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": asked["tool"], "arguments": {}}}
    answers: dict[int, dict[str, Any]] = {}

    async def crowd() -> None:
        async with knocking(application) as web, anyio.create_task_group() as group:

            async def ask(at: int, host: str) -> None:
                headers = {"Host": host, "Accept": "application/json, text/event-stream"}
                answer = await web.post(ADDRESS, json=call, headers=headers, timeout=240)
                answers[at] = {"host": host, "status": answer.status_code, "answer": answer.json()}

            for at, host in enumerate(asked["hosts"]):
                group.start_soon(ask, at, host)

    anyio.run(crowd)
    return [answers[at] for at in sorted(answers)]


ACTS = {
    "assist": assist,
    "tell": tell,
    "later": later,
    "broken": broken,
    "counted": counted,
    "log_name": log_name,
    "guessed": guessed,
    "crowd": crowd,
    "full": full,
    "secrets": secrets,
    "sign_in": sign_in,
    "signed": signed,
    "people": people,
    "careless": careless,
}

if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "")
