"""Which codes a run reports, by prefixes; the longest prefix that fits a code decides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flake8_hybridize.hosts.discovery import is_excluded
from flake8_hybridize.results import Finding

FileCodes = Sequence[tuple[str, tuple[str, ...]]]


def wanted(code: str, select: Sequence[str], ignore: Sequence[str]) -> bool:
    """Whether `select` (everything, when empty) and not `ignore` names the code."""
    selected = _longest(code, select) if select else 0
    return selected is not None and selected >= (_longest(code, ignore) or -1)


def _longest(code: str, prefixes: Sequence[str]) -> int | None:
    return max((len(prefix) for prefix in prefixes if code.startswith(prefix)), default=None)


def for_file(findings: Iterable[Finding], path: str, per_file: FileCodes) -> list[Finding]:
    """The findings whose code no pattern that matches the file silences."""
    silenced = [codes for pattern, codes in per_file if is_excluded(path, [pattern])]
    return [finding for finding in findings if not any(finding.code.startswith(codes) for codes in silenced)]
