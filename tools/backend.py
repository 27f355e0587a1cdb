"""The build backend of setuptools, which also asks for the compiler where the analysis is to be compiled (PEP 517)."""

import os

from setuptools import build_meta
from setuptools.build_meta import *  # noqa: F403

COMPILER = "mypy==2.4.*"


def get_requires_for_build_wheel(
    config_settings: dict[str, str | list[str] | None] | None = None,
) -> list[str]:
    """What a wheel is built with, beside what pyproject.toml says."""
    wanted: list[str] = build_meta.get_requires_for_build_wheel(config_settings)
    return [*wanted, COMPILER] if os.environ.get("HYBRIDIZE_NATIVE") == "1" else wanted
