"""The environment variables that say where releases stand."""

from __future__ import annotations

from typing import Final

from ayan.config.variable import Variable
from ayan.core.values.label import Label
from ayan.wiring.limits import DEFAULT_CACHE_MB
from ayan.wiring.store_place import DEFAULT_REGION

STORE_VARIABLES: Final = (
    Variable(
        "AYAN_STORE",
        Label(
            "جای داده‌های منتشرشده: پوشه‌ای، یا s3://سطل/پیشوند؛ پیش‌فرض پوشهٔ store در پوشهٔ شهر",
            "Where releases stand: a folder, or s3://bucket/prefix; store/ in AYAN_HOME by default",
        ),
        example="s3://ayan/city",
    ),
    Variable(
        "AYAN_S3_ENDPOINT",
        Label(
            "نشانی انبار شیئی، اگر AYAN_STORE با s3:// آغاز شود",
            "The object store's address, where AYAN_STORE begins with s3://",
        ),
        example="https://s3.example",
    ),
    Variable(
        "AYAN_S3_KEY",
        Label("شناسهٔ کلید انبار شیئی", "The id of the key for the object store"),
        secret=True,
    ),
    Variable(
        "AYAN_S3_SECRET",
        Label("رمز آن کلید", "The secret of that key"),
        secret=True,
    ),
    Variable(
        "AYAN_S3_REGION",
        Label("ناحیهٔ انبار شیئی، اگر داشته باشد", "The region of the object store, where it has any"),
        default=DEFAULT_REGION,
    ),
    Variable(
        "AYAN_STORE_CACHE_MB",
        Label(
            "بیشترین جای پرونده‌های انبار شیئی که روی این ماشین نگه داشته می‌شود، به مگابایت",
            "The most that is kept on this machine of files of the object store, in MiB",
        ),
        default=str(DEFAULT_CACHE_MB),
        example="51200",
    ),
    Variable(
        "AYAN_BACKUP_S3_ENDPOINT",
        Label(
            "نشانی انبار شیئی پشتیبان‌ها، اگر جز انبار داده‌هاست؛ آنگاه کلیدش نیز جداست",
            "The address of the object store of backups, where it is not that of the releases; its key is then its own",
        ),
        example="https://backup.example",
    ),
    Variable(
        "AYAN_BACKUP_S3_KEY",
        Label("شناسهٔ کلید انبار پشتیبان‌ها", "The id of the key for the object store of backups"),
        secret=True,
    ),
    Variable(
        "AYAN_BACKUP_S3_SECRET",
        Label("رمز آن کلید", "The secret of that key"),
        secret=True,
    ),
    Variable(
        "AYAN_BACKUP_S3_REGION",
        Label("ناحیهٔ انبار پشتیبان‌ها، اگر داشته باشد", "The region of the object store of backups, where it has any"),
        default=DEFAULT_REGION,
    ),
)
