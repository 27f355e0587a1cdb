"""What the interpreter saw in a body: plain records that detectors of hazards read.

Only things that may matter are recorded. Every record has its syntax node (for the place) and
`where`, the control flow around it.
"""

from __future__ import annotations

import ast
from typing import Any, NamedTuple, TypeAlias

from flake8_hybridize.knowledge.schema import Api
from flake8_hybridize.model.module import Class, Function
from flake8_hybridize.tensors.assumptions import Assumption
from flake8_hybridize.tensors.values import NO, Value

Key: TypeAlias = "tuple[tuple[int, Value], ...] | None"
"""Arguments that a body is interpreted for, by the positions of the parameters; None for any."""


class Where(NamedTuple):
    """Control flow around a place; degrees are those of `values.tensorness`.

    `tensor_if`: it is under a test on a tensor; `tensor_if_in_loop`: the same, counted from the innermost
    loop; `tensor_loop`: inside a loop that AutoGraph stages; `loops`: Python loops around it, `trips` their
    known number of rounds multiplied (0: unknown); `guarded`: under a test that makes it run once
    (`is None`, `not hasattr`); `converted`: AutoGraph rewrites it (not in a lambda or comprehension);
    `static_if`: under a test on Python values; `tapes`: open gradient tapes; `handlers`: names of the exceptions caught around it.
    """

    tensor_if: int = NO
    tensor_if_in_loop: int = NO
    tensor_loop: int = NO
    loops: int = 0
    trips: int = 1
    guarded: bool = False
    converted: bool = True
    tapes: int = 0
    handlers: tuple[str, ...] = ()
    staged: int = NO
    assumed: tuple[Assumption, ...] = ()
    context: tuple[str, ...] = ()
    static_if: bool = False


NOWHERE = Where()


class Call(NamedTuple):
    """A call. `target` is the dotted name of an API, `functions` the project's functions it may reach.

    `method` and `receiver` are set for `receiver.method(...)`; `bound` maps positions of the parameters
    of each function to the values given (defaults included). `among`: how many such records there are for this
    place, because the callee may be one of several. `keys` name the arguments for which the bodies of `functions`
    were interpreted anew (see `Facts`); empty where they were not.
    """

    node: ast.Call
    where: Where
    target: str
    api: Api | None
    method: str
    receiver: Value | None
    callee: Value
    functions: tuple[Function, ...]
    bound: tuple[dict[int, Value], ...]
    args: tuple[Value, ...]
    kwargs: dict[str, Value]
    result: Value
    created: Class | None = None
    among: int = 1
    keys: tuple[Key, ...] = ()


class Iterate(NamedTuple):
    """Python iterates over `value`: `how` is for, comprehension, unpack, star or a builtin's name."""

    node: ast.AST
    where: Where
    value: Value
    how: str


class Test(NamedTuple):
    """`value` is used for its truth: `how` is if, while, not, boolop, ternary, assert or filter."""

    node: ast.expr
    where: Where
    value: Value
    how: str


class Branch(NamedTuple):
    """Two branches under a test that may be a tensor, with the names bound before and in each.

    A branch that cannot be left at its end (return, raise) has None for its names.
    """

    node: ast.If | ast.IfExp
    where: Where
    test: int
    before: dict[str, Value]
    then: dict[str, Value] | None
    other: dict[str, Value] | None


class Loop(NamedTuple):
    """A loop; `staged` says whether AutoGraph turns it into a graph loop, `end` what one round leaves."""

    node: ast.For | ast.AsyncFor | ast.While
    where: Where
    staged: int
    value: Value
    before: dict[str, Value]
    after: dict[str, Value]
    end: dict[str, Value]


class Store(NamedTuple):
    """A write to something that may outlive the call.

    `how` is attribute, item, global, nonlocal or delete; `base` the object written to.
    """

    node: ast.AST
    where: Where
    how: str
    base: Value
    name: str
    value: Value
    augmented: bool
    key: Value | None = None


class Augmented(NamedTuple):
    """`name += value` on a plain local name; `before` is what it held."""

    node: ast.AugAssign
    where: Where
    name: str
    before: Value
    value: Value


class Read(NamedTuple):
    """A read of state kept outside the call: `how` is global, closure or attribute."""

    node: ast.expr
    where: Where
    how: str
    name: str
    base: Value
    value: Value


class Listing(NamedTuple):
    """The list of variables `name` is asked of the layer or model `base`."""

    node: ast.Attribute
    where: Where
    name: str
    base: Value


class Index(NamedTuple):
    """`base[index]` where the index may be a tensor or the base is made in Python."""

    node: ast.Subscript
    where: Where
    base: Value
    index: Value  # type: ignore[assignment]


class Operation(NamedTuple):
    """A binary operation or comparison one of whose sides may be a tensor."""

    node: ast.AST
    where: Where
    left: Value
    right: Value
    operator: str


class Format(NamedTuple):
    """A value turned into text: `how` is fstring, format or str; spec and percent ask for a number."""

    node: ast.AST
    where: Where
    value: Value
    how: str


class Leave(NamedTuple):
    """`return`, `break` or `raise`; `value` is what is returned or raised."""

    node: ast.AST
    where: Where
    how: str
    value: Value


class Statement(NamedTuple):
    """An expression statement: its value is dropped."""

    node: ast.Expr
    where: Where
    value: Value


class Catch(NamedTuple):
    """A `try` with the dotted names of the exceptions that each of its handlers catches."""

    node: ast.Try
    where: Where
    handlers: tuple[tuple[ast.ExceptHandler, tuple[str, ...]], ...]


class Define(NamedTuple):
    """A function or class defined inside the body."""

    node: ast.AST
    where: Where
    value: Value


class Reference(NamedTuple):
    """A project function used as a value, not called: it may be called from anywhere."""

    node: ast.expr
    where: Where
    function: Function


class Syntax(NamedTuple):
    """Syntax that AutoGraph does not convert: walrus, match, loop-else, mangled."""

    node: ast.AST
    where: Where
    how: str


Observation = Any
