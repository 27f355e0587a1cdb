"""Files the tool cannot read (HYB900) and comments that silence nothing (HYB901), as they come from disk."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from flake8_hybridize.hosts.cli import main

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
READ = sorted((FIXTURES / "HYB900").glob("*.py.txt"))
COMMENTED = sorted((FIXTURES / "HYB901").glob("*.py.txt"))
_EXPECTED = re.compile(rb"^# expect: line (\d+): (.*?)\r?$", re.MULTILINE)
_MARKER = re.compile(r"#: (HYB\d{3})")


def check(
    path: Path, folder: Path, capsys: pytest.CaptureFixture[str], *options: str
) -> tuple[int, list[str], str]:
    """Status, lines and errors of `hybridize check` for a copy of the fixture, called program.py."""
    program = folder / "program.py"
    shutil.copyfile(path, program)
    status = main(["check", "--no-cache", *options, str(program)])
    out, err = capsys.readouterr()
    return status, out.splitlines(), err


@pytest.mark.parametrize("path", READ, ids=lambda path: path.name.partition(".")[0])
def test_files_that_do_not_parse_are_named_with_the_reason(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = _EXPECTED.search(path.read_bytes())
    status, out, err = check(path, tmp_path, capsys)
    assert (wanted is not None) == path.name.startswith("fires_")
    assert out == []
    if wanted is None:
        assert (status, err) == (0, "")
    else:
        assert status == 2
        assert f"program.py:{wanted[1].decode()}: {wanted[2].decode()}" in err


@pytest.mark.parametrize("path", COMMENTED, ids=lambda path: path.name.partition(".")[0])
def test_comments_that_silence_nothing(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = path.read_text(encoding="utf-8")
    wanted = {(n, code) for n, line in enumerate(text.splitlines(), 1) for code in _MARKER.findall(line)}
    status, out, err = check(path, tmp_path, capsys, "--extend-select=HYB901")
    places = [re.fullmatch(r".*program\.py:(\d+):\d+: (HYB\d{3}) .*", line) for line in out]
    assert {(int(place[1]), place[2]) for place in places if place} == wanted
    assert bool(wanted) == path.name.startswith("fires_")
    assert (status, err, len(places)) == (int(bool(wanted)), "", len(wanted))
