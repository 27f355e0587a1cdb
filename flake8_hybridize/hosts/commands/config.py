"""Print the effective settings, and where each comes from."""

from __future__ import annotations

import argparse
import json
from typing import Any

from flake8_hybridize.hosts import arguments as common
from flake8_hybridize.hosts import console
from flake8_hybridize.results import Confidence


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this subcommand."""
    common.add_settings(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print a line a setting, in the form of `[tool.hybridize]`."""
    settings = common.settings(arguments)
    rows = [
        (f"{name} = {_written(name, value)}", settings.origins[name])
        for name, value in settings.values.items()
    ]
    width = max(len(row) for row, _ in rows)
    console.result("".join(f"{row.ljust(width)}  # {origin}\n" for row, origin in rows))
    return console.CLEAN


def _written(name: str, value: Any) -> str:
    if isinstance(value, Confidence):
        return json.dumps(value.label)
    if name == "jobs":
        return json.dumps(value or "auto")
    if name == "tensorflow-version":
        return json.dumps(".".join(map(str, value)))
    if name == "per-file-ignores":
        return "{" + ", ".join(f"{json.dumps(glob)} = {json.dumps(codes)}" for glob, codes in value) + "}"
    return json.dumps("" if value is None else value, ensure_ascii=False)
