"""What the interpreter sees in small bodies: one line of source, one fact."""

from __future__ import annotations

import textwrap

import pytest

from flake8_hybridize.model.project import Project
from flake8_hybridize.results import Confidence
from flake8_hybridize.source.text import Source
from flake8_hybridize.tensors.attributes import kind_names
from flake8_hybridize.tensors.engine import Engine
from flake8_hybridize.tensors.facts import Facts
from flake8_hybridize.tensors.substitution import indices
from flake8_hybridize.tensors.values import UNKNOWN, Value

HEADER = "import tensorflow as tf\nimport numpy as np\nimport functools\n"


def facts(body: str, name: str = "f") -> Facts:
    module = Project().add(Source("/nowhere/m.py", HEADER + textwrap.dedent(body)))
    engine = Engine(Project())
    return engine.facts(next(function for function in module.functions if function.qualname == name))


def returned(body: str) -> Value:
    return facts(body).returns


def kinds(value: Value) -> set[str]:
    return set(kind_names(value)) | ({"unknown"} if value.kinds & UNKNOWN else set())


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("tf.square(x)", {"tensor"}),
        ("tf.Variable(1.0)", {"variable"}),
        ("np.zeros(3)", {"array"}),
        ("np.zeros(3) * tf.ones(3)", {"tensor"}),
        ("x.shape[0]", {"number"}),
        ("x.shape[0] * 2", {"number"}),
        ("len([1, 2])", {"number"}),
        ("'a' + 'b'", {"string"}),
        ("x is None", {"bool"}),
        ("tf.ones(3) > 0.0", {"tensor"}),
        ("tf.ones(3)[0]", {"tensor"}),
        ("[tf.ones(3), 2][0]", {"tensor"}),
        ("{'a': tf.ones(3)}['a']", {"tensor"}),
        ("[tf.ones(3) for _ in range(3)][0]", {"tensor"}),
        ("tf.ones(3) if x is None else tf.zeros(3)", {"tensor"}),
        ("tf.keras.layers.Dense(3)", {"layer"}),
        ("tf.keras.optimizers.Adam()", {"optimizer"}),
        ("(lambda y: tf.exp(y))(x)", {"tensor"}),
        ("functools.partial(tf.add, 1.0)(x)", {"tensor"}),
        ("unknown_function(x)", {"unknown"}),
    ],
)
def test_kind_of_an_expression(expression: str, expected: set[str]) -> None:
    assert kinds(returned(f"def f(x):\n    return {expression}\n")) == expected


def test_unknown_parameters_decide_what_is_derived_from_them() -> None:
    value = returned("def f(a, b, c):\n    return a * 2 + b\n")
    assert kinds(value) == {"unknown"}
    assert indices(value.deps) == [0, 1]


def test_branches_are_joined() -> None:
    body = """
        def f(x, flag):
            if flag:
                y = tf.ones(3)
            else:
                y = 0
            return y
    """
    assert kinds(returned(body)) == {"tensor", "number"}


def test_a_branch_that_leaves_does_not_reach_the_end() -> None:
    body = """
        def f(x):
            y = None
            if x is None:
                raise ValueError("no x")
            else:
                y = tf.ones(3)
            return y
    """
    assert kinds(returned(body)) == {"tensor"}


def test_isinstance_narrows_a_parameter() -> None:
    body = """
        def f(x):
            if isinstance(x, list):
                return x
            return None
    """
    assert kinds(returned(body)) == {"container", "none"}


def test_a_loop_carries_its_values_round() -> None:
    body = """
        def f(xs):
            total = 0
            for _ in range(3):
                total = total + tf.ones(3)
            return total
    """
    assert "tensor" in kinds(returned(body))


def test_attributes_join_the_stores_of_all_methods() -> None:
    body = """
        class Net:
            def __init__(self):
                self.w = None
            def build(self):
                self.w = tf.Variable(1.0)
            def read(self):
                return self.w
        def f():
            return Net().read()
    """
    assert kinds(returned(body)) == {"variable", "none"}


def test_a_callee_is_seen_with_the_callers_values() -> None:
    body = """
        def twice(y):
            return y * 2
        def f(x):
            return twice(tf.ones(3)), twice(1.0)
    """
    value = returned(body)
    assert value.items is not None
    assert [kinds(item) for item in value.items] == [{"tensor"}, {"number"}]


def test_a_callable_argument_is_called() -> None:
    body = """
        def apply(g, y):
            return g(y)
        def f(x):
            return apply(tf.exp, x)
    """
    assert kinds(returned(body)) == {"tensor"}


@pytest.mark.parametrize(
    ("use", "kind", "confidence"),
    [
        ("tf.matmul(x, x)", "tensor", Confidence.LIKELY),
        ("x[:, None]", "tensor", Confidence.LIKELY),
        ("tf.ones(3) * x", "tensor", Confidence.GUESS),
        ("tf.matmul(x['a'], x['a'])", "container", Confidence.LIKELY),
    ],
)
def test_use_is_evidence(use: str, kind: str, confidence: Confidence) -> None:
    evidence = facts(f"def f(x):\n    return {use}\n").evidence[0]
    assert (evidence.kind, evidence.confidence) == (kind, confidence)


def test_recursion_ends() -> None:
    assert kinds(returned("def f(n):\n    return n if n == 0 else f(n - 1)\n")) == {"unknown"}


def test_mutual_recursion_is_bounded_work() -> None:
    names = [f"g{i}" for i in range(30)]
    text = "".join(
        f"def {name}(x):\n    return " + " + ".join(f"{other}(x)" for other in names) + "\n" for name in names
    )
    assert facts(text + "def f(x):\n    return g0(x)\n").steps < 1000


@pytest.mark.parametrize(
    ("lines", "held"),
    [
        ("held = vars(options)\n    held['rate'] = tf.ones(3)", {"tensor", "unknown"}),
        ("held = {}\n    held['rate'] = tf.ones(3)", {"tensor"}),
        ("held = dict()\n    held['rate'] = tf.ones(3)", {"tensor"}),
        ("held = collections.OrderedDict()\n    held['rate'] = tf.ones(3)", {"tensor"}),
        ("held = collections.deque(maxlen=5)\n    held.append(tf.ones(3))", {"tensor"}),
        ("held = set()\n    held.add(tf.ones(3))", {"tensor"}),
    ],
)
def test_what_is_put_into_a_container_of_unknown_content_says_nothing_of_the_rest(
    lines: str, held: set[str]
) -> None:
    elem = returned(f"import collections\ndef f(options):\n    {lines}\n    return held\n").elem
    assert elem is not None
    assert kinds(elem) == held


def test_a_list_filled_by_an_inner_loop_keeps_what_it_holds() -> None:
    body = """
        def f(lines):
            for line in lines:
                rows = []
                for word in line:
                    rows.append(tf.ones(3))
            return rows[0]
    """
    assert "tensor" in kinds(returned(body))
