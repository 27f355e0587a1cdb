"""HYB401: arguments of tf.function that were renamed or are ignored."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_hybridize.hazards.base import Category, Rule
from flake8_hybridize.results import Applicability, Confidence, Finding
from flake8_hybridize.rules.context import Context
from flake8_hybridize.tensors.observations import Call

RULE = Rule(
    code="HYB401",
    name="deprecated-argument",
    summary="an argument of tf.function was renamed or is ignored",
    category=Category.DEPRECATED,
    names=("DEPRECATED_ARG",),
    fix=Applicability.SAFE,
)
RULES = (RULE,)
RENAMED = {
    "experimental_relax_shapes": ("reduce_retracing", (2, 9)),
    "experimental_compile": ("jit_compile", (2, 5)),
}
IGNORED = {"experimental_follow_type_hints": (2, 12)}


def report(context: Context) -> Iterator[Finding]:
    """On the decorator or the call of tf.function."""
    for judged in context.judged:
        decoration = context.program.decoration(judged.function)
        if decoration is not None and isinstance(decoration.node, ast.Call) and not decoration.wrapper:
            yield from _in_call(context, decoration.node, judged.function.qualname)
    bodies = [context.program.module_body(context.module), *(context.program.body(j.function) for j in context.judged)]
    decorators = {id(d) for j in context.judged for d in j.function.decorators}
    for body in bodies:
        for seen in body.facts.observations:
            if isinstance(seen, Call) and seen.target == "tensorflow.function" and id(seen.node) not in decorators:
                yield from _in_call(context, seen.node, body.name)


def _in_call(context: Context, node: ast.Call, name: str) -> Iterator[Finding]:
    for keyword in node.keywords:
        renamed = RENAMED.get(keyword.arg or "")
        if renamed is not None and context.options.tensorflow_version >= renamed[1]:
            message = f"{keyword.arg} of tf.function ({name}) is now called {renamed[0]}"
            yield context.finding(RULE, node, message, None, Confidence.PROVED)
        ignored = IGNORED.get(keyword.arg or "")
        if ignored is not None and context.options.tensorflow_version >= ignored:
            message = f"{keyword.arg} of tf.function ({name}) is ignored; delete it"
            yield context.finding(RULE, node, message, None, Confidence.PROVED)
