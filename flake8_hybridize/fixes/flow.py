"""Whether a Python number may become a tensor: where its value goes, and what meets it there.

Python numbers follow the dtype of a tensor, tensors do not: a number that becomes an `int32` tensor
must not meet a `float32` one. What is not certain to take a tensor does not.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from flake8_hybridize.fixes.scene import Scene
from flake8_hybridize.model.module import Function
from flake8_hybridize.source.compact import for_nodes
from flake8_hybridize.tensors.observations import Call
from flake8_hybridize.tensors.values import BOOL, NUMBER, TENSORLIKE, UNKNOWN, Value

_ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)
_COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)
_SIGNS = (ast.USub, ast.UAdd)
_ANY_DTYPE = frozenset({"tensorflow.cast", "tensorflow.range", "tensorflow.print", "tensorflow.shape"})
_NOT_SYMBOLIC = frozenset({"tensorflow.constant", "tensorflow.Variable", "tensorflow.get_static_value"})
_CONVERTED = {"builtins.float": "float32", "builtins.int": "int32", "builtins.abs": ""}
_DTYPES = ("int32", "float32", "float64", "bool")
_DEEPEST = 12


class Flow:
    """Follows values through one function; `returns`: what it returns is a tensor anyway."""

    def __init__(self, scene: Scene, home: Function, *, returns: bool) -> None:
        self.scene = scene
        self.home = home
        self.returns = returns
        self._followed: set[tuple[str, str]] = set()

    def takes(self, node: ast.expr, dtype: str, depth: int = 0) -> bool:
        """Whether the value of the expression may be a tensor of this dtype, such as `float32`."""
        parent = self.scene.up[node]
        follow = _FOLLOW.get(type(parent))
        return follow is not None and depth < _DEEPEST and follow(self, node, parent, dtype, depth + 1)

    def takes_name(self, name: str, dtype: str, depth: int = 0) -> bool:
        """Whether everything that reads a local name may get such a tensor."""
        if (name, dtype) in self._followed:
            return True
        self._followed.add((name, dtype))
        if name in self.home.global_names or name in self.home.nonlocal_names:
            return False
        return all(
            self.scene.home(node) is self.home and self.takes(node, dtype, depth)
            for node in self._loads(name)
        )

    def _loads(self, name: str) -> Iterator[ast.Name]:
        for node in ast.walk(self.home.node):
            if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
                yield node

    def _meets(self, other: ast.expr | Value, dtype: str) -> str:
        """`tensor` or `number` if a tensor of the dtype may be combined with the other value, else empty."""
        value = other if isinstance(other, Value) else self.scene.value(self.home, other)
        if dtype not in _DTYPES:
            return ""
        if not value.kinds & ~(NUMBER | BOOL):
            fits = value.dtype == "int" if dtype.startswith("int") else value.kinds == NUMBER
            return "number" if fits else ""
        if value.kinds & ~(TENSORLIKE | UNKNOWN) or (
            value.dtype != dtype and (value.dtype or dtype != "float32")
        ):
            return ""
        return "tensor" if self.scene.is_tensor(value, self.home) else "number"

    # ------------------------------------------------------------------ one handler per parent
    def _binary(self, node: ast.expr, parent: ast.BinOp, dtype: str, depth: int) -> bool:
        if not isinstance(parent.op, _ARITHMETIC) or (
            dtype.startswith("int") and isinstance(parent.op, ast.Div)
        ):
            return False
        met = self._meets(parent.right if node is parent.left else parent.left, dtype)
        return met == "tensor" or (met == "number" and self.takes(parent, dtype, depth))

    def _augmented(self, node: ast.expr, parent: ast.AugAssign, dtype: str, depth: int) -> bool:
        target = parent.target
        if not isinstance(target, ast.Name) or not isinstance(parent.op, _ARITHMETIC):
            return False
        if dtype.startswith("int") and isinstance(parent.op, ast.Div):
            return False
        met = self._meets(self.scene.value(self.home, target), dtype)
        return met == "tensor" or (met == "number" and self.takes_name(target.id, dtype, depth))

    def _comparison(self, node: ast.expr, parent: ast.Compare, dtype: str, depth: int) -> bool:
        if len(parent.ops) != 1 or not isinstance(parent.ops[0], _COMPARISONS):
            return False
        met = self._meets(parent.comparators[0] if node is parent.left else parent.left, dtype)
        return bool(met) and self.takes(parent, "bool", depth)

    def _logic(self, node: ast.expr, parent: ast.BoolOp, dtype: str, depth: int) -> bool:
        return dtype == "bool" and self.scene.is_converted(parent) and self.takes(parent, dtype, depth)

    def _unary(self, node: ast.expr, parent: ast.UnaryOp, dtype: str, depth: int) -> bool:
        if isinstance(parent.op, ast.Not):
            return dtype == "bool" and self.scene.is_converted(parent) and self.takes(parent, dtype, depth)
        return isinstance(parent.op, _SIGNS) and self.takes(parent, dtype, depth)

    def _test(self, node: ast.expr, parent: ast.If | ast.While | ast.IfExp, dtype: str, depth: int) -> bool:
        return node is parent.test and dtype == "bool" and self.scene.is_converted(parent)

    def _assigned(self, node: ast.expr, parent: ast.Assign | ast.AnnAssign, dtype: str, depth: int) -> bool:
        targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
        target = targets[0]
        return len(targets) == 1 and isinstance(target, ast.Name) and self.takes_name(target.id, dtype, depth)

    def _returned(self, node: ast.expr, parent: ast.Return, dtype: str, depth: int) -> bool:
        return self.returns

    def _packed(self, node: ast.expr, parent: ast.expr, dtype: str, depth: int) -> bool:
        """Part of a structure that is returned."""
        around = self.scene.up[parent]
        while isinstance(around, ast.Tuple | ast.List | ast.Dict):
            around = self.scene.up[around]
        return isinstance(around, ast.Return) and self.returns

    def _dropped(self, node: ast.expr, parent: ast.Expr, dtype: str, depth: int) -> bool:
        return True

    def _index(self, node: ast.expr, parent: ast.Subscript, dtype: str, depth: int) -> bool:
        whole = self.scene.value(self.home, parent.value)
        return node is parent.slice and dtype.startswith("int") and self.scene.is_tensor(whole, self.home)

    def _keyword(self, node: ast.AST, parent: ast.keyword, dtype: str, depth: int) -> bool:
        call = self.scene.up[parent]
        return isinstance(call, ast.Call) and self._argument(parent, call, dtype, depth)

    def _argument(self, node: ast.AST, call: ast.Call, dtype: str, depth: int) -> bool:
        seen = self.scene.seen(self.home, call, Call)
        if seen is None or node is call.func:
            return False
        if seen.target in _CONVERTED:
            becomes = _CONVERTED[seen.target] or dtype
            return self.scene.is_converted(call) and self.takes(call, becomes, depth)
        if seen.api is None or not seen.target.startswith("tensorflow.") or seen.target in _NOT_SYMBOLIC:
            return False
        if seen.target in _ANY_DTYPE:
            return True
        given = (*seen.args, *seen.kwargs.values())
        others = [
            value for value in given if value.kinds & TENSORLIKE and value.dtype not in ("", "bool", dtype)
        ]
        return dtype == "float32" and not others and _parameter(node, call, seen) in _tensor_parameters(seen)


def _parameter(node: ast.AST, call: ast.Call, seen: Call) -> str:
    if isinstance(node, ast.keyword):
        return node.arg or ""
    assert seen.api is not None
    names = [name.rstrip("?") for name in seen.api.parameters.split()]
    index = next((index for index, given in enumerate(call.args) if given is node), len(names))
    return names[index] if index < len(names) else ""


def _tensor_parameters(seen: Call) -> frozenset[str]:
    assert seen.api is not None
    return frozenset(name.rstrip("~") for name in seen.api.tensors.split())


_FOLLOW: dict[type, Callable[..., bool]] = {
    ast.BinOp: Flow._binary,
    ast.AugAssign: Flow._augmented,
    ast.Compare: Flow._comparison,
    ast.BoolOp: Flow._logic,
    ast.UnaryOp: Flow._unary,
    ast.If: Flow._test,
    ast.While: Flow._test,
    ast.IfExp: Flow._test,
    ast.Assign: Flow._assigned,
    ast.AnnAssign: Flow._assigned,
    ast.Return: Flow._returned,
    ast.Tuple: Flow._packed,
    ast.List: Flow._packed,
    ast.Dict: Flow._packed,
    ast.Expr: Flow._dropped,
    ast.Subscript: Flow._index,
    ast.keyword: Flow._keyword,
    ast.Call: Flow._argument,
}
_FOLLOW.update(for_nodes(_FOLLOW))
