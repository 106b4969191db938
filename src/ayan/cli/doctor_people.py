"""What the doctor says of the desk: that somebody can manage people, that settings are strong, that the trail holds."""

from __future__ import annotations

from collections.abc import Iterator

from ayan.cli.doctor_finding import DoctorFinding
from ayan.core.values.label import Label


def examine_people() -> Iterator[DoctorFinding]:
    """Nothing where the database is not there yet: that has been told already."""
    from django.conf import settings
    from django.db import connection

    if "accounts_act" not in connection.introspection.table_names():
        return
    from ayan.apps.accounts import actions, append_only, audit

    count = actions.administrators()
    if count:
        yield DoctorFinding(
            "ok", Label("{count} مدیر سامانه هست.", "There are {count} administrators.").format(count=count)
        )
    else:
        yield DoctorFinding(
            "warning",
            Label(
                "هنوز مدیر سامانه‌ای نیست: ayan officer add نام --name «نام و نام خانوادگی»",
                'There is no administrator yet: ayan officer add USERNAME --name "NAME"',
            ),
        )
    if count and not settings.SESSION_COOKIE_SECURE:
        yield DoctorFinding(
            "warning",
            Label(
                "کارکنان بی HTTPS وارد می‌شوند؛ در بهره‌برداری settings.production را به کار ببرید.",
                "Officers sign in without HTTPS; use settings.production for real work.",
            ),
        )
    if not append_only.stand(connection):
        yield DoctorFinding(
            "error",
            Label(
                "پایگاه داده تغییر رد کارها را نمی‌بندد. ayan serve را یک بار اجرا کنید.",
                "The database does not refuse changes of the audit trail. Run ayan serve once.",
            ),
        )
    broken = audit.check()
    if broken:
        yield DoctorFinding(
            "error",
            Label(
                "رد کارها از شمارهٔ {number} درست نیست ({why}).",
                "The audit trail does not hold from number {number} on ({why}).",
            ).format(number=broken.number, why=broken.why),
        )
    else:
        yield DoctorFinding("ok", Label("زنجیرهٔ رد کارها درست است.", "The chain of the audit trail holds."))
