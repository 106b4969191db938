"""How the finance and personnel offices write: budgets, payments and pay."""

from __future__ import annotations

from ayan_demo.layout import Column, Layout
from ayan_demo.mess import spelled
from ayan_demo.offices.columns import COUNTER, MARKED, one


def budget_book() -> Layout:
    """The budget book: header over three rows with a unit row, million rials, a totals row for each side."""
    unit = "میلیون ریال"

    def money(name: str, sql: str, *header: str) -> Column:
        return Column(name, (*header, unit), sql, "amount", summed=True, factor=1_000_000)

    return Layout(
        dataset="budget",
        source="budget-book",
        form="xlsx",
        order="year, side, code",
        sheet="بودجه",
        cover=True,
        titles=(MARKED, "بودجهٔ سالانه (ارقام به میلیون ریال)"),
        segment="side",
        totals={"resource": "جمع منابع", "use": "جمع مصارف"},
        columns=(
            COUNTER,
            one("fiscal_year", "سال مالی", "fa(year)"),
            one("scheme", "طرح طبقه بندی", "'نمونه'"),
            one("code", "کد", "code", "code"),
            one("title", "عنوان", "messy(title, z)"),
            one("parent", "کد سرفصل", "parent", "code"),
            one("parent_title", "عنوان سرفصل", "messy(heading, z)"),
            Column("heading_approved", ("سرفصل", "جمع مصوب", unit), "heading_approved", "amount"),
            one("side", "منابع/مصارف", spelled("budget", "sides", "side")),
            one("resource_class", "طبقه درآمد", spelled("budget", "resource-classes", "resource_class")),
            money("current_share", "current_share", "اعتبار مصوب", "جاری"),
            money("capital_share", "capital_share", "اعتبار مصوب", "عمرانی"),
            money("approved", "approved", "اعتبار مصوب", "جمع"),
            money("amended", "amended", "اصلاحی", "اصلاحی"),
            money("actual", "actual", "عملکرد", "عملکرد"),
            one("explanation", "توضیح ردیف", "messy(explanation, z)"),
        ),
    )


def transfers_office() -> Layout:
    """The budget office's workbook: million rials, codes as numbers and as text, a row of totals."""
    return Layout(
        dataset="budget-transfers",
        source="budget-office",
        form="xlsx",
        order="number",
        titles=(MARKED, "جابه‌جایی اعتبار در طول سال (ارقام به میلیون ریال)"),
        columns=(
            COUNTER,
            one("number", "شماره جابجایی", "number", "code"),
            one("fiscal_year", "سال مالی", "fa(year)"),
            one("scheme", "طبقه بندی", "'نمونه'"),
            one("kind", "نوع", spelled("budget-transfers", "transfer-kinds", "kind")),
            one("from_code", "از ردیف", "from_code", "code"),
            one("to_code", "به ردیف", "to_code", "code"),
            one("amount", "مبلغ (میلیون ریال)", "amount", "amount", summed=True, factor=1_000_000),
            one("decided_on", "تاریخ مصوبه", "j_any(decided_on, z)"),
            one("decided_by", "تصویب کننده", spelled("budget-transfers", "deciders", "decided_by")),
            one("decision", "شماره مصوبه", "decision"),
            one("reason", "شرح", "messy(reason, z)"),
        ),
    )


def transfers_system() -> Layout:
    """The newest year as the budget system exports it: UTF-8 with BOM, rials."""
    return Layout(
        dataset="budget-transfers",
        source="default",
        form="csv",
        order="number",
        encoding="utf-8-sig",
        columns=(
            one("number", "شماره", "number"),
            one("fiscal_year", "سال بودجه", "year"),
            one("scheme", "طرح طبقه بندی", "'نمونه'"),
            one("kind", "نوع تغییر", spelled("budget-transfers", "transfer-kinds", "kind")),
            one("from_code", "کد مبدأ", "absent(from_code, z)"),
            one("to_code", "کد مقصد", "absent(to_code, z)"),
            one(
                "amount",
                "مبلغ تغییر",
                "CASE z % 2 WHEN 0 THEN fa(grouped(amount * 1000000)) ELSE grouped(amount * 1000000) END",
            ),
            one("decided_on", "تاریخ ابلاغ", "j_slash(decided_on)"),
            one("decided_by", "مرجع", spelled("budget-transfers", "deciders", "decided_by")),
            one("decision", "شماره نامه", "decision"),
            one("reason", "توضیحات", "messy(reason, z)"),
        ),
    )


def price_index() -> Layout:
    """The planning office's text file of an index: Persian digits; every row says that the series is invented."""
    return Layout(
        dataset="consumer-prices",
        source="default",
        form="csv",
        order="year",
        columns=(
            COUNTER,
            one("year", "سال", "fa(year)"),
            one("level", "شاخص کل", "fa(level)"),
            one("change", "نرخ تورم", "coalesce(fa(change), '-')"),
            one("base_year", "سال پایه", "fa(base_year)"),
            one("publisher", "منبع", "'سری ساختگی شهر نمونه'"),
        ),
    )


def payments_accounting() -> Layout:
    """The accounting system's text file: UTF-8 with BOM, rials, a column nobody asked for."""
    return Layout(
        dataset="payments",
        source="accounting",
        form="csv",
        order="number",
        encoding="utf-8-sig",
        columns=(
            one("number", "شماره سند", "number"),
            one("paid_on", "تاریخ سند", "slash"),
            one("payee", "در وجه", "messy(payee, z)"),
            one("payee_id", "شناسه ملی ذینفع", "payee_id"),
            one("payee_national_id", "کد ملی ذینفع", "payee_national_id"),
            one("account", "شماره شبا", "account"),
            one("amount", "مبلغ (ریال)", "amount"),
            one("kind", "نوع سند", spelled("payments", "payment-kinds", "kind")),
            one("contract", "شماره قرارداد", "contract"),
            one("budget_code", "کد بودجه", "budget_code"),
            one("unit", "مرکز هزینه", "unit"),
            one("subject", "شرح سند", "subject"),
            one("bill_id", "شناسه قبض", "bill_id"),
            one("payment_id", "شناسه پرداخت", "payment_id"),
            one("user", "کد کاربر", "100 + z % 9"),
        ),
    )


def payments_treasury() -> Layout:
    """The treasury's text file: windows-1256, semicolons, million rials with decimals, negatives in brackets."""
    return Layout(
        dataset="payments",
        source="treasury",
        form="csv",
        order="number",
        encoding="cp1256",
        delimiter=";",
        columns=(
            COUNTER,
            one("number", "شماره حواله", "number"),
            one("paid_on", "تاریخ حواله", "solid"),
            one("payee", "نام ذینفع", "payee"),
            one("payee_id", "شناسه ملی", "absent(payee_id, z)"),
            one("payee_national_id", "کدملی", "absent(payee_national_id, z)"),
            one("account", "حساب", "account"),
            one("amount", "مبلغ (میلیون ریال)", "bracketed(amount, 1000000, 6)"),
            one("kind", "نوع", spelled("payments", "payment-kinds", "kind")),
            one("contract", "ش قرارداد", "absent(contract, z)"),
            one("budget_code", "کد اعتبار", "budget_code"),
            one("unit", "واحد", "unit"),
            one("subject", "بابت", "subject"),
            one("payment_id", "شماره پیگیری", "payment_id"),
        ),
    )


def payments_districts() -> Layout:
    """The district accountants' workbook: header over two rows, tomans, years of two digits, a row of totals."""
    return Layout(
        dataset="payments",
        source="districts",
        form="xlsx",
        order="number",
        titles=(MARKED, "پرداخت‌های مناطق (ارقام به تومان)"),
        blank_every=500,
        columns=(
            COUNTER,
            Column("number", ("سند", "شماره"), "number"),
            Column("paid_on", ("سند", "تاریخ"), "short"),
            Column("payee", ("ذینفع", "نام"), "messy(payee, z)"),
            Column("payee_id", ("ذینفع", "شناسه ملي"), "payee_id", "code"),
            Column("payee_national_id", ("ذینفع", "كد ملي"), "payee_national_id"),
            Column("account", ("ذینفع", "شماره شبا"), "account"),
            one("amount", "مبلغ (تومان)", "amount // 10", "amount", summed=True, factor=10),
            one("kind", "نوع پرداخت", spelled("payments", "payment-kinds", "kind")),
            one("contract", "شماره قرارداد", "absent(contract, z)"),
            one("budget_code", "ردیف بودجه", "budget_code", "code"),
            one("unit", "واحد هزینه کننده", "unit"),
            one("subject", "شرح پرداخت", "messy(subject, z)"),
            one("bill_id", "شناسه قبض", "bill_id"),
            one("payment_id", "شناسه پرداخت", "payment_id"),
        ),
    )


def payroll() -> Layout:
    """The payroll workbook: header over two rows, counter, everything that must vanish, a row of totals."""

    def money(name: str, *header: str) -> Column:
        return Column(name, header, name, "amount", summed=True)

    return Layout(
        dataset="managers-pay",
        source="payroll",
        form="xlsx",
        order="month, n",
        titles=(MARKED, "لیست حقوق و مزایای مدیران (ریال)", ""),
        counter_only_every=45,
        columns=(
            COUNTER,
            one("personnel_code", "شماره پرسنلی", "personnel_code"),
            one("national_id", "كد ملي", "national_id"),
            one("name", "نام و نام خانوادگی ", "messy(name, z)"),
            one("father_name", "نام پدر", "father_name"),
            one("month", "ماه", "fa(replace(month, '-', '/'))"),
            one("post", "عنوان پست", "messy(post, z)"),
            one("level", "سطح", spelled("managers-pay", "levels", "level")),
            one("grade", "گروه", "grade", "whole"),
            one("unit", "محل خدمت", "messy(unit, z)"),
            money("decree_pay", "حقوق و مزایا", "حكم كارگزینی"),
            money("allowances", "حقوق و مزایا", "سایر مزایا"),
            money("overtime", "حقوق و مزایا", "اضافه کاری"),
            money("bonuses", "حقوق و مزایا", "پاداش"),
            money("gross", "حقوق و مزایا", "جمع ناخالص"),
            money("tax", "کسور قانونی", "مالیات"),
            money("insurance", "کسور قانونی", "بیمه"),
            money("deductions", "کسور قانونی", "جمع"),
            money("loan_deductions", "اقساط وام"),
            money("net", "خالص حقوق"),
            money("paid", "قابل پرداخت"),
            one("account", "شماره شبا", "account"),
        ),
    )
