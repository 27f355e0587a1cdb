"""Reaching through a graph, and the other way round."""

from __future__ import annotations

from flake8_hybridize.model.closure import closure, inverted

EDGES = {"a": ["b", "c"], "b": ["d"], "d": ["b"], "e": ["a"]}


def test_what_is_reached_holds_the_start_and_ends_in_circles() -> None:
    assert closure("a", EDGES) == {"a", "b", "c", "d"}
    assert closure("bz", EDGES) == {"b", "d", "z"}
    assert closure((), EDGES) == set()


def test_the_other_way_round() -> None:
    users = inverted(EDGES.items())
    assert users == {"b": ["a", "d"], "c": ["a"], "d": ["b"], "a": ["e"]}
    assert closure("c", users) == {"c", "a", "e"}
