"""How the tender commission and the technical office write: tenders, bids, projects and progress statements."""

from __future__ import annotations

from ayan_demo.layout import Column, Layout
from ayan_demo.mess import spelled
from ayan_demo.offices.columns import COUNTER, MARKED, column


def tenders_archive() -> Layout:
    """The former contracts system: windows-1256, semicolons, million rials, years of two digits."""
    return Layout(
        dataset="tenders",
        source="archive",
        form="csv",
        order="number",
        encoding="cp1256",
        delimiter=";",
        columns=(
            column("internal", "کد داخلی", "70000 + ordinal"),
            column("number", "شماره آگهی", "number"),
            column("title", "شرح", "messy(title, z)"),
            column("kind", "نوع آگهی", spelled("tenders", "tender-kinds", "kind")),
            column("unit", "واحد مجری", "unit"),
            column("district", "محل اجرا", spelled("tenders", "districts", "district")),
            column("budget_code", "کد بودجه", "budget_code"),
            column("setad_number", "شماره نیاز", "absent(setad_number, z)"),
            column("published_on", "تاریخ انتشار", "j_short(published_on)"),
            column("documents_until", "مهلت اسناد", "j_short(documents_until)"),
            column("bids_until", "مهلت ارسال پیشنهاد", "j_short(bids_until)"),
            column("opened_on", "تاریخ بازگشایی", "absent(j_short(opened_on), z)"),
            column("minimum_qualification", "حداقل رتبه", "absent(minimum_qualification, z)"),
            column("estimate", "برآورد (میلیون ریال)", "shifted(estimate, 1000000, 6)"),
            column("guarantee", "تضمین (میلیون ریال)", "shifted(guarantee, 1000000, 6)"),
            column("bids", "تعداد پیشنهاد", "bids"),
            column("winner_id", "شناسه برنده", "absent(winner_id, z)"),
            column("winner", "نام برنده", "absent(winner, z)"),
            column("winner_price", "قیمت برنده (میلیون ریال)", "absent(shifted(winner_price, 1000000, 6), z)"),
            column("second_id", "شناسه نفر دوم", "absent(second_id, z)"),
            column("second", "نفر دوم", "absent(second, z)"),
            column("state", "نتیجه", spelled("tenders", "tender-states", "state")),
        ),
    )


def tenders_site() -> Layout:
    """The export of the tender site: rials, dates in several writings, placeholders for nothing."""
    return Layout(
        dataset="tenders",
        source="default",
        form="csv",
        order="number",
        encoding="utf-8-sig",
        columns=(
            COUNTER,
            column("number", "شماره مناقصه", "CASE z % 3 WHEN 0 THEN fa(number) ELSE number END"),
            column("title", "موضوع مناقصه", "messy(title, z)"),
            column("kind", "نوع", spelled("tenders", "tender-kinds", "kind")),
            column("unit", "واحد", "messy(unit, z)"),
            column("district", "منطقه", spelled("tenders", "districts", "district")),
            column("budget_code", "ردیف بودجه", "budget_code"),
            column("setad_number", "شماره ستاد", "absent(setad_number, z)"),
            column("published_on", "تاریخ آگهی", "j_any(published_on, z)"),
            column("documents_until", "مهلت دریافت اسناد", "j_any(documents_until, z + 1)"),
            column("bids_until", "مهلت تحویل پیشنهاد", "j_any(bids_until, z + 2)"),
            column("opened_on", "تاریخ گشایش", "absent(j_any(opened_on, z), z)"),
            column("opening_place", "محل گشایش", "opening_place"),
            column("minimum_qualification", "حداقل صلاحیت", "absent(minimum_qualification, z)"),
            column(
                "estimate", "مبلغ برآورد", "CASE z % 3 WHEN 0 THEN fa(grouped(estimate)) ELSE grouped(estimate) END"
            ),
            column("guarantee", "مبلغ ضمانت نامه", "grouped(guarantee)"),
            column("bids", "تعداد پیشنهادها", "bids"),
            column("winner_id", "شناسه ملی برنده", "absent(winner_id, z)"),
            column("winner", "برنده", "absent(winner, z)"),
            column("winner_price", "قیمت برنده", "absent(grouped(winner_price), z)"),
            column("second_id", "شناسه ملی برنده دوم", "absent(second_id, z)"),
            column("second", "برنده دوم", "absent(second, z)"),
            column("state", "وضعیت", spelled("tenders", "tender-states", "state")),
        ),
    )


def bids_list() -> Layout:
    """The commission's text file of earlier years."""
    return Layout(
        dataset="bids",
        source="default",
        form="csv",
        order="tender, number",
        columns=(
            column("tender", "شماره مناقصه", "tender"),
            column("number", "شماره پاکت", "number"),
            column("received_on", "تاریخ تحویل", "j_plain(received_on)"),
            column("opened_on", "تاریخ بازگشایی", "j_plain(opened_on)"),
            column("bidder_id", "شناسه ملی", "absent(bidder_id, z)"),
            column("bidder", "نام پیشنهاد دهنده", "messy(bidder, z)"),
            column("bidder_national_id", "کد ملی", "bidder_national_id"),
            column("price", "مبلغ پیشنهادی", "absent(grouped(price), z)"),
            column("state", "نتیجه بررسی", spelled("bids", "bid-states", "state")),
            column("rank", "نفر", "rank"),
            column("reason", "علت رد", "absent(reason, z)"),
        ),
    )


def bids_commission() -> Layout:
    """The commission's workbook: header over two rows, counter, amounts in mixed writings."""
    return Layout(
        dataset="bids",
        source="commission",
        form="xlsx",
        order="tender, number",
        titles=(MARKED, "صورت‌جلسهٔ گشایش پاکت‌ها (ریال)"),
        blank_every=90,
        columns=(
            COUNTER,
            column("tender", "شماره مناقصه", "tender"),
            column("number", "شماره پاکت", "number", "whole"),
            column("received_on", "تاریخ دریافت پاکت", "j_any(received_on, z + 1)"),
            column("opened_on", "تاریخ گشایش", "j_any(opened_on, z)"),
            Column("bidder", ("متقاضی", "نام"), "messy(bidder, z)"),
            Column("bidder_id", ("متقاضی", "شناسه ملي"), "bidder_id", "code"),
            Column("bidder_national_id", ("متقاضی", "كد ملي"), "bidder_national_id"),
            column("price", "قیمت پیشنهادی", "price", "amount"),
            column("state", "وضعیت پیشنهاد", spelled("bids", "bid-states", "state")),
            column("rank", "رتبه", "rank", "whole"),
            column("reason", "دلیل رد یا انصراف", "absent(reason, z)"),
        ),
    )


def projects_gis() -> Layout:
    """The geographic system's text file: Gregorian days, coordinates, a column of its own."""
    return Layout(
        dataset="projects",
        source="gis",
        form="csv",
        order="number",
        columns=(
            column("object", "OBJECTID", "ordinal"),
            column("number", "PROJECT_NO", "number"),
            column("title", "عنوان پروژه", "messy(title, z)"),
            column("contract", "شماره پیمان", "contract"),
            column("contractor_id", "شناسه ملی", "absent(contractor_id, z)"),
            column("contractor", "مجری", "contractor"),
            column("unit", "واحد", "unit"),
            column("district", "منطقه", spelled("projects", "districts", "district")),
            column("place", "محدوده", "place"),
            column("longitude", "X", "decimal_text(lon, 1000000, '%d.%06d')"),
            column("latitude", "Y", "decimal_text(lat, 1000000, '%d.%06d')"),
            column("amount", "مبلغ پیمان", "amount"),
            column("approved", "کارکرد تا کنون", "approved"),
            column("last_statement", "شماره آخرین صورت وضعیت", "last_statement"),
            column("financial_progress", "درصد پیشرفت مالی", "decimal_text(financial, 10, '%d.%d')"),
            column("physical_progress", "درصد پیشرفت فیزیکی", "decimal_text(built, 10, '%d.%d')"),
            column("started_on", "شروع", "started_on"),
            column("planned_end_on", "پایان", "planned_end_on"),
            column("state", "وضعیت", spelled("projects", "project-states", "state")),
        ),
    )


def statements_register() -> Layout:
    """The register of statements: UTF-8 with BOM, rials, progress with a slash for the decimal point."""
    return Layout(
        dataset="progress-statements",
        source="default",
        form="csv",
        order="issued_on, contract, number",
        encoding="utf-8-sig",
        columns=(
            COUNTER,
            column("project", "کد پروژه", "project"),
            column("contract", "شماره قرارداد", "CASE z % 3 WHEN 0 THEN fa(contract) ELSE contract END"),
            column("number", "شماره صورت وضعیت", "number"),
            column("kind", "نوع", spelled("progress-statements", "statement-kinds", "kind")),
            column("issued_on", "تاریخ", "j_any(issued_on, z)"),
            column("period", "دوره", "fa(replace(period, '-', '/'))"),
            column("claimed", "مبلغ درخواستی", "grouped(claimed)"),
            column("approved", "مبلغ تأیید شده", "absent(grouped(approved), z)"),
            column("previous", "جمع قبلی", "grouped(previous)"),
            column("cumulative", "تا کنون", "grouped(cumulative)"),
            column("physical_progress", "درصد پیشرفت", "decimal_text(built, 10, '%d.%d')"),
            column("state", "وضعیت", spelled("progress-statements", "statement-states", "state")),
        ),
    )


def statements_office() -> Layout:
    """The technical office's text file: tabs, thousand rials."""

    def money(name: str, header: str) -> Column:
        return column(name, header, f"shifted({name}, 1000, 3)")

    return Layout(
        dataset="progress-statements",
        source="technical-office",
        form="csv",
        order="issued_on, contract, number",
        delimiter="\t",
        columns=(
            column("project", "شماره پروژه", "project"),
            column("contract", "ش قرارداد", "contract"),
            column("number", "ش صورت وضعیت", "number"),
            column("kind", "نوع صورت وضعیت", spelled("progress-statements", "statement-kinds", "kind")),
            column("issued_on", "تاریخ صورت وضعیت", "j_dash(issued_on)"),
            column("period", "ماه کارکرد", "replace(period, '-', '/')"),
            money("claimed", "درخواستی"),
            money("approved", "تأییدی"),
            money("previous", "قبلی"),
            money("cumulative", "جمع کل کارکرد"),
            column("physical_progress", "پیشرفت فیزیکی", "decimal_text(built, 10, '%d.%d')"),
            column("state", "وضعیت صورت وضعیت", spelled("progress-statements", "statement-states", "state")),
        ),
    )
