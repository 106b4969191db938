"""What is wrong with a declaration: every fault by its code, in both languages, saying what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from ayan.core.schema.companions import DOCUMENT_REFUSALS
from ayan.core.schema.measure_problems import MEASURE_REFUSALS, QUESTION_REFUSALS
from ayan.core.schema.step_problems import STEP_REFUSALS
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal


@dataclass(frozen=True, slots=True)
class DeclarationProblem:
    """One fault: ``file`` as ``folder/dataset.toml``, ``key`` as ``field[amount].minimum``, ``code`` of REFUSALS."""

    file: str
    key: str
    code: str
    message: Label

    @property
    def label(self) -> Label:
        """One line: where, and what to do."""
        where = "".join(f"{part}: " for part in (self.file, self.key) if part)
        return Label("{where}{words}", "{where}{words}").format(where=where, words=self.message)

    def text(self, lang: str) -> str:
        """The line in one language."""
        return self.label.of(lang)


class DeclarationError(Refusal, ValueError):
    """A dataset's declaration is refused as a whole; ``problems`` are all its faults in the order of its files.

    What it says of itself names no file: that is for the operator, and not for whoever asks for a page.
    """

    code = "declaration"
    fa = "اعلام این داده درست نیست. ayan doctor می‌گوید چه چیز را درست کنید."
    en = "The declaration of this dataset is not valid. ayan doctor says what to correct."
    status = 500

    def __init__(self, problems: Iterable[DeclarationProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__()

    def __str__(self) -> str:
        return "\n".join(problem.text("en") for problem in self.problems)


@dataclass(slots=True)
class DeclarationProblems:
    """The faults found so far."""

    listed: list[DeclarationProblem] = field(default_factory=list)

    def add(self, file: str, key: str, code: str, message: Label | None = None, /, **blanks: object) -> None:
        """Note one fault, in the words of ``REFUSALS`` unless it brings its own; equal faults are noted once."""
        problem = DeclarationProblem(file, key, code, message or REFUSALS[code].format(**blanks))
        if problem not in self.listed:
            self.listed.append(problem)


REFUSALS: Final[Mapping[str, Label]] = {
    **MEASURE_REFUSALS,
    **QUESTION_REFUSALS,
    **STEP_REFUSALS,
    **DOCUMENT_REFUSALS,
    # files
    "file-missing": Label("این پرونده نیست. آن را بسازید.", "There is no such file. Make it."),
    "file-unreadable": Label(
        "پرونده را نمی‌توان خواند. دسترسی آن را بررسی کنید.",
        "The file cannot be read. Check its permissions.",
    ),
    "file-encoding": Label(
        "پرونده UTF-8 نیست. آن را با رمزگذاری UTF-8 ذخیره کنید.",
        "The file is not UTF-8. Save it as UTF-8.",
    ),
    "file-toml": Label("پرونده TOML درستی نیست. {reason}.", "The file is not valid TOML: {reason}."),
    "file-name": Label(
        "نام پرونده باید با حروف کوچک لاتین، رقم و خط تیره باشد، مثل old-system.toml.",
        "The file's name must be lower-case Latin letters, digits and hyphens, like old-system.toml.",
    ),
    "folder-name": Label(
        "نام پوشه با slug ({slug}) یکی نیست. یکی را عوض کنید.",
        "The folder's name differs from the slug ({slug}). Change one of them.",
    ),
    # tables and values
    "unknown-key": Label(
        "چنین کلیدی نیست.{near} آن را بردارید یا درست بنویسید.",
        "There is no such key.{near} Remove it or correct it.",
    ),
    "missing": Label("این کلید لازم است. آن را بنویسید.", "This key is needed. Write it."),
    "wrong-type": Label("مقدار باید {wanted} باشد.", "The value must be {wanted}."),
    "bare-date": Label(
        'تاریخ و ساعت را در نقل‌قول بنویسید، مثل "1403-05-12"؛ بی نقل‌قول، TOML آن را میلادی می‌خواند.',
        'Put dates and times in quotes, like "1403-05-12"; without them TOML reads a Gregorian one.',
    ),
    "empty": Label(
        "مقدار خالی است. آن را پر کنید یا کلید را بردارید.",
        "The value is empty. Fill it in or remove the key.",
    ),
    "not-one-of": Label(
        "«{value}» پذیرفته نیست.{near} یکی از این‌ها را بنویسید: {allowed}.",
        "“{value}” is not accepted.{near} Write one of: {allowed}.",
    ),
    "out-of-range": Label("عدد باید از {low} تا {high} باشد.", "The number must be from {low} to {high}."),
    "repeated": Label("«{value}» دو بار آمده است. یکی را بردارید.", "“{value}” occurs twice. Remove one."),
    "name-form": Label(
        "نام باید با حرف کوچک لاتین آغاز شود و تنها حرف کوچک، رقم و _ داشته باشد (تا ۶۰ نویسه).",
        "A name starts with a lower-case Latin letter and holds lower-case letters, digits and _ only (60 at most).",
    ),
    "slug-form": Label(
        "باید با حرف کوچک لاتین آغاز شود و تنها حرف کوچک، رقم، - و _ داشته باشد (تا ۶۰ نویسه).",
        "It starts with a lower-case Latin letter and holds lower-case letters, digits, - and _ only (60 at most).",
    ),
    "name-reserved": Label(
        "نام «{value}» را خود سامانه به کار می‌برد. نام دیگری بگذارید.",
        "The name “{value}” is used by the system itself. Choose another.",
    ),
    # the dataset
    "keep-one": Label(
        "نگه‌داری پروندهٔ اصلی را با یکی از keep_years و keep_days بنویسید، نه هر دو و نه هیچ‌کدام.",
        "Say how long the original is kept with either keep_years or keep_days, not both and not neither.",
    ),
    "no-fields": Label(
        "داده هیچ ستونی ندارد. دست‌کم یک [[field]] بنویسید.",
        "The dataset has no field. Write at least one [[field]].",
    ),
    "flag-elsewhere": Label(
        "هشدار در dataset.toml نوشته نمی‌شود. هر هشدار پرونده‌ای از آن خود دارد: flags/<code>.toml.",
        "Flags are not declared in dataset.toml. Each has a file of its own: flags/<code>.toml.",
    ),
    "nothing-published": Label(
        "هیچ ستونی منتشر نمی‌شود. دست‌کم یکی باید public باشد.",
        "No field is published. At least one must be public.",
    ),
    "no-such-field": Label("ستونی به نام «{value}» نیست.{near}", "There is no field “{value}”.{near}"),
    "key-not-public": Label(
        "«{value}» منتشر نمی‌شود و نمی‌تواند در کلید باشد؛ نشانی ردیف‌ها از کلید ساخته می‌شود.",
        "“{value}” is not published as it is and cannot be in the key: addresses of rows are made of keys.",
    ),
    "key-kind": Label("ستون از نوع {kind} نمی‌تواند در کلید باشد.", "A field of kind {kind} cannot be in the key."),
    "key-optional": Label(
        "ستون کلید نمی‌تواند خالی باشد. required = false را بردارید.",
        "A field of the key cannot be empty. Remove required = false.",
    ),
    "first-of": Label(
        "مقدار این ستون از دست‌کم دو ستون منتشرشدهٔ دیگر از همین نوع گرفته می‌شود؛ خودش لازم، فهرست‌دار یا اشاره نیست.",
        "Its value is that of two or more other public fields of its kind; it is not required, listed or a reference.",
    ),
    "period-none": Label(
        "period_field بی period معنا ندارد. period را بنویسید یا این را بردارید.",
        "period_field means nothing without period. Write period or remove this.",
    ),
    "period-kind": Label("ستون دوره باید از نوع date باشد.", "The field of the period must be of kind date."),
    "role-alone": Label(
        "طول و عرض جغرافیایی باید با هم و هر یک یک بار باشد.",
        "Longitude and latitude must come together, each once.",
    ),
    # a field
    "not-for-kind": Label(
        "این کلید برای نوع {kind} معنا ندارد؛ تنها برای: {kinds}.",
        "This key means nothing for the kind {kind}; only for: {kinds}.",
    ),
    "year-start": Label(
        "«{value}» روزی نیست که سال از آن آغاز شود. مثل 04-01 بنویسید (روز تا ۲۸).",
        "“{value}” is no day on which a year begins. Write it like 04-01 (day up to 28).",
    ),
    "year-parts": Label(
        "year_parts یا ۱۲ است (ماه‌ها، از نخستین روز یک ماه) یا ۱۳ (دوره‌های چهارهفته‌ای).",
        "year_parts is 12 (months, from the first day of one) or 13 (periods of four weeks).",
    ),
    "not-for-calendar": Label(
        "این کلید با تقویم {calendar} معنا ندارد؛ تنها با: {calendars}.",
        "This key means nothing with the calendar {calendar}; only with: {calendars}.",
    ),
    "not-whole": Label("کران این ستون باید عدد صحیح باشد.", "The bound of this field must be a whole number."),
    "bound-date": Label(
        'کران تاریخ را در نقل‌قول بنویسید: جلالی مثل "1403-05-12" یا میلادی مثل "2024-08-02".',
        'Write the bound in quotes: Jalali like "1403-05-12" or Gregorian like "2024-08-02".',
    ),
    "bounds-crossed": Label(
        "کمینه از بیشینه بزرگ‌تر است. یکی را درست کنید.",
        "The minimum is above the maximum. Correct one.",
    ),
    "example-unfit": Label(
        "نمونه به شکل یا فهرست همین فیلد نمی‌خورد. نمونه‌ای بنویسید که خود فیلد بپذیرد.",
        "The example does not fit the pattern or the list of its own field. Write one that the field takes.",
    ),
    "pattern": Label(
        "الگو درست نیست ({reason}). الگو باید RE2 باشد: بی ارجاع به عقب و بی نگاه به پیش و پس.",
        "The pattern is not valid ({reason}). It must be RE2: no back-references, no look-around.",
    ),
    "format": Label(
        "قالب «{value}» یک روز را کامل نمی‌گوید. مثل %d/%m/%Y بنویسید؛ سال چهاررقمی (%Y) یا دورقمی (%y) لازم است.",
        "The format “{value}” does not give a whole day. Write it like %d/%m/%Y; it needs a year, %Y or %y.",
    ),
    "format-pivot": Label(
        "سال دورقمی (%y) در «{value}» معلوم نیست از کدام سده است. آخرین سالی را که می‌تواند باشد در pivot بنویسید.",
        "The year of two digits (%y) in “{value}” may be of any century. Write the last year that it can be as pivot.",
    ),
    "format-month": Label(
        "قالب «{value}» ماه و سال را نمی‌گوید. مثل %m/%Y بنویسید.",
        "The format “{value}” does not give a month and a year. Write it like %m/%Y.",
    ),
    "century": Label("سده باید 1200، 1300 یا 1400 باشد.", "The century must be 1200, 1300 or 1400."),
    "ref-form": Label('ارجاع را مثل "slug.field" بنویسید.', 'Write the reference like "slug.field".'),
    "ref-needed": Label(
        'نوع ref به کلید ref نیاز دارد، مثل ref = "slug.field".',
        'The kind ref needs the key ref, like ref = "slug.field".',
    ),
    "role-kind": Label(
        "نقش {role} به نوع {kind} نمی‌خورد؛ نوع باید یکی از این‌ها باشد: {kinds}.",
        "The role {role} does not fit the kind {kind}; the kind must be one of: {kinds}.",
    ),
    "identity-public": Label(
        "شمارهٔ ملی دادهٔ شخصی است. shown را withheld یا masked بنویسید.",
        "A national ID is personal. Write shown as withheld or masked.",
    ),
    "personal-public": Label(
        '«{label}» دادهٔ شخصی است ({personal}). shown = "withheld" بنویسید، یا مبنای قانونی انتشار را در reason.fa '
        "و reason.en بیاورید.",
        '“{label}” is personal ({personal}). Write shown = "withheld", or state the legal ground for publishing it '
        "in reason.fa and reason.en.",
    ),
    "masked-kind": Label(
        "ستون از نوع {kind} را نمی‌توان پوشاند. shown را public یا withheld بنویسید.",
        "A field of kind {kind} cannot be masked. Write shown as public or withheld.",
    ),
    "masked-choices": Label(
        "ستون با مقدارهای بسته را نمی‌توان پوشاند. shown را public یا withheld بنویسید.",
        "A field with a closed list of values cannot be masked. Write shown as public or withheld.",
    ),
    "reason-public": Label(
        "reason برای ستونی است که منتشر نمی‌شود، یا دادهٔ شخصی که انتشارش مبنای قانونی دارد. آن را بردارید.",
        "A reason belongs to a field that is not shown, or to a personal one that lawfully is. Remove it.",
    ),
    "ground-public": Label(
        "ground برای ستونی است که منتشر نمی‌شود. آن را بردارید یا shown را بنویسید.",
        "A ground belongs to a field that is not shown. Remove it or say shown.",
    ),
    "looks-reason": Label(
        "برای looks_like مبنای انتشار را در reason.fa و reason.en بنویسید.",
        "With looks_like state in reason.fa and reason.en why such values may be published.",
    ),
    "looks-hidden": Label(
        "looks_like تنها برای ستونی است که همان‌گونه منتشر می‌شود. آن را بردارید.",
        "looks_like belongs only to a field that is published as it is. Remove it.",
    ),
    "empty-never": Label(
        "empty نام خانهٔ خالی ستونی است که منتشر می‌شود و می‌تواند خالی باشد. آن را بردارید.",
        "empty names the empty cell of a field that is published and may be empty. Remove it.",
    ),
    "anonymity-hidden": Label(
        "«{value}» منتشر نمی‌شود و گروهی نمی‌سازد. آن را از by بردارید.",
        "“{value}” is not published as it is and makes no groups. Remove it from by.",
    ),
    "withheld-ref": Label(
        "ستونی که منتشر نمی‌شود نمی‌تواند ارجاع باشد. ref یا shown را عوض کنید.",
        "A field that is not public cannot be a reference. Change ref or shown.",
    ),
    "same-header": Label(
        "«{value}» هم برای این ستون و هم برای «{other}» است. یکی را عوض کنید.",
        "“{value}” stands for both this field and “{other}”. Change one.",
    ),
    "same-position": Label(
        "جای {value} هم برای این ستون و هم برای «{other}» است. یکی را عوض کنید.",
        "Position {value} is given to both this field and “{other}”. Change one.",
    ),
    # code lists
    "no-such-list": Label(
        "فهرست «{value}» در پوشهٔ codes نیست.{near}",
        "There is no list “{value}” in the folder codes.{near}",
    ),
    "list-unused": Label(
        "هیچ ستونی این فهرست را به کار نمی‌برد. آن را بردارید یا در choices نام ببرید.",
        "No field uses this list. Remove it or name it in choices.",
    ),
    "same-spelling": Label(
        "«{value}» برای دو کد «{code}» و «{other}» است. هر نوشتار یک کد دارد.",
        "“{value}” stands for two codes, “{code}” and “{other}”. A spelling has one code.",
    ),
    "all-retired": Label("دست‌کم یک مقدار باید بی until باشد.", "At least one value must have no until."),
    # sources
    "source-twice": Label(
        "چیدمان default دو بار اعلام شده است: در dataset.toml و در پروندهٔ خودش.",
        "The layout default is declared twice: in dataset.toml and in a file of its own.",
    ),
    "headers-data-row": Label(
        "با headers باید data_row هم بیاید تا معلوم شود داده از کدام ردیف آغاز می‌شود.",
        "headers needs data_row too, to say in which row the records start.",
    ),
    "headers-and-row": Label(
        "headers و header_row (یا header_rows) با هم نمی‌آیند. یکی را بردارید.",
        "headers does not go with header_row or header_rows. Remove one.",
    ),
    "data-row-early": Label("data_row باید پس از سرستون باشد.", "data_row must come after the header."),
    "position-beyond": Label(
        "جای {value} بیرون از {count} سرستون اعلام‌شده است.",
        "Position {value} is beyond the {count} declared headers.",
    ),
    "position-ignored": Label(
        "جای {value} هم نادیده گرفته شده و هم ستون «{other}» است. یکی را بردارید.",
        "Position {value} is both ignored and the field “{other}”. Remove one.",
    ),
    "constant-and-place": Label(
        "constant با position یا aliases نمی‌آید؛ مقدار ثابت در پرونده ستون ندارد.",
        "constant does not go with position or aliases: a constant has no column in the file.",
    ),
    "delimiter": Label("جداکننده باید یکی از , ; | یا \\t باشد.", "The delimiter must be one of , ; | or \\t."),
    "encoding": Label(
        "رمزگذاری «{value}» شناخته نیست؛ مثل utf-8، cp1256، utf-16 بنویسید.",
        "The encoding “{value}” is not known; write it like utf-8, cp1256, utf-16.",
    ),
    "encoding-blind": Label(
        "latin-1 هر بایتی را می‌پذیرد و خطا را پنهان می‌کند؛ cp1252 یا cp1256 بنویسید.",
        "latin-1 accepts every byte and so hides mistakes; write cp1252 or cp1256.",
    ),
    # rules
    "sql-type": Label(
        "قاعده باید درست یا نادرست بدهد، نه {type}. آن را به صورت مقایسه بنویسید.",
        "A rule must give true or false, not {type}. Write it as a comparison.",
    ),
    "sql-number": Label("جمع کنترلی باید عدد بدهد، نه {type}.", "A control total must give a number, not {type}."),
    "sql-binding": Label(
        "این عبارت با نوع ستون‌ها سازگار نیست ({reason}).",
        "The expression does not fit the kinds of its fields ({reason}).",
    ),
    "total-private": Label(
        "جمع کنترلی منتشر می‌شود و نمی‌تواند به «{value}» نگاه کند که منتشر نمی‌شود.",
        "A control total is published and cannot read “{value}”, which is not.",
    ),
    "bands-kind": Label(
        "کران‌های بازه باید هر دو از یک نوع عددی یا تاریخ باشند.",
        "Both bounds of the bands must be of one kind, numeric or date.",
    ),
    "bands-inclusive": Label(
        "inclusive به کران‌های صحیح یا تاریخ نیاز دارد.",
        "inclusive needs whole numbers or dates as bounds.",
    ),
    # between datasets
    "view-private": Label(
        "نما همگانی است و نمی‌تواند به «{value}» نگاه کند که منتشر نمی‌شود.",
        "A view is public and cannot read “{value}”, which is not published as it is.",
    ),
    "meter-ref": Label(
        "این ستون به «{value}» ارجاع ندهد، ردیف‌ها از آنِ ردیف‌های آن نیستند. ستونی با ref به «{value}» بنویسید.",
        "This field does not point to “{value}”, so its rows belong to none of its. Name one with a ref to “{value}”.",
    ),
    "chain-ref": Label(
        "گام زنجیره ستونی است که ارجاع می‌دهد، و «{value}» ref ندارد. ref آن را بنویسید یا slug.field را.",
        "A step of a chain is a field that refers, and “{value}” has no ref. Write its ref, or slug.field.",
    ),
    "chain-step": Label(
        "«{value}» از آنِ این ردیف شمرده نمی‌شود: نه به این داده ارجاع می‌دهد و نه نمای related آن را می‌گوید.",
        "Rows of “{value}” do not belong to the record: it does not refer to this dataset, nor does a related view.",
    ),
    "place-absent": Label("«{value}» جایی روی نقشه ندارد.", "“{value}” has no place on the map."),
    "place-unlisted": Label(
        "این جا ستونی می‌خواهد که مقدارهایش فهرست دارند، و «{value}» ندارد. choices آن را بنویسید.",
        "This place wants a field whose values stand in a list, and “{value}” has none. Write its choices.",
    ),
    "ref-dataset": Label("داده‌ای به نام «{value}» نیست.{near}", "There is no dataset “{value}”.{near}"),
    "ref-field": Label("«{dataset}» ستونی به نام «{value}» ندارد.{near}", "“{dataset}” has no field “{value}”.{near}"),
    "ref-private": Label(
        "ستون «{value}» در «{dataset}» منتشر نمی‌شود و نمی‌توان به آن ارجاع داد.",
        "The field “{value}” of “{dataset}” is not published and cannot be pointed to.",
    ),
    "ref-kind": Label(
        "نوع این ستون ({kind}) با نوع «{value}» ({other}) سازگار نیست.",
        "The kind of this field ({kind}) does not fit that of “{value}” ({other}).",
    ),
}

TYPES: Final[Mapping[str, Label]] = {
    "text": Label("متن در نقل‌قول", "text in quotes"),
    "whole": Label("عدد صحیح", "a whole number"),
    "number": Label("عدد، یا عدد در نقل‌قول", "a number, or a number in quotes"),
    "boolean": Label("true یا false", "true or false"),
    "texts": Label('فهرستی از متن‌ها، مثل ["-", "ندارد"]', 'a list of texts, like ["-", "n/a"]'),
    "label": Label("متن در دو زبان، با کلیدهای fa و en", "text in two languages, with the keys fa and en"),
    "table": Label("جدول", "a table"),
    "tables": Label("چند جدول، مثل [[field]]", "several tables, like [[field]]"),
    "cadence": Label(
        'نام، مثل "monthly"، یا جدول {every, grace_days}',
        'a name, like "monthly", or a table {every, grace_days}',
    ),
    "choices": Label("نام فهرست، یا فهرستی از کدها", "the name of a list, or a list of codes"),
    "codes": Label("فهرستی از کدهای بی فاصله با fa و en", "a list of codes without spaces, with fa and en"),
    "ref": Label('متن "slug.field" یا جدول {to, required}', 'text like "slug.field" or a table {to, required}'),
    "sheet": Label("نام برگه یا شمارهٔ آن از ۱", "the name of a sheet or its number from 1"),
    "extent": Label("چهار عدد: غرب، جنوب، شرق، شمال", "four numbers: west, south, east, north"),
    "ignore": Label("فهرستی از سرستون‌ها یا شمارهٔ ستون‌ها از ۱", "a list of headers or of column numbers from 1"),
}
