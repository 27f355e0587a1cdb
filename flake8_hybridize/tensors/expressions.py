"""One evaluator per kind of expression."""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flake8_hybridize.model.module import Function
from flake8_hybridize.results import Confidence
from flake8_hybridize.source.compact import for_nodes
from flake8_hybridize.tensors import narrowing
from flake8_hybridize.tensors.attributes import attribute_of
from flake8_hybridize.tensors.calls import call
from flake8_hybridize.tensors.iteration import (
    element_of_iteration,
    is_nest,
    item_at,
    of_callables,
    round_count,
)
from flake8_hybridize.tensors.named_tuples import field_value
from flake8_hybridize.tensors.observations import Branch, Format, Index, Iterate, Read, Syntax
from flake8_hybridize.tensors.open_shapes import open_item
from flake8_hybridize.tensors.operators import binary, compare
from flake8_hybridize.tensors.protocols import iterated, run_method
from flake8_hybridize.tensors.refs import Bound
from flake8_hybridize.tensors.spread import starred
from flake8_hybridize.tensors.targets import assign
from flake8_hybridize.tensors.values import (
    ARRAY,
    BOOL,
    BOOL_VALUE,
    CALLABLE,
    CLASS,
    CONTAINER,
    DECIDED,
    FRESH,
    IMPORT,
    NO,
    NO_CONSTANT,
    NONE_VALUE,
    NUMBER,
    PYITERATOR,
    STRING,
    TENSOR,
    UNDEFINED,
    UNKNOWN,
    UNKNOWN_VALUE,
    YES,
    Value,
    container,
    either,
    element,
    join,
    outside,
    replace,
    tensorness,
)

if TYPE_CHECKING:
    from flake8_hybridize.tensors.interpret import Frame

_SILENT_READS = IMPORT | CALLABLE | CLASS
_LONG = 40
_SAMPLE = 100


def _constant(frame: Frame, node: ast.Constant) -> Value:
    return _literal(node.value)


@lru_cache(maxsize=4096, typed=True)
def _literal(value: object) -> Value:
    if value is None:
        return NONE_VALUE
    if isinstance(value, bool):
        return Value(BOOL, const=value)
    if isinstance(value, (int, float, complex)):
        return Value(NUMBER, const=value, dtype="int" if isinstance(value, int) else "float")
    if isinstance(value, (str, bytes)):
        return Value(STRING, const=value)
    return UNKNOWN_VALUE


def _name(frame: Frame, node: ast.Name) -> Value:
    if frame.env is not None:
        value = frame.env.get(node.id)
        if value is not None:
            return value
    function = frame.function
    if function is not None and node.id in function.local_names:
        return frame.bindings.get(node.id, UNKNOWN_VALUE)
    value, how = frame.outer_name(node.id)
    if how != "builtin" and function is not None and not (value.kinds and not value.kinds & ~_SILENT_READS):
        value = outside(value, (how == "closure" and value.place) or node.id)
        frame.see(Read(node, frame.where, how, node.id, UNKNOWN_VALUE, value))
    return value


def _attribute(frame: Frame, node: ast.Attribute) -> Value:
    if isinstance(node.value, ast.Name) and frame.env is not None:
        stored = frame.env.get(f"{node.value.id}.{node.attr}")
        if stored is not None:
            return stored
    base = frame.evaluate(node.value)
    found = attribute_of(frame, node, base)
    return field_value(base, node.attr) if base.kinds & CONTAINER and isinstance(found.ref, Bound) else found


def _bin_op(frame: Frame, node: ast.BinOp) -> Value:
    spine: list[ast.BinOp] = [node]
    while isinstance(spine[-1].left, ast.BinOp):
        spine.append(spine[-1].left)
    value = frame.evaluate(spine[-1].left)
    for part in reversed(spine):
        value = binary(frame, part, value, frame.evaluate(part.right), part.op)
    return value


def _unary(frame: Frame, node: ast.UnaryOp) -> Value:
    value = frame.evaluate(node.operand)
    if isinstance(node.op, ast.Not):
        if value.extra == DECIDED:
            return replace(value, const=not value.const)
        narrowing.test(frame, node.operand, value, "not")
        degree = tensorness(value)
        if degree == YES:
            return Value(TENSOR, dtype="bool")
        return Value(UNKNOWN, deps=value.deps, dtype="bool") if degree != NO else BOOL_VALUE
    if value.const is not None and isinstance(value.const, (int, float)) and isinstance(node.op, ast.USub):
        return Value(value.kinds, const=-value.const, dtype=value.dtype)
    return replace(value, param=-1, origin=FRESH) if value.param >= 0 else value


def _bool_op(frame: Frame, node: ast.BoolOp) -> Value:
    saved = dict(frame.env) if frame.env is not None else None
    result = UNDEFINED
    for index, part in enumerate(node.values):
        value = frame.evaluate(part)
        if index < len(node.values) - 1:
            if value.extra == DECIDED and bool(value.const) is isinstance(node.op, ast.Or):
                return value
            narrowing.test(frame, part, value, "and" if isinstance(node.op, ast.And) else "or")
            narrowing.assume(frame, part, isinstance(node.op, ast.And))
        result = join(result, value)
    if saved is not None:
        frame.env = saved
    return result


def _if_exp(frame: Frame, node: ast.IfExp) -> Value:
    value = frame.evaluate(node.test)
    truth = narrowing.known_truth(node.test, value)
    if truth is not None:
        return frame.evaluate(node.body if truth else node.orelse)
    test = narrowing.test(frame, node.test, value, "ternary")
    results: list[Value] = []

    def side(part: ast.expr, truth: bool) -> Callable[[], None]:
        def run() -> None:
            narrowing.assume(frame, node.test, truth)
            results.append(frame.evaluate(part))

        return run

    frame.branches(test, side(node.body, True), side(node.orelse, False))
    if test != NO:
        then, other = ({"": results[0]}, {"": results[1]})
        frame.see(Branch(node, frame.where, test, {}, then, other))
    return join(*results)


def _subscript(frame: Frame, node: ast.Subscript) -> Value:
    base = frame.evaluate(node.value)
    index = frame.evaluate(node.slice)
    _indexing_evidence(frame, node, base)
    if base.kinds & CLASS and not base.kinds & (CONTAINER | TENSOR):
        return base
    frame.see(Index(node, frame.where, base, index))
    if base.kinds & IMPORT:
        return UNKNOWN_VALUE
    found = run_method(frame, node, base, "__getitem__", (index,))
    if found is not None:
        return found
    if base.kinds == UNKNOWN and index.kinds == CONTAINER and index.items is None:
        return Value(ARRAY, deps=base.deps)  # what a list of positions chooses from
    item = item_at(base, index)
    form = open_item(node, base, index) if item.kinds == TENSOR else None
    return item if form is None else replace(item, extra=form)


def _indexing_evidence(frame: Frame, node: ast.Subscript, base: Value) -> None:
    if not (base.kinds & UNKNOWN and base.deps):
        return
    index = node.slice
    parts = index.elts if isinstance(index, ast.Tuple) else []
    if any(isinstance(part, ast.Slice) or _is_none(part) for part in parts):
        frame.note(base, "tensor", Confidence.LIKELY, f"sliced along axes, line {node.lineno}", node.lineno)
    elif _is_none(index):
        frame.note(base, "tensor", Confidence.LIKELY, f"given a new axis, line {node.lineno}", node.lineno)
    elif isinstance(index, ast.Constant) and isinstance(index.value, str):
        frame.note(base, "container", Confidence.LIKELY, f"indexed by a key, line {node.lineno}", node.lineno)


def _is_none(node: ast.expr) -> bool:
    return (isinstance(node, ast.Constant) and node.value in (None, Ellipsis)) or (
        isinstance(node, ast.Attribute) and node.attr == "newaxis"
    )


def _slice(frame: Frame, node: ast.Slice) -> Value:
    degree = NO
    for part in (node.lower, node.upper, node.step):
        if part is not None:
            degree = either(degree, tensorness(frame.evaluate(part)))
    if degree == YES:
        return Value(TENSOR, extra="slice")
    return Value(UNKNOWN, deps=degree, extra="slice") if degree > 0 else _STATIC_SLICE


_STATIC_SLICE = Value(NUMBER, extra="slice")


def _tuple(frame: Frame, node: ast.Tuple | ast.List) -> Value:
    if any(isinstance(item, ast.Starred) for item in node.elts):
        elem = UNDEFINED
        for item in node.elts:
            elem = join(elem, frame.evaluate(item))
        return Value(CONTAINER, elem=elem, origin=FRESH)
    if len(node.elts) > _LONG:
        return _long_literal(frame, node.elts)
    return container(tuple([frame.evaluate(item) for item in node.elts]))


def _long_literal(frame: Frame, nodes: list[ast.expr]) -> Value:
    elem = UNDEFINED
    seen: set[type] = set()
    if len(nodes) > _SAMPLE:
        elem = UNKNOWN_VALUE  # a table: what its first entries are says enough
    for item in nodes[:_SAMPLE]:
        if isinstance(item, ast.Constant):
            if type(item.value) in seen:
                continue
            seen.add(type(item.value))
        elem = join(elem, frame.evaluate(item))
    return Value(CONTAINER, elem=replace(elem, const=NO_CONSTANT), origin=FRESH)


def _starred(frame: Frame, node: ast.Starred) -> Value:
    return starred(frame, node, frame.evaluate(node.value))


def _set(frame: Frame, node: ast.Set) -> Value:
    elem = UNDEFINED
    for item in node.elts:
        elem = join(elem, frame.evaluate(item))
    return Value(CONTAINER, elem=elem, origin=FRESH, extra="set")


def _dict(frame: Frame, node: ast.Dict) -> Value:
    values = []
    keys: list[Any] = []
    elem = UNDEFINED
    exact = len(node.keys) <= _LONG
    if len(node.keys) > _SAMPLE:
        elem = UNKNOWN_VALUE
    for key, item in zip(node.keys[:_SAMPLE], node.values):
        value = frame.evaluate(item)
        if key is None:
            exact = False
            elem = join(elem, element(value))
            continue
        name = frame.evaluate(key)
        exact = exact and isinstance(key, ast.Constant)
        keys.append(name.const)
        values.append(value)
        if not exact:
            elem = join(elem, value)
    if exact:
        return container(tuple(values), tuple(keys))
    for value in values:
        elem = join(elem, value)
    return Value(CONTAINER, elem=elem if elem.kinds else None, origin=FRESH, extra="dict")


def _comprehension(frame: Frame, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> Value:
    outer_env, outer_where = frame.env, frame.where
    frame.enter(dict(outer_env or {}))
    for generator in node.generators:
        value = of_callables(frame.evaluate(generator.iter), generator.target, (node,))
        if not is_nest(value) or value.kinds & ~TENSOR:
            frame.see(Iterate(generator.iter, frame.where, value, "comprehension"))
        item = element_of_iteration(iterated(frame, generator.iter, value))
        assign(frame, generator.target, item, generator.iter)
        frame.where = replace(
            frame.where,
            loops=frame.where.loops + 1,
            converted=False,
            staged=NO,
            trips=frame.where.trips * round_count(value),
        )
        for test in generator.ifs:
            narrowing.test(frame, test, frame.evaluate(test), "filter")
            narrowing.assume(frame, test, True)
    if isinstance(node, ast.DictComp):
        frame.evaluate(node.key)
        elem = frame.evaluate(node.value)
    else:
        elem = frame.evaluate(node.elt)
    frame.env, frame.where = outer_env, outer_where
    if isinstance(node, ast.GeneratorExp):
        return Value(PYITERATOR, elem=elem, origin=FRESH)
    return Value(CONTAINER, elem=elem, origin=FRESH, extra=_COMPREHENDED.get(type(node)))


_COMPREHENDED = {ast.SetComp: "set", ast.DictComp: "dict"}
_COMPREHENDED.update(for_nodes(_COMPREHENDED))


def _lambda(frame: Frame, node: ast.Lambda) -> Value:
    function = frame.module.by_node.get(node)
    return Value(CALLABLE, ref=function) if isinstance(function, Function) else UNKNOWN_VALUE


def _joined_str(frame: Frame, node: ast.JoinedStr) -> Value:
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            value = frame.evaluate(part.value)
            if tensorness(value) != NO:
                frame.see(
                    Format(part, frame.where, value, "spec" if part.format_spec is not None else "fstring")
                )
    return Value(STRING, extra="formatted")


def _named_expr(frame: Frame, node: ast.NamedExpr) -> Value:
    value = frame.evaluate(node.value)
    frame.see(Syntax(node, frame.where, "walrus"))
    assign(frame, node.target, value, node.value)
    return value


def _yield(frame: Frame, node: ast.Yield | ast.YieldFrom | ast.Await) -> Value:
    if node.value is not None:
        value = frame.evaluate(node.value)
        if isinstance(node, ast.Yield):
            frame.facts.returns = join(frame.facts.returns, Value(PYITERATOR, elem=value))
    return UNKNOWN_VALUE


def _compare(frame: Frame, node: ast.Compare) -> Value:
    return compare(frame, node, [frame.evaluate(node.left), *(frame.evaluate(c) for c in node.comparators)])


def _unhandled(frame: Frame, node: ast.expr) -> Value:
    return UNKNOWN_VALUE


class _Evaluators(dict[type[ast.AST], Callable[[Any, Any], Value]]):
    def __missing__(self, key: type[ast.AST]) -> Callable[[Any, Any], Value]:
        return _unhandled


EVALUATORS = _Evaluators(
    {
        ast.Constant: _constant,
        ast.Name: _name,
        ast.Attribute: _attribute,
        ast.Call: call,
        ast.BinOp: _bin_op,
        ast.UnaryOp: _unary,
        ast.BoolOp: _bool_op,
        ast.IfExp: _if_exp,
        ast.Subscript: _subscript,
        ast.Slice: _slice,
        ast.Tuple: _tuple,
        ast.List: _tuple,
        ast.Starred: _starred,
        ast.Set: _set,
        ast.Dict: _dict,
        ast.ListComp: _comprehension,
        ast.SetComp: _comprehension,
        ast.DictComp: _comprehension,
        ast.GeneratorExp: _comprehension,
        ast.Lambda: _lambda,
        ast.JoinedStr: _joined_str,
        ast.NamedExpr: _named_expr,
        ast.Yield: _yield,
        ast.YieldFrom: _yield,
        ast.Await: _yield,
        ast.Compare: _compare,
    }
)
EVALUATORS.update(for_nodes(EVALUATORS))
