"""The values that travel from the analysis to its hosts: findings, verdicts and edits.

Lines are 1-based. Columns are 1-based and count characters (not bytes, not UTF-16 units),
as every report prints them. Offsets are 0-based character offsets into the source text.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

SYMBOLIC = "symbolic"
"""Kind of a parameter that is given what keras.Input makes."""


class Confidence(enum.IntEnum):
    """How sure a statement is; diagnostics need at least `LIKELY`."""

    GUESS = 0
    LIKELY = 1
    PROVED = 2

    @property
    def label(self) -> str:
        """The lower-case word used in every report."""
        return _LABELS[self]


_LABELS = tuple(confidence.name.lower() for confidence in Confidence)


class Applicability(enum.Enum):
    """Whether an edit may be applied unattended."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    DISPLAY = "display"


class Severity(enum.Enum):
    """How bad the reported thing is, in the words of SARIF and the language server."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Decision(enum.Enum):
    """What to do with a function (paper, section 3: convert to hybrid, to eager, or leave)."""

    HYBRIDIZE = "hybridize"
    DEHYBRIDIZE = "dehybridize"
    RECONFIGURE = "reconfigure"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the characters `start:end` of the file's text by `text`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that belong together, why they are (not) safe, and what they do in a few words."""

    edits: tuple[Edit, ...]
    applicability: Applicability
    description: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One diagnostic at one place; `message` is one line without the code."""

    code: str
    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    message: str
    function: str
    confidence: Confidence
    severity: Severity
    fix: Fix | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A function on the way from another one to a hazard: where in it the next call, or the hazard, is."""

    qualname: str
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Hazard:
    """A fact about a body: traced, it would raise, differ or cost (docs/rules, one page a code).

    `path` names the functions that lead from the function to it, the first four; `chain` all, with their places.
    """

    code: str
    name: str
    line: int
    column: int
    message: str
    confidence: Confidence
    path: tuple[str, ...] = ()
    chain: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class SideEffect:
    """Something a call of the function does to the world outside its return value."""

    line: int
    column: int
    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a parameter is given, with the evidence in words.

    `nest`: perhaps tensors in a structure of unknown form; `holds_tensors`: a container with tensors in it.
    """

    name: str
    kind: str
    confidence: Confidence
    evidence: str
    nest: bool = False
    holds_tensors: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """Something that stands in the way, and the functions that lead there from the one that is decided about."""

    text: str
    chain: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Precondition:
    """One line of `hybridize why`: a condition, whether it holds (None: unknown), and why.

    `reasons` are those of what does not hold that are in other functions.
    """

    name: str
    holds: bool | None
    because: str
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Everything decided about one function; the fields are those of the report's contract."""

    path: str
    qualname: str
    line: int
    end_line: int
    hybrid: bool
    parameters: tuple[Parameter, ...]
    tensor_computation: bool
    side_effects: tuple[SideEffect, ...]
    recursive: bool
    hazards: tuple[Hazard, ...]
    blockers: tuple[str, ...]
    eligible: bool
    confidence: Confidence
    traced_by: str | None
    heat: str
    heat_evidence: str
    benefit: str
    decision: Decision
    input_signature: str | None
    options: tuple[str, ...]
    tier: str
    preconditions: tuple[Precondition, ...] = ()


@dataclass(frozen=True, slots=True)
class Analysis:
    """What `analyse` returns for one file; `error` says in one line why it was not analysed."""

    path: str
    findings: tuple[Finding, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    lines: int = 0
    error: str | None = None
    notes: tuple[str, ...] = field(default=())
