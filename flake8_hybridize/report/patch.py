"""A unified diff that `git apply` and `patch -p1` take: the bytes of the files themselves, in lines that end in line feeds."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator


def unified(path: str, before: bytes, after: bytes) -> bytes:
    """The changes of one file; its name as git writes it, relative to the current folder where it is in there."""
    import difflib

    old, new = (io.BytesIO(data).readlines() for data in (before, after))
    lines = difflib.diff_bytes(difflib.unified_diff, old, new, _name("a", path), _name("b", path))
    return b"".join(_ended(lines))


def _ended(lines: Iterator[bytes]) -> Iterator[bytes]:
    for line in lines:
        yield line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n"


def _name(side: str, path: str) -> bytes:
    """`a/pkg/step.py`; between quotes where it has control characters, with a tab behind it where it has blanks."""
    if os.path.isabs(path):
        inside = os.path.relpath(path)
        path = os.path.splitdrive(path)[1] if inside.startswith(os.pardir) else inside
    whole = f"{side}/{path.replace(os.sep, '/').lstrip('/')}"
    data = whole.encode("utf-8", "surrogateescape")
    if any(byte < 0x20 or byte == 0x7F or byte in b'"\\' for byte in data):
        return b'"' + b"".join(map(_escaped, data)) + b'"'
    return data + b"\t" * (b" " in data)


def _escaped(byte: int) -> bytes:
    return b"\\%03o" % byte if byte < 0x20 or byte == 0x7F or byte in b'"\\' else bytes((byte,))
