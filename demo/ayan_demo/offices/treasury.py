"""How the treasury and the assets office write: revenues, debts, and the registers they keep over the years."""

from __future__ import annotations

from ayan_demo.layout import Column, Layout
from ayan_demo.mess import spelled
from ayan_demo.offices.columns import COUNTER, MARKED, one


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
            one("fiscal_year", "سال بودجه", "year"),
            one("month", "ماه وصول", "replace(month, '-', '/')"),
            one("scheme", "طبقه بندی", "'نمونه'"),
            one("code", "کد درآمد", "code"),
            one("title", "شرح درآمد", "title"),
            one("resource_class", "طبقه", spelled("revenues", "resource-classes", "resource_class")),
            one("amount", "وصولی (هزار ریال)", "shifted(amount, 1000, 3)"),
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
            one("fiscal_year", "سال مالی", "fa(year)"),
            one("month", "ماه", "CASE z % 2 WHEN 0 THEN fa(replace(month, '-', '/')) ELSE month END"),
            one("scheme", "طرح طبقه بندی", "'نمونه'"),
            one("code", "کد ردیف", "CASE z % 3 WHEN 0 THEN fa(code) ELSE code END"),
            one("title", "عنوان درآمد", "messy(title, z)"),
            one("resource_class", "طبقه درآمد", spelled("revenues", "resource-classes", "resource_class")),
            one("amount", "مبلغ وصول شده", "CASE z % 3 WHEN 0 THEN fa(grouped(amount)) ELSE grouped(amount) END"),
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
            one("account_code", "کد معین", "4000 + ordinal"),
            one("number", "شماره سند", "number"),
            one("as_of", "تاریخ مانده", "replace(j_slash(as_of), '/', '')"),
            one("side", "ماهیت", spelled("debts-and-claims", "sides", "side")),
            one("kind", "طبقه", spelled("debts-and-claims", "debt-kinds", "kind")),
            one("party_id", "شناسه ملی طرف حساب", "absent(party_id, z)"),
            one("party", "نام طرف حساب", "party"),
            one("party_national_id", "کد ملی", "absent(party_national_id, z)"),
            one("account", "شماره شبا", "account"),
            one("subject", "شرح", "messy(subject, z)"),
            one("contract", "ش قرارداد", "absent(contract, z)"),
            one("amount", "مانده (میلیون ریال)", "shifted(amount, 1000000, 6)"),
            one("overdue", "معوق (میلیون ریال)", "absent(shifted(overdue, 1000000, 6), z)"),
            one("due_on", "تاریخ سررسید", "replace(j_slash(due_on), '/', '')"),
            one("state", "وضعیت مانده", spelled("debts-and-claims", "debt-states", "state")),
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
            one("year", "سال آماری", "fa(year)"),
            one("district", "منطقه شهر", spelled("population", "districts", "district")),
            one("people", "تعداد جمعیت", "CASE z % 2 WHEN 0 THEN fa(grouped(people)) ELSE grouped(people) END"),
            one("households", "تعداد خانوار", "households"),
            one("area", "مساحت (هکتار)", "decimal_text(area_tenths, 10, '%d.%d')"),
            one("basis", "مبنای آمار", spelled("population", "bases", "basis")),
            one("source", "مرجع", "source"),
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
            one("number", "شماره سند", "number"),
            one("ordered_on", "تاریخ سفارش", "j_any(ordered_on, z)"),
            one("medium", "نوع رسانه", spelled("advertising-spend", "media", "medium")),
            one("party_id", "شناسه ملی", "party_id"),
            one("party", "نام رسانه", "messy(party, z)"),
            one("subject", "عنوان آگهی", "messy(subject, z)"),
            one("unit", "واحد سازمانی", "unit"),
            one("budget_code", "محل اعتبار", "budget_code"),
            one("amount", "هزینه", "grouped(amount)"),
            one("purpose", "نوع تبلیغ", spelled("advertising-spend", "purposes", "purpose")),
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
            one("number", "کد طرح", "number"),
            one("title", "عنوان پژوهش", "messy(title, z)"),
            one("contract", "شماره قرارداد", "contract"),
            one("party_id", "شناسه ملی", "absent(party_id, z)"),
            one("party", "مشاور", "party"),
            one("unit", "واحد متقاضی", "unit"),
            one("agreed_on", "تاریخ قرارداد", "j_plain(agreed_on)"),
            one("delivered_on", "تحویل", "absent(j_plain(delivered_on), z)"),
            one("amount", "حق الزحمه", "fa(grouped(amount))"),
            one("state", "وضعیت طرح", spelled("studies-bought", "study-states", "state")),
            one("report", "پیوند گزارش", "report"),
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
            one("number", "شماره حکم", "number"),
            one("name", "نام مسافر", "messy(name, z)"),
            one("post", "سمت", "post"),
            one("unit", "واحد سازمانی", "unit"),
            one("passport", "شماره پاسپورت", "passport"),
            one("country", "کشور مقصد", "country"),
            one("city", "شهر مقصد", "city"),
            one("purpose", "موضوع سفر", "messy(purpose, z)"),
            one("left_on", "از تاریخ", "j_slash(left_on)"),
            one("returned_on", "تا تاریخ", "j_slash(returned_on)"),
            one("days", "تعداد روز", "days"),
            one("tickets", "هزینه بلیت", "grouped(tickets)"),
            one("allowance", "حق مأموریت", "grouped(allowance)"),
            one("other", "سایر هزینه‌ها", "absent(grouped(other), z)"),
            one("amount", "هزینه کل", "grouped(tickets + allowance + coalesce(other, 0))"),
            one("paid_by", "تأمین هزینه", spelled("foreign-trips", "payers", "paid_by")),
            one("result", "نتیجه", "absent(result, z)"),
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
            one("number", "شماره آگهی", "number"),
            one("title", "عنوان فراخوان", "messy(title, z)"),
            one("kind", "نوع قرارداد", spelled("investment-calls", "schemes", "kind")),
            one("district", "منطقه", spelled("investment-calls", "districts", "district")),
            one("place", "موقعیت", "place"),
            one("land_area", "مساحت", "decimal_text(land_centi, 100, '%d.%02d')"),
            one("estimate", "سرمایه لازم", "grouped(estimate)"),
            one("share", "سهم شهرداری (درصد)", "decimal_text(share_tenths, 10, '%d.%d')"),
            one("published_on", "تاریخ انتشار", "j_any(published_on, z)"),
            one("offers_until", "پایان مهلت", "j_any(offers_until, z)"),
            one("offers", "تعداد پیشنهاد", "offers"),
            one("investor_id", "شناسه سرمایه گذار", "absent(investor_id, z)"),
            one("investor", "نام سرمایه گذار", "absent(investor, z)"),
            one("state", "وضعیت فراخوان", spelled("investment-calls", "call-states", "state")),
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
            one("number", "شماره ملک", "number"),
            one("title", "عنوان ملک", "messy(title, z)"),
            one("kind", "نوع ملک", spelled("municipal-properties", "property-kinds", "kind")),
            one("district", "منطقه", spelled("municipal-properties", "districts", "district")),
            one("place", "محل ملک", "place"),
            one("registration", "شماره پلاک ثبتی", "registration"),
            Column("land_area", ("متراژ", "عرصه"), "land_centi", "slash"),
            Column("building_area", ("متراژ", "اعیان"), "building_centi", "slash"),
            one("ownership", "نوع سند", spelled("municipal-properties", "ownerships", "ownership")),
            one("acquired_how", "نحوه تملک", spelled("municipal-properties", "acquisitions", "acquired_how")),
            one("acquired_from", "مالک پیشین", "acquired_from"),
            one("acquired_from_national_id", "كد ملي", "acquired_from_national_id"),
            one("acquired_on", "تاریخ تملک", "j_any(acquired_on, z)"),
            one("unit", "واحد سازمانی", "unit"),
            one("operator", "بهره بردار", "operator"),
            one("rent", "مبلغ اجاره", "rent", "amount", summed=True),
            one("contract", "شماره قرارداد", "contract"),
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
            one("number", "کد غرفه", "number"),
            one("name", "نام غرفه", "messy(name, z)"),
            one("district", "منطقه", spelled("kiosks-and-markets", "districts", "district")),
            one("place", "محل استقرار", "place"),
            one("plaque", "پلاک غرفه", "plaque"),
            one("structure", "نوع سازه", spelled("kiosks-and-markets", "structures", "structure")),
            one("guild", "رسته", "guild"),
            one("contract_state", "وضعیت قرارداد", spelled("kiosks-and-markets", "stall-states", "contract_state")),
            one("operator", "نام بهره بردار", "absent(operator, z)"),
            one("operator_national_id", "کد ملی", "operator_national_id"),
            one("operator_mobile", "تلفن همراه", "operator_mobile"),
            one("operator_home", "آدرس منزل", "operator_home"),
            one("until", "اعتبار تا", "absent(j_any(until, z), z)"),
            one("monthly_fee", "اجاره ماهانه", "absent(grouped(monthly_fee), z)"),
            one("arrears", "معوقه", "absent(grouped(arrears), z)"),
        ),
    )
