"""HYB208, HYB209, HYB210 and HYB211: what the host does at trace time only."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, Category, Rule, Signal
from flake8_hybridize.hazards.body import Body, text_of
from flake8_hybridize.hazards.hyb234_values import is_data
from flake8_hybridize.results import Applicability, Confidence
from flake8_hybridize.tensors.observations import Call
from flake8_hybridize.tensors.values import (
    DATASET,
    FRESH,
    ITERATOR,
    OUTER,
    PARAM,
    PYITERATOR,
    RNG,
    SEEDED,
    UNKNOWN,
)

RANDOM = DETECTORS.declare(
    Rule(
        code="HYB208",
        name="python-random-in-graph",
        summary="Python or NumPy randomness is drawn once per trace and then a constant",
        category=Category.DIFFERS,
        names=("PY_RANDOM",),
        fix=Applicability.UNSAFE,
    )
)
TIME = DETECTORS.declare(
    Rule(
        code="HYB209",
        name="clock-in-graph",
        summary="clock readings are taken once per trace and then constants",
        category=Category.DIFFERS,
        names=("PY_TIME",),
        fix=Applicability.UNSAFE,
    )
)
HOST = DETECTORS.declare(
    Rule(
        code="HYB210",
        name="host-call-in-graph",
        summary="files, processes, networks, plots and environments are used once per trace",
        category=Category.DIFFERS,
        names=("PY_IO", "HOST_CALL", "EXTERNAL_CALL"),
    )
)
ITERATE = DETECTORS.declare(
    Rule(
        code="HYB211",
        name="python-iterator-in-graph",
        summary="next() on a Python iterator runs once per trace",
        category=Category.DIFFERS,
        names=("PY_ITERATOR",),
    )
)


def _signal(
    rule: Rule, name: str, call: Call, what: str, advice: str, effect: str, param: int = -1
) -> Signal:
    return Signal(
        rule,
        name,
        call.node,
        what,
        advice,
        text_of(call.node.func),
        confidence=Confidence.PROVED,
        effect=effect,
        repairable=True,
        param=param,
    )


@DETECTORS.on_effect("random")
def random(call: Call, body: Body) -> Iterator[Signal]:
    """Values of `random`, `numpy.random`, `uuid`, `secrets`; a generator that the call seeds itself gives the same each time."""
    generator = call.receiver if call.receiver is not None and call.receiver.kinds & RNG else call.result
    if generator.extra == SEEDED and generator.origin == FRESH:
        return
    root = body.function.node if body.function is not None else None
    if call.target.startswith("uuid.") and root is not None and not is_data(body, root, call.node, 0):
        return  # a name for a part of the graph
    text = text_of(call.node.func)
    what = f"draws from {text}, whose value is fixed while tracing"
    param = generator.param if generator.kinds & RNG and generator.origin == PARAM else -1
    yield _signal(RANDOM, "PY_RANDOM", call, what, "use tf.random", "random", param)


@DETECTORS.on_effect("seed")
def seed(call: Call, body: Body) -> Iterator[Signal]:
    """A seed set in the body: eagerly each call starts the stream anew, in a graph only the first does."""
    what = f"sets the seed by {text_of(call.node.func)}, which starts the stream anew only while tracing"
    yield _signal(
        RANDOM, "PY_RANDOM", call, what, "set it in the caller, or use tf.random.stateless_*", "random"
    )


@DETECTORS.on_effect("time")
def clock(call: Call, body: Body) -> Iterator[Signal]:
    """Values of `time` and `datetime`."""
    text = text_of(call.node.func)
    what = f"reads the clock by {text}, whose value is fixed while tracing"
    yield _signal(TIME, "PY_TIME", call, what, "use tf.timestamp or measure in the caller", "time")


@DETECTORS.on_effect("io", "host", "plot", "process", "network")
def host(call: Call, body: Body) -> Iterator[Signal]:
    """Calls that reach outside of Python and TensorFlow."""
    assert call.api is not None
    name = "PY_IO" if call.api.effect == "io" else "HOST_CALL"
    what = f"calls {text_of(call.node.func)}, which runs only while tracing"
    yield _signal(HOST, name, call, what, "do it in the caller or in tf.py_function", call.api.effect)


@DETECTORS.on_target("builtins.next")
@DETECTORS.on_method("__next__")
def next_value(call: Call, body: Body) -> Iterator[Signal]:
    """`next(iterator)` of an iterator that lives on; tf.data iterators are fine."""
    value = call.receiver if call.method == "__next__" else call.args[0] if call.args else None
    if value is None:
        return
    if value.kinds & (DATASET | ITERATOR) or value.origin not in (OUTER, PARAM):
        return
    if value.kinds & PYITERATOR:
        confidence = Confidence.LIKELY
    elif value.kinds & UNKNOWN:
        confidence = Confidence.GUESS
    else:
        return
    what = f"takes the next item of a Python iterator ({text_of(call.node)}) only while tracing"
    yield Signal(
        ITERATE,
        "PY_ITERATOR",
        call.node,
        what,
        "pass the item as an argument",
        "next()",
        confidence=confidence,
        effect="iterator",
    )
