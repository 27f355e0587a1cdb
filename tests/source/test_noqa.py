"""A comment silences in the command what it silences in flake8, line by line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from flake8_hybridize.results import Confidence, Finding, Severity
from flake8_hybridize.source.noqa import Noqa, reported
from flake8_hybridize.source.text import Source

COMMENTS = [
    "",
    "# noqa",
    "# NOQA",
    "# noqa: F821",
    "# noqa:F821",
    "# noqa: F8",
    "# noqa: F",
    "# noqa: f821",
    "# noqa: E501",
    "# noqa: E501,F821",
    "# noqa: E501 F821",
    "# noqa: E501;F821",
    "# noqa: F821;E501",
    "# noqa : E501",
    "# noqa E501",
    "# noqa: F821 because it is defined elsewhere",
    "# noqa:  F821",
    "# type: ignore # noqa: F821",
    "#noqa",
    "# flake8: noqa",
    "# flake8: noqa: F821",
    "# flake8: noqa: E501",
]

WIDENED = {
    "multi-line string": 'x = undefined, """\ntext\n"""  # noqa: F821\n',
    "formatted multi-line string": 'x = f"""{undefined}\ntext\n"""  # noqa: F821\n',
    "backslash": "x = undefined + \\\n    1  # noqa: F821\n",
    "parentheses are not widened": "x = (undefined +\n     1)  # noqa: F821\n",
    "inside a signature": "def f(\n    x=undefined,  # noqa: F821\n    y=undefined,\n): pass\n",
    "whole file": "x = undefined\n\n# flake8: noqa\n",
    "whole file, behind code": "x = undefined  # flake8: noqa\n",
    "windows": "x = undefined \\\r\n    + 1  # noqa: F821\r\n",
}


def lines_flake8_reports(path: Path) -> set[int]:
    command = [sys.executable, "-m", "flake8", "--isolated", "--select=F821", "--format=%(row)d", str(path)]
    return set(map(int, subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()))


def lines_left(path: Path) -> set[int]:
    loud = path.with_name("loud.py")
    loud.write_bytes(path.read_bytes().replace(b"noqa", b"----").replace(b"NOQA", b"----"))
    silenced = Noqa(Source.from_path(path))
    return {line for line in lines_flake8_reports(loud) if not silenced.silences("F821", line)}


def test_inline_comments_agree_with_flake8(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    inline = [comment for comment in COMMENTS if "flake8" not in comment]
    path.write_text("".join(f"x = undefined  {comment}\n" for comment in inline), encoding="utf-8")
    expected = lines_flake8_reports(path)
    assert 0 < len(expected) < len(inline)
    assert lines_left(path) == expected


@pytest.mark.parametrize("text", WIDENED.values(), ids=WIDENED)
def test_widened_and_file_level_comments_agree_with_flake8(text: str, tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(text.encode())
    assert lines_left(path) == lines_flake8_reports(path)


@pytest.mark.parametrize("comment", [comment for comment in COMMENTS if "flake8" in comment])
def test_file_level_comments_with_codes_agree_with_flake8(comment: str, tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text(f"{comment}\nx = undefined\n", encoding="utf-8")
    assert lines_left(path) == lines_flake8_reports(path)


def finding(code: str, line: int) -> Finding:
    return Finding(code, "a.py", line, 1, line, 2, "text", "f", Confidence.LIKELY, Severity.WARNING)


def test_reported_keeps_what_no_comment_names() -> None:
    source = Source("a.py", "a = 1  # noqa: HYB101\nb = 2  # noqa: HYB2 the loop is short\nc = 3\n")
    findings = [
        finding("HYB101", 1),
        finding("HYB201", 1),
        finding("HYB203", 2),
        finding("HYB101", 2),
        finding("HYB101", 3),
    ]
    kept = reported(findings, source)
    assert [(f.code, f.line) for f in kept] == [("HYB201", 1), ("HYB101", 2), ("HYB101", 3)]


def test_files_without_noqa_do_not_load_flake8() -> None:
    program = """
import sys
from flake8_hybridize.source.noqa import Noqa
from flake8_hybridize.source.text import Source
assert not Noqa(Source("a.py", "x = 1")).silences("HYB101", 1)
sys.exit("flake8.processor" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
