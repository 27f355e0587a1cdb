"""HYB232: questions that tracing answers differently."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, Category, Rule, Signal
from flake8_hybridize.hazards.body import Body, text_of
from flake8_hybridize.tensors.observations import Call

RULE = DETECTORS.declare(
    Rule(
        code="HYB232",
        name="eager-probe",
        summary="code that asks whether it runs eagerly takes another branch when traced",
        category=Category.DIFFERS,
        names=("EAGER_PROBE",),
    )
)


@DETECTORS.on_target("tensorflow.executing_eagerly", "tensorflow.inside_function")
def probed(call: Call, body: Body) -> Iterator[Signal]:
    """The answer is another one while tracing."""
    text = text_of(call.node)
    yield Signal(RULE, "EAGER_PROBE", call.node, f"asks {text}, which tracing answers differently", "drop the test", text, local=True)


@DETECTORS.on_target("builtins.hasattr")
def asked_for_numpy(call: Call, body: Body) -> Iterator[Signal]:
    """`hasattr(x, "numpy")`."""
    if len(call.args) == 2 and call.args[1].const == "numpy":
        text = text_of(call.node)
        yield Signal(RULE, "EAGER_PROBE", call.node, f"asks {text}, which tracing answers differently", "drop the test", text, local=True)
