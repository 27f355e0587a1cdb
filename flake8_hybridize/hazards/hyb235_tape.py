"""HYB235: a tape of the caller does not see into the graph; a Python step of a summary is frozen in it."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, Category, Rule, Signal
from flake8_hybridize.hazards.body import Body, text_of
from flake8_hybridize.hazards.writers import step_of
from flake8_hybridize.tensors.observations import Call
from flake8_hybridize.tensors.values import NUMBER, OUTER, PARAM, TAPE

RULE = DETECTORS.declare(
    Rule(
        code="HYB235",
        name="tape-arg",
        summary="a gradient tape or a summary step of the caller means something else in the graph",
        category=Category.DIFFERS,
        names=("TAPE_ARG", "SUMMARY_STEP"),
    )
)


@DETECTORS.on_method("gradient", "watch", "jacobian", "batch_jacobian")
def tape_from_outside(call: Call, body: Body) -> Iterator[Signal]:
    """A tape that was opened before the function was called; of tensors from outside it knows all (measured)."""
    tape = call.receiver
    if tape is None or tape.kinds != TAPE or tape.origin not in (OUTER, PARAM):
        return
    if not call.args or call.args[0].origin == OUTER:
        return
    text = text_of(call.node.func)
    yield Signal(
        RULE, "TAPE_ARG", call.node, f"calls {text} of a tape opened outside, which does not see into the graph",
        "open the tape in the function", text, param=tape.param if tape.origin == PARAM else -1,
        outer_name=tape.place if tape.origin == OUTER else "",
    )  # fmt: skip


@DETECTORS.on_effect("summary")
def frozen_step(call: Call, body: Body) -> Iterator[Signal]:
    """`tf.summary.scalar(..., step=self.step)` where other code counts `step` in Python."""
    step = step_of(call)
    if step is None or step.kinds != NUMBER or step.origin != OUTER or body.function is None:
        return
    name = step.place.rpartition(".")[2]
    body.engine.reads.tables(body.module)
    counted = (
        len(body.module.attribute_stores.get(name, ())) > 1
        if "." in step.place
        else name in body.module.global_writes
    )
    if counted:
        text = text_of(call.node.func)
        yield Signal(
            RULE, "SUMMARY_STEP", call.node, f"gives {text} the Python step {step.place}, which keeps its first value",
            "count in a tf.Variable", f"step={step.place}",
        )  # fmt: skip
