"""What the doctor sees of who else may read here: the city's folder, its database, and the key of its log."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ayan.config import env, private_home, services
from ayan.config.diagnosis.health_finding import HealthFinding, number_of
from ayan.config.limits import MOST_NAMED
from ayan.core.system.files import others_may
from ayan.core.values.label import Label, joined
from ayan.wiring.city import City

_ANYBODY: Final = 0o007


def examine_privacy(home: City) -> Iterator[HealthFinding]:
    """Whether other users of the machine may read what is for the owner alone; nothing where no city is."""
    if not (home.home / "ayan.toml").is_file():
        return
    exposed = private_home.exposed(home.home, services.database_files(home.home))
    if exposed:
        named = [Label(str(path), str(path)) for path in exposed[:MOST_NAMED]]
        yield HealthFinding(
            "private-open",
            "error",
            Label(
                "{count} جا از پوشهٔ شهر برای کاربران دیگر این ماشین باز است ({named}).",
                "{count} places of the city's folder are open to other users of this machine ({named}).",
            ).format(count=number_of(len(exposed)), named=joined(named)),
            Label("ayan upgrade را اجرا کنید.", "Run ayan upgrade."),
        )
    else:
        yield HealthFinding(
            "private-open",
            "ok",
            Label("پوشهٔ شهر تنها برای صاحبش باز است.", "The city's folder is for its owner alone."),
        )
    key = env.read("AYAN_LOG_KEY")
    if key and others_may(Path(key)) & _ANYBODY:
        yield HealthFinding(
            "log-key-open",
            "error",
            Label(
                "کلید ثبت عمومی برای همهٔ کاربران این ماشین خواندنی است.",
                "The key of the log can be read by every user of this machine.",
            ),
            Label("chmod o= {key}", "chmod o= {key}").format(key=key),
        )
