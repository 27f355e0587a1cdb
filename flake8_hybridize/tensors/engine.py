"""Drives the interpreter on demand: facts of functions, values of globals and attributes, classes.

Demand runs callees before the call that needs them. A chain of demands deeper than `MAX_DEPTH`, or a cycle,
is answered with "unknown"; such facts are not kept, so a later demand from the outside sees the full answer.
"""

from __future__ import annotations

import ast

from flake8_hybridize.model.module import Class, Function, Module
from flake8_hybridize.model.project import Project
from flake8_hybridize.results import Confidence
from flake8_hybridize.tensors.annotations import annotation_value
from flake8_hybridize.tensors.classes import Line
from flake8_hybridize.tensors.facts import Evidence, Facts
from flake8_hybridize.tensors.interpret import Frame
from flake8_hybridize.tensors.namespaces import Namespaces
from flake8_hybridize.tensors.values import (
    ARRAY,
    CLASS,
    CONTAINER,
    IMPORT,
    OUTER,
    PARAM,
    TENSORLIKE,
    UNDEFINED,
    UNKNOWN,
    UNKNOWN_VALUE,
    Value,
    join,
    located,
    outside,
    replace,
)

MAX_DEPTH = 25
_SETTLED = 1 << 30


class Engine(Namespaces):
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
        super().__init__(project, follow_imports, own)
        self.over = over
        self.wrappers: frozenset[str] = over.wrappers if over is not None else frozenset()
        self.seeds: dict[Function, dict[int, Value]] = {}
        self.defaults: dict[Function, list[tuple[int, Value]]] = {}
        self._facts: dict[tuple[Function, object], Facts] = {}
        self._active: list[Function] = []
        self._lines: dict[Module, dict[Class, list[Class]]] = {}
        self._subclasses: dict[Class, tuple[Class, ...]] = {}
        self._attributes: dict[tuple[Class, str], Value | None] = {}
        self._class_values: dict[tuple[Class, str], Value | None] = {}
        self._frames: dict[Function, Frame] = {}
        self._bindings: dict[Function, dict[str, Value]] = {}
        self._given: dict[tuple[Function, object], dict[int, Value]] = {}
        self._provisional: dict[tuple[Function, object], tuple[Facts, int]] = {}
        self._low = _SETTLED

    # ------------------------------------------------------------------ functions
    def facts(self, function: Function, given: dict[int, Value] | None = None, key: object = None) -> Facts:
        """Facts of `function`, for the parameter values `given` over its own defaults.

        `key` names these values: whoever asks for it again need not give them.
        """
        if self.over is not None and function.module is not self.own:
            return self.over.facts(function, given, key)
        memo = (function, key)
        known = self._facts.get(memo)
        if known is not None:
            self._touched = self._touched or memo in self._shaky
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
        touched, self._touched = self._touched, False
        if key is not None:
            given = self._given.setdefault(memo, given or {})
        facts = self._interpret(function, given or {})
        facts.key = key
        low, self._low = self._low, outer_low
        facts.complete = low >= depth
        if facts.complete:
            self._settle(memo, facts, depth)
        else:
            self._provisional[memo] = (facts, low)
            self._rest_on(low)
        self._touched = self._touched or touched
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
        self._count(facts)
        return facts

    def _count(self, facts: Facts) -> None:
        self.project.effort.steps += facts.steps
        self.project.effort.observations += len(facts.observations)

    def _settle(self, memo: tuple[Function, object], facts: Facts, depth: int) -> None:
        """Keeps facts that rest on nothing unfinished; members of a cycle are asked anew when its head is known."""
        self._facts[memo] = facts
        if memo[1] is None:
            self._bindings[memo[0]] = facts.bindings
        if self._loading and self._touched:
            self._shaky.add(memo)
            self._unsure += [(self._facts, memo), (self._bindings, memo[0])]
        for rest in [rest for rest, (_, low) in self._provisional.items() if low >= depth]:
            del self._provisional[rest]

    def _rest_on(self, depth: int) -> None:
        """What is interpreted now rests on the unfinished function at this depth."""
        self._low = min(self._low, depth)

    def opaque(self, function: Function) -> int:
        """The mask of parameters of which the body alone cannot say what it calls, whatever call sites pass."""
        if self.over is not None and (function.module is not self.own or function in self.seeds):
            return self.over.opaque(function)
        return self.facts(function).opaque

    def known_evidence(self, function: Function, facts: Facts | None = None) -> dict[int, Evidence]:
        """Evidence on the parameters, signature included: from `facts`, or as far as the function was interpreted."""
        if self.over is not None and function.module is not self.own:
            return self.over.known_evidence(function, facts)
        facts = facts or self._facts.get((function, None))
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
            value = given.get(index) or self.own_value(function, index) or seeds.get(index)
            if value is None and param.kind != "args":
                values.append(Value(UNKNOWN, 1 << index, origin=PARAM, param=index, place=param.name))
                continue
            value = value or UNKNOWN_VALUE
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
    def run_module(self, module: Module, values: dict[str, Value]) -> Facts:
        """Interprets the module's own statements, writing what names hold into `values`."""
        outer = self._active, self._provisional, self._low
        self._active, self._provisional, self._low = [], {}, _SETTLED
        frame = Frame(self, module, None, ())
        frame.share_globals(values)
        try:
            facts = frame.run()
        finally:
            self._active, self._provisional, self._low = outer
        self._count(facts)
        return facts

    def closure(self, scope: Function, name: str) -> Value:
        """What `name`, bound in the enclosing function `scope`, may hold when an inner function reads it."""
        frame = self._frames.get(scope)
        if frame is not None:
            self._rest_on(self._active.index(scope))
            return _seen_inside(frame.bindings, name)
        bindings = self._bindings.get(scope)
        if bindings is None:
            bindings = self.facts(scope).bindings
        return _seen_inside(bindings, name)

    # ------------------------------------------------------------------ classes
    def mro(self, cls: Class) -> Line:
        """The same as for any class; bases that are not known yet are looked for again."""
        if self.over is not None:
            return self.over.mro(cls)
        known = self._mro.get(cls)
        if known is not None:
            return known
        outer_low, self._low = self._low, _SETTLED
        found = super().mro(cls)
        if self._low != _SETTLED:
            del self._mro[cls]
        else:
            self._keep(self._mro, cls, found)
        self._low = min(outer_low, self._low)
        return found

    def subclasses(self, cls: Class) -> tuple[Class, ...]:
        """Classes of the project that derive from `cls`, in a fixed order."""
        if self.over is not None:
            return self.over.subclasses(cls)
        known = self._subclasses.get(cls)
        if known is None:
            self._subclasses[cls] = ()
            modules = [cls.module]
            if self.follow_imports and cls.parent is None:
                modules += self.project.deriving(cls)
            outer_low, self._low = self._low, _SETTLED
            known = tuple(other for m in modules for other in self._derived(m).get(cls, ()))
            if self._low == _SETTLED:
                self._keep(self._subclasses, cls, known)
            else:
                del self._subclasses[cls]
            self._low = min(outer_low, self._low)
        return known

    def _derived(self, module: Module) -> dict[Class, list[Class]]:
        """The module's classes by each class that they derive from."""
        known = self._lines.get(module)
        if known is None:
            known = {}
            outer_low, self._low = self._low, _SETTLED
            for other in module.classes:
                for base in self.mro(other)[1:]:
                    if isinstance(base, Class):
                        known.setdefault(base, []).append(other)
            if self._low == _SETTLED:
                self._keep(self._lines, module, known)
            self._low = min(outer_low, self._low)
        return known

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
            self._keep(self._attributes, key, result)
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
            self._keep(self._class_values, key, value)
        return self._class_values[key]


def _seen_inside(bindings: dict[str, Value], name: str) -> Value:
    """What a closure finds under the name; an alias of what lives further out keeps the name it has there."""
    value = bindings.get(name, UNKNOWN_VALUE)
    return outside(value, value.place if value.origin == OUTER and value.place else name)


def _may_be_array(value: Value) -> bool:
    return bool(value.kinds & ARRAY)
