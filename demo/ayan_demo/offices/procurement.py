"""How the tender commission and the technical office write: tenders, bids, projects and progress statements."""

from __future__ import annotations

from ayan_demo.layout import Column, Layout
from ayan_demo.mess import spelled
from ayan_demo.offices.columns import COUNTER, MARKED, one


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
            one("internal", "کد داخلی", "70000 + ordinal"),
            one("number", "شماره آگهی", "number"),
            one("title", "شرح", "messy(title, z)"),
            one("kind", "نوع آگهی", spelled("tenders", "tender-kinds", "kind")),
            one("unit", "واحد مجری", "unit"),
            one("district", "محل اجرا", spelled("tenders", "districts", "district")),
            one("budget_code", "کد بودجه", "budget_code"),
            one("setad_number", "شماره نیاز", "absent(setad_number, z)"),
            one("published_on", "تاریخ انتشار", "j_short(published_on)"),
            one("documents_until", "مهلت اسناد", "j_short(documents_until)"),
            one("bids_until", "مهلت ارسال پیشنهاد", "j_short(bids_until)"),
            one("opened_on", "تاریخ بازگشایی", "absent(j_short(opened_on), z)"),
            one("minimum_qualification", "حداقل رتبه", "absent(minimum_qualification, z)"),
            one("estimate", "برآورد (میلیون ریال)", "shifted(estimate, 1000000, 6)"),
            one("guarantee", "تضمین (میلیون ریال)", "shifted(guarantee, 1000000, 6)"),
            one("bids", "تعداد پیشنهاد", "bids"),
            one("winner_id", "شناسه برنده", "absent(winner_id, z)"),
            one("winner", "نام برنده", "absent(winner, z)"),
            one("winner_price", "قیمت برنده (میلیون ریال)", "absent(shifted(winner_price, 1000000, 6), z)"),
            one("second_id", "شناسه نفر دوم", "absent(second_id, z)"),
            one("second", "نفر دوم", "absent(second, z)"),
            one("state", "نتیجه", spelled("tenders", "tender-states", "state")),
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
            one("number", "شماره مناقصه", "CASE z % 3 WHEN 0 THEN fa(number) ELSE number END"),
            one("title", "موضوع مناقصه", "messy(title, z)"),
            one("kind", "نوع", spelled("tenders", "tender-kinds", "kind")),
            one("unit", "واحد", "messy(unit, z)"),
            one("district", "منطقه", spelled("tenders", "districts", "district")),
            one("budget_code", "ردیف بودجه", "budget_code"),
            one("setad_number", "شماره ستاد", "absent(setad_number, z)"),
            one("published_on", "تاریخ آگهی", "j_any(published_on, z)"),
            one("documents_until", "مهلت دریافت اسناد", "j_any(documents_until, z + 1)"),
            one("bids_until", "مهلت تحویل پیشنهاد", "j_any(bids_until, z + 2)"),
            one("opened_on", "تاریخ گشایش", "absent(j_any(opened_on, z), z)"),
            one("opening_place", "محل گشایش", "opening_place"),
            one("minimum_qualification", "حداقل صلاحیت", "absent(minimum_qualification, z)"),
            one("estimate", "مبلغ برآورد", "CASE z % 3 WHEN 0 THEN fa(grouped(estimate)) ELSE grouped(estimate) END"),
            one("guarantee", "مبلغ ضمانت نامه", "grouped(guarantee)"),
            one("bids", "شمار پیشنهادها", "bids"),
            one("winner_id", "شناسه ملی برنده", "absent(winner_id, z)"),
            one("winner", "برنده", "absent(winner, z)"),
            one("winner_price", "قیمت برنده", "absent(grouped(winner_price), z)"),
            one("second_id", "شناسه ملی برنده دوم", "absent(second_id, z)"),
            one("second", "برنده دوم", "absent(second, z)"),
            one("state", "وضعیت", spelled("tenders", "tender-states", "state")),
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
            one("tender", "شماره مناقصه", "tender"),
            one("number", "شماره پاکت", "number"),
            one("received_on", "تاریخ تحویل", "j_plain(received_on)"),
            one("opened_on", "تاریخ بازگشایی", "j_plain(opened_on)"),
            one("bidder_id", "شناسه ملی", "absent(bidder_id, z)"),
            one("bidder", "نام پیشنهاد دهنده", "messy(bidder, z)"),
            one("bidder_national_id", "کد ملی", "bidder_national_id"),
            one("price", "مبلغ پیشنهادی", "absent(grouped(price), z)"),
            one("state", "نتیجه بررسی", spelled("bids", "bid-states", "state")),
            one("rank", "نفر", "rank"),
            one("reason", "علت رد", "absent(reason, z)"),
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
            one("tender", "شماره مناقصه", "tender"),
            one("number", "شماره پاکت", "number", "whole"),
            one("received_on", "تاریخ دریافت پاکت", "j_any(received_on, z + 1)"),
            one("opened_on", "تاریخ گشایش", "j_any(opened_on, z)"),
            Column("bidder", ("متقاضی", "نام"), "messy(bidder, z)"),
            Column("bidder_id", ("متقاضی", "شناسه ملي"), "bidder_id", "code"),
            Column("bidder_national_id", ("متقاضی", "كد ملي"), "bidder_national_id"),
            one("price", "قیمت پیشنهادی", "price", "amount"),
            one("state", "وضعیت پیشنهاد", spelled("bids", "bid-states", "state")),
            one("rank", "رتبه", "rank", "whole"),
            one("reason", "دلیل رد یا انصراف", "absent(reason, z)"),
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
            one("object", "OBJECTID", "ordinal"),
            one("number", "PROJECT_NO", "number"),
            one("title", "عنوان پروژه", "messy(title, z)"),
            one("contract", "شماره پیمان", "contract"),
            one("contractor_id", "شناسه ملی", "absent(contractor_id, z)"),
            one("contractor", "مجری", "contractor"),
            one("unit", "واحد", "unit"),
            one("district", "منطقه", spelled("projects", "districts", "district")),
            one("place", "محدوده", "place"),
            one("longitude", "X", "decimal_text(lon, 1000000, '%d.%06d')"),
            one("latitude", "Y", "decimal_text(lat, 1000000, '%d.%06d')"),
            one("amount", "مبلغ پیمان", "amount"),
            one("approved", "کارکرد تا کنون", "approved"),
            one("last_statement", "شماره آخرین صورت وضعیت", "last_statement"),
            one("financial_progress", "درصد پیشرفت مالی", "decimal_text(financial, 10, '%d.%d')"),
            one("physical_progress", "درصد پیشرفت فیزیکی", "decimal_text(built, 10, '%d.%d')"),
            one("started_on", "شروع", "started_on"),
            one("planned_end_on", "پایان", "planned_end_on"),
            one("state", "وضعیت", spelled("projects", "project-states", "state")),
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
            one("project", "کد پروژه", "project"),
            one("contract", "شماره قرارداد", "CASE z % 3 WHEN 0 THEN fa(contract) ELSE contract END"),
            one("number", "شماره صورت وضعیت", "number"),
            one("kind", "نوع", spelled("progress-statements", "statement-kinds", "kind")),
            one("issued_on", "تاریخ", "j_any(issued_on, z)"),
            one("period", "دوره", "fa(replace(period, '-', '/'))"),
            one("claimed", "مبلغ درخواستی", "grouped(claimed)"),
            one("approved", "مبلغ تأیید شده", "absent(grouped(approved), z)"),
            one("previous", "جمع قبلی", "grouped(previous)"),
            one("cumulative", "تا کنون", "grouped(cumulative)"),
            one("physical_progress", "درصد پیشرفت", "decimal_text(built, 10, '%d.%d')"),
            one("state", "وضعیت", spelled("progress-statements", "statement-states", "state")),
        ),
    )


def statements_office() -> Layout:
    """The technical office's text file: tabs, thousand rials."""

    def money(name: str, header: str) -> Column:
        return one(name, header, f"shifted({name}, 1000, 3)")

    return Layout(
        dataset="progress-statements",
        source="technical-office",
        form="csv",
        order="issued_on, contract, number",
        delimiter="\t",
        columns=(
            one("project", "شماره پروژه", "project"),
            one("contract", "ش قرارداد", "contract"),
            one("number", "ش صورت وضعیت", "number"),
            one("kind", "نوع صورت وضعیت", spelled("progress-statements", "statement-kinds", "kind")),
            one("issued_on", "تاریخ صورت وضعیت", "j_dash(issued_on)"),
            one("period", "ماه کارکرد", "replace(period, '-', '/')"),
            money("claimed", "درخواستی"),
            money("approved", "تأییدی"),
            money("previous", "قبلی"),
            money("cumulative", "جمع کل کارکرد"),
            one("physical_progress", "پیشرفت فیزیکی", "decimal_text(built, 10, '%d.%d')"),
            one("state", "وضعیت صورت وضعیت", spelled("progress-statements", "statement-states", "state")),
        ),
    )
