"""How the personnel office writes: the organisation chart."""

from __future__ import annotations

from ayan_demo.layout import Column, Layout
from ayan_demo.mess import spelled
from ayan_demo.offices.columns import COUNTER, MARKED, column


def chart() -> Layout:
    """The workbook of the organisation chart: header over two rows, codes in mixed digits."""
    return Layout(
        dataset="organisation-chart",
        source="personnel",
        form="xlsx",
        order="code",
        titles=(MARKED, "ساختار سازمانی"),
        blank_every=20,
        columns=(
            COUNTER,
            Column("code", ("واحد", "كد"), "code", "code"),
            Column("title", ("واحد", "عنوان"), "messy(title, z)"),
            column("kind", "نوع واحد", spelled("organisation-chart", "unit-kinds", "kind")),
            Column("parent", ("واحد بالادست", "كد"), "parent", "code"),
            column("head_post", "عنوان پست", "messy(head_post, z)"),
            Column("phone", ("تماس", "داخلی"), "phone", "code"),
            column("founded_on", "تاریخ تشکیل", "j_any(founded_on, z)"),
        ),
    )
