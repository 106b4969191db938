"""How the treasury and the assets office write: revenues, debts, and the registers they keep over the years."""

from __future__ import annotations

from ayan_demo.layout import Column, Layout
from ayan_demo.mess import spelled
from ayan_demo.offices.columns import COUNTER, MARKED, column


def revenues_system() -> Layout:
    """The revenue system's text file: windows-1256, semicolons, thousand rials."""
    return Layout(
        dataset="revenues",
        source="income-office",
        form="csv",
        order="month, code",
        encoding="cp1256",
        delimiter=";",
        columns=(
            column("fiscal_year", "سال بودجه", "year"),
            column("month", "ماه وصول", "replace(month, '-', '/')"),
            column("scheme", "طبقه بندی", "'نمونه'"),
            column("code", "کد درآمد", "code"),
            column("title", "شرح درآمد", "title"),
            column("resource_class", "طبقه", spelled("revenues", "resource-classes", "resource_class")),
            column("amount", "وصولی (هزار ریال)", "shifted(amount, 1000, 3)"),
        ),
    )


def revenues_list() -> Layout:
    """The treasury's text file of the newest year: UTF-8 with BOM, rials, months in mixed digits."""
    return Layout(
        dataset="revenues",
        source="default",
        form="csv",
        order="month, code",
        encoding="utf-8-sig",
        columns=(
            COUNTER,
            column("fiscal_year", "سال مالی", "fa(year)"),
            column("month", "ماه", "CASE z % 2 WHEN 0 THEN fa(replace(month, '-', '/')) ELSE month END"),
            column("scheme", "طرح طبقه بندی", "'نمونه'"),
            column("code", "کد ردیف", "CASE z % 3 WHEN 0 THEN fa(code) ELSE code END"),
            # Without the sign that windows-1256 lacks: a line is called the same in the years of either system.
            column("title", "عنوان درآمد", "messy(replace(title, chr(1620), ''), z)"),
            column("resource_class", "طبقه درآمد", spelled("revenues", "resource-classes", "resource_class")),
            column("amount", "مبلغ وصول شده", "CASE z % 3 WHEN 0 THEN fa(grouped(amount)) ELSE grouped(amount) END"),
        ),
    )


def debts_ledger() -> Layout:
    """The general ledger's text file: million rials with decimals, dates of eight digits, a column nobody asked for."""
    return Layout(
        dataset="debts-and-claims",
        source="ledger",
        form="csv",
        order="number",
        columns=(
            column("account_code", "کد معین", "4000 + ordinal"),
            column("number", "شماره سند", "number"),
            column("as_of", "تاریخ مانده", "replace(j_slash(as_of), '/', '')"),
            column("side", "ماهیت", spelled("debts-and-claims", "sides", "side")),
            column("kind", "طبقه", spelled("debts-and-claims", "debt-kinds", "kind")),
            column("party_id", "شناسه ملی طرف حساب", "absent(party_id, z)"),
            column("party", "نام طرف حساب", "party"),
            column("party_national_id", "کد ملی", "absent(party_national_id, z)"),
            column("account", "شماره شبا", "account"),
            column("subject", "شرح", "messy(subject, z)"),
            column("contract", "ش قرارداد", "absent(contract, z)"),
            column("amount", "مانده (میلیون ریال)", "shifted(amount, 1000000, 6)"),
            column("overdue", "معوق (میلیون ریال)", "absent(shifted(overdue, 1000000, 6), z)"),
            column("due_on", "تاریخ سررسید", "replace(j_slash(due_on), '/', '')"),
            column("state", "وضعیت مانده", spelled("debts-and-claims", "debt-states", "state")),
        ),
    )


def population() -> Layout:
    """The planning office's text file; every row says that its number is invented."""
    return Layout(
        dataset="population",
        source="default",
        form="csv",
        order="year, district",
        columns=(
            COUNTER,
            column("year", "سال آماری", "fa(year)"),
            column("district", "منطقه شهر", spelled("population", "districts", "district")),
            column("people", "تعداد جمعیت", "CASE z % 2 WHEN 0 THEN fa(grouped(people)) ELSE grouped(people) END"),
            column("households", "تعداد خانوار", "households"),
            column("area", "مساحت (هکتار)", "decimal_text(area_tenths, 10, '%d.%d')"),
            column("basis", "مبنای آمار", spelled("population", "bases", "basis")),
            column("source", "مرجع", "source"),
        ),
    )


def advertising() -> Layout:
    """The communications centre's text file."""
    return Layout(
        dataset="advertising-spend",
        source="default",
        form="csv",
        order="number",
        encoding="utf-8-sig",
        columns=(
            COUNTER,
            column("number", "شماره سند", "number"),
            column("ordered_on", "تاریخ سفارش", "j_any(ordered_on, z)"),
            column("medium", "نوع رسانه", spelled("advertising-spend", "media", "medium")),
            column("party_id", "شناسه ملی", "party_id"),
            column("party", "نام رسانه", "messy(party, z)"),
            column("subject", "عنوان آگهی", "messy(subject, z)"),
            column("unit", "واحد سازمانی", "unit"),
            column("budget_code", "محل اعتبار", "budget_code"),
            column("amount", "هزینه", "grouped(amount)"),
            column("purpose", "نوع تبلیغ", spelled("advertising-spend", "purposes", "purpose")),
        ),
    )


def studies() -> Layout:
    """The research office's text file."""
    return Layout(
        dataset="studies-bought",
        source="default",
        form="csv",
        order="number",
        columns=(
            column("number", "کد طرح", "number"),
            column("title", "عنوان پژوهش", "messy(title, z)"),
            column("contract", "شماره قرارداد", "contract"),
            column("party_id", "شناسه ملی", "absent(party_id, z)"),
            column("party", "مشاور", "party"),
            column("unit", "واحد متقاضی", "unit"),
            column("agreed_on", "تاریخ قرارداد", "j_plain(agreed_on)"),
            column("delivered_on", "تحویل", "absent(j_plain(delivered_on), z)"),
            column("amount", "حق الزحمه", "fa(grouped(amount))"),
            column("state", "وضعیت طرح", spelled("studies-bought", "study-states", "state")),
            column("report", "پیوند گزارش", "report"),
        ),
    )


def trips() -> Layout:
    """The protocol office's text file, with the passports that must vanish."""
    return Layout(
        dataset="foreign-trips",
        source="default",
        form="csv",
        order="number",
        encoding="utf-8-sig",
        columns=(
            COUNTER,
            column("number", "شماره حکم", "number"),
            column("name", "نام مسافر", "messy(name, z)"),
            column("post", "سمت", "post"),
            column("unit", "واحد سازمانی", "unit"),
            column("passport", "شماره پاسپورت", "passport"),
            column("country", "کشور مقصد", "country"),
            column("city", "شهر مقصد", "city"),
            column("purpose", "موضوع سفر", "messy(purpose, z)"),
            column("left_on", "از تاریخ", "j_slash(left_on)"),
            column("returned_on", "تا تاریخ", "j_slash(returned_on)"),
            column("days", "تعداد روز", "days"),
            column("tickets", "هزینه بلیت", "grouped(tickets)"),
            column("allowance", "حق مأموریت", "grouped(allowance)"),
            column("other", "سایر هزینه‌ها", "absent(grouped(other), z)"),
            column("amount", "هزینه کل", "grouped(tickets + allowance + coalesce(other, 0))"),
            column("paid_by", "تأمین هزینه", spelled("foreign-trips", "payers", "paid_by")),
            column("result", "نتیجه", "absent(result, z)"),
        ),
    )


def investment_calls() -> Layout:
    """The investment office's text file."""
    return Layout(
        dataset="investment-calls",
        source="default",
        form="csv",
        order="number",
        columns=(
            column("number", "شماره آگهی", "number"),
            column("title", "عنوان فراخوان", "messy(title, z)"),
            column("kind", "نوع قرارداد", spelled("investment-calls", "schemes", "kind")),
            column("district", "منطقه", spelled("investment-calls", "districts", "district")),
            column("place", "موقعیت", "place"),
            column("land_area", "مساحت", "decimal_text(land_centi, 100, '%d.%02d')"),
            column("estimate", "سرمایه لازم", "grouped(estimate)"),
            column("share", "سهم شهرداری (درصد)", "decimal_text(share_tenths, 10, '%d.%d')"),
            column("published_on", "تاریخ انتشار", "j_any(published_on, z)"),
            column("offers_until", "پایان مهلت", "j_any(offers_until, z)"),
            column("offers", "تعداد پیشنهاد", "offers"),
            column("investor_id", "شناسه سرمایه گذار", "absent(investor_id, z)"),
            column("investor", "نام سرمایه گذار", "absent(investor, z)"),
            column("state", "وضعیت فراخوان", spelled("investment-calls", "call-states", "state")),
        ),
    )


def properties() -> Layout:
    """The assets office's workbook: header over two rows, areas with a slash for the decimal point, former owners."""
    return Layout(
        dataset="municipal-properties",
        source="assets",
        form="xlsx",
        order="number",
        titles=(MARKED, "فهرست املاک شهرداری"),
        blank_every=30,
        columns=(
            COUNTER,
            column("number", "شماره ملک", "number"),
            column("title", "عنوان ملک", "messy(title, z)"),
            column("kind", "نوع ملک", spelled("municipal-properties", "property-kinds", "kind")),
            column("district", "منطقه", spelled("municipal-properties", "districts", "district")),
            column("place", "محل ملک", "place"),
            column("renovation_code", "کد نوسازی", "renovation_code"),
            column("registration", "شماره پلاک ثبتی", "registration"),
            Column("land_area", ("متراژ", "عرصه"), "land_centi", "slash"),
            Column("building_area", ("متراژ", "اعیان"), "building_centi", "slash"),
            column("ownership", "نوع سند", spelled("municipal-properties", "ownerships", "ownership")),
            column("acquired_how", "نحوه تملک", spelled("municipal-properties", "acquisitions", "acquired_how")),
            column("acquired_from", "مالک پیشین", "acquired_from"),
            column("acquired_from_national_id", "كد ملي", "acquired_from_national_id"),
            column("acquired_on", "تاریخ تملک", "j_any(acquired_on, z)"),
            column("unit", "واحد سازمانی", "unit"),
            column("operator", "بهره بردار", "operator"),
            column("rent", "مبلغ اجاره", "rent", "amount", summed=True),
            column("contract", "شماره قرارداد", "contract"),
        ),
    )


def kiosks() -> Layout:
    """The text file of the organisation of trades, with the homes and phones that must vanish."""
    return Layout(
        dataset="kiosks-and-markets",
        source="default",
        form="csv",
        order="number",
        encoding="utf-8-sig",
        columns=(
            COUNTER,
            column("number", "کد غرفه", "number"),
            column("name", "نام غرفه", "messy(name, z)"),
            column("district", "منطقه", spelled("kiosks-and-markets", "districts", "district")),
            column("place", "محل استقرار", "place"),
            column("plaque", "پلاک غرفه", "plaque"),
            column("structure", "نوع سازه", spelled("kiosks-and-markets", "structures", "structure")),
            column("guild", "رسته", "guild"),
            column("contract_state", "وضعیت قرارداد", spelled("kiosks-and-markets", "stall-states", "contract_state")),
            column("operator", "نام بهره بردار", "absent(operator, z)"),
            column("operator_national_id", "کد ملی", "operator_national_id"),
            column("operator_mobile", "تلفن همراه", "operator_mobile"),
            column("operator_home", "آدرس منزل", "operator_home"),
            column("until", "اعتبار تا", "absent(j_any(until, z), z)"),
            column("monthly_fee", "اجاره ماهانه", "absent(grouped(monthly_fee), z)"),
            column("arrears", "معوقه", "absent(grouped(arrears), z)"),
        ),
    )
