"""Say why one function is, or is not, to become a tf.function."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from flake8_hybridize.hosts import arguments as common
from flake8_hybridize.hosts import console
from flake8_hybridize.hosts.work import STDIN, Worker
from flake8_hybridize.report import why
from flake8_hybridize.results import Verdict
from flake8_hybridize.source.definitions import first_lines
from flake8_hybridize.source.text import Source


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this subcommand."""
    parser.add_argument("target", metavar="FILE:LINE | FILE::QUALNAME", help="a function by place or by name")
    parser.add_argument("--stdin-display-name", metavar="NAME", default="stdin", help="path of what - reads")
    common.add_settings(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the preconditions of the function and the evidence for each."""
    path, line, qualname = _target(arguments.target)
    arguments.paths = [path]
    task = common.task(arguments, verdicts=True)
    result = Worker(task)(path)
    if result.error:
        raise console.UsageError(str(result.error))
    if qualname:
        found = [verdict for verdict in result.verdicts if verdict.qualname == qualname]
    else:
        source = Source.from_bytes(task.stdin, path) if path == STDIN else Source.from_path(path)
        found = _at_line(result.verdicts, line, first_lines(source.tree()))
    if not found:
        raise console.UsageError(f"{arguments.target}: no function there")
    console.result("\n".join(map(why.render, found)))
    return console.CLEAN


def _target(target: str) -> tuple[str, int, str]:
    path, separator, qualname = target.rpartition("::")
    if separator and path and qualname:
        return path, 0, qualname
    path, _, line = target.rpartition(":")
    if not path or not (line.isascii() and line.isdigit()):
        raise console.UsageError(f"{target!r} is not FILE:LINE or FILE::QUALNAME")
    return path, int(line), ""


def _at_line(verdicts: Sequence[Verdict], line: int, first: dict[int, int]) -> list[Verdict]:
    """The innermost function around the line; its decorators belong to it."""
    around = [
        verdict for verdict in verdicts if first.get(verdict.line, verdict.line) <= line <= verdict.end_line
    ]
    return [max(around, key=lambda verdict: verdict.line)] if around else []
