"""Drives the interpreter on demand: facts of functions, values of globals and attributes, classes.

Demand runs callees before the call that needs them. A chain of demands deeper than `MAX_DEPTH`, or a cycle,
is answered with "unknown"; such facts are not kept, so a later demand from the outside sees the full answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flake8_hybridize.model.module import Class, Function, Module
from flake8_hybridize.model.project import Project
from flake8_hybridize.model.reads import Node
from flake8_hybridize.results import Confidence
from flake8_hybridize.tensors.annotations import annotation_value
from flake8_hybridize.tensors.carried import Carrying
from flake8_hybridize.tensors.classes import Line
from flake8_hybridize.tensors.cycles import Cycles, Question, rank
from flake8_hybridize.tensors.facts import Evidence, Facts
from flake8_hybridize.tensors.interpret import Frame
from flake8_hybridize.tensors.observations import Key
from flake8_hybridize.tensors.values import (
    ARRAY,
    CLASS,
    CONTAINER,
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

MAX_DEPTH = 40


class Engine(Carrying):
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
        self.defaults: dict[Function, list[tuple[int, Value]]] = {}
        self._lines: dict[Module, dict[Class, list[Class]]] = {}
        self._subclasses: dict[Class, tuple[Class, ...]] = {}
        self._attributes: dict[tuple[Class, str], Value | None] = {}
        self._class_values: dict[tuple[Class, str], Value | None] = {}
        self._frames: dict[Function, Frame] = {}
        self._cycles = Cycles(self._found, self._pending, self._settled, self._files, rank, MAX_DEPTH)

    def close(self) -> None:
        """Nothing is asked any more: empties what refers to itself, which nobody collects between files."""
        for known in (self._facts, self._bindings, self._globals, self._module_facts, self._attributes):
            known.clear()
        self._before = None
        self._cycles.close()

    # ------------------------------------------------------------------ questions
    def _found(self, question: Question) -> Any:
        """The answer to a question, found out now."""
        kind, about = question[0], question[1]
        if isinstance(kind, str):
            module = about if isinstance(about, Module) else about.module
            with self.uses.finding(module, question), self.reads.finding(_node(question)):
                return _FINDERS[kind](self, *question[1:])
        with self.uses.finding(kind.module, kind), self.reads.finding(kind):
            return self._interpret(*question)

    def _pending(self, question: Question) -> Any:
        """What is known of something that is being found out."""
        kind = question[0]
        return _PENDING[kind](question[1]) if isinstance(kind, str) else _unfinished(kind)

    def _files(self, question: Question) -> tuple[dict[Any, Any], object]:
        """Where the final answer to a question is kept."""
        kind = question[0]
        if not isinstance(kind, str):
            return self._facts, question
        return getattr(self, kind), question[1] if len(question) == 2 else question[1:]

    def _settled(self, question: Question, answer: Any, in_part: bool = False) -> Any:
        """Keeps an answer that rests on nothing unfinished, or, `in_part`, one that nobody will finish."""
        cache, key = self._files(question)
        if key in cache:
            return cache[key]
        if isinstance(answer, Facts):
            self._settle(question, answer)
            answer.complete = not in_part
        else:
            self._keep(cache, key, answer)
        return answer

    def _ask(self, *question: Any) -> Any:
        cache, key = self._files(question)
        self.reads.note(_node(question))
        return cache[key] if key in cache else self._cycles.answer(question)

    # ------------------------------------------------------------------ functions
    def facts(self, function: Function, key: Key = None) -> Facts:
        """Facts of `function`, for any arguments or for those that `key` gives."""
        if self.over is not None and function.module is not self.own:
            return self.over.facts(function, key)
        self.uses.note(function.module, function)
        self.reads.note(function)
        memo = (function, key)
        facts = self._facts.get(memo) or self._taken_over(memo)
        if facts is None:
            facts = self._cycles.answer(memo)
        self._touched = self._touched or facts.unsure
        return facts

    def _interpret(self, function: Function, key: Key) -> Facts:
        touched, self._touched = self._touched, False
        self.globals(function.module)
        outer = self._frames.get(function)
        try:
            frame = Frame(self, function.module, function, self.initial(function, dict(key or ())))
            frame.key = key
            self._frames[function] = frame
            facts = frame.run()
        finally:
            if outer is None:
                self._frames.pop(function, None)
            else:
                self._frames[function] = outer
        facts.key, facts.complete = key, False
        facts.unsure, self._touched = self._touched, touched
        self._count(facts)
        return facts

    def _count(self, facts: Facts) -> None:
        self.project.effort.steps += facts.steps
        self.project.effort.observations += len(facts.observations)

    def _settle(self, memo: Question, facts: Facts) -> None:
        """Files facts; those that rest on a module in the making are found out anew when it is made."""
        facts.complete = True
        self.file(memo, facts)
        if self._loading and facts.unsure:
            self._unsure += [(self._facts, memo), (self._bindings, memo[0])]
        else:
            facts.unsure = False

    def _in_the_making(self, function: Function) -> Frame | None:
        """The state of a function that is being interpreted, on which what is found out now rests."""
        self.uses.note(function.module, function)
        self.reads.note(function)
        frame = self._frames.get(function)
        if frame is not None:
            place = self._cycles.place((function, frame.key))
            if place is not None:
                self._cycles.rest_on(place)
                return frame
        return None

    def opaque(self, function: Function) -> int:
        """The mask of parameters of which the body alone cannot say what it calls, whatever call sites pass."""
        if self.over is not None and (function.module is not self.own or function in self.seeds):
            return self.over.opaque(function)
        return self.facts(function).opaque

    def known_evidence(
        self, function: Function, wanted: Iterable[int], facts: Facts | None = None
    ) -> dict[int, Evidence]:
        """Evidence on parameters, signature included: from `facts`, or as far as the function was interpreted."""
        if self.over is not None and function.module is not self.own:
            return self.over.known_evidence(function, wanted, facts)
        self.reads.note(function)
        facts = facts or self._facts.get((function, None))
        evidence = dict(facts.evidence) if facts is not None else {}
        for index in wanted:
            if function.params[index].annotation is not None:
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
            deps = 1 << index if value.kinds & (UNKNOWN | ARRAY) else 0
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
        with self._cycles.apart():
            frame = Frame(self, module, None, ())
            frame.share_globals(values)
            facts = frame.run()
        self._count(facts)
        return facts

    def closure(self, scope: Function, name: str) -> Value:
        """What `name`, bound in the enclosing function `scope`, may hold when an inner function reads it."""
        frame = self._in_the_making(scope)
        if frame is not None:
            return _seen_inside(frame.bindings, name)
        bindings = self._bindings.get(scope)
        if bindings is None:
            bindings = self.facts(scope).bindings
        return _seen_inside(bindings, name)

    # ------------------------------------------------------------------ classes
    def mro(self, cls: Class) -> Line:
        """Project classes and dotted names of outside bases in method resolution order; `?` is an unknown base."""
        if self.over is not None:
            return self.over.mro(cls)
        self.reads.note(cls)
        known = self._mro.get(cls)
        return known if known is not None else self._ask("_mro", cls)

    def subclasses(self, cls: Class) -> tuple[Class, ...]:
        """Classes of the project that derive from `cls`, in a fixed order."""
        if self.over is not None:
            return self.over.subclasses(cls)
        self.reads.note(("_subclasses", cls))
        known = self._subclasses.get(cls)
        return known if known is not None else self._ask("_subclasses", cls)

    def _find_subclasses(self, cls: Class) -> tuple[Class, ...]:
        modules = [cls.module]
        if self.follow_imports and cls.parent is None:
            modules += self.project.deriving(cls)
        return tuple(other for m in modules for other in self._ask("_lines", m).get(cls, ()))

    def _derived(self, module: Module) -> dict[Class, list[Class]]:
        """The module's classes by each class that they derive from."""
        found: dict[Class, list[Class]] = {}
        self.reads.note(module)
        for other in module.classes:
            for base in self.mro(other)[1:]:
                if isinstance(base, Class):
                    found.setdefault(base, []).append(other)
        return found

    def attribute(self, cls: Class, name: str) -> Value | None:
        """What the attribute may hold: joined over all stores in any method, or the class level value."""
        if self.over is not None and cls.module is not self.own:
            return self.over.attribute(cls, name)
        key = (cls, name)
        self.reads.note(key)
        self.uses.note(cls.module, ("_attributes", cls, name))
        if key in self._attributes:
            return self._attributes[key]
        return self._ask("_attributes", cls, name)  # type: ignore[no-any-return]

    def _find_attribute(self, cls: Class, name: str) -> Value | None:
        value = UNDEFINED
        for base in self.mro(cls):
            if isinstance(base, Class):
                value = join(value, self._stored(base, name))
                level = self.class_value(base, name)
                if level is not None and not value.kinds:
                    value = level
        return outside(value, f"self.{name}") if value.kinds else None

    def _stored(self, cls: Class, name: str) -> Value:
        value = UNDEFINED
        for method in cls.stores.get(name, ()):
            frame = self._in_the_making(method)
            stores = frame.stores if frame is not None else self.facts(method).stores
            if name in stores:
                value = join(value, located(stores[name], OUTER, f"self.{name}"))
        return value

    def class_value(self, cls: Class, name: str) -> Value | None:
        """Value of a class-level assignment or annotation, without running the class body."""
        if cls.assigns.get(name) is None and name not in cls.annotations:
            return None
        if self.over is not None and cls.module is not self.own:
            return self.over.class_value(cls, name)
        self.uses.note(cls.module, ("_class_values", cls, name))
        return self._ask("_class_values", cls, name)  # type: ignore[no-any-return]

    def _find_class_value(self, cls: Class, name: str) -> Value | None:
        self.reads.note(cls)
        node = cls.assigns.get(name)
        if node is not None:
            return outside(Frame(self, cls.module, None, ()).evaluate(node), f"{cls.name}.{name}")
        return annotation_value(self, cls.module, cls.annotations[name], "positional")


_FINDERS: dict[str, Callable[..., Any]] = {
    "_mro": Engine.linearise,
    "_subclasses": Engine._find_subclasses,
    "_lines": Engine._derived,
    "_attributes": Engine._find_attribute,
    "_class_values": Engine._find_class_value,
}
_PENDING: dict[str, Callable[[Any], Any]] = {
    "_mro": lambda cls: (cls,),
    "_subclasses": lambda cls: (),
    "_lines": lambda module: {},
    "_attributes": lambda cls: None,
    "_class_values": lambda cls: None,
}


def _node(question: Question) -> Node:
    """What the answer to a question is recorded as."""
    kind, about = question[0], question[1]
    if kind == "_mro":
        return about  # type: ignore[no-any-return]
    return question[1:] if kind == "_attributes" else question


def _unfinished(function: Function) -> Facts:
    return Facts(function, (), returns=UNKNOWN_VALUE, complete=False)


def _seen_inside(bindings: dict[str, Value], name: str) -> Value:
    """What a closure finds under the name; an alias of what lives further out keeps the name it has there."""
    value = bindings.get(name, UNKNOWN_VALUE)
    return outside(value, value.place if value.origin == OUTER and value.place else name)
