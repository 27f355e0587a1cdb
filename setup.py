"""Packages of the wheel; everything else is in setup.cfg.

`hybridize explain` prints the pages of docs/rules, which a wheel holds as `flake8_hybridize.docs`.
"""

from setuptools import find_packages, setup

setup(
    packages=[*find_packages(include=["flake8_hybridize", "flake8_hybridize.*"]), "flake8_hybridize.docs"],
    package_dir={"flake8_hybridize.docs": "docs/rules"},
    package_data={"flake8_hybridize": ["py.typed"], "flake8_hybridize.docs": ["*.md"]},
)
