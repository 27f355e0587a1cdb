"""What the loops of a body take their elements from."""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator

from flake8_hybridize.hazards.body import Body
from flake8_hybridize.tensors.observations import Call, Iterate, Loop
from flake8_hybridize.tensors.values import Value


def sources(body: Body, iterables: Container[ast.AST | None]) -> Iterator[tuple[Value, str]]:
    """The values of these expressions, and those they are calls with, together with the name of what is called."""
    for seen in body.facts.observations:
        if isinstance(seen, Loop):
            if getattr(seen.node, "iter", None) in iterables:
                yield seen.value, ""
        elif isinstance(seen, Iterate) and seen.node in iterables:
            yield seen.value, ""
        elif isinstance(seen, Call) and seen.node in iterables:
            yield from ((value, seen.target) for value in seen.args)
