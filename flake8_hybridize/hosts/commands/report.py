"""Report the verdict on every function: what it computes, what stands in the way, what to do."""

from __future__ import annotations

import argparse

from flake8_hybridize.hosts import arguments as common
from flake8_hybridize.hosts import batch, console
from flake8_hybridize.report import formats


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this subcommand."""
    common.add_paths(parser)
    parser.add_argument(
        "--format", choices=formats.REPORT, default="table", help="form of the result (default: table)"
    )
    common.add_settings(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the report; the exit status does not depend on what it says."""
    task = common.task(arguments, verdicts=True, rows=arguments.format == "json")
    outcome = batch.run(task, task.paths)
    console.result(formats.pieces(formats.REPORT[arguments.format], outcome), arguments.output)
    console.say_errors(outcome.errors)
    return console.CLEAN
