"""The option `wrappers`: decorators that the analysis cannot see through are told to it by name."""

from __future__ import annotations

from flake8_hybridize.analysis import analyse
from flake8_hybridize.model.project import Project
from flake8_hybridize.options import Options
from flake8_hybridize.source.text import Source

TEXT = """
import tensorflow as tf
from company.graphs import compiled

@compiled(fast=True)
def step(x):
    print("step")
    return tf.square(x)
"""


def codes(wrappers: tuple[str, ...]) -> list[str]:
    analysis = analyse(Source("/nowhere/m.py", TEXT), Options(wrappers=wrappers), Project())
    return [finding.code for finding in analysis.findings]


def test_an_unknown_decorator_is_no_graph() -> None:
    assert codes(()) == []


def test_a_named_wrapper_makes_the_function_hybrid() -> None:
    assert codes(("company.graphs.compiled",)) == ["HYB201"]
