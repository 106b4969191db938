"""The part of the issue catalogue that speaks of rows: what is wrong with one, what may be none, and rows of sums."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ayan.core.schema.catalogue_cells import IssueEntry, entry
from ayan.core.values.label import Label

ROWS: Final[Mapping[str, IssueEntry]] = {
    "row-empty": entry(
        "warning",
        "sender",
        "این ردیف بیرون از ستون شمارهٔ ردیف چیزی ندارد و خوانده نشد. اگر یادداشت یا جمع است پاکش کنید.",
        "This row holds nothing outside the column of row numbers and was not read. Delete it if it is a note or a sum.",
        stands="empty-row",
    ),
    "row-sparse": entry(
        "error",
        "sender",
        "در این ردیف خانه‌های کمی پر است؛ شاید عنوان، پانوشت یا امضا باشد. بگویید: کنار گذاشته شود یا ردیف داده است.",
        "Few cells of this row are filled, so it may be a title, a footnote or a signature. Leave it out, or say that it is a record.",
        stands="suspected",
        leaves_out=True,
        title=Label(
            "در این ردیف‌ها خانه‌های کمی پر است. بگویید: کنار گذاشته شوند یا ردیف داده‌اند.",
            "Few cells of these rows are filled. Leave them out, or say that they are records.",
        ),
    ),
    "row-header": entry(
        "error",
        "sender",
        "این ردیف سرستون را تکرار می‌کند. بگویید: کنار گذاشته شود یا ردیف داده است.",
        "This row repeats the header. Leave it out, or say that it is a record.",
        stands="suspected",
        leaves_out=True,
        title=Label(
            "این ردیف‌ها سرستون را تکرار می‌کنند. بگویید: کنار گذاشته شوند یا ردیف داده‌اند.",
            "These rows repeat the header. Leave them out, or say that they are records.",
        ),
    ),
    "row-numbers": entry(
        "error",
        "sender",
        "این ردیف شمارهٔ ستون‌هاست. بگویید: کنار گذاشته شود یا ردیف داده است.",
        "This row numbers the columns. Leave it out, or say that it is a record.",
        stands="suspected",
        leaves_out=True,
        title=Label(
            "این ردیف‌ها شمارهٔ ستون‌هاست. بگویید: کنار گذاشته شوند یا ردیف داده‌اند.",
            "These rows number the columns. Leave them out, or say that they are records.",
        ),
    ),
    "row-units": entry(
        "error",
        "sender",
        "این ردیف واحدهای ستون‌ها را می‌گوید. سرستون را دوردیفی بخوانید، یا این ردیف را کنار بگذارید.",
        "This row names the units of the columns. Read the header as two rows, or leave this row out.",
        stands="suspected",
        leaves_out=True,
        title=Label(
            "این ردیف‌ها واحدهای ستون‌ها را می‌گویند. سرستون را دوردیفی بخوانید، یا آن‌ها را کنار بگذارید.",
            "These rows name the units of the columns. Read the header as two rows, or leave them out.",
        ),
    ),
    "row-struck": entry(
        "error",
        "sender",
        "در این ردیف خانه‌ای خط خورده است؛ شاید ردیف باطل شده باشد. بگویید: کنار گذاشته شود یا ردیف داده است.",
        "A cell of this row is struck out, so the row may be cancelled. Leave it out, or say that it is a record.",
        stands="suspected",
        leaves_out=True,
        title=Label(
            "در این ردیف‌ها خانه‌ای خط خورده است. بگویید: کنار گذاشته شوند یا ردیف داده‌اند.",
            "Cells of these rows are struck out. Leave them out, or say that they are records.",
        ),
    ),
    "row-unseen": entry(
        "error",
        "sender",
        "در این ردیف خانه‌ای چنان نوشته شده است که دیده نمی‌شود: سفید بر سفید، بسیار ریز، یا با قالبی که چیزی نشان نمی‌دهد. بگویید: کنار گذاشته شود یا ردیف داده است.",
        "A cell of this row is written so that nobody sees it: white on white, very small, or in a format that shows nothing. Leave the row out, or say that it is a record.",
        stands="suspected",
        leaves_out=True,
        title=Label(
            "در این ردیف‌ها خانه‌ای هست که دیده نمی‌شود. بگویید: کنار گذاشته شوند یا ردیف داده‌اند.",
            "Cells of these rows cannot be seen. Leave them out, or say that they are records.",
        ),
    ),
    "row-cancelled": entry(
        "error",
        "sender",
        "واژه‌ای در این ردیف می‌گوید که باطل یا لغو شده است. بگویید: کنار گذاشته شود یا ردیف داده است.",
        "A word of this row says that it is void or cancelled. Leave it out, or say that it is a record.",
        stands="suspected",
        leaves_out=True,
        title=Label(
            "واژه‌ای در این ردیف‌ها می‌گوید که باطل یا لغو شده‌اند. بگویید: کنار گذاشته شوند یا ردیف داده‌اند.",
            "A word of these rows says that they are void or cancelled. Leave them out, or say that they are records.",
        ),
    ),
    "row-reckoned": entry(
        "error",
        "sender",
        "این ردیف به گفتهٔ خودش از ردیف‌های دیگر حساب شده است: جمع، نقل از صفحهٔ دیگر، میانگین یا مانند آن. بگویید: کنار گذاشته شود یا ردیف داده است.",
        "This row says that it was reckoned from others: a sum, an amount carried from another page, an average or the like. Leave it out, or say that it is a record.",
        stands="suspected",
        leaves_out=True,
        title=Label(
            "این ردیف‌ها به گفتهٔ خودشان از ردیف‌های دیگر حساب شده‌اند. بگویید: کنار گذاشته شوند یا ردیف داده‌اند.",
            "These rows say that they were reckoned from others. Leave them out, or say that they are records.",
        ),
    ),
    "row-other-unit": entry(
        "error",
        "sender",
        "ستونی در این ردیف واحد پول دیگری می‌گوید ({said})، ولی مبلغ‌ها به {unit} خوانده شد. ردیف را کنار بگذارید، یا بگویید به همان {unit} است.",
        "A column of this row names another unit of money ({said}), but the amounts were read in {unit}. Leave the row out, or say that it is in {unit}.",
        stands="suspected",
        leaves_out=True,
        title=Label(
            "ستونی در این ردیف‌ها واحد پول دیگری می‌گوید. آن‌ها را کنار بگذارید، یا بگویید به همان واحد ستون است.",
            "A column of these rows names another unit of money. Leave them out, or say that they are in the unit of the column.",
        ),
    ),
    "rows-repeated": entry(
        "warning",
        "sender",
        "{count} ردیف عیناً تکرار ردیف دیگری است ({rows}) و کلیدی نیست که آن‌ها را از هم جدا کند. اگر یکی دو بار نوشته شده است پاکش کنید.",
        "Rows that are the same as another one: {count} ({rows}); no key tells them apart. If one was written twice, delete it.",
        title=Label("ردیف‌هایی عیناً تکرار شده است.", "Some rows are the same as others."),
    ),
    "percent-mixed": entry(
        "error",
        "sender",
        "خانه‌های دیگر این ستون نشان درصد دارد و این خانه کسری بی‌نشان است. شاید درصد آن صد برابر باشد؛ درست آن را بنویسید.",
        "Other cells of this column have the sign of per cent, and this one is a bare fraction, which may stand for a "
        "hundred times as many per cent. Write it as it is meant.",
        stands="suspected",
        leaves_out=True,
        title=Label(
            "این خانه‌ها کسر بی‌نشان‌اند و خانه‌های دیگر ستونشان نشان درصد دارد. درست آن‌ها را بنویسید.",
            "These cells are bare fractions in a column of per cent. Write them as they are meant.",
        ),
    ),
    "row-ditto": entry(
        "error",
        "sender",
        "در این ردیف خانه‌ای به جای مقدار می‌گوید «مانند بالا». مقدار را بنویسید، یا گام «پر کردن از بالا» را بیفزایید.",
        "A cell of this row says “as above” in the place of a value. Write the value, or add the step that fills cells from above.",
        stands="suspected",
        leaves_out=True,
        title=Label(
            "در این ردیف‌ها خانه‌ای به جای مقدار می‌گوید «مانند بالا». مقدارها را بنویسید، یا گام «پر کردن از بالا» را بیفزایید.",
            "Cells of these rows say “as above” in the place of a value. Write the values, or add the step that fills cells from above.",
        ),
    ),
    "day-swapped": entry(
        "error",
        "source",
        "شاید برنامهٔ صفحه‌گسترده روز و ماه این تاریخ را جابه‌جا خوانده باشد: در این ستون هر خانه‌ای که تاریخ است روزی تا ۱۲ دارد و هر متنی روزی پس از آن. با اصل بسنجید.",
        "A spreadsheet may have read this day with month and day exchanged: in its column no cell that is a day lies beyond the 12th, and every text does. Compare it with the original.",
        stands="suspected",
        leaves_out=True,
        title=Label(
            "شاید روز و ماه این تاریخ‌ها جابه‌جا خوانده شده باشد. با اصل بسنجید.",
            "These days may have been read with month and day exchanged. Compare them with the original.",
        ),
    ),
    "text-turned-day": entry(
        "error",
        "source",
        "خانه‌ای از این ردیف در میان کدها یا متن‌ها تاریخ است؛ شاید برنامهٔ صفحه‌گسترده آنچه نوشته شده بود (مثل ۳-۱۲) را تاریخ کرده باشد. با اصل بسنجید و درست آن را بنویسید.",
        "A cell of this row is a day among codes or words; a spreadsheet may have made it of what was written, as 3-12. Compare it with the original and write it as it is meant.",
        stands="suspected",
        leaves_out=True,
        title=Label(
            "خانه‌هایی در میان کدها یا متن‌ها تاریخ‌اند؛ شاید برنامهٔ صفحه‌گسترده چنین کرده باشد. با اصل بسنجید.",
            "Cells among codes or words are days; a spreadsheet may have made them so. Compare them with the original.",
        ),
    ),
    "code-fraction": entry(
        "error",
        "source",
        "برنامهٔ صفحه‌گسترده کدی از این ردیف را عدد اعشاری کرده است؛ اگر کد در پایان صفر داشته باشد (مثل ۱٫۱۰) آن صفر از میان رفته است. با اصل بسنجید و کد را به صورت متن بنویسید.",
        "A spreadsheet keeps a code of this row as a number with a fraction; a zero at its end, as in 1.10, is lost so. Compare it with the original and write it as text.",
        stands="suspected",
        leaves_out=True,
        title=Label(
            "برنامهٔ صفحه‌گسترده این کدها را عدد اعشاری کرده است؛ صفر پایان آن‌ها (مثل ۱٫۱۰) شاید از میان رفته باشد. با اصل بسنجید.",
            "A spreadsheet keeps these codes as numbers with a fraction; a zero at their end, as in 1.10, may be lost. Compare them with the original.",
        ),
    ),
    "text-garbled": entry(
        "error",
        "source",
        "در این ردیف متنی خراب شده است: حرف‌هایش با رمزگذاری دیگری خوانده شده، از دست رفته یا نشانهٔ صفحهٔ وب است. پرونده را از مبدأ دوباره بگیرید.",
        "A text of this row is spoilt: its letters were read by the wrong encoding, are lost, or are marks of a web page. Export the file again.",
        stands="suspected",
        leaves_out=True,
        title=Label(
            "متن‌های این ردیف‌ها خراب شده است: رمزگذاری دیگر، حرف‌های از دست رفته یا نشانهٔ صفحهٔ وب. پرونده را دوباره بگیرید.",
            "Texts of these rows are spoilt: another encoding, lost letters or marks of a web page. Export the file again.",
        ),
    ),
    "table-beside": entry(
        "warning",
        "sender",
        "کنار جدول، پس از ستونی خالی، ستون‌های دیگری هست ({columns}) که خوانده نشد؛ شاید جدول دیگری باشد.",
        "Beside the table, beyond an empty column, stand further columns ({columns}), which were not read; it may be another table.",
        title=Label(
            "کنار جدول ستون‌های دیگری هست که خوانده نشد.", "Further columns stand beside the table and were not read."
        ),
    ),
    "table-second": entry(
        "error",
        "sender",
        "از اینجا گویا جدول دیگری آغاز می‌شود: زیر ستون‌های عدد و تاریخ، عنوان آمده است. ردیف‌های آن را کنار بگذارید یا بگویید ردیف داده‌اند.",
        "Another table seems to begin here: titles stand under columns of numbers or days. Leave its rows out, or say that they are records.",
        stands="suspected",
        leaves_out=True,
        title=Label(
            "از نخستین این ردیف‌ها گویا جدول دیگری آغاز می‌شود. آن‌ها را کنار بگذارید یا بگویید ردیف داده‌اند.",
            "Another table seems to begin with the first of these rows. Leave them out, or say that they are records.",
        ),
    ),
    "key-duplicate": entry(
        "error",
        "sender",
        "کلید «{key}» {count} بار آمده است (ردیف‌های {rows}). هر کلید باید یک بار بیاید.",
        "The key “{key}” occurs {count} times (rows {rows}). A key must occur once.",
        stands="key",
        leaves_out=True,
        title=Label("کلید تکراری است. هر کلید باید یک بار بیاید.", "A key is repeated. A key must occur once."),
    ),
    "ref-missing": entry(
        "warning",
        "owner",
        "«{label}» در داده‌های منتشرشدهٔ «{target}» نیست.",
        "“{label}” is not among the published data of “{target}”.",
        stands="pointer",
        leaves_out=True,
    ),
    "outside-period": entry(
        "error",
        "sender",
        "«{label}» بیرون از دورهٔ {period} است.",
        "“{label}” is outside the period {period}.",
        stands="cell",
        leaves_out=True,
    ),
    "check": entry(
        "error",
        "sender",
        "ردیف با قاعدهٔ «{check}» سازگار نیست.",
        "The row breaks the rule “{check}”.",
        stands="check",
        leaves_out=True,
    ),
}
"""Every code of a row."""

SUMS: Final[Mapping[str, IssueEntry]] = {
    "total-mismatch": entry(
        "error",
        "sender",
        "جمع «{label}» در ردیف جمع {stated} نوشته شده ولی جمع ردیف‌ها {computed} است (تفاوت {difference}).",
        "The total of “{label}” is stated as {stated} but the rows add up to {computed} (difference {difference}).",
        title=Label(
            "جمعی که برای «{label}» نوشته شده با جمع ردیف‌ها برابر نیست.",
            "The stated totals of “{label}” do not agree with the rows.",
        ),
    ),
    "total-unread": entry(
        "warning",
        "sender",
        "«{label}» در این ردیف جمع عدد نیست و با جمع ردیف‌ها سنجیده نشد.",
        "“{label}” is not a number in this totals row and was not compared with the sum of the rows.",
    ),
    "total-empty": entry(
        "warning",
        "sender",
        "این ردیف را ردیف جمع گرفتیم، پس منتشر نمی‌شود، ولی عددی ندارد که با جمع ردیف‌ها سنجیده شود. "
        "اگر ردیف داده است خانهٔ نخست آن را درست کنید.",
        "This row was taken for a totals row, so it is not published, but it states no number to compare. "
        "If it is a record, correct its first cell.",
    ),
    "row-part": entry(
        "error",
        "sender",
        "این ردیف به گفتهٔ خودش بخشی از مبلغ بالاست یا از آن کم می‌شود؛ اگر منتشر شود، «{columns}» دو بار جمع می‌شود. بگویید: کنار گذاشته شود یا ردیف داده است.",
        "This row says that it is part of the amount above or is taken off it; once published, “{columns}” would be added up twice. Leave it out, or say that it is a record.",
        stands="suspected",
        leaves_out=True,
        title=Label(
            "این ردیف‌ها به گفتهٔ خودشان بخشی از مبلغ بالایند یا از آن کم می‌شوند. بگویید: کنار گذاشته شوند یا ردیف داده‌اند.",
            "These rows say that they are part of the amount above or are taken off it. Leave them out, or say that they are records.",
        ),
    ),
    "total-suspected": entry(
        "error",
        "sender",
        "مبلغ‌های این ردیف («{columns}») برابر جمع ردیف‌های بالاست، پس شاید ردیف جمع باشد. بگویید: کنار گذاشته شود یا ردیف داده است.",
        "The amounts of this row (“{columns}”) are the sum of those above it, so it may be a totals row. Leave it out, or say that it is a record.",
        stands="suspected",
        leaves_out=True,
        title=Label(
            "مبلغ‌های این ردیف‌ها برابر جمع ردیف‌های بالاست. بگویید: کنار گذاشته شوند یا ردیف داده‌اند.",
            "The amounts of these rows are the sum of those above them. Leave them out, or say that they are records.",
        ),
    ),
    "total-agrees": entry(
        "info",
        "sender",
        "جمع «{label}» با جمع ردیف‌ها برابر است.",
        "The stated total of “{label}” equals the sum of the rows.",
        cause=False,
    ),
    "band-gap": entry(
        "error",
        "owner",
        "در جدول بازه‌ها میان {lower} و {upper} چیزی تعریف نشده است{group}.",
        "The table of bands has nothing between {lower} and {upper}{group}.",
        structural=True,
        title=Label("جدول بازه‌ها پیوسته نیست.", "The table of bands has gaps."),
    ),
    "band-overlap": entry(
        "error",
        "owner",
        "دو بازه در {lower} تا {upper} روی هم افتاده‌اند{group}.",
        "Two bands overlap between {lower} and {upper}{group}.",
        structural=True,
        title=Label("بازه‌ها روی هم افتاده‌اند.", "Some bands overlap."),
    ),
}
"""Every code of totals rows and of tables of bands."""
