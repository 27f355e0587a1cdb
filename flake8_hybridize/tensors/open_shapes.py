"""Dimensions that data decides on: None while tracing, another number in each eager call (all run on 2.21)."""

from __future__ import annotations

import ast

from flake8_hybridize.tensors.values import NO_CONSTANT, SHAPELESS, TENSOR, YES, Open, Value, tensorness

# Measured by tracing: decoded images have a rank, but for decode_image, and no sizes.
ROWS, _PICTURE = Open((0,)), Open((0, 1, -2, -3))
_OPEN = {
    "tensorflow.boolean_mask": ROWS,
    "tensorflow.image.non_max_suppression": ROWS,
    **{f"tensorflow.io.decode_{form}": _PICTURE for form in ("jpeg", "png", "bmp", "and_crop_jpeg")},
}
SAME_SHAPE = frozenset(
    "cast saturate_cast abs square sqrt exp identity stop_gradient add subtract multiply divide".split()
)


def open_result(name: str, last: str, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Open | str | None:
    """The dimensions of the result of an operation that depend on data; the mark of a rank that does."""
    form = args[0].extra if args else None
    if isinstance(form, Open) and (last in SAME_SHAPE or last == "convert_image_dtype"):
        return form
    special = _SPECIAL.get(name)
    return special(args, kwargs) if special is not None else _OPEN.get(name)


def open_item(node: ast.Subscript, base: Value, index: Value) -> Open | None:
    """The same for `tensor[index]`: a mask, or all rows of a tensor whose number of rows is open."""
    if index.kinds == TENSOR and index.dtype == "bool":
        return ROWS
    if base.extra != ROWS or not isinstance(node.slice, ast.Tuple) or not node.slice.elts:
        return None
    first = node.slice.elts[0]
    whole = isinstance(first, ast.Slice) and first.lower is None and first.upper is None
    return ROWS if whole else None


def _where(args: tuple[Value, ...], kwargs: dict[str, Value]) -> Open | None:
    return ROWS if len(args) + len(kwargs.keys() - {"name"}) == 1 else None


def _picture(args: tuple[Value, ...], kwargs: dict[str, Value]) -> Open | str:
    """What `tf.io.decode_image` gives: an animation has four dimensions, so the rank is open unless these are cut off."""
    animated = kwargs.get("expand_animations") or (args[4] if len(args) > 4 else None)
    return _PICTURE if animated is not None and animated.const is False else SHAPELESS


def _gathered(args: tuple[Value, ...], kwargs: dict[str, Value]) -> Open | None:
    """As many rows as there are indices."""
    chosen = kwargs.get("indices") or (args[1] if len(args) > 1 else None)
    axis = kwargs.get("axis")
    rows = len(args) < 3 and not kwargs.get("batch_dims") and (axis is None or axis.const == 0)
    return ROWS if chosen is not None and chosen.extra == ROWS and rows else None


def _repeated(args: tuple[Value, ...], kwargs: dict[str, Value]) -> Open | None:
    """The sum of the counts, where these are a tensor."""
    counts = kwargs.get("repeats") or (args[1] if len(args) > 1 else None)
    axis = kwargs.get("axis") or (args[2] if len(args) > 2 else None)
    rows = axis is None or axis.const == 0
    return ROWS if counts is not None and tensorness(counts) == YES and rows else None


def _squeezed(args: tuple[Value, ...], kwargs: dict[str, Value]) -> Open | None:
    axis = kwargs.get("axis") or (args[1] if len(args) > 1 else None)
    kept = axis is not None and axis.const is not NO_CONSTANT and axis.const != 0
    return ROWS if args and args[0].extra == ROWS and kept else None


_SPECIAL = {
    "tensorflow.where": _where,
    "tensorflow.io.decode_image": _picture,
    "tensorflow.image.decode_image": _picture,
    "tensorflow.gather": _gathered,
    "tensorflow.gather_nd": _gathered,
    "tensorflow.repeat": _repeated,
    "tensorflow.squeeze": _squeezed,
    "tensorflow.expand_dims": _squeezed,
}
