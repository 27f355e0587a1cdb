"""HYB401 where no function is at hand: `partial(tf.function, …)` and wrapped callables of unknown origin."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_hybridize.results import Confidence, Finding
from flake8_hybridize.rules.context import Context
from flake8_hybridize.tensors.observations import Call
from flake8_hybridize.verdict.boundary.hyb401_arguments import DEPRECATED, outdated
from flake8_hybridize.verdict.boundary.makings import makings

RULES = ()


def report(context: Context) -> Iterator[Finding]:
    """On the call that has the argument."""
    border = context.judge.border
    judged = {id(making.node) for judged in context.judged for making in makings(border, judged.function)}
    for body in border.bodies:
        for seen in body.facts.seen(Call):
            if seen.node.keywords and id(seen.node) not in judged and _makes(seen):
                for text in outdated(seen.node, border.tensorflow_version):
                    yield context.finding(
                        DEPRECATED, seen.node, f"{body.name} {text}", None, Confidence.PROVED
                    )


def _makes(call: Call) -> bool:
    if call.target == "functools.partial":
        return bool(call.args) and call.args[0].ref == "tensorflow.function"
    return call.target == "tensorflow.function"
