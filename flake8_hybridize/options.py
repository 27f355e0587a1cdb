"""One frozen object with every setting of a run, whichever host read it."""

from __future__ import annotations

from dataclasses import dataclass

from flake8_hybridize.results import Confidence

NEWEST_TENSORFLOW = (2, 21)


@dataclass(frozen=True, slots=True)
class Options:
    """Settings of one run. Defaults are what a user gets without any configuration.

    `extend_select`: opt-in codes or prefixes to report (`HYB103`).
    `tensorflow_version`: renamed arguments are reported only where this version has the new name.
    `wrappers`: dotted names of the project's own decorators that behave like `tf.function`.
    `source_roots`: folders below which modules of the project are imported from.
    `follow_imports`: read imported modules of the same project (tier *project*).
    `verdicts`: give the verdict on every function beside the findings; findings alone take less work.
    `findings`: give the findings; reports of verdicts have no use for them.
    `fixes`: give findings their fixes; they cost time, and flake8 has no use for them.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    confidence: Confidence = Confidence.LIKELY
    tensorflow_version: tuple[int, int] = NEWEST_TENSORFLOW
    wrappers: tuple[str, ...] = ()
    source_roots: tuple[str, ...] = ()
    follow_imports: bool = True
    verdicts: bool = True
    findings: bool = True
    fixes: bool = False
