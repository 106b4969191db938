"""How the planning offices write: street values and permits."""

from __future__ import annotations

from ayan_demo.layout import Layout
from ayan_demo.mess import spelled
from ayan_demo.offices.columns import COUNTER, MARKED, one


def streets_table() -> Layout:
    """The booklet's table as a text file: UTF-8, thousands in Latin commas."""
    return Layout(
        dataset="street-values",
        source="default",
        form="csv",
        order="n",
        columns=(
            one("year", "سال", "year"),
            one("district", "منطقه", "district"),
            one("postal_patrol", "گشت پستی", "fa(postal_patrol)"),
            one("street", "نام معبر", "messy(street, z)"),
            one("q", "q_rial", "grouped(q)"),
            one("k", "ضریب", "k"),
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
            one("year", "سال اجرا", "fa(year)"),
            one("district", "منطقه شهرداری", "messy(district, z)"),
            one("postal_patrol", "کد گشت پستی", "postal_patrol", "code"),
            one("street", "شرح معبر", "messy(street, z)"),
            one("q", "q (تومان)", "q // 10", "amount", summed=True, factor=10),
            one("k", "ضریب k", "k", "whole"),
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
            one("file_number", "شماره پرونده", "file_number"),
            one("renovation_code", "کد نوسازی", "renovation_code"),
            one("owner_name", "نام متقاضی", "owner_name"),
            one("owner_national_id", "كدملي", "owner_national_id"),
            one("owner_father_name", "نام پدر", "owner_father_name"),
            one("address", "آدرس", "address"),
            one("owner_mobile", "تلفن همراه", "owner_mobile"),
            one("issued_on", "تاریخ صدور", "issued_on", "day"),
            one("district", "منطقه", spelled("building-permits", "districts", "district")),
            one("use", "کاربری", spelled("building-permits", "uses", "use")),
            one("kind", "نوع درخواست", spelled("building-permits", "permit-kinds", "kind")),
            one("land_area", "عرصه", "land_centi", "slash"),
            one("floor_area", "اعیان", "floor_centi", "slash"),
            one("storeys", "تعداد طبقات", "storeys", "whole"),
            one("units", "تعداد واحد", "units", "whole"),
            one("parking", "تعداد پارکینگ", "parking", "whole"),
            one("fee", "عوارض صدور", "fee", "amount", summed=True),
            one("state", "آخرین وضعیت", spelled("building-permits", "permit-states", "state")),
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
            one("object", "OBJECTID", "ordinal"),
            one("file_number", "FILE_NO", "file_number"),
            one("renovation_code", "RENOVATION_CODE", "renovation_code"),
            one("issued_on", "ISSUE_DATE", "epoch_ms(CAST(issued_on AS TIMESTAMP))"),
            one("district", "منطقه", spelled("building-permits", "districts", "district")),
            one("use", "کاربری", spelled("building-permits", "uses", "use")),
            one("kind", "نوع پروانه", spelled("building-permits", "permit-kinds", "kind")),
            one("land_area", "مساحت عرصه", "decimal_text(land_centi, 100, '%d.%02d')"),
            one("floor_area", "مساحت زیربنا", "decimal_text(floor_centi, 100, '%d.%02d')"),
            one("storeys", "طبقات", "storeys"),
            one("units", "تعداد واحد", "units"),
            one("parking", "پارکینگ", "parking"),
            one("fee", "عوارض", "fee"),
            one("state", "وضعیت", spelled("building-permits", "permit-states", "state")),
            one("longitude", "X", "decimal_text(lon, 1000000, '%d.%06d')"),
            one("latitude", "Y", "decimal_text(lat, 1000000, '%d.%06d')"),
            one("area", "SHAPE_AREA", "land_centi // 100"),
            one("owner_name", "مالک", "owner_name"),
            one("owner_national_id", "کد ملی مالک", "owner_national_id"),
            one("address", "نشانی ملک", "address"),
        ),
    )
