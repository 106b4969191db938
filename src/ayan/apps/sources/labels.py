"""What is said of sources: how often each is due, what became of a file, and why it was refused; with what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ayan.core.values.label import Label

PERIODS: Final[Mapping[str, Label]] = {
    "given": Label("فرستنده می‌گوید", "the sender says it"),
    "name": Label("از نام پرونده", "from the name of the file"),
    "current": Label("دورهٔ جاری", "the current period"),
    "previous": Label("دورهٔ پیش", "the period before"),
}
EVERY: Final[Mapping[int, Label]] = {
    1: Label("هر دقیقه", "every minute"),
    15: Label("هر ۱۵ دقیقه", "every 15 minutes"),
    60: Label("هر ساعت", "every hour"),
    1440: Label("هر روز", "every day"),
    10080: Label("هر هفته", "every week"),
}
VERBS: Final[Mapping[str, Label]] = {
    "submission.create": Label("فرستادن پرونده", "send files"),
    "submission.send": Label("رساندن پروندهٔ بی‌اشکال به تأییدکننده", "have clean files go on to the approvers"),
    "submission.view": Label("پرسیدن وضع پرونده", "ask what became of them"),
}
"""What a token may be for; the names are those of policy."""

OUTCOMES: Final[Mapping[str, Label]] = {
    "": Label("در حال خواندن و سنجیدن", "Being read and checked"),
    "new-header": Label(
        "سرستون‌ها تازه است یا خوانش آن‌ها را هنوز کسی تعیین نکرده. کارشناس یک بار ستون‌ها را تعیین کند.",
        "The header is new, or nobody has said yet how it is read. A clerk has to set the columns once.",
    ),
    "errors": Label("اشکال دارد. کارشناس آن را درست کند.", "It has errors. A clerk has to put them right."),
    "units": Label(
        "واحد پول ستونی روشن نیست. کارشناس بگوید به چه واحدی است.",
        "The unit of money of a column is not clear. A clerk has to say which it is.",
    ),
    "held": Label(
        "برای حریم خصوصی نگه داشته شده است. کارشناس یا مسئول حریم خصوصی ببیند.",
        "It is held for privacy. A clerk or the privacy officer has to look.",
    ),
    "large-change": Label(
        "جمع‌ها بیش از حد اعلام‌شده تغییر کرده است. کارشناس ببیند و با یادداشت بفرستد.",
        "The totals changed by more than is declared. A clerk has to look and send it with a note.",
    ),
    "unbalanced": Label(
        "موازنه‌ای با آن برقرار نیست و انتشار را نگه می‌دارد. کارشناس ببیند.",
        "A balance fails with it and holds back publication. A clerk has to look.",
    ),
    "ready": Label("آماده است و کارشناس باید آن را بفرستد.", "It is ready, and a clerk has to send it."),
    "unreadable": Label("پرونده خوانده نشد.", "The file could not be read."),
    "trouble": Label(
        "کار به اشکالی در سامانه برخورد. کارشناس دوباره بکوشد یا به مدیر سامانه بگوید.",
        "The work met with a fault of the system. A clerk has to try again or tell the administrator.",
    ),
    "sent": Label("برای تأیید فرستاده شد.", "It was sent for approval."),
    "approved": Label("با تأیید از پیش در حال انتشار است.", "It is being published on approvals given in advance."),
    "unchanged": Label(
        "با آنچه منتشر شده یکی است و کنار گذاشته شد.", "It is the same as what is published, and was set aside."
    ),
    "replaced": Label("پروندهٔ تازه‌تری جای آن را گرفت.", "A newer file took its place."),
    "over": Label("کارکنان آن را به دست گرفتند.", "Officers took it in hand."),
}
RUNS: Final[Mapping[str, Label]] = {
    "arrived": Label("پروندهٔ تازه‌ای رسید.", "A new file arrived."),
    "duplicate": Label("همان پرونده پیش‌تر رسیده بود.", "The same file had arrived before."),
    "nothing": Label("چیز تازه‌ای نبود.", "There was nothing new."),
    "empty": Label("پاسخ بی‌ردیف یا خالی بود.", "The answer was empty or had no row."),
    "taken": Label(
        "پروندهٔ دیگری برای همین دوره در دست کارکنان است؛ بار دیگر آزموده می‌شود.",
        "Officers have another submission of the period in hand; it is tried again the next time.",
    ),
    "denied": Label(
        "این منبع دیگر اجازهٔ فرستادن این داده را ندارد. واحد و داده‌ها را ببینید.",
        "This source may no longer send this dataset. Look at its unit and datasets.",
    ),
    "folder-missing": Label(
        "پوشه نیست یا پیوند است. آن را در پوشهٔ AYAN_ARRIVALS بسازید.",
        "The folder is absent or a link. Make it inside the folder that AYAN_ARRIVALS names.",
    ),
    "folder-full": Label(
        "تعداد پرونده‌ها بیش از اندازه است. پوشه را سبک کنید.", "There are too many files. Clear the folder."
    ),
    "folder-locked": Label(
        "در پوشه نمی‌توان نوشت؛ پرونده جابه‌جا نشد. دسترسی آن را درست کنید.",
        "The folder cannot be written to, so the file was not moved. Put its permissions right.",
    ),
    "file-odd": Label(
        "پروندهٔ ساده نیست (پیوند، پوشه یا مانند آن) و پذیرفته نشد.",
        "It is no plain file (a link, a folder or the like) and was not taken.",
    ),
    "too-large": Label("بزرگ‌تر از اندازهٔ پذیرفته است.", "It is larger than what is taken."),
    "period-unclear": Label(
        "دوره از نام پرونده پیدا نیست. آن را مانند 1403-05 در نام بنویسید.",
        "The name does not tell the period. Write it into the name, like 1403-05.",
    ),
    "secret-missing": Label(
        "متغیر محیطی این منبع تعیین نشده است. گرداننده آن را به همین نام تعیین کند.",
        "The environment variable of this source is not set. The operator has to set it, under this very name.",
    ),
    "secret-odd": Label(
        "نشانی پایگاه داده در متغیر محیطی خواندنی نیست.",
        "The database's address in the environment variable cannot be read.",
    ),
    "secret-host": Label(
        "گرداننده اجازه نداده است سرآیند این منبع به این کارساز فرستاده شود. نام میزبان را در متغیری بنویسد که به "
        "_HOST پایان می‌یابد.",
        "The operator has not allowed the header of this source to be sent to this server. Its host has to stand in "
        "the variable that ends in _HOST.",
    ),
    "header-odd": Label(
        "آنچه در متغیر محیطی است سرآیند Authorization نیست و فرستاده نشد.",
        "What the environment variable holds is no Authorization header, and was not sent.",
    ),
    "driver-missing": Label(
        "راه‌انداز این پایگاه داده نصب نیست. گرداننده بستهٔ افزودهٔ آن را نصب کند.",
        "The driver of this database is not installed. The operator has to install its extra.",
    ),
    "query-missing": Label(
        "پروندهٔ پرس‌وجو در پوشهٔ queries شهر نیست یا درست نیست.",
        "The query's file is not in the city's folder queries/, or is not right.",
    ),
    "secret-unopened": Label(
        "رمز این منبع با کلید این دستگاه باز نشد. آن را دوباره بنویسید.",
        "No key of this machine opens the secret of this source. Enter it again.",
    ),
    "connection-failed": Label(
        "به پایگاه داده نمی‌توان رسید. میزبان، درگاه و دیوار آتش را ببینید.",
        "The database cannot be reached. Look at host, port and firewall.",
    ),
    "login-refused": Label("پایگاه داده نام یا گذرواژه را نپذیرفت.", "The database refused the name or the password."),
    "host-unknown": Label("میزبانی به این نام پیدا نشد.", "No host of this name was found."),
    "query-names": Label(
        "جدول یا ستونی که پرس‌وجو نام می‌برد در پایگاه نیست.",
        "A table or column that the query names is not in the database.",
    ),
    "query-denied": Label(
        "این نام اجازهٔ خواندن آنچه پرس‌وجو می‌خواهد را ندارد.",
        "This name may not read what the query asks for.",
    ),
    "query-syntax": Label("پرس‌وجو درست نوشته نشده است.", "The query is not written rightly."),
    "query-failed": Label(
        "پایگاه داده پاسخ نداد یا پرس‌وجو را نپذیرفت. گرداننده دسترسی و پرس‌وجو را ببیند.",
        "The database did not answer or refused the query. The operator has to look at access and query.",
    ),
    "too-slow": Label("بیش از زمان پذیرفته طول کشید.", "It took longer than is allowed."),
    "address-odd": Label("این نشانی پذیرفته نیست.", "This address is not accepted."),
    "address-refused": Label(
        "نشانی به شبکه‌ای درونی می‌رسد که در AYAN_PULL_NETWORKS نیامده است.",
        "The address leads into an inner network that AYAN_PULL_NETWORKS does not name.",
    ),
    "unreachable": Label("کارساز پاسخ نداد.", "The server did not answer."),
    "tls": Label("گواهی کارساز درست نیست.", "The server's certificate is not right."),
    "redirects": Label("بیش از اندازه به نشانی دیگر فرستاد.", "It was sent on to other addresses too often."),
    "status": Label("کارساز پاسخ نادرست داد.", "The server answered with an error."),
    "trouble": Label(
        "اشکالی در سامانه پیش آمد؛ در گزارش گرداننده است.", "A fault of the system; the operator's log has it."
    ),
}
"""How a look at a source ended."""

FAILED: Final = frozenset(RUNS) - {"arrived", "duplicate", "nothing", "empty", "taken"}
