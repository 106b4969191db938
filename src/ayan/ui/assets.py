"""The build of the front end: cuts Vazirmatn into the small files that pages send, bundles the map, lays htmx beside.

Run at set-up by `python -m ayan.ui.assets`; it needs the development packages (fontTools, brotli) and `npm ci`.
What is large is packed here once more, by brotli at its slowest (`.br`), for readers whose browser takes that.
The files go to `ui/static/build/`, which is not committed; the stylesheet names them with matching `unicode-range`s.
"""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from ayan.core.values.digits import ARABIC, PERSIAN

ROOT = Path(__file__).resolve().parents[3]
PACKAGES = ROOT / "node_modules"
BUILD = Path(__file__).resolve().parent / "static" / "build"

WEIGHTS = (400, 400, 700)  # lightest, default, heaviest: the pages use nothing outside these

# Joining and marks, tabular digits, and `locl`, which gives Persian its own forms of 4, 5 and 6.
FEATURES = [
    *("ccmp", "locl", "isol", "init", "medi", "fina", "rlig", "calt", "liga"),
    *("mark", "mkmk", "kern", "tnum", "lnum"),
]

PERSIAN_LETTERS = "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيٱپچژکگۀی"
NEIGHBOUR_LETTERS = "ڕڤڵۆێەۇۋ"  # Kurdish and Azeri, which names in a Persian text may hold
PERSIAN_SIGNS = "،؛؟٪٫٬ـ«»﷼−"
DIGITS = PERSIAN + ARABIC
PERSIAN_MARKS = {*range(0x064B, 0x0656), 0x0670}  # tanvin to the hamza above, and the small alef
JOINERS = range(0x200C, 0x2010)  # half-space, joiner, and the two direction marks

LATIN_SIGNS = "\u00a0·×\u2010\u2011\u2012–—‘’“”•…"


@dataclass(frozen=True, slots=True)
class Cut:
    """One file to make: its name, the characters it holds (code points) and the size it may not pass (bytes)."""

    name: str
    characters: frozenset[int]
    ceiling: int


CUTS = (
    Cut(
        "vazirmatn-fa.woff2",
        frozenset({*map(ord, PERSIAN_LETTERS + NEIGHBOUR_LETTERS + PERSIAN_SIGNS + DIGITS), *PERSIAN_MARKS, *JOINERS}),
        ceiling=24_000,
    ),
    Cut("vazirmatn-latin.woff2", frozenset({*range(0x20, 0x7F), *map(ord, LATIN_SIGNS)}), ceiling=14_000),
)


PICTURE_FONT = "vazirmatn.ttf"


@dataclass(frozen=True, slots=True)
class Script:
    """One script taken as it is: its name here, its place among the packages, and its ceiling (bytes, gzip)."""

    name: str
    path: str
    ceiling: int


SCRIPTS = (
    Script("htmx.js", "htmx.org/dist/htmx.min.js", ceiling=14_000),
    # Of the map alone, whose page can be used without it.
    Script("maplibre-gl.css", "maplibre-gl/dist/maplibre-gl.css", ceiling=11_000),
)
MODULES = ROOT / "src" / "ayan" / "ui" / "scripts" / "map"
BUNDLE = "city-map.js"
BUNDLE_CEILING = 23_000
"""Our scripts of the map and what reads tiles, in one file (bytes, gzip)."""
LIBRARY = {"maplibre-gl.js": 170_000, "maplibre-gl-shared.js": 160_000, "maplibre-gl-worker.js": 9_000}
"""The library of the map and its worker, with the half that both need in one file (bytes, gzip).

As its authors hand it out each of the two holds that half: it would be fetched twice.
"""
FIELDS = '{"compilerOptions": {"useDefineForClassFields": false}}'
"""As the library's own build has it: a field that a subclass declares leaves what the class above has written there."""
SLOWEST = 11
"""The level of brotli that packs hardest, half a minute for all; nobody waits for it but who builds."""
PACKED = (*LIBRARY, "maplibre-gl.css", BUNDLE)
"""What is large enough for brotli to save a reader on a slow line a tenth of a second."""
LICENCES = {
    "vazirmatn-OFL.txt": "vazirmatn/OFL.txt",
    "htmx-0BSD.txt": "htmx.org/LICENSE",
    "maplibre-gl-BSD.txt": "maplibre-gl/LICENSE.txt",
    "fflate-MIT.txt": "fflate/LICENSE",
}


def cut_font(source: Path, characters: frozenset[int], flavour: str | None = "woff2") -> bytes:
    """A variable font of `source` (a TTF with a `wght` axis) with only `characters`; equal input gives equal bytes."""
    font = TTFont(source, recalcTimestamp=False)
    options = subset.Options(layout_features=FEATURES, hinting=False, notdef_outline=True)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    font = instancer.instantiateVariableFont(font, {"wght": WEIGHTS})
    font.flavor = flavour
    target = io.BytesIO()
    font.save(target)
    return target.getvalue()


def write_if_changed(path: Path, content: bytes) -> None:
    """Write `content` unless it already stands there, so that a repeated run leaves dates and caches alone."""
    if not path.is_file() or path.read_bytes() != content:
        path.write_bytes(content)


def build(source: Path = PACKAGES, target: Path = BUILD) -> dict[str, int]:
    """Write every cut, every script and their licences into `target`; returns the size of each on the wire in bytes.

    Raises FileNotFoundError where npm has not fetched a package, ValueError where a file is over its ceiling.
    """
    variable = source / "vazirmatn" / "fonts" / "variable" / "Vazirmatn[wght].ttf"
    target.mkdir(parents=True, exist_ok=True)
    sizes = {}
    for cut in CUTS:
        content = cut_font(variable, cut.characters)
        sizes[cut.name] = _weighed(cut.name, len(content), cut.ceiling)
        write_if_changed(target / cut.name, content)
    # What draws pictures of charts on the server reads no WOFF2, and wants all letters in one file.
    whole = cut_font(variable, frozenset().union(*(cut.characters for cut in CUTS)), flavour=None)
    write_if_changed(target / PICTURE_FONT, whole)
    for script in SCRIPTS:
        content = (source / script.path).read_bytes()
        sizes[script.name] = _weighed(script.name, len(gzip.compress(content, 9)), script.ceiling)
        write_if_changed(target / script.name, content)
    bundled = {BUNDLE: bundle(source), **library(source)}
    for name, ceiling in {BUNDLE: BUNDLE_CEILING, **LIBRARY}.items():
        sizes[name] = _weighed(name, len(gzip.compress(bundled[name], 9)), ceiling)
        write_if_changed(target / name, bundled[name])
    for name in PACKED:
        _pack(target / name)
    for name, path in LICENCES.items():
        write_if_changed(target / name, (source / path).read_bytes())
    return sizes


def bundle(source: Path = PACKAGES) -> bytes:
    """The scripts of the map with what they import, as one module. Raises FileNotFoundError where esbuild is absent.

    CalledProcessError where they are no scripts: esbuild then says where on standard error.
    """
    return _esbuild(source, str(MODULES / "beginning.js"))


def library(source: Path = PACKAGES) -> dict[str, bytes]:
    """The files of ``LIBRARY`` by name, built from the sources in its package. Raises as :func:`bundle` does."""
    sources = source / "maplibre-gl" / "src"
    absent = MODULES / "absent.js"
    names = {"entry": "maplibre-gl", "worker": "maplibre-gl-worker", "chunk": "maplibre-gl-shared"}
    with TemporaryDirectory() as out:
        _esbuild(
            source,
            f"{names['entry']}={MODULES / 'library.js'}", f"{names['worker']}={sources / 'source' / 'worker.ts'}",
            "--splitting", f"--outdir={out}", f"--chunk-names={names['chunk']}", "--legal-comments=none",
            f"--tsconfig-raw={FIELDS}",
            f"--alias:maplibre-source={sources / 'index.ts'}",
            f"--alias:@maplibre/mlt={absent}", f"--alias:bidi-js={absent}",
        )  # fmt: skip
        return {path.name: path.read_bytes() for path in Path(out).iterdir()}


def _esbuild(source: Path, *asked: str) -> bytes:
    """What esbuild writes to standard output."""
    command = [
        str(source / ".bin" / "esbuild"), *asked,
        "--bundle", "--minify", "--format=esm", "--target=es2022", "--charset=utf8", "--log-level=warning",
    ]  # fmt: skip
    environment = {"NODE_PATH": str(source), "PATH": os.environ.get("PATH", "")}
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, env=environment).stdout


def _pack(path: Path) -> None:
    """Lay its brotli form beside a file, unless the one there is of this content: packing takes seconds."""
    packed = path.with_name(path.name + ".br")
    content = path.read_bytes()
    if packed.is_file():
        try:
            if pa.Codec("brotli").decompress(packed.read_bytes(), len(content), asbytes=True) == content:
                return
        except OSError:
            pass
    packed.write_bytes(pa.Codec("brotli", SLOWEST).compress(content, asbytes=True))


def _weighed(name: str, size: int, ceiling: int) -> int:
    if size > ceiling:
        raise ValueError(f"{name} takes {size} bytes, over its ceiling of {ceiling}")
    return size


def run() -> int:
    """Build and say what was made; exit code 1, with a sentence, where the font has not been fetched."""
    try:
        sizes = build()
    except FileNotFoundError as absent:
        sys.stderr.write(f"{absent.filename} is absent: run `npm ci` first.\n")
        return 1
    for name, size in sizes.items():
        sys.stdout.write(f"{name}: {size / 1000:.1f} KB\n")
    return 0


if __name__ == "__main__":
    sys.exit(run())
