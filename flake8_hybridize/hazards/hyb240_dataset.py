"""HYB240: Python itself asks a traced dataset for elements and never reaches the end."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, Category, Rule, Signal
from flake8_hybridize.hazards.body import Body, text_of
from flake8_hybridize.model.module import Function
from flake8_hybridize.tensors.observations import Call, Iterate, Loop
from flake8_hybridize.tensors.values import DATASET, Value

RULE = DETECTORS.declare(
    Rule(
        code="HYB240",
        name="dataset-py-iter",
        summary="Python iterates over a dataset while tracing, which never ends",
        category=Category.RAISES,
        names=("DATASET_PY_ITER",),
    )
)
_CONSUMING = tuple(
    f"builtins.{name}" for name in ("list", "tuple", "set", "sorted", "sum", "min", "max", "any", "all", "dict")
)
_WRAPPING = ("tqdm.tqdm", "tqdm.auto.tqdm", "tqdm.notebook.tqdm", "rich.progress.track")


def _is_dataset(value: Value) -> bool:
    """Whether the value surely is a dataset, or enumerate or zip over one."""
    return value.kinds == DATASET or value.extra == "staged"


def _signal(seen: Iterate | Call, how: str) -> Signal:
    return Signal(
        RULE, "DATASET_PY_ITER", seen.node, f"{how}, so tracing never ends", "use a for statement or dataset.reduce",
        how, repairable=False,
    )  # fmt: skip


@DETECTORS.on(Iterate)
def iterated(seen: Iterate, body: Body) -> Iterator[Signal]:
    """A comprehension, unpacking or star over a dataset; a `for` statement is converted."""
    if _is_dataset(seen.value):
        yield _signal(seen, f"iterates over the dataset {text_of(seen.node)} outside of a for statement")


@DETECTORS.on_target(*_CONSUMING, *_WRAPPING)
def consumed(call: Call, body: Body) -> Iterator[Signal]:
    """`list(dataset)` and progress bars."""
    if call.args and _is_dataset(call.args[0]):
        yield _signal(call, f"passes the dataset {text_of(call.node.args[0])} to {call.target.rpartition('.')[2]}")


@DETECTORS.on(Call)
def wrapped(call: Call, body: Body) -> Iterator[Signal]:
    """A generator of the project that loops over the dataset it is given."""
    for function, bound in zip(call.functions, call.bound):
        if function.is_generator and any(_is_dataset(value) for value in bound.values()) and _loops(body, function):
            yield _signal(call, f"loops over a dataset in the generator {function.name}")


def _loops(body: Body, function: Function) -> bool:
    facts = body.engine.facts(function)
    return any(isinstance(seen, Loop) and _is_dataset(seen.value) for seen in facts.observations)
