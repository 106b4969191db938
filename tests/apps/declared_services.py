"""Services of an invented city: one whose words are hostile, and one about which as little as may be is declared."""

from __future__ import annotations

from pathlib import Path
from typing import Final

HOSTILE: Final = "<script>alert('x')</script><img src=x onerror=alert(2)>"

TERMS: Final = f"""
[[event]]
code = "build"
title = {{ fa = "ساختن", en = "Building" }}

[[event]]
code = "street"
title = {{ fa = '''خیابان {HOSTILE}''', en = '''Street {HOSTILE}''' }}

[[audience]]
code = "everyone"
title = {{ fa = "همه", en = "Everyone" }}

[[unit]]
code = "trial"
title = {{ fa = "واحد آزمون", en = "Trial unit" }}

[[document]]
code = "deed"
title = {{ fa = '''سند {HOSTILE}''', en = '''Deed {HOSTILE}''' }}

[[step]]
code = "request"
title = {{ fa = "ثبت درخواست", en = "The request is filed" }}
by = "person"

[[step]]
code = "issue"
title = {{ fa = "صدور", en = "It is issued" }}
visit = true
"""

WALL: Final = f"""
title = {{ fa = '''دیوار زرد {HOSTILE}''', en = '''Yellow wall {HOSTILE}''' }}
says = {{ fa = '''ساختن دیوار {HOSTILE}''', en = '''Building a wall {HOSTILE}''' }}
who = {{ fa = '''مالک {HOSTILE}''', en = '''The owner {HOSTILE}''' }}
events = ["build", "street"]
audience = "everyone"
unit = "trial"
channels = ["office", "online"]
documents = ["deed"]
steps = ["request", "issue"]
days = 7
fee = {{ tariff = "wall" }}
case = "service"
sample = true

[called]
fa = ["دیوارکشی نارنجی", "پرچین"]
en = ["orange hedge"]

[law]
words = {{ fa = '''مادهٔ ساختگی {HOSTILE}''', en = '''Invented article {HOSTILE}''' }}
source = '''کتاب ساختگی {HOSTILE}'''
"""

LAMP: Final = """
title = { fa = "گزارش چراغ ساختگی", en = "Report an invented lamp" }
says = { fa = "چراغی را خبر دهید.", en = "Report a lamp." }
who = { fa = "هر کسی", en = "Anybody" }
events = ["street"]
audience = "everyone"
unit = "trial"
channels = ["phone"]
"""


def declare_services(home: Path) -> None:
    """Put both into a city's folder."""
    folder = home / "public-services"
    folder.mkdir(parents=True)
    for name, text in (("terms", TERMS), ("S-1", WALL), ("S-2", LAMP)):
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
