"""Judges packages of OCDS by the library of the Open Contracting Partnership: the folder of schemas, then packages.

Nothing is fetched: the standard stands in a folder of schemas, and the extension for bids beside it where it is there;
without it bids are not judged.
"""

from __future__ import annotations

import io
import json
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests
from libcoveocds.api import ocds_json_output
from libcoveocds.config import LibCoveOCDSConfig
from ocdsextensionregistry.util import session
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse

PACKAGE = "record-package-schema.json"
EXTENSION = "ocds-bids-1.1.5"
OF_EXTENSION = ("/releases/bids", "/records/compiledRelease/bids")


class Kept(BaseAdapter):
    """Answers for every address with the files of one extension."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """The extension as its repository is packed."""
        if not self._folder.is_dir():
            raise requests.ConnectionError(f"{request.url} is not fetched")
        answer = requests.Response()
        answer.status_code, answer.url, answer.request = 200, str(request.url), request
        archive = io.BytesIO(packed(self._folder, "extension/"))
        answer.raw = HTTPResponse(archive, status=answer.status_code, preload_content=False, request_url=answer.url)
        return answer

    def close(self) -> None:
        """Nothing is open."""


def packed(folder: Path, below: str, **more: str) -> bytes:
    """The files of a folder in an archive, each below a folder there, but for those that are told by their stem."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as out:
        out.writestr(below.partition("/")[0] + "/", "")
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.stem not in more:
                out.write(path, f"{below}{path.relative_to(folder).as_posix()}")
        for stem, text in more.items():
            out.writestr(f"{below}{stem}.json", text)
    return archive.getvalue()


def with_record(schemas: Path) -> dict[str, Any]:
    """The schema of a package of records with that of a record in it, where the library looks for it."""
    package: dict[str, Any] = json.loads((schemas / PACKAGE).read_bytes())
    if "definitions" not in package:
        record = json.loads((schemas / "record-schema.json").read_bytes())
        del record["id"]
        package["definitions"] = record.pop("definitions") | {"record": record}
        package["properties"]["records"]["items"] = {"$ref": "#/definitions/record"}
    # The library would fetch what it refers to.
    del package["definitions"]["record"]["properties"]["versionedRelease"]
    return package


def faults(package: Path, config: LibCoveOCDSConfig, *, with_bids: bool) -> Iterator[str]:
    """What is wrong in a package, with the warnings but for fields that only a later version gives up."""
    said = ocds_json_output(json_data=json.loads(package.read_bytes()), lib_cove_ocds_config=config)
    for error in said["validation_errors"]:
        yield f"{error['path']}: {error['description']} ({error['value']!r})"
    for prefix in said.get("conformance_errors", {}).get("ocds_prefixes_bad_format", ()):
        yield f"the prefix of {prefix}"
    for part in said["all_additional_fields"]:
        place = f"{part['path']}/{part['field_name']}"
        if with_bids or not place.startswith(OF_EXTENSION):
            yield f"{place}: not of the standard"
    for openness in ("closed", "open"):
        for at, codes in said[f"additional_{openness}_codelist_values"].items():
            yield f"{at}: {codes['values']} not in {codes['codelist']} ({openness})"
    for check, places in said["additional_checks"].items():
        yield f"{check}: {places[0]['json_location']} and {len(places)} in all"
    for field in said["deprecated_fields"]:
        if field["explanation"][0] <= said["version_used"]:
            yield f"{field['field']}: given up in {field['explanation'][0]}"
    if "json_deref_error" in said:
        yield said["json_deref_error"]
    if with_bids:
        yield from (f"the extension {why}" for why in (said["extensions"] or {}).get("invalid_extensions", ()))


def main(schemas: Path, *packages: Path) -> None:
    """Write what was found."""
    extension = schemas.with_name(EXTENSION)
    session.mount("https://", Kept(extension))
    config = LibCoveOCDSConfig()
    record = json.dumps(with_record(schemas))
    config.config["context"] = "api"
    config.config["standard_zip"] = packed(schemas, "standard/schema/", **{PACKAGE.removesuffix(".json"): record})
    lines = [
        f"{package.name}: {line}"
        for package in packages
        for line in faults(package, config, with_bids=extension.is_dir())
    ]
    sys.stdout.write(json.dumps({"judged": len(packages), "found": lines}) + "\n")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
