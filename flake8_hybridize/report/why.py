"""The verdict on one function in words: every precondition with its evidence."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from flake8_hybridize.report.functions import confidence_of, kind_of
from flake8_hybridize.results import Decision, Hazard, Precondition, Verdict

MARKS = {True: "yes", False: "no", None: "unknown"}
DECISIONS = {
    Decision.HYBRIDIZE: "make it a tf.function",
    Decision.DEHYBRIDIZE: "remove the tf.function",
    Decision.RECONFIGURE: "change the arguments of tf.function",
    Decision.KEEP: "leave it as it is",
}

BENEFITS = {
    "pays": "a graph is faster",
    "even": "a graph is about as fast as eager code",
    "costs": "a graph is no faster than eager code, or is not called often enough",
}


def render(verdict: Verdict) -> str:
    """A paragraph a question: what to do, which conditions hold, what is known."""
    return "\n".join(_lines(verdict)) + "\n"


def _lines(verdict: Verdict) -> Iterator[str]:
    now = "hybrid" if verdict.hybrid else "eager"
    yield f"{verdict.path}:{verdict.line} {verdict.qualname}"
    sure = f"{verdict.confidence.label}, decided at tier {verdict.tier}"
    yield f"  now {now}; {DECISIONS[verdict.decision]} ({sure})"
    yield from _section("conditions", (line for met in verdict.preconditions for line in _condition(met)))
    yield from _section(
        "parameters",
        [f"{p.name}: {kind_of(p)} ({confidence_of(p).label}) {p.evidence}" for p in verdict.parameters],
    )
    yield from _section(
        "hazards", [line for hazard in verdict.hazards for line in _hazard(hazard, verdict.path)]
    )
    yield from _section(
        "side effects", [f"line {e.line}: {e.kind}, {e.message}" for e in verdict.side_effects]
    )
    yield from _section("heat and benefit", _heat(verdict))


def _condition(precondition: Precondition) -> Iterator[str]:
    """The condition, and the ways to what stands against it in other functions."""
    because = f": {precondition.because}" if precondition.because else ""
    yield f"{MARKS[precondition.holds]:<7} {precondition.name}{because}"
    for reason in precondition.reasons:
        steps = (f"{step.qualname}, {_shown(step.path)}:{step.line}" for step in reason.chain)
        yield " → ".join((f"{'':<9} {reason.text}", *steps))


def _hazard(hazard: Hazard, path: str) -> Iterator[str]:
    """The hazard, and the way there where it leads through other files."""
    yield f"line {hazard.line}: {hazard.code} {hazard.message} ({hazard.confidence.label})"
    if any(os.path.abspath(step.path) != os.path.abspath(path) for step in hazard.chain):
        yield from (f"  by {step.qualname}, {_shown(step.path)} line {step.line}" for step in hazard.chain)


def _shown(path: str) -> str:
    """The path from the working directory, where it is below it."""
    relative = os.path.relpath(path)
    return path if relative.startswith("..") else relative.replace(os.sep, "/")


def _heat(verdict: Verdict) -> Iterator[str]:
    yield f"heat: {verdict.heat}{', ' if verdict.heat_evidence else ''}{verdict.heat_evidence}"
    yield f"benefit: {verdict.benefit}, {BENEFITS[verdict.benefit]}"
    if verdict.traced_by:
        yield f"traced already: {verdict.traced_by}"
    if verdict.input_signature:
        yield f"input_signature: {verdict.input_signature}"


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    written = [line.rstrip() for line in lines]
    if written:
        yield f"  {title}"
        yield from (f"    {line}" for line in written)
