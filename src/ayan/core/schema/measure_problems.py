"""What is wrong with what a declaration says of a measure or of a question: the words of each fault, by its code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ayan.core.values.label import Label

MEASURE_REFUSALS: Final[Mapping[str, Label]] = {
    "crs": Label(
        "دستگاه مختصات «{value}» شناخته نیست؛ کد آن را بنویسید، مثل EPSG:32639 (UTM 39N)، یا شرحش را با ‎+proj=.",
        "The coordinate system “{value}” is not known; write its code, like EPSG:32639 (UTM 39N), or a +proj= text.",
    ),
    "measure-kind": Label(
        "این کلید دربارهٔ عدد است و برای نوع {kind} معنا ندارد. آن را بردارید.",
        "This key speaks of numbers and means nothing for the kind {kind}. Remove it.",
    ),
    "measure-private": Label(
        "«{value}» همان‌گونه که هست منتشر نمی‌شود و نمی‌تواند معنای ستون دیگری را بگوید.",
        "“{value}” is not published as it is and cannot say what another field means.",
    ),
    "stock-at": Label(
        'مانده (stock) تاریخی دارد. at را بنویسید: نام ستون تاریخ یا دوره، یا "_release" اگر دوره ندارد.',
        "A stock stands at a date. Write at: the name of a field of dates or periods, "
        'or "_release" where there is no period.',
    ),
    "at-alone": Label(
        'at تاریخِ مانده است. nature = "stock" بنویسید یا آن را بردارید.',
        'at dates a stock. Write nature = "stock" or remove it.',
    ),
    "at-kind": Label(
        "«{value}» تاریخ یا دوره نیست. ستونی از نوع date یا period نام ببرید.",
        "“{value}” is no date and no period. Name a field of the kind date or period.",
    ),
    "at-optional": Label(
        "هر مانده‌ای تاریخ دارد. برای «{value}» required = true بنویسید.",
        "Every balance has a date. Write required = true for “{value}”.",
    ),
    "at-release": Label(
        'at = "_release" برای داده‌ای است که دوره ندارد و هر انتشارش همهٔ ردیف‌ها را دارد. ستون تاریخ را نام ببرید.',
        'at = "_release" is for a dataset without periods, each release of which holds all rows. '
        "Name the field of the date.",
    ),
    "rate-role": Label(
        "نرخ جمع نمی‌شود و نقش {role} برای عددی است که جمع می‌شود. یکی را عوض کنید.",
        "A rate is never added up, and the role {role} is for numbers that are. Change one.",
    ),
    "share-kind": Label(
        "«{value}» نمی‌تواند کلِ این ستون باشد: باید ستون دیگری از همین نوع باشد.",
        "“{value}” cannot be the whole of this field: it must be another one of the same kind.",
    ),
    "side-empty": Label(
        "این سو هیچ کدی را نام نمی‌برد. in یا out را پر کنید یا side را بردارید.",
        "The side names no code. Fill in or out, or remove side.",
    ),
    "side-twice": Label(
        "«{other}» هم سو دارد. سوی پول را تنها یک ستون می‌گوید.",
        "“{other}” has a side too. One field alone says where money goes.",
    ),
}

QUESTION_REFUSALS: Final[Mapping[str, Label]] = {
    "not-asked": Label("این پرسش پذیرفته نیست: {reason}", "This cannot be asked: {reason}"),
    "no-such-figure": Label(
        "«{value}» عددی را نام می‌برد که هیچ بخشی ندارد.", "“{value}” names a figure that no part has."
    ),
    "too-long": Label("متن حداکثر {most} نویسه باشد.", "The text may have {most} characters at most."),
    "note-time": Label(
        "سال، ماه یا روز لازم است، مثل 1403-05.", "A year, a month or a day is needed, such as 1403-05."
    ),
    "note-day": Label("روز لازم است، مثل 1403-05-12.", "A day is needed, such as 1403-05-12."),
    "note-link": Label(
        "نشانی باید با http:// یا https:// آغاز شود.", "The address must begin with http:// or https://."
    ),
    "not-alike": Label(
        "این دو ستون عدد از یک نوع نیستند و سنجیده نمی‌شوند.", "The two fields are no numbers of one kind."
    ),
    "bands": Label(
        "فهرستی از عددهای صحیح که بالا می‌روند لازم است، مثل [1, 2, 5].",
        "A list of whole numbers that rise is needed, such as [1, 2, 5].",
    ),
}
