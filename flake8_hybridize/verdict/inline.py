"""A gradient step written inline in a Python loop, instead of in a function of its own."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from flake8_hybridize.hazards.base import Signal
from flake8_hybridize.hazards.body import Body
from flake8_hybridize.hazards.sources import sources
from flake8_hybridize.hazards.summaries import Program
from flake8_hybridize.tensors.observations import Call, Loop, Where
from flake8_hybridize.tensors.records import replace
from flake8_hybridize.tensors.values import NO, UNKNOWN, VARIABLE, Varying, tensorness
from flake8_hybridize.verdict.asides import Lines, asides
from flake8_hybridize.verdict.heat import in_loop
from flake8_hybridize.verdict.stretch import Stretch, is_movable

# Rounds in which a step saves the time that tracing it costs (docs/how-it-decides.md): with an optimizer, without.
WORTH_MOVING, WORTH_MOVING_PLAIN = 20, 100
_APPLYING = ("apply_gradients", "minimize", "apply")
_PARTIAL = (ast.For, ast.AsyncFor, ast.While, ast.If, ast.Try)
_DESCENDING = ("assign_sub", "assign_add")


@dataclass(frozen=True, slots=True)
class InlineStep:
    """The calls that open the tape and apply the gradients last, the control flow around the tape, and from how many rounds on it pays.

    `left` are the lines in between that only tell of the results and stay in the loop.
    """

    tape: ast.Call
    apply: ast.Call
    where: Where
    worth: int
    left: tuple[Lines, ...] = ()

    @property
    def last_line(self) -> int:
        """Line where the step ends."""
        return self.apply.end_lineno or self.apply.lineno

    def covers(self, node: ast.AST) -> bool:
        """Whether the node belongs to the step."""
        return self.tape.lineno <= node.lineno <= self.last_line  # type: ignore[attr-defined, no-any-return]


def inline_step(body: Body) -> InlineStep | None:
    """The first step of a loop of the body, with all updates of its rounds."""
    found = _steps(body)
    return found[-1] if found else None


def _steps(body: Body) -> list[InlineStep]:
    """The first tape of a loop of the body, with the first update of a round, with the second, …

    A GAN makes two: each with a tape of its own, or both under two tapes.
    """
    tape: Call | None = None
    gradient: Call | None = None
    found: list[InlineStep] = []
    worth = WORTH_MOVING_PLAIN
    for seen in body.facts.seen(Call):
        if not seen.where.loops or not seen.where.converted:
            continue
        if seen.api is not None and seen.api.returns == "tape":
            if found and tape is not None and not _is_of_the_same_round(body, tape, seen):
                break
            tape = tape or seen
        elif tape is None or seen.where.loops < tape.where.loops - 1:
            continue
        elif seen.method == "gradient":
            gradient = seen
        elif seen.method in _APPLYING or (gradient is not None and _descends(seen)):
            worth = WORTH_MOVING if seen.method in _APPLYING else worth
            found.append(InlineStep(tape.node, seen.node, tape.where, worth))
    return found


def _is_of_the_same_round(body: Body, first: Call, second: Call) -> bool:
    """Whether each round of the loop that opens the first tape opens the second one as well."""
    before, around = _blocks(body, first.node), _blocks(body, second.node)
    return before == around


def _blocks(body: Body, node: ast.AST) -> list[ast.AST]:
    """Loops and tests around the node, the outermost first."""
    found: list[ast.AST] = []
    above: ast.AST | None = node
    while above is not None:
        if isinstance(above, _PARTIAL):
            found.append(above)
        above = body.parents.get(above)
    return found[::-1]


def _descends(call: Call) -> bool:
    """Whether a variable is moved by a tensor: gradient descent without an optimizer."""
    receiver = call.receiver
    return (
        call.method in _DESCENDING
        and receiver is not None
        and bool(receiver.kinds & (VARIABLE | UNKNOWN))
        and bool(call.args)
        and tensorness(call.args[0]) != NO
    )


def movable_step(program: Program, body: Body, known: list[Signal], hot: bool) -> InlineStep | None:
    """The longest inline step that runs often, because of its loop or because its function is `hot`, on shapes that may be the same, and needs no Python from the tape to the last update, reports aside."""
    for step in reversed(_steps(body)):
        if not (hot or in_loop(step.where, step.worth)) or _shapes_vary(body, step):
            return None
        first, last = step.tape.lineno, step.last_line
        if is_movable(program, Stretch(body, first, last), known):
            return step
        left = asides(body, first, last)
        if left and is_movable(program, Stretch(body, first, last, left), known):
            return replace(step, left=left)
    return None


def _shapes_vary(body: Body, step: InlineStep) -> bool:
    """Whether the loop around the step takes batches that are padded to a length of their own, each of which is traced."""
    around = [
        seen.node
        for seen in body.facts.seen(Loop)
        if seen.node.lineno <= step.tape.lineno <= (seen.node.end_lineno or 0)
    ]
    iterables = {node.iter for node in around if isinstance(node, (ast.For, ast.AsyncFor))}
    return any(isinstance(value.extra, Varying) for value, _ in sources(body, iterables))
