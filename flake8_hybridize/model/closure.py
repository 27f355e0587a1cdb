"""What can be reached in a graph that is given as what each node leads to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)


def closure(start: Iterable[Node], following: Mapping[Node, Iterable[Node]]) -> set[Node]:
    """These nodes and all that can be reached from one of them."""
    found = set(start)
    waiting = list(found)
    while waiting:
        fresh = [node for node in following.get(waiting.pop(), ()) if node not in found]
        found.update(fresh)
        waiting += fresh
    return found


def inverted(edges: Iterable[tuple[Node, Iterable[Node]]]) -> Mapping[Node, list[Node]]:
    """For each node those that lead to it."""
    found: dict[Node, list[Node]] = defaultdict(list)
    for node, following in edges:
        for other in following:
            found[other].append(node)
    return found
