"""HYB240: Python itself asks a traced dataset for elements and never reaches the end.

Run on TensorFlow 2.21: AutoGraph makes graph loops of `for` statements over a dataset, also through
enumerate, zip, map and filter, and of any and all. Everything else gets one symbolic element after the other,
without end; only `zip([1, 2], dataset)` and `itertools.islice(dataset, 2)` end with the other side.
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, Category, Rule, Signal
from flake8_hybridize.hazards.body import Body, text_of
from flake8_hybridize.model.module import Class
from flake8_hybridize.tensors.decorators import hybrid_decoration
from flake8_hybridize.tensors.observations import Call, Iterate, Loop
from flake8_hybridize.tensors.values import (
    CONTAINER,
    DATASET,
    INSTANCE,
    ITERATOR,
    MAYBE,
    NO,
    NONE,
    PARTS,
    PYITERATOR,
    UNKNOWN,
    YES,
    Value,
)

RULE = DETECTORS.declare(
    Rule(
        code="HYB240",
        name="dataset-py-iter",
        summary="Python iterates over a dataset while tracing, which never ends",
        category=Category.RAISES,
        names=("DATASET_PY_ITER",),
    )
)
_CONSUMING = tuple(f"builtins.{name}" for name in "list tuple set sorted sum min max dict".split())
_BARS = ("tqdm.tqdm", "tqdm.auto.tqdm", "tqdm.notebook.tqdm", "rich.progress.track")
_CHAINING = tuple(
    f"itertools.{name}" for name in "chain zip_longest product accumulate groupby pairwise batched".split()
)
_WITH_FUNCTION = ("functools.reduce", "itertools.starmap", "itertools.filterfalse")
_ADVICE = "use a for statement or dataset.reduce"


def dataset_degree(value: Value) -> int:
    """Whether who iterates over the value asks a dataset; a mask of the one parameter that decides."""
    kinds = value.kinds & ~NONE
    if kinds & (DATASET | ITERATOR):
        return MAYBE if kinds & ~(DATASET | ITERATOR) else YES
    if kinds == PYITERATOR:
        return YES if value.extra == "staged" else NO
    if kinds == UNKNOWN and value.param >= 0 and value.deps < 1 << PARTS:
        return value.deps
    return NO


def _signal(seen: Iterate | Call | Loop, condition: int, what: str) -> Signal:
    return Signal(
        RULE, "DATASET_PY_ITER", seen.node, f"{what}, of which tracing finds no end", _ADVICE, what,
        condition=condition, staged=True, only="dataset" if condition > 0 else "",
    )  # fmt: skip


@DETECTORS.on(Iterate)
def iterated(seen: Iterate, body: Body) -> Iterator[Signal]:
    """A comprehension, unpacking or star over a dataset; a `for` statement is converted."""
    condition = dataset_degree(seen.value)
    if condition != NO:
        verb = "unpacks" if seen.how in ("unpack", "star") else "iterates in a comprehension over"
        yield _signal(seen, condition, f"{verb} the dataset {text_of(seen.node).lstrip('*')}")


@DETECTORS.on_target(*_CONSUMING, *_BARS, *_CHAINING, *_WITH_FUNCTION)
def consumed(call: Call, body: Body) -> Iterator[Signal]:
    """`list(dataset)`, `itertools.chain(first, second)` and progress bars."""
    first = 1 if call.target in _WITH_FUNCTION else 0
    last = None if call.target in _CHAINING else first + 1
    if call.target in ("builtins.min", "builtins.max") and len(call.args) > 1:
        return
    for node, value in zip(call.node.args[first:last], call.args[first:last]):
        condition = dataset_degree(value)
        if condition != NO:
            name = call.target.removeprefix("builtins.")
            yield _signal(call, condition, f"gives {name} the dataset {text_of(node)}")
            return


@DETECTORS.on_method("extend")
def extended(call: Call, body: Body) -> Iterator[Signal]:
    """`batches.extend(dataset)`."""
    if call.receiver is not None and call.receiver.kinds == CONTAINER and call.args:
        condition = dataset_degree(call.args[0])
        if condition != NO:
            yield _signal(call, condition, f"puts into a list the dataset {text_of(call.node.args[0])}")


@DETECTORS.on(Loop)
def looped(loop: Loop, body: Body) -> Iterator[Signal]:
    """The loop of a generator, which AutoGraph leaves to Python, and a loop over an object that has one."""
    function = body.function
    if function is not None and function.is_generator and hybrid_decoration(body.engine, function) is None:
        condition = dataset_degree(loop.value)
        if condition != NO:
            yield _signal(loop, condition, "loops in a generator over a dataset")
    elif _yields_from_dataset(body, loop.value):
        yield _signal(loop, YES, f"loops over a {loop.value.ref.name} and so in a generator over a dataset")


def _yields_from_dataset(body: Body, value: Value) -> bool:
    """Whether the value is an object whose `__iter__` is a generator that loops over a dataset."""
    cls = value.ref if value.kinds & INSTANCE else None
    method = body.engine.find_method(cls, "__iter__") if isinstance(cls, Class) else None
    if method is None or not method.is_generator:
        return False
    found = body.engine.facts(method).observations
    return any(isinstance(seen, Loop) and dataset_degree(seen.value) == YES for seen in found)
