"""Functions that are no candidates whatever they compute."""

from __future__ import annotations

from flake8_hybridize.hazards.summaries import Program, makes_graph
from flake8_hybridize.knowledge.wrappers import NOT_A_FUNCTION, OTHER_FRAMEWORKS
from flake8_hybridize.model.index import in_tests
from flake8_hybridize.model.module import Class, Function
from flake8_hybridize.tensors.decorators import decorator_target
from flake8_hybridize.tensors.observations import Call


def not_a_candidate(program: Program, function: Function) -> str:
    """Why `tf.function` cannot or need not go onto the function; empty if it can."""
    if function.is_lambda:
        return "a lambda"
    if function.is_async or function.is_generator:
        return "a coroutine" if function.is_async else "a generator"
    if function.name.startswith("__") and function.name.endswith("__") and function.name != "__call__":
        return "a special method"
    if in_tests(function.module.location) or is_test_case(program, function):
        return "a test"
    for node in function.decorators:
        target = decorator_target(program.engine, function, node)
        if isinstance(target.ref, str) and target.ref in NOT_A_FUNCTION:
            return f"decorated with {target.ref}"
    if function.has_decorator(
        "property", "cached_property", "setter", "contextmanager", "fixture", "overload", "njit", "jit"
    ):
        return "a property or the like"
    if function.has_decorator("wraps"):
        return "a wrapper of other functions"
    if _calls_super_init(function):
        return "a constructor"
    return _foreign(program, function) or (
        "it makes graphs itself" if _makes_graphs(program, function) else ""
    )


def _makes_graphs(program: Program, function: Function) -> bool:
    """Whether the body calls `tf.function(f)`: such a function manages the graphs, it is none."""
    program.reads.tables(function.module)
    return function.module.makes_functions and any(
        makes_graph(seen) for seen in program.body(function).facts.seen(Call)
    )


def _foreign(program: Program, function: Function) -> str:
    """TensorFlow 1, or PyTorch and the like, whose tensors are none of TensorFlow's."""
    if program.is_for_tensorflow_1(function.module):
        return "written for TensorFlow 1"
    if program.is_for_another_framework(function.module):
        return "of another framework"
    owner = function.owner
    if owner is not None and any(
        not isinstance(base, Class) and base.partition(".")[0] in OTHER_FRAMEWORKS
        for base in program.engine.mro(owner)
    ):
        return "of another framework"
    return ""


def is_test_case(program: Program, function: Function) -> bool:
    """Whether the function is a method of a test case."""
    owner = function.owner
    if owner is None:
        return False
    return any(
        not isinstance(base, Class) and base.rpartition(".")[2] in ("TestCase", "AbstractTestCase")
        for base in program.engine.mro(owner)
    )


def _calls_super_init(function: Function) -> bool:
    return function.name in ("__init__", "build", "get_config", "from_config")
