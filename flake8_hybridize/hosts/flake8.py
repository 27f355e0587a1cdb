"""The flake8 plugin.

flake8 may be a long-lived process inside an editor, a pool of workers, or one run on standard
input; nothing here outlives a run but what the cache keeps of files as they are on the disk. Whatever goes wrong in our analysis of a file is one HYB900 for
that file, because an exception would end the whole run.
"""

from __future__ import annotations

import argparse
import ast
import gc
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from flake8_hybridize import __version__
from flake8_hybridize.hosts.garbage import kept
from flake8_hybridize.hosts.kept import Kept
from flake8_hybridize.options import Options
from flake8_hybridize.source.text import Source, mentions_tensorflow

if TYPE_CHECKING:
    from flake8.options.manager import OptionManager

    from flake8_hybridize.model.project import Project
    from flake8_hybridize.results import Finding

Diagnostic = tuple[int, int, str, type]

OPTIONS: Mapping[str, str] = {
    "extend-select": "opt-in codes to report, e.g. HYB103 (flake8's own select cannot switch them on)",
    "confidence": "least confidence of a finding: likely (default) or proved",
    "tensorflow-version": "the project's TensorFlow, e.g. 2.15 (default: 2.21)",
    "wrappers": "dotted names of the project's own decorators that act like tf.function",
    "cache-dir": "folder of the cache",
}
PATHS: Mapping[str, str] = {"source-root": "folders that the project's modules are imported from"}
SWITCHES: Mapping[str, str] = {
    "no-follow-imports": "do not read imported modules of the project",
    "no-cache": "neither read nor write the cache",
}


class Plugin:
    """Reports HYB codes for one file; flake8 makes one instance a file."""

    name = "flake8-hybridize"
    version = __version__

    def __init__(
        self, tree: ast.Module, filename: str, lines: Sequence[str], options: argparse.Namespace
    ) -> None:
        self._tree = tree
        self._filename = filename
        self._lines = lines
        self._namespace = options

    def run(self) -> Iterator[Diagnostic]:
        """Line (from 1), column (from 0, in characters), and text with the code in front."""
        if not mentions_tensorflow(self._lines):
            return
        run = getattr(self._namespace, "hybridize", None) or FlakeRun(self._namespace, Options(), None)
        if run.idle:
            return
        from flake8_hybridize.hosts.guard import shown

        with kept():
            findings = run.findings(Source.from_lines(self._lines, self._filename, self._tree))
        for line, column, text in sorted(
            {(f.line, f.column - 1, f"{f.code} {shown(f.message)}") for f in findings}
        ):
            yield line, column, text, type(self)

    @staticmethod
    def add_options(option_manager: OptionManager) -> None:
        """Register our options; flake8's configuration file may hold them too."""
        for name, text in OPTIONS.items():
            option_manager.add_option(_flag(name), default="", metavar="X", help=text, parse_from_config=True)
        for name, text in PATHS.items():
            option_manager.add_option(
                _flag(name),
                default="",
                metavar="DIRS",
                help=text,
                parse_from_config=True,
                comma_separated_list=True,
                normalize_paths=True,
            )
        for name, text in SWITCHES.items():
            option_manager.add_option(
                _flag(name), action="store_const", const="true", default="", help=text, parse_from_config=True
            )

    @staticmethod
    def parse_options(
        option_manager: OptionManager, options: argparse.Namespace, args: Sequence[str]
    ) -> None:
        """Check the values of our options; a bad one ends the run with one line that names it."""
        gc.unfreeze()  # what an earlier run in this process left behind
        options.hybridize = FlakeRun(options, *_checked(options))


class FlakeRun:
    """What the files of one flake8 run share; it lives in the run's namespace of options."""

    def __init__(self, namespace: argparse.Namespace, options: Options, cache: str | None) -> None:
        self._namespace = namespace
        self._options = options
        self._shared: Project | None = None
        self._kept = Kept(cache)

    def findings(self, source: Source) -> tuple[Finding, ...]:
        """What is found in the file, or was found by an earlier run."""
        from flake8_hybridize.hosts.guard import analysed

        earlier = self._kept.find(source, self.options, lambda: self.project)
        if earlier is not None:
            return earlier.findings
        found = analysed(source, self.options, lambda: self.project)
        self._kept.keep(found, lambda: self.project)
        return found.findings

    @cached_property
    def deselected(self) -> tuple[str, ...]:
        """Codes that flake8 would drop (per-file-ignores aside): no work is spent on them."""
        from flake8_hybridize.rules.registry import RULES

        try:
            from flake8.style_guide import Decision, DecisionEngine

            engine = DecisionEngine(self._namespace)
            return tuple(code for code in RULES if engine.decision_for(code) is Decision.Ignored)
        except Exception:  # not a public interface of flake8: without it we only work more
            return ()

    @cached_property
    def idle(self) -> bool:
        """Whether flake8 would drop every code of ours."""
        from flake8_hybridize.rules.registry import RULES

        return len(self.deselected) == len(RULES)

    @cached_property
    def options(self) -> Options:
        """What the analysis needs to know."""
        version = self._options.tensorflow_version
        if not getattr(self._namespace, "hybridize_tensorflow_version", ""):
            from flake8_hybridize.config import required_version

            version = required_version(Path.cwd()) or version
        return replace(self._options, ignore=self.deselected, tensorflow_version=version, verdicts=False)

    @property
    def project(self) -> Project:
        """The modules around the files of this run."""
        if self._shared is None:
            from flake8_hybridize.model.project import Project

            files = [Path(name) for name in getattr(self._namespace, "filenames", ())]
            self._shared = Project.for_paths(files, self._options.source_roots)
        self._shared = self._shared.kept_small()
        return self._shared


def _flag(name: str) -> str:
    return f"--hybridize-{name}"


def _checked(options: argparse.Namespace) -> tuple[Options, str | None]:
    """The options of the analysis, and the folder of the cache: empty for the usual one, None for none."""
    names = [*OPTIONS, *PATHS, *SWITCHES]
    values = {name: getattr(options, f"hybridize_{name}".replace("-", "_")) for name in names}
    given = {name: raw for name, raw in values.items() if raw}
    if not given:
        return Options(), os.environ.get("HYBRIDIZE_CACHE_DIR", "")
    from flake8.exceptions import ExecutionError

    from flake8_hybridize.config import CACHE_VARIABLE, FLAKE8, ConfigError, from_layers

    given = {"cache-dir": os.environ.get(CACHE_VARIABLE, ""), **given}
    try:
        settings = from_layers([(FLAKE8, Path.cwd(), given)])
        return settings.options, None if settings["no-cache"] else settings["cache-dir"]
    except ConfigError as error:
        raise ExecutionError(str(error)) from error
