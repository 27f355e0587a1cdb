"""The real analysis gives the same findings through every door, and survives bad input."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

from flake8_hybridize.hosts import batch
from flake8_hybridize.hosts.cli import main

STEP = """\
# 😀
import tensorflow as tf


@tf.function(experimental_relax_shapes=True)
def stép(x):
    return tf.exp(x)
"""
FOUND = "5:2: HYB401 stép gives tf.function the argument "
SPAWN = """
import multiprocessing, sys
from flake8.main.cli import main
if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HYBRIDIZE_DEBUG", raising=False)
    return tmp_path


def output(*command: str, data: bytes | None = None) -> tuple[int, str, str]:
    done = subprocess.run([sys.executable, *command], input=data, capture_output=True, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


DOORS = {
    "command": ["-m", "flake8_hybridize", "check", "--jobs=1"],
    "command in parallel": ["-m", "flake8_hybridize", "check", "--jobs=2"],
    "flake8": ["-m", "flake8", "--select=HYB", "-j1"],
    "flake8 in parallel": ["-m", "flake8", "--select=HYB", "-j2"],
    "flake8 in spawned processes": ["spawn.py", "--select=HYB", "-j2"],
}


@pytest.mark.parametrize("command", DOORS.values(), ids=DOORS)
def test_files(command: list[str], here: Path) -> None:
    (here / "spawn.py").write_text(SPAWN)
    for name in "abc":
        (here / f"{name}.py").write_text(STEP, encoding="utf-8")
    status, out, err = output(*command, "a.py", "b.py", "c.py")
    assert (status, err) == (1, "")
    assert [line.split("experimental")[0] for line in sorted(out.splitlines())] == [
        f"{name}.py:{FOUND}" for name in "abc"
    ]


@pytest.mark.parametrize("command", [DOORS["command"], DOORS["flake8"]], ids=["command", "flake8"])
def test_stdin(command: list[str]) -> None:
    status, out, err = output(*command, "--stdin-display-name=pkg/a.py", "-", data=STEP.encode())
    assert (status, err) == (1, "")
    assert out.startswith(f"pkg/a.py:{FOUND}")


USES = "import tensorflow as tf\n"
BAD_INPUT = {
    "empty": (b"", 0),
    "bom": (b"\xef\xbb\xbf" + STEP.encode(), 1),
    "windows": (STEP.replace("\n", "\r\n").encode(), 1),
    "old mac": (STEP.replace("\n", "\r").encode(), 1),
    "latin-1": (b"# coding: latin-1\n# \xe9\n" + USES.encode(), 0),
    "not utf-8": (b"# tensorflow \xe9\n", 2),
    "nul": (USES.encode() + b"x = \0\n", 2),
    "syntax error": (USES.encode() + b"x = (\n", 2),
    "python 2": (USES.encode() + b"print 'x'\n", 2),
    "lone surrogate": (USES.encode() + b"x = '\\ud800'\n", 0),
    "no newline at the end": (USES.encode() + b"x = 1", 0),
    "form feed": (USES.encode() + b"\x0cx = 1\n", 0),
}


@pytest.mark.parametrize(("data", "expected"), BAD_INPUT.values(), ids=BAD_INPUT)
def test_bad_input_in_the_command(
    data: bytes, expected: int, here: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (here / "a.py").write_bytes(data)
    assert main(["check", "a.py"]) == expected
    out, err = capfd.readouterr()
    assert err.count("\n") == (expected == 2)
    assert out.count("\n") == (expected == 1)
    assert main(["report", "--format=json", "a.py"]) == 0


@pytest.mark.parametrize("text", [USES + "x = " + " + ".join("1" * 3000), USES + "x = y" + ".f()" * 900])
def test_very_deep_expressions_are_one_line(text: str, here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (here / "a.py").write_text(text)
    assert main(["check", "a.py"]) in (0, 1, 2)
    out, err = capfd.readouterr()
    assert (out + err).count("\n") <= 1
    assert "Traceback" not in out + err


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("stream", [Terminal(), io.StringIO()], ids=["terminal", "pipe"])
def test_a_progress_bar_only_on_a_terminal(
    stream: io.StringIO, here: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (here / "a.py").write_text(STEP, encoding="utf-8")
    monkeypatch.setattr(batch, "PATIENCE", -1.0)
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    assert main(["check", "a.py"]) == 1
    assert capfd.readouterr().out.startswith(f"a.py:{FOUND}")
    assert bool(stream.getvalue()) == stream.isatty()
    if stream.isatty():
        assert "1/1" in stream.getvalue()
