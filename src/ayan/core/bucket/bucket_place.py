"""Which part of which bucket of which object store, and the key for it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class BucketPlace:
    """Where objects stand: below ``prefix`` (none, or with a slash behind it) of a bucket at an ``endpoint``."""

    bucket: str
    prefix: str
    endpoint: str
    region: str
    key: str = field(repr=False)
    secret: str = field(repr=False)

    @property
    def url(self) -> str:
        """Its name, as people write it."""
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/")
