"""How planning writes of parcels and commissions, and the cashier of what was paid for them."""

from __future__ import annotations

from ayan_demo.layout import Layout
from ayan_demo.mess import spelled
from ayan_demo.offices.columns import COUNTER, MARKED, column


def parcels() -> Layout:
    """The geographic system's GeoJSON: columns of its own, owners who must vanish."""
    return Layout(
        dataset="parcels",
        source="gis",
        form="geojson",
        order="n",
        columns=(
            column("object", "OBJECTID", "ordinal"),
            column("renovation_code", "RENOVATION_CODE", "renovation_code"),
            column("district", "MANTAGHE", spelled("parcels", "districts", "district")),
            column("street", "MABAR", "street"),
            column("zone", "ZONE", spelled("parcels", "zones", "zone")),
            column("permitted_use", "KARBARI", spelled("parcels", "uses", "permitted_use")),
            column("density", "TARAKOM", "density"),
            column("storeys", "TABAGHE", "storeys"),
            column("land_area", "SHAPE_AREA", "decimal_text(land_centi, 100, '%d.%02d')"),
            column("owner_name", "MALEK", "person_name(owner)"),
            column("owner_national_id", "CODE_MELLI", "person_nid(owner)"),
            column("geometry", "geometry", "geometry"),
        ),
    )


def rulings() -> Layout:
    """The panel's workbook: decimals with a slash, placeholders for nothing, a row of totals."""
    return Layout(
        dataset="article-100-rulings",
        source="panel",
        form="xlsx",
        order="year, j",
        titles=(MARKED, "آراء کمیسیون ماده صد", ""),
        blank_every=45,
        columns=(
            COUNTER,
            column("number", "شماره رای", "CASE z % 3 WHEN 0 THEN fa(number) ELSE number END"),
            column("file_number", "شماره پرونده", "absent(file_number, z)"),
            column("renovation_code", "شماره نوسازی", "renovation_code"),
            column("owner_name", "نام متخلف", "owner_name"),
            column("owner_national_id", "كدملي", "owner_national_id"),
            column("ruled_on", "تاریخ صدور رأی", "j_any(ruled_on, z)"),
            column("district", "منطقه", spelled("article-100-rulings", "districts", "district")),
            column("use", "نوع کاربری", spelled("article-100-rulings", "uses", "use")),
            column("violation", "شرح تخلف", spelled("article-100-rulings", "violations", "violation")),
            column("area", "متراژ تخلف", "area_centi", "slash"),
            column("transaction_value", "ارزش معاملاتی", "transaction_value", "amount"),
            column("coefficient", "ضریب جریمه", "coefficient_centi", "slash"),
            column("fine", "مبلغ جریمه", "fine", "amount", summed=True),
            column("ruling", "رأی صادره", spelled("article-100-rulings", "rulings", "ruling")),
            column("principle", "اصل", f"absent({spelled('article-100-rulings', 'principles', 'principle')}, z)"),
            column("panel", "مرحله", spelled("article-100-rulings", "panels", "panel")),
        ),
    )


def receipts() -> Layout:
    """The revenue system's text file in windows-1256: thousand rials, years of two digits."""
    return Layout(
        dataset="levy-receipts",
        source="cashier",
        form="csv",
        order="year, j",
        encoding="cp1256",
        delimiter=";",
        columns=(
            column("number", "شماره فیش", "number"),
            column("received_on", "تاریخ پرداخت", "j_short(received_on)"),
            column("kind", "نوع دریافت", spelled("levy-receipts", "receipt-kinds", "kind")),
            column("file_number", "ش پرونده", "absent(file_number, z)"),
            column("ruling", "ش رأی", "absent(ruling, z + 1)"),
            column("amount", "مبلغ (هزار ریال)", "shifted(amount, 1000, 3)"),
            column("channel", "نحوه پرداخت", spelled("levy-receipts", "channels", "channel")),
            column("payer_name", "مؤدی", "payer_name"),
            column("payer_national_id", "کد ملی", "payer_national_id"),
        ),
    )


def decisions() -> Layout:
    """The commission's list as a workbook."""
    return Layout(
        dataset="article-5-decisions",
        source="default",
        form="xlsx",
        order="year, j",
        titles=(MARKED, "مصوبات کمیسیون ماده پنج"),
        columns=(
            COUNTER,
            column("number", "شماره مصوبه", "number"),
            column("title", "موضوع", "messy(title, z)"),
            column("decided_on", "تاریخ جلسه", "j_any(decided_on, z)"),
            column("renovation_code", "کدنوسازی", "absent(renovation_code, z)"),
            column("district", "منطقه", spelled("article-5-decisions", "districts", "district")),
            column("place", "موقعیت", "messy(place, z)"),
            column("text", "شرح", "messy(text, z)"),
            column("from_use", "کاربری قبلی", spelled("article-5-decisions", "uses", "from_use")),
            column("to_use", "کاربری جدید", spelled("article-5-decisions", "uses", "to_use")),
            column("from_density", "تراکم قبلی", "from_density", "whole"),
            column("to_density", "تراکم جدید", "to_density", "whole"),
            column("outcome", "وضعیت", spelled("article-5-decisions", "outcomes", "outcome")),
        ),
    )
