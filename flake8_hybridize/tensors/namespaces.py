"""What names mean: globals of modules, imports, public names of packages.

Modules may import each other in cycles, in which whoever comes first sees the others half made. What was answered
from something half made is forgotten when it is made, so that no answer depends on the order of the questions.
"""

from __future__ import annotations

import ast
import builtins
from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from flake8_hybridize.knowledge import lookup
from flake8_hybridize.model.module import Function, Module
from flake8_hybridize.model.project import Project
from flake8_hybridize.tensors.classes import ClassModel
from flake8_hybridize.tensors.facts import Facts
from flake8_hybridize.tensors.uses import Uses
from flake8_hybridize.tensors.values import (
    CALLABLE,
    CLASS,
    DTYPE_VALUE,
    FILE,
    IMPORT,
    OBJECT,
    UNKNOWN_VALUE,
    Value,
    of_kind,
    replace,
)

if TYPE_CHECKING:
    from flake8_hybridize.tensors.engine import Engine

MAX_IMPORTS = 100
"""A chain of imports longer than this is taken up from its end: Python's own stack is not made for more."""

_SETTLED = 1 << 30
MOST_ROUNDS = 3
"""How often modules of a cycle are interpreted anew, until none misses a name of another."""
_FINAL = CALLABLE | CLASS | IMPORT
_BUILTINS = frozenset(dir(builtins))
_DTYPES = frozenset(
    "float16 float32 float64 bfloat16 double half int8 int16 int32 int64 uint8 uint16 uint32 uint64 bool string "
    "complex64 complex128 resource variant qint8 quint8 qint32 DType newaxis".split()
)


class Namespaces(ClassModel):
    """Modules, each interpreted once; an engine over another one asks that one about all modules but its own."""

    over: Engine | None = None

    def __init__(self, project: Project, follow_imports: bool, own: Module | None) -> None:
        super().__init__()
        self.project = project
        self.reads = project.reads
        self.follow_imports = follow_imports
        self.own = own
        self._globals: dict[Module, dict[str, Value]] = {}
        self._module_facts: dict[Module, Facts] = {}
        self._loading: list[Module] = []
        self._loading_low = _SETTLED
        self._drafts: dict[Module, int] = {}
        self._unsure: list[tuple[dict[Any, Any], object]] = []
        self._touched = False
        self._missed = False
        self._externals: dict[str, Value] = {}
        self.uses = Uses()

    @abstractmethod
    def run_module(self, module: Module, values: dict[str, Value]) -> Facts:
        """Interprets the module's own statements, writing what names hold into `values`."""

    @abstractmethod
    def closure(self, scope: Function, name: str) -> Value:
        """What `name`, bound in the enclosing function `scope`, may hold when an inner function reads it."""

    def globals(self, module: Module) -> dict[str, Value]:
        """What the module's names hold, joined over all assignments at module level."""
        if self.over is not None and module is not self.own:
            return self.over.globals(module)
        self.reads.note(module)
        known = self._globals.get(module)
        if known is None:
            return self._load(module) if len(self._loading) < MAX_IMPORTS else self._postponed()
        if self._loading:
            self._loading_low = min(self._loading_low, self._unfinished(module))
        return known

    def _postponed(self) -> dict[str, Value]:
        """Nothing, for now: the modules in the making are interpreted once more, and will ask again from less deep."""
        self._loading_low = 0
        self._touched = True
        return {}

    def _unfinished(self, module: Module) -> int:
        """Where among the modules in the making the one is that `module` waits for; beyond all if for none."""
        if module in self._loading:
            return self._loading.index(module)
        return self._drafts.get(module, _SETTLED)

    def _load(self, module: Module) -> dict[str, Value]:
        """Interprets the module's statements.

        Modules that import each other in a cycle are interpreted anew, in the order of their names, when most of what
        is in them is known, so that nothing depends on which of them was asked for first.
        """
        depth = len(self._loading)
        outer_low, self._loading_low = self._loading_low, _SETTLED
        low = _SETTLED
        known = self._globals[module] = {}
        self._loading.append(module)
        try:
            self._run(module)
            low = self._loading_low
            if low < depth:
                self._drafts[module] = low
            elif low == depth:
                self._settle_cycle([module, *self._resting_on(depth)], depth)
                while late := self._resting_on(
                    depth
                ):  # whose turn came when others were interpreted once more
                    self._settle_cycle(late, depth)
        finally:
            self._loading.pop()
            self._loading_low = min(outer_low, low if low < depth else _SETTLED)
        if not self._loading:
            self._forget_unsure()
        return known

    def _resting_on(self, depth: int) -> list[Module]:
        return [module for module, rest in self._drafts.items() if rest >= depth]

    def _settle_cycle(self, members: list[Module], depth: int) -> None:
        members = sorted(members, key=lambda m: m.path)
        for attempt in range(MOST_ROUNDS):
            self._missed = False
            last = attempt == MOST_ROUNDS - 1
            for member in members:
                if last:
                    self._drafts.pop(member, None)
                else:
                    self._drafts[member] = depth
            for member in members:
                self._loading.append(member)
                self._run(member)
                self._loading.pop()
            if not self._missed:
                break
        for member in members:
            self._drafts.pop(member, None)

    def _run(self, module: Module) -> None:
        with self.uses.finding(module, module), self.reads.finding(module):
            self._module_facts[module] = self.run_module(module, self._globals[module])

    def _keep(self, cache: dict[Any, Any], key: object, value: object) -> None:
        """Files an answer; one given while modules are in the making is forgotten when they are made."""
        cache[key] = value
        if self._loading:
            self._unsure.append((cache, key))

    def _forget_unsure(self) -> None:
        for cache, key in self._unsure:
            cache.pop(key, None)
        self._unsure.clear()

    def _global(self, module: Module, name: str) -> Value | None:
        """What a name of the module holds; what is read of a module in the making may not be all."""
        self.uses.note(module, name)
        value = self.globals(module).get(name)
        if (
            self._loading
            and (value is None or value.kinds & ~_FINAL)
            and self._unfinished(module) != _SETTLED
        ):
            self._touched = True
        return value

    def module_facts(self, module: Module) -> Facts:
        """Facts of the module's own statements."""
        if self.over is not None and module is not self.own:
            return self.over.module_facts(module)
        self.globals(module)
        return self._module_facts.get(module) or Facts(None, ())

    def outer_name(self, function: Function | None, module: Module, name: str) -> tuple[Value, str]:
        """Value of a name that `function` does not bind, and where it lives: closure, global or builtin."""
        scope = function.parent if function else None
        while scope is not None:
            self.reads.note(scope)
            if name in scope.local_names:
                return self.closure(scope, name), "closure"
            scope = scope.parent
        value = self._global(module, name)
        if value is not None:
            return value, "global"
        if name in module.names:
            return UNKNOWN_VALUE, "global"
        for package in module.star_imports:
            if lookup.api(f"{package}.{name}") is not None:
                return self.external(f"{package}.{name}"), "global"
        if name in _BUILTINS:
            return self.external("builtins." + name), "builtin"
        return UNKNOWN_VALUE, "global"

    def scope_value(self, module: Module, function: Function | None, node: ast.expr) -> Value:
        """Value of a name or dotted name outside of any interpretation (bases, decorators, annotations)."""
        if isinstance(node, ast.Name):
            scope = function
            while scope is not None:
                self.reads.note(scope)
                if node.id in scope.local_names:
                    return self.closure(scope, node.id)
                scope = scope.parent
            return self.outer_name(None, module, node.id)[0]
        if isinstance(node, ast.Attribute):
            base = self.scope_value(module, function, node.value)
            if base.kinds & IMPORT:
                return self.member(base.ref, node.attr, module)
            if isinstance(base.ref, str):
                return self.external(f"{base.ref}.{node.attr}")
        if isinstance(node, ast.Subscript):
            return self.scope_value(module, function, node.value)
        return UNKNOWN_VALUE

    def external(self, name: str) -> Value:
        """Value of the public name `name` of a package outside the project."""
        known = self._externals.get(name)
        if known is None:
            known = self._externals[name] = self._make_external(name)
        return known

    def _make_external(self, name: str) -> Value:
        if "." not in name:
            return Value(IMPORT, ref=name)
        canonical = lookup.canonical(name)
        package, _, last = canonical.rpartition(".")
        if last in _DTYPES and package in ("tensorflow", "tensorflow.dtypes", "numpy"):
            return replace(DTYPE_VALUE, const=last, ref=canonical)
        api = lookup.api(canonical)
        if api is not None:
            flags = api.flags.split()
            if "constant" in flags:
                value = of_kind(api.returns)
                return replace(value, ref=canonical) if value.kinds & (OBJECT | FILE) else value
            return Value(CALLABLE | CLASS if "class" in flags else CALLABLE, ref=canonical)
        constant = _CONSTANTS.get(canonical)
        if constant is not None:
            return of_kind(constant)
        return Value(IMPORT, ref=name)

    def imported(self, module: Module, dotted: str, level: int = 0) -> Value:
        """Value of the module `dotted`, relative to `module` by `level` dots."""
        if level:
            base = module.package.split(".") if module.package else []
            if level > 1:
                base = base[: len(base) - (level - 1)]
            dotted = ".".join([*base, dotted] if dotted else base)
        if self.follow_imports:
            found = self.project.find(dotted, module) if dotted else None
            if found is not None:
                return Value(IMPORT, ref=found)
        return self.external(dotted)

    def exported(self, base: object, name: str, importer: Module) -> Value | None:
        """The same as `member` for an import statement; None for what a module in the making does not have yet."""
        value = self.member(base, name, importer)
        if value is not UNKNOWN_VALUE or not isinstance(base, Module) or not self._loading:
            return value
        if self._unfinished(base) == _SETTLED or name in self.globals(base):
            return value
        self._missed = True
        return None

    def member(self, base: object, name: str, importer: Module) -> Value:
        """`name` of a module of the project or of an outside package; of one of several modules nothing is known."""
        if isinstance(base, str):
            return self._part(f"{base}.{name}", importer)
        if not isinstance(base, Module):
            return UNKNOWN_VALUE
        value = self._global(base, name)
        if value is not None:
            return value
        found = self.project.find(f"{base.name}.{name}", base) if base.is_package else None
        return Value(IMPORT, ref=found) if found is not None else UNKNOWN_VALUE

    def _part(self, dotted: str, importer: Module) -> Value:
        """A name of an outside package, or a module of the project in a folder without `__init__`."""
        if self.follow_imports and lookup.package(dotted) is None and lookup.api(dotted) is None:
            found = self.project.find(dotted, importer)
            if found is not None:
                return Value(IMPORT, ref=found)
        return self.external(dotted)


_CONSTANTS = {
    "math.pi": "number", "math.e": "number", "math.inf": "number", "numpy.pi": "number", "numpy.inf": "number",
    "numpy.nan": "number", "math.nan": "number", "numpy.e": "number", "numpy.newaxis": "none", "tensorflow.newaxis": "none",
    "numpy.NaN": "number", "sys.maxsize": "number", "os.environ": "object", "sys.argv": "object", "numpy.random": "unknown",
}  # fmt: skip
del _CONSTANTS["numpy.random"]
