"""How the contracts offices write: vendors, contracts and amendments."""

from __future__ import annotations

from ayan_demo.layout import Column, Layout
from ayan_demo.mess import spelled
from ayan_demo.offices.columns import COUNTER, MARKED, one


def vendors_register() -> Layout:
    """The contracts office's workbook: title rows, counter, mixed digits and letters."""
    return Layout(
        dataset="vendors",
        source="default",
        form="xlsx",
        order="n",
        titles=(MARKED, "فهرست طرف‌های قرارداد", ""),
        blank_every=40,
        columns=(
            COUNTER,
            one("legal_id", "شناسه ملي", "legal_id", "code"),
            one("name", "نام شركت ", "messy(name, z)"),
            one("kind", "نوع شركت", spelled("vendors", "legal-forms", "kind")),
            one("activity", "زمینه فعالیت", "messy(activity, z)"),
            one("city", "محل ثبت", "city"),
            one("registered_on", "تاریخ ثبت", "j_any(registered_on, z)"),
            one("standing", "وضعیت", spelled("vendors", "standings", "standing")),
            one("barred_until", "محروم تا", "absent(j_slash(barred_until), z)"),
            one("manager_national_id", "كد ملي مدیر عامل", "manager_national_id", "code"),
            one("manager_mobile", "تلفن همراه", "manager_mobile"),
        ),
    )


def vendors_procurement() -> Layout:
    """The procurement system's text file in windows-1256."""
    return Layout(
        dataset="vendors",
        source="procurement",
        form="csv",
        order="n",
        encoding="cp1256",
        delimiter=";",
        columns=(
            one("internal", "کد داخلی", "10000 + n"),
            one("legal_id", "شناسه ملی", "legal_id"),
            one("name", "نام طرف حساب", "name"),
            one("kind", "نوع", spelled("vendors", "legal-forms", "kind")),
            one("activity", "رشته فعالیت", "activity"),
            one("city", "شهر", "city"),
            one("registered_on", "تاریخ ثبت", "j_short(registered_on)"),
            one("standing", "وضعیت", spelled("vendors", "standings", "standing")),
            one("barred_until", "پایان محرومیت", "coalesce(j_slash(barred_until), '0000-00-00')"),
            one("manager_national_id", "کد ملی مدیر عامل", "manager_national_id"),
        ),
    )


def _contract_codes() -> dict[str, str]:
    lists = {"kind": "contract-kinds", "selection": "selection-methods", "credit": "credit-kinds", "state": "states"}
    return {column: spelled("contracts", name, column) for column, name in lists.items()} | {
        "district": spelled("contracts", "districts", "district")
    }


def contracts_system() -> Layout:
    """The contracts system's text file: UTF-8 with BOM, rials, dates in Persian digits, placeholders for nothing."""
    codes = _contract_codes()
    return Layout(
        dataset="contracts",
        source="default",
        form="csv",
        order="number",
        encoding="utf-8-sig",
        columns=(
            COUNTER,
            one("number", "شماره قرارداد", "CASE z % 3 WHEN 0 THEN fa(number) ELSE number END"),
            one("subject", "موضوع قرارداد", "messy(subject, z)"),
            one("kind", "نوع قرارداد", codes["kind"]),
            one("item_code", "کد کالا و خدمت", "absent(item_code, z)"),
            one("contractor", "نام پیمانکار", "messy(contractor, z)"),
            one("contractor_id", "شناسه ملی پیمانکار", "absent(contractor_id, z)"),
            one("contractor_national_id", "کد ملی", "contractor_national_id"),
            one("contractor_mobile", "موبایل", "contractor_mobile"),
            one("amount", "مبلغ اولیه", "CASE z % 3 WHEN 0 THEN fa(grouped(amount)) ELSE grouped(amount) END"),
            one("signed_on", "تاریخ انعقاد", "j_any(signed_on, z)"),
            one("start_on", "تاریخ شروع", "fa(j_slash(start_on))"),
            one("end_on", "تاریخ پایان", "fa(j_slash(end_on))"),
            one("duration_days", "مدت (روز)", "duration_days"),
            one("selection", "روش انتخاب", codes["selection"]),
            one("credit", "نوع اعتبار", codes["credit"]),
            one("budget_code", "ردیف بودجه", "budget_code"),
            one("unit", "واحد متقاضی", "unit"),
            one("district", "منطقه", codes["district"]),
            one("tender_number", "شماره مناقصه", "absent(tender_number, z)"),
            one("resolution", "شماره مصوبه شورا", "absent(resolution, z)"),
            one("setad_number", "شماره ستاد", "absent(setad_number, z)"),
            one("state", "وضعیت قرارداد", codes["state"]),
        ),
    )


def contracts_archive() -> Layout:
    """The former system: windows-1256, semicolons, million rials with decimals, years of two digits."""
    codes = _contract_codes()
    return Layout(
        dataset="contracts",
        source="archive",
        form="csv",
        order="number",
        encoding="cp1256",
        delimiter=";",
        columns=(
            one("number", "ش قرارداد", "number"),
            one("subject", "شرح قرارداد", "messy(subject, z)"),
            one("kind", "نوع", codes["kind"]),
            one("contractor", "پیمانکار", "contractor || CASE WHEN z % 5 = 0 THEN '  ' ELSE '' END"),
            one("contractor_id", "شناسه ملی", "absent(contractor_id, z)"),
            one("contractor_national_id", "کدملی", "absent(contractor_national_id, z)"),
            one("amount", "مبلغ (میلیون ریال)", "shifted(amount, 1000000, 6)"),
            one("signed_on", "تاریخ قرارداد", "j_short(signed_on)"),
            one("start_on", "شروع", "j_short(start_on)"),
            one("end_on", "پایان", "j_short(end_on)"),
            one("duration_days", "مدت قرارداد", "duration_days"),
            one("selection", "نحوه انتخاب", codes["selection"]),
            one("credit", "نوع پرداخت", codes["credit"]),
            one("budget_code", "کد بودجه", "budget_code"),
            one("unit", "واحد مجری", "unit"),
            one("district", "محل اجرا", codes["district"]),
            one("tender_number", "شماره آگهی", "absent(tender_number, z)"),
            one("resolution", "ش مصوبه شورا", "absent(resolution, z)"),
            one("setad_number", "شماره نیاز", "absent(setad_number, z)"),
            one("state", "آخرین وضعیت", codes["state"]),
        ),
    )


def contracts_secretariat() -> Layout:
    """The contracts office's workbook: header over two rows, counter, blank rows, a row of totals."""
    codes = _contract_codes()
    return Layout(
        dataset="contracts",
        source="secretariat",
        form="xlsx",
        order="number",
        titles=(MARKED, "قراردادهای منعقدشده (مبالغ به ریال)", ""),
        blank_every=75,
        counter_only_every=140,
        columns=(
            COUNTER,
            one("number", "شماره قرارداد", "number"),
            one("subject", "موضوع قرارداد", "messy(subject, z)"),
            one("kind", "نوع قرارداد", codes["kind"]),
            one("item_code", "کد طبقه کالا", "item_code", "code"),
            Column("contractor", ("طرف قرارداد", "نام"), "messy(contractor, z)"),
            Column("contractor_id", ("طرف قرارداد", "شناسه ملي"), "contractor_id", "code"),
            Column("contractor_national_id", ("طرف قرارداد", "كد ملي"), "contractor_national_id"),
            Column("contractor_mobile", ("طرف قرارداد", "تلفن همراه"), "contractor_mobile"),
            one("amount", "مبلغ اولیه قرارداد", "amount", "amount", summed=True),
            Column("signed_on", ("تاریخ‌ها", "انعقاد"), "j_any(signed_on, z)"),
            Column("start_on", ("تاریخ‌ها", "شروع"), "j_any(start_on, z + 1)"),
            Column("end_on", ("تاریخ‌ها", "پایان"), "j_any(end_on, z + 2)"),
            one("duration_days", "مدت قرارداد (روز)", "duration_days", "whole"),
            one("selection", "نحوه واگذاری", codes["selection"]),
            one("credit", "نقدی/غیرنقدی", codes["credit"]),
            one("budget_code", "ردیف اعتبار", "budget_code", "code"),
            one("unit", "دستگاه نظارت", "messy(unit, z)"),
            one("district", "منطقه", codes["district"]),
            one("tender_number", "شماره مناقصه/مزایده", "absent(tender_number, z)"),
            one("resolution", "مصوبه شورا", "absent(resolution, z)"),
            one("setad_number", "شماره سامانه ستاد", "setad_number", "code"),
            one("state", "وضعیت", codes["state"]),
        ),
    )


def amendments_register() -> Layout:
    """The amendments workbook: decreases in brackets or with the sign behind, and a row of totals."""
    return Layout(
        dataset="contract-amendments",
        source="default",
        form="xlsx",
        order="signed_on, contract, number",
        titles=(MARKED, "الحاقیه‌های قراردادها (ریال)"),
        columns=(
            COUNTER,
            one("contract", "شماره قرارداد", "CASE z % 3 WHEN 0 THEN fa(contract) ELSE contract END"),
            one("number", "شماره الحاقیه", "number", "whole"),
            one("signed_on", "تاریخ ابلاغ", "j_any(signed_on, z)"),
            one("kind", "نوع الحاقیه", spelled("contract-amendments", "amendment-kinds", "kind")),
            one("change", "تغییر مبلغ", "change", "amount", summed=True),
            one("initial_amount", "مبلغ اولیه قرارداد", "initial_amount", "amount"),
            one("running_change", "جمع جبری تغییرات", "running_change", "amount"),
            one("extra_days", "تمدید (روز)", "extra_days", "whole"),
            one("new_end_on", "تاریخ پایان جدید", "absent(j_slash(new_end_on), z)"),
            one("reason", "علت", "messy(reason, z)"),
        ),
    )


def amendments_office() -> Layout:
    """The technical office's text file: tabs, thousand rials, decreases in brackets."""
    return Layout(
        dataset="contract-amendments",
        source="office",
        form="csv",
        order="signed_on, contract, number",
        delimiter="\t",
        columns=(
            one("contract", "ش قرارداد", "contract"),
            one("number", "ش الحاقیه", "number"),
            one("signed_on", "تاریخ", "j_dash(signed_on)"),
            one("kind", "نوع", spelled("contract-amendments", "amendment-kinds", "kind")),
            one("change", "مبلغ تغییر", "absent(bracketed(change, 1000, 3), z)"),
            one("initial_amount", "مبلغ قرارداد", "shifted(initial_amount, 1000, 3)"),
            one("running_change", "جمع تغییرات", "bracketed(running_change, 1000, 3)"),
            one("extra_days", "مدت تمدید", "extra_days"),
            one("new_end_on", "پایان جدید", "j_dash(new_end_on)"),
            one("reason", "توضیحات", "reason"),
        ),
    )
