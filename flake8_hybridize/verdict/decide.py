"""The verdict on each function of a module (paper, section 3: preconditions P1 to P3, with the hazards added)."""

from __future__ import annotations

from functools import cache

from flake8_hybridize.hazards.base import Category, Signal
from flake8_hybridize.hazards.collect import own_signals
from flake8_hybridize.hazards.summaries import Program
from flake8_hybridize.hazards.work import Work
from flake8_hybridize.model.module import Function, Module
from flake8_hybridize.results import Confidence, Parameter, Precondition, Reason
from flake8_hybridize.source.tree import walk
from flake8_hybridize.tensors.observations import Loop
from flake8_hybridize.tensors.substitution import indices
from flake8_hybridize.tensors.values import ARRAY, NO, NO_CONSTANT, NONE, OUTER, STRING, UNKNOWN
from flake8_hybridize.verdict.boundary.base import Border
from flake8_hybridize.verdict.boundary.hyb218_symbolic import symbolic_sites
from flake8_hybridize.verdict.boundary.hyb303_function_in_loop import made_again
from flake8_hybridize.verdict.boundary.makings import eager_calls
from flake8_hybridize.verdict.boundary.registry import border_signals
from flake8_hybridize.verdict.callers import Callers, Site
from flake8_hybridize.verdict.chained import Chained
from flake8_hybridize.verdict.given import given
from flake8_hybridize.verdict.heat import HeatMap, builds_itself, is_driver
from flake8_hybridize.verdict.inline import InlineStep, inline_step, movable_step
from flake8_hybridize.verdict.judged import Judged
from flake8_hybridize.verdict.literals import (
    becomes_a_constant,
    grows_from_unknown,
    holds_open_text,
    is_read_as_text,
    is_read_for_numbers,
    looks_like_counter,
)
from flake8_hybridize.verdict.nested import made_for_few_calls, only_hands_on
from flake8_hybridize.verdict.order import Order
from flake8_hybridize.verdict.parameters import classify, computes, resolve, without
from flake8_hybridize.verdict.shape import not_a_candidate
from flake8_hybridize.verdict.tracing import Coverage
from flake8_hybridize.verdict.unreached import never_reached

PAYS_OPS = 18
EVEN_OPS = 10
_BLOCKING = (Category.RAISES, Category.DIFFERS, Category.SLOWER)


class Judge:
    """Decides function by function; what a caller's verdict covers its callees need no decorator for."""

    def __init__(self, program: Program, callers: Callers) -> None:
        self.program = program
        self.callers = callers
        self.coverage = Coverage(program, callers)
        self.heat = HeatMap(program, callers, self.coverage)
        self.order = Order(program, callers, self.heat)
        self.border = Border(program, callers, self.coverage, self.heat)
        self._signals: dict[Function, list[tuple[Signal, Confidence]]] = {}
        self._eligible: dict[Function, tuple[Precondition, ...]] = {}
        self._outermost = Chained[str | None](self._covering, None)
        self._on_symbolic = Chained(self._symbolic, False)
        self._for_graphs = Chained(self._is_for_graphs, False)
        self._steps: dict[Function | Module, InlineStep | None] = {}

    # ------------------------------------------------------------------ one function
    def judge(self, function: Function) -> Judged:
        """Everything about one function, found out as far as it is asked for."""
        return Judged(self, function)

    def close(self) -> None:
        """Nothing is asked any more: breaks the cycles of what is known, which nobody collects between files."""
        for chained in (self._outermost, self._on_symbolic, self._for_graphs):
            chained.close()
        self.heat.close()
        self.coverage.close()
        self.callers.search = None

    def signals(self, function: Function) -> list[tuple[Signal, Confidence]]:
        """Hazards of the function for what its parameters are, with how sure each is."""
        known = self._signals.get(function)
        if known is None:
            known = self._signals[function] = self._find_signals(function)
        return known

    def _find_signals(self, function: Function) -> list[tuple[Signal, Confidence]]:
        parameters = classify(self.program, self.callers, function)
        found = []
        unreached = {id(node) for block in never_reached(self.program, function) for node in walk(block)}
        for signal in (*self.program.summary(function).signals, *self._at_the_border(function)):
            if (signal.guarded and signal.rule.code != "HYB205") or id(signal.node) in unreached:
                continue
            resolved = without(
                resolve(signal.condition, parameters, signal.alone, signal.staged),
                resolve(signal.unless, parameters, True, True),
            )
            if resolved is None or (resolved is Confidence.GUESS and signal.needs_evidence):
                continue
            if signal.only and (resolved := _only(signal, parameters)) is None:
                continue
            confidence = min(resolved, signal.confidence)
            if signal.writers and self.order.written_after(function, signal.writers, signal.state):
                confidence = Confidence.LIKELY
            if signal.rule.code == "HYB210" and self._is_read_once(function, signal):
                confidence = Confidence.GUESS
            sure = confidence > Confidence.GUESS
            if sure and signal.attribute and not self.order.read_outside(function, signal.attribute):
                confidence = Confidence.GUESS
            found.append((signal, confidence))
        return found

    def _is_read_once(self, function: Function, signal: Signal) -> bool:
        """Whether the place runs once either way: in no loop of a graph function with one call that runs once."""
        return (
            self.program.is_hybrid(function)
            and self.heat.runs_once(function)
            and not any(
                loop.node.lineno <= signal.node.lineno <= (loop.node.end_lineno or 0)  # type: ignore[attr-defined]
                for loop in self.program.body(function).facts.seen(Loop)
            )
        )

    def _at_the_border(self, function: Function) -> tuple[Signal, ...]:
        """Hazards that need callers and decorators; asked only where they can change the verdict."""
        if not self.program.is_hybrid(function):
            summary = self.program.summary(function)
            if (
                summary.work.tensors == NO
                or any(not u.modellike for u in summary.unknowns)
                or not_a_candidate(self.program, function)
            ):
                return tuple(made_again(self.border, function)) if function.module.makes_functions else ()
        return border_signals(self.border, function)

    def preconditions(self, function: Function) -> tuple[Precondition, ...]:
        """What must hold for adding `tf.function`, each with whether it does and why."""
        known = self._eligible.get(function)
        if known is None:
            known = self._eligible[function] = tuple(self._preconditions(function))
        return known

    def _preconditions(self, function: Function) -> list[Precondition]:
        program = self.program
        summary = program.summary(function)
        called = bool(self.callers.calls(function))
        parameters = classify(program, self.callers, function)
        work = computes(summary.work.tensors, parameters)
        hazards = [
            s for s, _ in self.signals(function) if s.blocks and (s.category or s.rule.category) in _BLOCKING
        ]
        blocking = [s for s in hazards if s.rule.code != "HYB302"]
        opaque = [u for u in summary.unknowns if not u.modellike]
        literals = [s.what for s in hazards if s.rule.code == "HYB302"]
        doubtful = [
            f"{p.name}: {doubt}"
            for index, p in enumerate(parameters)
            if (doubt := self._doubt(function, index, p))
        ]
        shape = (
            not_a_candidate(program, function)
            or made_for_few_calls(program, function)
            or ("called by code for TensorFlow 1" if called and self._for_graphs.of(function) else "")
            or only_hands_on(program, function)
        )
        heat = self.heat.of(function)
        benefit = self.benefit(function, summary.work, heat.level)
        enough = work is not None and (work >= Confidence.LIKELY or summary.work.tape)
        return [
            _condition("can be decorated", not shape, shape or "a plain function or method"),
            _condition("computes tensors", enough, f"about {summary.work.ops:.0f} small operations a call"),
            _reasoned("no hazard", [Reason(_named(signal), signal.chain) for signal in blocking[:4]]),
            _reasoned(
                "nothing unknown that could hide one",
                [Reason(f"{u.text}, line {u.line}", u.chain) for u in opaque[:4]],
            ),
            _condition(
                "no Python number or text that varies",
                not literals and not doubtful,
                "; ".join([*literals, *doubtful]),
            ),
            _condition("not recursive", not summary.recursive, "may call itself"),
            _condition(
                "may leave eager mode", not self.coverage.stays_eager(function), "handed to py_function"
            ),
            _condition("its callers are known", not self._handed_on(function), "passed on as a value"),
            _condition("not traced already", not self._traced(function), self._tracer(function)),
            _condition(
                "not called on symbolic tensors",
                not (called and self._on_symbolic.of(function)),
                "called on what keras.Input makes",
            ),
            _condition("a graph pays", benefit == "pays", _WORTH.get(benefit, "")),
            _condition(
                "called with data",
                heat.level == "hot"
                or not (is_driver(function) or builds_itself(function, program.body(function))),
                "takes no arguments and makes its data itself",
            ),
            _condition(
                "its gradient step is not in a loop",
                heat.level == "hot" or inline_step(program.body(function)) is None,
                "make that step a function",
            ),
        ]

    def _doubt(self, function: Function, index: int, parameter: Parameter) -> str:
        """Why each call may bring the parameter a Python value of its own; empty where nothing says so."""
        if looks_like_counter(parameter) or self._unknown_when_eager(function, index):
            return "unknown"
        if parameter.kind == "string" and self._is_open_in_a_loop(function, index):
            return "text of a loop"
        found = given(self.program, self.callers, function, index)
        if found is None:
            unknown = parameter.kind == "unknown" and function.params[index].annotation is None
            body = self.program.body(function)
            if unknown and is_read_for_numbers(body, index):
                return "an object of settings"
            return "unknown, made a constant" if unknown and becomes_a_constant(body.facts, index) else ""
        if found.value.kinds == ARRAY and is_read_as_text(self.program.body(function).facts, index):
            return "text out of an array"
        if holds_open_text(found.value):
            return "text in a container"
        return "a list of unknown content" if grows_from_unknown(found.value) else ""

    def _unknown_when_eager(self, function: Function, index: int) -> bool:
        """Whether only calls by traced code tell what the parameter is given: eager code may give text, or numbers."""
        if function.params[index].annotation is not None:
            return False
        eager = [site.bound.get(index) for site in eager_calls(self.border, function)]
        given = [value for value in eager if value is not None]
        return (
            len(self.callers.calls(function)) > len(eager)
            and all(value.kinds == UNKNOWN for value in given)
            and bool(given)
        )

    def _is_open_in_a_loop(self, function: Function, index: int) -> bool:
        """Whether a call in a loop gives the parameter a text, or what nothing is known of beside text elsewhere."""
        sites = (site for site in eager_calls(self.border, function) if site.call.where.loops)
        values = (value for site in sites if (value := site.bound.get(index)) is not None)
        return any(
            value.kinds in (UNKNOWN, STRING) and value.const is NO_CONSTANT and value.origin != OUTER
            for value in values
        )

    def _symbolic(self, function: Function) -> bool:
        """Called on what keras.Input makes, or by a function that is."""
        sites = self.callers.calls(function)
        direct = next(symbolic_sites(sites), None) is not None
        return direct or any(site.caller is not None and self._on_symbolic.of(site.caller) for site in sites)

    def _is_for_graphs(self, function: Function) -> bool:
        """Whether code for TensorFlow 1 calls it, or what calls it."""
        return any(
            self.program.is_for_tensorflow_1(site.module)
            or (site.caller is not None and self._for_graphs.of(site.caller))
            for site in self.callers.calls(function)
        )

    def _handed_on(self, function: Function) -> bool:
        """Passed to code that may trace it, and not seen to be called."""
        return not self.callers.calls(function) and bool(self.callers.hand_overs(function))

    def _tracer(self, function: Function) -> str:
        """What makes it run in a graph: its own decorator, a call of `tf.function`, or what else traces it."""
        decoration = self.program.decoration(function)
        if decoration is not None:
            return f"a tf.function, decorated in line {decoration.node.lineno}"
        wrapped = self.program.wrapped(function.module).get(function)
        if wrapped:
            return f"made a tf.function in line {wrapped[0].node.lineno}"
        return self.coverage.traced_by(function) or ""

    def _traced(self, function: Function) -> bool:
        return self.program.is_hybrid(function) or self.coverage.traced_by(function) is not None

    def proposable(self, function: Function) -> bool:
        """Whether every precondition holds, callers aside."""
        return all(p.holds for p in self.preconditions(function))

    def covered_by_proposal(self, function: Function) -> str | None:
        """A caller that is proposed itself, so that this function will be traced with it."""
        return self._outermost.of(function)

    def _covering(self, function: Function) -> str | None:
        for site in self.callers.calls(function):
            caller = site.caller
            if caller is function:
                continue
            if self._in_inline_step(site) or (
                caller is not None
                and (self._covers(caller, function) or self.covered_by_proposal(caller) is not None)
            ):
                return caller.qualname if caller is not None else "<module>"
        parent = function.parent
        while parent is not None:
            if self._covers(parent, function):
                return parent.qualname
            parent = parent.parent
        return None

    def _in_inline_step(self, site: Site) -> bool:
        """Whether the call belongs to a gradient step that is to become a function of its own (HYB104)."""
        step = self.movable_step(site.caller if site.caller is not None else site.module)
        return step is not None and (site.call.where.tapes > 0 or step.covers(site.call.node))

    def movable_step(self, scope: Function | Module) -> InlineStep | None:
        """The gradient step in a loop of the function, or of the module's own statements, that could be a function."""
        if scope not in self._steps:
            self._steps[scope] = self._find_step(scope)
        return self._steps[scope]

    def _find_step(self, scope: Function | Module) -> InlineStep | None:
        program = self.program
        body = program.body(scope) if isinstance(scope, Function) else program.module_body(scope)
        if inline_step(body) is None:
            return None
        known = program.own(scope) if isinstance(scope, Function) else own_signals(body)
        hot = isinstance(scope, Function) and self.heat.of(scope).level == "hot"
        return movable_step(program, body, known, hot)

    def _covers(self, caller: Function, function: Function) -> bool:
        """A proposed caller traces its callees, unless it runs once itself and only the callee is hot."""
        if not self.proposable(caller):
            return False
        return self.heat.of(caller).level == "hot" or self.heat.of(function).level != "hot"

    def benefit(self, function: Function, work: Work, heat: str) -> str:
        """pays, even or costs, from the work of one call."""
        if heat == "cold" or work.tensors == NO:
            return "costs"
        if not work.acts and self.program.body(function).facts.returns.kinds == NONE:
            return "costs"  # nothing is left of it in a graph
        if work.optimizer or (work.tape and work.ops >= 6):
            return "pays"
        if work.ops >= PAYS_OPS:
            return "pays"
        return "even" if work.ops >= EVEN_OPS or work.heavy else "costs"


_GIVEN = ("given", "annotated")
_WORTH = {
    "even": f"less than {PAYS_OPS} operations, or one heavy kernel",
    "costs": f"less than {EVEN_OPS} operations, called once, or without a result",
}


def _only(signal: Signal, parameters: tuple[Parameter, ...]) -> Confidence | None:
    """How sure it is that the parameter is of the one kind that makes it a hazard; None: it is of another."""
    if signal.condition < 0:
        return Confidence.GUESS
    found = [parameters[i] for i in indices(signal.condition) if i < len(parameters)]
    if any(_is_only(p, signal.only) for p in found):
        return Confidence.LIKELY
    return Confidence.GUESS if any(_may_be_only(p, signal.only) for p in found) else None


def _is_only(parameter: Parameter, only: str) -> bool:
    """Whether the parameter is of the kind; an ndarray is what is used like one and that nobody gives a tensor."""
    if only == "ndarray":
        return parameter.kind == "array" or _is_tensor_by_its_use(parameter)
    if only == "probed":
        return parameter.kind == "array"
    return parameter.kind == only or (parameter.nest and only == "container")


def _may_be_only(parameter: Parameter, only: str) -> bool:
    """Whether the parameter may be of the kind, for all that is known."""
    by_use = only == "probed" and _is_tensor_by_its_use(parameter)
    return parameter.kind == "unknown" or by_use or _of_unknown_form(parameter, only)


def _is_tensor_by_its_use(parameter: Parameter) -> bool:
    return parameter.kind == "tensor" and not parameter.evidence.startswith(_GIVEN)


def _of_unknown_form(parameter: Parameter, only: str) -> bool:
    """Whether all that is known of the parameter is what its elements are used for: those of a dataset look the same."""
    return only == "dataset" and parameter.kind == "container" and parameter.evidence.startswith("its parts")


def _condition(name: str, holds: bool, because: str) -> Precondition:
    """What holds needs no reason, except the amount of work."""
    return _met(name) if holds and name != "computes tensors" else Precondition(name, holds, because)


def _reasoned(name: str, reasons: list[Reason]) -> Precondition:
    """A condition that something stands in the way of, perhaps in another function."""
    if not reasons:
        return _met(name)
    elsewhere = tuple(reason for reason in reasons if reason.chain)
    return Precondition(name, False, "; ".join(reason.text for reason in reasons), elsewhere)


@cache
def _met(name: str) -> Precondition:
    return Precondition(name, True, "")


def _named(signal: Signal) -> str:
    return f"{signal.rule.code} line {signal.node.lineno}: {signal.short}"  # type: ignore[attr-defined]
