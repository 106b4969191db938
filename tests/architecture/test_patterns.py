"""No pattern of ours takes more than its share of time over a text that repeats itself: input of strangers does."""

from __future__ import annotations

import inspect
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Final

from ayan import core, ui

# What is repeated: what patterns of ours look for, alone and in some pairs.
PIECES: Final = (
    " ", "\n", "a", "A", "0", "1,", "1.", "۱", "٬", "-", "/", ".", ":", "=", "_", "\\", "'", '"', '\\"', "<", "<a ", "[", "{",
    "(", "%", "@", "a@", "a.", "a-", "IR", "1 ", "\u200c", "\u200f", "ب", "ب ", "EPSG:", "a0", "0-", "{a", "'' ",
)  # fmt: skip
SMALL, LARGE = 800, 3_200
OWN: Final = {"ayan.core.values.personal_notations._PART"}
"""Patterns that read nothing but patterns of ours."""
Use = Callable[[str], object]


def uses() -> Iterator[tuple[str, Use]]:
    """Every compiled pattern over text that stands in a module, as the module uses it: at a whole text, or all over one."""
    for package in (core, ui):
        for entry in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            module = import_module(entry.name)
            source = inspect.getsource(module)
            for name, held in vars(module).items():
                pattern = held if isinstance(held, re.Pattern) else getattr(held, "__self__", None)
                if not isinstance(pattern, re.Pattern) or not isinstance(pattern.pattern, str):
                    continue
                if not isinstance(held, re.Pattern):
                    yield f"{entry.name}.{name}", held
                elif re.search(rf"\b{name}\.(search|sub|subn|findall|finditer|split)\b", source):
                    yield f"{entry.name}.{name}", pattern.findall
                else:
                    yield f"{entry.name}.{name}", pattern.fullmatch


def cost(use: Use, text: str) -> float:
    """Seconds of processor, the least of three tries for what is not quick."""
    tries = []
    for _ in range(3):
        began = time.process_time()
        use(text)
        tries.append(time.process_time() - began)
        if tries[-1] < 0.003:
            break
    return min(tries)


def test_every_pattern_takes_time_in_proportion_to_its_text() -> None:
    heavy = []
    for name, use in uses():
        for unit in PIECES:
            small, large = (unit * (size // len(unit)) + "!" for size in (SMALL, LARGE))
            # Quadratic ones take some twenty times as long.
            if name not in OWN and cost(use, large) > 0.01 and cost(use, large) > 8 * cost(use, small):
                heavy.append(f"{name}: {unit!r}")
    assert not heavy, "\n".join(heavy)
