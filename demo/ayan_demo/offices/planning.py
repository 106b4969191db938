"""How the planning offices write: street values and permits."""

from __future__ import annotations

from ayan_demo.layout import Layout
from ayan_demo.mess import spelled
from ayan_demo.offices.columns import COUNTER, MARKED, column


def streets_table() -> Layout:
    """The booklet's table as a text file: UTF-8, thousands in Latin commas."""
    return Layout(
        dataset="street-values",
        source="default",
        form="csv",
        order="n",
        columns=(
            column("year", "سال", "year"),
            column("district", "منطقه", "district"),
            column("postal_patrol", "گشت پستی", "fa(postal_patrol)"),
            column("street", "نام معبر", "messy(street, z)"),
            column("q", "q_rial", "grouped(q)"),
            column("k", "ضریب", "k"),
        ),
    )


def streets_valuation() -> Layout:
    """The valuation office's workbook: tomans, numbers in three writings."""
    return Layout(
        dataset="street-values",
        source="valuation",
        form="xlsx",
        order="n",
        titles=(MARKED, "ارزش معابر (q به تومان)"),
        blank_every=90,
        columns=(
            COUNTER,
            column("year", "سال اجرا", "fa(year)"),
            column("district", "منطقه شهرداری", "messy(district, z)"),
            column("postal_patrol", "کد گشت پستی", "postal_patrol", "code"),
            column("street", "شرح معبر", "messy(street, z)"),
            column("q", "q (تومان)", "q // 10", "amount", summed=True, factor=10),
            column("k", "ضریب k", "k", "whole"),
        ),
    )


def permits_engineering() -> Layout:
    """The district engineers' workbook: true Excel dates, decimals with a slash, owners who must vanish."""
    return Layout(
        dataset="building-permits",
        source="engineering",
        form="xlsx",
        order="file_number",
        titles=(MARKED, "پروانه‌های صادرشده"),
        blank_every=120,
        columns=(
            COUNTER,
            column("file_number", "شماره پرونده", "file_number"),
            column("renovation_code", "کد نوسازی", "renovation_code"),
            column("owner_name", "نام متقاضی", "owner_name"),
            column("owner_national_id", "كدملي", "owner_national_id"),
            column("owner_father_name", "نام پدر", "owner_father_name"),
            column("address", "آدرس", "address"),
            column("owner_mobile", "تلفن همراه", "owner_mobile"),
            column("issued_on", "تاریخ صدور", "issued_on", "day"),
            column("district", "منطقه", spelled("building-permits", "districts", "district")),
            column("use", "کاربری", spelled("building-permits", "uses", "use")),
            column("kind", "نوع درخواست", spelled("building-permits", "permit-kinds", "kind")),
            column("land_area", "عرصه", "land_centi", "slash"),
            column("floor_area", "اعیان", "floor_centi", "slash"),
            column("storeys", "تعداد طبقات", "storeys", "whole"),
            column("units", "تعداد واحد", "units", "whole"),
            column("parking", "تعداد پارکینگ", "parking", "whole"),
            column("fee", "عوارض صدور", "fee", "amount", summed=True),
            column("state", "آخرین وضعیت", spelled("building-permits", "permit-states", "state")),
        ),
    )


def permits_gis() -> Layout:
    """The geographic system's text file: epoch milliseconds, coordinates, columns of its own."""
    return Layout(
        dataset="building-permits",
        source="gis",
        form="csv",
        order="file_number",
        columns=(
            column("object", "OBJECTID", "ordinal"),
            column("file_number", "FILE_NO", "file_number"),
            column("renovation_code", "RENOVATION_CODE", "renovation_code"),
            column("issued_on", "ISSUE_DATE", "epoch_ms(CAST(issued_on AS TIMESTAMP))"),
            column("district", "منطقه", spelled("building-permits", "districts", "district")),
            column("use", "کاربری", spelled("building-permits", "uses", "use")),
            column("kind", "نوع پروانه", spelled("building-permits", "permit-kinds", "kind")),
            column("land_area", "مساحت عرصه", "decimal_text(land_centi, 100, '%d.%02d')"),
            column("floor_area", "مساحت زیربنا", "decimal_text(floor_centi, 100, '%d.%02d')"),
            column("storeys", "طبقات", "storeys"),
            column("units", "تعداد واحد", "units"),
            column("parking", "پارکینگ", "parking"),
            column("fee", "عوارض", "fee"),
            column("state", "وضعیت", spelled("building-permits", "permit-states", "state")),
            column("longitude", "X", "decimal_text(lon, 1000000, '%d.%06d')"),
            column("latitude", "Y", "decimal_text(lat, 1000000, '%d.%06d')"),
            column("area", "SHAPE_AREA", "land_centi // 100"),
            column("owner_name", "مالک", "owner_name"),
            column("owner_national_id", "کد ملی مالک", "owner_national_id"),
            column("address", "نشانی ملک", "address"),
        ),
    )
