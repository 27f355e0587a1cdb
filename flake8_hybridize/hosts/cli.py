"""The command `hybridize`: which subcommand is asked for, and what its end looks like to the shell."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from flake8_hybridize import __version__
from flake8_hybridize.config import ConfigError
from flake8_hybridize.hosts import console
from flake8_hybridize.hosts.commands import check, config, explain, report, rules, why

COMMANDS = {
    "check": check,
    "why": why,
    "explain": explain,
    "rules": rules,
    "report": report,
    "config": config,
}

STATUS = (
    "exit status: 0 clean, 1 findings or files rewritten, "
    "2 usage error, internal error, or a file that could not be read"
)
INTERRUPTED = 130


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    whole = argparse.ArgumentParser(
        prog="hybridize",
        description="Find TensorFlow 2 functions that should be tf.function, and those that should not.",
        epilog=STATUS,
        allow_abbrev=False,
    )
    whole.add_argument("--version", action="version", version=f"hybridize {__version__}")
    subparsers = whole.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, module in COMMANDS.items():
        text = (module.__doc__ or "").partition("\n")[0]
        sub = subparsers.add_parser(name, help=text, description=text, epilog=STATUS, allow_abbrev=False)
        module.add_arguments(sub)
    return whole


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    try:
        arguments = parser().parse_args(argv)
        status: int = COMMANDS[arguments.command].run(arguments)
        return status
    except (ConfigError, console.UsageError) as error:
        console.say(error)
        return console.FAILED
    except KeyboardInterrupt:
        console.say("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return console.FAILED
