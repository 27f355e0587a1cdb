"""Explain one code: what it reports, why, and when not to follow it."""

from __future__ import annotations

import argparse

from flake8_hybridize import pages
from flake8_hybridize.hosts import console


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this subcommand."""
    parser.add_argument("code", metavar="CODE", help="for example HYB101")


def run(arguments: argparse.Namespace) -> int:
    """Print the page of the code."""
    text = pages.page(arguments.code.upper())
    if text is None:
        raise console.UsageError(f"no rule is called {arguments.code!r}, see `hybridize rules`")
    console.result(text)
    return console.CLEAN
