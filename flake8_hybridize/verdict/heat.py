"""Is the function called again and again, from code that runs eagerly?"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from flake8_hybridize.hazards.body import Body
from flake8_hybridize.hazards.summaries import Program
from flake8_hybridize.model.module import Class, Function
from flake8_hybridize.results import Confidence
from flake8_hybridize.source.tree import walk
from flake8_hybridize.tensors.iteration import round_count
from flake8_hybridize.tensors.observations import Call, Loop, Where
from flake8_hybridize.tensors.values import DATASET, ITERATOR, NONE, YES
from flake8_hybridize.verdict.callers import Callers, Handed, Site
from flake8_hybridize.verdict.chained import Chained
from flake8_hybridize.verdict.messages import line_in
from flake8_hybridize.verdict.parameters import TENSOR_KINDS, classify
from flake8_hybridize.verdict.tracing import Coverage

FEW = 10
# A call that may mean one of more methods than these says little about each.
FEW_CANDIDATES = 2
_ONCE = frozenset(("main", "setUp", "setUpClass", "tearDown", "__init__", "build"))
_HOST_EFFECTS = frozenset(
    ("print", "log", "io", "host", "time", "random", "plot", "process", "network", "iterator")
)


@dataclass(frozen=True, slots=True)
class Heat:
    """`level` is hot, unknown or cold, with what says so, in words; `why` are the words, without the place `at`."""

    level: str
    evidence: str = ""
    why: str = ""
    at: Site | Handed | None = None


class HeatMap:
    """Heat of every function, from the loops around its calls and the heat of its callers.

    A loop counts only in code that surely runs eagerly: loops over blocks or levels in library code are most
    often part of somebody's graph.
    """

    def __init__(self, program: Program, callers: Callers, coverage: Coverage) -> None:
        self.program = program
        self.callers = callers
        self.coverage = coverage
        self._heat = Chained(self._find, Heat("unknown"))
        self._eager = Chained(self._is_eager, False)
        self._tests: dict[ast.AST, list[ast.stmt]] = {}

    def of(self, function: Function) -> Heat:
        """Heat of one function; a cycle of callers adds nothing."""
        return self._heat.of(function)

    def close(self) -> None:
        """Nothing is asked any more."""
        self._heat.close()
        self._eager.close()

    def _find(self, function: Function) -> Heat:
        sites = self.callers.calls(function)
        sure = [site for site in sites if site.call.among == 1]
        found = (
            next((found for site in sure if (found := self._in_a_loop(function, site))), None)
            or self._run_in_a_loop(function)
            or next((found for site in sure if (found := self._by_a_hot_caller(function, site))), None)
        )
        if found is not None:
            return found
        if sites and all(site.caller is None or site.caller.name in _ONCE for site in sites):
            return Heat("cold", f"called once ({_place(function, sites[0])})")
        if function.name in _ONCE:
            return Heat("cold", "runs once")
        return Heat("unknown")

    def _in_a_loop(self, function: Function, site: Site) -> Heat | None:
        """The loop around the call, or around one that hands the function over."""
        if self._is_of_a_subclass(function, site):
            return None
        way = next((way for way in _ways(site) if self._is_in_a_loop(function, way)), None)
        return None if way is None else _hot(function, "called in a loop", way)

    def _is_in_a_loop(self, function: Function, site: Site) -> bool:
        if len(site.call.functions) > FEW_CANDIDATES or not in_loop(site.call.where):
            return False
        if not self.runs_eagerly(site.caller) or self._once_an_epoch(site):
            return False
        work = self.program.summary(function).work
        return work.tape or work.optimizer or not self._in_some_rounds(site)

    def _in_some_rounds(self, site: Site) -> bool:
        """Whether the call is under a test like `step % 100 == 0`: summaries and copies of weights are made now and then."""
        scope = site.caller.node if site.caller is not None else site.module.tree
        if scope not in self._tests:
            self._tests[scope] = [
                statement
                for node in walk(scope)
                if isinstance(node, ast.If) and _counts_rounds(node.test)
                for statement in node.body
            ]
        return any(_holds(statement, site.call.node) for statement in self._tests[scope])

    def _is_of_a_subclass(self, function: Function, site: Site) -> bool:
        """Whether the call is made on a base class that somebody else hands over: any of its subclasses may be meant."""
        receiver = site.call.receiver
        if receiver is None or not isinstance(receiver.ref, Class) or function.owner is None:
            return False
        own = receiver.param == 0 and site.caller is not None and site.caller.is_method
        return receiver.param >= 0 and not own and function.owner not in self.program.engine.mro(receiver.ref)

    def _run_in_a_loop(self, function: Function) -> Heat | None:
        for handed in self.callers.hand_overs(function):
            if handed.how == "run" and handed.call.where.loops and self.runs_eagerly(handed.caller):
                return _hot(function, "run by a strategy in a loop", handed)
        return None

    def _by_a_hot_caller(self, function: Function, site: Site) -> Heat | None:
        *between, caller = (way.caller for way in _ways(site))
        if caller is None or caller is function or self._may_be_traced(caller):
            return None
        if len(site.call.functions) > FEW_CANDIDATES:
            return None
        if any(helper is not None and self._may_be_traced(helper) for helper in between):
            return None
        heat = self.of(caller)
        if heat.at is None:
            return None
        maker = function.parent
        if maker is not None and _is_inside(caller, maker) and not _is_inside(heat.at.caller, maker):
            return None  # each round of the loop makes the function anew
        return _hot(function, f"called by {caller.qualname}, {heat.why}", heat.at)

    def _once_an_epoch(self, site: Site) -> bool:
        """Whether the loop around the call has an inner loop over the batches, beside the call: then it is called seldom.

        An inner loop of a few rounds repeats a step, as for the generator of a GAN.
        """
        body = (
            self.program.body(site.caller)
            if site.caller is not None
            else self.program.module_body(site.module)
        )
        loops = body.seen(Loop)
        around = [loop for loop in loops if _holds(loop.node, site.call.node)]
        if not around:
            return False
        innermost = max(around, key=lambda loop: loop.node.lineno)
        return any(
            loop not in around
            and _holds(innermost.node, loop.node)
            and not 0 < round_count(loop.value) < FEW
            and self._runs_steps(body, loop)
            for loop in loops
        )

    def _runs_steps(self, body: Body, loop: Loop) -> bool:
        if loop.staged == YES:
            return True
        return any(
            _holds(loop.node, seen.node)
            and (
                (seen.api is not None and seen.api.returns == "tape")
                or any(self.program.summary(callee).work.optimizer for callee in seen.functions)
            )
            for seen in body.seen(Call)
        )

    def runs_once(self, function: Function, depth: int = 4) -> bool:
        """Whether all that is seen of it is one call, in no loop, by a module's own statements or what runs once itself."""
        sites = self.callers.calls(function)
        if depth == 0 or len(sites) != 1 or sites[0].call.where.loops or self.callers.hand_overs(function):
            return False
        caller = sites[0].caller
        return caller is None or self.runs_once(caller, depth - 1)

    def runs_eagerly(self, function: Function | None) -> bool:
        """Whether the function (None: a module's own statements) surely runs as Python."""
        return function is None or self._eager.of(function)

    def _is_eager(self, function: Function) -> bool:
        if self._may_be_traced(function) or function.name in ("__init__", "build"):
            return False
        if function.is_generator or is_driver(function) or self._loops_over_data(function):
            return True
        if self._is_procedure(function) or self._does_host_work(function):
            return True
        return any(
            site.caller is not function and self.runs_eagerly(site.caller)
            for site in self.callers.calls(function)
        )

    def _may_be_traced(self, function: Function) -> bool:
        return (
            self.program.is_hybrid(function)
            or self.coverage.traced_by(function) is not None
            or self.coverage.is_hook(function)
        )

    def _does_host_work(self, function: Function) -> bool:
        return any(
            signal.confidence >= Confidence.LIKELY
            and (signal.effect in _HOST_EFFECTS or signal.rule.code == "HYB212")
            for signal in self.program.own(function)
        )

    def _loops_over_data(self, function: Function) -> bool:
        return any(
            seen.value.kinds & (DATASET | ITERATOR) for seen in self.program.body(function).facts.seen(Loop)
        )

    def _is_procedure(self, function: Function) -> bool:
        """A function without a result or tensor arguments, no part of a Keras or tf.Module class, drives others."""
        if self.program.body(function).facts.returns.kinds != NONE:
            return False
        if any(p.kind in TENSOR_KINDS for p in classify(self.program, self.callers, function)):
            return False
        owner, engine = function.owner, self.program.engine
        return owner is None or not (engine.base_kind(owner) or engine.has_unknown_base(owner))


def _is_inside(function: Function | None, outer: Function) -> bool:
    """Whether it is the outer function, or defined in it."""
    return function is not None and outer in function.scopes()


def _counts_rounds(test: ast.expr) -> bool:
    return any(isinstance(part, ast.BinOp) and isinstance(part.op, ast.Mod) for part in walk(test))


def _hot(function: Function, why: str, use: Site | Handed) -> Heat:
    return Heat("hot", f"{why} ({_place(function, use)})", why, use)


def _place(function: Function, use: Site | Handed) -> str:
    return line_in(use.module, use.call.node, function.module)


def _ways(site: Site) -> Iterator[Site]:
    """The call, and those that handed the function over to where it is called: the last one is where it comes from."""
    way: Site | None = site
    while way is not None:
        yield way
        way = way.by


def is_driver(function: Function) -> bool:
    """A module-level function without parameters has nothing to be traced for: it makes what it uses and runs it."""
    return (
        not function.params and function.parent is None and function.owner is None and not function.is_lambda
    )


def builds_itself(function: Function, body: Body) -> bool:
    """A method without arguments or result that calls its own object, as models do once to make their variables."""
    return (
        function.is_method
        and len(function.params) == 1
        and body.facts.returns.kinds == NONE
        and any(
            isinstance(call.node.func, ast.Name) and call.node.func.id == function.params[0].name
            for call in body.facts.seen(Call)
        )
    )


def in_loop(where: Where, few: int = FEW) -> bool:
    """Whether the place is in a loop that is not known to have less rounds than `few`."""
    return where.loops > 0 and (where.trips == 0 or where.trips >= few)


def _holds(loop: ast.AST, node: ast.AST) -> bool:
    start, end = loop.lineno, loop.end_lineno  # type: ignore[attr-defined]
    return loop is not node and start <= node.lineno <= end  # type: ignore[attr-defined]
