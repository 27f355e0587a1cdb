"""The module model: functions, classes and the names they bind, built in one pass over the tree."""

from __future__ import annotations

import ast
import os
from dataclasses import dataclass, field
from typing import TypeAlias

FunctionNode: TypeAlias = "ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda"


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter: `kind` is positional, keyword, args or kwargs."""

    name: str
    kind: str
    annotation: ast.expr | None
    default: ast.expr | None


@dataclass(slots=True, eq=False)
class Function:
    """A function, method or lambda of a module.

    `qualname` joins enclosing classes and functions by dots, without `<locals>`.
    `local_names` are the names its body binds (parameters included); `outer_names` those it
    declares global or nonlocal; `decorators` are outermost first, `decorator_names` their last parts; `self_stores` and `self_reads` the attributes of the first parameter it uses; `loads` every name its body and nested functions read; `has_loops`: a loop or comprehension is directly in it.
    `is_lambda`: it has no `def` line; `is_method`: calls through an instance pass that as first argument.
    """

    module: Module
    qualname: str
    name: str
    node: FunctionNode
    parent: Function | None
    owner: Class | None
    params: tuple[Param, ...]
    local_names: set[str] = field(default_factory=set)
    global_names: set[str] = field(default_factory=set)
    nonlocal_names: set[str] = field(default_factory=set)
    loads: set[str] = field(default_factory=set)
    nested: dict[str, Function] = field(default_factory=dict)
    is_generator: bool = False
    is_async: bool = False
    self_stores: set[str] = field(default_factory=set)
    self_reads: set[str] = field(default_factory=set)
    has_inner: bool = False
    has_loops: bool = False
    decorators: list[ast.expr] = field(init=False)
    decorator_names: frozenset[str] = field(init=False)
    is_lambda: bool = field(init=False)
    is_method: bool = field(init=False)

    def __post_init__(self) -> None:
        node = self.node
        self.is_lambda = isinstance(node, ast.Lambda)
        self.decorators = [] if isinstance(node, ast.Lambda) else node.decorator_list
        self.decorator_names = frozenset(map(last_part, self.decorators))
        self.is_method = self.owner is not None and "staticmethod" not in self.decorator_names

    @property
    def line(self) -> int:
        """Line of the `def` keyword (or of `lambda`)."""
        return self.node.lineno

    def scopes(self) -> list[Function]:
        """The function and those that it is nested in, from the inside out."""
        found, outer = [self], self.parent
        while outer is not None:
            found.append(outer)
            outer = outer.parent
        return found

    def has_decorator(self, *names: str) -> bool:
        """Whether one of the decorators is a plain name or attribute with one of these last parts."""
        return not self.decorator_names.isdisjoint(names)

    def param_index(self, name: str) -> int | None:
        """Position of the parameter called `name`."""
        for index, param in enumerate(self.params):
            if param.name == name:
                return index
        return None

    def __repr__(self) -> str:
        return f"<{self.module.name}:{self.qualname}>"


@dataclass(slots=True, eq=False)
class Class:
    """A class: its methods, class-level assignments and which methods store which attribute."""

    module: Module
    qualname: str
    name: str
    node: ast.ClassDef
    parent: Function | None
    methods: dict[str, Function] = field(default_factory=dict)
    assigns: dict[str, ast.expr | None] = field(default_factory=dict)
    annotations: dict[str, ast.expr] = field(default_factory=dict)
    stores: dict[str, list[Function]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<class {self.module.name}:{self.qualname}>"


@dataclass(slots=True, eq=False)
class Module:
    """One parsed file. `name` is its dotted name as other modules import it, `location` its absolute path, in `folder`.

    `attribute_stores`: every store to an attribute by its name; `global_writes`: functions that rebind a global
    or closure name; `item_stores`: functions that change the content of `name` or `self.name`;
    `attribute_writers`: functions that store to an attribute of any object, `*` those that find its name out;
    `attribute_loads`: who reads an attribute of this name (None: the module's own statements); `attribute_bases`: the
    names of the module that are asked for one (any names where there are star imports);
    `star_imports`: modules that it takes all names from;
    `makes_functions`: something called `function` is called, so that functions may be made hybrid by a call;
    `has_loops`: a loop or comprehension is among its own statements; `has_finally`: a `finally` is anywhere in it.
    """

    name: str
    path: str
    tree: ast.Module
    is_package: bool = False
    functions: list[Function] = field(default_factory=list)
    classes: list[Class] = field(default_factory=list)
    top: dict[str, Function | Class] = field(default_factory=dict)
    by_node: dict[ast.AST, Function | Class] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    attribute_stores: dict[str, list[ast.Attribute]] = field(default_factory=dict)
    global_writes: dict[str, list[Function]] = field(default_factory=dict)
    item_stores: dict[str, list[Function]] = field(default_factory=dict)
    attribute_writers: dict[str, list[Function]] = field(default_factory=dict)
    attribute_loads: dict[str, set[Function | None]] = field(default_factory=dict)
    attribute_bases: dict[str, set[str]] = field(default_factory=dict)
    star_imports: list[str] = field(default_factory=list)
    makes_functions: bool = False
    has_loops: bool = False
    has_finally: bool = False
    location: str = field(init=False)
    folder: str = field(init=False)

    def __post_init__(self) -> None:
        self.location = os.path.abspath(self.path)
        self.folder = os.path.dirname(self.location)

    def dismantle(self) -> None:
        """Breaks the cycles of the model, which nobody collects between files, so that the tree goes at once."""
        for function in self.functions:
            function.nested.clear()
        for cls in self.classes:
            cls.methods.clear()
            cls.stores.clear()
        for part in (self.functions, self.classes, self.top, self.by_node, self.attribute_loads):
            part.clear()
        self.global_writes.clear()
        self.item_stores.clear()
        self.attribute_writers.clear()
        self.attribute_bases.clear()
        self.tree = ast.Module([], [])

    @property
    def package(self) -> str:
        """The package that relative imports start from."""
        return self.name if self.is_package else self.name.rpartition(".")[0]


def is_abstract(function: Function) -> bool:
    """Whether the body only says that a subclass has to do it: nothing, or NotImplementedError."""
    if isinstance(function.node, ast.Lambda):
        return False
    if function.has_decorator("abstractmethod", "abstractproperty"):
        return True
    for node in function.node.body:
        if isinstance(node, ast.Pass) or (
            isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        ):
            continue
        if (
            isinstance(node, ast.Raise)
            and node.exc is not None
            and last_part(node.exc) == "NotImplementedError"
        ):
            continue
        return False
    return True


def last_part(node: ast.expr) -> str:
    """`c` for `a.b.c` and for `a.b.c(...)`; empty for anything else."""
    if isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def parameters(node: FunctionNode) -> tuple[Param, ...]:
    """The parameters in the order of the signature."""
    args = node.args
    positional = [*args.posonlyargs, *args.args]
    missing: list[ast.expr | None] = [None] * (len(positional) - len(args.defaults))
    found = [
        Param(arg.arg, "positional", arg.annotation, default)
        for arg, default in zip(positional, [*missing, *args.defaults])
    ]
    if args.vararg:
        found.append(Param(args.vararg.arg, "args", args.vararg.annotation, None))
    found += [
        Param(arg.arg, "keyword", arg.annotation, default)
        for arg, default in zip(args.kwonlyargs, args.kw_defaults)
    ]
    if args.kwarg:
        found.append(Param(args.kwarg.arg, "kwargs", args.kwarg.annotation, None))
    return tuple(found)
