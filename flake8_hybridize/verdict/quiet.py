"""Modules of a test suite in which there is nothing to find, told apart before any function is interpreted."""

from __future__ import annotations

import re

from flake8_hybridize.hazards.summaries import Program
from flake8_hybridize.model.index import in_tests
from flake8_hybridize.model.module import Function, Module
from flake8_hybridize.verdict.keras_runs import STEPS

HANDING = (
    "Reducer", "apply", "bucket_by_sequence_length", "compile", "filter", "flat_map", "group_by_reducer",
    "group_by_window", "interleave", "map", "map_and_batch", "parallel_interleave", "reader_func", "reduce",
    "rejection_resample", "scan", "shard_func", "take_while",
)  # fmt: skip
"""Methods of datasets and functions of `tf.data` that trace what they are given (or the argument that takes it),
and what gives a Keras model its loss."""
_TRACING = re.compile(rf"[\s.,(@=](?:(?:{'|'.join(HANDING)}|(?<=\.)function)\b|function\b(?! (?!as\b)[a-z]))")
"""One of these, or `function` as code has it; in prose another word follows."""


def may_be_quiet(path: str, text: str) -> bool:
    """Whether the file at the absolute path belongs to a test suite and hands nothing to what traces it."""
    return in_tests(path) and not _TRACING.search(text)


def is_quiet(program: Program, module: Module) -> bool:
    """Whether nothing can be found in a module that may be quiet: nothing in it is surely traced.

    Opportunities are no matter for tests, and hazards are those of a tf.function, a callback of a dataset or what
    Keras runs, by the module itself or by those that may call its functions.
    """
    if any(_is_traced(program, function) for function in module.functions):
        return False
    return not program.engine.follow_imports or not program.engine.project.callers_mention(module, HANDING)


def _is_traced(program: Program, function: Function) -> bool:
    owner = function.owner
    if owner is not None and function.name in STEPS and program.engine.base_kind(owner) == "model":
        return True
    return bool(function.decorators) and program.decoration(function) is not None
