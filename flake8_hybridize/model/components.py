"""Strongly connected components of a call graph, and an order of their members that no entry decides."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import Any, TypeVar

Node = TypeVar("Node", bound=Hashable)


def components(root: Node, callees: Callable[[Node], list[Node]]) -> Iterator[list[Node]]:
    """The components that can be reached from `root`, callees first (Tarjan's algorithm, without recursion)."""
    places, low = {root: 0}, {root: 0}
    waiting, unfinished = [root], {root}
    stack = [(root, iter(callees(root)))]
    while stack:
        node, rest = stack[-1]
        callee = next(rest, None)
        if callee is None:
            stack.pop()
            if stack:
                low[stack[-1][0]] = min(low[stack[-1][0]], low[node])
            if low[node] == places[node]:
                start = waiting.index(node)
                found, waiting[start:] = waiting[start:], []
                unfinished.difference_update(found)
                yield found
        elif callee not in places:
            places[callee] = low[callee] = len(places)
            waiting.append(callee)
            unfinished.add(callee)
            stack.append((callee, iter(callees(callee))))
        elif callee in unfinished:
            low[node] = min(low[node], places[callee])


def callees_first(
    members: list[Node], callees: Callable[[Node], list[Node]], rank: Callable[[Node], Any]
) -> list[Node]:
    """The members of one component in the order in which a search from the first by `rank` leaves them."""
    inside, order = set(members), dict[Node, None]()
    root = min(members, key=rank)
    stack, seen = [(root, iter(callees(root)))], {root}
    while stack:
        node, rest = stack[-1]
        callee = next((other for other in rest if other in inside and other not in seen), None)
        if callee is None:
            stack.pop()
            order[node] = None
        else:
            seen.add(callee)
            stack.append((callee, iter(callees(callee))))
    return list(order)
