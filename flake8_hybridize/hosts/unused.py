"""HYB901: codes of ours in a `# noqa` comment that silence nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from flake8_hybridize.options import Options
from flake8_hybridize.results import Confidence, Finding
from flake8_hybridize.source.noqa import Noqa
from flake8_hybridize.source.text import Source

CODE = "HYB901"
FOREIGN = "ZZZ999"
"""A code of nobody: a comment that silences it is a blanket one, and not ours to judge."""

_NAMED = re.compile(r"\bHYB[0-9]{0,3}\b")


def unused_noqa(source: Source, findings: Sequence[Finding], options: Options) -> Iterator[Finding]:
    """A finding for each code that a comment names and that no finding on the comment's lines has.

    Only codes that this run looks for are judged, and none where the run hides likely findings.
    """
    if not CODE.startswith(options.extend_select or ("\0",)) or options.confidence > Confidence.LIKELY:
        return
    noqa = Noqa(source)
    for line, column, text in noqa.comments():
        if noqa.silences(FOREIGN, line):
            continue
        lines = noqa.lines_of(line)
        found = [finding.code for finding in findings if finding.line in lines]
        for name in _NAMED.findall(text):
            codes = _judged(name, options)
            effective = any(noqa.silences(code, line) for code in codes)
            if effective and not any(code.startswith(name) for code in found):
                yield _finding(source.path, line, column, text, name)


def _judged(name: str, options: Options) -> list[str]:
    """The codes that begin with `name`, or none if this run does not look for all of them."""
    from flake8_hybridize.rules.registry import RULES

    codes = [code for code in RULES if code.startswith(name) and not code.startswith("HYB9")]
    looked_for = [code for code in codes if not code.startswith(options.ignore or ("\0",))]
    asked = [code for code in looked_for if not RULES[code].opt_in or code.startswith(options.extend_select)]
    complete = all(RULES[code].opt_in or code in asked for code in codes)
    return asked if complete else []


def _finding(path: str, line: int, column: int, text: str, name: str) -> Finding:
    from flake8_hybridize.rules.registry import RULES

    end = column + len(text) + 1
    message = f"noqa for {name} suppresses nothing"
    severity = RULES[CODE].severity
    return Finding(CODE, path, line, column + 1, line, end, message, "", Confidence.PROVED, severity)
