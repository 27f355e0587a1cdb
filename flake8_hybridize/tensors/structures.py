"""Calls that give structures of tensors or arrays: nests, parsed examples, the data sets of Keras."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_hybridize.knowledge import lookup
from flake8_hybridize.tensors.iteration import NEST
from flake8_hybridize.tensors.substitution import substitute
from flake8_hybridize.tensors.values import (
    ARRAY_VALUE,
    CONTAINER,
    FRESH,
    TENSOR,
    TENSOR_VALUE,
    UNKNOWN,
    UNKNOWN_VALUE,
    YES,
    Value,
    container,
    holds_tensors,
    of_kind,
    parts,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from flake8_hybridize.tensors.calls import Site
    from flake8_hybridize.tensors.interpret import Frame


def _structure(frame: Frame, site: Site) -> Value:
    """Tensors in a structure that a callback or the data decides on."""
    return NEST


def _mapped(frame: Frame, site: Site) -> Value:
    """tf.nest.map_structure: a structure of what the callback gives for one leaf."""
    from flake8_hybridize.tensors.callbacks import callback_bindings

    if not site.args:
        return UNKNOWN_VALUE
    api = lookup.api(site.args[0].ref) if isinstance(site.args[0].ref, str) else None
    if api is not None:
        return NEST if of_kind(api.returns).kinds & TENSOR else UNKNOWN_VALUE
    given = site.args[1] if len(site.args) > 1 else UNKNOWN_VALUE
    leaf = NEST if holds_tensors(given) == YES else Value(UNKNOWN, deps=given.deps | parts(given.deps))
    found = callback_bindings(site.args[0], leaf)
    if found is None:
        return NEST if holds_tensors(given) == YES else UNKNOWN_VALUE
    function, bound = found
    result = substitute(frame.engine.facts(function).returns, bound)
    if holds_tensors(result) == YES:
        return NEST
    return Value(UNKNOWN, deps=result.deps, extra="nest")


def _clipped(frame: Frame, site: Site) -> Value:
    """tf.clip_by_global_norm: the list and the norm."""
    return container((Value(CONTAINER, elem=TENSOR_VALUE, origin=FRESH), TENSOR_VALUE))


def _parsed(frame: Frame, site: Site) -> Value:
    """tf.io.parse_example: a tensor for each key."""
    return Value(CONTAINER, elem=TENSOR_VALUE, extra="dict", origin=FRESH)


def _parsed_sequence(frame: Frame, site: Site) -> Value:
    """tf.io.parse_single_sequence_example: the context and the features of the steps."""
    return container((_parsed(frame, site), _parsed(frame, site)))


def _loaded(frame: Frame, site: Site) -> Value:
    """keras.datasets.….load_data: `(x_train, y_train), (x_test, y_test)`."""
    part = container((ARRAY_VALUE, ARRAY_VALUE))
    return container((part, part))


_DATA = "boston_housing california_housing cifar10 cifar100 fashion_mnist imdb mnist reuters"
# Their results have the structure of what a callback returns.
_CALLBACK_RESULTS = (
    "map_fn vectorized_map scan foldl foldr cond case switch_case while_loop data.experimental.get_single_element "
    "xla.experimental.compile"
)
STRUCTURES: dict[str, Callable[[Frame, Site], Value]] = {
    "tensorflow.nest.map_structure": _mapped,
    "tensorflow.clip_by_global_norm": _clipped,
    "tensorflow.io.parse_example": _parsed,
    "tensorflow.io.parse_single_example": _parsed,
    "tensorflow.io.parse_single_sequence_example": _parsed_sequence,
    **{f"keras.datasets.{name}.load_data": _loaded for name in _DATA.split()},
    **{f"tensorflow.{name}": _structure for name in _CALLBACK_RESULTS.split()},
}
