"""What a wheel and a source distribution hold, and that an installed wheel works on its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

import flake8_hybridize

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "flake8_hybridize"
LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "build", "dist", "*.egg-info", "fixtures", "truth")


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with a wheel and a source distribution, built from a copy of the checkout."""
    folder = tmp_path_factory.mktemp("packaging")
    checkout = folder / "checkout"
    shutil.copytree(ROOT, checkout, ignore=LEFT_OUT)
    for name in (".pre-commit-hooks.yaml",):
        shutil.copy(ROOT / name, checkout)
    command = [
        sys.executable,
        "-m",
        "build",
        "--no-isolation",
        "--outdir",
        str(folder / "dist"),
        str(checkout),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "dist"


def sources() -> set[str]:
    return {path.relative_to(ROOT).as_posix() for path in (ROOT / PACKAGE).rglob("*.py")}


def pages() -> set[str]:
    return {path.name for path in (ROOT / "docs" / "rules").glob("*.md")}


def test_wheel_holds_every_module_page_and_marker(distributions: Path) -> None:
    (wheel,) = distributions.glob("*.whl")
    assert wheel.name == f"flake8_hybridize-{flake8_hybridize.__version__}-py3-none-any.whl"
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert names == sources() | {f"{PACKAGE}/py.typed"} | {f"{PACKAGE}/docs/{name}" for name in pages()}


def test_source_distribution_holds_what_a_wheel_is_built_from(distributions: Path) -> None:
    (archive,) = distributions.glob("*.tar.gz")
    with tarfile.open(archive) as tar:
        names = {name.partition("/")[2] for name in tar.getnames()}
    needed = {f"docs/rules/{name}" for name in pages()} | sources()
    needed |= {"setup.py", "setup.cfg", "pyproject.toml", "LICENSE", ".pre-commit-hooks.yaml"}
    needed |= {"tests/test_packaging.py", f"{PACKAGE}/py.typed"}
    assert needed <= names


def test_an_installed_wheel_explains_and_is_found_by_flake8(distributions: Path, tmp_path: Path) -> None:
    (wheel,) = distributions.glob("*.whl")
    installed = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(installed)
    environment = {**os.environ, "PYTHONPATH": str(installed)}

    def run(*arguments: str) -> str:
        command = [sys.executable, "-m", *arguments]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    program = f"import {PACKAGE}; print({PACKAGE}.__file__)"
    (tmp_path / "where.py").write_text(program)
    assert Path(run("where").strip()).is_relative_to(installed)
    assert run("flake8_hybridize", "explain", "HYB101") == (ROOT / "docs/rules/HYB101.md").read_text(
        encoding="utf-8"
    )
    assert "flake8-hybridize" in " ".join(run("flake8", "--version").split())
    (metadata,) = installed.glob("*.dist-info/entry_points.txt")
    assert "HYB = flake8_hybridize.hosts.flake8:Plugin" in metadata.read_text()
    assert "hybridize = flake8_hybridize.hosts.cli:main" in metadata.read_text()


@pytest.mark.skipif(Path(flake8_hybridize.__file__).parent.parent != ROOT, reason="a built package is tested")
def test_pages_are_found_in_the_checkout() -> None:
    from flake8_hybridize import pages as shipped

    assert shipped.folder() == ROOT / "docs" / "rules"
    assert shipped.page("HYB999") is None
