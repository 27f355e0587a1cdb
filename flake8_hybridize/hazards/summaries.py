"""What a call of a function brings into its caller: hazards, work and unknowns, bottom-up over the call graph.

Functions that call each other (a strongly connected component) are built in two rounds, so that what one of them
does is seen in the others; more rounds could only repeat the same places.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TypeAlias

from flake8_hybridize.hazards.base import Signal
from flake8_hybridize.hazards.body import Body
from flake8_hybridize.hazards.collect import own_signals
from flake8_hybridize.hazards.control import own_control
from flake8_hybridize.hazards.era import is_for_another_framework, is_for_tensorflow_1, is_switched_off
from flake8_hybridize.hazards.lifting import ONCE, Gathered, step_in
from flake8_hybridize.hazards.mixes import MAX_MIXES, Mix, lifted_mixes, own_mixes
from flake8_hybridize.hazards.namesakes import Namesakes
from flake8_hybridize.hazards.reached import contexts
from flake8_hybridize.hazards.registry import detectors
from flake8_hybridize.hazards.unknowns import Unknown, unknown_call
from flake8_hybridize.hazards.work import Work, add_call, own_work
from flake8_hybridize.model.components import callees_first, components
from flake8_hybridize.model.module import Function, Module
from flake8_hybridize.tensors.cycles import rank
from flake8_hybridize.tensors.decorators import Decoration, hybrid_decoration, wrappers_of
from flake8_hybridize.tensors.engine import Engine
from flake8_hybridize.tensors.observations import Call, Key
from flake8_hybridize.tensors.refs import function_of
from flake8_hybridize.tensors.substitution import Bindings, condition
from flake8_hybridize.tensors.uses import Answer
from flake8_hybridize.tensors.values import (
    NO,
    YES,
    either,
    replace,
)

MAX_UNKNOWNS = 8
MAX_CHAIN = 20
TOO_ENTANGLED = "too many functions that call each other"
ROUNDS = 2


class Reach(enum.IntEnum):
    """How far something goes beyond a function."""

    ALONE = 0
    MODULE = 1
    PROJECT = 2

    def onwards(self, function: Function, other: Function) -> Reach:
        """How far it goes from `function` by way of `other`, from where it goes this far."""
        return max(self, Reach.MODULE if other.module is function.module else Reach.PROJECT)


@dataclass(frozen=True, slots=True)
class Summary:
    """`signals`, `mixes` and `unknowns` of the body and all it calls; `work` of one call; `recursive` if it may reach itself.

    `reach` says how far its calls go: to no function of the project, to some of its module, to other modules.
    `control` is the degree to which it branches or loops on tensors, in itself or in what AutoGraph converts with it.
    """

    signals: tuple[Signal, ...] = ()
    work: Work = field(default_factory=Work)
    unknowns: tuple[Unknown, ...] = ()
    recursive: bool = False
    control: int = NO
    mixes: tuple[Mix, ...] = ()
    reach: Reach = Reach.ALONE


EMPTY = Summary()
Context: TypeAlias = "tuple[Function, Key]"
"""A function and the name of the arguments that it is seen with; None for any."""


class Program:
    """Bodies and summaries of all functions asked for in one run; `over` answers for modules but the engine's own.

    What the program `before` found out about the own module holds as far as the engine says so.
    """

    def __init__(self, engine: Engine, over: Program | None = None, before: Program | None = None) -> None:
        self.engine = engine
        self.reads = engine.reads
        self.over = over
        self.before = before
        self._bodies: dict[Context, Body] = {}
        self._module_bodies: dict[Module, Body] = {}
        self._own: dict[Context, list[Signal]] = {}
        self._summaries: dict[Context, Summary] = {}
        self._calls: dict[Context, list[Context]] = {}
        self._decorations: dict[Function, Decoration | None] = {}
        self._wrapped: dict[Module, dict[Function, list[Call]]] = {}
        self._eras: dict[Module, bool] = {}
        self._foreign: dict[Module, bool] = {}
        self._namesakes = Namesakes(engine)

    def body(self, function: Function, key: Key = None) -> Body:
        """The interpreted body of a function, for any arguments or for those that `key` names."""
        if self.over is not None and function.module is not self.engine.own:
            return self.over.body(function, key)
        self.engine.uses.note(function.module, function)
        self.reads.note(function)
        found = self._bodies.get((function, key))
        if found is None:
            facts = self.engine.facts(function, key)
            found = self._bodies[function, key] = Body(self.engine, function.module, function, facts)
        return found

    def close(self) -> None:
        """Nothing is asked any more: empties what refers to itself, which nobody collects between files."""
        for known in (
            self._bodies,
            self._module_bodies,
            self._own,
            self._summaries,
            self._calls,
            self._wrapped,
        ):
            known.clear()
        self.before = None
        self.engine.close()

    def forget_bodies(self, module: Module) -> None:
        """Lets go of what was found out about bodies of the module beside their facts; it is found out again if asked."""
        self._module_bodies.pop(module, None)
        for function in module.functions:
            self._bodies.pop((function, None), None)

    def module_body(self, module: Module) -> Body:
        """The module's own statements."""
        if self.over is not None and module is not self.engine.own:
            return self.over.module_body(module)
        self.engine.uses.note(module, module)
        self.reads.note(module)
        found = self._module_bodies.get(module)
        if found is None:
            found = self._module_bodies[module] = Body(
                self.engine, module, None, self.engine.module_facts(module)
            )
        return found

    def decoration(self, function: Function) -> Decoration | None:
        """The decorator that makes the function hybrid."""
        if not function.decorators:
            self.reads.note(function)
            return None
        if self.over is not None and function.module is not self.engine.own:
            return self.over.decoration(function)
        uses, answer = self.engine.uses, ("decoration", function)
        uses.note(function.module, answer)
        self.reads.note(function)
        if function not in self._decorations:
            with uses.finding(function.module, answer), self.reads.finding(function):
                self._decorations[function] = hybrid_decoration(self.engine, function)
        return self._decorations[function]

    def is_hybrid(self, function: Function) -> bool:
        """Whether calls of the function run a graph: decorated, or wrapped by `tf.function(...)` somewhere seen."""
        return self.decoration(function) is not None or function in self.wrapped(function.module)

    def wrapped(self, module: Module) -> dict[Function, list[Call]]:
        """Functions of the module that `tf.function(...)` is called with in the module, with the calls."""
        if not module.makes_functions:
            self.reads.tables(module)
            return {}
        if self.over is not None and module is not self.engine.own:
            return self.over.wrapped(module)
        self.reads.note(("wrapped", module))
        found = self._wrapped.get(module)
        if found is None:
            with (
                self.engine.uses.finding(module, ("wrapped", module)),
                self.reads.finding(("wrapped", module)),
            ):
                found = self._wrapped[module] = self._find_wrapped(module)
        return found

    def _find_wrapped(self, module: Module) -> dict[Function, list[Call]]:
        found: dict[Function, list[Call]] = {}
        self.reads.note(module)
        self.reads.tables(module)
        for body in (self.module_body(module), *(self.body(function) for function in module.functions)):
            for call in filter(makes_graph, body.seen(Call)):
                target = function_of((*call.args, *call.kwargs.values())[0])
                if target is not None and target.module is module:
                    found.setdefault(target, []).append(call)
        return found

    def is_for_tensorflow_1(self, module: Module) -> bool:
        """Whether the module was written for TensorFlow 1, or runs as if."""
        if self.over is not None and module is not self.engine.own:
            return self.over.is_for_tensorflow_1(module)
        self.reads.note(("era", module))
        if module not in self._eras:
            with self.reads.finding(("era", module)):
                old = is_for_tensorflow_1(self.engine, module) or is_switched_off(self.engine, module)
                self._eras[module] = old
        return self._eras[module]

    def is_for_another_framework(self, module: Module) -> bool:
        """Whether the module is about PyTorch or the like, not about TensorFlow."""
        if self.over is not None and module is not self.engine.own:
            return self.over.is_for_another_framework(module)
        self.reads.note(module)
        self.reads.tables(module)
        if module not in self._foreign:
            self._foreign[module] = is_for_another_framework(module)
        return self._foreign[module]

    def own(self, function: Function, key: Key = None) -> list[Signal]:
        """Hazards in the function's own body."""
        if self.over is not None and function.module is not self.engine.own:
            return self.over.own(function, key)
        uses, answer, context = self.engine.uses, ("own", function), (function, key)
        uses.note(function.module, answer)
        self.reads.note(function)
        found = self._own.get(context)
        if found is None and self.before is not None and key is None and self.engine.still_holds(answer):
            found = self.before._own.get(context)
        if found is None:
            with uses.finding(function.module, answer), self.reads.finding(function):
                found = own_signals(self.body(function, key))
        self._own[context] = found
        return found

    # ------------------------------------------------------------------ bottom-up
    def summary(self, function: Function, key: Key = None) -> Summary:
        """The summary of a function; callees first, without recursion."""
        if self.over is not None and function.module is not self.engine.own:
            return self.over.summary(function, key)
        self.reads.note(function)
        context = (function, key)
        if not self._is_summarised(context):
            for members in components(context, self._unsummarised):
                self._build_all(members)
        return self._summaries[context]

    def in_cycles(self, module: Module) -> set[Answer]:
        """Summaries of functions in cycles that may lead through other modules: those do not count for one module alone."""
        if self.over is not None:
            return set()
        known = ((f, self._summaries.get((f, None))) for f in module.functions)
        return {("summary", f) for f, summary in known if summary is not None and summary.recursive}

    def _is_summarised(self, context: Context) -> bool:
        if context in self._summaries:
            return True
        (function, key), before = context, self.before
        if before is None or key is not None or not self.engine.still_holds(("summary", function)):
            return False
        found = before._summaries.get(context)
        if found is None or self.wrapped(function.module).keys() != before.wrapped(function.module).keys():
            return False
        self._summaries[context] = found
        return True

    def _build_all(self, members: list[Context]) -> None:
        """Builds the summaries of functions that call each other; those of their callees are known."""
        first = members[0]
        if len(members) == 1 and first not in self._callees(first):
            self._summarise(first, False)
            return
        for context in callees_first(members, self._callees, rank) * ROUNDS:
            self._summarise(context, True)

    def _unsummarised(self, context: Context) -> list[Context]:
        """Callees that have to be summarised for the context's summary."""
        found = []
        for callee in self._callees(context):
            if self.over is not None and callee[0].module is not self.engine.own:
                self._summaries[callee] = self.over.summary(*callee)
            elif not self._is_summarised(callee):
                found.append(callee)
        return found

    def _callees(self, context: Context) -> list[Context]:
        known = self._calls.get(context)
        if known is None:
            found: dict[Context, None] = {}
            for call in self.body(*context).seen(Call):
                for callee, _, key in contexts(call):
                    found[callee, key] = None
                    found.update(((wrapper, None), None) for wrapper, _ in self._wrappers(callee))
            known = self._calls[context] = list(found)
        return known

    def _summarise(self, context: Context, recursive: bool) -> None:
        function = context[0]
        with self.engine.uses.finding(function.module, ("summary", function)), self.reads.finding(function):
            self._summaries[context] = self._build(context, recursive)

    def _build(self, context: Context, recursive: bool) -> Summary:
        function, uses = context[0], self.engine.uses
        body = self.body(*context)
        found = Gathered()
        found.add(self.own(*context))
        if recursive:
            found.add(signal for detector in detectors().by_recursion for signal in detector(None, body))
        unknowns: list[Unknown] = (
            [] if body.facts.complete else [Unknown(function.line, TOO_ENTANGLED, False)]
        )
        work, reach = own_work(body), Reach.ALONE
        control = own_control(body)
        mixes = own_mixes(body)
        for seen in body.seen(Call):
            unknown = self.unknown(seen, body)
            if unknown is not None:
                unknowns.append(unknown)
            for callee, bound, key in contexts(seen):
                uses.note(callee.module, ("summary", callee))
                self.reads.note(callee)
                summary = self._summaries.get((callee, key), EMPTY)
                reach = max(reach, summary.reach.onwards(function, callee))
                if self.is_hybrid(callee):
                    work = add_call(work, seen, Work(ops=1, tensors=YES, acts=True), bound)
                    continue
                work = add_call(work, seen, summary.work, bound)
                if callee in seen.functions:
                    control = either(control, condition(summary.control, bound, alone=True))
                found.lift(seen, function, callee, bound, summary.signals)
                for wrapper, made_with in self._wrappers(callee):
                    self.reads.note(wrapper)
                    around = self._summaries.get((wrapper, None), EMPTY).signals
                    found.lift(
                        seen, function, wrapper, made_with, tuple(s for s in around if s.condition == YES)
                    )
                if summary.mixes:
                    mixes += lifted_mixes(seen, function, callee, bound, summary.mixes)
                room = max(0, MAX_UNKNOWNS - len(unknowns))
                passed = summary.unknowns[:room]
                unknowns += [_passed_on(u, seen, callee) for u in passed]
        if control != NO:
            found.add(signal for detector in detectors().by_control for signal in detector(control, body))
        effort = self.engine.project.effort
        effort.summaries += 1
        effort.signals += found.count
        return Summary(
            found.signals(),
            work,
            tuple(unknowns[:MAX_UNKNOWNS]),
            recursive,
            control,
            tuple(mixes[:MAX_MIXES]),
            reach,
        )

    def _wrappers(self, callee: Function) -> list[tuple[Function, Bindings]]:
        """What the project's own decorators run around each call of the function."""
        if not callee.decorators or callee.has_decorator(*ONCE):
            return []
        return wrappers_of(self.engine, callee)

    def unknown(self, call: Call, body: Body) -> Unknown | None:
        """The unknown in a call, which is no model if it may be an object of the project that must not be traced."""
        found = unknown_call(call, body)
        if found is None or not found.modellike or not self._namesakes.unsafe(call, body, self.own):
            return found
        return replace(found, modellike=False)


def _passed_on(unknown: Unknown, call: Call, callee: Function) -> Unknown:
    """What is unknown in a callee, as the caller sees it."""
    step = step_in(callee.qualname, callee.module.path, unknown.line)
    return replace(unknown, line=call.node.lineno, chain=(step, *unknown.chain)[:MAX_CHAIN])


def makes_graph(call: Call) -> bool:
    """Whether the call is `tf.function(f, …)`."""
    named = call.target == "tensorflow.function" or call.target.endswith("common.function")
    return named and bool(call.args or call.kwargs)
