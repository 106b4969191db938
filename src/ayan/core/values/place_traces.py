"""How the coordinates of a place in Iran stand in a text: degrees, metres of UTM, codes and links of maps.

A place as exact as a house is personal where a text names it; where a dataset declares columns for places, it is not
looked for there. The signs of the patterns are those of `ayan.core.values.personal_notations`.
"""

from __future__ import annotations

from typing import Final

from ayan.core.values.personal_trace import PersonalTrace

_LAT: Final = "(?:2[5-9]|3[0-9])"
_LON: Final = "(?:4[4-9]|5[0-9]|6[0-3])"
# To ten metres or better.
_NORTH: Final = f"{_LAT}[./٫]#{{4,}}"
_EAST: Final = f"{_LON}[./٫]#{{4,}}"
_BETWEEN: Final = "(?:°? ?[NnEe]?(?:[ ,،;|/\n-]{1,3}|%2[Cc])| و )"
_APART: Final = "[ ,،;|/\n-]{0,3}"
# Degrees by their side of the world, however few digits they have: nothing else is written so.
_N: Final = "(?:[Nn]|شمالی)"
_E: Final = "(?:[Ee]|شرقی)"
_SOME_NORTH: Final = f"{_LAT}[./٫]#{{1,}}°? ?"
_SOME_EAST: Final = f"{_LON}[./٫]#{{1,}}°? ?"
_MINUTES: Final = "[°º˚d] ?#{1,2}(?:[./٫]#{1,5})?['′’m] ?(?:#{1,2}(?:[./٫]#{1,5})?(?:\"|″|”|''|s)?)? ?"
_SEXAGESIMAL: Final = " #{1,2} #{1,2}(?:[.]#{1,5})? ?"
# Metres of UTM 38 to 41 north: six digits to the east, seven to the north.
_EASTING: Final = "[1-8]#{5}"
_NORTHING: Final = "(?:2[7-9]|3#|4[0-4])#{5}"
_PARTED: Final = "[ ,،;/-]{1,3}"
# Letters and digits of an Open Location Code, and how those of Iran begin.
_PLUS: Final = "[2-9CFGHJMPQRVWX]"

_PATTERNS: Final = (
    _NORTH + _BETWEEN + _EAST,
    _EAST + _BETWEEN + _NORTH,
    _SOME_NORTH + _N + _APART + _SOME_EAST + _E,
    _SOME_EAST + _E + _APART + _SOME_NORTH + _N,
    f"{_N} ?{_SOME_NORTH}{_APART}{_E} ?{_LON}[./٫]#{{1,}}",
    f"{_LAT}{_MINUTES}{_N}?{_APART}{_LON}{_MINUTES}{_E}?",
    f"{_LON}{_MINUTES}{_E}?{_APART}{_LAT}{_MINUTES}{_N}?",
    f"{_LAT}{_SEXAGESIMAL}{_N}{_APART}{_LON}{_SEXAGESIMAL}{_E}",
    f"(?:38|39|40|41) ?[RSTrst][ ,:]{{1,3}}{_EASTING}{_PARTED}{_NORTHING}",
    f"[Ee] ?[:=]? ?{_EASTING}{_PARTED}[Nn] ?[:=]? ?{_NORTHING}",
    f"{_EASTING}[.]#{{1,}}{_PARTED}{_NORTHING}[.]#{{1,}}",
    f"{_NORTHING}[.]#{{1,}}{_PARTED}{_EASTING}[.]#{{1,}}",
    "(?:38|39|40|41) ?[RSrs] ?[A-Za-z]{2} ?#{5} ?#{5}",
    f"[78][HJhj]{_PLUS}{{6}}[+]{_PLUS}{{2,3}}",
)

# A cell that is a pair of numbers and nothing else needs fewer digits to be one.
_ALONE: Final = (
    f"^{_LAT}[./٫]#{{3,}} ?[,،; ] ?{_LON}[./٫]#{{3,}}$",
    f"^{_LON}[./٫]#{{3,}} ?[,،; ] ?{_LAT}[./٫]#{{3,}}$",
    f"^{_LAT},#{{4,}}[ ;،/]{{1,3}}{_LON},#{{4,}}$",
    f"^{_EASTING}(?: ?[,،;/ ] ?| و ){_NORTHING}$",
    f"^{_NORTHING}(?: ?[,،;/ ] ?| و ){_EASTING}$",
)

PLACES: Final[tuple[PersonalTrace, ...]] = (
    *(PersonalTrace(code="coordinates", pattern=pattern) for pattern in _PATTERNS),
    *(PersonalTrace(code="coordinates", pattern=pattern, bounded=False) for pattern in _ALONE),
    PersonalTrace(
        code="coordinates", pattern=_NORTH, label=r"عرض ?جغرافیایی|عرض ?[:=]|latitude|\bm?lat\b", labelled=True
    ),
    PersonalTrace(
        code="coordinates",
        pattern=_EAST,
        label=r"طول ?جغرافیایی|طول ?[:=]|longitude|\b(?:mlon|lng|lon|long)\b",
        labelled=True,
    ),
    PersonalTrace(
        code="coordinates",
        pattern=f"{_EASTING}(?:[.]#{{1,5}})?",
        label=r"easting|\butm|مختصات|ایکس|\bx ?[:=]|^ ?x |_x ",
        labelled=True,
    ),
    PersonalTrace(
        code="coordinates",
        pattern=f"{_NORTHING}(?:[.]#{{1,5}})?",
        label=r"northing|\butm|مختصات|ایگرگ|\by ?[:=]|^ ?y |_y ",
        labelled=True,
    ),
    # A short code beside the name of its town: letters and digits both, or it is a sum.
    PersonalTrace(
        code="coordinates",
        pattern=f"{_PLUS}{{4}}[+]{_PLUS}{{2,3}}",
        test="regexp_matches(k, '(?i)[CFGHJMPQRVWX]') AND regexp_matches(k, '[2-9]')",
    ),
    PersonalTrace(code="coordinates", pattern=f"!3d{_NORTH}!4d{_EAST}", bounded=False, hint="!3d"),
    PersonalTrace(
        code="coordinates",
        pattern=(
            "(?:maps[.]app[.]goo[.]gl/|goo[.]gl/maps/|nshn[.]ir/|balad[.]ir/p/|neshan[.]org/maps/places/)"
            "[A-Za-z0-9_-]{4,}"
        ),
        bounded=False,
        hint="goo[.]gl/|nshn[.]ir/|balad[.]ir/p/|neshan[.]org/maps/places/",
    ),
    PersonalTrace(
        code="coordinates",
        pattern="(?:^|[^:/])///[a-z]{3,}[.][a-z]{3,}[.][a-z]{3,}",
        bounded=False,
        hint="///",
    ),
    PersonalTrace(
        code="coordinates",
        pattern="(?:POINT|LINESTRING|POLYGON)[ Z]{0,3}[(]{1,3} ?-?(?:#{1,3}[.]#{2,}|#{5,})",
        bounded=False,
        hint="(?:POINT|LINESTRING|POLYGON)[ Z]{0,3}[(]",
    ),
    PersonalTrace(code="coordinates", pattern=r'"coordinates" ?: ?\[', bounded=False, hint='"coordinates"'),
)
"""Every notation of a place, the surest first."""
