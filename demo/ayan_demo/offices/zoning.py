"""How planning writes of parcels and commissions, and the cashier of what was paid for them."""

from __future__ import annotations

from ayan_demo.layout import Layout
from ayan_demo.mess import spelled
from ayan_demo.offices.columns import COUNTER, MARKED, one


def parcels() -> Layout:
    """The geographic system's GeoJSON: columns of its own, owners who must vanish."""
    return Layout(
        dataset="parcels",
        source="gis",
        form="geojson",
        order="n",
        columns=(
            one("object", "OBJECTID", "ordinal"),
            one("renovation_code", "RENOVATION_CODE", "renovation_code"),
            one("district", "MANTAGHE", spelled("parcels", "districts", "district")),
            one("street", "MABAR", "street"),
            one("zone", "ZONE", spelled("parcels", "zones", "zone")),
            one("permitted_use", "KARBARI", spelled("parcels", "uses", "permitted_use")),
            one("density", "TARAKOM", "density"),
            one("storeys", "TABAGHE", "storeys"),
            one("land_area", "SHAPE_AREA", "decimal_text(land_centi, 100, '%d.%02d')"),
            one("owner_name", "MALEK", "person_name(owner)"),
            one("owner_national_id", "CODE_MELLI", "person_nid(owner)"),
            one("geometry", "geometry", "geometry"),
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
            one("number", "شماره رای", "CASE z % 3 WHEN 0 THEN fa(number) ELSE number END"),
            one("file_number", "شماره پرونده", "absent(file_number, z)"),
            one("renovation_code", "شماره نوسازی", "renovation_code"),
            one("owner_name", "نام متخلف", "owner_name"),
            one("owner_national_id", "كدملي", "owner_national_id"),
            one("ruled_on", "تاریخ صدور رأی", "j_any(ruled_on, z)"),
            one("district", "منطقه", spelled("article-100-rulings", "districts", "district")),
            one("use", "نوع کاربری", spelled("article-100-rulings", "uses", "use")),
            one("violation", "شرح تخلف", spelled("article-100-rulings", "violations", "violation")),
            one("area", "متراژ تخلف", "area_centi", "slash"),
            one("transaction_value", "ارزش معاملاتی", "transaction_value", "amount"),
            one("coefficient", "ضریب جریمه", "coefficient_centi", "slash"),
            one("fine", "مبلغ جریمه", "fine", "amount", summed=True),
            one("ruling", "رأی صادره", spelled("article-100-rulings", "rulings", "ruling")),
            one("principle", "اصل", f"absent({spelled('article-100-rulings', 'principles', 'principle')}, z)"),
            one("panel", "مرحله", spelled("article-100-rulings", "panels", "panel")),
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
            one("number", "شماره فیش", "number"),
            one("received_on", "تاریخ پرداخت", "j_short(received_on)"),
            one("kind", "نوع دریافت", spelled("levy-receipts", "receipt-kinds", "kind")),
            one("file_number", "ش پرونده", "absent(file_number, z)"),
            one("ruling", "ش رأی", "absent(ruling, z + 1)"),
            one("amount", "مبلغ (هزار ریال)", "shifted(amount, 1000, 3)"),
            one("channel", "نحوه پرداخت", spelled("levy-receipts", "channels", "channel")),
            one("payer_name", "مؤدی", "payer_name"),
            one("payer_national_id", "کد ملی", "payer_national_id"),
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
            one("number", "شماره مصوبه", "number"),
            one("title", "موضوع", "messy(title, z)"),
            one("decided_on", "تاریخ جلسه", "j_any(decided_on, z)"),
            one("renovation_code", "کدنوسازی", "absent(renovation_code, z)"),
            one("district", "منطقه", spelled("article-5-decisions", "districts", "district")),
            one("place", "موقعیت", "messy(place, z)"),
            one("text", "شرح", "messy(text, z)"),
            one("from_use", "کاربری قبلی", spelled("article-5-decisions", "uses", "from_use")),
            one("to_use", "کاربری جدید", spelled("article-5-decisions", "uses", "to_use")),
            one("from_density", "تراکم قبلی", "from_density", "whole"),
            one("to_density", "تراکم جدید", "to_density", "whole"),
            one("outcome", "وضعیت", spelled("article-5-decisions", "outcomes", "outcome")),
        ),
    )
