"""Which findings a `# noqa` comment silences.

The answer is flake8's own, asked of the installed flake8: its rules differ between releases (what
a file-level comment with codes means, which separators end a list of codes), and the command
must agree with the flake8 run next to it. Nothing of flake8 is imported for files without a
`noqa`.
"""

from __future__ import annotations

import argparse
import tokenize
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from flake8_hybridize.source.text import Source

if TYPE_CHECKING:
    from flake8.processor import FileProcessor

    from flake8_hybridize.results import Finding


class Noqa:
    """The `# noqa` comments of one file."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._mentioned = "noqa" in source.text.lower()

    def silences(self, code: str, line: int) -> bool:
        """Whether a finding with this code on this line is not to be reported."""
        if not self._mentioned:
            return False
        if self.whole_file:
            return True
        from flake8.violation import Violation

        comment_line = self._processor.noqa_line_for(line)
        if comment_line is None:
            comment_line = self._source.lines[line - 1] if 0 < line <= len(self._source.lines) else ""
        violation = Violation(code, self._source.path, line, 1, "", comment_line)
        return bool(violation.is_inline_ignored(disable_noqa=False))

    def comments(self) -> Iterator[tuple[int, int, str]]:
        """Line, column (from 0, in characters) and text of the comments that hold a `noqa`."""
        if not self._mentioned:
            return
        for token in self._processor.file_tokens:
            if token.type == tokenize.COMMENT and "noqa" in token.string.lower():
                yield token.start[0], token.start[1], token.string

    def lines_of(self, line: int) -> range:
        """The lines that a comment on this line speaks of: more than one in strings and continuations."""
        text = self._processor.noqa_line_for(line)
        first = last = line
        while text and self._processor.noqa_line_for(first - 1) is text:
            first -= 1
        while text and self._processor.noqa_line_for(last + 1) is text:
            last += 1
        return range(first, last + 1)

    @cached_property
    def whole_file(self) -> bool:
        """Whether a `# flake8: noqa` line silences everything in the file."""
        return self._mentioned and self._processor.should_ignore_file()

    @cached_property
    def _processor(self) -> FileProcessor:
        from flake8.processor import FileProcessor

        options = argparse.Namespace(
            disable_noqa=False,
            hang_closing=False,
            indent_size=4,
            max_doc_length=None,
            max_line_length=79,
            verbose=0,
        )
        lines = [line.replace("\r\n", "\n").replace("\r", "\n") for line in self._source.lines]
        return FileProcessor(self._source.path, options, lines)


def reported(findings: Iterable[Finding], source: Source) -> tuple[Finding, ...]:
    """The findings that no `# noqa` comment silences."""
    comments = Noqa(source)
    return tuple(finding for finding in findings if not comments.silences(finding.code, finding.line))
