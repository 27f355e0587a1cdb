"""Where the command writes: results on standard output or in a file, everything else on standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from flake8_hybridize.report.run import FileError

CLEAN = 0
FINDINGS = 1
FAILED = 2


class UsageError(Exception):
    """The command was asked for something it cannot do; the text is one line."""


def result(text: str | bytes | Iterable[bytes], output: str | None = None) -> None:
    """Write the result of the command, or its pieces, as UTF-8 with file names as the system has them."""
    data = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
    pieces = [data] if isinstance(data, bytes) else data
    if output is None:
        sys.stdout.buffer.writelines(pieces)
        sys.stdout.buffer.flush()
        return
    try:
        with Path(output).open("wb") as stream:
            stream.writelines(pieces)
    except OSError as error:
        raise UsageError(f"{output}: cannot be written: {error.strerror}") from error


def say(message: object) -> None:
    """Tell the user something that is not the result."""
    sys.stderr.write(f"hybridize: {message}\n")


def say_text(text: str) -> None:
    """Findings, where standard output is taken by the fixed text."""
    sys.stderr.write(text)


def say_errors(errors: Iterable[FileError]) -> None:
    """One line a file that could not be analysed."""
    for error in errors:
        say(error)
