"""Python numbers and strings that vary from call to call: each value is a trace of its own."""

from __future__ import annotations

import re

from flake8_hybridize.model.module import Function
from flake8_hybridize.results import Parameter
from flake8_hybridize.tensors.values import BOOL, NO_CONSTANT, NUMBER, OUTER, STRING, UNKNOWN, Value
from flake8_hybridize.verdict.callers import Callers, Site

MANY = 4
_COUNTER = re.compile(
    r"^(step|steps_done|epoch|i|j|k|n|idx|index|iteration|iter|it|counter|episode|batch_index|batch_idx|global_step|train_step|cur_step|"
    r"current_step|step_num|iter_num|.*_idx|.*_iter|.*_iteration|.*_epoch|.*_counter)$"
)


def varying(callers: Callers, function: Function) -> dict[int, str]:
    """Parameters given varying Python numbers or strings at call sites, with the evidence."""
    found: dict[int, str] = {}
    for index in range(len(function.params)):
        text = _varies(callers.calls(function), index)
        if text:
            found[index] = text
    return found


def _varies(sites: list[Site], index: int) -> str:
    constants: set[object] = set()
    for site in sites:
        value = site.bound.get(index)
        if value is None or value.kinds & (UNKNOWN | BOOL) or not value.kinds & (NUMBER | STRING):
            continue
        if value.kinds & ~(NUMBER | STRING):
            continue
        if value.const is not NO_CONSTANT:
            constants.add(value.const)
        elif _computed(value, site):
            return f"line {site.call.node.lineno}"
    return f"{len(constants)} values" if len(constants) >= MANY else ""


def _computed(value: Value, site: Site) -> bool:
    if value.extra == "loop-index":
        return site.call.where.loops > 0
    return site.call.where.loops > 0 and value.origin != OUTER and value.extra == "formatted"


def looks_like_counter(parameter: Parameter) -> bool:
    """A parameter of unknown kind with the name of a counter: enough for doubt, never for a finding."""
    return parameter.kind == "unknown" and _COUNTER.match(parameter.name) is not None
