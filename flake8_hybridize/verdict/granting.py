"""Whether those who trace a function ever get to a hazard of it that takes something for granted of its parameters."""

from __future__ import annotations

from flake8_hybridize.hazards.base import Signal
from flake8_hybridize.model.module import Function
from flake8_hybridize.tensors.assumptions import granted
from flake8_hybridize.tensors.callbacks import callback_bindings
from flake8_hybridize.tensors.iteration import NEST
from flake8_hybridize.verdict.callers import Callers, Handed

_PARTIAL = "functools.partial"
"""What it makes is handed over in turn, with all its arguments."""


def is_granted(callers: Callers, function: Function, signal: Signal) -> bool:
    """False where every API that is handed the function is handed arguments with it that rule the hazard out.

    `dataset.map(partial(parse, decoder=decode))` never runs what stands under `if decoder is None`.
    """
    uses = [use for use in callers.hand_overs(function) if use.api != _PARTIAL] if signal.assumed else []
    if not uses or callers.calls(function):
        return True
    return any(_grants(handed, function, signal) for handed in uses)


def _grants(handed: Handed, function: Function, signal: Signal) -> bool:
    for value in (*handed.call.args, *handed.call.kwargs.values()):
        found = callback_bindings(value, NEST)
        if found is not None and found[0] is function:
            return granted(signal.assumed, found[1]) is not None
    return True
