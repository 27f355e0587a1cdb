"""Which files a run reads."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flake8_hybridize.config import DEFAULT_EXCLUDE
from flake8_hybridize.hosts.discovery import python_files


@pytest.fixture(autouse=True)
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in (
        "b.py",
        "a.py",
        "note.txt",
        "pkg/c.py",
        "pkg/sub/d.py",
        ".git/e.py",
        ".tox/x/f.py",
        "__pycache__/g.py",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def found(*paths: str, exclude: tuple[str, ...] = DEFAULT_EXCLUDE) -> list[str]:
    def refuse(error: OSError) -> None:
        raise error

    return python_files(paths, exclude, refuse)


def test_the_working_directory_without_paths() -> None:
    assert found() == found(".") == ["a.py", "b.py", "pkg/c.py", "pkg/sub/d.py"]


def test_paths_are_written_as_reached(tree: Path) -> None:
    assert found("pkg", "pkg/", "./pkg/c.py") == ["pkg/c.py", "pkg/sub/d.py"]
    assert found(str(tree / "pkg" / "sub")) == [str(tree / "pkg" / "sub" / "d.py")]
    assert found("../" + tree.name + "/pkg/sub") == [f"../{tree.name}/pkg/sub/d.py"]


def test_named_files_are_taken_whatever_they_are() -> None:
    assert found("note.txt", "missing.py", "-") == ["-", "missing.py", "note.txt"]


def test_patterns_match_names_and_absolute_paths(tree: Path) -> None:
    assert found(exclude=("sub", "*.git", ".tox", "__pycache__")) == ["a.py", "b.py", "pkg/c.py"]
    assert found("a.py", exclude=("a.py",)) == []
    assert found("pkg", exclude=(str(tree / "pkg" / "sub" / "*"),)) == ["pkg/c.py"]


def test_links_to_folders_are_not_entered_and_links_to_files_are_read(tree: Path) -> None:
    (tree / "pkg" / "loop").symlink_to(tree)
    (tree / "pkg" / "link.py").symlink_to(tree / "a.py")
    (tree / "pkg" / "dangling.py").symlink_to(tree / "nowhere.py")
    (tree / "folder.py").mkdir()
    assert found("pkg") == ["pkg/c.py", "pkg/link.py", "pkg/sub/d.py"]
    assert found() == ["a.py", "b.py", "pkg/c.py", "pkg/link.py", "pkg/sub/d.py"]


def test_unreadable_folders_are_told(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def scandir(path: str) -> object:
        if path.endswith("sub"):
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    real = os.scandir
    monkeypatch.setattr(os, "scandir", scandir)
    errors: list[OSError] = []
    assert python_files(["pkg"], (), errors.append) == ["pkg/c.py"]
    assert [error.filename for error in errors] == ["pkg/sub"]
