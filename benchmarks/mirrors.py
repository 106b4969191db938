"""What a mirror costs: the first run over a served city, one with nothing new, one that follows; and pages of the feed.

``python -m benchmarks.mirrors [CITY]`` copies the city in the folder CITY, or builds the invented one, serves the copy
by `ayan serve` and mirrors it over HTTP. Seconds are of the clock, and of the processor of `ayan mirror` with its
children. The last line is what the one-file verifier says of the mirror.
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import orjson
from tests.ports import free_port

ROOT: Final = Path(__file__).parent.parent
AYAN: Final = [sys.executable, "-m", "ayan.cli.main"]
PAGES: Final = 200


def run(home: Path, *words: str) -> tuple[float, float, dict[str, Any]]:
    """Seconds of the clock and of the processor, and what the command said as JSON."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [*AYAN, *words], env=os.environ | {"AYAN_HOME": str(home)}, capture_output=True, text=True, check=False
    )
    seconds, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(f"{words}: {done.returncode}\n{done.stdout}{done.stderr}")
    said = orjson.loads(done.stdout) if done.stdout.startswith("{") else {}
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, said


@contextmanager
def served(home: Path, port: int) -> Iterator[None]:
    """The city at a port of this machine, while the block runs."""
    site = subprocess.Popen(
        [*AYAN, "serve", "--port", str(port)],
        env=os.environ | {"AYAN_HOME": str(home)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for _ in range(600):
            try:
                if answered(port, "/readyz")[0] == 200:
                    break
            except OSError:
                pass
            time.sleep(0.2)
        yield
    finally:
        site.terminate()
        site.wait(30)


def answered(port: int, path: str, tag: str = "") -> tuple[int, str, bytes]:
    """Status, tag and body of one answer."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request("GET", path, headers={"If-None-Match": tag} if tag else {})
        answer = connection.getresponse()
        return answer.status, answer.headers.get("ETag", ""), answer.read()


def pages(port: int) -> dict[str, str]:
    """Milliseconds of a page of the feed of changes at its beginning, at its end, and of one that is the same still."""
    size = int(answered(port, "/log/checkpoint")[2].split(b"\n")[1])
    first, last = "/api/v1/changes", f"/api/v1/changes?_next={max(0, size - 256)}"
    asked = {"first": (first, ""), "last": (last, ""), "unchanged": (last, answered(port, last)[1])}

    def milliseconds(path: str, tag: str) -> float:
        begun = time.perf_counter()
        answered(port, path, tag)
        return (time.perf_counter() - begun) * 1000

    medians = {name: statistics.median(milliseconds(*each) for _ in range(PAGES)) for name, each in asked.items()}
    return {"leaves": str(size), **{name: f"{value:.1f} ms" for name, value in medians.items()}}


def main(given: str) -> None:
    """Print a line for each run."""
    port = free_port()
    with TemporaryDirectory(prefix="ayan-bench-") as folder:
        root = Path(folder)
        home, mirror, key = root / "city", root / "mirror", root / "vkey"
        if given:
            shutil.copytree(given, home, symlinks=True)
        else:
            run(home, "demo", "--home", str(home), "--no-serve")
        shutil.copy(home / "ledger" / "vkey", key)
        words = ("mirror", f"http://127.0.0.1:{port}", str(mirror), "--key", str(key), "--format", "json")
        with served(home, port):
            print("pages of /api/v1/changes:", pages(port))
            for name in ("first", "nothing new", "one release withdrawn"):
                if name.startswith("one"):
                    state = next(iter(sorted((mirror / "current/api/v1/datasets").glob("*/releases/*/*"))))
                    slug, _, period, number = state.relative_to(mirror / "current/api/v1/datasets").parts
                    run(
                        home,
                        "withdraw",
                        f"{slug}/{period}/{number}",
                        "--code",
                        "wrong-data",
                        "--by",
                        "بنچمارک (ساختگی)",
                    )
                seconds, processor, said = run(home, *words)
                counts = {word: len(said[word]) for word in ("came", "erased", "went")}
                print(f"{name}: {seconds:.1f} s, processor {processor:.1f} s, {said['bytes']} bytes, {counts}")
        files = sum(len(names) for _, _, names in os.walk(mirror / "current"))
        print("files of the state:", files)
        verifier = [sys.executable, str(ROOT / "packages/ayan-verify/ayan_verify.py"), str(mirror / "current")]
        done = subprocess.run([*verifier, "--key", str(key)], capture_output=True, text=True, check=False)
        print("the one-file verifier ends with", done.returncode, done.stdout.splitlines()[-3:])


if __name__ == "__main__":
    main(sys.argv[1] if sys.argv[1:] else "")
