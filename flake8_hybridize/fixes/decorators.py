"""Adds, removes, reorders and configures `@tf.function` on a function."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from flake8_hybridize.fixes.edits import make_fix
from flake8_hybridize.fixes.imports import Reference, function_reference, tensorflow_reference
from flake8_hybridize.fixes.syntax import Span, indentation, line_break, line_end, line_start, segment, span
from flake8_hybridize.results import Applicability, Edit, Fix
from flake8_hybridize.source.text import Source

Function = ast.FunctionDef | ast.AsyncFunctionDef

BELONG_INSIDE = frozenset({"custom_gradient", "recompute_grad", "do_not_convert", "convert"})
"""Decorators that change what is traced: `tf.function` goes above them, not below."""

UNDECORATABLE = frozenset(
    {
        "overload",
        "contextmanager",
        "asynccontextmanager",
        "singledispatch",
        "fixture",
        "wraps",
        "update_wrapper",
    }
)
"""Decorators of things that are not called as written: no `tf.function` goes with them.

`functools.wraps(f)` copies what `f` has to the `tf.function` below it: if `f` is one itself, its very body.
"""

ATTRIBUTES = frozenset(
    {
        "get_concrete_function",
        "python_function",
        "input_signature",
        "function_spec",
        "pretty_printed_concrete_signatures",
        "experimental_get_compiler_ir",
        "experimental_get_tracing_count",
    }
)
"""What a `tf.function` has and a Python function has not."""


def add_decorator(
    source: Source,
    function: Function,
    applicability: Applicability,
    *,
    arguments: str = "",
    reason: str = "",
) -> Fix | None:
    """Put `@tf.function` on a function, under the decorators it has.

    `arguments` is the text between the brackets (`reduce_retracing=True`), empty for a bare
    decorator; `{tf}` in it stands for the module's own name of TensorFlow. None for `async`
    functions and where no name is certain to mean TensorFlow.
    """
    names = [_last_name(decorator) for decorator in function.decorator_list]
    if isinstance(function, ast.AsyncFunctionDef) or UNDECORATABLE.intersection(names):
        return None
    place = _innermost(source, function, names)
    indent = indentation(source.text, place) if place is not None else None
    decorator = _decorator(source, function, arguments)
    if place is None or indent is None or decorator is None:
        return None
    inserted = Edit(place, place, f"@{decorator.text}{line_break(source, place)}{indent}")
    description = f"Decorate `{function.name}` with `@{decorator.text}`"
    return make_fix(source, [*decorator.edits, inserted], applicability, description, reason)


def _decorator(source: Source, function: Function, arguments: str) -> Reference | None:
    reference = function_reference(source, function)
    if reference is None or not arguments:
        return reference
    edits = reference.edits
    if "{tf}" in arguments:
        module = tensorflow_reference(source, function)
        if module is None:
            return None
        arguments = arguments.replace("{tf}", module.text)
        edits += module.edits
    return Reference(f"{reference.text}({arguments})", edits)


def _last_name(decorator: ast.expr) -> str:
    node = decorator.func if isinstance(decorator, ast.Call) else decorator
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _innermost(source: Source, function: Function, names: Sequence[str]) -> int | None:
    """Offset of the `def`, or of the first of the decorators that must stay below the new one."""
    for decorator, name in zip(function.decorator_list, names, strict=True):
        if name in BELONG_INSIDE:
            at = _at_sign(source, decorator)
            return at[0] if at else None
    return span(source, function)[0]


def _at_sign(source: Source, decorator: ast.expr) -> Span | None:
    """From the `@` to the end of the decorator's expression, brackets around it included."""
    text = source.text
    start, end = span(source, decorator)
    head = re.compile(r"@[\s\\(]*\Z").search(text, max(0, start - 200), start)
    if head is None:
        return None
    for _ in range(head.group().count("(")):
        tail = re.compile(r"[\s\\]*\)").match(text, end)
        if tail is None:
            return None
        end = tail.end()
    return head.start(), end


def remove_decorator(
    source: Source,
    function: Function,
    decorator: ast.expr,
    applicability: Applicability,
    *,
    reason: str = "",
) -> Fix | None:
    """Remove one decorator with its line.

    None where the module uses what only a `tf.function` has (`get_concrete_function`). An import
    that loses its last use is removed when the fix is applied, see `import_lines.unused_imports`.
    """
    lines = _lines_of(source, decorator)
    if lines is None or _used_as_tf_function(source):
        return None
    name = segment(source, decorator).partition("(")[0]
    description = f"Remove `@{name}` from `{function.name}`"
    return make_fix(source, [Edit(*lines, "")], applicability, description, reason)


def _lines_of(source: Source, decorator: ast.expr) -> Span | None:
    at = _at_sign(source, decorator)
    if at is None or indentation(source.text, at[0]) is None:
        return None
    start = max(line_start(source.text, at[0]), source.text.rfind("\f", 0, at[0]) + 1)
    rest = re.compile(r"[ \t\f]*(?:#[^\r\n]*)?(?:\r\n|\r|\n)").match(source.text, at[1])
    return (start, rest.end()) if rest else None


def _used_as_tf_function(source: Source) -> bool:
    return any(
        isinstance(node, ast.Attribute) and node.attr in ATTRIBUTES for node in ast.walk(source.tree())
    )


def move_decorator_inside(source: Source, function: Function, decorator: ast.expr) -> Fix | None:
    """Move a decorator below the others, next to the `def` (HYB229: `@tf.function` over `@property`)."""
    index = function.decorator_list.index(decorator)
    moved = function.decorator_list[index:]
    if len(moved) < 2:
        return None
    spans = [_at_sign(source, node) for node in moved]
    if any(at is None for at in spans):
        return None
    places = [at for at in spans if at is not None]
    texts = [source.text[start:end] for start, end in places]
    edits = [Edit(*place, text) for place, text in zip(places, [*texts[1:], texts[0]], strict=True)]
    whole = (places[0][0], line_end(source.text, places[-1][1]))
    description = f"Move `{texts[0].partition('(')[0]}` below the other decorators of `{function.name}`"
    reason = "as it stands, the decorator raises when the class is created or the method is called"
    return make_fix(source, edits, Applicability.SAFE, description, reason, touched=[whole])
