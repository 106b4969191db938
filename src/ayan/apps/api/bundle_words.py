"""What a bundle says of itself to people: its README in a language, and how to cite it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from ayan.apps.catalog.citation import file_about
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import value_html

if TYPE_CHECKING:
    from ayan.apps.api.bundles import Bundle, BundledRows

TITLE: Final = Label("{dataset}، با آنچه به آن وابسته است", "{dataset}, with what belongs to them")
SOURCE: Final = Label("منبع: {city}", "Source: {city}")
INVENTED: Final = Label("نسخهٔ نمایشی: همه چیز ساختگی است.", "Demonstration: everything is invented.")
QUESTION: Final = Label("پرسش: {question}", "Question: {question}")
SEALED: Final = Label("داده‌های مهرشده تا {sealed}", "Data sealed by {sealed}")
INSIDE: Final = Label("در این بسته", "What is inside")
PART: Final = Label("{dataset}: {rows} ردیف", "{dataset}: {rows} rows")
PART_OF_ONE_ROW: Final = Label("{dataset}: {rows} ردیف", "{dataset}: {rows} row")
LINK: Final = Label(
    "ردیف‌هایی که «{field}» آن‌ها همان «{by}» در «{main}» است",
    "those whose “{field}” is the “{by}” of a row of “{main}”",
)
FOLDERS: Final = Label(
    "هر داده دو پرونده دارد: excel/ برای خواندن (با زبان، تقویم و واحد پول در سرستون) و csv/ برای برنامه‌ها "
    "(نام ستون‌ها به انگلیسی، تاریخ میلادی، مبلغ به ریال، UTF-8).",
    "Each dataset has two files: excel/ for reading (with the language, the calendar and the money unit in the header) "
    "and csv/ for programs (names of columns in English, Gregorian dates, amounts in rial, UTF-8).",
)
ROWS: Final = Label(
    "ستون _row نشانی هر ردیف است: دوره، شمارهٔ انتشار و شمارهٔ ردیف. با آن هر ردیف در سامانه پیدا می‌شود. هر پرونده "
    "را می‌توانید در صفحهٔ وارسی سامانه بگذارید تا خانه به خانه با آنچه منتشر شده مقایسه شود.",
    "The column _row is the address of each row: period, number of the release, number of the row. By it every row is "
    "found on the portal. Any file can be given to the portal’s page “Verify”, which compares it cell by cell.",
)
DIGESTS: Final = Label(
    "datapackage.json تعداد ردیف‌ها، ستون‌ها و اثر انگشت SHA-256 هر پرونده را دارد.",
    "datapackage.json holds the number of rows, the columns and the SHA-256 of every file.",
)
EVERY_YEAR: Final = Label(
    "پیوندها همان است که در تعریف داده‌ها آمده است. آنچه کلیدش در چند دوره تکرار می‌شود، مثل ردیف‌های بودجه، از همهٔ "
    "دوره‌ها آمده است.",
    "Links are those that the datasets declare. Whatever has one key in several periods, such as lines of a budget, is "
    "here from all of them.",
)
LICENCE: Final = Label("پروانهٔ استفاده: {licence}", "Licence: {licence}")
CITE: Final = Label("چگونه استناد کنید", "How to cite")
CITED: Final = Label(
    "{city}، «{dataset}»، {question}، با ردیف‌های وابسته. داده‌های مهرشده تا {sealed}. {address}",
    "{city}, “{dataset}”, {question}, with the rows that belong to them. Data sealed by {sealed}. {address}",
)


def readme(held: Bundle, lang: Lang) -> str:
    """The text, with the mark and the line ends by which every program knows how to show it."""
    return "\ufeff" + "\r\n".join(_lines(held, lang)) + "\r\n"


def _lines(held: Bundle, lang: Lang) -> Iterator[str]:
    main = held.parts[0]
    yield TITLE.of(lang).format(dataset=main.dataset.title.of(lang))
    yield ""
    yield SOURCE.of(lang).format(city=held.city.profile.name.of(lang))
    if held.city.profile.demo:
        yield INVENTED.of(lang)
    yield QUESTION.of(lang).format(question=file_about.asked(held.city, held.question, lang))
    yield SEALED.of(lang).format(sealed=value_html.moment_in_words(held.sealed, lang))
    licences = dict.fromkeys(part.dataset.licence for part in held.parts)
    yield LICENCE.of(lang).format(licence=locale.of(lang).comma.join(licences))
    yield ""
    yield INSIDE.of(lang)
    for part in held.parts:
        yield f"  {part.dataset.slug}"
        yield from (f"    {line}" for line in _part(held, part, lang))
    yield ""
    for words in (FOLDERS, EVERY_YEAR, ROWS, DIGESTS):
        yield words.of(lang)
        yield ""
    yield CITE.of(lang)
    yield citation(held, lang)


def _part(held: Bundle, part: BundledRows, lang: Lang) -> Iterator[str]:
    rows = locale.of(lang).number(part.rows)
    yield (PART_OF_ONE_ROW if part.rows == 1 else PART).of(lang).format(dataset=part.dataset.title.of(lang), rows=rows)
    if part.linked is not None:
        link = part.linked.link
        yield LINK.of(lang).format(
            field=link.field.label.of(lang), by=link.by.label.of(lang), main=held.parts[0].dataset.title.of(lang)
        )


def citation(held: Bundle, lang: Lang) -> str:
    """How to write down where the bundle is from."""
    return CITED.of(lang).format(
        city=held.city.profile.name.of(lang),
        dataset=held.parts[0].dataset.title.of(lang),
        question=file_about.asked(held.city, held.question, lang),
        sealed=value_html.moment_in_words(held.sealed, lang),
        address=held.absolute,
    )
