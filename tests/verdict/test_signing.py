"""The `input_signature` of a new decorator: only where it fits every call there is, and the shapes vary."""

from __future__ import annotations

from pathlib import Path

import pytest

from flake8_hybridize.analysis import analyse
from flake8_hybridize.model.project import Project
from flake8_hybridize.options import Options
from flake8_hybridize.results import Verdict
from flake8_hybridize.source.text import Source

BASE = """\
import numpy as np
import tensorflow as tf


def _smooth(rows, weight):
    for _ in range(12):
        rows = tf.tanh(rows * weight) * 0.9 + 0.1
    return tf.reduce_mean(rows, axis=0)


def drive():
    rows, weight, found = tf.ones([10, 3]), tf.constant(0.5), []
    dataset = tf.data.Dataset.from_tensor_slices(rows).batch(4)
    for _ in range(50):
        for batch in dataset:
            found.append(_smooth(batch, weight))
    return found
"""
CALL = "_smooth(batch, weight)"
MADE = "from_tensor_slices(rows).batch(4)"
SIGNATURE = "[tf.TensorSpec([None, 3], tf.float32), tf.TensorSpec([], tf.float32)]"
OPEN_ONLY = "[tf.TensorSpec([None, None], tf.float32), tf.TensorSpec([], tf.float32)]"


def decided(text: str, path: str = "/nowhere/program.py", project: Project | None = None) -> Verdict:
    found = analyse(Source(path, text), Options(extend_select=("HYB103",), verdicts=True), project)
    assert found.error is None
    return next(verdict for verdict in found.verdicts if "mooth" in verdict.qualname)


def changed(*pairs: tuple[str, str]) -> str:
    text = BASE
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


WRITTEN = {
    "the last batch is smaller": (BASE, SIGNATURE),
    "passed by keyword": (changed((CALL, "_smooth(weight=weight, rows=batch)")), SIGNATURE),
    "shuffled, repeated, counted": (
        changed(
            (MADE, MADE + ".shuffle(3).prefetch(1)"),
            ("for batch in dataset", "for step, batch in enumerate(dataset.take(9))"),
        ),
        SIGNATURE,
    ),
    "mapped": (
        changed((MADE, "range(10).map(lambda i: tf.ones([3], tf.float32)).batch(4)")),
        SIGNATURE,
    ),
    "two sizes": (
        changed(
            (MADE, MADE + ".take(2)"), ("return found", "return found, _smooth(tf.zeros([7, 3]), weight)")
        ),
        SIGNATURE,
    ),
    "the second axis, too": (
        changed(("return found", "return found, _smooth(tf.zeros([7, 5]), weight)")),
        OPEN_ONLY,
    ),
    "an array of the wanted dtype": (
        changed(
            (
                "rows, weight, found = tf.ones([10, 3])",
                "rows, weight, found = np.ones((10, 3), dtype=np.float32)",
            )
        ),
        SIGNATURE,
    ),
    "public, in a program": (
        changed(("_smooth", "smooth")) + '\n\nif __name__ == "__main__":\n    drive()\n',
        SIGNATURE,
    ),
    "the dataset is passed on": (
        changed(
            ("def drive():\n", "def _run(dataset, weight):\n    found = []\n"),
            ("    rows, weight, found = tf.ones([10, 3]), tf.constant(0.5), []\n", ""),
            ("    dataset = tf.data.Dataset.from_tensor_slices(rows).batch(4)\n", ""),
        )
        + "\n\n_run(tf.data.Dataset.from_tensor_slices(tf.ones([10, 3])).batch(4), tf.constant(0.5))\n",
        SIGNATURE,
    ),
}


@pytest.mark.parametrize(("text", "signature"), WRITTEN.values(), ids=WRITTEN)
def test_a_signature_that_fits_every_call(text: str, signature: str) -> None:
    verdict = decided(text)
    assert verdict.options == ("input_signature",)
    assert verdict.input_signature == signature


LEFT_OUT = {
    "one call with another dtype": changed(
        ("return found", "return found, _smooth(tf.zeros([7, 3], tf.float64), tf.constant(0.5, tf.float64))")
    ),
    "one call with another rank": changed(("return found", "return found, _smooth(tf.zeros([7]), weight)")),
    "one call with an array": changed(("return found", "return found, _smooth(np.zeros([7, 3]), weight)")),
    "one call with a variable": changed(
        ("return found", "return found, _smooth(tf.Variable(tf.zeros([7, 3])), weight)")
    ),
    "one call with None": changed(
        (
            "    for _ in range(12)",
            "    weight = tf.constant(0.5) if weight is None else weight\n    for _ in range(12)",
        ),
        ("return found", "return found, _smooth(tf.zeros([7, 3]), None)"),
    ),
    "one call that takes a default": changed(
        ("rows, weight):", "rows, weight=0.5):"), ("return found", "return found, _smooth(tf.zeros([7, 3]))")
    ),
    "one call with something of which nothing is known": changed(
        ("return found", "return found, _smooth(np.load('rows.npy'), weight)")
    ),
    "arguments that are unpacked": changed(("return found", "return found, _smooth(*found)")),
    "a keyword-only parameter": changed(
        ("rows, weight)", "rows, *, weight)"), (CALL, "_smooth(batch, weight=weight)")
    ),
    "a library, which others may call": changed(("_smooth", "smooth")),
    "called through its name as text": changed(("return found", "return found, globals()['_smooth']")),
    "stored": changed(("return found", "return {'smooth': _smooth}")),
    "handed on": changed(("return found", "return found, list(map(_smooth, found, found))")),
    "another function of the name": BASE + "\n\nclass Other:\n    def _smooth(self):\n        return 1\n",
    "every batch is full": changed((MADE, MADE.replace("4", "5"))),
    "the remainder is dropped": changed((MADE, MADE.replace("(4)", "(4, drop_remainder=True)"))),
    "no end, so no last batch": changed((MADE, MADE.replace(".batch", ".repeat().batch"))),
    "the body asks for a size": changed(("return tf", "return tf.cast(rows.shape[0], tf.float32) * tf")),
    "a helper asks for a size": changed(
        ("return tf", "return _size(rows) * tf"),
        ("def drive", "def _size(x):\n    return 1.0 / x.shape[0]\n\n\ndef drive"),
    ),
    "an operation asks for a size": changed(("return tf", "return tf.signal.frame(rows, 2, 1) * tf")),
    "the rows are bound again": changed(
        ("    for _ in range(50)", "    rows = tf.cast(rows, tf.float16)\n    for _ in range(50)")
    ),
    "a branch may bind the dataset": changed(
        ("    for _ in range(50)", "    if len(found) > 3:\n        dataset = found\n    for _ in range(50)")
    ),
    "a mapped function binds its parameter again": changed(
        (MADE, MADE + ".map(_wide)"),
        (
            "def drive",
            "WIDTHS = [tf.float16]\n\n\ndef _wide(x):\n    x = tf.cast(x, WIDTHS[0])\n    return x\n\n\ndef drive",
        ),
    ),
    "elements of an unknown dtype": changed((MADE, MADE + ".map(np.load('f', allow_pickle=True).item())")),
}


@pytest.mark.parametrize("text", LEFT_OUT.values(), ids=LEFT_OUT)
def test_no_signature_where_a_call_might_not_fit(text: str) -> None:
    assert "input_signature" not in decided(text).options


def test_a_parameter_that_is_bound_again_is_no_element() -> None:
    assert decided(LEFT_OUT["a mapped function binds its parameter again"]).input_signature is None


@pytest.mark.parametrize(
    ("other", "options"),
    [
        ("import unrelated\n", ("input_signature",)),
        ("import program\n\nprint(program.smooth)\n", ()),
        ("def test(module):\n    from program import smooth as it\n    it(None, None)\n", ()),
    ],
)
@pytest.mark.parametrize("name", ["user.py", "tests/test_program.py"])
def test_other_files_of_the_project_may_call_it(
    other: str, options: tuple[str, ...], name: str, tmp_path: Path
) -> None:
    (tmp_path / "pyproject.toml").write_text("")
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(other)
    program = tmp_path / "program.py"
    program.write_text(WRITTEN["public, in a program"][0])
    assert decided(program.read_text(), str(program), Project((tmp_path,))).options == options


@pytest.mark.parametrize(
    ("other", "options"),
    [
        ("def _smooth(rows):\n    return rows\n", ("input_signature",)),
        ("from program import _smooth\n", ()),
        ("import program\n\nprogram._smooth(None, None)\n", ()),
    ],
)
def test_a_private_name_elsewhere(other: str, options: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "user.py").write_text(other)
    program = tmp_path / "program.py"
    program.write_text(BASE)
    assert decided(BASE, str(program), Project((tmp_path,))).options == options


def test_a_method_whose_object_has_another_name_than_self() -> None:
    """TensorFlow 2.21: `input_signature missing type constraint for rows`."""
    method = """\
import tensorflow as tf


class Net:
    def __init__(self):
        self.weight = tf.constant(0.5)

    def _smooth({name}, rows):
        for _ in range(12):
            rows = tf.tanh(rows * {name}.weight) * 0.9 + 0.1
        return tf.reduce_mean(rows, axis=0)

    def run(self):
        for n in range(1, 40):
            print(self._smooth(tf.ones([n, 3])))
"""
    assert decided(method.format(name="self")).options == ("input_signature",)
    assert decided(method.format(name="this")).options == ("reduce_retracing",)
