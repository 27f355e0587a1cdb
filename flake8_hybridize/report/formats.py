"""Formats by name; their modules are imported when one is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module

from flake8_hybridize.report.run import Run

CHECK: Mapping[str, str] = {
    "text": "text",
    "json": "json",
    "sarif": "sarif",
    "github": "github",
    "gitlab": "gitlab",
}
"""Formats of findings."""

WITH_FIXES = ("json", "sarif")
"""Those that show the edits of each finding's fix."""

REPORT: Mapping[str, str] = {"table": "functions_table", "json": "functions_json", "csv": "functions_csv"}
"""Formats of the verdicts on all functions."""


def render(module: str, run: Run) -> str:
    """The run in the format that a module of this package writes."""
    text: str = import_module(f"flake8_hybridize.report.{module}").render(run)
    return text


def pieces(module: str, run: Run) -> Iterable[bytes]:
    """The same in pieces, where the format can make it so."""
    made = getattr(import_module(f"flake8_hybridize.report.{module}"), "pieces", None)
    return made(run) if made is not None else [render(module, run).encode("utf-8", "surrogateescape")]
