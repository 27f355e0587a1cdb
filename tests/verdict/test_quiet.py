"""Tests without anything traced cost no interpretation, and what is traced in tests is found all the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from flake8_hybridize.analysis import analyse
from flake8_hybridize.knowledge.tables import curated_tensorflow, methods
from flake8_hybridize.model.project import Project
from flake8_hybridize.options import Options
from flake8_hybridize.source.text import Source
from flake8_hybridize.verdict.quiet import HANDING

HELPERS = "import tensorflow as tf\n\n\ndef scaled(x):\n    print(x)\n    return tf.square(x) / 2.0\n"
QUIET = (
    HELPERS
    + "\n\nclass StepTest(tf.test.TestCase):\n    def test_scaled(self):\n        for i in range(99):\n            scaled(tf.constant(i))\n"
)
MODEL = """

class Net(tf.keras.Model):
    def call(self, x):
        return scaled(x)


def test_fit(data):
    net = Net()
    net.compile(loss="mse")
    net.fit(data)
"""
TRACED = {
    "decorated": HELPERS.replace("def", "@tf.function\ndef"),
    "imported": HELPERS.replace("def", "@function\ndef").replace(
        "\n\n", "\nfrom tensorflow import function\n", 1
    ),
    "wrapped": HELPERS + "\n\ntraced = tf.function(scaled)\n",
    "of a dataset": HELPERS + "\n\ndef test_data():\n    return tf.data.Dataset.range(3).map(scaled)\n",
    "of a model": HELPERS + MODEL,
    "by a wrapper": HELPERS.replace("def", "@graph\ndef").replace("\n\n", "\nfrom graphs import graph\n", 1),
}
GRAPHS = "import tensorflow as tf\n\n\ndef graph(f):\n    return tf.function(f)\n"
CALLER = "import tensorflow as tf\nfrom test_it import scaled\n\n\ndef test_data():\n    return tf.data.Dataset.range(3).map(scaled)\n"
DECORATED_CALLER = "import tensorflow as tf\nfrom test_it import scaled\n\n\n@tf.function\ndef step(x):\n    return scaled(x)\n"


def found(folder: Path, text: str, **others: str) -> tuple[list[str], int]:
    """The codes found in a test file beside these others, and the steps of the interpreter that it took."""
    (folder / "pyproject.toml").touch()
    for name, other in {"test_it": text, **others}.items():
        (folder / f"{name}.py").write_text(other, encoding="utf-8")
    project = Project((folder,))
    analysis = analyse(Source.from_path(folder / "test_it.py"), Options(verdicts=False), project)
    return [finding.code for finding in analysis.findings], project.effort.steps


def test_nothing_traced(tmp_path: Path) -> None:
    assert found(tmp_path, QUIET) == ([], 0)


@pytest.mark.parametrize("how", TRACED)
def test_traced(how: str, tmp_path: Path) -> None:
    codes, steps = found(tmp_path, TRACED[how], graphs=GRAPHS)
    assert codes == ["HYB201"]
    assert steps


def test_traced_by_another_test(tmp_path: Path) -> None:
    assert found(tmp_path, HELPERS, test_other=CALLER)[0] == ["HYB201"]


def _handing() -> Iterator[tuple[str, list[str]]]:
    """The methods of datasets and functions of `tf.data` that are handed functions, with the names of the arguments."""
    rows = {name: row[-1] for name, row in methods.METHODS["dataset"].items()}
    rows |= {name: facts[-1] for name, facts in curated_tensorflow.FACTS.items() if ".data." in name}
    for name, flags in rows.items():
        for flag in flags.split():
            if flag.startswith("callback="):
                yield name.rpartition(".")[2], flag.partition("=")[2].split(",")


@pytest.mark.parametrize(("name", "arguments"), list(_handing()))
def test_every_name_is_known(name: str, arguments: list[str]) -> None:
    assert name in HANDING or set(arguments) <= set(HANDING)


def test_what_was_set_aside_is_found_again(tmp_path: Path) -> None:
    """The text that was handed in counts, not what is on the disk."""
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "test_it.py").write_text("", encoding="utf-8")
    (tmp_path / "test_other.py").write_text(DECORATED_CALLER, encoding="utf-8")
    project = Project((tmp_path,))
    quiet = analyse(Source(str(tmp_path / "test_it.py"), HELPERS), Options(verdicts=False), project)
    other = analyse(Source.from_path(tmp_path / "test_other.py"), Options(verdicts=False), project)
    assert quiet.findings == ()
    assert [finding.code for finding in other.findings] == ["HYB201"]
