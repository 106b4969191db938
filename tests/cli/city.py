"""A small city with declarations of its own, and the ayan command as people run it: a process with a folder."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.cli.forge import ran

from ayan.cli.new_city import make_home
from ayan.core.values.clock import SystemClock
from ayan.core.values.label import Label
from ayan.wiring.city import City

TREES = """\
slug = "trees"
title = { fa = "درختان", en = "Trees" }
description = { fa = "درختان ساختگی شهر.", en = "The invented trees of the city." }
owner = { fa = "پارک‌ها", en = "Parks" }
topic = "green"
period = "month"
period_field = "planted"
key = ["number"]
approvals = 2

[[field]]
name = "number"
kind = "code"
label = { fa = "شماره", en = "Number" }
required = true

[[field]]
name = "planted"
kind = "date"
label = { fa = "تاریخ کاشت", en = "Planted" }
required = true

[[field]]
name = "species"
kind = "text"
label = { fa = "گونه", en = "Species" }

[[field]]
name = "cost"
kind = "rial"
label = { fa = "هزینه", en = "Cost" }
role = "amount"
nature = "flow"

[[field]]
name = "planter_id"
kind = "identity"
label = { fa = "کد ملی کارنده", en = "National ID of the planter" }
shown = "withheld"

[[check]]
code = "cost"
sql = "cost >= 0"
severity = "error"
message = { fa = "هزینه منفی است.", en = "The cost is negative." }

[[total]]
code = "trees"
sql = "count(*)"
label = { fa = "تعداد درختان", en = "Number of trees" }
"""

BENCHES = """\
slug = "benches"
title = { fa = "نیمکت‌ها", en = "Benches" }
description = { fa = "نیمکت‌های ساختگی شهر.", en = "The invented benches of the city." }
owner = { fa = "پارک‌ها", en = "Parks" }
topic = "green"

[[field]]
name = "number"
kind = "code"
label = { fa = "شماره", en = "Number" }
required = true

[[field]]
name = "cost"
kind = "rial"
nature = "flow"
label = { fa = "هزینه", en = "Cost" }
"""

HEADER = "شماره,تاریخ کاشت,گونه,هزینه,کد ملی کارنده"
GOOD = f"""{HEADER}
1,1403/05/01,چنار,"1,000",0013542419
2,1403/05/02,سرو,2000,0499370899
3,1403/05/03,كاج,,
جمع,,,3000,
"""
BAD = f"""{HEADER}
1,1403/05/01,چنار,1000,0013542419
2,1403/05/32,سرو,x,0013542418
3,1403/05/03,کاج,-5,
"""
SENDER = "فرستنده (ساختگی)"
FIRST, SECOND = "تأییدکنندهٔ علی (ساختگی)", "تأییدکنندهٔ دوم (ساختگی)"


@dataclass(frozen=True, slots=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def words(self) -> str:
        return self.out + self.err


@dataclass(frozen=True, slots=True)
class Town:
    """A city's folder and the command run in it."""

    home: Path

    def ayan(
        self, *arguments: str | Path, allow: bool = True, timeout: float = 60, limit: int | None = None, **settings: str
    ) -> Said:
        """Run the command; ``limit`` is the largest file (bytes) that it may write, as on a full disk.

        ``settings`` are further environment variables.
        """
        ended = ran([str(argument) for argument in arguments], self.environment(allow) | settings, timeout, limit)
        said = Said(ended.code, ended.out, ended.err)
        assert "Traceback" not in said.err, said.err
        return said

    def environment(self, allow: bool = True) -> dict[str, str]:
        rest = {key: value for key, value in os.environ.items() if not key.startswith("AYAN_")}
        return rest | {"AYAN_HOME": str(self.home), "AYAN_ALLOW_CLI_APPROVAL": "1" if allow else "0"}

    def publish(
        self, file: Path, *more: str, by: str = SENDER, approve: tuple[str, ...] = (FIRST, SECOND), **run: Any
    ) -> Said:
        names = [word for name in approve for word in ("--approve", name)]
        if "--reason" not in more:
            names += ["--reason", "entry-error"]
        return self.ayan("publish", file, "--dataset", "trees", "--period", "1403-05", "--by", by, *names, *more, **run)

    def file(self, text: str, name: str = "trees.csv") -> Path:
        path = self.home.parent / name
        path.write_text(text, encoding="utf-8")
        return path

    @property
    def city(self) -> City:
        """The city as a new process sees it."""
        return City(self.home, self.home / "store", SystemClock())

    def leftovers(self) -> list[str]:
        """Whatever stands where work is done: nothing, once a command has ended."""
        rooms = (self.home / "work", self.home / "store/staging")
        return [path.name for room in rooms if room.is_dir() for path in room.iterdir()]


def make_town(folder: Path) -> Town:
    home = folder / "city"
    make_home(home, Label("شهر ساختگی", "Invented City"), demo=True)
    for slug, text in (("trees", TREES), ("benches", BENCHES)):
        (home / "datasets" / slug).mkdir()
        (home / "datasets" / slug / "dataset.toml").write_text(text, encoding="utf-8")
    return Town(home)
