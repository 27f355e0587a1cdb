"""Parameters that may be Python counters, or hold text: each value would be a trace of its own."""

from __future__ import annotations

import re

from flake8_hybridize.results import Confidence, Parameter
from flake8_hybridize.tensors.values import CONTAINER, NO_CONSTANT, STRING, Value

_COUNTER = re.compile(
    r"^(step|steps_done|epoch|i|j|k|n|idx|index|iteration|iter|it|counter|episode|batch_index|batch_idx|global_step|train_step|cur_step|"
    r"current_step|step_num|iter_num|.*_idx|.*_iter|.*_iteration|.*_epoch|.*_counter)$"
)


def looks_like_counter(parameter: Parameter) -> bool:
    """A parameter of unknown or guessed kind with the name of a counter: enough for doubt, never for a finding."""
    guessed = parameter.kind == "unknown" or parameter.confidence is Confidence.GUESS
    return guessed and _COUNTER.match(parameter.name) is not None


def holds_open_text(value: Value) -> bool:
    """Whether it is a container with text in it that the code does not spell out, such as what a user types."""
    if value.kinds != CONTAINER:
        return False
    parts = value.items if value.items is not None else (value.elem,)
    return any(p is not None and p.kinds == STRING and p.const is NO_CONSTANT for p in parts)
