"""What callers add is found out anew only where something rests on it, with the same answers as from the start."""

from __future__ import annotations

from flake8_hybridize.model.module import Function, Module
from flake8_hybridize.model.project import Project
from flake8_hybridize.source.text import Source
from flake8_hybridize.tensors.engine import Engine
from flake8_hybridize.tensors.uses import Uses
from flake8_hybridize.tensors.values import DATASET, OUTER, Value

TEXT = """
import tensorflow as tf

class Runner:
    def __init__(self, data):
        self.data = data

    def first(self):
        return self.data

    def loop(self):
        for batch in self.first():
            tf.square(batch)

LIMIT = 3

def apart(x):
    return tf.square(x) * LIMIT

def beside(x):
    return apart(x)
"""


def engines() -> tuple[Engine, Engine, Module]:
    """One engine that was asked for all functions, and one that knows more and goes on from it."""
    project = Project()
    module = project.add(Source("/nowhere/m.py", TEXT))
    before = Engine(project)
    for function in module.functions:
        before.facts(function)
    after = Engine(project, over=before, own=module)
    after.go_on_from(before, seeds(module), set())
    return before, after, module


def seeds(module: Module) -> dict[Function, dict[int, Value]]:
    return {module.functions[0]: {1: Value(DATASET, origin=OUTER)}}


def test_only_what_rests_on_a_seed_is_interpreted_anew() -> None:
    before, after, module = engines()
    same = {f.name for f in module.functions if after.facts(f) is before.facts(f)}
    assert same == {"apart", "beside"}


def test_the_answers_are_those_of_an_engine_that_starts_anew() -> None:
    before, after, module = engines()
    fresh = Engine(before.project, over=before, own=module)
    fresh.seeds = seeds(module)
    for function in module.functions:
        found, expected = after.facts(function), fresh.facts(function)
        assert (found.observations, found.returns, found.stores) == (
            expected.observations,
            expected.returns,
            expected.stores,
        )


def test_what_is_found_out_later_does_not_count() -> None:
    before, after, module = engines()
    with before.uses.finding(module, "later"):
        pass
    assert not after.still_holds("later")


def test_questions_about_other_modules_do_not_count() -> None:
    project = Project()
    own, other = (project.add(Source(f"/nowhere/{name}.py", "")) for name in "ab")
    uses = Uses()
    with uses.finding(own, "own"):
        uses.note(other, "elsewhere")
        uses.note(own, "here")
    assert uses.resting_on(own, {"here"}) == {"here", "own"}
    assert uses.resting_on(own, {"elsewhere"}) == {"elsewhere"}
