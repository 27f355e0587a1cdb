"""Analyses as JSON and back, field by field in the order of the classes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from typing import Any

from flake8_hybridize.report.functions_json import packed, unpacked
from flake8_hybridize.results import (
    Analysis,
    Confidence,
    Decision,
    Finding,
    Hazard,
    Parameter,
    Precondition,
    Reason,
    Severity,
    SideEffect,
    Step,
    Verdict,
)


def dumped(analysis: Analysis) -> bytes:
    """The analysis, without fixes, as compact JSON."""
    return json.dumps(_plain(analysis), separators=(",", ":")).encode()


def loaded(data: bytes) -> Analysis:
    """What `dumped` was given. Raises `ValueError` or `TypeError` for anything else."""
    return _analysis(json.loads(data))


def with_lines(lines: int, entries: bytes) -> bytes:
    """The packed entries of a file in the JSON report as text, and the number of lines of the file."""
    return b"%d\n%b" % (lines, unpacked(entries))


def lines_and_entries(data: bytes) -> tuple[int, bytes]:
    """What `with_lines` was given. Raises `ValueError` for anything else."""
    lines, _, text = data.partition(b"\n")
    return int(lines), packed(text.decode("utf-8", "surrogateescape"))


def _plain(value: Any) -> Any:
    if isinstance(value, (str, int, type(None))):
        return value.name if isinstance(value, Confidence) else value
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, (Decision, Severity)):
        return value.name
    return [_plain(getattr(value, field.name)) for field in fields(value)]


def _many(make: Callable[..., Any], rows: list[list[Any]]) -> tuple[Any, ...]:
    return tuple(make(*row) for row in rows)


def _finding(*row: Any) -> Finding:
    confidence, severity, fix = row[-3:]
    if fix is not None:
        raise ValueError("a finding with a fix")
    values: tuple[Any, ...] = (*row[:-3], Confidence[confidence], Severity[severity])
    return Finding(*values)


def _precondition(name: str, holds: bool | None, because: str, reasons: list[list[Any]]) -> Precondition:
    found = tuple(Reason(text, _many(Step, chain)) for text, chain in reasons)
    return Precondition(name, holds, because, found)


def _hazard(*row: Any) -> Hazard:
    code, name, line, column, message, sure, path, chain = row
    return Hazard(code, name, line, column, message, Confidence[sure], tuple(path), _many(Step, chain))


def _parameter(name: str, kind: str, sure: str, evidence: str, nest: bool, holding: bool) -> Parameter:
    return Parameter(name, kind, Confidence[sure], evidence, nest, holding)


_OF_VERDICT: dict[str, Callable[[Any], Any]] = {
    "parameters": lambda rows: _many(_parameter, rows),
    "side_effects": lambda rows: _many(SideEffect, rows),
    "hazards": lambda rows: _many(_hazard, rows),
    "preconditions": lambda rows: _many(_precondition, rows),
    "blockers": tuple,
    "options": tuple,
    "confidence": Confidence.__getitem__,
    "decision": Decision.__getitem__,
}
_MAKERS = tuple(_OF_VERDICT.get(field.name) for field in fields(Verdict))


def _verdict(*row: Any) -> Verdict:
    if len(row) != len(_MAKERS):
        raise ValueError("a verdict of another version")
    return Verdict(*(value if make is None else make(value) for make, value in zip(_MAKERS, row)))


def _analysis(row: list[Any]) -> Analysis:
    path, findings, verdicts, lines, error, notes = row
    return Analysis(path, _many(_finding, findings), _many(_verdict, verdicts), lines, error, tuple(notes))
