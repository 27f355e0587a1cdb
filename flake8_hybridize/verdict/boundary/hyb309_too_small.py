"""HYB309 and HYB310: graphs that cost more than they save, by the work of one call.

Measured on TensorFlow 2.21: a traced call costs about 14 small eager operations; entering a dataset from a graph has
a high fixed price, so that up to some forty small batches are faster in a Python loop over a decorated step.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, OWN, Category, Rule, Signal
from flake8_hybridize.hazards.hyb310_dataset_loop import RULE as DATASET_LOOP
from flake8_hybridize.hazards.reached import reached
from flake8_hybridize.model.module import Function
from flake8_hybridize.results import Severity
from flake8_hybridize.tensors.observations import Call, Loop
from flake8_hybridize.tensors.values import DATASET, LAYER, MODEL
from flake8_hybridize.verdict.boundary.base import Border, border
from flake8_hybridize.verdict.boundary.batches import batch_count
from flake8_hybridize.verdict.boundary.makings import at, eager_calls, makings, place, repeated
from flake8_hybridize.verdict.parameters import classify, resolve

SMALL = DETECTORS.declare(
    Rule(
        code="HYB309",
        name="too-small",
        summary="a graph of a few cheap operations costs more than it saves",
        category=Category.SLOWER,
        severity=Severity.INFO,
        names=("TOO_SMALL",),
        opt_in=True,
    )
)
FEW_OPS = 5
FEW_BATCHES = 40
ROUNDS = 3
MAX_DEPTH = 3


@border
def too_small(known: Border, function: Function) -> Iterator[Signal]:
    """A few cheap operations, called from an eager loop."""
    if not _is_small(known, function):
        return
    work = known.program.summary(function).work
    site = next((site for site in eager_calls(known, function) if repeated(known, site, ROUNDS)), None)
    if site is not None:
        what = (
            f"runs about {work.ops:.0f} cheap operations a call ({at(site, function)}), too few for a graph"
        )
        yield Signal(
            SMALL, "TOO_SMALL", place(known, function), what, "remove tf.function", "too small", param=OWN, blocks=False
        )  # fmt: skip


def costs_more(known: Border, function: Function) -> bool:
    """Whether the graph costs more than its few cheap operations wherever it is called from: a caller that is traced
    needs no decorator here, one that runs eagerly pays for it.

    Methods of modules, layers and models may be graphs in order to be saved; so may be what is passed on.
    """
    if not _is_small(known, function) or known.coverage.traced_by(function) is not None:
        return False
    owner, engine = function.owner, known.program.engine
    if owner is not None and (engine.base_kind(owner) or engine.has_unknown_base(owner)):
        return False
    return not known.callers.hand_overs(function)


def _is_small(known: Border, function: Function) -> bool:
    """Whether a plainly decorated function does a few cheap operations and nothing else."""
    if not _plainly_hybrid(known, function):
        return False
    summary = known.program.summary(function)
    work = summary.work
    if (
        summary.unknowns
        or work.heavy
        or work.loop
        or work.tape
        or work.optimizer
        or not 0 < work.ops <= FEW_OPS
    ):
        return False
    if resolve(summary.control, classify(known.program, known.callers, function)) is not None:
        return False
    return not any(known.program.is_hybrid(callee) for callee in _callees(known, function))


@border
def dataset_loop(known: Border, function: Function) -> Iterator[Signal]:
    """A `for` statement over a dataset of few batches with a small step."""
    if not _plainly_hybrid(known, function):
        return
    for seen in known.program.body(function).facts.observations:
        source = _source(seen) if isinstance(seen, Loop) else None
        if source is None:
            continue
        count = batch_count(known, function, source)
        if (
            count is not None
            and count <= FEW_BATCHES
            and not seen.where.loops
            and not _heavy(known, function, 0)
        ):
            what = f"loops over a dataset of {count} batches in the graph, line {seen.node.lineno}"
            yield Signal(
                DATASET_LOOP, "DATASET_LOOP", place(known, function), what, "decorate the step instead",
                "a short dataset loop", param=OWN, blocks=False,
            )  # fmt: skip
            return


def _source(loop: Loop) -> ast.expr | None:
    """The dataset of `for … in dataset` and `for … in enumerate(dataset)`."""
    if not isinstance(loop.node, ast.For):
        return None
    node = loop.node.iter
    if loop.value.kinds == DATASET:
        return node
    enumerated = loop.value.extra == "staged" and isinstance(node, ast.Call) and len(node.args) == 1
    return node.args[0] if enumerated and isinstance(node, ast.Call) else None


def _plainly_hybrid(known: Border, function: Function) -> bool:
    made = makings(known, function)
    return bool(made) and not any(m.wrapper or m.argument("input_signature", "jit_compile") for m in made)


def _callees(known: Border, function: Function) -> Iterator[Function]:
    for seen in known.program.body(function).facts.observations:
        if isinstance(seen, Call):
            yield from (callee for callee, _ in reached(seen))


def _heavy(known: Border, function: Function, depth: int) -> bool:
    """Whether the body runs layers, models, convolutions or calls of which nothing is known."""
    if known.program.summary(function).unknowns:
        return True
    for seen in known.program.body(function).facts.seen(Call):
        if seen.callee.kinds & (LAYER | MODEL) or "conv" in seen.target or "rnn" in seen.target:
            return True
    return depth < MAX_DEPTH and known.once(
        ("heavy below", function, depth),
        lambda: any(
            _heavy(known, callee, depth + 1) for callee in _callees(known, function) if callee is not function
        ),
    )
