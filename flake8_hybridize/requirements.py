"""Which TensorFlow a project runs with, as far as its own requirements say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

FILES = ("pyproject.toml", "setup.cfg", "setup.py", "requirements.txt", "environment.yml")
_REQUIREMENT = re.compile(
    r"(?<![\w.-])tensorflow(?:[-_](?:cpu|gpu|macos|intel|rocm))?(?:\[[^]]*\])?"
    r"\s*(?P<bounds>(?:(?:[=<>!~]=|[=<>])=?\s*[\d.*]+[\s,]*)*)(?P<rest>.?)"
)
_BOUND = re.compile(r"([=<>!~]+)\s*([\d.*]+)")


def newest_allowed(folders: Iterable[Path]) -> tuple[Path, tuple[int, int]] | None:
    """The newest TensorFlow 2 that the first of the folders allows that asks for TensorFlow, and the file that says so.

    None where nothing is said, or no upper bound.
    """
    for folder in folders:
        asked = False
        found: list[tuple[tuple[int, int], Path]] = []
        for path in (folder / name for name in FILES):
            for bounds in _requirements(path):
                asked = True
                found += [(version, path) for version in _newest(bounds)]
        if asked:
            version, path = min(found, default=(None, folder))
            return None if version is None else (path, version)
    return None


def _requirements(path: Path) -> Iterator[str]:
    """The bounds of each requirement of TensorFlow in the file, as text."""
    try:
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
    except (OSError, UnicodeDecodeError):
        return
    for line in text.splitlines():
        for match in _REQUIREMENT.finditer(line.partition("#")[0]):
            if match["bounds"] or match["rest"] in ("", '"', "'", ",", ";"):
                yield match["bounds"]


def _newest(bounds: str) -> Iterator[tuple[int, int]]:
    """The last version of TensorFlow 2 within each upper bound."""
    for operator, text in _BOUND.findall(bounds):
        numbers = [int(part) for part in text.split(".") if part.isdigit()]
        if len(numbers) < 2 or numbers[0] != 2 or operator.startswith((">", "!")):
            continue
        minor = numbers[1]
        if operator == "~=" and len(numbers) < 3:
            continue
        if operator == "<" and not any(numbers[2:]):
            minor -= 1
        if minor >= 0:
            yield 2, minor
