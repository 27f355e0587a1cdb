"""Calls of which nothing is known, and whether they look like calls of a model."""

from __future__ import annotations

import ast
from typing import NamedTuple

from flake8_hybridize.hazards.body import Body, text_of
from flake8_hybridize.hazards.writers import is_settled
from flake8_hybridize.knowledge import lookup
from flake8_hybridize.results import Step
from flake8_hybridize.tensors.calls import passed_functions
from flake8_hybridize.tensors.observations import Call
from flake8_hybridize.tensors.values import (
    CALLABLE,
    CLASS,
    CONTAINER,
    IMPORT,
    INSTANCE,
    LAYER,
    LOSS,
    METRIC,
    MODEL,
    NO,
    STATIC,
    UNKNOWN,
    Value,
    either,
    holds_tensors,
)

# Methods that models, distributions, optimizers, metrics and strategies have, and hosts' objects do not.
TENSOR_OBJECT_METHODS = frozenset(
    "apply_gradients minimize update_state result reset_state reset_states log_prob prob sample entropy kl_divergence mean mode stddev "
    "variance assign assign_add assign_sub forward inverse forward_log_det_jacobian inverse_log_det_jacobian call __call__ "
    "compute_loss compute_metrics compute_gradients get_scaled_loss get_unscaled_gradients aggregate_gradients encode decode embed "
    "logits loss gradient batch_jacobian jacobian watch write read stack unstack gather scatter to_tensor to_dense with_values "
    "run reduce experimental_run_v2 all_reduce num_replicas_in_sync get_gradients initial_state get_initial_state zero_state "
    "lookup as_list numpy_function with_default merge_with is_compatible_with num_elements".split()
)
# Called for what they change, or for the error that they raise: nobody misses a result.
_WITHOUT_RESULT = (
    "apply", "minimize", "update", "reset", "assign", "scatter", "watch", "run", "experimental_run",
    "check", "assert", "validate", "verify", "ensure", "require", "raise",
)  # fmt: skip
_HOST_MODULES = ("builtins.", "numpy.")
_PURE_TEXT = frozenset(
    "format join split strip lower upper startswith endswith replace items keys values get copy index count bit_length lstrip rstrip".split()
)


class Unknown(NamedTuple):
    """A call whose callee is not known; `modellike` if it is used the way models and losses are.

    `line` is that of the function seen; `chain` holds the functions on the way from there to the call.
    """

    line: int
    text: str
    modellike: bool
    chain: tuple[Step, ...] = ()


def unknown_call(call: Call, body: Body) -> Unknown | None:
    """The unknown in a call, or None where the callee is known."""
    if call.api is not None and call.api.effect == "summary":
        root = body.function.node if body.function is not None else body.module.tree
        return None if is_settled(root, call) else _unknown(call, False)
    if call.functions:
        return _unknown(call, False) if any(map(_lists_host_functions, call.args)) else None
    if call.api is not None or call.created is not None:
        return None
    if call.target:
        if call.target.startswith("builtins.") and call.target.endswith(("Error", "Exception", "Warning")):
            return None
        policy = lookup.package(call.target)
        if policy in ("tensor", "pure", "converts"):
            return None
        return _unknown(call, False)
    callee = call.callee
    if callee.kinds & (LAYER | MODEL | LOSS | METRIC) or (callee.kinds & CLASS and callee.ref is not None):
        return None
    receiver = call.receiver
    if receiver is not None and receiver.kinds and not receiver.kinds & (UNKNOWN | INSTANCE | IMPORT):
        return (
            None
            if receiver.kinds & (STATIC | CONTAINER) or call.method in _PURE_TEXT
            else _unknown(call, False)
        )
    if receiver is not None and call.method in _PURE_TEXT and _takes_tensors(call) == NO:
        return None
    return _unknown(call, _is_modellike(call, call.node in body.dropped))


def _lists_host_functions(value: Value) -> bool:
    """Whether functions of NumPy or Python are handed on in a container, to be called on who knows what."""
    return value.kinds == CONTAINER and bool(value.items) and any(map(_is_of_host, value.items or ()))


def _is_of_host(value: Value) -> bool:
    named = isinstance(value.ref, str) and bool(value.kinds & (CALLABLE | CLASS | IMPORT))
    return named and value.ref.startswith(_HOST_MODULES)


def _is_modellike(call: Call, dropped: bool) -> bool:
    """Whether the call looks like one of a model or the like: nobody calls these and drops the result, or gives them a function."""
    if dropped and not _last_name(call.node.func).lstrip("_").startswith(_WITHOUT_RESULT):
        return False
    if call.receiver is None:
        return _takes_tensors(call) != NO and not passed_functions(call.args, call.kwargs)
    if call.method in TENSOR_OBJECT_METHODS:
        return True
    return not _is_verb(call.method) and _takes_tensors(call) != NO


def _takes_tensors(call: Call) -> int:
    degree = NO
    for value in (*call.args, *call.kwargs.values()):
        degree = either(degree, holds_tensors(value))
    return degree


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


_HOST_VERBS = (
    "step", "reset", "render", "add", "append", "extend", "write", "log", "save", "record", "push", "put", "send", "close", "print",
    "info", "debug", "warn", "error", "update", "emit", "notify", "set", "on_", "dump", "store", "insert", "register", "load",
    "open", "flush", "next", "pop", "remove", "train", "fit", "evaluate", "observe", "report", "increment", "advance", "tick",
    "act", "play", "display", "show", "plot", "callback", "get_batch", "sample_batch", "collect",
)  # fmt: skip


def _is_verb(method: str) -> bool:
    return method.lstrip("_").startswith(_HOST_VERBS)


def _unknown(call: Call, modellike: bool) -> Unknown:
    return Unknown(call.node.lineno, text_of(call.node.func), modellike)
