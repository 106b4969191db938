"""How the deputies keep registers: activities and their performance, services, tariffs, ceilings, exemptions."""

from __future__ import annotations

from ayan_demo.layout import Layout
from ayan_demo.mess import spelled
from ayan_demo.offices.columns import COUNTER, MARKED, column


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
            column("code", "کد", "code"),
            column("title", "شرح فعالیت", "messy(title, z)"),
            column("title_en", "عنوان لاتین", "title_en"),
            column("domain", "حوزه", spelled("activities", "domains", "domain")),
            column("unit", "متولی", "absent(NULL, z)"),
            column("legal_basis", "مستند قانونی", "absent(NULL, z + 1)"),
            column("indicator", "سنجه", "messy(indicator, z)"),
            column("indicator_en", "Indicator in English", "indicator_en"),
            column("cost", "هزینه", "absent(NULL, z + 2)"),
            column("evidence", "داده‌های مرتبط", "absent(evidence, z)"),
            column("proof", "پرس‌وجوی مدرک", "proof"),
            column("standing", "وضعیت", spelled("activities", "standings", "standing")),
            column("sample", "نمونه", "'بله'"),
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
            column("year", "سال مالی", "fa(year)"),
            column("activity", "کد", "activity"),
            column("indicator", "سنجه", "messy(indicator, z)"),
            column("target", "مقدار هدف", "decimal_text(target, 100, '%d/%02d')"),
            column("actual", "عملکرد", "absent(decimal_text(actual, 100, '%d/%02d'), z)"),
            column("note", "ملاحظات", "absent(note, z)"),
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
            column("code", "شناسه خدمت", "code"),
            column("title", "نام خدمت", "messy(title, z)"),
            column("title_en", "عنوان لاتین", "title_en"),
            column("called", "آنچه مردم می‌گویند", "messy(called, z)"),
            column("event", "رویداد زندگی", "messy(event, z)"),
            column("unit", "واحد ارائه‌دهنده", "messy(unit, z)"),
            column("audience", "مخاطب", spelled("services", "audiences", "audience")),
            column("documents", "مدارک مورد نیاز", "absent(documents, z)"),
            column("steps", "مراحل انجام کار", "messy(steps, z)"),
            column("fee", "هزینه", "fee", "amount"),
            column("days", "مدت انجام (روز)", "days", "whole"),
            column("tariff", "کد تعرفه", "absent(tariff, z)"),
            column("legal_days", "مهلت قانونی (روز)", "absent(NULL, z)"),
            column("legal_basis", "مستند قانونی", "absent(legal_basis, z)"),
            column("channel", "شیوه ارائه", spelled("services", "channels", "channel")),
            column("visit", "مراجعه", "CASE WHEN visit THEN 'بله' ELSE 'خیر' END"),
            column("sample", "نمونه", "CASE WHEN sample THEN 'بله' ELSE 'خیر' END"),
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
            column("year", "سال اجرا", "CASE z % 2 WHEN 0 THEN fa(year) ELSE CAST(year AS VARCHAR) END"),
            column("code", "کد تعرفه", "code"),
            column("item", "عنوان عوارض", "messy(item, z)"),
            column("kind", "نوع", spelled("fees-and-tariffs", "kinds", "kind")),
            column("formula", "نحوه محاسبه", "formula"),
            column("variables", "شرح متغیرها", "variables"),
            column("coefficients", "ضرایب", "absent(coefficients, z)"),
            column("article", "ماده تعرفه", "absent(NULL, z)"),
            column("since", "از تاریخ", "j_any(since, z)"),
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
            column("year", "سال مالی", "fa(year)"),
            column("small", "سقف کوچک", "grouped(small)"),
            column("medium", "سقف متوسط", "grouped(medium)"),
            column("since", "از تاریخ", "j_slash(since)"),
            column("source", "مرجع", "source"),
            column("source_link", "لینک منبع", "'-'"),
            column("invented", "ساختگی", "'بله'"),
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
            column("year", "سال معافیت", "year"),
            column("district", "منطقه", spelled("safety-exemptions", "districts", "district")),
            column("use", "نوع کاربری", spelled("safety-exemptions", "uses", "use")),
            column("exemptions", "تعداد معافیت", "fa(exemptions)"),
            column("ended", "رفع‌شده", "ended"),
        ),
    )
