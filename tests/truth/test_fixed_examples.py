"""The example scripts print the same after their fixes, but for what unsafe fixes announce."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

pytest.importorskip("tensorflow")

ROOT = Path(__file__).resolve().parents[2]
# Lines that go to standard error by tf.print, and numbers that other random numbers make.
ANNOUNCED = {"train.py": "predicting, logits:", "self_training.py": r"\d+\.\d+"}


def output(folder: Path, *command: str) -> str:
    environment = {
        **os.environ,
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "",
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        [sys.executable, *command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 1 if command[0] == "-m" else 0), done.stderr
    return done.stdout


@cache
def before(script: str) -> str:
    return output(ROOT / "examples", script)


@pytest.mark.parametrize("script", ANNOUNCED)
@pytest.mark.parametrize("unsafe", [False, True], ids=["safe", "unsafe"])
def test_the_script_prints_the_same(script: str, unsafe: bool, tmp_path: Path) -> None:
    folder = Path(
        shutil.copytree(ROOT / "examples", tmp_path / "shapes", ignore=shutil.ignore_patterns("__*"))
    )
    options = ["--unsafe-fixes"] if unsafe else []
    assert output(folder, "-m", "flake8_hybridize", "check", "--fix", *options)
    after, expected = output(folder, script), before(script)
    if unsafe:
        pattern = ANNOUNCED[script]
        rows = [row for row in expected.splitlines() if not row.startswith(pattern)]
        expected = "\n".join(re.sub(pattern, "0", row) for row in rows if not row.startswith((" ", "[")))
        after = "\n".join(
            re.sub(pattern, "0", row) for row in after.splitlines() if not row.startswith((" ", "["))
        )
    assert after == expected
