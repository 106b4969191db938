"""What an entry of the issue catalogue says, and the part of it that speaks of columns and of single cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from ayan.core.schema.definition import Severity
from ayan.core.values.label import Label

FixBy: TypeAlias = Literal["sender", "owner", "source", "operator", "privacy"]
Stands: TypeAlias = Literal["named", "cell", "trace", "key", "pointer", "check", "empty-row", "suspected"]
"""How the rows of an issue are found again: by the verdict over a cell, by a trace of personal data in it, as repeated
keys, as pointers to nothing, by a declared check, as rows without content, as rows that may be totals;
``named``: by the issues themselves, if any."""

HitPlace: TypeAlias = Literal["piece", "column"]
"""What of a field looks like data of a person: pieces of its texts, or the column that it is read from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueEntry:
    """One code of the catalogue; ``{names}`` in the wording are filled from the issue's params.

    ``stands`` says how its rows are found. As an error, a ``structural`` one cannot be cured by leaving rows out, one
    that ``leaves_out`` keeps the rows in which it stands from a release in part, and one that ``holds`` keeps
    everything back until it is mended, redacted or waived. ``hit`` says of which a privacy hit is, None of any other
    issue: hits of one field are decided together, and pieces can be hidden. A ``cause`` is listed to whoever mends the file; others
    are told elsewhere on the page or of no use to him. ``title`` speaks of all places of a cause where the wording
    names the particulars of one.
    """

    severity: Severity
    fix_by: FixBy
    wording: Label
    stands: Stands = "named"
    structural: bool = False
    leaves_out: bool = False
    holds: bool = False
    hit: HitPlace | None = None
    cause: bool = True
    title: Label | None = None


def entry(
    severity: Severity,
    fix_by: FixBy,
    fa: str,
    en: str,
    *,
    stands: Stands = "named",
    structural: bool = False,
    leaves_out: bool = False,
    holds: bool = False,
    hit: HitPlace | None = None,
    cause: bool = True,
    title: Label | None = None,
) -> IssueEntry:
    """An entry from its parts."""
    return IssueEntry(
        severity=severity,
        fix_by=fix_by,
        wording=Label(fa, en),
        stands=stands,
        structural=structural,
        leaves_out=leaves_out,
        holds=holds,
        hit=hit,
        cause=cause,
        title=title,
    )


def _cell(fix_by: FixBy, fa: str, en: str, title: Label | None = None) -> IssueEntry:
    """A cell that cannot be read or may not stand: its row is left out."""
    return entry("error", fix_by, fa, en, stands="cell", leaves_out=True, title=title)


COLUMNS: Final[Mapping[str, IssueEntry]] = {
    "column-missing": entry(
        "error",
        "sender",
        "ستون «{label}» در پرونده پیدا نشد.",
        "The column “{label}” was not found in the file.",
        structural=True,
    ),
    "column-absent": entry(
        "info", "sender", "ستون اختیاری «{label}» در پرونده نیست.", "The optional column “{label}” is not in the file."
    ),
    "column-ambiguous": entry(
        "error",
        "sender",
        "چند ستون برای «{label}» هست: {columns}. یکی را نگه دارید یا جای آن را اعلام کنید.",
        "Several columns fit “{label}”: {columns}. Keep one or declare its position.",
        structural=True,
    ),
    "column-shared": entry(
        "error",
        "owner",
        "یک ستون هم برای «{label}» و هم برای «{other}» آمده است. نام یا جای یکی را اعلام کنید.",
        "One column fits both “{label}” and “{other}”. Declare the name or position of one.",
        structural=True,
    ),
    "unit-mismatch": entry(
        "error",
        "sender",
        "واحد پول «{label}» روشن نیست: بنا بود به {unit} خوانده شود، ولی در پرونده جز این آمده است ({said}). "
        "بگویید این ستون به چه واحدی است.",
        "The unit of money of “{label}” is not clear: it was to be read in {unit}, but the file names another one "
        "({said}). Say which unit the column is in.",
        structural=True,
    ),
    "unit-jump": entry(
        "error",
        "sender",
        "مبلغ‌های «{label}» حدود {factor} برابر {larger} از {before} است: میانهٔ آن {now} ریال است و آنجا {then} ریال "
        "بود. شاید واحد پول عوض شده است؛ بگویید این ستون به چه واحدی است.",
        "The amounts of “{label}” are about {factor} times {larger} than {before}: their median is {now} rial, and was "
        "{then} rial there. The unit may be another one; say which unit the column is in.",
        structural=True,
    ),
    "code-nod": entry(
        "error",
        "sender",
        "در ستون «{label}» نوشته‌هایی هست که در فهرست به این شکل نیست و چنین خوانده شد: {pairs}. بگویید درست است یا "
        "آن‌ها را درست کنید.",
        "The column “{label}” has texts that its list does not have so, read as: {pairs}. Say that this is right, or "
        "correct them.",
        structural=True,
    ),
    "column-unplaced": entry(
        "error",
        "sender",
        "شاید ستون «{header}» همان «{label}» باشد که در پرونده پیدا نشد، و چنان که هست خوانده نمی‌شود. نام آن را در تعریف "
        "بیفزایید، یا بگویید کنار بماند.",
        "The column “{header}” may be “{label}”, which was not found, and as it stands it is not read. Add its name to the "
        "declaration, or say that it is left out.",
        structural=True,
    ),
    "column-sides": entry(
        "error",
        "sender",
        "ستون «{header}» می‌گوید هر مبلغ بدهکار است یا بستانکار، و در تعریف نیست. بی آن مبلغ‌ها را نمی‌توان با هم جمع کرد. "
        "ستون را اعلام کنید، یا بگویید کنار بماند.",
        "The column “{header}” says whether each amount is a debit or a credit, and is not declared. Without it the amounts "
        "cannot be added up. Declare the column, or say that it is left out.",
        structural=True,
    ),
    "column-money": entry(
        "warning",
        "sender",
        "ستون «{header}» گویا مبلغ است، ولی در تعریف نیست و خوانده نشد.",
        "The column “{header}” seems to hold amounts, but it is not declared and was not read.",
    ),
    "column-ignored": entry(
        "info",
        "sender",
        "ستون «{header}» در تعریف نیست و خوانده نشد.",
        "The column “{header}” is not declared and was not read.",
    ),
}
"""Every code of a column."""

CELLS: Final[Mapping[str, IssueEntry]] = {
    "required": _cell("sender", "«{label}» خالی است. آن را پر کنید.", "“{label}” is empty. Fill it in."),
    "not-a-number": _cell(
        "sender",
        "«{label}» عدد نیست. عدد را مثل ۱۲۵۰۰۰۰ بنویسید.",
        "“{label}” is not a number. Write it like 1250000.",
    ),
    "number-ambiguous": _cell(
        "sender",
        "معلوم نیست ممیز «{label}» کجاست. هزارگان را با ویرگول و سه‌رقمی جدا کنید و ممیز را با نقطه یا ٫ بنویسید.",
        "It is unclear where the decimal point of “{label}” stands. Part thousands by commas, three by three, and decimals by a point.",
    ),
    "number-percent": _cell(
        "owner",
        "«{label}» با نشانهٔ درصد آمده است و معلوم نیست ۲۵٪ به معنای ۲۵ است یا ۰٫۲۵. اگر درصد است unit را «درصد» اعلام کنید.",
        "“{label}” is written in per cent, and whether 25% means 25 or 0.25 is not declared. Declare the unit “percent” if it is.",
    ),
    "number-lost-digits": _cell(
        "source",
        "«{label}» به شکل نمایی ذخیره شده و رقم‌های آخرش از دست رفته است. آن را از سامانهٔ مبدأ به صورت متن بگیرید.",
        "“{label}” was stored in exponent form and has lost its last digits. Export it as text.",
    ),
    "not-whole": _cell("sender", "«{label}» باید عدد صحیح باشد.", "“{label}” must be a whole number."),
    "money-not-whole": _cell(
        "sender",
        "«{label}» پس از تبدیل به ریال عدد صحیح نمی‌شود. واحد پول را بررسی کنید.",
        "“{label}” is not a whole number of rials. Check the money unit.",
    ),
    "number-too-large": _cell(
        "sender",
        "«{label}» بزرگ‌تر از آن است که درست باشد. واحد پول را بررسی کنید.",
        "“{label}” is too large to be right. Check the unit.",
    ),
    "decimal-digits": _cell(
        "sender", "«{label}» بیش از {scale} رقم اعشار دارد.", "“{label}” has more than {scale} decimals."
    ),
    "not-a-date": _cell(
        "sender",
        "«{label}» تاریخ نیست. تاریخ را مثل {example} بنویسید.",
        "“{label}” is not a date. Write it like {example}.",
    ),
    "date-impossible": _cell(
        "sender",
        "«{label}» روزی است که در تقویم نیست. آن را با اصل بسنجید.",
        "“{label}” is a day that the calendar does not have. Compare it with the original.",
    ),
    "date-other-calendar": _cell(
        "sender",
        "«{label}» به تقویم این ستون ({calendar}) نیست. همهٔ تاریخ‌ها را به همین تقویم بنویسید.",
        "“{label}” is not in the calendar of this column ({calendar}). Write all its dates in that one.",
    ),
    "date-order": _cell(
        "sender",
        "در «{label}» روشن نیست که روز پیش از ماه آمده است یا پس از آن. بگویید کدام است، یا سال را نخست بنویسید.",
        "In “{label}” it is not clear whether the day comes before the month or after it. Say which, or write the year "
        "first.",
    ),
    "date-order-told": entry(
        "info",
        "sender",
        "تاریخ‌های «{label}» چنین خوانده شد: {order}. {count} تاریخ جز این معنایی ندارد.",
        "The dates of “{label}” were read so: {order}. {count} of them mean nothing otherwise.",
    ),
    "date-two-digit-year": _cell(
        "sender",
        "سال «{label}» دورقمی است. سال را چهاررقمی بنویسید.",
        "The year of “{label}” has two digits. Write all four.",
    ),
    "date-year": _cell(
        "sender",
        "سال «{label}» بیرون از {first} تا {last} است؛ شاید دورقمی نوشته شده باشد. سال را چهاررقمی بنویسید.",
        "The year of “{label}” is not between {first} and {last}; it may have two digits. Write all four.",
    ),
    "not-a-period": _cell(
        "sender",
        "«{label}» دوره نیست. آن را مثل ۱۴۰۳-۰۵ بنویسید.",
        "“{label}” is not a period. Write it like 1403-05.",
    ),
    "period-year-open": _cell(
        "source",
        "«{label}» سالی است که دو سال را در بر می‌گیرد، یا بخش شماره‌داری از سال. آغاز سال را با year_start و تعداد بخش‌ها را با year_parts اعلام کنید.",
        "“{label}” is a year that spans two, or a numbered part of a year. Declare when it begins with year_start, and its parts with year_parts.",
    ),
    "not-a-boolean": _cell("sender", "«{label}» باید بله یا خیر باشد.", "“{label}” must be yes or no."),
    "not-a-link": _cell(
        "sender",
        "«{label}» نشانی وب نیست (با http:// یا https:// آغاز شود).",
        "“{label}” is not a web address (it starts with http:// or https://).",
    ),
    "not-geometry": _cell(
        "source",
        "شکل هندسی «{label}» درست نیست ({reason}). باید GeoJSON با طول و عرض جغرافیایی باشد.",
        "The geometry of “{label}” is not valid ({reason}). It must be GeoJSON in longitude and latitude.",
        title=Label(
            "شکل هندسی «{label}» درست نیست. باید GeoJSON با طول و عرض جغرافیایی باشد.",
            "The geometry of “{label}” is not valid. It must be GeoJSON in longitude and latitude.",
        ),
    ),
    "shape-system": _cell(
        "owner",
        "شکل «{label}» به WKT نوشته شده و دستگاه مختصات آن اعلام نشده است. آن را با crs در تعریف اعلام کنید، مثل EPSG:32639.",
        "The shape of “{label}” is written in WKT, and its coordinate system is not declared. Declare it with crs, such as EPSG:32639.",
    ),
    "shape-crossing": _cell(
        "source",
        "خط دور «{label}» خودش را قطع می‌کند یا تکه‌هایش روی هم افتاده است. آن را در نقشهٔ مبدأ درست کنید.",
        "The outline of “{label}” crosses itself, or its parts lie on each other. Correct it in the map that it comes from.",
    ),
    "shape-open": _cell(
        "source",
        "خط دور «{label}» بسته نیست: باید در همان نقطه‌ای تمام شود که آغاز شده است. آن را در نقشهٔ مبدأ ببندید.",
        "The outline of “{label}” is not closed: it must end at the point where it begins. Close it in the map that it comes from.",
    ),
    "shape-swapped": _cell(
        "source",
        "طول و عرض «{label}» جابه‌جا نوشته شده است: به ترتیب درست در محدودهٔ شهر می‌افتد. ترتیب مختصات را درست کنید.",
        "Longitude and latitude of “{label}” have changed places: the other way round it lies within the city. Correct the order.",
    ),
    "shape-outside": _cell(
        "source",
        "شکل «{label}» بیرون از محدودهٔ شهر است. مختصات و دستگاه آن را بررسی کنید.",
        "The shape of “{label}” lies outside the city. Check its coordinates and their system.",
    ),
    "identity-wrong": _cell(
        "sender",
        "«{label}» کد ملی معتبری نیست: ده رقم نیست یا رقم کنترلش سازگار نیست. آن را با اصل بسنجید.",
        "“{label}” is not a valid national ID: not ten digits, or a wrong check digit. Compare it with the original.",
    ),
    "company-wrong": _cell(
        "sender",
        "شناسهٔ ملی «{label}» درست نیست. آن را با اصل بسنجید.",
        "“{label}” is not a valid legal ID. Compare it with the original.",
    ),
    "code-lost-digits": _cell(
        "source",
        "«{label}» در اکسل به صورت عدد ذخیره شده و رقم‌های آخرش از دست رفته است. آن را به صورت متن بفرستید.",
        "“{label}” was stored as a number and has lost its last digits. Send it as text.",
    ),
    "cell-error": _cell(
        "sender",
        "خانهٔ «{label}» خطای اکسل دارد یا فرمول آن حساب نشده است. فرمول را درست کنید و پرونده را در اکسل دوباره ذخیره کنید.",
        "The cell of “{label}” holds a spreadsheet error or a formula never computed. Repair it and save the file again.",
    ),
    "not-in-list": _cell(
        "sender",
        "«{label}» در فهرست مقدارهای پذیرفته نیست: {choices}.",
        "“{label}” is not in the list of accepted values: {choices}.",
    ),
    "pattern": _cell(
        "sender",
        "«{label}» به شکلی که برایش تعریف شده نیست. آن را با ردیف‌های دیگر بسنجید.",
        "“{label}” does not have the form declared for it. Compare it with the other rows.",
    ),
    "too-small": _cell("sender", "«{label}» از کمینهٔ {limit} کمتر است.", "“{label}” is below the minimum {limit}."),
    "too-large": _cell("sender", "«{label}» از بیشینهٔ {limit} بیشتر است.", "“{label}” is above the maximum {limit}."),
    "too-long": _cell(
        "sender", "«{label}» از {limit} نویسه بلندتر است.", "“{label}” is longer than {limit} characters."
    ),
}
"""Every code of a cell but the one about the period, which stands with those of rows."""
