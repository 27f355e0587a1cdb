"""Tests: what they reveal about the names they mention, and whether they guard lazy initialisation."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_hybridize.tensors.observations import Test
from flake8_hybridize.tensors.values import (
    ARRAY,
    BOOL_VALUE,
    CONTAINER,
    DECIDED,
    MAYBE,
    NO,
    NO_CONSTANT,
    NONE,
    NONE_VALUE,
    NUMBER_VALUE,
    OBJECT,
    OUTER,
    PARAM,
    STRING_VALUE,
    TENSOR_VALUE,
    UNDEFINED,
    UNKNOWN,
    Value,
    join,
    replace,
    tensorness,
)

if TYPE_CHECKING:
    from flake8_hybridize.model.module import Function
    from flake8_hybridize.tensors.interpret import Frame

_CLASSES = {
    "int": NUMBER_VALUE, "float": NUMBER_VALUE, "str": STRING_VALUE, "bool": BOOL_VALUE,
    "list": Value(CONTAINER), "tuple": Value(CONTAINER), "dict": Value(CONTAINER), "Mapping": Value(CONTAINER),
    "Sequence": Value(CONTAINER), "set": Value(CONTAINER), "ndarray": Value(ARRAY),
    "Tensor": TENSOR_VALUE, "RaggedTensor": TENSOR_VALUE, "SparseTensor": TENSOR_VALUE,
}  # fmt: skip


def test(frame: Frame, node: ast.expr, value: Value, how: str) -> int:
    """Records a use for truth; degree to which AutoGraph would stage it."""
    degree = tensorness(value)
    if degree != NO:
        frame.see(Test(node, frame.where, value, how))
    return MAYBE if value.extra == "nest" else degree


def known_truth(node: ast.expr, value: Value) -> bool | None:
    """Truth of a test that is a literal, or that tracing decides, or None."""
    if value.extra == DECIDED:
        return bool(value.const)
    if isinstance(node, ast.Constant):
        return bool(node.value)
    if isinstance(node, ast.Name) and node.id == "TYPE_CHECKING":
        return False
    return None


def assume(frame: Frame, node: ast.expr, truth: bool) -> None:
    """Changes the state to what holds where `node` is `truth`."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        assume(frame, node.operand, not truth)
    elif isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And) is truth:
        for part in node.values:
            assume(frame, part, truth)
    elif isinstance(node, ast.BoolOp) and truth:
        _assume_one_of(frame, node.values)
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        _assume_comparison(frame, node, truth)
    elif isinstance(node, ast.Call):
        _assume_isinstance(frame, node, truth)
    elif isinstance(node, ast.Name) and truth:
        _without_none(frame, node.id)


def _assume_comparison(frame: Frame, node: ast.Compare, truth: bool) -> None:
    operator, right = node.ops[0], node.comparators[0]
    if truth and isinstance(operator, (ast.Is, ast.Eq)) and _type_of(node.left):
        _narrow(frame, _type_of(node.left), [right])
        return
    if not (isinstance(right, ast.Constant) and right.value is None and isinstance(node.left, ast.Name)):
        return
    if isinstance(operator, (ast.Is, ast.Eq)):
        is_none = truth
    elif isinstance(operator, (ast.IsNot, ast.NotEq)):
        is_none = not truth
    else:
        return
    if is_none:
        _replace(frame, node.left.id, NONE_VALUE)
    else:
        _without_none(frame, node.left.id)


def _type_of(node: ast.expr) -> str:
    """`x` for `type(x)`."""
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "type"
        and len(node.args) == 1
    ):
        return node.args[0].id if isinstance(node.args[0], ast.Name) else ""
    return ""


def _without_none(frame: Frame, name: str) -> None:
    value = frame.env.get(name) if frame.env is not None else None
    if value is not None and value.kinds & NONE and value.kinds != NONE:
        _replace(frame, name, replace(value, kinds=value.kinds & ~NONE))
    elif value is not None and value.kinds == NONE and value.origin == PARAM and value.param >= 0:
        _replace(frame, name, replace(value, kinds=UNKNOWN, const=NO_CONSTANT, deps=1 << value.param))


def _assume_isinstance(frame: Frame, node: ast.Call, truth: bool) -> None:
    subject, classes = _isinstance(node)
    if subject and truth:
        _narrow(frame, subject, classes)
    elif not truth:
        _no_tensor(frame, subject if any(_last(cls) == "Tensor" for cls in classes) else _probed(node))


def _probed(node: ast.Call) -> str:
    """The name in `tf.is_tensor(name)`."""
    probe = _last(node.func) == "is_tensor" and len(node.args) == 1 and isinstance(node.args[0], ast.Name)
    return node.args[0].id if probe and isinstance(node.args[0], ast.Name) else ""


def _no_tensor(frame: Frame, name: str) -> None:
    """Where a parameter is no tensor, it is a structure or a Python value."""
    value = frame.env.get(name) if frame.env is not None else None
    if value is not None and value.kinds == UNKNOWN and value.deps:
        _replace(frame, name, replace(value, kinds=CONTAINER | OBJECT))


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _assume_one_of(frame: Frame, parts: list[ast.expr]) -> None:
    """`isinstance(x, list) or isinstance(x, tuple)`."""
    classes: list[ast.expr] = []
    subjects = set()
    for part in parts:
        subject, found = _isinstance(part)
        subjects.add(subject)
        classes += found
    if len(subjects) == 1 and "" not in subjects:
        _narrow(frame, subjects.pop(), classes)


def _isinstance(node: ast.expr) -> tuple[str, list[ast.expr]]:
    """The name and the classes of `isinstance(name, classes)`."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "isinstance"):
        return "", []
    if len(node.args) != 2 or not isinstance(node.args[0], ast.Name):
        return "", []
    classes = node.args[1]
    return node.args[0].id, list(classes.elts) if isinstance(classes, ast.Tuple) else [classes]


def _narrow(frame: Frame, name: str, classes: list[ast.expr]) -> None:
    """`name` is an instance of one of the classes."""
    value = frame.env.get(name) if frame.env is not None else None
    if value is None:
        return
    narrowed = UNDEFINED
    for cls in classes:
        given = _CLASSES.get(_last(cls))
        if given is None:
            return
        narrowed = join(narrowed, given)
    if value.deps and narrowed.kinds == ARRAY | CONTAINER:
        narrowed = replace(
            narrowed, kinds=CONTAINER
        )  # the arrays among the arguments are tensors in the trace
    known = value.kinds & narrowed.kinds
    if known and not value.kinds & UNKNOWN and value.extra != "nest":
        _replace(frame, name, replace(value, kinds=known))
        return
    elem = value if value.extra == "nest" and narrowed.kinds == CONTAINER else None
    deps = value.deps if narrowed.kinds & CONTAINER else 0
    _replace(
        frame,
        name,
        replace(narrowed, elem=elem, deps=deps, origin=value.origin, param=value.param, place=value.place),
    )


def _replace(frame: Frame, name: str, value: Value) -> None:
    if frame.env is not None and name in frame.env:
        frame.env[name] = value


def guard(frame: Frame, node: ast.expr) -> bool:
    """Whether the branch runs once: the test asks if some lasting state was not set yet."""
    if isinstance(node, ast.BoolOp):
        return any(guard(frame, part) for part in node.values)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return _is_lasting(frame, node.operand) or _is_hasattr(node.operand)
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        right = node.comparators[0]
        if (
            isinstance(node.ops[0], (ast.Is, ast.Eq))
            and isinstance(right, ast.Constant)
            and right.value is None
        ):
            return _is_lasting(frame, node.left)
        if isinstance(node.ops[0], ast.NotIn):
            return _is_lasting(frame, right)
    return False


def clears_its_flag(node: ast.If) -> bool:
    """Whether the branch runs once since it clears the flag it tests: `if self.first: …; self.first = False`."""
    if not isinstance(node.test, (ast.Name, ast.Attribute)):
        return False
    for statement in node.body:
        if (
            isinstance(statement, ast.Assign)
            and isinstance(statement.value, ast.Constant)
            and not statement.value.value
        ) and any(_as_read(target) == ast.dump(node.test) for target in statement.targets):
            return True
    return False


def leaves_when_done(function: Function | None, node: ast.If) -> bool:
    """Whether what follows runs once: `if self.built: return`, in a body that sets `self.built = True` itself."""
    if function is None or node.orelse or not isinstance(node.body[-1], ast.Return):
        return False
    test, is_flag = node.test, True
    if isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.IsNot):
        test, is_flag = test.left, False
    if not isinstance(test, ast.Attribute) or isinstance(function.node, ast.Lambda):
        return False
    flag = ast.dump(test)
    for statement in function.node.body:
        if not isinstance(statement, ast.Assign) or (is_flag and not _is_true(statement.value)):
            continue
        if any(_as_read(target) == flag for target in statement.targets):
            return True
    return False


def _is_true(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


def _as_read(target: ast.expr) -> str:
    return ast.dump(target).replace("Store()", "Load()")


def _is_hasattr(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "hasattr"


def _is_lasting(frame: Frame, node: ast.expr) -> bool:
    if isinstance(node, (ast.Attribute, ast.Subscript)):
        return True
    if isinstance(node, ast.Name):
        local = frame.env.get(node.id) if frame.env is not None else None
        return local is None or local.origin == OUTER
    return False
