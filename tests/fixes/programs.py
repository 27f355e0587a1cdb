"""Fixtures as programs to fix: without their markers, which are comments and would make fixes unsafe."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from flake8_hybridize.analysis import analyse
from flake8_hybridize.fixes.apply import FixResult, fix_text
from flake8_hybridize.options import Options
from flake8_hybridize.results import Finding
from flake8_hybridize.rules.registry import RULES
from flake8_hybridize.source.text import Source

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
FILES = sorted(FIXTURES.glob("HYB[1-4]*/*.py"))
_MARKER = re.compile(r"[ \t]*#: HYB\d{3}(?:, HYB\d{3})*")


def name_of(path: Path) -> str:
    return f"{path.parent.name}-{path.stem}"


def program(path: Path) -> Source:
    """The text of a fixture as a project of its own."""
    return Source("/nowhere/program.py", _MARKER.sub("", path.read_text(encoding="utf-8")))


def findings(source: Source, *opt_in: str) -> Sequence[Finding]:
    """What is reported, with its fixes."""
    analysis = analyse(source, Options(extend_select=opt_in, fixes=True))
    assert analysis.error is None
    return analysis.findings


def opt_in(path: Path) -> tuple[str, ...]:
    """The folder's own code where it has to be switched on."""
    code = path.parent.name
    return (code,) if code in RULES and RULES[code].opt_in else ()


@cache
def fixed(path: Path, unsafe: bool) -> FixResult:
    """The program after its fixes."""
    return fix_text(program(path), lambda source: findings(source, *opt_in(path)), unsafe)
