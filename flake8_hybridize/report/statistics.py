"""How often each code was found."""

from __future__ import annotations

from collections import Counter

from flake8_hybridize.report.run import Run
from flake8_hybridize.rules.registry import RULES


def counts(run: Run) -> dict[str, int]:
    """Findings per code, in the order of codes."""
    return dict(sorted(Counter(finding.code for finding in run.findings).items()))


def render(run: Run) -> str:
    """One line a code, in the shape of flake8's `--statistics`."""
    return "".join(f"{number:<5} {code} {RULES[code].summary}\n" for code, number in counts(run).items())
