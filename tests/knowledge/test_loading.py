"""Looking names up is cheap: tables load lazily, fast, and without the packages they describe."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOREIGN = ("tensorflow", "keras", "tf_keras", "numpy", "sonnet", "tensorflow_probability")
ROUNDS = 5
SLOWEST = 0.030
"""Seconds; about 3 ms on the machine where the tables were made."""


def run(program: str, cache: Path) -> str:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(cache)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.mark.parametrize(
    "name", ["tensorflow.matmul", "keras.layers.Dense", "tensorflow_probability.distributions.Normal"]
)
def test_tables_load_fast(name: str, tmp_path: Path) -> None:
    program = f"""
import time
from flake8_hybridize.knowledge import lookup
start = time.perf_counter()
assert lookup.api({name!r})
print(time.perf_counter() - start)
"""
    assert min(float(run(program, tmp_path)) for _ in range(ROUNDS)) <= SLOWEST


def test_a_lookup_imports_only_its_own_tables(tmp_path: Path) -> None:
    program = """
import sys
from flake8_hybridize.knowledge import lookup
assert lookup.api("numpy.zeros")
print(" ".join(name.rpartition(".")[2] for name in sys.modules if ".knowledge.tables." in name))
"""
    assert set(run(program, tmp_path).split()) == {"methods", "packages", "numpy", "curated_numpy"}


def test_a_lookup_imports_nothing_of_what_it_describes(tmp_path: Path) -> None:
    program = f"""
import sys
from flake8_hybridize.knowledge import lookup
for name in ("tensorflow.matmul", "keras.layers.Dense", "numpy.sum", "sonnet.Linear"):
    assert lookup.api(name), name
assert lookup.method("tensor", "numpy") and lookup.attribute("tensor", "shape")
assert lookup.package("tensorflow_probability.x")
print(sorted({set(FOREIGN)!r} & set(sys.modules)))
"""
    assert run(program, tmp_path) == "[]"
