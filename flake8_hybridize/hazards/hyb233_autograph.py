"""HYB233: control flow on tensors in a function that AutoGraph leaves as it is.

Measured on TensorFlow 2.21: a walrus, `match`, `else` of a loop, a nested generator, or an attribute `obj.__name`
in a class makes AutoGraph give up on the whole function, with a warning only; what it calls is not converted either.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, Category, Rule, Signal
from flake8_hybridize.hazards.body import Body
from flake8_hybridize.hazards.control import first_control
from flake8_hybridize.knowledge.wrappers import NO_CONVERT
from flake8_hybridize.model.module import Class, Function
from flake8_hybridize.results import Applicability
from flake8_hybridize.source.tree import walk
from flake8_hybridize.tensors.decorators import decorator_target
from flake8_hybridize.tensors.observations import Syntax

RULE = DETECTORS.declare(
    Rule(
        code="HYB233",
        name="autograph-syntax",
        summary="tensor control flow in a function that AutoGraph does not convert",
        category=Category.RAISES,
        names=("AUTOGRAPH_SYNTAX", "AUTOGRAPH_OFF"),
        fix=Applicability.SAFE,
    )
)
_SYNTAX = {
    "walrus": ("an assignment expression", "assign before"),
    "match": ("a match statement", "use if"),
    "loop-else": ("the else of a loop", "use a flag"),
    "generator": ("a nested generator", "move it out"),
    "mangled": ("a name like __private", "rename it"),
}


@DETECTORS.on_control
def unconverted(control: int, body: Body) -> Iterator[Signal]:
    """Syntax that AutoGraph cannot read, or a decorator that keeps it away, next to tensor control flow."""
    for node, how in _unreadable(body):
        text, advice = _SYNTAX[how]
        what = f"has {text}, so AutoGraph does not convert it, but branches on a tensor"
        yield Signal(
            RULE, "AUTOGRAPH_SYNTAX", node, what, advice, text, condition=control, needs_evidence=True
        )
    function = body.function
    if function is not None and any(
        decorator_target(body.engine, function, node).ref in NO_CONVERT for node in function.decorators
    ):
        node = first_control(body) or function.node
        what = "is kept from AutoGraph by do_not_convert, but branches on a tensor"
        yield Signal(
            RULE, "AUTOGRAPH_OFF", node, what, "use tf.cond", "do_not_convert", condition=control, needs_evidence=True
        )  # fmt: skip


def _unreadable(body: Body) -> Iterator[tuple[ast.AST, str]]:
    found = next((seen for seen in body.facts.seen(Syntax)), None)
    if found is not None:
        yield found.node, found.how
        return
    if body.function is not None:
        if body.owner is not None:
            body.engine.reads.note(body.owner)
        yield from _in_scope(body.function, body.owner)


def _in_scope(function: Function, owner: Class | None) -> Iterator[tuple[ast.AST, str]]:
    for nested in function.nested.values():
        if nested.is_generator:
            found = (node for node in walk(nested.node) if isinstance(node, (ast.Yield, ast.YieldFrom)))
            yield next(found), "generator"
            return
    if owner is None or not any(map(_is_private, (*owner.stores, *owner.methods, *owner.assigns))):
        return
    for node in walk(function.node):
        if isinstance(node, ast.Attribute) and _is_private(node.attr):
            yield node, "mangled"
            return


def _is_private(name: str) -> bool:
    return name.startswith("__") and not name.endswith("__")
