"""The `ayan` command as a checkout declares it, run in this process, and what it says as text."""

from __future__ import annotations

import contextlib
import dataclasses
import importlib
import io
import pkgutil
import sys
import tempfile
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

VILLAGE: Final[Mapping[str, Any]] = {
    "years": (1403, 1404),
    "contract_years": (1402, 1403, 1404),
    "payment_months": ((1404, 11), (1404, 12)),
    "payments": 250,
    "pay_months": ((1404, 12),),
    "managers": 20,
    "vendors": 60,
    "contracts": 120,
    "permits": 60,
    "streets": 40,
    "resolutions": 30,
    "sessions": 6,
    "members": 5,
}
"""The invented city of a capture: of every kind something, and built in a fraction of the time of a small one."""


class Commands:
    """The command of the checkout in ``root``; ``private`` folders are written as a placeholder in what it says."""

    def __init__(self, root: Path, private: Mapping[str, Path]) -> None:
        entry = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]["ayan"]
        module, _, name = entry.partition(":")
        self._run: Callable[[Sequence[str]], int] = getattr(importlib.import_module(module), name)
        self._private = private

    def run(self, *words: str) -> str:
        """Run ``ayan WORDS``: the exit code, and below it what was written to both outputs."""
        with _Outputs() as outputs:
            try:
                code: object = self._run(list(words))
            except SystemExit as end:
                code = end.code
        lines = [f"exit {code}", *outputs.out.splitlines(), *(f"! {line}" for line in outputs.err.splitlines())]
        text = "\n".join(lines) + "\n"
        for name, folder in sorted(self._private.items(), key=lambda item: -len(str(item[1]))):
            text = text.replace(str(folder), f"‹{name}›")
        return text


class _Outputs(contextlib.ExitStack):
    """Both outputs of a command, in place of the process's own."""

    out = err = ""

    def __enter__(self) -> _Outputs:
        super().__enter__()
        self._written = io.BytesIO(), io.BytesIO()
        out, err = (io.TextIOWrapper(written, "utf-8", write_through=True) for written in self._written)
        self.enter_context(contextlib.redirect_stdout(out))
        self.enter_context(contextlib.redirect_stderr(err))
        self._streams = out, err
        return self

    def __exit__(self, *trouble: Any) -> bool:
        self.out, self.err = (written.getvalue().decode() for written in self._written)
        return bool(super().__exit__(*trouble))


def build(root: Path, home: Path) -> str:
    """Build the invented city in ``home``; what the command said, with a link for each of the officers.

    Raises LookupError where the demo no longer has the sizes that `VILLAGE` sets.
    """
    _shrink()
    words = ("demo", "--home", str(home), "--scale", "small", "--no-serve", "--officers")
    return Commands(root, {"home": home, "tmp": Path(tempfile.gettempdir())}).run(*words)


def _shrink() -> None:
    """Make the smallest scale of the demo smaller, wherever in its package the table of scales stands."""
    package = importlib.import_module("ayan_demo")
    for module in pkgutil.iter_modules(package.__path__, "ayan_demo."):
        reconciler = getattr(sys.modules.get(module.name) or importlib.import_module(module.name), "SCALES", None)
        if isinstance(reconciler, dict) and dataclasses.is_dataclass(reconciler.get("small")):
            reconciler["small"] = dataclasses.replace(reconciler["small"], **VILLAGE)
            return
    raise LookupError("no module of ayan_demo has a table SCALES with the scale `small`: see VILLAGE")
