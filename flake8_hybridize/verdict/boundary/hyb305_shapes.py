"""HYB305: tensors of another static shape in every call make a trace each."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, OWN, Category, Rule, Signal
from flake8_hybridize.hazards.reached import reached
from flake8_hybridize.hazards.sources import sources
from flake8_hybridize.model.module import Function, last_part
from flake8_hybridize.results import Applicability
from flake8_hybridize.source.tree import walk
from flake8_hybridize.tensors.observations import Call
from flake8_hybridize.tensors.open_shapes import ROWS
from flake8_hybridize.tensors.values import NO, TENSOR, Varying, tensorness
from flake8_hybridize.verdict.boundary.base import Border, border
from flake8_hybridize.verdict.boundary.makings import at, eager_calls, makings, place, takes_signature
from flake8_hybridize.verdict.boundary.variation import (
    Loops,
    argument,
    assigned_values,
    changing,
    collects,
    grows,
    loops_around,
    mentions,
    targets,
)
from flake8_hybridize.verdict.callers import Site

RULE = DETECTORS.declare(
    Rule(
        code="HYB305",
        name="shape-retrace",
        summary="tensors of varying shape are traced anew for each shape",
        category=Category.SLOWER,
        names=("SHAPE_RETRACE",),
        fix=Applicability.SAFE,
    )
)
MAX_DEPTH = 4
_SIZED = frozenset(
    "zeros ones fill full empty eye range arange linspace normal uniform stateless_normal stateless_uniform "
    "truncated_normal rand randn random".split()
)
_OF_LISTS = frozenset(
    ("stack", "vstack", "concat", "concatenate", "array", "asarray", "convert_to_tensor", "constant")
)
_SIZE_ARGUMENTS = ("shape", "dims", "size", "num", "num_rows", "N")
_NEEDING_SIZES = frozenset(("builtins.len", "tensorflow.unstack", "tensorflow.while_loop", "tensorflow.scan"))
_OF_KNOWN_SIZE = ("tensorflow.image.", "tensorflow.signal.", "tensorflow.experimental.", "keras.")
_ALL_POSITIONAL = frozenset(("rand", "randn", "linspace", "eye", "range", "arange"))


@border
def varying_shapes(known: Border, function: Function) -> Iterator[Signal]:
    """A parameter whose tensors have another shape in most rounds of a loop around the call, or as data will have it."""
    sites = list(eager_calls(known, function))
    if not sites or takes_signature(known, function):
        return
    if any(
        made.is_true("reduce_retracing", "experimental_relax_shapes") for made in makings(known, function)
    ):
        return
    for site in sites:
        loops = loops_around(known, site)
        repeatedly = bool(loops) or known.heat.of(function).level == "hot"
        for index in range(1 if function.is_method else 0, len(function.params)) if repeatedly else ():
            if _has_open_rows(site, index) or _varies(known, site, loops, argument(site, index)):
                mends = not _reads_static_shapes(known, function, 0)
                what = (
                    f"is traced anew for every shape of {function.params[index].name} ({at(site, function)})"
                )
                advice = "add reduce_retracing=True" if mends else "pad to a few shapes"
                yield Signal(
                    RULE, "SHAPE_RETRACE", place(known, function), what, advice, "shapes that vary", param=OWN,
                    repairable=mends, blocks=not mends,
                )  # fmt: skip
                return


def may_be_relaxed(known: Border, function: Function) -> bool:
    """Whether nothing in sight says which shapes the function is given, and nothing in it needs them to be known.

    Relaxed shapes cost nothing where all calls have one shape, and spare a trace per shape where they have not.
    """
    if (
        known.callers.calls(function)
        or known.callers.hand_overs(function)
        or takes_signature(known, function)
    ):
        return False
    return works_on_open_shapes(known, function)


def works_on_open_shapes(known: Border, function: Function, batch_only: bool = False) -> bool:
    """Whether nothing that the function does needs a static dimension (`batch_only`: the first one of a tensor).

    Layers of Keras want the sizes of all axes but the first.
    """
    summary = known.program.summary(function)
    if summary.unknowns or summary.control != NO or _reads_static_shapes(known, function, 0):
        return False  # what a graph loop carries keeps its shape, and open ones may not
    prefixes = _OF_KNOWN_SIZE[:-1] if batch_only else _OF_KNOWN_SIZE
    return not any(_needs_sizes(seen, prefixes) for seen in _calls_inside(known, function, {function}))


def _calls_inside(known: Border, function: Function, done: set[Function]) -> Iterator[Call]:
    """The calls that the function makes, and those of the functions it calls."""
    for seen in known.program.body(function).facts.observations:
        if not isinstance(seen, Call):
            continue
        yield seen
        for callee, _ in reached(seen):
            if callee not in done:
                done.add(callee)
                yield from _calls_inside(known, callee, done)


def _needs_sizes(seen: Call, prefixes: tuple[str, ...]) -> bool:
    """Whether an operation, or a way to make a Python loop, may ask for a static dimension."""
    return (
        seen.target in _NEEDING_SIZES
        or seen.target.startswith(prefixes)
        or seen.method in ("jacobian", "batch_jacobian")
    )


def _has_open_rows(site: Site, index: int) -> bool:
    """Whether data decides how many rows are given: those that a mask or `tf.where` chose."""
    value = site.bound.get(index)
    return value is not None and value.kinds == TENSOR and value.extra == ROWS


def _varies(known: Border, site: Site, loops: Loops, node: ast.expr | None) -> bool:
    if node is None or not loops:
        return False
    if isinstance(node, ast.Name):
        return (
            any(_sized_anew(known, loops, value) for value in assigned_values(loops, node.id))
            or grows(loops, node.id)
            or any(_made_of_a_list(known, loops, value) for value in assigned_values(loops, node.id))
            or _of_varying_dataset(known, site, loops, node.id)
        )
    return _sized_anew(known, loops, node) or any(
        _made_of_a_list(known, loops, part) for part in walk(node) if isinstance(part, ast.expr)
    )


def _sized_anew(known: Border, loops: Loops, value: ast.expr) -> bool:
    """A slice with one moving end, or a tensor made with a size that changes."""
    moving = changing(known, loops)
    if isinstance(value, ast.Subscript):
        parts = value.slice.elts if isinstance(value.slice, ast.Tuple) else [value.slice]
        return any(isinstance(part, ast.Slice) and _one_end_moves(part, moving) for part in parts)
    if isinstance(value, ast.Call) and last_part(value.func) in _SIZED:
        sizes = value.args if last_part(value.func) in _ALL_POSITIONAL else value.args[:1]
        sizes = [*sizes, *(keyword.value for keyword in value.keywords if keyword.arg in _SIZE_ARGUMENTS)]
        return any(moving.intersection(mentions(size)) for size in sizes)
    return False


def _made_of_a_list(known: Border, loops: Loops, value: ast.expr) -> bool:
    """`tf.stack(parts)`, where the loop fills another list each round, with as many parts as there happen to be."""
    if not isinstance(value, ast.Call) or last_part(value.func) not in _OF_LISTS or not value.args:
        return False
    listed = value.args[0]
    return isinstance(listed, ast.Name) and collects(loops, listed.id, changing(known, loops))


def _one_end_moves(part: ast.Slice, moving: frozenset[str]) -> bool:
    ends = [end is not None and bool(moving.intersection(mentions(end))) for end in (part.lower, part.upper)]
    return ends[0] != ends[1]


def _of_varying_dataset(known: Border, site: Site, loops: Loops, name: str) -> bool:
    """Whether the name is an element of a dataset that pads each batch to its own longest element."""
    body = (
        known.program.body(site.caller) if site.caller is not None else known.program.module_body(site.module)
    )
    around = [part for loop in loops for part in (loop, *getattr(loop, "generators", ()))]
    return any(
        isinstance(value.extra, Varying) and _is_among(name, part.target, value.extra, through)
        for part in around
        if isinstance(part, (ast.For, ast.AsyncFor, ast.comprehension)) and name in targets(part.target)
        for value, through in sources(body, {part.iter})
        if through in ("", "builtins.enumerate")
    )


def _is_among(name: str, target: ast.expr, varying: Varying, through: str) -> bool:
    """Whether the name stands for a part of the batch whose shape varies."""
    if through and isinstance(target, ast.Tuple):
        target = target.elts[-1]
    if isinstance(target, ast.Tuple) and len(target.elts) == len(varying.parts):
        return any(
            varies and name in targets(part) for part, varies in zip(target.elts, varying.parts, strict=True)
        )
    return True


def _reads_static_shapes(known: Border, function: Function, depth: int) -> bool:
    """Whether the body or what it calls uses a static dimension, which is None once the shapes are relaxed."""
    for node in walk(function.node):
        if isinstance(node, ast.Attribute) and node.attr in ("shape", "get_shape", "as_list", "num_elements"):
            return True
    calls = [seen for seen in known.program.body(function).facts.observations if isinstance(seen, Call)]
    if any(map(_counts, calls)):
        return True
    if depth >= MAX_DEPTH:
        return False
    callees = {callee for seen in calls for callee, _ in reached(seen) if callee is not function}
    return known.once(
        ("shapes below", function, depth),
        lambda: any(_reads_static_shapes(known, callee, depth + 1) for callee in callees),
    )


def _counts(call: Call) -> bool:
    """`len(x)`, which becomes a tensor, or `tf.unstack(x)`, which raises."""
    if call.target == "builtins.len":
        return any(tensorness(value) != NO for value in call.args)
    return call.target == "tensorflow.unstack" and "num" not in call.kwargs and len(call.args) < 2
