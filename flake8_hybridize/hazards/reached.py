"""What a call runs: the callees, and what the API is given to run."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from flake8_hybridize.model.module import Function
from flake8_hybridize.tensors.callbacks import callback_bindings
from flake8_hybridize.tensors.iterables import ELEMENTWISE
from flake8_hybridize.tensors.iteration import NEST, element_of_iteration
from flake8_hybridize.tensors.observations import Call, Key
from flake8_hybridize.tensors.substitution import Bindings
from flake8_hybridize.tensors.values import DATASET, UNKNOWN_VALUE, alternatives


def reached(call: Call) -> Iterator[tuple[Function, Bindings]]:
    """Project functions that the call runs: callees, and callbacks that the API runs or traces in place."""
    return ((function, bound) for function, bound, _ in contexts(call))


def contexts(call: Call) -> list[tuple[Function, Bindings, Key]]:
    """The same, with the name of the arguments that each is seen with."""
    found = list(zip(call.functions, call.bound, call.keys or (None,) * len(call.functions)))
    if (call.api is not None and _runs_callbacks(call.api.flags)) or call.target in ELEMENTWISE:
        found += _callbacks(call)
    return found


def _callbacks(call: Call) -> Iterator[tuple[Function, Bindings, None]]:
    """What the API is given to run."""
    if call.api is not None and _runs_callbacks(call.api.flags) and not _is_dataset(call):
        given = (*call.args, *call.kwargs.values())
        for value in (option for argument in given for option in alternatives(argument)):
            leaf = UNKNOWN_VALUE if ".nest." in call.target or ".tree." in call.target else NEST
            found = callback_bindings(value, leaf)
            if found is not None:
                yield (*found, None)
    if call.target in ELEMENTWISE and call.args:
        elements = tuple(element_of_iteration(arg) for arg in call.args[1:])
        for option in alternatives(call.args[0]):
            found = callback_bindings(option, elements[0] if elements else UNKNOWN_VALUE)
            if found is not None:
                yield (*found, None)


@cache
def _runs_callbacks(flags: str) -> bool:
    return any(flag.startswith("callback=") for flag in flags.split())


def _is_dataset(call: Call) -> bool:
    receiver = call.receiver
    return call.target.startswith("tensorflow.data") or (
        receiver is not None and bool(receiver.kinds & DATASET)
    )
