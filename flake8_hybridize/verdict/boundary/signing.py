"""The `input_signature` that a new `tf.function` needs for the calls in sight, where they are all there are."""

from __future__ import annotations

from functools import partial

from flake8_hybridize.model.module import Function
from flake8_hybridize.tensors.observations import Call
from flake8_hybridize.tensors.values import LAYER, MODEL, TENSOR, UNKNOWN
from flake8_hybridize.verdict.boundary.base import Border
from flake8_hybridize.verdict.boundary.closed import all_calls
from flake8_hybridize.verdict.boundary.hyb305_shapes import varying_shapes, works_on_open_shapes
from flake8_hybridize.verdict.boundary.makings import is_traced
from flake8_hybridize.verdict.boundary.specs import UNKNOWN_SIZE, Reader, Spec
from flake8_hybridize.verdict.boundary.variation import argument
from flake8_hybridize.verdict.callers import Site


def needed_signature(known: Border, function: Function) -> str | None:
    """The signature as text, if the shapes vary from call to call, it fits every call there is, and the body allows it.

    A call with something else than the signature says raises: every call must be in sight, and pass tensors whose
    dtype and rank are known.
    """
    first = 1 if function.is_method else 0
    params = function.params[first:]
    plain = all(param.kind == "positional" and param.default is None for param in params)
    if (
        not params or not plain or (first and function.params[0].name != "self")
    ):  # TensorFlow 2.21 skips `self` only
        return None
    sites = all_calls(known, function)
    if not sites or any(is_traced(known, site.caller) for site in sites):
        return None
    specs = [_common(known, sites, index) for index in range(first, len(function.params))]
    found = [spec for spec in specs if spec is not None]
    if len(found) < len(specs) or not _fits(known, function, found):
        return None
    return f"[{', '.join(map(written, found))}]"


def written(spec: Spec) -> str:
    """The `tf.TensorSpec`, in which a size that is not known or not always the same is open."""
    sizes = ("None" if size in (None, UNKNOWN_SIZE) else str(size) for size in spec.shape or ())
    return f"tf.TensorSpec([{', '.join(sizes)}], tf.{spec.dtype})"


def joined(left: Spec | None, right: Spec | None) -> Spec | None:
    """What both are; None where their dtypes or ranks differ or are not known."""
    if left is None or right is None or not left.dtype or left.dtype != right.dtype:
        return None
    if left.shape is None or right.shape is None or len(left.shape) != len(right.shape):
        return None
    return Spec(tuple(_size(a, b) for a, b in zip(left.shape, right.shape)), left.dtype)


def _size(left: int | None, right: int | None) -> int | None:
    """One size for two: None where they differ."""
    if UNKNOWN_SIZE in (left, right) and None not in (left, right):
        return UNKNOWN_SIZE
    return left if left == right else None


def _common(known: Border, sites: list[Site], index: int) -> Spec | None:
    """What all calls pass for one parameter."""
    specs = [_passed(known, site, index) for site in sites]
    found = specs[0]
    for spec in specs:
        found = joined(found, spec)
    return found


def _passed(known: Border, site: Site, index: int) -> Spec | None:
    node, value = argument(site, index), site.bound.get(index)
    if node is None or value is None or value.kinds & ~(TENSOR | UNKNOWN):
        return None
    reader = Reader(known.program.engine, site.module, site.caller, partial(all_calls, known))
    spec = reader.tensor(node)
    fits = spec is not None and value.dtype in ("", spec.dtype)
    return spec if fits else None


def _fits(known: Border, function: Function, specs: list[Spec]) -> bool:
    """Whether the shapes vary, and the body does without the sizes that do."""
    sizes = [(axis, size) for spec in specs for axis, size in enumerate(spec.shape or ())]
    opened = [axis for axis, size in sizes if size in (None, UNKNOWN_SIZE)]
    vary = any(size is None for _, size in sizes) or any(True for _ in varying_shapes(known, function))
    if not opened or not vary:
        return False
    batch_only = not any(opened)
    return works_on_open_shapes(known, function, batch_only) and (
        batch_only or not _has_layers(known, function)
    )


def _has_layers(known: Border, function: Function) -> bool:
    """Whether it calls layers, which ask for the sizes of their inputs."""
    calls = (seen for seen in known.program.body(function).facts.observations if isinstance(seen, Call))
    return any(seen.callee.kinds & (LAYER | MODEL) for seen in calls)
