"""Is the function called again and again?"""

from __future__ import annotations

from dataclasses import dataclass

from flake8_hybridize.hazards.summaries import Program
from flake8_hybridize.model.module import Function
from flake8_hybridize.verdict.callers import Callers, Site
from flake8_hybridize.verdict.tracing import Coverage

FEW = 10
_ONCE = frozenset(("main", "setUp", "setUpClass", "tearDown", "__init__", "build"))


@dataclass(frozen=True, slots=True)
class Heat:
    """`level` is hot, unknown or cold, with the place that says so."""

    level: str
    evidence: str = ""


class HeatMap:
    """Heat of every function, from the loops around its calls and the heat of its callers."""

    def __init__(self, program: Program, callers: Callers, coverage: Coverage) -> None:
        self.program = program
        self.callers = callers
        self.coverage = coverage
        self._known: dict[Function, Heat] = {}

    def of(self, function: Function) -> Heat:
        """Heat of one function; a cycle of callers adds nothing."""
        known = self._known.get(function)
        if known is None:
            self._known[function] = Heat("unknown")
            known = self._known[function] = self._find(function)
        return known

    def _find(self, function: Function) -> Heat:
        sites = self.callers.calls(function)
        for site in sites:
            if in_loop(site) and not self._may_be_traced(site.caller):
                where = "" if site.module is function.module else f"{site.module.name} "
                return Heat("hot", f"called in a loop, {where}line {site.call.node.lineno}")
        for handed in self.callers.hand_overs(function):
            if handed.how == "run" and handed.call.where.loops:
                return Heat("hot", f"run by a strategy in a loop, line {handed.call.node.lineno}")
        chain = list(sites)
        for site in chain:
            if site.caller is not None and site.caller is not function and not self._may_be_traced(site.caller):
                heat = self.of(site.caller)
                if heat.level == "hot":
                    return Heat("hot", f"called by {site.caller.qualname}, {heat.evidence}")
        if sites and all(site.caller is None or site.caller.name in _ONCE for site in sites):
            return Heat("cold", f"called once, line {sites[0].call.node.lineno}")
        if function.name in _ONCE:
            return Heat("cold", "runs once")
        return Heat("unknown")


    def _may_be_traced(self, caller: Function | None) -> bool:
        if caller is None:
            return False
        return self.program.is_hybrid(caller) or self.coverage.traced_by(caller) is not None or self.coverage.is_hook(caller)


def in_loop(site: Site) -> bool:
    """Whether the call is in a loop of more than a few rounds, outside of comprehensions."""
    where = site.call.where
    return where.loops > 0 and where.converted and (where.trips == 0 or where.trips >= FEW)
