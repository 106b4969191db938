"""How the finance and personnel offices write: budgets, payments and pay."""

from __future__ import annotations

from ayan_demo.layout import Column, Layout
from ayan_demo.mess import spelled
from ayan_demo.offices.columns import COUNTER, MARKED, column


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
            column("fiscal_year", "سال مالی", "fa(year)"),
            column("scheme", "طرح طبقه بندی", "'نمونه'"),
            column("code", "کد", "code", "code"),
            column("title", "عنوان", "messy(title, z)"),
            column("parent", "کد سرفصل", "parent", "code"),
            column("parent_title", "عنوان سرفصل", "messy(heading, z)"),
            Column("heading_approved", ("سرفصل", "جمع مصوب", unit), "heading_approved", "amount"),
            column("side", "منابع/مصارف", spelled("budget", "sides", "side")),
            column("resource_class", "طبقه درآمد", spelled("budget", "resource-classes", "resource_class")),
            money("current_share", "current_share", "اعتبار مصوب", "جاری"),
            money("capital_share", "capital_share", "اعتبار مصوب", "عمرانی"),
            money("approved", "approved", "اعتبار مصوب", "جمع"),
            money("amended", "amended", "اصلاحی", "اصلاحی"),
            money("actual", "actual", "عملکرد", "عملکرد"),
            column("explanation", "توضیح ردیف", "messy(explanation, z)"),
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
            column("number", "شماره جابجایی", "number", "code"),
            column("fiscal_year", "سال مالی", "fa(year)"),
            column("scheme", "طبقه بندی", "'نمونه'"),
            column("kind", "نوع", spelled("budget-transfers", "transfer-kinds", "kind")),
            column("from_code", "از ردیف", "from_code", "code"),
            column("to_code", "به ردیف", "to_code", "code"),
            column("amount", "مبلغ (میلیون ریال)", "amount", "amount", summed=True, factor=1_000_000),
            column("decided_on", "تاریخ مصوبه", "j_any(decided_on, z)"),
            column("decided_by", "تصویب کننده", spelled("budget-transfers", "deciders", "decided_by")),
            column("decision", "شماره مصوبه", "decision"),
            column("reason", "شرح", "messy(reason, z)"),
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
            column("number", "شماره", "number"),
            column("fiscal_year", "سال بودجه", "year"),
            column("scheme", "طرح طبقه بندی", "'نمونه'"),
            column("kind", "نوع تغییر", spelled("budget-transfers", "transfer-kinds", "kind")),
            column("from_code", "کد مبدأ", "absent(from_code, z)"),
            column("to_code", "کد مقصد", "absent(to_code, z)"),
            column(
                "amount",
                "مبلغ تغییر",
                "CASE z % 2 WHEN 0 THEN fa(grouped(amount * 1000000)) ELSE grouped(amount * 1000000) END",
            ),
            column("decided_on", "تاریخ ابلاغ", "j_slash(decided_on)"),
            column("decided_by", "مرجع", spelled("budget-transfers", "deciders", "decided_by")),
            column("decision", "شماره نامه", "decision"),
            column("reason", "توضیحات", "messy(reason, z)"),
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
            column("year", "سال", "fa(year)"),
            column("level", "شاخص کل", "fa(level)"),
            column("change", "نرخ تورم", "coalesce(fa(change), '-')"),
            column("base_year", "سال پایه", "fa(base_year)"),
            column("publisher", "منبع", "'سری ساختگی شهر نمونه'"),
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
            column("number", "شماره سند", "number"),
            column("paid_on", "تاریخ سند", "slash"),
            column("payee", "در وجه", "messy(payee, z)"),
            column("payee_id", "شناسه ملی ذینفع", "payee_id"),
            column("payee_national_id", "کد ملی ذینفع", "payee_national_id"),
            column("account", "شماره شبا", "account"),
            column("amount", "مبلغ (ریال)", "amount"),
            column("kind", "نوع سند", spelled("payments", "payment-kinds", "kind")),
            column("contract", "شماره قرارداد", "contract"),
            column("budget_code", "کد بودجه", "budget_code"),
            column("unit", "مرکز هزینه", "unit"),
            column("subject", "شرح سند", "subject"),
            column("bill_id", "شناسه قبض", "bill_id"),
            column("payment_id", "شناسه پرداخت", "payment_id"),
            column("user", "کد کاربر", "100 + z % 9"),
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
            column("number", "شماره حواله", "number"),
            column("paid_on", "تاریخ حواله", "solid"),
            column("payee", "نام ذینفع", "payee"),
            column("payee_id", "شناسه ملی", "absent(payee_id, z)"),
            column("payee_national_id", "کدملی", "absent(payee_national_id, z)"),
            column("account", "حساب", "account"),
            column("amount", "مبلغ (میلیون ریال)", "bracketed(amount, 1000000, 6)"),
            column("kind", "نوع", spelled("payments", "payment-kinds", "kind")),
            column("contract", "ش قرارداد", "absent(contract, z)"),
            column("budget_code", "کد اعتبار", "budget_code"),
            column("unit", "واحد", "unit"),
            column("subject", "بابت", "subject"),
            column("payment_id", "شماره پیگیری", "payment_id"),
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
            column("amount", "مبلغ (تومان)", "amount // 10", "amount", summed=True, factor=10),
            column("kind", "نوع پرداخت", spelled("payments", "payment-kinds", "kind")),
            column("contract", "شماره قرارداد", "absent(contract, z)"),
            column("budget_code", "ردیف بودجه", "budget_code", "code"),
            column("unit", "واحد هزینه کننده", "unit"),
            column("subject", "شرح پرداخت", "messy(subject, z)"),
            column("bill_id", "شناسه قبض", "bill_id"),
            column("payment_id", "شناسه پرداخت", "payment_id"),
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
            column("personnel_code", "شماره پرسنلی", "personnel_code"),
            column("national_id", "كد ملي", "national_id"),
            column("name", "نام و نام خانوادگی ", "messy(name, z)"),
            column("father_name", "نام پدر", "father_name"),
            column("month", "ماه", "fa(replace(month, '-', '/'))"),
            column("post", "عنوان پست", "messy(post, z)"),
            column("level", "سطح", spelled("managers-pay", "levels", "level")),
            column("grade", "گروه", "grade", "whole"),
            column("unit", "محل خدمت", "messy(unit, z)"),
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
            column("account", "شماره شبا", "account"),
        ),
    )
