"""The options that several subcommands share; their names are the keys of the settings."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

from flake8_hybridize.config import SETTINGS, Settings, load
from flake8_hybridize.hosts.work import STDIN, Task

TEXTS: Mapping[str, tuple[str, str]] = {
    "select": ("CODES", "report only these codes or prefixes, e.g. HYB1,HYB203"),
    "ignore": ("CODES", "do not report these codes or prefixes"),
    "extend-select": ("CODES", "report these opt-in codes too, e.g. HYB103"),
    "confidence": ("LEVEL", "least confidence of a finding: likely (default) or proved"),
    "tensorflow-version": ("VERSION", "the project's TensorFlow, e.g. 2.15 (default: 2.21)"),
    "wrappers": ("NAMES", "dotted names of the project's own decorators that act like tf.function"),
    "source-root": ("DIRS", "folders that the project's modules are imported from"),
    "exclude": ("GLOBS", "files and folders to pass over, instead of the default list"),
    "extend-exclude": ("GLOBS", "files and folders to pass over, besides the default list"),
    "per-file-ignores": ("PAIRS", "GLOB:CODES pairs, as in flake8"),
    "jobs": ("N", "number of processes (default: auto)"),
    "cache-dir": ("DIR", "folder of the cache"),
}
SWITCHES: Mapping[str, str] = {
    "no-follow-imports": "do not read imported modules of the project",
    "no-cache": "neither read nor write the cache",
}


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Add every setting of the configuration as an option, and `--config`."""
    group = parser.add_argument_group("settings (also in configuration files)")
    group.add_argument("--config", metavar="FILE", help="read settings from this file only")
    for name, (metavar, text) in TEXTS.items():
        group.add_argument(f"--{name}", metavar=metavar, default=argparse.SUPPRESS, help=text)
    for name, text in SWITCHES.items():
        group.add_argument(f"--{name}", action="store_true", default=argparse.SUPPRESS, help=text)


def add_paths(parser: argparse.ArgumentParser) -> None:
    """Add the files and folders to look at, and the name of standard input."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files or folders (default: .); - is stdin")
    parser.add_argument("--stdin-display-name", metavar="NAME", default="stdin", help="path of what - reads")
    parser.add_argument("--output", metavar="FILE", help="write the result to this file")


def settings(arguments: argparse.Namespace) -> Settings:
    """The effective settings of a run."""
    given = {name: _given(arguments, name) for name in SETTINGS if hasattr(arguments, name.replace("-", "_"))}
    return load(given, arguments.config)


def _given(arguments: argparse.Namespace, name: str) -> Any:
    return getattr(arguments, name.replace("-", "_"))


def task(arguments: argparse.Namespace, **what: bool) -> Task:
    """The task for the files that the arguments name, standard input read where it is one of them."""
    from sys import stdin

    read = stdin.buffer.read() if STDIN in arguments.paths else b""
    paths = tuple(arguments.paths)
    return Task(settings(arguments), paths, stdin=read, stdin_name=arguments.stdin_display_name, **what)
