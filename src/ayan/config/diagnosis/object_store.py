"""What is seen of the object store that holds the releases: whether it answers, knows the key and heeds conditions."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from ayan.config.diagnosis.health_finding import HealthFinding
from ayan.config.limits import DOCTOR_BUCKET_SECONDS
from ayan.core.bucket.bucket_fault import BucketFault
from ayan.core.values.label import Label
from ayan.wiring.city import City


def examine_object_store(home: City) -> Iterator[HealthFinding]:
    """An object of a trial is put, overwritten under conditions and removed; nothing where releases are in a folder."""
    place = home.store_place.bucket if home.store_place else None
    if place is None:
        return
    # The client is loaded only where it is of use.
    from ayan.core.bucket.bucket import Bucket
    from ayan.core.bucket.trial import tried

    try:
        trial = tried(Bucket(place, DOCTOR_BUCKET_SECONDS))
    except BucketFault as fault:
        yield HealthFinding("object-store", "error", fault.label, fault.advice)
        return
    yield HealthFinding(
        "object-store",
        "ok",
        Label(
            "انبار شیئی پاسخ می‌دهد، کلید را می‌شناسد و شرط نوشتن را رعایت می‌کند ({place}).",
            "The object store answers, knows the key and heeds conditions ({place}).",
        ).format(place=place.url),
    )
    if trial.keeps_versions:
        yield HealthFinding(
            "object-store-versions",
            "warning",
            Label(
                "سطل نسخه‌های پیشین را نگه می‌دارد: آنچه پس گرفته یا پاک می‌شود در آن می‌ماند.",
                "The bucket keeps older versions: what is withdrawn or erased stays in it.",
            ),
            Label(
                "نگه‌داری نسخه‌ها را در آن سطل خاموش کنید، یا برای نسخه‌های پیشین زمان پایان بگذارید.",
                "Turn versioning off for the bucket, or let older versions expire.",
            ),
        )
    if place.endpoint.startswith("http://") and not _is_near(place.endpoint):
        yield HealthFinding(
            "object-store-plain",
            "warning",
            Label(
                "راه به انبار شیئی رمزنگاری نشده است (http).",
                "The way to the object store is not encrypted (http).",
            ),
        )


def _is_near(endpoint: str) -> bool:
    host = urlsplit(endpoint).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
