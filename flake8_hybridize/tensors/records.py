"""Named tuples with some fields changed: values and observations are never changed in place, but made anew."""

from __future__ import annotations

from typing import Any, TypeVar


class _Positions(dict[type, dict[str, int]]):
    """Where the fields of each kind of named tuple are."""

    def __missing__(self, kind: Any) -> dict[str, int]:
        found = self[kind] = {name: index for index, name in enumerate(kind._fields)}
        return found


_POSITIONS = _Positions()
_Record = TypeVar("_Record", bound=tuple[Any, ...])


def replace(record: _Record, **changes: Any) -> _Record:
    """The named tuple with some fields changed; what `_replace` does, at half its cost."""
    positions, fields = _POSITIONS[type(record)], list(record)
    for name, field in changes.items():
        fields[positions[name]] = field
    return tuple.__new__(type(record), fields)
