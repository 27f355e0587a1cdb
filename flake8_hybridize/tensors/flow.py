"""Joining the states of two paths through a body."""

from __future__ import annotations

from flake8_hybridize.tensors.values import Value, join

Env = dict[str, Value]


def merge(left: Env | None, right: Env | None) -> Env | None:
    """Joins two states; a name bound on one side only may still be unbound."""
    if left is None or left is right:
        return right
    if right is None:
        return left
    merged = dict(left)
    for name, value in right.items():
        known = merged.get(name)
        if known is None:
            merged[name] = value
        elif known is not value:
            merged[name] = join(known, value)
    return merged
