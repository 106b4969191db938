"""How the planning deputy keeps the registers of what the municipality does: activities, services, performance."""

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
