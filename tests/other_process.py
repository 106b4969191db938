"""Another process of the city, which has a thing to itself until it is killed, and so has to have its database."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from ayan.wiring import city

_HOLDER = """
import sys, time
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()
from ayan.ui.exclusive_lock import exclusively
from ayan.wiring import city
with exclusively(sys.argv[2], city.current().home) as alone:
    print("held" if alone else "another has it", flush=True)
    time.sleep(600)
"""


@contextmanager
def by_another(what: str) -> Iterator[subprocess.Popen[str]]:
    """A process that does ``what`` (`ayan.ui.exclusive_lock`) while the block lasts; SIGKILL ends it."""
    environment = os.environ | {"AYAN_HOME": str(city.current().home)}
    words = [sys.executable, "-c", _HOLDER, str(connection.settings_dict["NAME"]), what]
    with subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "held\n"
            yield process
        finally:
            process.kill()
            process.wait(20)
