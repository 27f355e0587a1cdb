"""A diff is what `git apply` and `patch -p1` take, whatever the files are like."""

from __future__ import annotations

import codecs
import shutil
import subprocess
from pathlib import Path

import pytest

from flake8_hybridize.report.patch import unified

LINES = "import tensorflow as tf\n\n\n@tf.function(old=1)\ndef f(x):\n    return 'é', x\n"
FILES = {
    "plain.py": LINES.encode(),
    "windows.py": LINES.replace("\n", "\r\n").encode(),
    "mixed.py": LINES.replace("\n", "\r\n", 3).encode(),
    "old_mac.py": LINES.replace("\n", "\r").encode(),
    "no_newline.py": LINES.rstrip("\n").encode(),
    "mark.py": codecs.BOM_UTF8 + LINES.encode(),
    "latin.py": b"# coding: latin-1\n" + LINES.encode("latin-1"),
    "feed.py": LINES.replace("@", "\x0c\n@").encode(),
    "separators.py": LINES.replace("é", "\x85\u2028\x0b").encode(),
    "two words.py": LINES.encode(),
    'tab\t"quoted".py': LINES.encode(),
    "pkg/größe.py": LINES.encode(),
}


def fixed(data: bytes) -> bytes:
    return data.replace(b"old=1", b"new=1, other=2")


@pytest.mark.parametrize(
    "command", [["git", "apply", "-"], ["patch", "-p1", "-s", "--binary"]], ids=["git", "patch"]
)
def test_programs_take_it(command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"no {command[0]}")
    monkeypatch.chdir(tmp_path)
    for name, data in FILES.items():
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_bytes(data)
    diff = b"".join(unified(name, data, fixed(data)) for name, data in FILES.items())
    done = subprocess.run(command, input=diff, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert {name: Path(name).read_bytes() for name in FILES} == {
        name: fixed(data) for name, data in FILES.items()
    }


def test_names_are_relative_where_they_can_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert unified(str(tmp_path / "a.py"), b"1\n", b"2\n").splitlines()[:2] == [b"--- a/a.py", b"+++ b/a.py"]
    assert unified("/elsewhere/a.py", b"1\n", b"2\n").startswith(b"--- a/elsewhere/a.py\n")


def test_no_change_is_no_diff() -> None:
    assert unified("a.py", b"1\n", b"1\n") == b""
