"""Drives the interpreter on demand: facts of functions, values of globals and attributes, classes.

Demand runs callees before the call that needs them. A chain of demands deeper than `MAX_DEPTH`, or a cycle,
is answered with "unknown"; such facts are not kept, so a later demand from the outside sees the full answer.
"""

from __future__ import annotations

import ast
import builtins

from flake8_hybridize.knowledge import lookup
from flake8_hybridize.model.module import Class, Function, Module
from flake8_hybridize.model.project import Project
from flake8_hybridize.results import Confidence
from flake8_hybridize.tensors.annotations import annotation_value
from flake8_hybridize.tensors.classes import ClassModel
from flake8_hybridize.tensors.facts import Evidence, Facts
from flake8_hybridize.tensors.interpret import Frame
from flake8_hybridize.tensors.values import (
    ARRAY,
    CALLABLE,
    CLASS,
    CONTAINER,
    DTYPE_VALUE,
    FILE,
    IMPORT,
    OBJECT,
    OUTER,
    PARAM,
    TENSORLIKE,
    UNDEFINED,
    UNKNOWN,
    UNKNOWN_VALUE,
    Value,
    join,
    located,
    of_kind,
    outside,
    replace,
)

MAX_DEPTH = 25
_SETTLED = 1 << 30
_BUILTINS = frozenset(dir(builtins))
_DTYPES = frozenset(
    "float16 float32 float64 bfloat16 double half int8 int16 int32 int64 uint8 uint16 uint32 uint64 bool string "
    "complex64 complex128 resource variant qint8 quint8 qint32 DType newaxis".split()
)


class Engine(ClassModel):
    """All that was interpreted in one run; keyed by identity of the model's objects.

    An engine `over` another one knows more about one module (`own`: what its call sites pass) and asks the other
    one about all others, whose facts therefore never depend on the order in which files are looked at.
    """

    def __init__(
        self,
        project: Project,
        follow_imports: bool = True,
        over: Engine | None = None,
        own: Module | None = None,
    ) -> None:
        self.project = project
        self.follow_imports = follow_imports
        self.over = over
        self.wrappers: frozenset[str] = over.wrappers if over is not None else frozenset()
        self.own = own
        self.seeds: dict[Function, dict[int, Value]] = {}
        self._facts: dict[tuple[Function, object], Facts] = {}
        self._active: list[Function] = []
        self._globals: dict[Module, dict[str, Value]] = {}
        self._module_facts: dict[Module, Facts] = {}
        super().__init__()
        self._attributes: dict[tuple[Class, str], Value | None] = {}
        self._externals: dict[str, Value] = {}
        self._class_values: dict[tuple[Class, str], Value | None] = {}
        self._frames: dict[Function, Frame] = {}
        self._bindings: dict[Function, dict[str, Value]] = {}
        self._contexts: dict[Function, set[object]] = {}
        self._provisional: dict[tuple[Function, object], tuple[Facts, int]] = {}
        self._low = _SETTLED
        self.steps = 0

    # ------------------------------------------------------------------ functions
    def facts(self, function: Function, given: dict[int, Value] | None = None, key: object = None) -> Facts:
        """Facts of `function`, for the parameter values `given` (named by `key`) over its own defaults."""
        if self.over is not None and function.module is not self.own:
            return self.over.facts(function, given, key)
        memo = (function, key)
        known = self._facts.get(memo)
        if known is not None:
            return known
        provisional = self._provisional.get(memo)
        if provisional is not None:
            self._low = min(self._low, provisional[1])
            return provisional[0]
        depth = len(self._active)
        if function in self._active or depth > MAX_DEPTH:
            self._rest_on(self._active.index(function) if function in self._active else 0)
            return Facts(function, (), returns=UNKNOWN_VALUE, complete=False)
        outer_low, self._low = self._low, _SETTLED
        facts = self._interpret(function, given or {})
        low, self._low = self._low, outer_low
        facts.complete = low >= depth
        if facts.complete:
            self._settle(memo, facts, depth)
        else:
            self._provisional[memo] = (facts, low)
            self._rest_on(low)
        return facts

    def _interpret(self, function: Function, given: dict[int, Value]) -> Facts:
        self._active.append(function)
        try:
            frame = Frame(self, function.module, function, self.initial(function, given))
            self._frames[function] = frame
            facts = frame.run()
        finally:
            self._active.pop()
            self._frames.pop(function, None)
        self.steps += facts.steps
        return facts

    def _settle(self, memo: tuple[Function, object], facts: Facts, depth: int) -> None:
        """Keeps facts that rest on nothing unfinished; members of a cycle are asked anew when its head is known."""
        self._facts[memo] = facts
        if memo[1] is None:
            self._bindings[memo[0]] = facts.bindings
        for rest in [rest for rest, (_, low) in self._provisional.items() if low >= depth]:
            del self._provisional[rest]

    def _rest_on(self, depth: int) -> None:
        """What is interpreted now rests on the unfinished function at this depth (-1: on unfinished globals)."""
        self._low = min(self._low, depth)

    def may_specialise(self, function: Function, key: object, limit: int) -> bool:
        """Whether one more set of arguments of `function` may be interpreted on its own."""
        if self.over is not None and function.module is not self.own:
            return self.over.may_specialise(function, key, limit)
        contexts = self._contexts.setdefault(function, set())
        if key in contexts:
            return True
        if len(contexts) >= limit:
            return False
        contexts.add(key)
        return True

    def known_evidence(self, function: Function) -> dict[int, Evidence]:
        """Evidence on the parameters, signature included, as far as the function was interpreted."""
        if self.over is not None and function.module is not self.own:
            return self.over.known_evidence(function)
        facts = self._facts.get((function, None))
        evidence = dict(facts.evidence) if facts is not None else {}
        for index, param in enumerate(function.params):
            if param.annotation is not None:
                value = self.own_value(function, index)
                if value is not None and value.kinds & TENSORLIKE:
                    evidence[index] = Evidence("tensor", Confidence.PROVED, "annotated")
        return evidence

    def initial(self, function: Function, given: dict[int, Value]) -> tuple[Value, ...]:
        """Values of the parameters at entry: given, seeded by call sites, annotated, or unknown."""
        seeds = self.seeds.get(function, {})
        values = []
        for index, param in enumerate(function.params):
            value = given.get(index)
            if value is None:
                value = self.own_value(function, index) or seeds.get(index) or Value(UNKNOWN)
            if param.kind == "args":
                value = Value(CONTAINER, elem=replace(value, deps=1 << index, param=index, origin=PARAM))
            deps = 1 << index if value.kinds & UNKNOWN or _may_be_array(value) else 0
            values.append(
                replace(value, deps=deps, origin=PARAM, param=index, place=param.name)
                if value.origin != "fresh"
                else replace(value, deps=deps, param=index, place=param.name)
            )
        return tuple(values)

    def own_value(self, function: Function, index: int) -> Value | None:
        """What the signature alone says: `self`, `cls`, annotations."""
        param = function.params[index]
        if index == 0 and function.owner is not None and not function.has_decorator("staticmethod"):
            if function.has_decorator("classmethod") or function.name == "__new__":
                return Value(CLASS, ref=function.owner)
            return self.instance(function.owner)
        if param.annotation is not None:
            return annotation_value(self, function.module, param.annotation, param.kind)
        return None

    # ------------------------------------------------------------------ names
    def globals(self, module: Module) -> dict[str, Value]:
        """What the module's names hold, joined over all assignments at module level."""
        if self.over is not None and module is not self.own:
            return self.over.globals(module)
        known = self._globals.get(module)
        if known is None:
            known = self._globals[module] = {}
            outer = self._active, self._provisional, self._low
            self._active, self._provisional, self._low = [], {}, _SETTLED
            frame = Frame(self, module, None, ())
            frame.share_globals(known)
            try:
                self._module_facts[module] = frame.run()
            finally:
                self._active, self._provisional, self._low = outer
        return known

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
            if name in scope.local_names:
                return self.closure(scope, name), "closure"
            scope = scope.parent
        values = self.globals(module)
        if name in values:
            return values[name], "global"
        if name in module.names:
            if module not in self._module_facts:
                self._rest_on(-1)
            return UNKNOWN_VALUE, "global"
        if name in _BUILTINS:
            return self.external("builtins." + name), "builtin"
        return UNKNOWN_VALUE, "global"

    def closure(self, scope: Function, name: str) -> Value:
        """What `name`, bound in the enclosing function `scope`, may hold when an inner function reads it."""
        frame = self._frames.get(scope)
        if frame is not None:
            self._rest_on(self._active.index(scope))
            return outside(frame.bindings.get(name, UNKNOWN_VALUE), name)
        bindings = self._bindings.get(scope)
        if bindings is None:
            bindings = self.facts(scope).bindings
        return outside(bindings.get(name, UNKNOWN_VALUE), name)

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

    def member(self, base: Module | str | None, name: str, importer: Module) -> Value:
        """`name` of a module of the project or of an outside package."""
        if isinstance(base, str):
            return self.external(f"{base}.{name}")
        if base is None:
            return UNKNOWN_VALUE
        values = self.globals(base)
        if name in values:
            return values[name]
        found = self.project.find(f"{base.name}.{name}", base) if base.is_package else None
        return Value(IMPORT, ref=found) if found is not None else UNKNOWN_VALUE

    # ------------------------------------------------------------------ classes
    def scope_value(self, module: Module, function: Function | None, node: ast.expr) -> Value:
        """Value of a name or dotted name outside of any interpretation (bases, decorators, annotations)."""
        if isinstance(node, ast.Name):
            scope = function
            while scope is not None:
                if node.id in scope.local_names:
                    frame = self._frames.get(scope)
                    found = (frame.bindings if frame else self._bindings.get(scope, {})).get(node.id)
                    return found or UNKNOWN_VALUE
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

    def attribute(self, cls: Class, name: str) -> Value | None:
        """What the attribute may hold: joined over all stores in any method, or the class level value."""
        if self.over is not None and cls.module is not self.own:
            return self.over.attribute(cls, name)
        key = (cls, name)
        if key in self._attributes:
            return self._attributes[key]
        self._attributes[key] = None
        outer_low, self._low = self._low, _SETTLED
        value = UNDEFINED
        for base in self.mro(cls):
            if isinstance(base, Class):
                value = join(value, self._stored(base, name))
                level = self.class_value(base, name)
                if level is not None and not value.kinds:
                    value = level
        result = outside(value, f"self.{name}") if value.kinds else None
        if self._low != _SETTLED:
            del self._attributes[key]
        else:
            self._attributes[key] = result
        self._low = min(outer_low, self._low)
        return result

    def _stored(self, cls: Class, name: str) -> Value:
        value = UNDEFINED
        for method in cls.stores.get(name, ()):
            if method in self._active:
                frame = self._frames.get(method)
                stored = frame.stores.get(name) if frame else None
                self._rest_on(self._active.index(method))
                if stored is None:
                    continue
            else:
                stored = self.facts(method).stores.get(name)
            if stored is not None:
                value = join(value, located(stored, OUTER, f"self.{name}"))
        return value

    def class_value(self, cls: Class, name: str) -> Value | None:
        """Value of a class-level assignment or annotation, without running the class body."""
        key = (cls, name)
        if key not in self._class_values:
            self._class_values[key] = None
            value: Value | None = None
            node = cls.assigns.get(name)
            if node is not None:
                frame = Frame(self, cls.module, None, ())
                value = outside(frame.evaluate(node), f"{cls.name}.{name}")
            elif name in cls.annotations:
                value = annotation_value(self, cls.module, cls.annotations[name], "positional")
            self._class_values[key] = value
        return self._class_values[key]


_CONSTANTS = {
    "math.pi": "number", "math.e": "number", "math.inf": "number", "numpy.pi": "number", "numpy.inf": "number",
    "numpy.nan": "number", "math.nan": "number", "numpy.e": "number", "numpy.newaxis": "none", "tensorflow.newaxis": "none",
    "numpy.NaN": "number", "sys.maxsize": "number", "os.environ": "object", "sys.argv": "object", "numpy.random": "unknown",
}  # fmt: skip
del _CONSTANTS["numpy.random"]


def _may_be_array(value: Value) -> bool:
    return bool(value.kinds & ARRAY)
