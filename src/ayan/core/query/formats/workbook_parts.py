"""The parts of a workbook round its rows: styles, names, properties, and the sheet that says where they are from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from ayan.core.intake.workbook.sheet_marks import ABOUT_NAME
from ayan.core.query.file_source import PROPERTIES, AboutLine, FileSource
from ayan.core.query.formats.sheet_columns import Content, SheetColumn
from ayan.core.schema.definition import Dataset
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.limits import LONGEST_CELL, LONGEST_SHEET_NAME
from ayan.core.values.locale import Lang

_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_KIND: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_CUSTOM: Final = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_VALUES: Final = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_CUSTOM_KIND: Final = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
# As ECMA-376 part 1, 22.3.2.1 wants it of every property that a user defines.
_USERS: Final = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
SHEET: Final = "xl/worksheets/sheet1.xml"
ABOUT: Final = "xl/worksheets/sheet2.xml"
SHEET_BEGUN: Final = f'{_HEAD}<worksheet xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
# What XML 1.0 cannot hold.
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# What the name of a sheet cannot hold; nor may it begin or end with an apostrophe.
_NO_NAME: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
COLUMNS: Final = Label("ستون‌ها", "Columns")
ROW_WORDS: Final = Label(
    "نشانی ردیف: دوره، شمارهٔ انتشار و شمارهٔ ردیف در آن. با آن هر ردیف در سامانه پیدا و وارسی می‌شود.",
    "The address of the row: period, number of the release, and number of the row in it. By it every row is found "
    "and checked on the portal.",
)
_ABOUT_WIDTHS: Final = (26, 90)
# Formats that every workbook for people has.
_OWN: Final = 5
_FROM_THE_RIGHT: Final = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


class Styles:
    """The formats of cells that a workbook needs, each with its number in the order in which it was asked for.

    0 is the plain one, 1 that of headers, 2 that of text: text that looks like a formula stays text when it is edited.
    3 is that of sentences, which go on in the next line; 4 that of those which run from right to left. Words and codes
    of a language begin on its side.
    """

    def __init__(self, lang: Lang) -> None:
        self._formats = ["General", "General", "@", "@", "@"]
        self._side = "left" if locale.of(lang).is_ltr else "right"

    def of(self, content: Content, decimals: int = 0) -> int:
        """The number of the format for cells of some content."""
        wanted = {
            "text": "@",
            "number": "0",
            "whole": "#,##0",
            "decimal": f"#,##0.{'0' * decimals}",
            "day": "yyyy\\-mm\\-dd",
        }[content]
        if content == "number":
            return 0
        if wanted not in self._formats:
            self._formats.append(wanted)
        return self._formats.index(wanted)

    def written(self) -> str:
        """The part of the package."""
        own = {text: 164 + at for at, text in enumerate(self._formats[_OWN:])}
        named = "".join(f'<numFmt numFmtId="{at}" formatCode={quoteattr(text)}/>' for text, at in own.items())
        formats = f'<numFmts count="{len(own)}">{named}</numFmts>' if own else ""
        cells = "".join(
            _cell_format(at, own.get(text, 49 if text == "@" else 0), self._side)
            for at, text in enumerate(self._formats)
        )
        return (
            f'{_HEAD}<styleSheet xmlns="{_MAIN}">{formats}'
            '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
            '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
            '<fills count="3"><fill><patternFill patternType="none"/></fill>'
            '<fill><patternFill patternType="gray125"/></fill>'
            '<fill><patternFill patternType="solid"><fgColor rgb="FFE0EFEE"/></patternFill></fill></fills>'
            '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
            '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
            f'<cellXfs count="{len(self._formats)}">{cells}</cellXfs>'
            '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
        )


def _cell_format(at: int, number_format: int, side: str) -> str:
    words = number_format == 49 or at == 1
    placed = f' horizontal="{side}"' if words else ""
    wrapped = ' wrapText="1"' if at in (1, 3, 4) else ""
    # Without it a program may put the full stop of a Persian sentence where it begins.
    wrapped += ' readingOrder="2"' if at == 4 else ""
    fonts = 'fontId="1" fillId="2" applyFont="1" applyFill="1"' if at == 1 else 'fontId="0" fillId="0"'
    quoted = ' quotePrefix="1"' if number_format == 49 else ""
    return (
        f'<xf numFmtId="{number_format}" {fonts} borderId="0" xfId="0" applyNumberFormat="1" '
        f'applyAlignment="1"{quoted}><alignment{placed} vertical="top"{wrapped}/></xf>'
    )


# Format 0 is the plain one, format 1 the bold one of the header.
_PLAIN_STYLES: Final = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}">'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def parts(source: FileSource | None) -> dict[str, str]:
    """What stands beside the one sheet of a workbook for programs."""
    return {**_frame(["Sheet1"]), PROPERTIES: _properties(source), "xl/styles.xml": _PLAIN_STYLES}


def readers_parts(
    source: FileSource | None, dataset: Dataset, columns: Sequence[SheetColumn], styles: Styles, lang: Lang
) -> dict[str, str]:
    """What stands beside the sheet of rows in a workbook for people: all the above, and the sheet about it."""
    names = [sheet_name(dataset.title.of(lang)), ABOUT_NAME.of(lang)]
    about = _AboutSheet(source.about if source else (), columns, lang)
    return {
        **_frame(names),
        PROPERTIES: _properties(source),
        "xl/styles.xml": styles.written(),
        ABOUT: about.written(),
        "xl/worksheets/_rels/sheet2.xml.rels": about.relationships(),
    }


def sheet_name(title: str) -> str:
    """A title as the name of a sheet, cut where it is longer than a program takes."""
    return _NO_NAME.sub(" ", title).strip("' ")[:LONGEST_SHEET_NAME].rstrip() or "Sheet1"


def _frame(names: Sequence[str]) -> dict[str, str]:
    numbers = range(1, len(names) + 1)
    kinds = "".join(
        f'<Override PartName="/xl/worksheets/sheet{at}.xml" ContentType="{_KIND}.worksheet+xml"/>' for at in numbers
    )
    sheets = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{at}" r:id="rId{at}"/>' for at, name in enumerate(names, 1)
    )
    ties = "".join(
        f'<Relationship Id="rId{at}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{at}.xml"/>' for at in numbers
    )
    return {
        "[Content_Types].xml": (
            f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
            f'{kinds}<Override PartName="/{PROPERTIES}" ContentType="{_CUSTOM_KIND}"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/></Types>'
        ),
        "_rels/.rels": (
            f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
            f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
            f'<Relationship Id="rId2" Type="{_OFFICE}/custom-properties" Target="{PROPERTIES}"/></Relationships>'
        ),
        "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": (
            f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{ties}'
            f'<Relationship Id="rId{len(names) + 1}" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
        ),
    }


def _properties(source: FileSource | None) -> str:
    """What the workbook says of itself (ECMA-376 part 1, 22.3); office programs keep it when they save the file."""
    said = source.short_properties() if source else {}
    each = "".join(
        f'<property fmtid="{_USERS}" pid="{number}" name="{name}"><vt:lpwstr>{escape(text)}</vt:lpwstr></property>'
        for number, (name, text) in enumerate(said.items(), 2)
    )
    return f'{_HEAD}<Properties xmlns="{_CUSTOM}" xmlns:vt="{_VALUES}">{each}</Properties>'


# --- pieces of a sheet ------------------------------------------------------------------------------------------------


def text_cell(text: str, style: int = 0) -> str:
    """A cell with a text of ours in it."""
    held = escape(_FORBIDDEN.sub("", text))[:LONGEST_CELL]
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{held}</t></is></c>'


def view(lang: Lang | None = None) -> str:
    """How a sheet is looked at: from which side, and with its header always in sight."""
    direction = ' rightToLeft="1"' if lang and not locale.of(lang).is_ltr else ""
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    return f'<sheetView{direction} workbookViewId="0">{pane}</sheetView>'


def cols(sizes: Sequence[int]) -> str:
    """The width of each column."""
    each = "".join(f'<col min="{at}" max="{at}" width="{size}" customWidth="1"/>' for at, size in enumerate(sizes, 1))
    return f"<cols>{each}</cols>"


def column_name(number: int) -> str:
    """'A' for 1, 'AA' for 27."""
    name = ""
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def sorting(columns: int, rows: int) -> str:
    """Buttons on the header of so many columns, over so many rows."""
    return f'<autoFilter ref="A1:{column_name(columns)}{rows + 1}"/>'


def _sentence_cell(text: str) -> str:
    return text_cell(text, 4 if _FROM_THE_RIGHT.search(text) else 3)


class _AboutSheet:
    """The second sheet: where the rows are from, how to quote and check them, and what each column means."""

    def __init__(self, lines: Sequence[AboutLine], columns: Sequence[SheetColumn], lang: Lang) -> None:
        self.lines, self.columns, self.lang = lines, columns, lang
        self.links = [(at, line.text) for at, line in enumerate(lines, 1) if line.is_link]

    def written(self) -> str:
        """The part of the package."""
        direction = "" if locale.of(self.lang).is_ltr else ' rightToLeft="1"'
        links = "".join(f'<hyperlink ref="B{at}" r:id="rId{number}"/>' for number, (at, _) in enumerate(self.links, 1))
        rows = "".join(f"<row>{cells}</row>" for cells in self._rows())
        return (
            f'{SHEET_BEGUN}<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
            f'<sheetViews><sheetView{direction} workbookViewId="0"/></sheetViews>'
            f"{cols(_ABOUT_WIDTHS)}<sheetData>{rows}</sheetData>"
            f"{f'<hyperlinks>{links}</hyperlinks>' if links else ''}"
            '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/></worksheet>'
        )

    def _rows(self) -> Iterator[str]:
        for line in self.lines:
            yield text_cell(line.label, 1) + _sentence_cell(line.text)
        yield ""
        yield text_cell(COLUMNS.of(self.lang), 1)
        for column in self.columns:
            words = column.field.description if column.field else ROW_WORDS
            yield text_cell(column.title, 1) + (_sentence_cell(words.of(self.lang)) if words else "")

    def relationships(self) -> str:
        """Where its links lead."""
        each = "".join(
            f'<Relationship Id="rId{number}" Type="{_OFFICE}/hyperlink" Target={quoteattr(text)} '
            'TargetMode="External"/>'
            for number, (_, text) in enumerate(self.links, 1)
        )
        return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{each}</Relationships>'
