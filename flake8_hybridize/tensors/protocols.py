"""Operations on objects of the project that run methods of their classes: `source[i]`, `len(queue)`, `meter += loss`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_hybridize.model.module import Class, is_abstract
from flake8_hybridize.tensors.observations import Call
from flake8_hybridize.tensors.substitution import bind_arguments, substitute
from flake8_hybridize.tensors.values import (
    BOOL_VALUE,
    CALLABLE,
    INSTANCE,
    PYITERATOR,
    UNDEFINED,
    UNKNOWN_VALUE,
    Value,
    join,
    replace,
)

if TYPE_CHECKING:
    from flake8_hybridize.tensors.interpret import Frame

_OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "truediv", ast.FloorDiv: "floordiv", ast.Mod: "mod",
    ast.Pow: "pow", ast.MatMult: "matmul", ast.LShift: "lshift", ast.RShift: "rshift", ast.BitOr: "or",
    ast.BitXor: "xor", ast.BitAnd: "and", ast.Eq: "eq", ast.NotEq: "ne", ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt",
    ast.GtE: "ge",
}  # fmt: skip
_BUILTINS = {
    f"builtins.{name}": f"__{name}__"
    for name in (
        "len",
        "next",
        "iter",
        "reversed",
        "str",
        "repr",
        "abs",
        "int",
        "float",
        "bool",
        "hash",
        "round",
    )
}
_ITERATING = frozenset(
    f"builtins.{name}"
    for name in "all any dict enumerate filter frozenset list map max min set sorted sum tuple zip".split()
)
_MIRRORED = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le", "eq": "eq", "ne": "ne"}


def run_method(
    frame: Frame, node: ast.AST, receiver: Value, name: str, given: tuple[Value, ...] = ()
) -> Value | None:
    """Records that an operation on the object runs its method `name`: what that returns, None if it has none."""
    cls = receiver.ref
    if not receiver.kinds & INSTANCE or not isinstance(cls, Class):
        return None
    result = UNDEFINED
    found = frame.engine.dispatched(receiver, name)
    for owner, method in found:
        frame.engine.reads.note(method)
        own = receiver if owner is cls else replace(receiver, ref=owner)
        bound = bind_arguments(method, given, {}, own)
        value = UNKNOWN_VALUE if is_abstract(method) else frame.engine.facts(method).returns
        if method.is_generator:
            value = Value(PYITERATOR, elem=value.elem or UNKNOWN_VALUE)
        value = substitute(value, bound) if value.kinds else UNKNOWN_VALUE
        func = node.target if isinstance(node, ast.AugAssign) else node
        made = ast.copy_location(ast.Call(func, [], []), node)  # type: ignore[arg-type]
        callee = Value(CALLABLE, ref=method)
        frame.see(
            Call(
                made, frame.where, "", None, name, own, callee, (method,), (bound,), given, {}, value, None, len(found)
            )
        )  # fmt: skip
        result = join(result, value)
    return result if found else None


def iterated(frame: Frame, node: ast.AST, value: Value) -> Value:
    """What a loop over the value runs through: for an object of the project, what its `__iter__` gives."""
    iterator = run_method(frame, node, value, "__iter__")
    if iterator is None:
        item = run_method(frame, node, value, "__getitem__", (UNKNOWN_VALUE,))
        return value if item is None else Value(PYITERATOR, elem=item)
    item = run_method(frame, node, iterator, "__next__")
    return iterator if item is None else Value(PYITERATOR, elem=item)


def operated_on(frame: Frame, node: ast.AST, left: Value, right: Value, operator: ast.AST) -> Value | None:
    """What an operator or comparison gives that a class of the project defines; None if none does."""
    if not (left.kinds | right.kinds) & INSTANCE:
        return None
    if isinstance(operator, (ast.In, ast.NotIn)):
        return BOOL_VALUE if run_method(frame, node, right, "__contains__", (left,)) else None
    name = _OPERATORS.get(type(operator))
    if name is None:
        return None
    in_place = isinstance(node, ast.AugAssign)
    found = run_method(frame, node, left, f"__i{name}__", (right,)) if in_place else None
    if found is None:
        found = run_method(frame, node, left, f"__{name}__", (right,))
    if found is None:
        found = run_method(frame, node, right, f"__{_MIRRORED.get(name, 'r' + name)}__", (left,))
    return found


def of_builtin(frame: Frame, node: ast.Call, name: str, args: tuple[Value, ...]) -> tuple[Value, ...]:
    """What a builtin function works on: for an object of the project, what the method gives that it runs."""
    if not any(value.kinds & INSTANCE for value in args):
        return args
    if name in _ITERATING:
        return tuple(iterated(frame, node, value) for value in args)
    method = _BUILTINS.get(name)
    found = run_method(frame, node, args[0], method) if method is not None else None
    return (
        args
        if found is None
        else (Value(PYITERATOR, elem=found), *args[1:])
        if name == "builtins.next"
        else args
    )


def described(frame: Frame, node: ast.Attribute, base: Value, cls: Class, name: str) -> Value | None:
    """What the descriptor gives that stands for the attribute in the class."""
    for owner in frame.engine.mro(cls):
        if isinstance(owner, Class) and name in owner.assigns:
            level = frame.engine.class_value(owner, name)
            return run_method(frame, node, level, "__get__", (base, UNKNOWN_VALUE)) if level else None
    return None
