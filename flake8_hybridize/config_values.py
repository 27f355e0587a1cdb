"""Values of settings as people write them: read, checked, and refused with a reason.

Every reader takes what a configuration file or a command line holds (text, or a TOML value) and
the folder that relative paths start from. It raises `ValueError` with a text that names the value.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flake8_hybridize.results import Confidence

PREFIX = "HYB"

_CODE = re.compile(r"HYB[0-9]{0,3}\Z")
_DOTTED = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*\Z")
_VERSION = re.compile(r"2\.([0-9]+)(\.[0-9a-z.]+)?\Z")
_SEPARATORS = re.compile(r"[,\s]+")
_BOOLEANS = {
    "1": True,
    "yes": True,
    "true": True,
    "on": True,
    "0": False,
    "no": False,
    "false": False,
    "off": False,
}
_CONFIDENCES = {level.label: level for level in (Confidence.LIKELY, Confidence.PROVED)}


def words(raw: Any) -> tuple[str, ...]:
    """The items of a list, or of a text with commas or blanks between them."""
    if isinstance(raw, str):
        return tuple(filter(None, _SEPARATORS.split(raw)))
    if isinstance(raw, (list, tuple)) and all(isinstance(item, str) for item in raw):
        return tuple(raw)
    raise ValueError(f"{raw!r} is not a list of texts")


def codes(raw: Any, base: Path | None = None) -> tuple[str, ...]:
    """Codes or beginnings of codes (`HYB101`, `HYB2`, `HYB`), each of a rule that exists."""
    items = words(raw)
    for item in items:
        if not _CODE.match(item):
            raise ValueError(f"{item!r} is not a code such as HYB101 or HYB2")
        if not _begins_a_rule(item):
            raise ValueError(f"{item!r} is no rule, see `hybridize rules`")
    return items


def _begins_a_rule(prefix: str) -> bool:
    from flake8_hybridize.rules.registry import RULES

    return any(code.startswith(prefix) for code in RULES)


def about_hybridize(raw: Any) -> tuple[str, ...]:
    """Those of flake8's codes that touch ours: `HYB2`, but also `H`; the others are dropped."""
    return tuple(PREFIX if PREFIX.startswith(item) else item for item in words(raw) if _touches(item))


def _touches(code: str) -> bool:
    return code.startswith(PREFIX) or PREFIX.startswith(code)


def confidence(raw: Any, base: Path | None = None) -> Confidence:
    """How sure a finding must be."""
    if isinstance(raw, str) and raw in _CONFIDENCES:
        return _CONFIDENCES[raw]
    raise ValueError(f"{raw!r} is not one of {', '.join(_CONFIDENCES)}")


def version(raw: Any, base: Path | None = None) -> tuple[int, int]:
    """A version of TensorFlow 2, of which only the first two numbers count."""
    match = _VERSION.match(raw) if isinstance(raw, str) else None
    if match is None:
        raise ValueError(f"{raw!r} is not a version of TensorFlow 2 such as '2.15'")
    return 2, int(match[1])


def dotted_names(raw: Any, base: Path | None = None) -> tuple[str, ...]:
    """Names as one imports them: `project.compile.fast`."""
    items = words(raw)
    for item in items:
        if not _DOTTED.match(item):
            raise ValueError(f"{item!r} is not a dotted name")
    return items


def folders(raw: Any, base: Path) -> tuple[str, ...]:
    """Existing folders, as absolute paths."""
    paths = [base / item for item in words(raw)]
    for item, path in zip(words(raw), paths, strict=True):
        if not path.is_dir():
            raise ValueError(f"{item!r} is not a folder")
    return tuple(os.path.abspath(path) for path in paths)


def folder_name(raw: Any, base: Path) -> str | None:
    """A folder that may not exist yet, as an absolute path; none for an empty text."""
    if raw == "":
        return None
    if not isinstance(raw, str):
        raise ValueError(f"{raw!r} is not the name of a folder")
    path = base / Path(raw).expanduser()
    if path.exists() and not path.is_dir():
        raise ValueError(f"{raw!r} is not a folder")
    return os.path.abspath(path)


def boolean(raw: Any, base: Path | None = None) -> bool:
    """A yes or no, with the words of configuration files."""
    value = raw if isinstance(raw, bool) else _BOOLEANS.get(str(raw).lower())
    if value is None:
        raise ValueError(f"{raw!r} is not true or false")
    return value


def jobs(raw: Any, base: Path | None = None) -> int:
    """A number of processes; 0 stands for `auto`."""
    if raw == "auto":
        return 0
    number = int(raw) if str(raw).isascii() and str(raw).isdigit() else 0
    if number < 1:
        raise ValueError(f"{raw!r} is not a positive number or 'auto'")
    return number


def patterns(raw: Any, base: Path) -> tuple[str, ...]:
    """Patterns of paths; those with a separator are taken from `base`, others match any name."""
    return tuple(os.path.abspath(base / item) if "/" in item or item == "." else item for item in words(raw))


def file_codes(raw: Any, base: Path) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Pairs of a path pattern and the codes that are not reported in files it matches."""
    table = _flake8_file_codes(raw) if isinstance(raw, str) else raw
    if not isinstance(table, Mapping):
        raise ValueError(f"{raw!r} is not a table of file patterns and codes")
    return tuple((patterns([pattern], base)[0], codes(items)) for pattern, items in table.items())


def _flake8_file_codes(raw: str) -> Mapping[str, tuple[str, ...]]:
    """`pattern:codes` pairs as flake8 writes them, with the codes that touch ours."""
    from flake8.exceptions import ExecutionError
    from flake8.utils import parse_files_to_codes_mapping

    try:
        pairs = parse_files_to_codes_mapping(raw)
    except ExecutionError as error:
        raise ValueError(f"{raw!r} is not a list of file patterns and codes") from error
    table: dict[str, tuple[str, ...]] = {}
    for pattern, items in pairs:
        found = about_hybridize(items)
        if found:
            table[pattern] = (*table.get(pattern, ()), *found)
    return table
