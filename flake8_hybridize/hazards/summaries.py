"""What a call of a function brings into its caller: hazards, work and unknowns, bottom-up over the call graph.

Functions that call each other (a strongly connected component) are built twice, so that what one of them
does is seen in the others; more rounds could only repeat the same places.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from flake8_hybridize.hazards.base import OWN, Signal
from flake8_hybridize.hazards.body import Body
from flake8_hybridize.hazards.collect import own_signals
from flake8_hybridize.hazards.control import own_control
from flake8_hybridize.hazards.era import is_for_tensorflow_1
from flake8_hybridize.hazards.mixes import MAX_MIXES, Mix, lifted_mixes, own_mixes
from flake8_hybridize.hazards.namesakes import Namesakes
from flake8_hybridize.hazards.registry import detectors
from flake8_hybridize.hazards.unknowns import Unknown, unknown_call
from flake8_hybridize.hazards.work import Work, add_call, own_work
from flake8_hybridize.knowledge.schema import Api
from flake8_hybridize.model.module import Function, Module
from flake8_hybridize.results import Confidence, Step
from flake8_hybridize.tensors.assumptions import granted
from flake8_hybridize.tensors.callbacks import callback_bindings
from flake8_hybridize.tensors.calls import function_of
from flake8_hybridize.tensors.decorators import Decoration, hybrid_decoration
from flake8_hybridize.tensors.engine import Engine
from flake8_hybridize.tensors.iteration import NEST
from flake8_hybridize.tensors.observations import Call
from flake8_hybridize.tensors.substitution import Bindings, condition, indices, is_dataset
from flake8_hybridize.tensors.values import (
    DATASET,
    FRESH,
    MAYBE,
    NO,
    OUTER,
    PARAM,
    UNKNOWN,
    UNKNOWN_VALUE,
    YES,
    alternatives,
    either,
)

MAX_PATH = 4
MAX_LIFTED = 60
MAX_UNKNOWNS = 8
_ONCE = ("once", "run_once", "call_once", "cache", "lru_cache", "cached_property")
# Decorators with which a body runs once, in eager code as well.
_ONCE = ("once", "run_once", "call_once", "cached_property", "lru_cache", "cache")


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
Context: TypeAlias = "tuple[Function, object]"
"""A function and the name of the arguments that it is seen with; None for any."""


class Program:
    """Bodies and summaries of all functions asked for in one run; `over` answers for modules but the engine's own."""

    def __init__(self, engine: Engine, over: Program | None = None) -> None:
        self.engine = engine
        self.over = over
        self._bodies: dict[Context, Body] = {}
        self._module_bodies: dict[Module, Body] = {}
        self._own: dict[Context, list[Signal]] = {}
        self._summaries: dict[Context, Summary] = {}
        self._decorations: dict[Function, Decoration | None] = {}
        self._wrapped: dict[Module, dict[Function, list[Call]]] = {}
        self._eras: dict[Module, bool] = {}
        self._namesakes = Namesakes(engine, self.own)

    def body(self, function: Function, key: object = None) -> Body:
        """The interpreted body of a function, for any arguments or for those that `key` names."""
        if self.over is not None and function.module is not self.engine.own:
            return self.over.body(function, key)
        found = self._bodies.get((function, key))
        if found is None:
            facts = self.engine.facts(function, None, key)
            found = self._bodies[function, key] = Body(self.engine, function.module, function, facts)
        return found

    def module_body(self, module: Module) -> Body:
        """The module's own statements."""
        if self.over is not None and module is not self.engine.own:
            return self.over.module_body(module)
        found = self._module_bodies.get(module)
        if found is None:
            found = self._module_bodies[module] = Body(
                self.engine, module, None, self.engine.module_facts(module)
            )
        return found

    def decoration(self, function: Function) -> Decoration | None:
        """The decorator that makes the function hybrid."""
        if self.over is not None and function.module is not self.engine.own:
            return self.over.decoration(function)
        if function not in self._decorations:
            self._decorations[function] = hybrid_decoration(self.engine, function)
        return self._decorations[function]

    def is_hybrid(self, function: Function) -> bool:
        """Whether calls of the function run a graph: decorated, or wrapped by `tf.function(...)` somewhere seen."""
        return self.decoration(function) is not None or function in self.wrapped(function.module)

    def wrapped(self, module: Module) -> dict[Function, list[Call]]:
        """Functions of the module that `tf.function(...)` is called with in the module, with the calls."""
        if self.over is not None and module is not self.engine.own:
            return self.over.wrapped(module)
        found = self._wrapped.get(module)
        if found is None:
            found = self._wrapped[module] = {}
            if module.makes_functions:
                for body in (
                    self.module_body(module),
                    *(self.body(function) for function in module.functions),
                ):
                    for call in body.facts.observations:
                        if isinstance(call, Call) and makes_graph(call):
                            target = function_of((*call.args, *call.kwargs.values())[0])
                            if target is not None and target.module is module:
                                found.setdefault(target, []).append(call)
        return found

    def is_for_tensorflow_1(self, module: Module) -> bool:
        """Whether the module was written for TensorFlow 1."""
        if self.over is not None and module is not self.engine.own:
            return self.over.is_for_tensorflow_1(module)
        if module not in self._eras:
            self._eras[module] = is_for_tensorflow_1(self.engine, module)
        return self._eras[module]

    def own(self, function: Function, key: object = None) -> list[Signal]:
        """Hazards in the function's own body."""
        if self.over is not None and function.module is not self.engine.own:
            return self.over.own(function, key)
        if (function, key) not in self._own:
            self._own[function, key] = own_signals(self.body(function, key))
        return self._own[function, key]

    # ------------------------------------------------------------------ bottom-up
    def summary(self, function: Function, key: object = None) -> Summary:
        """The summary of a function; callees first, without recursion."""
        if self.over is not None and function.module is not self.engine.own:
            return self.over.summary(function, key)
        context = (function, key)
        if context not in self._summaries:
            self._build_from(context)
        return self._summaries[context]

    def _build_from(self, root: Context) -> None:
        stack: list[tuple[Context, Iterator[Context]]] = [(root, iter(self._callees(root)))]
        position = {root: 0}
        cycles: dict[Context, None] = {}
        while stack:
            context, rest = stack[-1]
            callee = next(rest, None)
            if callee is None:
                stack.pop()
                del position[context]
                self._summaries[context] = self._build(context, context in cycles)
            elif callee in position:
                cycles.update((member, None) for member, _ in stack[position[callee] :])
            elif self.over is not None and callee[0].module is not self.engine.own:
                self._summaries[callee] = self.over.summary(*callee)
            elif callee not in self._summaries:
                position[callee] = len(stack)
                stack.append((callee, iter(self._callees(callee))))
        for context in cycles:
            self._summaries[context] = self._build(context, True)

    def _callees(self, context: Context) -> list[Context]:
        found: dict[Context, None] = {}
        for observation in self.body(*context).facts.observations:
            if isinstance(observation, Call):
                found.update(((callee, key), None) for callee, _, key in contexts(observation))
        return list(found)

    def _build(self, context: Context, recursive: bool) -> Summary:
        function = context[0]
        body = self.body(*context)
        signals = list(self.own(*context))
        if recursive:
            signals += [signal for detector in detectors().by_recursion for signal in detector(None, body)]
        unknowns: list[Unknown] = []
        work, reach = own_work(body), Reach.ALONE
        control = own_control(body)
        mixes = own_mixes(body)
        for seen in body.facts.observations:
            if not isinstance(seen, Call):
                continue
            unknown = self.unknown(seen, body)
            if unknown is not None:
                unknowns.append(unknown)
            for callee, bound, key in contexts(seen):
                summary = self._summaries.get((callee, key), EMPTY)
                reach = max(reach, summary.reach.onwards(function, callee))
                if self.is_hybrid(callee):
                    work = add_call(work, seen, Work(ops=1, tensors=YES))
                    continue
                work = add_call(work, seen, summary.work)
                if callee in seen.functions:
                    control = either(control, condition(summary.control, bound, alone=True))
                signals += lifted(seen, function, callee, bound, summary.signals)
                if summary.mixes:
                    mixes += lifted_mixes(seen, function, callee, bound, summary.mixes)
                unknowns += [u._replace(via=(callee.name, *u.via)[:MAX_PATH]) for u in summary.unknowns]
        if control != NO:
            signals += [signal for detector in detectors().by_control for signal in detector(control, body)]
        effort = self.engine.project.effort
        effort.summaries += 1
        effort.signals += len(signals)
        return Summary(
            _distinct(signals),
            work,
            tuple(unknowns[:MAX_UNKNOWNS]),
            recursive,
            control,
            tuple(mixes[:MAX_MIXES]),
            reach,
        )

    def unknown(self, call: Call, body: Body) -> Unknown | None:
        """The unknown in a call, which is no model if it may be an object of the project that must not be traced."""
        found = unknown_call(call, body)
        if found is None or not found.modellike or not self._namesakes.unsafe(call, body):
            return found
        return found._replace(modellike=False)


def makes_graph(call: Call) -> bool:
    """Whether the call is `tf.function(f, …)`."""
    named = call.target == "tensorflow.function" or call.target.endswith("common.function")
    return named and bool(call.args or call.kwargs)


def reached(call: Call) -> Iterator[tuple[Function, Bindings]]:
    """Project functions that the call runs: callees, and callbacks that the API runs or traces in place."""
    return ((function, bound) for function, bound, _ in contexts(call))


def contexts(call: Call) -> Iterator[tuple[Function, Bindings, object]]:
    """The same, with the name of the arguments that each is seen with."""
    yield from zip(call.functions, call.bound, call.keys or (None,) * len(call.functions))
    if call.api is not None and _runs_callbacks(call.api) and not _is_dataset(call):
        given = (*call.args, *call.kwargs.values())
        for value in (option for argument in given for option in alternatives(argument)):
            leaf = UNKNOWN_VALUE if ".nest." in call.target or ".tree." in call.target else NEST
            found = callback_bindings(value, leaf)
            if found is not None:
                yield (*found, None)


def _runs_callbacks(api: Api) -> bool:
    return any(flag.startswith("callback=") for flag in api.flags.split())


def _is_dataset(call: Call) -> bool:
    receiver = call.receiver
    return call.target.startswith("tensorflow.data") or (
        receiver is not None and bool(receiver.kinds & DATASET)
    )


def lifted(
    call: Call, caller: Function | None, callee: Function, bound: Bindings, signals: tuple[Signal, ...]
) -> Iterator[Signal]:
    """Signals of the callee as they concern the caller, placed on the call; those of a nested one stay in place."""
    for signal in signals:
        found = _lift(call, caller, callee, bound, signal)
        if found is not None:
            yield found


def _lift(
    call: Call, caller: Function | None, callee: Function, bound: Bindings, signal: Signal
) -> Signal | None:
    if signal.param == OWN:
        return None
    inside = caller is not None and callee.parent is caller
    if signal.outer_name and caller is not None and inside and signal.outer_name in caller.local_names:
        return None
    degree = _degree(signal, bound, callee is caller)
    unless = condition(signal.unless, bound, True, True)
    assumed = granted(signal.assumed, bound)
    if degree == NO or unless == YES or assumed is None:
        return None
    param, confidence = -1, signal.confidence
    if signal.param >= 0:
        given = bound.get(signal.param)
        if given is None or given.origin == FRESH:
            return None
        if given.origin == PARAM:
            param = given.param
        elif given.origin != OUTER:
            confidence = Confidence.GUESS
    if any(how == "none" and _may_be_given(index, bound) for index, how, _ in signal.assumed):
        confidence = Confidence.GUESS
    elsewhere = caller is not None and callee.module is not caller.module
    if (signal.local and elsewhere) or call.among > 1:
        confidence = Confidence.GUESS
    return signal._replace(
        node=signal.node if inside else call.node,
        about=signal.about or signal.node,
        condition=degree,
        only="" if degree < 0 and signal.only == "dataset" else signal.only,
        unless=unless,
        assumed=(*call.where.assumed, *assumed),
        confidence=confidence,
        param=param,
        guarded=signal.guarded or call.where.guarded or callee.has_decorator(*_ONCE),
        path=signal.path if inside else (callee.name, *signal.path)[:MAX_PATH],
        at=signal.at if inside else signal.at or signal.node.lineno,  # type: ignore[attr-defined]
        chain=signal.chain if inside else (_step(callee, signal), *signal.chain),
    )


def _step(function: Function, signal: Signal) -> Step:
    return Step(function.qualname, function.module.path, signal.node.lineno)  # type: ignore[attr-defined]


def _degree(signal: Signal, bound: Bindings, recursion: bool) -> int:
    """The degree to which the values involved are tensors (or what else they must be), as the caller sees it."""
    if signal.only == "dataset":
        found = is_dataset(signal.condition, bound)
        # A part of the argument: the first call says what that is.
        return NO if recursion and found == MAYBE else found
    if signal.only and not _still_open(signal, bound):
        return NO
    return condition(signal.condition, bound, signal.alone, signal.staged)


def _may_be_given(index: int, bound: Bindings) -> bool:
    """Whether a parameter that the place needs to be None is passed something of which nothing is known."""
    given = bound.get(index)
    return given is not None and given.param < 0 and bool(given.kinds & UNKNOWN)


def _still_open(signal: Signal, bound: Bindings) -> bool:
    """Whether the object of a hazard of arrays or containers only is still a parameter, now of the caller."""
    given = [bound[index] for index in indices(signal.condition) if index in bound]
    return any(value.param >= 0 and value.origin == PARAM and value.deps for value in given)


def _distinct(signals: list[Signal]) -> tuple[Signal, ...]:
    """Each hazard once per place and code, the shortest path first."""
    best: dict[tuple[str, str, int, int], Signal] = {}
    for signal in signals:
        node = signal.node
        key = (signal.rule.code, signal.name, node.lineno, node.col_offset)  # type: ignore[attr-defined]
        known = best.get(key)
        if known is None or _rank(signal) > _rank(known):
            best[key] = signal
    return tuple(list(best.values())[:MAX_LIFTED])


def _rank(signal: Signal) -> tuple[bool, int, bool, int]:
    return (not signal.guarded, int(signal.confidence), signal.condition == YES, -len(signal.path))
