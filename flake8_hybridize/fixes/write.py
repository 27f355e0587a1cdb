"""Writes a fixed file so that, whatever happens, the file is either the old one or the new one."""

from __future__ import annotations

import contextlib
import io
import os
import stat
import tempfile
import tokenize
from pathlib import Path

from flake8_hybridize.fixes.edits import parsed
from flake8_hybridize.source.text import Source, UnreadableSource


class NotWritten(UnreadableSource):
    """A file that was left as it is, and why, in one line."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(path, None, message)

    def __reduce__(self) -> tuple[type[NotWritten], tuple[str, str]]:
        return NotWritten, (self.path, self.message)


def write_atomically(path: str, source: Source, text: str) -> bool:
    """Replace the file at `path`, which `source` was read from, by one with this text.

    The bytes outside the edits, the mode and a symbolic link are kept. False if the file has this
    text already, for instance from another process. Raises `NotWritten` if the file was changed by
    someone else, is read-only, or cannot hold the text in its encoding.
    """
    try:
        old, new = source.encode(source.text), source.encode(text)
    except UnreadableSource as error:
        raise NotWritten(path, error.message) from error
    _check(path, old, new, text)
    target = Path(os.path.realpath(path))
    try:
        return _replace(target, path, old, new)
    except OSError as error:
        raise NotWritten(path, f"cannot be written: {error.strerror or error}") from error


def _check(path: str, old: bytes, new: bytes, text: str) -> None:
    if parsed(text) is None:
        raise NotWritten(path, "the fixed text would not be valid Python")
    if _encoding(old) != _encoding(new):
        raise NotWritten(path, "the fix would change the encoding that the file declares")


def _encoding(data: bytes) -> str:
    return tokenize.detect_encoding(io.BytesIO(data).readline)[0]


def _replace(target: Path, shown: str, old: bytes, new: bytes) -> bool:
    state = target.stat()
    if not stat.S_ISREG(state.st_mode):
        raise NotWritten(shown, "is not a regular file")
    if not state.st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not os.access(target, os.W_OK):
        raise NotWritten(shown, "is read-only")
    if not _still(target, shown, old, new):
        return False
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
    try:
        with open(handle, "wb") as file:
            file.write(new)
            file.flush()
            os.fsync(file.fileno())
        _copy_owner(name, state)
        os.chmod(name, stat.S_IMODE(state.st_mode))
        if not _still(target, shown, old, new):
            return False
        os.replace(name, target)
        name = ""
    finally:
        if name:
            with contextlib.suppress(OSError):
                os.unlink(name)
    _sync_folder(target.parent)
    return True


def _still(target: Path, shown: str, old: bytes, new: bytes) -> bool:
    """Whether the file still is what was analysed; False if it is the result already."""
    current = target.read_bytes()
    if current != old and current != new:
        raise NotWritten(shown, "was changed by someone else while it was being fixed")
    return current == old and old != new


def _copy_owner(name: str, state: os.stat_result) -> None:
    """Only root may give a file away; for others the new file is theirs."""
    if hasattr(os, "chown"):
        with contextlib.suppress(OSError):
            os.chown(name, state.st_uid, state.st_gid)


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable, where the platform can."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
