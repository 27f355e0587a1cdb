"""HYB214: variables made on every call."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, Category, Rule, Signal
from flake8_hybridize.hazards.body import Body, text_of
from flake8_hybridize.results import Confidence
from flake8_hybridize.tensors.observations import Call

RULE = DETECTORS.declare(
    Rule(
        code="HYB214",
        name="variable-creation",
        summary="variables made on every call raise from the second trace on",
        category=Category.RAISES,
        names=("VAR_CREATION",),
    )
)


@DETECTORS.on(Call)
def created(call: Call, body: Body) -> Iterator[Signal]:
    """Constructors of variables, stateful layers, optimizers, metrics and models, unless run once."""
    if "tensorflow.variable_creator_scope" in call.where.context:
        return  # the creator decides what is made
    if call.where.guarded or call.api is None or not call.target:
        return
    flags = call.api.flags.split()
    if "variables" not in flags and "layer-variables" not in flags:
        return
    text = text_of(call.node.func)
    yield Signal(
        RULE, "VAR_CREATION", call.node, f"calls {text} on every call, which makes new variables", "make it once, outside",
        text, confidence=Confidence.PROVED if "variables" in flags else Confidence.LIKELY, unconditional=True,
    )  # fmt: skip


@DETECTORS.on(Call)
def created_class(call: Call, body: Body) -> Iterator[Signal]:
    """An object of a project's own layer or model class that makes its weights in `build`."""
    if call.created is None or call.where.guarded:
        return
    if body.engine.base_kind(call.created) in ("layer", "model") and body.engine.find_method(
        call.created, "build"
    ):
        text = text_of(call.node.func)
        yield Signal(
            RULE,
            "VAR_CREATION",
            call.node,
            f"makes a new {text} on every call",
            "make it once, outside",
            text,
            unconditional=True,
        )


@DETECTORS.on_method("add_weight")
def added_weight(call: Call, body: Body) -> Iterator[Signal]:
    """`self.add_weight(...)`, which belongs into `build` or `__init__`."""
    if not call.where.guarded and not call.functions and body.function is not None:
        param = 0 if body.function.name in ("build", "__init__") else -1
        yield Signal(
            RULE, "VAR_CREATION", call.node, "calls add_weight on every call, which makes new variables",
            "make it in build", "add_weight", param=param, unconditional=True,
        )  # fmt: skip
