"""Packages of the wheel; everything else is in setup.cfg.

`hybridize explain` prints the pages of docs/rules, which a wheel holds as `flake8_hybridize.docs`.
With HYBRIDIZE_NATIVE=1 the analysis is compiled, see tools/native.py.
"""

import os
import sys
from pathlib import Path

from setuptools import Extension, find_packages, setup

HERE = Path(__file__).resolve().parent
BUILDS = {"bdist_wheel", "build", "build_ext", "editable_wheel"}
"""The commands that make the modules; the others ask for metadata."""


def compiled() -> list[Extension]:
    """The modules to compile, if that is wanted."""
    if os.environ.get("HYBRIDIZE_NATIVE") != "1" or not BUILDS & {*sys.argv}:
        return []
    sys.path.insert(0, str(HERE))
    from tools.native import extensions

    return extensions(HERE / "build" / "native")


setup(
    packages=[*find_packages(include=["flake8_hybridize", "flake8_hybridize.*"]), "flake8_hybridize.docs"],
    package_dir={"flake8_hybridize.docs": "docs/rules"},
    package_data={"flake8_hybridize": ["py.typed"], "flake8_hybridize.docs": ["*.md"]},
    ext_modules=compiled(),
)
