"""The Python files below the paths a user names."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Callable, Iterator, Sequence

SUFFIX = ".py"

OnError = Callable[[OSError], None]


def python_files(paths: Sequence[str], exclude: Sequence[str], on_error: OnError) -> list[str]:
    """Files to read, sorted, each once, written as reached from the given paths with `/`.

    As in flake8: without paths it is the working directory; links to folders are not entered;
    patterns are matched against the last part of a path and against the absolute path. A file that
    is named itself is taken whatever its suffix, also when it does not exist: reading it says so.
    `on_error` is told of folders that cannot be read.
    """
    found: set[str] = set()
    for path in paths or ["."]:
        if path == "-" or not is_excluded(path, exclude):
            found.update(_walk(path, exclude, on_error) if os.path.isdir(path) else [_shown(path)])
    return sorted(found)


def is_excluded(path: str, patterns: Sequence[str]) -> bool:
    """Whether one of the patterns matches the path."""
    name = os.path.basename(path)
    if name not in ("", ".", "..") and _matches(name, patterns):
        return True
    return _matches(os.path.abspath(path), patterns)


def _matches(text: str, patterns: Sequence[str]) -> bool:
    return any(fnmatch.fnmatch(text, pattern) for pattern in patterns)


def _walk(top: str, exclude: Sequence[str], on_error: OnError) -> Iterator[str]:
    for folder, subfolders, names in os.walk(top, onerror=on_error):
        subfolders[:] = [name for name in subfolders if not is_excluded(os.path.join(folder, name), exclude)]
        for name in names:
            path = os.path.join(folder, name)
            if name.endswith(SUFFIX) and os.path.isfile(path) and not is_excluded(path, exclude):
                yield _shown(path)


def _shown(path: str) -> str:
    shown = path.replace(os.sep, "/")
    return shown[2:] if shown.startswith("./") and len(shown) > 2 else shown
