"""How the deputies keep registers: activities and their performance, services, tariffs, ceilings, exemptions."""

from __future__ import annotations

from ayan_demo.layout import Layout
from ayan_demo.mess import spelled
from ayan_demo.offices.columns import COUNTER, MARKED, one


def activities() -> Layout:
    """The catalogue as a workbook: letters of two keyboards, placeholders where nothing is established."""
    return Layout(
        dataset="activities",
        source="default",
        form="xlsx",
        order="code",
        titles=(MARKED, "فهرست نمونه فعالیت‌ها", ""),
        blank_every=90,
        columns=(
            COUNTER,
            one("code", "کد", "code"),
            one("title", "شرح فعالیت", "messy(title, z)"),
            one("title_en", "عنوان لاتین", "title_en"),
            one("domain", "حوزه", spelled("activities", "domains", "domain")),
            one("unit", "متولی", "absent(NULL, z)"),
            one("legal_basis", "مستند قانونی", "absent(NULL, z + 1)"),
            one("indicator", "سنجه", "messy(indicator, z)"),
            one("indicator_en", "Indicator in English", "indicator_en"),
            one("cost", "هزینه", "absent(NULL, z + 2)"),
            one("evidence", "داده‌های مرتبط", "absent(evidence, z)"),
            one("standing", "وضعیت", spelled("activities", "standings", "standing")),
            one("sample", "نمونه", "'بله'"),
        ),
    )


def performance() -> Layout:
    """The planning office's text file: decimals with a slash, placeholders where nobody reported."""
    return Layout(
        dataset="performance",
        source="planning",
        form="csv",
        order="activity",
        delimiter=";",
        columns=(
            one("year", "سال مالی", "fa(year)"),
            one("activity", "کد", "activity"),
            one("indicator", "سنجه", "messy(indicator, z)"),
            one("target", "مقدار هدف", "decimal_text(target, 100, '%d/%02d')"),
            one("actual", "عملکرد", "absent(decimal_text(actual, 100, '%d/%02d'), z)"),
            one("note", "ملاحظات", "absent(note, z)"),
        ),
    )


def services() -> Layout:
    """The register of services as a workbook."""
    return Layout(
        dataset="services",
        source="default",
        form="xlsx",
        order="code",
        titles=(MARKED, "شناسنامه خدمات (بها و مدت ساختگی است)"),
        columns=(
            COUNTER,
            one("code", "شناسه خدمت", "code"),
            one("title", "نام خدمت", "messy(title, z)"),
            one("unit", "واحد ارائه‌دهنده", "messy(unit, z)"),
            one("audience", "مخاطب", spelled("services", "audiences", "audience")),
            one("documents", "مدارک مورد نیاز", "absent(documents, z)"),
            one("steps", "مراحل انجام کار", "messy(steps, z)"),
            one("fee", "هزینه", "fee", "amount"),
            one("days", "مدت انجام (روز)", "days", "whole"),
            one("legal_days", "مهلت قانونی (روز)", "absent(NULL, z)"),
            one("channel", "شیوه ارائه", spelled("services", "channels", "channel")),
        ),
    )


def tariffs() -> Layout:
    """The tariff of five years as a text file."""
    return Layout(
        dataset="fees-and-tariffs",
        source="default",
        form="csv",
        order="year, code",
        encoding="utf-8-sig",
        columns=(
            one("year", "سال اجرا", "CASE z % 2 WHEN 0 THEN fa(year) ELSE CAST(year AS VARCHAR) END"),
            one("code", "کد تعرفه", "code"),
            one("item", "عنوان عوارض", "messy(item, z)"),
            one("kind", "نوع", spelled("fees-and-tariffs", "kinds", "kind")),
            one("formula", "نحوه محاسبه", "formula"),
            one("variables", "شرح متغیرها", "variables"),
            one("coefficients", "ضرایب", "absent(coefficients, z)"),
            one("article", "ماده تعرفه", "absent(NULL, z)"),
            one("since", "از تاریخ", "j_any(since, z)"),
        ),
    )


def ceilings() -> Layout:
    """The finance office's short table: invented figures that say so."""
    return Layout(
        dataset="transaction-ceilings",
        source="default",
        form="csv",
        order="year",
        columns=(
            one("year", "سال مالی", "fa(year)"),
            one("small", "سقف کوچک", "grouped(small)"),
            one("medium", "سقف متوسط", "grouped(medium)"),
            one("since", "از تاریخ", "j_slash(since)"),
            one("source", "مرجع", "source"),
            one("source_link", "لینک منبع", "'-'"),
            one("invented", "ساختگی", "'بله'"),
        ),
    )


def exemptions() -> Layout:
    """The fire service's counts as a text file: numbers alone, of no building."""
    return Layout(
        dataset="safety-exemptions",
        source="default",
        form="csv",
        order="year, district, use",
        columns=(
            one("year", "سال معافیت", "year"),
            one("district", "منطقه", spelled("safety-exemptions", "districts", "district")),
            one("use", "نوع کاربری", spelled("safety-exemptions", "uses", "use")),
            one("exemptions", "تعداد معافیت", "fa(exemptions)"),
            one("ended", "رفع‌شده", "ended"),
        ),
    )
