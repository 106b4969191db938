"""Reading TOML, and saying in both languages what is wrong with it: at which line and column, and what to do."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from typing import Any, Final

from ayan.core.values.label import Label, digits_label
from ayan.core.values.refusal import Refusal

_AT: Final = re.compile(r"\(at (?:line (\d+), column (\d+)|end of document)\)")
_PLACED: Final = Label("سطر {line}، نویسهٔ {column}: {words}", "line {line}, column {column}: {words}")
_ANYTHING_ELSE: Final = Label("این سطر را TOML نمی‌پذیرد", "TOML does not take this line")
# What the parser says, each with what a person does about it. The first that its words begin with counts.
_FAULTS: Final = (
    (
        "Invalid value",
        Label(
            "پس از = مقدار درستی نیست. متن را در نقل‌قول بگذارید؛ عدد، true و false بی نقل‌قول‌اند",
            "there is no right value behind =. Put text in quotes; numbers, true and false go without",
        ),
    ),
    (
        "Unterminated string",
        Label(
            'نقل‌قول بسته نشده است. " را در پایان متن بگذارید',
            'the quotes are not closed. Put " at the end of the text',
        ),
    ),
    (
        "Expected '=' after a key",
        Label(
            "پس از نام کلید = می‌آید. نامی که فاصله یا حرف فارسی دارد در نقل‌قول است",
            "a key is followed by =. A name with a blank or letters that are not Latin stands in quotes",
        ),
    ),
    (
        "Expected newline or end of document",
        Label(
            "چیزی پس از مقدار مانده است. هر کلید در سطر خودش باشد، و عدد با صفر آغاز نشود",
            "something is left behind the value. Put each key on a line of its own; no number begins with a zero",
        ),
    ),
    (
        "Expected ']'",
        Label("کروشهٔ نام جدول بسته نشده است. ] را بگذارید", "the bracket of the table's name is open. Put ]"),
    ),
    ("Unclosed array", Label("فهرست بسته نشده است. ] را بگذارید", "the list is not closed. Put ]")),
    (
        "Unclosed inline table",
        Label("جدول میان‌سطری بسته نشده است. } را بگذارید", "the table within the line is not closed. Put }"),
    ),
    (
        "Cannot overwrite a value",
        Label("کلیدی دو بار آمده است. یکی را بردارید", "a key stands twice. Remove one"),
    ),
    ("Duplicate", Label("کلیدی دو بار آمده است. یکی را بردارید", "a key stands twice. Remove one")),
    (
        "Cannot declare",
        Label(
            "این جدول دو بار اعلام شده است. یکی را بردارید، یا هر دو را با [[ ]] بنویسید",
            "this table is declared twice. Remove one, or write both with [[ ]]",
        ),
    ),
    (
        "Cannot mutate immutable",
        Label(
            "به این جدول چیزی نمی‌توان افزود. در همان جا بنویسید",
            "nothing can be added to this table. Write it there",
        ),
    ),
    (
        "Unescaped '\\'",
        Label(
            "خط کج وارو در متن است. آن را \\\\ بنویسید، یا متن را میان ' ' بگذارید",
            "a backslash stands in the text. Write \\\\, or put the text between ' '",
        ),
    ),
    (
        "Found invalid character",
        Label(
            "نویسه‌ای هست که دیده نمی‌شود یا سطر در میان متن شکسته است. آن را پاک کنید",
            "a sign that cannot be seen, or a line broken within a text. Remove it",
        ),
    ),
    (
        "Illegal character",
        Label(
            "نویسه‌ای هست که دیده نمی‌شود یا سطر در میان متن شکسته است. آن را پاک کنید",
            "a sign that cannot be seen, or a line broken within a text. Remove it",
        ),
    ),
    (
        "Invalid statement",
        Label(
            "این سطر نه کلید است و نه جدول. نام کلید حرف لاتین است، یا در نقل‌قول",
            "this line is neither a key nor a table. A key is of Latin letters, or in quotes",
        ),
    ),
    (
        "Invalid initial character for a key part",
        Label(
            "نام کلید درست نیست. با حرف لاتین بنویسید، یا در نقل‌قول",
            "the key is not right. Write it in Latin letters, or in quotes",
        ),
    ),
    ("Invalid date", Label("چنین تاریخی نیست. آن را در نقل‌قول بنویسید", "there is no such date. Put it in quotes")),
    ("Expected", Label("اینجا نویسه‌ای کم است", "a sign is missing here")),
)


class BadToml(Refusal, ValueError):
    """A text that is no TOML; ``label`` says where and what to do. ``line`` and ``column`` count from 1."""

    code = "file-toml"
    fa = "پرونده TOML درستی نیست."
    en = "The file is not valid TOML."
    status = 422

    def __init__(self, label: Label, line: int | None = None, column: int | None = None) -> None:
        self.line, self.column = line, column
        super().__init__()
        self.worded(label)


def read_toml(data: bytes | str) -> dict[str, Any]:
    """What a TOML file says, its decimals exact. Raises BadToml, and UnicodeDecodeError where it is not UTF-8."""
    text = data if isinstance(data, str) else data.decode("utf-8-sig")
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as fault:
        raise _worded(str(fault), text) from fault
    except (RecursionError, ValueError) as fault:
        # A number of thousands of digits, or a list in a list in a list.
        raise BadToml(Label("مقداری در پرونده خواندنی نیست", "a value of the file cannot be read")) from fault


def _worded(said: str, text: str) -> BadToml:
    lines = text.split("\n")
    while len(lines) > 1 and not lines[-1].strip():
        lines.pop()
    place = _AT.search(said)
    line, column = (
        (int(place[1]), int(place[2])) if place and place[1] else (len(lines), len(lines[-1].rstrip("\r")) + 1)
    )
    words = next((label for begins, label in _FAULTS if said.startswith(begins)), _ANYTHING_ELSE)
    # The key that stands twice is known only where its value ends; the file's end is told as the last line.
    at = {
        "line": digits_label(line),
        "column": digits_label(column),
    }
    return BadToml(_PLACED.format(**at, words=words), line, column)
