"""Each way in which a declaration can be wrong is refused, at its key, by its code."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.core.schema.declarations import FIELDS, SLUG, TOP, declare, refused
from tests.core.schema.declarations import field as field_text

from ayan.core.schema.problem import REFUSALS, TYPES


@dataclass(frozen=True)
class Wrong:
    """A declaration with one fault: the code it is refused by, and where (in dataset.toml unless named)."""

    code: str
    key: str
    more: str = ""
    above: str = ""
    top: str = TOP
    fields: str = FIELDS
    files: dict[str, str] = field(default_factory=dict)
    file: str = "dataset.toml"

    def declared(self, home: Path) -> Path:
        return declare(home, self.more, top=self.top, fields=self.fields, above=self.above, files=self.files)


def step(text: str, code: str, key: str) -> Wrong:
    return source("s", f"[[step]]\n{text}\n", code, f"step[{key}")


def check(sql: str) -> str:
    return f'[[check]]\ncode = "c"\nsql = """{sql}"""\nmessage.fa = "م"\nmessage.en = "M"\n'


def total(sql: str) -> str:
    return f'[[total]]\ncode = "t"\nsql = """{sql}"""\nlabel.fa = "ج"\nlabel.en = "T"\n'


def entry(code: str, rest: str = "") -> str:
    return f'[[entry]]\ncode = "{code}"\nfa = "{code}"\nen = "{code}"\n{rest}\n'


def source(name: str, text: str, code: str, key: str, more: str = "") -> Wrong:
    return Wrong(code, key, more, files={f"sources/{name}.toml": text}, file=f"sources/{name}.toml")


def view(kind: str, rest: str) -> str:
    return f'[[view]]\ncode = "v"\nkind = "{kind}"\n{rest}\n'


TITLED = 'title.fa = "ن"\ntitle.en = "V"\n'
RANKED = 'by = "number"\nrank = "lanes"\n'
METER = TITLED + 'by = "number"\nmeasure = "takings"\nagainst = "a.b"\n'
UNITS = 'part = "units"\n[view.fields]\ncode = "number"\ntitle = "number"\nparent = "number"\n'
ROLL = 'part = "council-roll"\n[view.fields]\nsitting = "number"\nmember = "number"\nattendance = "x"\n'
WAY = field_text("way", "ref", 'ref = "a.b"')
PERSONAL = field_text("x", "text", label="کد ملی متصدی دوم")
STATE = field_text("state", "text", 'choices = "states"')

WRONG = [
    # files
    Wrong("file-toml", "", top=TOP + "x = [\n", fields=""),
    Wrong("file-name", "", files={"sources/سامانه.toml": ""}, file="sources/سامانه.toml"),
    Wrong("folder-name", "slug", top=TOP.replace(SLUG, "other")),
    # keys and values
    Wrong("unknown-key", "colour", above='colour = "red"\n'),
    Wrong("unknown-key", "title.de", above='title.de = "Mautstellen"\n'),
    Wrong("unknown-key", "field[x].kinds", field_text("x", "text", "kinds = 1")),
    Wrong("unknown-key", "source.rows", "[source]\nrows = 1\n"),
    Wrong("unknown-key", "source.fields.area.role", '[source.fields.area]\nrole = "amount"\n'),
    Wrong("unknown-key", "source.fields.area.required", "[source.fields.area]\nrequired = true\n"),
    Wrong("unknown-key", "check[c].level", check("open") + 'level = "error"\n'),
    Wrong("unknown-key", "total[t].format", total("count(*)") + 'format = "x"\n'),
    Wrong("unknown-key", "bands[area].group", '[[bands]]\nlower = "area"\nupper = "b"\ngroup = "x"\n' + field_text("b", "decimal")),
    Wrong("unknown-key", "cadence.days", above='cadence = { every = "daily", days = 3 }\n'),
    Wrong("unknown-key", "field[x].ref.field", field_text("x", "ref", 'ref = { to = "a.b", field = "c" }')),
    Wrong("unknown-key", "entry[a].de", STATE, files={"codes/states.toml": entry("a", 'de = "x"')}, file="codes/states.toml"),
    Wrong("unknown-key", "name", STATE, files={"codes/states.toml": 'name = "x"\n' + entry("a")}, file="codes/states.toml"),
    Wrong("missing", "slug", top=TOP.replace(f'slug = "{SLUG}"', "")),
    Wrong("missing", "topic", top=TOP.replace('topic = "money"', "")),
    Wrong("missing", "owner", top=TOP.replace('owner.fa = "واحد درآمد"\nowner.en = "Revenue Office"', "")),
    Wrong("missing", "title.en", top=TOP.replace('title.en = "Booths"', "")),
    Wrong("missing", "field", fields=""),
    Wrong("missing", "field[8].name", '[[field]]\nkind = "text"\nlabel.fa = "ب"\nlabel.en = "B"\n'),
    Wrong("missing", "field[x].kind", '[[field]]\nname = "x"\nlabel.fa = "ب"\nlabel.en = "B"\n'),
    Wrong("missing", "field[x].label", '[[field]]\nname = "x"\nkind = "text"\n'),
    Wrong("missing", "check[c].message", '[[check]]\ncode = "c"\nsql = "open"\n'),
    Wrong("missing", "check[1].code", '[[check]]\nsql = "open"\nmessage.fa = "م"\nmessage.en = "M"\n'),
    Wrong("missing", "bands[area].upper", '[[bands]]\nlower = "area"\n'),
    Wrong("missing", "field[x].ref.to", field_text("x", "ref", "ref = { required = true }")),
    Wrong("wrong-type", "slug", top=TOP.replace(f'"{SLUG}"', "5")),
    Wrong("keep-one", "originals", above="originals = { keep_years = 1, keep_days = 3 }\n"),
    Wrong("wrong-type", "approvals", above="approvals = true\n"),
    Wrong("wrong-type", "approvals", above='approvals = "2"\n'),
    Wrong("wrong-type", "title", top=TOP.replace('title.fa = "باجه‌ها"\ntitle.en = "Booths"', 'title = "Booths"')),
    Wrong("wrong-type", "key", above='key = "number"\n'),
    Wrong("wrong-type", "cadence", above="cadence = 3\n"),
    Wrong("wrong-type", "null", above='null = ["-", 0]\n'),
    Wrong("wrong-type", "check", above="check = 3\n"),
    Wrong("wrong-type", "field[x].minimum", field_text("x", "integer", 'minimum = "few"')),
    Wrong("wrong-type", "field[x].extent", field_text("x", "geometry", "extent = [49, 34, 48, 35]")),
    source("s", 'crs = "UTM 39"\n', "crs", "crs"),
    source("s", 'crs = "EPSG:99999"\n', "crs", "crs"),
    source("s", 'crs = "+proj=utm +zone=39 +nadgrids=/etc/passwd"\n', "crs", "crs"),
    Wrong("wrong-type", "field[x].minimum", field_text("x", "decimal", "minimum = inf")),
    Wrong("wrong-type", "field[x].minimum", field_text("x", "decimal", "minimum = 1e90")),
    Wrong("wrong-type", "field[x].required", field_text("x", "text", 'required = "yes"')),
    Wrong("wrong-type", "field[x].choices", field_text("x", "text", "choices = 3")),
    Wrong("wrong-type", "field[x].choices", field_text("x", "text", "choices = []")),
    Wrong("wrong-type", "field[x].choices", field_text("x", "text", 'choices = ["a", { code = "b" }]')),
    Wrong("wrong-type", "field[x].codes", field_text("x", "text", 'codes = ["a"]')),
    Wrong("wrong-type", "field[x].codes", field_text("x", "text", 'codes = [{ code = "a b", fa = "ا", en = "A" }]')),
    Wrong("not-for-kind", "field[x].codes", field_text("x", "code", 'codes = [{ code = "a", fa = "ا", en = "A" }]')),
    Wrong("wrong-type", "field[x].ref", field_text("x", "ref", "ref = 3")),
    Wrong("wrong-type", "source", above="source = 3\n"),
    Wrong("wrong-type", "source.sheet", "[source]\nsheet = true\n"),
    Wrong("wrong-type", "source.ignore", "[source]\nignore = [0]\n"),
    Wrong("wrong-type", "source.ignore", '[source]\nignore = "x"\n'),
    Wrong("wrong-type", "source.headers", "[source]\nheaders = []\ndata_row = 2\n"),
    Wrong("wrong-type", "source.fields.area", "[source.fields]\narea = 3\n"),
    Wrong("bare-date", "licence", above="licence = 2024-08-02\n"),
    Wrong("bare-date", "field[8].minimum", field_text("x", "date", "minimum = 1403-05-12")),
    Wrong("bare-date", "field[8].maximum", field_text("x", "date", "maximum = 2024-08-02T10:00:00Z")),
    Wrong("bare-date", "null[2]", above='null = ["x", 10:30:00]\n'),
    Wrong("empty", "licence", above='licence = "  "\n'),
    Wrong("empty", "null", above='null = [""]\n'),
    Wrong("empty", "entry", STATE, files={"codes/states.toml": "entry = []\n"}, file="codes/states.toml"),
    Wrong("not-one-of", "period", above='period = "week"\n'),
    Wrong("not-one-of", "cadence", above='cadence = "hourly"\n'),
    Wrong("not-one-of", "cadence.every", above='cadence = { every = "hourly" }\n'),
    Wrong("not-one-of", "field[x].kind", field_text("x", "money")),
    Wrong("not-one-of", "field[x].role", field_text("x", "text", 'role = "tittle"')),
    Wrong("not-one-of", "field[x].shown", field_text("x", "text", 'shown = "hidden"')),
    Wrong("not-one-of", "field[x].money_unit", field_text("x", "rial", 'money_unit = "dollar"')),
    Wrong("not-one-of", "field[x].calendar", field_text("x", "date", 'calendar = "hijri"')),
    Wrong("not-one-of", "check[c].severity", check("open") + 'severity = "fatal"\n'),
    Wrong("out-of-range", "approvals", above="approvals = 10\n"),
    Wrong("out-of-range", "note_above", above="note_above = 1001\n"),
    Wrong("out-of-range", "cadence.grace_days", above='cadence = { every = "daily", grace_days = -1 }\n'),
    Wrong("out-of-range", "licence", above=f'licence = "{"x" * 4001}"\n'),
    Wrong("out-of-range", "field[x].scale", field_text("x", "decimal", "scale = 19")),
    Wrong("out-of-range", "field[x].max_length", field_text("x", "text", "max_length = 0")),
    Wrong("out-of-range", "field[x].position", field_text("x", "text", "position = 0")),
    Wrong("out-of-range", "source.header_rows", "[source]\nheader_rows = 0\n"),
    Wrong("repeated", "key", above='key = ["number", "number"]\n'),
    Wrong("repeated", "field[number].name", field_text("number", "text", label="دیگر")),
    Wrong("repeated", "check[c].code", check("open") + check("not open")),
    Wrong("repeated", "total[t].code", total("count(*)") + total("sum(lanes)")),
    Wrong("repeated", "entry", STATE, files={"codes/states.toml": entry("a") * 2}, file="codes/states.toml"),
    Wrong("repeated", "source.headers", '[source]\nheaders = ["x", "x"]\ndata_row = 2\n'),
    Wrong("repeated", "bands[area].upper", '[[bands]]\nlower = "area"\nupper = "area"\n'),
    Wrong("repeated", "bands[area].by", '[[bands]]\nlower = "area"\nupper = "b"\nby = ["b"]\n' + field_text("b", "decimal")),
    Wrong("name-form", "field[x-y].name", field_text("x-y", "text")),
    Wrong("name-form", "field[1x].name", field_text("1x", "text")),
    Wrong("name-form", "field[نام].name", field_text("نام", "text")),
    Wrong("slug-form", "slug", top=TOP.replace(SLUG, "Toll Booths")),
    Wrong("slug-form", "topic", top=TOP.replace('"money"', '"Money"')),
    Wrong("slug-form", "check[C 1].code", check("open").replace('"c"', '"C 1"')),
    *(Wrong("name-reserved", f"field[{name}].name", field_text(name, "text")) for name in ("_row", "_line", "a__gt", "by", "count")),
    # the dataset
    Wrong("no-fields", "field", above="field = []\n", fields=""),
    Wrong("flag-elsewhere", "flag", '[[flag]]\ncode = "odd"\nsql = "SELECT nonsense"\n'),
    Wrong("flag-elsewhere", "flag", "[flag]\nx = 1\n"),
    Wrong("nothing-published", "field", fields=field_text("x", "text", 'shown = "masked"')),
    Wrong("no-such-field", "key", above='key = ["nummer"]\n'),
    Wrong("no-such-field", "period_field", above='period = "year"\nperiod_field = "closed"\n'),
    Wrong("no-such-field", "source.fields.numbr", '[source.fields.numbr]\naliases = ["x"]\n'),
    Wrong("no-such-field", "bands[area].upper", '[[bands]]\nlower = "area"\nupper = "top"\n'),
    Wrong("no-such-field", "bands[area].by", '[[bands]]\nlower = "area"\nupper = "b"\nby = ["c"]\n' + field_text("b", "decimal")),
    Wrong("missing", "view[v].kind", '[[view]]\ncode = "v"\n'),
    Wrong("missing", "view[v].text", view("sentence", "")),
    Wrong("missing", "view[v].measure", view("bars", TITLED + 'by = "open"')),
    Wrong("missing", "view[v].year", view("price-index", 'index = "area"')),
    Wrong("not-one-of", "view[v].kind", view("pie", "")),
    Wrong("not-one-of", "view[v].measure", view("bars", TITLED + 'by = "open"\nmeasure = "area"')),
    Wrong("unknown-key", "view[v].title", view("sentence", TITLED + 'text.fa = "ا"\ntext.en = "A"')),
    Wrong("no-such-field", "view[v].text", view("sentence", 'text.fa = "{numbr}"\ntext.en = "A"')),
    Wrong("no-such-field", "view[v].by", view("bars", TITLED + 'by = "opn"\nmeasure = "takings"')),
    Wrong("view-private", "view[v].text", view("sentence", 'text.fa = "{clerk_id}"\ntext.en = "A"')),
    Wrong("missing", "view[v].rows", view("related", 'by = "open"')),
    Wrong("ref-form", "view[v].rows", view("related", 'by = "number"\nrows = "payments"')),
    Wrong("ref-form", "view[v].through", view("related", 'by = "number"\nrows = "a.b"\nthrough = "A.b"')),
    Wrong("not-one-of", "view[v].match", view("related", 'by = "number"\nrows = "a.b"\nmatch = "sound"')),
    Wrong("view-private", "view[v].by", view("related", 'by = "clerk_id"\nrows = "a.b"')),
    Wrong("meter-ref", "view[v].by", view("meter", METER + "limit = 25")),
    Wrong("missing", "view[v].limit", view("meter", METER.replace('by = "number"', 'by = "way"')) + WAY),
    Wrong("out-of-range", "view[v].warn", view("meter", METER.replace('"number"', '"way"') + "warn = 30\nlimit = 25") + WAY),
    Wrong("not-one-of", "view[v].measure", view("parts", 'measure = "area"\nparts = ["takings"]')),
    Wrong("out-of-range", "view[v].parts", view("parts", 'measure = "takings"\nparts = ["p0", "p1", "p2", "p3", "p4", "p5", "p6"]')
          + "".join(field_text(f"p{n}", "rial", label=f"ب{n}") for n in range(7))),
    Wrong("meter-ref", "view[v].by", view("ranking", TITLED + RANKED + 'measure = "takings"\nagainst = "a.b"')),
    Wrong("missing", "view[v].measure", view("ranking", TITLED + RANKED.replace("number", "way") + 'against = "a.b"') + WAY),
    Wrong("ref-form", "view[v].against", view("ranking", TITLED + RANKED + 'measure = "takings"\nagainst = "b"')),
    Wrong("missing", "view[v].where", view("share", TITLED)),
    Wrong("missing", "view[v].steps", view("chain", TITLED)),
    Wrong("chain-ref", "view[v].steps", view("chain", TITLED + 'steps = ["number", "self"]')),
    Wrong("ref-form", "view[v].steps", view("chain", TITLED + 'steps = ["self", "a.B.c"]')),
    Wrong("no-such-field", "view[v].steps", view("chain", TITLED + 'steps = ["self", "nr"]')),
    Wrong("out-of-range", "view[v].steps", view("chain", TITLED + 'steps = ["self"]')),
    Wrong("missing", "view[v].ends", view("progress", 'begins = "day"') + field_text("day", "date")),
    Wrong("not-one-of", "view[v].begins", view("progress", 'begins = "number"\nends = "day"') + field_text("day", "date")),
    Wrong("ref-form", "view[v].done", view("progress", 'begins = "day"\nends = "day"\ndone = "a"') + field_text("day", "date")),
    Wrong("missing", "view[v].text", view("lacks", TITLED)),
    Wrong("missing", "view[v].part", view("plays", UNITS.partition("\n")[2])),
    Wrong("missing", "view[v].fields", view("plays", 'part = "units"')),
    Wrong("missing", "view[v].fields.parent", view("plays", UNITS.replace('parent = "number"', ""))),
    Wrong("not-one-of", "view[v].part", view("plays", UNITS.replace("units", "unit"))),
    Wrong("not-one-of", "view[v].fields.code", view("plays", UNITS.replace('code = "number"', 'code = "area"'))),
    Wrong("unknown-key", "view[v].fields.colour", view("plays", UNITS + 'colour = "number"')),
    Wrong("no-such-field", "view[v].fields.code", view("plays", UNITS.replace('code = "number"', 'code = "nr"'))),
    Wrong("view-private", "view[v].fields.head", view("plays", UNITS + 'head = "x"') + field_text("x", "text", 'shown = "withheld"')),
    Wrong("place-unlisted", "view[v].fields.kind", view("plays", UNITS + 'kind = "x"') + field_text("x", "text")),
    Wrong("not-one-of", "view[v].fields.present", view("plays", ROLL + 'present = "b"') + field_text("x", "text", 'choices = ["a"]')),
    Wrong("key-not-public", "key", above='key = ["clerk_id"]\n'),
    Wrong("key-not-public", "key", field_text("x", "code", 'shown = "masked"'), above='key = ["x"]\n'),
    Wrong("key-not-public", "key", field_text("x", "integer", 'role = "counter"'), above='key = ["x"]\n'),
    *(Wrong("key-kind", "key", above=f'key = ["{name}"]\n') for name in ("open", "area")),
    Wrong("key-optional", "field[x].required", field_text("x", "code", "required = false"), above='key = ["x"]\n'),
    Wrong("first-of", "field[x].first_of", field_text("x", "rial", 'first_of = ["nowhere", "amount"]')),
    Wrong("period-none", "period_field", above='period_field = "opened"\n'),
    Wrong("period-kind", "period_field", above='period = "year"\nperiod_field = "number"\n'),
    Wrong("role-alone", "field", field_text("x", "decimal", 'role = "longitude"')),
    # a field
    Wrong("not-for-kind", "field[x].choices", field_text("x", "integer", 'choices = ["1"]')),
    Wrong("not-for-kind", "field[x].choices", field_text("x", "rial", 'choices = ["1"]')),
    Wrong("example-unfit", "field[x].example", field_text("x", "text", 'pattern = "[0-9]+"\nexample = "a"')),
    Wrong("example-unfit", "field[x].example", field_text("x", "text", 'choices = ["a", "b"]\nexample = "c"')),
    Wrong("empty-never", "field[x].empty", field_text("x", "text", 'required = true\nempty.fa = "الف"\nempty.en = "A"')),
    Wrong("empty-never", "field[x].empty", field_text("x", "text", 'shown = "withheld"\nempty.fa = "الف"\nempty.en = "A"')),
    Wrong("not-for-kind", "field[x].pattern", field_text("x", "integer", 'pattern = "1+"')),
    Wrong("not-for-kind", "field[x].calendar", field_text("x", "text", 'calendar = "jalali"')),
    Wrong("not-for-kind", "field[x].money_unit", field_text("x", "integer", 'money_unit = "toman"')),
    Wrong("not-for-kind", "field[x].maximum", field_text("x", "code", "maximum = 3")),
    Wrong("not-for-kind", "field[x].max_length", field_text("x", "date", "max_length = 3")),
    Wrong("not-for-kind", "field[x].scale", field_text("x", "rial", "scale = 3")),
    Wrong("not-for-kind", "field[x].century", field_text("x", "period", "century = 1300")),
    Wrong("not-for-kind", "field[x].slash_decimal", field_text("x", "integer", "slash_decimal = true")),
    Wrong("not-for-kind", "field[x].strip", field_text("x", "text", 'strip = ["$"]')),
    Wrong("not-for-kind", "field[x].unit", field_text("x", "text", 'unit.fa = "م"\nunit.en = "m"')),
    Wrong("not-for-kind", "field[x].ref", field_text("x", "date", 'ref = "a.b"')),
    Wrong("not-for-kind", "source.fields.area.money_unit", '[source.fields.area]\nmoney_unit = "toman"\n'),
    Wrong("not-for-calendar", "field[x].formats", field_text("x", "date", 'formats = ["%Y/%m/%d"]')),
    Wrong("not-for-calendar", "field[x].century", field_text("x", "date", 'calendar = "gregorian"\ncentury = 1300')),
    Wrong("not-for-calendar", "source.fields.opened.formats", '[source.fields.opened]\nformats = ["%Y/%m/%d"]\n'),
    Wrong("not-whole", "field[x].minimum", field_text("x", "rial", "minimum = 0.5")),
    Wrong("not-whole", "field[x].maximum", field_text("x", "integer", 'maximum = "2.5"')),
    *(
        Wrong("bound-date", "field[x].minimum", field_text("x", "date", f'minimum = "{day}"'))
        for day in ("1403-12-31", "1403-13-01", "2023-02-29", "02/08/2024", "yesterday")
    ),
    Wrong("bounds-crossed", "field[x].minimum", field_text("x", "integer", "minimum = 3\nmaximum = 2")),
    Wrong("bounds-crossed", "field[x].minimum", field_text("x", "date", 'minimum = "1403-01-01"\nmaximum = "2020-01-01"')),
    *(
        Wrong("pattern", "field[x].pattern", field_text("x", "text", f"pattern = '{pattern}'"))
        for pattern in ("(a", "(?=a)b", "(?<!a)b", r"(a)\1", "a{3000}", "[z-a]")
    ),
    *(
        Wrong("format", "field[x].formats", field_text("x", "date", f'calendar = "gregorian"\nformats = ["{text}"]'))
        for text in ("%m/%y", "%m/%Y", "%Y", "day %Q of %Y", "yyyy-mm-dd")
    ),
    Wrong("format-pivot", "field[x].formats", field_text("x", "date", 'calendar = "gregorian"\nformats = ["%d/%m/%y"]')),
    Wrong("format-month", "field[x].formats", field_text("x", "period", 'formats = ["%Y"]')),
    Wrong("century", "field[x].century", field_text("x", "date", "century = 14")),
    *(Wrong("ref-form", "field[x].ref", field_text("x", "ref", f'ref = "{to}"')) for to in ("a", "a.", "A.b", "a.b.c", "a.B")),
    Wrong("ref-needed", "field[x].ref", field_text("x", "ref")),
    Wrong("role-kind", "field[x].role", field_text("x", "text", 'role = "amount"')),
    Wrong("role-kind", "field[x].role", field_text("x", "integer", 'role = "title"')),
    # what a number means
    Wrong("not-one-of", "field[x].nature", field_text("x", "rial", 'nature = "level"')),
    Wrong("measure-kind", "field[x].nature", field_text("x", "text", 'nature = "flow"')),
    Wrong("measure-kind", "field[x].at", field_text("x", "date", 'at = "opened"')),
    Wrong("stock-at", "field[x].at", field_text("x", "rial", 'nature = "stock"')),
    Wrong("at-alone", "field[x].at", field_text("x", "rial", 'nature = "flow"\nat = "opened"')),
    Wrong("no-such-field", "field[x].at", field_text("x", "rial", 'nature = "stock"\nat = "opend"')),
    Wrong("at-kind", "field[x].at", field_text("x", "rial", 'nature = "stock"\nat = "area"')),
    Wrong("at-optional", "field[x].at", field_text("x", "rial", 'nature = "stock"\nat = "opened"')),
    Wrong("measure-private", "field[x].at", field_text("x", "rial", 'nature = "stock"\nat = "clerk_id"')),
    Wrong("at-release", "field[x].at", field_text("x", "rial", 'nature = "stock"\nat = "_release"'), above='period = "year"\n'),
    Wrong("rate-role", "field[x].nature", field_text("x", "rial", 'nature = "rate"\nrole = "amount"')),
    Wrong("no-such-field", "field[x].share_of", field_text("x", "rial", 'nature = "flow"\nshare_of = "taking"')),
    Wrong("share-kind", "field[x].share_of", field_text("x", "rial", 'nature = "flow"\nshare_of = "area"')),
    Wrong("share-kind", "field[x].share_of", field_text("x", "rial", 'nature = "flow"\nshare_of = "x"')),
    Wrong("wrong-type", "field[x].side", field_text("x", "text", 'choices = ["a"]\nside = "in"')),
    Wrong("unknown-key", "field[x].side.into", field_text("x", "text", 'choices = ["a"]\nside = { in = ["a"], into = [] }')),
    Wrong("side-empty", "field[x].side", field_text("x", "text", 'choices = ["a"]\nside = { in = [], out = [] }')),
    Wrong("place-unlisted", "field[x].side", field_text("x", "text", 'side = { in = ["a"] }')),
    Wrong("not-one-of", "field[x].side.out", field_text("x", "text", 'choices = ["a"]\nside = { in = ["a"], out = ["b"] }')),
    Wrong("repeated", "field[x].side.out", field_text("x", "text", 'choices = ["a"]\nside = { in = ["a"], out = ["a"] }')),
    Wrong("side-twice", "field[y].side", field_text("x", "text", 'choices = ["a"]\nside = { in = ["a"] }')
          + field_text("y", "text", 'choices = ["b"]\nside = { in = ["b"] }')),
    Wrong("measure-private", "field[x].side",
          field_text("x", "text", 'choices = ["a"]\nside = { in = ["a"] }\nshown = "withheld"')),
    Wrong("identity-public", "field[x].shown", field_text("x", "identity")),
    Wrong("personal-public", "field[x].shown", PERSONAL),
    Wrong("personal-public", "field[x].shown", field_text("x", "code", 'aliases = ["Mobile phone"]')),
    *(
        Wrong("masked-kind", "field[x].shown", field_text("x", kind, 'shown = "masked"'))
        for kind in ("rial", "date", "boolean", "geometry", "link", "period")
    ),
    Wrong("masked-choices", "field[x].shown", field_text("x", "text", 'shown = "masked"\nchoices = ["a"]')),
    Wrong("looks-reason", "field[x].looks_like", field_text("x", "code", 'looks_like = ["card"]')),
    Wrong("not-one-of", "field[x].looks_like", field_text("x", "code", 'looks_like = ["cards"]\nreason.fa = "ب"\nreason.en = "B"')),
    Wrong("looks-hidden", "field[x].looks_like", field_text("x", "code", 'looks_like = ["card"]\nshown = "withheld"')),
    Wrong("reason-public", "field[x].reason", field_text("x", "text", 'reason.fa = "ب"\nreason.en = "B"')),
    Wrong("ground-public", "field[x].ground", field_text("x", "text", 'ground = { article = { fa = "ب", en = "B" } }')),
    Wrong("withheld-ref", "field[x].ref", field_text("x", "code", 'shown = "withheld"\nref = "a.b"')),
    Wrong("same-header", "field[x].label", field_text("x", "text", label="Number")),
    Wrong("same-header", "source.fields.y.aliases", field_text("x", "text", 'aliases = ["شمارۀ"]') + field_text("y", "text", 'aliases = ["شماره"]'), fields=FIELDS.replace('"شماره"', '"کد"')),
    source("two", '[fields.area]\naliases = ["پول"]\n[fields.takings]\naliases = ["پول"]\n', "same-header", "fields.area.aliases"),
    Wrong("same-position", "source.fields.y.position", field_text("x", "text", "position = 2") + field_text("y", "text", "position = 2")),
    source("two", "[fields.area]\nposition = 1\n[fields.takings]\nposition = 1\n", "same-position", "fields.area.position"),
    # code lists
    Wrong("no-such-list", "field[x].choices", field_text("x", "text", 'choices = "states"')),
    Wrong("list-unused", "", files={"codes/states.toml": entry("a")}, file="codes/states.toml"),
    Wrong(
        "same-spelling",
        "entry",
        STATE,
        files={"codes/states.toml": entry("a", 'aliases = ["كار"]') + entry("b", 'aliases = ["کار"]')},
        file="codes/states.toml",
    ),
    Wrong("all-retired", "entry", STATE, files={"codes/states.toml": entry("a", 'until = "1403-12-29"')}, file="codes/states.toml"),
    # sources
    Wrong("source-twice", "", "[source]\n", files={"sources/default.toml": ""}, file="sources/default.toml"),
    Wrong("headers-data-row", "source.headers", '[source]\nheaders = ["a"]\n'),
    Wrong("headers-and-row", "source.headers", '[source]\nheaders = ["a"]\ndata_row = 2\nheader_row = 1\n'),
    Wrong("data-row-early", "source.data_row", "[source]\nheader_row = 3\nheader_rows = 2\ndata_row = 4\n"),
    source("s", 'headers = ["a"]\ndata_row = 2\n[fields.area]\nposition = 2\n', "position-beyond", "fields.area.position"),
    source("s", "ignore = [2]\n[fields.area]\nposition = 2\n", "position-ignored", "ignore"),
    source("s", '[fields.area]\nposition = 2\nconstant = "1"\n', "constant-and-place", "fields.area.constant"),
    source("s", 'delimiter = "::"\n', "delimiter", "delimiter"),
    step('do = "leave_out"\nwhen = { matches = "(" }', "step-pattern", "leave_out].when.matches"),
    step('do = "leave_out"\nwhen = { column = "a" }', "step-rule-empty", "leave_out].when"),
    step('do = "ignore"\ncolumns = ["/(/"]', "step-pattern", "ignore].columns"),
    source("s", '[[step]]\ndo = "ignore"\ncolumns = ["a"]\n[[step]]\ndo = "sheets"\n', "step-first", "step[sheets].do"),
    step('do = "table"', "step-table-which", "table].title"),
    step('do = "crosstab"\ncolumns = ["a"]\ninto = ["b"]', "step-value", "crosstab].value"),
    step('do = "split"\ncolumn = "a"\ninto = ["b", "c"]', "step-split-way", "split].by"),
    step('do = "split"\ncolumn = "a"\ninto = ["b", "c"]\npattern = "(.)"', "step-split-parts", "split].into"),
    step('do = "split"\ncolumn = "a"\ninto = ["b", "c", "d"]\nat = [3, 2]', "step-split-at", "split].at"),
    step('do = "factor"\ncolumns = ["a"]\nby = "12"', "step-factor", "factor].by"),
    step('do = "round"\ncolumns = ["a"]\nscale = 2\nwithin = "0.1"', "step-within", "round].within"),
    *(source("s", f'encoding = "{name}"\n', "encoding", "encoding") for name in ("persian", "base64", "ascii", "rot13")),
    *(source("s", f'encoding = "{name}"\n', "encoding-blind", "encoding") for name in ("latin-1", "iso-8859-1")),
    # rules
    Wrong("sql", "check[c].sql", check("read_text('/etc/passwd') = ''")),
    Wrong("sql", "check[c].sql", check("numbr = 'x'")),
    Wrong("sql", "total[t].sql", total("takings")),
    Wrong("sql-type", "check[c].sql", check("takings + 1")),
    Wrong("sql-type", "check[c].sql", check("number")),
    Wrong("sql-number", "total[t].sql", total("min(number)")),
    Wrong("sql-binding", "check[c].sql", check("year(number) = 1403")),
    Wrong("pattern", "check[c].sql", check("regexp_matches(number, '(')")),
    Wrong("sql-binding", "total[t].sql", total("sum(number)")),
    Wrong("total-private", "total[t].sql", total("count(distinct clerk_id)")),
    Wrong("total-private", "total[t].sql", total("count(distinct x)") + field_text("x", "code", 'shown = "masked"')),
    Wrong("bands-kind", "bands[area].upper", '[[bands]]\nlower = "area"\nupper = "lanes"\n'),
    Wrong("bands-kind", "bands[number].upper", '[[bands]]\nlower = "number"\nupper = "x"\n' + field_text("x", "code")),
    Wrong("anonymity-hidden", "anonymity.by", field_text("x", "text", 'shown = "withheld"') + '[anonymity]\nk = 3\nby = ["x"]\n'),
    Wrong("no-such-field", "anonymity.by", '[anonymity]\nk = 3\nby = ["z"]\n'),
    Wrong("missing", "anonymity.k", '[anonymity]\nby = ["number"]\n'),
    Wrong("out-of-range", "anonymity.k", '[anonymity]\nk = 1\nby = ["number"]\n'),
    Wrong("missing", "in_advance.change_percent", "[in_advance]\nlongest_days = 9\n"),
    Wrong("out-of-range", "in_advance.longest_days", "[in_advance]\nchange_percent = 5\nlongest_days = 0\n"),
    Wrong("not-one-of", "in_advance.harmless", '[in_advance]\nchange_percent = 5\nharmless = ["total-agree"]\n'),
    Wrong("year-start", "field[x].year_start", field_text("x", "period", 'year_start = "31-02"')),
    Wrong("year-parts", "field[x].year_parts", field_text("x", "period", 'year_parts = 5')),
    Wrong("bands-inclusive", "bands[area].inclusive", '[[bands]]\nlower = "area"\nupper = "x"\ninclusive = true\n' + field_text("x", "decimal")),
]  # fmt: skip

# These are of files that cannot be opened, of the registry, or of common questions, and have tests of their own.
ELSEWHERE = {
    "documents-alone",
    "documents-slug",
    "documents-key",
    "documents-field",
    "documents-no-key",
    "documents-period",
    "documents-row",
    "file-missing",
    "file-unreadable",
    "file-encoding",
    "ref-dataset",
    "ref-field",
    "ref-private",
    "ref-kind",
    "chain-step",
    "place-absent",
    "not-asked",
    "no-such-figure",
    "bands",
    "not-alike",
    "note-time",
    "note-day",
    "note-link",
    "too-long",
}


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: f"{wrong.code}:{wrong.key}")
def test_refused(tmp_path: Path, wrong: Wrong) -> None:
    problems = refused(wrong.declared(tmp_path))
    assert (f"{SLUG}/{wrong.file}", wrong.key, wrong.code) in {
        (fault.file, fault.key, fault.code) for fault in problems
    }
    # One fault is told once, not followed by a train of others.
    assert len(problems) == 1, [fault.text("en") for fault in problems]
    for problem in problems:
        assert not re.search(r"\{[a-z]+\}", problem.message.fa + problem.message.en)
        assert problem.message.fa.strip()
        assert problem.message.en.strip()


def test_every_code_has_a_declaration_that_it_refuses() -> None:
    assert set(REFUSALS) - ELSEWHERE == {wrong.code for wrong in WRONG} - {"sql"}


def test_every_type_is_asked_for(tmp_path: Path) -> None:
    said = set()
    for number, wrong in enumerate(wrong for wrong in WRONG if wrong.code == "wrong-type"):
        for problem in refused(wrong.declared(tmp_path / str(number))):
            said |= {name for name, label in TYPES.items() if problem.message.en == f"The value must be {label.en}."}
    assert said == set(TYPES)


def test_a_folder_without_a_declaration(tmp_path: Path) -> None:
    assert [(problem.file, problem.code) for problem in refused(tmp_path / "nothing")] == [
        ("nothing/dataset.toml", "file-missing")
    ]


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs POSIX permissions")
def test_a_declaration_that_cannot_be_opened(tmp_path: Path) -> None:
    folder = declare(tmp_path)
    (folder / "dataset.toml").unlink()
    (folder / "dataset.toml").mkdir()
    assert [problem.code for problem in refused(folder)] == ["file-unreadable"]


def test_a_file_too_large_to_be_a_declaration(tmp_path: Path) -> None:
    folder = declare(tmp_path, "#" * 2_000_001)
    assert [problem.code for problem in refused(folder)] == ["out-of-range"]


def test_a_personal_field_may_be_shown_where_the_law_says_so(tmp_path: Path) -> None:
    lawful = PERSONAL + 'reason.fa = "مادهٔ نمونه"\nreason.en = "A sample article"\n'
    assert refused(declare(tmp_path, lawful)) == ()


def test_a_year_of_birth_and_a_workplace_are_not_personal(tmp_path: Path) -> None:
    more = field_text("x", "integer", label="سال تولد") + field_text("y", "text", label="تلفن محل کار")
    assert refused(declare(tmp_path, more)) == ()


def test_columns_of_one_name_are_told_apart_by_position(tmp_path: Path) -> None:
    layout = '[fields.area]\nposition = 1\naliases = ["پول"]\n[fields.takings]\naliases = ["پول"]\n'
    assert refused(declare(tmp_path, files={"sources/s.toml": layout})) == ()
