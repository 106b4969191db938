"""How the contracts offices write: vendors, contracts and amendments."""

from __future__ import annotations

from ayan_demo.layout import Column, Layout
from ayan_demo.mess import spelled
from ayan_demo.offices.columns import COUNTER, MARKED, column


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
            column("legal_id", "شناسه ملي", "legal_id", "code"),
            column("name", "نام شركت ", "messy(name, z)"),
            column("kind", "نوع شركت", spelled("vendors", "legal-forms", "kind")),
            column("activity", "زمینه فعالیت", "messy(activity, z)"),
            column("city", "محل ثبت", "city"),
            column("registered_on", "تاریخ ثبت", "j_any(registered_on, z)"),
            column("standing", "وضعیت", spelled("vendors", "standings", "standing")),
            column("barred_until", "محروم تا", "absent(j_slash(barred_until), z)"),
            column("manager_national_id", "كد ملي مدیر عامل", "manager_national_id", "code"),
            column("manager_mobile", "تلفن همراه", "manager_mobile"),
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
            column("internal", "کد داخلی", "10000 + n"),
            column("legal_id", "شناسه ملی", "legal_id"),
            column("name", "نام طرف حساب", "name"),
            column("kind", "نوع", spelled("vendors", "legal-forms", "kind")),
            column("activity", "رشته فعالیت", "activity"),
            column("city", "شهر", "city"),
            column("registered_on", "تاریخ ثبت", "j_short(registered_on)"),
            column("standing", "وضعیت", spelled("vendors", "standings", "standing")),
            column("barred_until", "پایان محرومیت", "coalesce(j_slash(barred_until), '0000-00-00')"),
            column("manager_national_id", "کد ملی مدیر عامل", "manager_national_id"),
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
            column("number", "شماره قرارداد", "CASE z % 3 WHEN 0 THEN fa(number) ELSE number END"),
            column("subject", "موضوع قرارداد", "messy(subject, z)"),
            column("kind", "نوع قرارداد", codes["kind"]),
            column("item_code", "کد کالا و خدمت", "absent(item_code, z)"),
            column("contractor", "نام پیمانکار", "messy(contractor, z)"),
            column("contractor_id", "شناسه ملی پیمانکار", "absent(contractor_id, z)"),
            column("contractor_national_id", "کد ملی", "contractor_national_id"),
            column("contractor_mobile", "موبایل", "contractor_mobile"),
            column("amount", "مبلغ اولیه", "CASE z % 3 WHEN 0 THEN fa(grouped(amount)) ELSE grouped(amount) END"),
            column("signed_on", "تاریخ انعقاد", "j_any(signed_on, z)"),
            column("start_on", "تاریخ شروع", "fa(j_slash(start_on))"),
            column("end_on", "تاریخ پایان", "fa(j_slash(end_on))"),
            column("duration_days", "مدت (روز)", "duration_days"),
            column("selection", "روش انتخاب", codes["selection"]),
            column("credit", "نوع اعتبار", codes["credit"]),
            column("budget_code", "ردیف بودجه", "budget_code"),
            column("unit", "واحد متقاضی", "unit"),
            column("district", "منطقه", codes["district"]),
            column("tender_number", "شماره مناقصه", "absent(tender_number, z)"),
            column("resolution", "شماره مصوبه شورا", "absent(resolution, z)"),
            column("setad_number", "شماره ستاد", "absent(setad_number, z)"),
            column("state", "وضعیت قرارداد", codes["state"]),
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
            column("number", "ش قرارداد", "number"),
            column("subject", "شرح قرارداد", "messy(subject, z)"),
            column("kind", "نوع", codes["kind"]),
            column("contractor", "پیمانکار", "contractor || CASE WHEN z % 5 = 0 THEN '  ' ELSE '' END"),
            column("contractor_id", "شناسه ملی", "absent(contractor_id, z)"),
            column("contractor_national_id", "کدملی", "absent(contractor_national_id, z)"),
            column("amount", "مبلغ (میلیون ریال)", "shifted(amount, 1000000, 6)"),
            column("signed_on", "تاریخ قرارداد", "j_short(signed_on)"),
            column("start_on", "شروع", "j_short(start_on)"),
            column("end_on", "پایان", "j_short(end_on)"),
            column("duration_days", "مدت قرارداد", "duration_days"),
            column("selection", "نحوه انتخاب", codes["selection"]),
            column("credit", "نوع پرداخت", codes["credit"]),
            column("budget_code", "کد بودجه", "budget_code"),
            column("unit", "واحد مجری", "unit"),
            column("district", "محل اجرا", codes["district"]),
            column("tender_number", "شماره آگهی", "absent(tender_number, z)"),
            column("resolution", "ش مصوبه شورا", "absent(resolution, z)"),
            column("setad_number", "شماره نیاز", "absent(setad_number, z)"),
            column("state", "آخرین وضعیت", codes["state"]),
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
            column("number", "شماره قرارداد", "number"),
            column("subject", "موضوع قرارداد", "messy(subject, z)"),
            column("kind", "نوع قرارداد", codes["kind"]),
            column("item_code", "کد طبقه کالا", "item_code", "code"),
            Column("contractor", ("طرف قرارداد", "نام"), "messy(contractor, z)"),
            Column("contractor_id", ("طرف قرارداد", "شناسه ملي"), "contractor_id", "code"),
            Column("contractor_national_id", ("طرف قرارداد", "كد ملي"), "contractor_national_id"),
            Column("contractor_mobile", ("طرف قرارداد", "تلفن همراه"), "contractor_mobile"),
            column("amount", "مبلغ اولیه قرارداد", "amount", "amount", summed=True),
            Column("signed_on", ("تاریخ‌ها", "انعقاد"), "j_any(signed_on, z)"),
            Column("start_on", ("تاریخ‌ها", "شروع"), "j_any(start_on, z + 1)"),
            Column("end_on", ("تاریخ‌ها", "پایان"), "j_any(end_on, z + 2)"),
            column("duration_days", "مدت قرارداد (روز)", "duration_days", "whole"),
            column("selection", "نحوه واگذاری", codes["selection"]),
            column("credit", "نقدی/غیرنقدی", codes["credit"]),
            column("budget_code", "ردیف اعتبار", "budget_code", "code"),
            column("unit", "دستگاه نظارت", "messy(unit, z)"),
            column("district", "منطقه", codes["district"]),
            column("tender_number", "شماره مناقصه/مزایده", "absent(tender_number, z)"),
            column("resolution", "مصوبه شورا", "absent(resolution, z)"),
            column("setad_number", "شماره سامانه ستاد", "setad_number", "code"),
            column("state", "وضعیت", codes["state"]),
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
            column("contract", "شماره قرارداد", "CASE z % 3 WHEN 0 THEN fa(contract) ELSE contract END"),
            column("number", "شماره الحاقیه", "number", "whole"),
            column("signed_on", "تاریخ ابلاغ", "j_any(signed_on, z)"),
            column("kind", "نوع الحاقیه", spelled("contract-amendments", "amendment-kinds", "kind")),
            column("change", "تغییر مبلغ", "change", "amount", summed=True),
            column("initial_amount", "مبلغ اولیه قرارداد", "initial_amount", "amount"),
            column("running_change", "جمع جبری تغییرات", "running_change", "amount"),
            column("extra_days", "تمدید (روز)", "extra_days", "whole"),
            column("new_end_on", "تاریخ پایان جدید", "absent(j_slash(new_end_on), z)"),
            column("reason", "علت", "messy(reason, z)"),
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
            column("contract", "ش قرارداد", "contract"),
            column("number", "ش الحاقیه", "number"),
            column("signed_on", "تاریخ", "j_dash(signed_on)"),
            column("kind", "نوع", spelled("contract-amendments", "amendment-kinds", "kind")),
            column("change", "مبلغ تغییر", "absent(bracketed(change, 1000, 3), z)"),
            column("initial_amount", "مبلغ قرارداد", "shifted(initial_amount, 1000, 3)"),
            column("running_change", "جمع تغییرات", "bracketed(running_change, 1000, 3)"),
            column("extra_days", "مدت تمدید", "extra_days"),
            column("new_end_on", "پایان جدید", "j_dash(new_end_on)"),
            column("reason", "توضیحات", "reason"),
        ),
    )
