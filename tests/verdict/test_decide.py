"""Verdicts of small programs: which precondition holds, what is decided, where a chain is decorated."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from flake8_hybridize.analysis import analyse
from flake8_hybridize.model.project import Project
from flake8_hybridize.options import Options
from flake8_hybridize.results import Confidence, Decision, Verdict
from flake8_hybridize.source.text import Source

STEP = """
    import tensorflow as tf
    w = tf.Variable(tf.ones([3]))
    optimizer = tf.keras.optimizers.SGD(0.1)

    def step(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(tf.linalg.matvec(x, w) - y))
        optimizer.apply_gradients([(tape.gradient(loss, w), w)])
        return loss
"""


def verdicts(text: str, path: str = "/nowhere/m.py") -> dict[str, Verdict]:
    analysis = analyse(Source(path, textwrap.dedent(text)), Options(), Project())
    assert analysis.error is None
    return {verdict.qualname: verdict for verdict in analysis.verdicts}


def unmet(verdict: Verdict) -> list[str]:
    return [p.name for p in verdict.preconditions if not p.holds]


def test_a_gradient_step_is_proposed() -> None:
    verdict = verdicts(STEP)["step"]
    assert verdict.decision is Decision.HYBRIDIZE
    assert verdict.benefit == "pays"
    assert verdict.heat == "unknown"


@pytest.mark.parametrize(
    ("loop", "heat"),
    [
        (
            "def main():\n    for i in range(1000):\n        step(tf.ones([2, 3]), tf.ones([2]))\n        print(i)\n",
            "hot",
        ),
        (
            "def main():\n    for i in range(2):\n        step(tf.ones([2, 3]), tf.ones([2]))\n        print(i)\n",
            "cold",
        ),
        ("for i in range(1000):\n    step(tf.ones([2, 3]), tf.ones([2]))\n", "hot"),
        ("step(tf.ones([2, 3]), tf.ones([2]))\n", "cold"),
    ],
)
def test_heat_comes_from_loops_of_eager_code(loop: str, heat: str) -> None:
    assert verdicts(textwrap.dedent(STEP) + loop)["step"].heat == heat


def test_a_loop_in_library_code_is_no_heat() -> None:
    text = (
        textwrap.dedent(STEP)
        + "def blocks(x, y):\n    for _ in range(100):\n        y = y + step(x, y)\n    return y\n"
    )
    assert verdicts(text)["step"].heat == "unknown"


def test_only_the_outermost_function_is_proposed() -> None:
    text = textwrap.dedent(STEP) + "def outer(x, y):\n    return step(x, y) + step(x, -y)\n"
    found = verdicts(text)
    assert found["outer"].decision is Decision.HYBRIDIZE
    assert found["step"].decision is Decision.KEEP


def test_called_by_hybrid_functions_only_is_traced_already() -> None:
    text = textwrap.dedent(STEP) + "@tf.function\ndef outer(x, y):\n    return step(x, y)\n"
    verdict = verdicts(text)["step"]
    assert verdict.traced_by == "called by outer"
    assert verdict.decision is Decision.KEEP


def test_an_unknown_callee_keeps_silent() -> None:
    text = STEP.replace("return loss", "recorder.observe(loss)\n        return loss")
    verdict = verdicts(text)["step"]
    assert unmet(verdict) == ["nothing unknown that could hide one"]
    assert verdict.confidence is Confidence.GUESS


def test_a_varying_number_keeps_silent() -> None:
    text = textwrap.dedent(STEP).replace("def step(x, y):", "def step(x, y, k):") + (
        "def main():\n    for k in range(100):\n        step(tf.ones([2, 3]), tf.ones([2]), k)\n        print(k)\n"
    )
    assert unmet(verdicts(text)["step"]) == ["no Python number or text that varies"]


def test_few_operations_do_not_pay() -> None:
    verdict = verdicts("import tensorflow as tf\ndef f(x):\n    return tf.square(x) + 1.0\n")["f"]
    assert unmet(verdict) == ["a graph pays"]


def test_a_loop_in_another_module_is_heat(tmp_path: Path) -> None:
    (tmp_path / "setup.cfg").write_text("")
    (tmp_path / "trainer.py").write_text(textwrap.dedent(STEP))
    (tmp_path / "train.py").write_text(
        "import tensorflow as tf\nfrom trainer import step\n"
        "def main(data):\n    for x, y in data:\n        print(float(step(x, y)))\n"
    )
    verdict = verdicts((tmp_path / "trainer.py").read_text(), str(tmp_path / "trainer.py"))["step"]
    assert verdict.heat == "hot"
    assert "train" in verdict.heat_evidence


ROWS = """
    import tensorflow as tf

    def score(rows):
        level = {body}
        scaled = tf.nn.softmax(tf.sin(rows) + tf.cos(rows) * tf.exp(rows))
        spread = tf.reduce_max(tf.abs(scaled)) - tf.reduce_min(scaled) + tf.reduce_mean(tf.square(rows))
        ordered = tf.cumsum(tf.sort(scaled)) / spread + tf.tanh(rows) * tf.sigmoid(rows) - tf.sqrt(tf.abs(rows))
        return tf.reduce_logsumexp(ordered * level, axis=0)
"""


@pytest.mark.parametrize(
    ("body", "more", "options"),
    [
        ("tf.reduce_mean(rows)", "", ("reduce_retracing",)),
        ("1.0 / rows.shape[0]", "", ()),
        ("sum(tf.unstack(rows))", "", ()),
        (
            "tf.reduce_mean(rows)",
            "\ndef main():\n    for i in range(99):\n        print(score(tf.ones([3])))\n",
            (),
        ),
    ],
    ids=["shapes unknown", "static dimension", "rows of known number", "called in sight"],
)
def test_shapes_of_which_nothing_is_known_are_relaxed(body: str, more: str, options: tuple[str, ...]) -> None:
    text = textwrap.dedent(ROWS).format(body=body) + more
    verdict = verdicts(text)["score"]
    assert verdict.decision is Decision.HYBRIDIZE
    assert verdict.options == options


NESTED = """
    import tensorflow as tf

    def around(x, hooks):
        print("around")

        def inner(a):
            scaled = tf.nn.softmax(tf.sin(a) + tf.cos(a) * tf.exp(a))
            spread = tf.reduce_max(tf.abs(scaled)) - tf.reduce_min(scaled) + tf.reduce_mean(tf.square(a))
            ordered = tf.cumsum(tf.sort(scaled)) / spread + tf.tanh(a) * tf.sigmoid(a) - tf.sqrt(tf.abs(a))
            return tf.reduce_logsumexp(ordered, axis=0)

"""


@pytest.mark.parametrize(
    ("use", "decision"),
    [
        ("    return inner(x), inner(x + 1.0)", Decision.KEEP),
        ("    for _ in range(100):\n        x = inner(x)\n    return x", Decision.HYBRIDIZE),
        ("    return inner", Decision.HYBRIDIZE),
        ("    hooks.append(lambda: inner(x))", Decision.HYBRIDIZE),
    ],
    ids=["used once", "in a loop", "returned", "kept by a lambda"],
)
def test_a_nested_function_is_proposed_where_it_outlives_a_call(use: str, decision: Decision) -> None:
    verdict = verdicts(textwrap.dedent(NESTED) + use + "\n")["around.inner"]
    assert verdict.decision is decision, unmet(verdict)


def test_a_module_of_the_hub_made_its_variables_when_it_was_loaded() -> None:
    text = """
        import tensorflow as tf
        import tensorflow_hub as hub

        class Embedder:
            def __init__(self, handle):
                self.module = hub.load(handle)

            @tf.function
            def embed(self, wave):
                return self.module(wave)
    """
    assert verdicts(text)["Embedder.embed"].hazards == ()


def test_what_code_for_tensorflow_1_calls_is_no_candidate(tmp_path: Path) -> None:
    (tmp_path / "shapes.py").write_text(textwrap.dedent(STEP), encoding="utf-8")
    call = "import tensorflow as tf\nimport shapes\n\nfor row in range(100):\n    shapes.step({}, tf.ones([2]))\n"
    candidates = []
    for argument in ("tf.ones([2, 3])", "tf.to_float(tf.ones([2, 3]))"):
        (tmp_path / "train.py").write_text(call.format(argument), encoding="utf-8")
        source = Source.from_path(tmp_path / "shapes.py")
        verdict = {v.qualname: v for v in analyse(source, Options(), Project((tmp_path,))).verdicts}["step"]
        candidates.append("can be decorated" not in unmet(verdict))
    assert candidates == [True, False]


def test_the_loop_of_a_caller_is_named_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "steps.py").write_text(
        textwrap.dedent(STEP) + "\ndef both(x, y):\n    print(step(x, y))\n", encoding="utf-8"
    )
    (tmp_path / "train.py").write_text(
        "import tensorflow as tf\nimport steps\n\nfor row in range(100):\n    steps.both(tf.ones([2, 3]), tf.ones([2]))\n",
        encoding="utf-8",
    )
    source = Source.from_path(tmp_path / "steps.py")
    verdict = {v.qualname: v for v in analyse(source, Options(), Project((tmp_path,))).verdicts}["step"]
    assert verdict.heat_evidence == "called by both, called in a loop (train.py line 5)"


SMOOTH = """\
import tensorflow as tf


def smooth(frame: tf.Tensor) -> tf.Tensor:
    for _ in range(20):
        frame = tf.tanh(frame) * 0.9 + 0.1
    return frame * 2.0
"""
LOOPING = "import filters\n\nfor _ in range(99):\n    print(filters.smooth(tf.ones([1])))\n"


@pytest.mark.parametrize(
    ("main", "setup", "decision"),
    [
        ("import tensorflow as tf\n", "", Decision.HYBRIDIZE),
        ("import tensorflow as tf\ntf.compat.v1.disable_eager_execution()\n", "", Decision.KEEP),
        ("import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\n", "", Decision.KEEP),
        (
            "import tensorflow as tf\nfrom setup_graphs import *\n",
            "disable_eager_execution()\n",
            Decision.KEEP,
        ),
        (
            "import tensorflow as tf\nfrom . import setup_graphs\n",
            "disable_eager_execution()\n",
            Decision.KEEP,
        ),
        ("import tensorflow as tf\n", "disable_eager_execution()\n", Decision.HYBRIDIZE),
    ],
    ids=["eager", "switched off", "version 1", "by an import", "by a relative import", "by another program"],
)
def test_a_caller_that_switches_eager_execution_off(
    main: str, setup: str, decision: Decision, tmp_path: Path
) -> None:
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "filters.py").write_text(SMOOTH)
    (tmp_path / "main.py").write_text(main + LOOPING)
    line = "from tensorflow.compat.v1 import disable_eager_execution\n"
    (tmp_path / "setup_graphs.py").write_text(line + setup if setup else "")
    found = analyse(Source(str(tmp_path / "filters.py"), SMOOTH), Options(), Project((tmp_path,)))
    assert [verdict.decision for verdict in found.verdicts] == [decision]


def test_names_looked_up_in_a_batch_are_no_work() -> None:
    text = """
        import tensorflow as tf

        NAMES = ("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r")

        def pick(inputs):
            ids = tf.squeeze(inputs["ids"], axis=1)
            return ids, {name: inputs[name] for name in NAMES if name in inputs}

        def rows(inputs):
            return tf.squeeze(inputs, axis=1), [inputs[row] for row in range(18)]
    """
    work = {
        name: next(p.because for p in verdict.preconditions if p.name == "computes tensors")
        for name, verdict in verdicts(text).items()
    }
    assert work == {"pick": "about 1 small operations a call", "rows": "about 19 small operations a call"}


def test_what_tracing_costs_is_not_reported_in_tests(tmp_path: Path) -> None:
    text = "import tensorflow as tf\n\n\n@tf.function\ndef first(pair):\n    return len('ab')\n"
    found = []
    for name in ("steps.py", "steps_test.py"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        source = Source.from_path(tmp_path / name)
        found.append([f.code for f in analyse(source, Options(), Project((tmp_path,))).findings])
    assert found == [["HYB301"], []]


def test_a_decorator_chosen_by_a_setting_makes_a_graph() -> None:
    found = verdicts(
        """
        import tensorflow as tf

        GRAPHS = True

        def as_it_is(function):
            return function

        @(tf.function if GRAPHS else as_it_is)
        def step(x):
            return tf.sin(x)

        @(as_it_is if GRAPHS else print)
        def other(x):
            return tf.sin(x)
        """
    )
    assert (found["step"].hybrid, found["other"].hybrid) == (True, False)


def test_what_a_dataset_is_applied_to_is_called_with_it_and_not_traced() -> None:
    found = verdicts(
        """
        import tensorflow as tf

        def doubled(data):
            return data.map(twice).batch(4)

        def twice(x):
            return x * 2

        data = tf.data.Dataset.range(10).apply(doubled)
        """
    )
    assert [(p.kind, p.evidence) for p in found["doubled"].parameters] == [
        ("dataset", "given a dataset, line 10")
    ]
    assert found["doubled"].traced_by is None
    assert found["twice"].traced_by == "callback of map, line 5"


def test_what_is_mapped_over_a_structure_is_called_as_python_calls_it() -> None:
    found = verdicts(
        """
        import tensorflow as tf

        def name(spec):
            return spec.name

        def half(x):
            return x * 0.5

        def double(x):
            return x * 2.0

        def names(specs):
            return tf.nest.map_structure(name, specs)

        def halves(x):
            return tf.nest.map_structure(half, [tf.sin(x)])

        @tf.function
        def doubles(x):
            return tf.nest.map_structure(double, [tf.sin(x)])
        """
    )
    kinds = {function: found[function].parameters[0].kind for function in ("name", "half", "double")}
    assert kinds == {"name": "unknown", "half": "tensor", "double": "tensor"}
    traced = {function: found[function].traced_by for function in kinds}
    assert traced == {"name": None, "half": None, "double": "run in doubles"}


def test_loops_of_keras_and_saving_are_side_effects() -> None:
    found = verdicts(
        """
        import tensorflow as tf

        model = tf.keras.Sequential([tf.keras.Input((2,)), tf.keras.layers.Dense(1)])

        def train(x, y):
            model.fit(x, y)
            model.save_weights("step.weights.h5")
            return model.get_weights()
        """
    )
    assert [(effect.line, effect.kind) for effect in found["train"].side_effects] == [(7, "host"), (8, "io")]
