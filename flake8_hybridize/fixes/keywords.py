"""Renames, removes and adds arguments of a call: decorator options, `compile(run_eagerly=True)`."""

from __future__ import annotations

import ast
import re

from flake8_hybridize.fixes.edits import make_fix
from flake8_hybridize.fixes.imports import tensorflow_reference
from flake8_hybridize.fixes.scopes import parents
from flake8_hybridize.fixes.syntax import (
    Span,
    argument_nodes,
    arguments,
    indentation,
    line_start,
    segment,
    span,
)
from flake8_hybridize.results import Applicability, Edit, Fix
from flake8_hybridize.source.text import Source

RENAMED = {"experimental_relax_shapes": "reduce_retracing", "experimental_compile": "jit_compile"}
_REST_OF_ARGUMENT = re.compile(r"[ \t]*(,?)[ \t\f]*(?:#[^\r\n]*)?(?:\r\n|\r|\n)")
IGNORED = frozenset({"experimental_follow_type_hints"})


def modernise_keyword(source: Source, call: ast.Call, old: str) -> Fix | None:
    """Rename or delete a deprecated argument of `tf.function` (HYB401).

    Beside the new name the old one is deleted if it says nothing else, which only
    `experimental_relax_shapes` may do. None if the call passes more arguments by `**`.
    """
    keyword = _keyword(call, old)
    if keyword is None or any(other.arg is None for other in call.keywords):
        return None
    if old in IGNORED:
        return remove_keyword(
            source, call, old, Applicability.SAFE, reason=f"TensorFlow accepts `{old}` and ignores it"
        )
    new = RENAMED.get(old)
    current = _keyword(call, new) if new is not None else None
    if current is not None and old == "experimental_relax_shapes" and _adds_nothing(keyword, current):
        return remove_keyword(source, call, old, Applicability.SAFE, reason=f"`{new}` says the same")
    if new is None or current is not None:
        return None
    start = span(source, keyword)[0]
    edits = [Edit(start, start + len(old), new)]
    reason = f"`{new}` is the new name of `{old}`"
    return make_fix(source, edits, Applicability.SAFE, f"Rename `{old}` to `{new}`", reason)


def _adds_nothing(old: ast.keyword, new: ast.keyword) -> bool:
    """Whether the old name is False, which is ignored, or the same literal as the new one."""
    values = [keyword.value.value for keyword in (old, new) if isinstance(keyword.value, ast.Constant)]
    return (
        bool(values) and isinstance(old.value, ast.Constant) and (not values[0] or values[0:1] == values[1:])
    )


def remove_keyword(
    source: Source, call: ast.Call, name: str, applicability: Applicability, *, reason: str = ""
) -> Fix | None:
    """Remove one keyword argument with its comma; a decorator left without arguments loses its brackets."""
    keyword = _keyword(call, name)
    return remove_argument(source, call, keyword, applicability, reason=reason) if keyword else None


def remove_argument(
    source: Source,
    call: ast.Call,
    argument: ast.expr | ast.keyword,
    applicability: Applicability,
    *,
    reason: str = "",
) -> Fix | None:
    """Remove one argument with its comma; the position of later ones must not matter."""
    found = arguments(source, call)
    if found is None:
        return None
    index = argument_nodes(call).index(argument)
    start, end = found.spans[index]
    alone = _own_lines(source, start, end, last=index + 1 == len(found.spans))
    if len(found.spans) > 1 and alone is not None:
        edit = Edit(*alone, "")
    elif len(found.spans) == 1:
        bare = _is_decorator(source.tree(), call)
        edit = Edit(found.opened - bare, found.closed + bare, "")
    elif index + 1 < len(found.spans):
        edit = Edit(start, found.spans[index + 1][0], "")
    else:
        edit = Edit(found.spans[index - 1][1], end, "")
    return make_fix(source, [edit], applicability, f"Remove `{segment(source, argument)}`", reason)


def _own_lines(source: Source, start: int, end: int, *, last: bool) -> Span | None:
    """The whole lines of an argument with its comma and comment, if nothing else stands on them."""
    if indentation(source.text, start) is None:
        return None
    rest = _REST_OF_ARGUMENT.match(source.text, end)
    whole = rest is not None and (last or bool(rest.group(1)))
    return (line_start(source.text, start), rest.end()) if rest is not None and whole else None


def _keyword(call: ast.Call, name: str) -> ast.keyword | None:
    return next((keyword for keyword in call.keywords if keyword.arg == name), None)


def _is_decorator(tree: ast.Module, call: ast.Call) -> bool:
    parent = parents(tree).get(call)
    return isinstance(parent, ast.FunctionDef) and call in parent.decorator_list


def drop_autograph_off(source: Source, call: ast.Call) -> Fix | None:
    """Remove `autograph=False` (HYB233): tensor control flow raises under it."""
    reason = "without AutoGraph the tensor control flow of the function raises"
    return remove_keyword(source, call, "autograph", Applicability.SAFE, reason=reason)


def drop_jit_compile(source: Source, call: ast.Call) -> Fix | None:
    """Remove `jit_compile=True` (HYB236)."""
    reason = "the function is no longer compiled by XLA: same values, other speed"
    return remove_keyword(source, call, "jit_compile", Applicability.UNSAFE, reason=reason)


def drop_run_eagerly(source: Source, call: ast.Call) -> Fix | None:
    """Remove `run_eagerly=True` from `compile` (HYB105)."""
    reason = "the model is traced from now on; Python code in it that relied on eager mode may fail"
    return remove_keyword(source, call, "run_eagerly", Applicability.UNSAFE, reason=reason)


def add_keyword(
    source: Source, decorator: ast.expr, argument: str, applicability: Applicability, *, reason: str = ""
) -> Fix | None:
    """Give a decorator one more argument, such as `reduce_retracing=True` (HYB305).

    `decorator` is the bare name or the call; `{tf}` in the argument stands for the module's own name
    of TensorFlow. None if the argument is there already.
    """
    edits: tuple[Edit, ...] = ()
    if "{tf}" in argument:
        reference = tensorflow_reference(source, decorator)
        if reference is None:
            return None
        argument, edits = argument.replace("{tf}", reference.text), reference.edits
    edit = _added(source, decorator, argument)
    return make_fix(source, [*edits, edit], applicability, f"Add `{argument}`", reason) if edit else None


def _added(source: Source, decorator: ast.expr, argument: str) -> Edit | None:
    end = span(source, decorator)[1]
    if isinstance(decorator, ast.Name | ast.Attribute):
        return Edit(end, end, f"({argument})")
    if not isinstance(decorator, ast.Call) or _keyword(decorator, argument.partition("=")[0]) is not None:
        return None
    return appended(source, decorator, argument)


def appended(source: Source, call: ast.Call, argument: str) -> Edit | None:
    """The edit that adds an argument after the last one; None for a bare generator expression."""
    found = arguments(source, call)
    if found is None:
        return None
    if not found.spans:
        return Edit(found.opened, found.opened, argument)
    end = found.spans[-1][1]
    return Edit(end, end, f", {argument}")


def name_positional(source: Source, call: ast.Call, argument: ast.expr, keyword: str) -> Fix | None:
    """Pass the last positional argument by keyword: `tf.zeros_like(x, tf.int32)` gets `dtype=` (HYB227)."""
    found = arguments(source, call)
    if found is None or not call.args or call.args[-1] is not argument or _keyword(call, keyword) is not None:
        return None
    if isinstance(argument, ast.Starred) or not re.fullmatch(r"[^\W\d]\w*", keyword):
        return None
    start = found.spans[argument_nodes(call).index(argument)][0]
    reason = "the value was taken for the name of the operation"
    return make_fix(
        source, [Edit(start, start, f"{keyword}=")], Applicability.UNSAFE, f"Pass it as `{keyword}`", reason
    )
