"""The analysis of one file, with every failure of ours turned into one diagnostic for that file."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from flake8_hybridize.hosts.garbage import uncollected
from flake8_hybridize.hosts.unused import unused_noqa
from flake8_hybridize.options import Options
from flake8_hybridize.results import Analysis, Confidence, Finding, Severity
from flake8_hybridize.source.text import Source

if TYPE_CHECKING:
    from flake8_hybridize.model.project import Project

DEBUG = "HYBRIDIZE_DEBUG"
"""Environment variable that lets failures of ours through, with their traceback."""

FAILED = "HYB900"
LONGEST = 160

_LOOKS_LIKE_A_PLACE = re.compile(r":(\d*):(\d*):(?= )")


def analysed(source: Source, options: Options, project: Callable[[], Project]) -> Analysis:
    """What `analyse` returns, with HYB900 on the first line added where it failed."""
    try:
        from flake8_hybridize.analysis import analyse

        with uncollected():
            analysis = analyse(source, options, project())
        findings = (*analysis.findings, *unused_noqa(source, analysis.findings, options))
    except Exception as error:  # a defect of ours must not end the run of other plugins and files
        if os.environ.get(DEBUG):
            raise
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        analysis, findings = Analysis(source.path, lines=len(source.lines), error=reason), ()
    if analysis.error is not None:
        findings = (_failure(source.path, analysis.error),)
    return replace(analysis, findings=findings)


def _failure(path: str, reason: str) -> Finding:
    message = shown(f"this file could not be analysed: {reason}")
    return Finding(FAILED, path, 1, 1, 1, 1, message, "", Confidence.PROVED, Severity.ERROR)


def shown(message: str) -> str:
    """The message in one line, of bearable length, without what editors take for a place."""
    line = _LOOKS_LIKE_A_PLACE.sub(r" \1 \2", " ".join(message.split()))
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
