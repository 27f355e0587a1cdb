"""A gradient step written inline in a Python loop, instead of in a function of its own."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from flake8_hybridize.hazards.body import Body
from flake8_hybridize.tensors.observations import Call, Where

_APPLYING = ("apply_gradients", "minimize", "apply")


@dataclass(frozen=True, slots=True)
class InlineStep:
    """The calls that open the tape and apply the gradients, and the control flow around the tape."""

    tape: ast.Call
    apply: ast.Call
    where: Where


def inline_step(body: Body) -> InlineStep | None:
    """The first tape and optimizer step that share a loop of the body."""
    tape: Call | None = None
    for seen in body.facts.observations:
        if not isinstance(seen, Call) or not seen.where.loops or not seen.where.converted:
            continue
        if seen.api is not None and seen.api.returns == "tape":
            tape = tape or seen
        elif tape is not None and seen.method in _APPLYING and seen.where.loops >= tape.where.loops - 1:
            return InlineStep(tape.node, seen.node, tape.where)
    return None
