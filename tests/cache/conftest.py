"""The project whose results the tests of the cache keep."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.cache.edits import LONG_AGO

PROJECT = Path(__file__).resolve().parent.parent / "projects" / "denoise"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the project, in the working directory, that nobody has touched for long."""
    folder = tmp_path / "denoise"
    shutil.copytree(PROJECT, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for path in folder.rglob("*"):
        os.utime(path, (LONG_AGO, LONG_AGO))
    monkeypatch.chdir(folder)
    return folder
