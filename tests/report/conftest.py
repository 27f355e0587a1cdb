"""One run with findings of every kind, for all formats."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flake8_hybridize.report.run import FileError, FileResult, Run
from flake8_hybridize.results import (
    Applicability,
    Confidence,
    Decision,
    Edit,
    Finding,
    Fix,
    Hazard,
    Parameter,
    Precondition,
    Severity,
    SideEffect,
    Verdict,
)

TEXT = "import tensorflow as tf\r\ns = '😀'; print(s)\r\n"


@pytest.fixture
def finding() -> Finding:
    start = TEXT.index("print")
    fix = Fix(
        (Edit(start, start + 5, "tf.print"),), Applicability.UNSAFE, "print with tf.print", "order may change"
    )
    message = "print() runs once per trace: 100% of later calls print nothing"
    place = (2, 10, 2, 18)
    return Finding("HYB201", "pkg/a b.py", *place, message, "f", Confidence.PROVED, Severity.WARNING, fix)


@pytest.fixture
def verdict() -> Verdict:
    return Verdict(
        path="pkg/a b.py",
        qualname="Trainer.step",
        line=12,
        end_line=40,
        hybrid=False,
        parameters=(
            Parameter("x", "tensor", Confidence.PROVED, "passed to tf.exp, line 14"),
            Parameter("v", "variable", Confidence.LIKELY, "annotation"),
            Parameter("k", "number", Confidence.LIKELY, "called with 3, line 80"),
            Parameter("mode", "string", Confidence.GUESS, "default"),
            Parameter("training", "bool", Confidence.LIKELY, "default"),
        ),
        tensor_computation=True,
        side_effects=(SideEffect(14, 9, "print", "print(s)"),),
        recursive=False,
        hazards=(
            Hazard("HYB201", "PY_PRINT", 14, 9, "print() runs once per trace", Confidence.PROVED, ("log",)),
        ),
        blockers=("HYB201",),
        eligible=False,
        confidence=Confidence.LIKELY,
        traced_by=None,
        heat="hot",
        heat_evidence="called in the loop at line 80",
        benefit="pays",
        decision=Decision.KEEP,
        input_signature=None,
        options=(),
        tier="module",
        preconditions=(
            Precondition("computes tensors", True, "tf.exp, line 14"),
            Precondition("no side effects", False, "print(s), line 14"),
            Precondition("nothing unknown", None, "loss_fn, line 15"),
        ),
    )


@pytest.fixture
def run(finding: Finding, verdict: Verdict) -> Run:
    plain = replace(finding, path="b.py", code="HYB101", line=1, column=1, end_line=3, end_column=1, fix=None)
    info = replace(plain, path="b.py", code="HYB303", severity=Severity.ERROR)
    note = replace(plain, path="b.py", code="HYB303", severity=Severity.INFO, line=2)
    return Run(
        (
            FileResult("b.py", 3, (plain, info, note), text="a\nb\nc\n"),
            FileResult("bad.py", error=FileError("bad.py", 7, "does not parse: invalid syntax")),
            FileResult("pkg/a b.py", 2, (finding,), (verdict,), text=TEXT),
        ),
        0.25,
        (FileError("secret", None, "cannot be read: Permission denied"),),
    )


@pytest.fixture
def empty() -> Run:
    return Run((), 0.0)
