"""List all codes."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flake8_hybridize import pages
from flake8_hybridize.hosts import console

if TYPE_CHECKING:
    from flake8_hybridize.rules.registry import Rule


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this subcommand."""
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="form of the list (default: text)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Print the list of rules."""
    from flake8_hybridize.rules.registry import RULES

    listed = RULES.values()
    console.result(_json(listed) if arguments.format == "json" else _text(listed))
    return console.CLEAN


def _text(rules: Iterable[Rule]) -> str:
    rows = [(rule.code, rule.name, _default(rule), _fix(rule), rule.summary) for rule in rules]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n"
        for row in rows
    )


def _default(rule: Rule) -> str:
    return "opt-in" if rule.opt_in else "on"


def _fix(rule: Rule) -> str:
    return f"fix: {rule.fix.value}" if rule.fix else ""


def _json(rules: Iterable[Rule]) -> str:
    return json.dumps([_object(rule) for rule in rules], indent=1, ensure_ascii=False) + "\n"


def _object(rule: Rule) -> dict[str, Any]:
    return {
        "code": rule.code,
        "name": rule.name,
        "summary": rule.summary,
        "severity": rule.severity.value,
        "category": rule.category.value,
        "opt_in": rule.opt_in,
        "fix": rule.fix.value if rule.fix else None,
        "minimum_confidence": rule.minimum_confidence.label,
        "url": pages.uri(rule.code),
    }
