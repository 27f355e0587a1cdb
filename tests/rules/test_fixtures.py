"""Every fixture reports exactly what its markers say: on those lines those codes, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flake8_hybridize.analysis import analyse
from flake8_hybridize.options import Options
from flake8_hybridize.rules.registry import RULES
from flake8_hybridize.source.text import Source

FIXTURES = Path(__file__).parent.parent / "fixtures"
FILES = sorted(FIXTURES.glob("HYB*/*.py"))
_MARKER = re.compile(r"#: ((?:HYB\d{3}(?:, )?)+)")


def expected(text: str) -> set[tuple[int, str]]:
    """Line and code of every marker in a fixture."""
    return {
        (number, code)
        for number, line in enumerate(text.splitlines(), 1)
        for match in _MARKER.finditer(line)
        for code in re.findall(r"HYB\d{3}", match.group(1))
    }


def reported(path: Path) -> set[tuple[int, str]]:
    """Line and code of every finding, the folder's own opt-in code switched on."""
    code = path.parent.name
    opt_in = (code,) if code in RULES and RULES[code].opt_in else ()
    source = Source.from_path(path)
    hidden = Source("/nowhere/program.py", source.text)
    analysis = analyse(hidden, Options(extend_select=opt_in))
    assert analysis.error is None
    return {(finding.line, finding.code) for finding in analysis.findings}


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_fixture_reports_exactly_its_markers(path: Path) -> None:
    assert reported(path) == expected(path.read_text(encoding="utf-8"))


def test_both_updates_of_a_gan_are_one_step() -> None:
    text = (FIXTURES / "HYB104" / "fires_two_updates_in_turn.py").read_text(encoding="utf-8")
    lines = text.splitlines()
    first, second = (i for i, line in enumerate(lines) if "GradientTape" in line)
    end = max(i for i, line in enumerate(lines) if "apply_gradients" in line)
    sometimes = [
        *lines[:second],
        "            if epoch % 2:",
        *("    " + line for line in lines[second : end + 1]),
    ]
    assert _steps(text) == [f"lines {first + 1} to {end + 1}"]
    assert _steps("\n".join([*sometimes, *lines[end + 1 :]])) == [f"lines {first + 1} to {second - 1}"]


def _steps(text: str) -> list[str]:
    findings = analyse(Source("/nowhere/gan.py", text), Options()).findings
    return [f.message.partition("(")[2].partition(")")[0] for f in findings if f.code == "HYB104"]
