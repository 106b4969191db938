"""What is wrong with the declaration of a tariff: the words of each fault, each saying what to do."""

from __future__ import annotations

from typing import Final

from ayan.core.values.label import Label

NAME_TAKEN: Final = Label(
    "«{name}» پیش‌تر نام ورودی، جدول یا گام دیگری است. نام دیگری بگذارید.",
    "“{name}” is already the name of an input, a table or a step. Choose another.",
)
NAME_FORM: Final = Label(
    "نام باید با حرف کوچک لاتین آغاز شود و تنها حرف کوچک، رقم و _ داشته باشد (تا ۴۰ نویسه).",
    "A name starts with a lower-case Latin letter and holds lower-case letters, digits and _ only (40 at most).",
)
TOO_MANY: Final = Label("بیش از {most} پذیرفته نیست. تعرفه را بشکنید.", "There are more than {most}. Split the tariff.")
NONE_DECLARED: Final = Label("دست‌کم یکی لازم است.", "At least one is needed.")
BOUNDS: Final = Label(
    "minimum باید از maximum بزرگ‌تر نباشد، و هر دو به اندازهٔ decimals رقم اعشار داشته باشند.",
    "minimum must not be above maximum, and both must have no more decimals than decimals says.",
)
BY_WHAT: Final = Label(
    "«{name}» ورودی این تعرفه نیست. by نام ورودی‌ها را می‌گیرد.",
    "“{name}” is no input of this tariff. by takes names of inputs.",
)
ONE_NUMBER: Final = Label(
    "جدول حداکثر با یک عدد سنجیده می‌شود؛ بقیهٔ by باید فهرست گزینه باشد.",
    "A table goes along one number at most; the rest of by must be choices.",
)
ROW_CODE: Final = Label("«{code}» از گزینه‌های «{name}» نیست.", "“{code}” is not among the choices of “{name}”.")
ROW_ENDS: Final = Label(
    "از هر سو یکی بنویسید: from یا above، و upto یا below؛ آغاز نباید از پایان بگذرد.",
    "Write one for each side: from or above, and upto or below; the beginning must not pass the end.",
)
ROW_VALUE: Final = Label(
    "هر ردیف یا value دارد یا gap، نه هر دو. gap می‌گوید از کجا معلوم است که جدول منتشرشده آنجا خالی است.",
    "Each row has either value or gap, not both. gap says how it is known that the published table is empty there.",
)
ROWS_OVERLAP: Final = Label(
    "دو ردیف برای یک مورد است: {place}. مرزها را درست کنید.",
    "Two rows are for the same case: {place}. Correct the ends.",
)
ROWS_MISSING: Final = Label(
    "هیچ ردیفی برای این نیست: {place}. ردیفش را بنویسید، یا اگر جدول منتشرشده خودش آن را ندارد ردیفی با gap.",
    "No row is for this: {place}. Write its row, or one with gap where the published table itself lacks it.",
)
UNKNOWN_STEP: Final = Label("گامی به نام «{name}» نیست.", "There is no step “{name}”.")
ONE_RESULT: Final = Label("یا step بنویسید یا low و high با هم.", "Write either step, or low and high together.")
SHARE: Final = Label("سهم باید بیش از ۰ و حداکثر ۱ باشد.", "The share must be above 0 and 1 at most.")
DATES: Final = Label(
    'تاریخ را جلالی و در نقل‌قول بنویسید، مثل "1398-01-01"؛ until از since پیش‌تر نباشد.',
    'Write Jalali dates in quotes, like "1398-01-01"; until must not be before since.',
)
ONLY_HTTP: Final = Label("نشانی باید با http:// یا https:// آغاز شود.", "An address starts with http:// or https://.")
NEVER_READ: Final = Label(
    "هیچ جدول، گام یا شرطی «{name}» را به کار نمی‌برد. آن را بردارید.",
    "No table, step or condition reads “{name}”. Remove it.",
)
AUDIT_INPUTS: Final = Label(
    "ستون هر ورودی را بگویید؛ این‌ها مانده است: {names}.", "Name the column of each input; these are left: {names}."
)
SAMPLE: Final = Label("نمونه از ورودی‌های پذیرفته نیست: {why}", "The sample is no accepted input: {why}")
