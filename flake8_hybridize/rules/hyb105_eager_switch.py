"""HYB105: eager mode switched on for debugging and left on."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_hybridize.hazards.base import Category, Rule
from flake8_hybridize.hazards.body import Body
from flake8_hybridize.model.module import Function
from flake8_hybridize.results import Applicability, Confidence, Finding
from flake8_hybridize.rules.context import Context
from flake8_hybridize.tensors.observations import Call
from flake8_hybridize.tensors.values import MODEL, NO, UNKNOWN
from flake8_hybridize.verdict.shape import is_test_case

RULE = Rule(
    code="HYB105",
    name="eager-switch",
    summary="a debugging switch makes every graph run eagerly",
    category=Category.OPPORTUNITY,
    fix=Applicability.UNSAFE,
)
RULES = (RULE,)
_SWITCHES = frozenset(
    (
        "tensorflow.config.run_functions_eagerly",
        "tensorflow.config.experimental_run_functions_eagerly",
        "tensorflow.data.experimental.enable_debug_mode",
    )
)


def report(context: Context) -> Iterator[Finding]:
    """Switches turned on by a literal True and never turned off in the same file."""
    if context.is_test:
        return
    bodies: list[tuple[Body, Function | None]] = [(context.program.module_body(context.module), None)]
    bodies += [(context.program.body(judged.function), judged.function) for judged in context.judged]
    calls = [(seen, function) for body, function in bodies for seen in body.facts.seen(Call)]
    turned_off = {
        seen.target
        for seen, _ in calls
        if seen.target in _SWITCHES and _first(seen) is not True and seen.args
    }
    for seen, function in calls:
        under_a_test = seen.where.static_if or seen.where.tensor_if != NO
        if under_a_test or (function is not None and is_test_case(context.program, function)):
            continue  # an option of the program or of its tests, not something left on
        if (
            seen.target in _SWITCHES
            and seen.target not in turned_off
            and (_first(seen) is True or not seen.node.args)
        ):
            name = seen.target.replace("tensorflow", "tf", 1)
            message = f"{name} makes every tf.function run eagerly; remove it when debugging is done"
            yield context.finding(RULE, seen.node, message, function, Confidence.PROVED)
        elif seen.method == "compile" and _runs_eagerly(seen):
            message = "compile(run_eagerly=True) trains without a graph; remove it when debugging is done"
            yield context.finding(RULE, seen.node, message, function, Confidence.PROVED)


def _first(call: Call) -> object:
    return call.args[0].const if call.args else None


def _runs_eagerly(call: Call) -> bool:
    flag = call.kwargs.get("run_eagerly")
    receiver = call.receiver
    return (
        flag is not None
        and flag.const is True
        and receiver is not None
        and bool(receiver.kinds & (MODEL | UNKNOWN))
    )
