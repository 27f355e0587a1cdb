"""HYB204 and HYB206: containers and arrays changed that outlive the call."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, Category, Rule, Signal
from flake8_hybridize.hazards.body import Body, text_of
from flake8_hybridize.model.module import Function
from flake8_hybridize.results import Confidence
from flake8_hybridize.tensors.observations import NOWHERE, Augmented, Call, Statement, Store
from flake8_hybridize.tensors.substitution import indices
from flake8_hybridize.tensors.values import (
    ARRAY,
    CONTAINER,
    FRESH,
    INSTANCE,
    NUMBER,
    OUTER,
    PARAM,
    PARTS,
    TENSORLIKE,
    UNKNOWN,
    YES,
    Value,
)

OUTSIDE = DETECTORS.declare(
    Rule(
        code="HYB204",
        name="outer-mutation-in-graph",
        summary="a container outside of the call is changed once per trace",
        category=Category.DIFFERS,
        names=("PY_MUTATE_OUTER",),
    )
)
ARGUMENT = DETECTORS.declare(
    Rule(
        code="HYB206",
        name="argument-mutation",
        summary="tf.function refuses to change its Python arguments; array arguments are copies",
        category=Category.RAISES,
        names=("ARG_MUTATION", "NP_ARG_INPLACE"),
    )
)
SURE = (
    "append",
    "extend",
    "insert",
    "appendleft",
    "popleft",
    "extendleft",
    "setdefault",
    "popitem",
    "sort",
    "reverse",
    "rotate",
    "move_to_end",
    "difference_update",
    "intersection_update",
    "symmetric_difference_update",
)
_GIVING = ("popleft", "popitem", "setdefault")
_ARGUMENTS = {
    "insert": (2,),
    "setdefault": (1, 2),
    "popitem": (0, 1),
    "move_to_end": (1, 2),
    "rotate": (0, 1),
    **dict.fromkeys(("popleft", "sort", "reverse"), (0,)),
}
_CHANGING = ("heapq.", "bisect.", "operator.", "numpy.")
WITH_CONTAINER = ("add", "update", "pop", "remove", "clear", "discard", "put", "put_nowait")


@DETECTORS.on_method(*SURE, *WITH_CONTAINER)
def mutating_method(call: Call, body: Body) -> Iterator[Signal]:
    """A mutating method of a list, dict, set or queue; of an unknown object only where no tensor has it."""
    receiver = call.receiver
    if receiver is None or call.functions or call.target or receiver.origin == FRESH:
        return
    if receiver.kinds & CONTAINER or (receiver.kinds == UNKNOWN and _is_of_python(call, body)):
        yield from _changed(call, receiver, f"{text_of(call.node.func)}(…)", body)
    elif (
        receiver.kinds == UNKNOWN and body.outlives(receiver) and not (body.is_method and receiver.param == 0)
    ):
        for signal in _changed(call, receiver, f"{text_of(call.node.func)}(…)", body):
            yield (
                signal
                if signal.only
                else signal._replace(condition=YES, confidence=Confidence.GUESS, effect="")
            )


def _is_of_python(call: Call, body: Body) -> bool:
    """Whether the call is what only a list, deque or dict takes: `append` of one value, whose result is nothing."""
    if call.method not in SURE or call.kwargs or len(call.args) not in _ARGUMENTS.get(call.method, (1,)):
        return False
    if call.method in _GIVING:
        return True
    if call.method == "insert" and not call.args[0].kinds & NUMBER:
        return False
    statements = body.shared.get("statements")
    if statements is None:
        statements = body.shared["statements"] = {seen.node.value for seen in body.seen(Statement)}
    assert isinstance(statements, set)
    return call.node in statements


@DETECTORS.on_effect("state")
def changing_function(call: Call, body: Body) -> Iterator[Signal]:
    """`heapq.heappush(heap, item)`, `np.copyto(buffer, x)` and the like change their first argument."""
    if not call.args or not call.target.startswith(_CHANGING) or call.args[0].origin == FRESH:
        return
    value = call.args[0]
    if value.kinds & (CONTAINER | ARRAY | UNKNOWN) and not value.kinds & (TENSORLIKE | INSTANCE):
        yield from _changed(call, value, f"{text_of(call.node.func)}({text_of(call.node.args[0])}, …)", body)


@DETECTORS.on(Call)
def filled(call: Call, body: Body) -> Iterator[Signal]:
    """`np.add(total, n, out=total)`: NumPy writes its result into an array that is there."""
    out = call.kwargs.get("out") if call.target.startswith("numpy.") else None
    if out is not None and out.origin != FRESH and out.kinds & (ARRAY | UNKNOWN):
        yield from _changed(call, out, f"{text_of(call.node.func)}(…, out=…)", body)


@DETECTORS.on(Store)
def stored_item(store: Store, body: Body) -> Iterator[Signal]:
    """`container[key] = value` and `del container[key]`."""
    if store.how not in ("item", "delete") or store.base.origin == FRESH:
        return
    if store.base.kinds & (TENSORLIKE | INSTANCE):
        return
    yield from _changed(store, store.base, text_of(store.node), body)


def _changed(seen: Call | Store | Augmented, base: Value, text: str, body: Body) -> Iterator[Signal]:
    if "tensorflow.init_scope" in seen.where.context:
        return
    confidence = Confidence.PROVED if base.kinds & (CONTAINER | ARRAY) else Confidence.LIKELY
    param = _argument(base)
    if param >= 0 and param == base.param and _collects(body, param):
        return  # a new dict for each call
    if param >= 0:
        what = f"changes its argument {body.param_name(param)} ({text}), which tf.function refuses"
        yield Signal(
            ARGUMENT, "ARG_MUTATION", seen.node, what, "change a copy and return it", text,
            condition=1 << param if base.deps else YES, confidence=confidence, param=param, effect="mutation",
            only="container" if base.deps else "",
        )  # fmt: skip
        return
    if base.origin != OUTER:
        confidence = Confidence.GUESS
    outer = base.place if base.origin == OUTER and base.place.isidentifier() else ""
    own = body.is_method and base.place.startswith(f"{body.param_name(0)}.")
    if own and _was_made_anew(base.place.partition(".")[2], seen, body):
        confidence = Confidence.GUESS  # still no function to be proposed: eager code may read what is there
    what = f"changes {base.place or 'an outer container'} ({text}), which happens only while tracing"
    advice = "return the value and change it in the caller"
    yield Signal(
        OUTSIDE, "PY_MUTATE_OUTER", seen.node, what, advice, text, confidence=confidence, param=0 if own else -1,
        effect="mutation", repairable=True, outer_name=outer,
    )  # fmt: skip


def _was_made_anew(attribute: str, seen: Call | Store | Augmented, body: Body) -> bool:
    """Whether a method called before, in this very call, has put a new container there: `self.reset_losses()`."""
    return any(
        call.receiver is not None
        and call.receiver.param == 0
        and len(call.functions) == 1
        and call.node.lineno < seen.node.lineno  # type: ignore[attr-defined]
        and call.where == NOWHERE
        and _makes(call.functions[0], attribute)
        for call in body.seen(Call)
    )


def _makes(method: Function, attribute: str) -> bool:
    """Whether each call of the method sets the attribute of its object to a new container."""
    if attribute not in method.self_stores or not isinstance(method.node, ast.FunctionDef):
        return False
    assigned = [node for node in method.node.body if isinstance(node, ast.Assign)]
    return any(
        isinstance(node.value, (ast.Dict, ast.List, ast.Set))
        and any(isinstance(target, ast.Attribute) and target.attr == attribute for target in node.targets)
        for node in assigned
    )


def _collects(body: Body, param: int) -> bool:
    """Whether it is the parameter `**kwargs` itself."""
    return body.function is not None and body.function.params[param].kind == "kwargs"


def _argument(base: Value) -> int:
    """Position of the parameter that the value is, or is part of; -1 if it is neither."""
    if base.origin != PARAM:
        return -1
    return base.param if base.param >= 0 else _inside(base.deps)


def _inside(mask: int) -> int:
    found = indices(mask >> PARTS)
    return found[0] if len(found) == 1 and mask == 1 << (found[0] + PARTS) else -1


@DETECTORS.on(Augmented)
def in_place(seen: Augmented, body: Body) -> Iterator[Signal]:
    """`batch -= mean` changes the caller's array eagerly and a copy of it in the graph; `items += [x]` a list."""
    before = seen.before
    if seen.value.kinds == CONTAINER and before.kinds & (CONTAINER | UNKNOWN) and before.origin == PARAM:
        yield from _changed(seen, before, text_of(seen.node), body)
    if before.param < 0 or before.origin != PARAM or not before.kinds & (ARRAY | UNKNOWN):
        return
    if before.deps == 0:
        return
    what = f"changes its array argument {seen.name} in place, which the caller does not see"
    yield Signal(
        ARGUMENT, "NP_ARG_INPLACE", seen.node, what, "write `x = x + …`", f"{seen.name} in place",
        condition=before.deps or YES, only="array", category=Category.DIFFERS, effect="mutation",
    )  # fmt: skip
