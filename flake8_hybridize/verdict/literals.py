"""Parameters that may be Python numbers or text, or hold some: each value would be a trace of its own."""

from __future__ import annotations

import ast
import re

from flake8_hybridize.hazards.body import Body
from flake8_hybridize.results import Confidence, Parameter
from flake8_hybridize.source.tree import walk
from flake8_hybridize.tensors.facts import Facts
from flake8_hybridize.tensors.observations import Call
from flake8_hybridize.tensors.values import (
    BOOL,
    CONTAINER,
    NO_CONSTANT,
    NUMBER,
    PARTS,
    STRING,
    UNKNOWN,
    Value,
)

_COUNTER = re.compile(
    r"^(step|steps_done|epoch|i|j|k|n|idx|index|iteration|iter|it|counter|episode|batch_index|batch_idx|global_step|train_step|cur_step|"
    r"current_step|step_num|iter_num|.*_idx|.*_iter|.*_iteration|.*_epoch|.*_counter)$"
)


_OF_TENSORS = ("shape", "dtype", "T", "ndim", "size", "values", "real", "imag", "flat_values")
_OF_TEXT = ("tensorflow.io.", "tensorflow.strings.")


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


def grows_from_unknown(value: Value) -> bool:
    """Whether it is a list, filled item by item, of what is not known or plain Python: others in each call, and another number."""
    if value.kinds != CONTAINER or value.items is not None or value.elem is None:
        return False
    inner = value.elem
    return bool(inner.kinds & (UNKNOWN | NUMBER | BOOL | STRING)) or grows_from_unknown(inner)


def is_read_as_text(facts: Facts, index: int) -> bool:
    """Whether the body gives the parameter to what takes text: out of an array that is Python's, not NumPy's."""
    return any(
        call.target.startswith(_OF_TEXT)
        and any(v.param == index for v in (*call.args, *call.kwargs.values()))
        for call in facts.seen(Call)
    )


def is_read_for_numbers(body: Body, index: int) -> bool:
    """Whether all that the body does with the parameter is to calculate with its attributes: an object of settings.

    Many such objects have no hash, which `tf.function` needs, and one made anew is a trace of its own.
    """
    if body.function is None:
        return False
    name = body.function.params[index].name
    reads = [
        node
        for node in walk(body.function.node)
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
    ]
    return bool(reads) and all(_is_calculated_with(body, node) for node in reads)


def _is_calculated_with(body: Body, node: ast.AST) -> bool:
    attribute = body.parents.get(node)
    if not isinstance(attribute, ast.Attribute) or attribute.attr in _OF_TENSORS:
        return False
    return isinstance(body.parents.get(attribute), (ast.BinOp, ast.UnaryOp))


def becomes_a_constant(facts: Facts, index: int) -> bool:
    """Whether the body lists the parameter, or a part of it, in what it gives to tf.constant, as one does with Python numbers."""
    mask = 1 << index | 1 << (index + PARTS)
    return any(
        call.target == "tensorflow.constant"
        and bool(call.args)
        and any(item.deps & mask or item.param == index for item in call.args[0].items or ())
        for call in facts.seen(Call)
    )
