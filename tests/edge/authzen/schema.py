"""The standard's shapes as JSON Schemas, written from its text in our own words (`schemas/*.json`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

_FOLDER: Final = Path(__file__).parent / "schemas"
SCHEMAS: Final[Mapping[str, Any]] = {
    path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(_FOLDER.glob("*.json"))
}
_REGISTRY: Final[Registry[Any]] = Registry().with_resources(
    (name, Resource.from_contents(schema)) for name, schema in SCHEMAS.items()
)


def is_valid(name: str, value: Any) -> bool:
    """Say whether a value has this shape."""
    return bool(Draft202012Validator(SCHEMAS[name], registry=_REGISTRY).is_valid(value))


def check(name: str, value: Any) -> None:
    """Fail where a value has not this shape."""
    Draft202012Validator(SCHEMAS[name], registry=_REGISTRY).validate(value)
