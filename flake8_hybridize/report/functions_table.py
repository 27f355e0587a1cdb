"""The verdicts on all functions as a table for people, with a summary of decisions and blockers."""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from collections.abc import Iterable, Iterator

from flake8_hybridize.report.columns import columns
from flake8_hybridize.report.functions import tensor_parameters
from flake8_hybridize.report.run import Run
from flake8_hybridize.results import Decision, Verdict
from flake8_hybridize.rules.registry import RULES

NARROWEST = 80
WIDEST = 1000
FOLDED = ("function", "tensors", "hazards")


def render(run: Run) -> str:
    """Functions with tensor computation or a decorator, then the counts; plain text, no colours."""
    return "\n".join(_lines(run, _width())) + "\n"


def _width() -> int:
    """Columns of the terminal; without one there is nothing to fold lines for."""
    return max(shutil.get_terminal_size().columns, NARROWEST) if sys.stdout.isatty() else WIDEST


def _lines(run: Run, width: int) -> Iterator[str]:
    worth_a_row = [verdict for verdict in run.verdicts if verdict.hybrid or verdict.tensor_computation]
    if worth_a_row:
        yield from _functions(worth_a_row, width)
    yield from ("", _totals(run, len(worth_a_row)), "")
    every = {decision.value: 0 for decision in Decision}
    yield from _counts("decision", every, (v.decision.value for v in run.verdicts), width)
    blockers = [code for verdict in run.verdicts if not verdict.hybrid for code in verdict.blockers]
    if blockers:
        yield from _counts("held back by", {}, (f"{code} {RULES[code].summary}" for code in blockers), width)


def _functions(verdicts: list[Verdict], width: int) -> Iterator[str]:
    header = ("function", "now", "tensors", "heat", "benefit", "hazards", "decision", "confidence")
    return columns(header, [_row(verdict) for verdict in verdicts], width, foldable=FOLDED)


def _row(verdict: Verdict) -> tuple[str, ...]:
    return (
        f"{verdict.path}:{verdict.line} {verdict.qualname}",
        "hybrid" if verdict.hybrid else "eager",
        " ".join(tensor_parameters(verdict)),
        verdict.heat,
        verdict.benefit,
        " ".join(sorted({hazard.code for hazard in verdict.hazards})),
        verdict.decision.value,
        verdict.confidence.label,
    )


def _totals(run: Run, rows: int) -> str:
    counts = f"{len(run.verdicts)} functions in {len(run.results)} files, {run.lines} lines"
    return f"{counts}; {rows} compute tensors or are hybrid; {run.seconds:.2f} s"


def _counts(title: str, start: dict[str, int], items: Iterable[str], width: int) -> Iterator[str]:
    counter = Counter(start)
    counter.update(items)
    rows = [
        (str(number), item) for item, number in sorted(counter.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    return columns(("functions", title), rows, width, foldable=(title,), right=("functions",))
