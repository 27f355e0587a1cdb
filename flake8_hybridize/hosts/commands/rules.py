"""List all codes."""

from __future__ import annotations

import argparse
import json
from typing import Any

from flake8_hybridize import pages
from flake8_hybridize.hosts import console
from flake8_hybridize.rules.registry import RULES, Rule


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this subcommand."""
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="form of the list (default: text)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Print the list of rules."""
    console.result(_json() if arguments.format == "json" else _text())
    return console.CLEAN


def _text() -> str:
    rows = [(rule.code, rule.name, _default(rule), _fix(rule), rule.summary) for rule in RULES.values()]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(4)]
    return "".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]) + "\n"
        for row in rows
    )


def _default(rule: Rule) -> str:
    return "opt-in" if rule.opt_in else "on"


def _fix(rule: Rule) -> str:
    return f"fix: {rule.fix.value}" if rule.fix else ""


def _json() -> str:
    return json.dumps([_object(rule) for rule in RULES.values()], indent=1, ensure_ascii=False) + "\n"


def _object(rule: Rule) -> dict[str, Any]:
    return {
        "code": rule.code,
        "name": rule.name,
        "summary": rule.summary,
        "severity": rule.severity.value,
        "category": rule.category,
        "opt_in": rule.opt_in,
        "fix": rule.fix.value if rule.fix else None,
        "minimum_confidence": rule.minimum_confidence.label,
        "url": pages.uri(rule.code),
    }
