"""An analysis whose findings are written in the analysed text, to test the hosts alone.

`#! HYB101` at the end of a line is a finding there; with `old` in the line its fix writes `new`.
A text with `crash` makes the analysis fail.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from types import ModuleType

import pytest
from flake8.main.cli import main as flake8_main
from flake8.utils import stdin_get_value

from flake8_hybridize.hosts.cli import main
from flake8_hybridize.options import Options
from flake8_hybridize.results import (
    Analysis,
    Applicability,
    Confidence,
    Decision,
    Edit,
    Finding,
    Fix,
    Precondition,
    Severity,
    Verdict,
)
from flake8_hybridize.source.text import Source

MARK = re.compile(r"#! (HYB\d+)( unsafe)?")


def analyse(source: Source, options: Options, project: object = None) -> Analysis:
    source.tree()
    if "crash" in source.text:
        raise RecursionError("maximum recursion\ndepth exceeded at a.py:1:2: x")
    findings = [
        finding for finding in _findings(source) if not finding.code.startswith(options.ignore or "-")
    ]
    return Analysis(source.path, tuple(findings), tuple(_verdicts(source)), len(source.lines))


def _findings(source: Source) -> Iterator[Finding]:
    offset = 0
    for number, line in enumerate(source.lines, 1):
        for mark in MARK.finditer(line):
            column = len(line) - len(line.lstrip()) + 1
            yield Finding(
                mark[1],
                source.path,
                number,
                column,
                number,
                len(line.rstrip()) + 1,
                f"found in {line.split('#')[0].strip()}",
                "step",
                Confidence.LIKELY,
                Severity.WARNING,
                _fix(line, offset, mark),
            )
        offset += len(line)


def _fix(line: str, offset: int, mark: re.Match[str]) -> Fix | None:
    if "old" not in line:
        return None
    start = offset + line.index("old")
    edits = (Edit(start, start + 3, "new"), Edit(offset + mark.start(), offset + mark.end(), "#"))
    return Fix(edits, Applicability.UNSAFE if mark[2] else Applicability.SAFE, "write new")


def _verdicts(source: Source) -> Iterator[Verdict]:
    for number, line in enumerate(source.lines, 1):
        if line.startswith("def "):
            name = line[4 : line.index("(")]
            conditions = (Precondition("computes tensors", True, "tf.exp, line 2"),)
            yield Verdict(
                *(source.path, name, number, number + 1, False, (), True, (), False, (), (), True),
                *(Confidence.LIKELY, None, "hot", "called in the loop at line 9", "pays", Decision.HYBRIDIZE),
                *(None, (), "module", conditions),
            )


@pytest.fixture
def analysis(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put this analysis in the place of the real one."""
    fake = ModuleType("flake8_hybridize.analysis")
    fake.analyse = analyse  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "flake8_hybridize.analysis", fake)


@pytest.fixture
def hybridize(
    analysis: None, capfdbinary: pytest.CaptureFixture[bytes]
) -> Callable[..., tuple[int, str, str]]:
    """Run the command in this process: status, standard output, standard error."""

    def run(*arguments: str) -> tuple[int, str, str]:
        try:
            status = main(arguments)
        except SystemExit as end:
            status = int(end.code or 0)
        out, err = capfdbinary.readouterr()
        return status, out.decode(), err.decode()

    return run


@pytest.fixture
def flake8(analysis: None, capfdbinary: pytest.CaptureFixture[bytes]) -> Callable[..., tuple[int, str, str]]:
    """Run flake8 for our codes only: status, standard output, standard error."""

    def run(*arguments: str) -> tuple[int, str, str]:
        stdin_get_value.cache_clear()
        status = flake8_main(["--extend-ignore=E,F,W,C", "-j1", *arguments])
        out, err = capfdbinary.readouterr()
        return status, out.decode(), err.decode()

    return run
