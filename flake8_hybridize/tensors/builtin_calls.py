"""Calls whose result depends on more than a row of a table can say."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flake8_hybridize.model.module import Class
from flake8_hybridize.tensors.datasets import dataset_zip, slices
from flake8_hybridize.tensors.iterables import ITERABLES, STAGED, combined
from flake8_hybridize.tensors.iteration import NEST, element_of_iteration, is_dict, is_nest
from flake8_hybridize.tensors.named_tuples import record_class
from flake8_hybridize.tensors.observations import Read
from flake8_hybridize.tensors.refs import Hybrid, Partial, Super
from flake8_hybridize.tensors.results import literal_dtype
from flake8_hybridize.tensors.structures import STRUCTURES
from flake8_hybridize.tensors.values import (
    BOOL,
    CALLABLE,
    CHOSEN,
    CLASS,
    CONTAINER,
    DATASET,
    DECIDED,
    EAGER_NUMBER,
    FRESH,
    IMPORT,
    INSTANCE,
    ITERATOR,
    LAYER,
    MODEL,
    NO,
    NO_CONSTANT,
    NUMBER_VALUE,
    OBJECT,
    OUTER,
    PYITERATOR,
    SHAPELESS,
    STRING_VALUE,
    SYMBOLIC,
    TENSOR,
    TENSORARRAY,
    UNKNOWN,
    UNKNOWN_VALUE,
    VARIABLE_VALUE,
    YES,
    Value,
    container,
    element,
    join,
    replace,
    tensorness,
)

if TYPE_CHECKING:
    from flake8_hybridize.tensors.calls import Site
    from flake8_hybridize.tensors.interpret import Frame


def _tf_function(frame: Frame, site: Site) -> Value:
    from flake8_hybridize.tensors.decorators import keywords

    target = site.args[0] if site.args else site.kwargs.get("func")
    return Value(CALLABLE, ref=Hybrid(target, site.node, keywords(site.node)), origin=FRESH)


def _partial(frame: Frame, site: Site) -> Value:
    if not site.args:
        return UNKNOWN_VALUE
    nodes = {k.arg: k.value for k in site.node.keywords if k.arg}
    kwargs = tuple(
        (name, replace(value, extra=nodes.get(name, value.extra))) for name, value in site.kwargs.items()
    )
    return Value(CALLABLE, ref=Partial(site.args[0], site.args[1:], kwargs), origin=FRESH)


def _wraps(frame: Frame, site: Site) -> Value:
    return Value(
        CALLABLE, ref=Partial(frame.engine.external("functools.update_wrapper"), (), ()), origin=FRESH
    )


def _wrapper(frame: Frame, site: Site) -> Value:
    return site.args[0] if site.args else site.kwargs.get("wrapper", UNKNOWN_VALUE)


def _getenv(frame: Frame, site: Site) -> Value:
    """`os.getenv(name)` reads what `os.environ` holds."""
    held = Value(CONTAINER, origin=OUTER, place="os.environ")
    frame.see(Read(site.node.func, frame.where, "global", "environ", Value(IMPORT, ref="os"), held))
    return STRING_VALUE


def _super(frame: Frame, site: Site) -> Value:
    scopes = frame.function.scopes() if frame.function is not None else []
    owner = next((scope.owner for scope in scopes if scope.owner is not None), None)
    if owner is None:
        return UNKNOWN_VALUE
    receiver = frame.engine.instance(owner)
    return Value(OBJECT, ref=Super(replace(receiver, origin="param", param=0, place="self"), owner))


def _range(frame: Frame, site: Site) -> Value:
    degree = NO
    for arg in site.args:
        found = tensorness(arg)
        degree = found if found == YES or degree == NO else degree
    if degree == YES:
        return Value(TENSOR, extra="staged", dtype="int32")
    consts = [arg.const for arg in site.args]
    if consts and all(isinstance(c, int) for c in consts):
        try:
            return Value(CONTAINER, elem=NUMBER_VALUE, origin=FRESH, extra=("range", len(range(*consts))))
        except (TypeError, ValueError, OverflowError):
            return UNKNOWN_VALUE
    return Value(CONTAINER, elem=NUMBER_VALUE, origin=FRESH)


def _enumerate(frame: Frame, site: Site) -> Value:
    if not site.args:
        return UNKNOWN_VALUE
    item = element_of_iteration(site.args[0])
    staged = bool(site.args[0].kinds & STAGED)
    index = Value(TENSOR, extra=EAGER_NUMBER) if staged else NUMBER_VALUE
    return Value(PYITERATOR, elem=container((index, item)), origin=FRESH, extra="staged" if staged else None)


def _zip(frame: Frame, site: Site) -> Value:
    items = tuple(element_of_iteration(arg) for arg in site.args)
    return Value(PYITERATOR, elem=container(items), origin=FRESH, extra=combined(site.args))


def _list(frame: Frame, site: Site) -> Value:
    if not site.args:
        return Value(CONTAINER, items=(), origin=FRESH)
    source = site.args[0]
    if source.items is not None and source.keys is None:
        return Value(CONTAINER, items=source.items, origin=FRESH)
    return Value(CONTAINER, elem=element_of_iteration(source), origin=FRESH)


def _dict(frame: Frame, site: Site) -> Value:
    if not site.args and site.kwargs:
        return container(tuple(site.kwargs.values()), tuple(site.kwargs))
    if not site.args:
        return container((), ())
    source = site.args[0]
    if source.kinds & CONTAINER and is_dict(source):
        return replace(source, origin=FRESH, param=-1)
    pair = element_of_iteration(source).items
    return Value(CONTAINER, elem=pair[1] if pair and len(pair) == 2 else None, origin=FRESH, extra="dict")


def _set(frame: Frame, site: Site) -> Value:
    name = site.callee.ref.rpartition(".")[2]
    if not site.args:
        return Value(CONTAINER, items=(), origin=FRESH, extra=name)
    return Value(CONTAINER, elem=element_of_iteration(site.args[0]), origin=FRESH, extra=name)


_NUMBERS = ("builtins.int", "builtins.float")


def _number(frame: Frame, site: Site) -> Value:
    """int, float, len, abs, …: AutoGraph keeps a tensor a tensor."""
    if site.args:
        degree = tensorness(site.args[0])
        if degree == YES:
            if site.callee.ref == "builtins.abs":
                return Value(TENSOR, dtype=site.args[0].dtype)
            return Value(TENSOR, extra=EAGER_NUMBER)
        if degree > 0:
            return Value(UNKNOWN, deps=degree, extra=EAGER_NUMBER if site.callee.ref in _NUMBERS else None)
    return NUMBER_VALUE


def _len(frame: Frame, site: Site) -> Value:
    """A tensor of known shape has a Python length while tracing as well."""
    return NUMBER_VALUE


def _extreme(frame: Frame, site: Site) -> Value:
    result = site.args[0] if site.args else UNKNOWN_VALUE
    if len(site.args) == 1:
        return element_of_iteration(result)
    for arg in site.args[1:]:
        result = join(result, arg)
    return replace(result, const=NO_CONSTANT, param=-1)


def _next(frame: Frame, site: Site) -> Value:
    return element_of_iteration(site.args[0]) if site.args else UNKNOWN_VALUE


def _iter(frame: Frame, site: Site) -> Value:
    if site.args and site.args[0].kinds & DATASET:
        return Value(ITERATOR, elem=site.args[0].elem)
    if site.args and site.args[0].kinds & UNKNOWN:
        return UNKNOWN_VALUE
    return Value(PYITERATOR, elem=element_of_iteration(site.args[0]) if site.args else None, origin=FRESH)


def _getattr(frame: Frame, site: Site) -> Value:
    from flake8_hybridize.tensors.attributes import attribute_of

    if len(site.args) > 1 and isinstance(site.args[1].const, str) and site.args[1].const.isidentifier():
        node = ast.copy_location(ast.Attribute(site.node.args[0], site.args[1].const, ast.Load()), site.node)
        found = attribute_of(frame, node, site.args[0])
        return join(found, site.args[2]) if len(site.args) > 2 else found
    if site.args and site.args[0].kinds & INSTANCE and isinstance(site.args[0].ref, Class):
        return Value(UNKNOWN, extra=(CHOSEN, site.args[0].ref))
    return UNKNOWN_VALUE


def _type(frame: Frame, site: Site) -> Value:
    """The class of an object, which is known of one of the project."""
    value = site.args[0] if len(site.args) == 1 else UNKNOWN_VALUE
    if value.kinds & INSTANCE and isinstance(value.ref, Class):
        return Value(CLASS, ref=value.ref)
    return Value(CLASS, ref=site.callee.ref, origin=FRESH)


def _identity(frame: Frame, site: Site) -> Value:
    return replace(site.args[0], origin=FRESH, param=-1) if site.args else UNKNOWN_VALUE


def _sequence_like(frame: Frame, site: Site) -> Value:
    if site.args and site.args[0].kinds & CONTAINER:
        return Value(CONTAINER, elem=element(site.args[0]), origin=FRESH)
    if site.args:
        return Value(CONTAINER, elem=element_of_iteration(site.args[0]), origin=FRESH)
    return Value(CONTAINER, origin=FRESH)


def gradient_result(site: Site) -> Value:
    """Gradients in the structure of the sources: one tensor, a list, or unknown."""
    sources = site.args[1] if len(site.args) > 1 else site.kwargs.get("sources", UNKNOWN_VALUE)
    if sources.kinds & CONTAINER:
        if sources.items is not None:
            return container(tuple(_gradient(item) for item in sources.items), sources.keys)
        return Value(CONTAINER, elem=_gradient(element(sources)), origin=FRESH)
    return _gradient(sources) if tensorness(sources) == YES else NEST


def _gradient(source: Value) -> Value:
    if source.kinds & CONTAINER:
        return Value(CONTAINER, elem=_gradient(element(source)), origin=FRESH)
    return NEST if is_nest(source) else Value(TENSOR, dtype=source.dtype)


def _variable(frame: Frame, site: Site) -> Value:
    given = site.kwargs.get("dtype")
    initial = site.args[0] if site.args else site.kwargs.get("initial_value", UNKNOWN_VALUE)
    dtype = (
        given.const
        if given is not None and isinstance(given.const, str)
        else ""
        if given is not None
        else literal_dtype(initial)
    )
    return replace(VARIABLE_VALUE, origin=FRESH, dtype=dtype)


def _tensor_array(frame: Frame, site: Site) -> Value:
    return Value(TENSORARRAY, origin=FRESH, ref="tensorflow.TensorArray")


def _decided(frame: Frame, site: Site) -> Value:
    return Value(BOOL, const=site.callee.ref == "tensorflow.inside_function", extra=DECIDED, origin=FRESH)


def _sequential(frame: Frame, site: Site) -> Value:
    """A Sequential has its weights at once if it starts with an Input."""
    layers = site.args[0] if site.args else site.kwargs.get("layers")
    if layers is None or not layers.kinds & CONTAINER:
        return Value(MODEL, ref="keras.Sequential", origin=FRESH)
    parts = layers.items if layers.items is not None else (element(layers),)
    if any(part.kinds & SYMBOLIC or part.extra == "built" for part in parts):
        return Value(MODEL, ref="keras.Sequential", origin=FRESH, extra="built")
    known = parts and all(not part.kinds & ~LAYER and isinstance(part.ref, str) for part in parts)
    return Value(MODEL, ref="keras.Sequential", origin=FRESH, extra="unbuilt" if known else None)


def _functional(frame: Frame, site: Site) -> Value:
    return Value(MODEL, ref="keras.Model", origin=FRESH, extra="built")


def _host_result(frame: Frame, site: Site) -> Value:
    """One tensor, or one for each entry of `Tout`; what Python returns has no static shape."""
    wanted = site.kwargs.get("Tout") or (site.args[2] if len(site.args) > 2 else UNKNOWN_VALUE)
    if wanted.kinds & CONTAINER:
        items = None if wanted.items is None else tuple(_shapeless(item) for item in wanted.items)
        return Value(CONTAINER, elem=None if items is not None else Value(TENSOR), items=items, origin=FRESH)
    return _shapeless(wanted)


def _shapeless(dtype: Value) -> Value:
    return Value(TENSOR, dtype=dtype.const if isinstance(dtype.const, str) else "", extra=SHAPELESS)


Special = Callable[[Any, Any], Value]
SPECIAL: dict[str, Special] = {
    "tensorflow.function": _tf_function,
    "tf_agents.utils.common.function": _tf_function,
    "functools.partial": _partial,
    "functools.update_wrapper": _wrapper,
    "functools.wraps": _wraps,
    "os.getenv": _getenv,
    "builtins.super": _super,
    "collections.namedtuple": record_class,
    "builtins.range": _range,
    "builtins.enumerate": _enumerate,
    "builtins.zip": _zip,
    "builtins.list": _list,
    "builtins.tuple": _list,
    "builtins.dict": _dict,
    "collections.OrderedDict": _dict,
    "builtins.set": _set,
    "builtins.frozenset": _set,
    "builtins.int": _number,
    "builtins.float": _number,
    "builtins.abs": _number,
    "builtins.round": _number,
    "builtins.len": _len,
    "builtins.min": _extreme,
    "builtins.max": _extreme,
    "builtins.next": _next,
    "builtins.iter": _iter,
    "builtins.getattr": _getattr,
    "builtins.type": _type,
    "builtins.sorted": _sequence_like,
    "builtins.reversed": _sequence_like,
    "copy.copy": _identity,
    "copy.deepcopy": _identity,
    "tensorflow.executing_eagerly": _decided,
    "tensorflow.inside_function": _decided,
    "tensorflow.Variable": _variable,
    "tensorflow.TensorArray": _tensor_array,
    "tensorflow.numpy_function": _host_result,
    "tensorflow.py_function": _host_result,
    "tensorflow.data.Dataset.from_tensor_slices": slices,
    "tensorflow.data.Dataset.from_tensors": slices,
    "tensorflow.data.Dataset.zip": dataset_zip,
    "keras.Sequential": _sequential,
    "keras.Model": _functional,
}
SPECIAL.update(ITERABLES)
SPECIAL.update(STRUCTURES)
