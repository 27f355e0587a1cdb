"""Records with some fields changed: values and observations are never changed in place, but made anew."""

from __future__ import annotations

import dataclasses
from typing import Any, TypeVar


class _Positions(dict[type, dict[str, int]]):
    """Where the fields of each kind of named tuple are."""

    def __missing__(self, kind: Any) -> dict[str, int]:
        found = self[kind] = {name: index for index, name in enumerate(kind._fields)}
        return found


_POSITIONS = _Positions()
_Record = TypeVar("_Record")


def replace(record: _Record, **changes: Any) -> _Record:
    """The record with some fields changed; for a named tuple what `_replace` does, at half its cost."""
    if not isinstance(record, tuple):
        other: _Record = _other(record, changes)
        return other
    positions, fields = _POSITIONS[type(record)], list(record)
    for name, field in changes.items():
        fields[positions[name]] = field
    new: _Record = tuple.__new__(type(record), fields)
    return new


def _other(record: Any, changes: dict[str, Any]) -> Any:
    """The same for a record that is no tuple: a data class, or any record where the analysis is compiled."""
    change = getattr(record, "_replace", None)
    return dataclasses.replace(record, **changes) if change is None else change(**changes)
