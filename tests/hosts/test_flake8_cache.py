"""The plugin's cache: a second run analyses nothing, and no run says anything but what the files deserve."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flake8_hybridize.cache.store import NAME
from flake8_hybridize.hosts import guard

Flake8 = Callable[..., tuple[int, str, str]]
PROJECT = Path(__file__).resolve().parent.parent / "projects" / "denoise"
LONG_AGO = 1_600_000_000
HOT = "import tensorflow as tf\n\n\ndef step(x):  #! HYB101\n    return tf.exp(x)\n"
TYPED = HOT.replace("HYB101", "HYB203")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "a.py", HOT)
    return tmp_path


@pytest.fixture
def analysed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Paths of the files that are analysed, and not found in the cache."""
    seen: list[str] = []
    real = guard.analysed

    def counted(source: Any, *rest: Any) -> Any:
        seen.append(source.path)
        return real(source, *rest)

    monkeypatch.setattr(guard, "analysed", counted)
    return seen


def write(path: Path, text: str) -> None:
    """Writes a file, long ago."""
    path.write_text(text)
    os.utime(path, (LONG_AGO, LONG_AGO))


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """What an editor hands over on standard input."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))


def test_a_second_run_analyses_nothing(flake8: Flake8, analysed: list[str]) -> None:
    cold = flake8("a.py")
    assert analysed == ["a.py"]
    assert flake8("a.py") == cold
    assert flake8("a.py", "--extend-ignore=E") == cold
    assert analysed == ["a.py"]


def test_a_changed_file_is_analysed(flake8: Flake8, analysed: list[str], here: Path) -> None:
    flake8("a.py")
    write(here / "a.py", TYPED)
    assert "HYB203" in flake8("a.py")[1]
    assert analysed == ["a.py", "a.py"]


def test_noqa_and_selection_are_those_of_this_run(flake8: Flake8, here: Path) -> None:
    write(here / "a.py", HOT + "\n\ndef other(x):  #! HYB203\n    return x\n")
    both = flake8("a.py")[1]
    assert "HYB101" in both
    assert "HYB203" in both
    assert "HYB101" not in flake8("a.py", "--select=HYB203")[1]
    assert flake8("a.py", "--per-file-ignores=a.py:HYB")[1] == ""
    assert flake8("a.py")[1] == both


@pytest.mark.parametrize("how", ["option", "configuration"])
def test_without_the_cache_nothing_is_read_or_written(
    flake8: Flake8, analysed: list[str], here: Path, how: str
) -> None:
    folder = here / "kept"
    if how == "configuration":
        (here / ".flake8").write_text(
            f"[flake8]\nhybridize-no-cache = true\nhybridize-cache-dir = {folder}\n"
        )
    switches = ["--hybridize-no-cache", f"--hybridize-cache-dir={folder}"] if how == "option" else []
    assert flake8("a.py", *switches) == flake8("a.py", *switches)
    assert analysed == ["a.py", "a.py"]
    assert not folder.exists()


def test_the_folder_is_the_one_that_was_asked_for(
    flake8: Flake8, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flake8("a.py", "--hybridize-cache-dir=one")
    assert (here / "one" / NAME).exists()
    monkeypatch.setenv("HYBRIDIZE_CACHE_DIR", str(here / "two"))
    flake8("a.py")
    assert (here / "two" / NAME).exists()
    flake8("a.py", "--hybridize-cache-dir=three")
    assert (here / "three" / NAME).exists()


def test_text_that_is_not_on_the_disk_is_neither_kept_nor_answered_from_what_was(
    flake8: Flake8, analysed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = flake8("a.py")
    for _ in range(2):
        typed(monkeypatch, TYPED)
        assert "HYB203" in flake8("-", "--stdin-display-name=a.py")[1]
    assert len(analysed) == 3
    assert flake8("a.py") == saved
    assert len(analysed) == 3


def test_saved_text_on_standard_input_is_that_of_the_file(
    flake8: Flake8, analysed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = flake8("a.py")
    typed(monkeypatch, HOT.replace("\n", "\r\n"))
    assert flake8("-", "--stdin-display-name=a.py") == saved
    assert len(analysed) == 1


def test_standard_input_without_a_name_is_no_file(
    flake8: Flake8, analysed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        typed(monkeypatch, HOT)
        assert "stdin:4:1: HYB101" in flake8("-")[1]
    assert len(analysed) == 2


@pytest.mark.parametrize("kept", ["garbage", "a folder", "nowhere"])
def test_a_cache_that_cannot_be_used_is_no_failure(flake8: Flake8, here: Path, kept: str) -> None:
    cold = flake8("a.py", "--hybridize-no-cache")
    folder = Path("/proc/hybridize") if kept == "nowhere" else here / "kept"
    if kept != "nowhere":
        folder.mkdir()
    if kept == "garbage":
        (folder / NAME).write_bytes(b"no database" * 999)
    if kept == "a folder":
        (folder / NAME).mkdir()
    for _ in range(3):
        assert flake8("a.py", f"--hybridize-cache-dir={folder}") == cold


def test_a_defect_of_the_cache_is_no_failure(
    flake8: Flake8, analysed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cold = flake8("a.py", "--hybridize-no-cache")

    def fail(*arguments: object) -> None:
        raise AttributeError("a defect")

    monkeypatch.setattr("flake8_hybridize.cache.results.Results.find", fail)
    assert flake8("a.py") == cold


def run(folder: Path, *arguments: str) -> str:
    """What flake8 says about the project, with the real analysis, in processes of its own."""
    command = [sys.executable, "-m", "flake8", "--extend-ignore=E,F,W,C", *arguments, "."]
    found = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)
    assert found.stderr == ""
    return found.stdout


def test_flake8_says_the_same_with_many_processes_cold_warm_and_after_a_change(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    shutil.copytree(PROJECT, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for path in folder.rglob("*"):
        os.utime(path, (LONG_AGO, LONG_AGO))
    kept = f"--hybridize-cache-dir={tmp_path / 'kept'}"
    alone = run(folder, "-j1", "--hybridize-no-cache")
    assert alone
    assert [run(folder, jobs, kept) for jobs in ("-j3", "-j2", "-j1")] == [alone] * 3
    losses = folder / "denoise" / "losses.py"
    write(losses, losses.read_text().replace('_calls.append("charbonnier")', "pass"))
    changed = run(folder, "-j1", "--hybridize-no-cache")
    assert changed != alone
    assert [run(folder, jobs, kept) for jobs in ("-j2", "-j1")] == [changed] * 2
