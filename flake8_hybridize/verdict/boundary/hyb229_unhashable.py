"""HYB229: what tf.function cannot keep apart: unhashable objects, and decorators in the wrong order."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, OWN, Category, Rule, Signal
from flake8_hybridize.model.module import Class, Function, last_part
from flake8_hybridize.results import Applicability, Confidence
from flake8_hybridize.source.tree import walk
from flake8_hybridize.tensors.annotations import annotation_value
from flake8_hybridize.tensors.engine import Engine
from flake8_hybridize.tensors.values import ARRAY, CONTAINER, INSTANCE, TENSOR, UNKNOWN, Value
from flake8_hybridize.verdict.boundary.base import Border, border

RULE = DETECTORS.declare(
    Rule(
        code="HYB229",
        name="unhashable",
        summary="tf.function needs hashable objects that can be weakly referenced, and to be the innermost decorator",
        category=Category.RAISES,
        names=("UNSUPPORTED_ARG", "UNHASHABLE_SELF", "DECORATOR_ORDER"),
        fix=Applicability.SAFE,
    )
)
_WRAPPING = frozenset(("staticmethod", "classmethod", "property"))
_UNHASHABLE_BASES = frozenset(("builtins.list", "builtins.dict", "builtins.set"))
# Their instances are of no fixed size, which leaves no place for a weak reference (CPython).
_UNREFERENCED_BASES = frozenset(
    ("builtins.tuple", "builtins.int", "builtins.bytes", "typing.NamedTuple", "collections.namedtuple")
)

_ADVICE = (
    ("hash", "use eq=False or define __hash__"),
    ("slots", "add __weakref__ to __slots__"),
    ("tuple", "decorate a function that takes the object"),
)


@border
def wrong_order(known: Border, function: Function) -> Iterator[Signal]:
    """`@tf.function` above `@staticmethod`, `@classmethod` or `@property`."""
    decoration = known.program.decoration(function)
    if decoration is None or decoration.node not in function.decorators:
        return
    below = function.decorators[function.decorators.index(decoration.node) + 1 :]
    wrapping = [last_part(node) for node in below if last_part(node) in _WRAPPING]
    if wrapping:
        what = f"has tf.function above {wrapping[0]}, which it cannot wrap"
        advice = "make it the innermost decorator"
        yield Signal(RULE, "DECORATOR_ORDER", decoration.node, what, advice, wrapping[0], param=OWN)


@border
def unhashable_self(known: Border, function: Function) -> Iterator[Signal]:
    """A decorated method looks its object up by hash and weak reference; a wrapped bound method does not."""
    owner = function.owner
    decoration = known.program.decoration(function)
    if owner is None or not function.is_method or (decoration is None and known.program.is_hybrid(function)):
        return
    why = why_unhashable(known.program.engine, owner) or why_not_referenced(known.program.engine, owner)
    if why:
        node = decoration.node if decoration is not None else function.node
        advice = next(advice for word, advice in _ADVICE if word in why)
        yield Signal(
            RULE, "UNHASHABLE_SELF", node, f"is a method of {owner.name}, which {why}", advice, why, param=OWN
        )


@border
def unsupported_argument(known: Border, function: Function) -> Iterator[Signal]:
    """A set or an unhashable object is given to the function."""
    for site in known.callers.calls(function):
        if site.module is not function.module:
            continue
        for index, value in site.bound.items():
            if index == 0 and function.is_method:
                continue
            why = _unsupported(known.program.engine, value)
            if why:
                what = (
                    f"is given {why} for {function.params[index].name}, which tf.function cannot tell apart"
                )
                yield Signal(
                    RULE, "UNSUPPORTED_ARG", site.call.node, what, "use a hashable value", why, param=OWN
                )


@border
def unsupported_parameter(known: Border, function: Function) -> Iterator[Signal]:
    """A parameter of an eager function is declared to be an unhashable object, is one by default, or looks like one."""
    if known.program.is_hybrid(function):
        return
    engine = known.program.engine
    bound = [site.bound for site in known.callers.calls(function)]
    for index, param in enumerate(function.params):
        if index == 0 and function.is_method:
            continue
        confidence = Confidence.LIKELY
        if param.annotation is not None:
            value = engine.own_value(function, index)
            why = _unsupported(engine, value) if value is not None else ""
        elif isinstance(param.default, ast.Call):
            made = engine.scope_value(function.module, function.parent, param.default.func).ref
            why = _named(engine, made) if isinstance(made, Class) else ""
        else:
            told = any(index in given and given[index].kinds & ~UNKNOWN for given in bound)
            why, confidence = ("" if told else _looks_like(known, function, param.name)), Confidence.GUESS
        if why:
            what = f"takes {why} for {param.name}, which tf.function cannot tell apart"
            yield Signal(
                RULE,
                "UNSUPPORTED_ARG",
                function.node,
                what,
                "take tensors",
                why,
                confidence=confidence,
                param=OWN,
            )


def _looks_like(known: Border, function: Function, name: str) -> str:
    """The one class of the module that has the attributes the body reads of the parameter, if it is unhashable."""
    classes = function.module.classes
    if not classes:
        return ""
    read = known.once(("attributes", function), lambda: _attributes(function)).get(name)
    fitting = [cls for cls in classes if read and read <= {*cls.annotations, *cls.methods}]
    return _named(known.program.engine, fitting[0]) if len(fitting) == 1 else ""


def _attributes(function: Function) -> dict[str, set[str]]:
    """The attributes that the body has of each plain name."""
    found: dict[str, set[str]] = {}
    for node in walk(function.node):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found.setdefault(node.value.id, set()).add(node.attr)
    return found


def _named(engine: Engine, cls: Class) -> str:
    return f"an unhashable {cls.name}" if why_unhashable(engine, cls) else ""


def _unsupported(engine: Engine, value: Value) -> str:
    if value.kinds == CONTAINER and value.extra == "set":
        return "a set"
    return _named(engine, value.ref) if value.kinds == INSTANCE and isinstance(value.ref, Class) else ""


def why_unhashable(engine: Engine, cls: Class) -> str:
    """Why objects of the class have no hash; empty if they have one."""
    for base in engine.mro(cls):
        if not isinstance(base, Class):
            return "is an unhashable container" if base in _UNHASHABLE_BASES else ""
        if "__hash__" in base.methods or "__hash__" in base.assigns:
            return ""
        if "__eq__" in base.methods:
            return "has __eq__ and no __hash__"
        made = _dataclass_arguments(base)
        if made is None or "eq=False" in made:
            continue
        if not made & {"frozen", "unsafe_hash"}:
            return "is a dataclass without a hash"
        field = next(
            (name for name, node in base.annotations.items() if _has_no_hash(engine, base, node)), ""
        )
        if field:
            return f"is a dataclass whose {field} has no hash"
    return ""


def _has_no_hash(engine: Engine, cls: Class, annotation: ast.expr) -> bool:
    value = annotation_value(engine, cls.module, annotation, "positional")
    if value is None or not value.kinds or value.kinds & ~(TENSOR | ARRAY | CONTAINER):
        return False
    name = last_part(annotation.value if isinstance(annotation, ast.Subscript) else annotation)
    return not value.kinds & CONTAINER or name.lower() in ("list", "dict", "set")


def _dataclass_arguments(cls: Class) -> set[str] | None:
    for node in cls.node.decorator_list:
        if last_part(node) != "dataclass":
            continue
        keywords = node.keywords if isinstance(node, ast.Call) else []
        truths = {k.arg: k.value.value for k in keywords if isinstance(k.value, ast.Constant)}
        return {name for name, value in truths.items() if name and value} | (
            {"eq=False"} if truths.get("eq") is False else set()
        )
    return None


def why_not_referenced(engine: Engine, cls: Class) -> str:
    """Why objects of the class cannot be weakly referenced; empty if they can."""
    if any(_is_unreferenced(engine, base) for base in engine.mro(cls)):
        return "is a tuple or a number without a place for a weak reference"
    for base in engine.mro(cls):
        if not isinstance(base, Class):
            if base != "builtins.object":
                return ""
            continue
        slots = base.assigns.get("__slots__")
        if slots is None or "__weakref__" in ast.dump(slots):
            return ""
    return "has __slots__ without __weakref__"


def _is_unreferenced(engine: Engine, base: Class | str) -> bool:
    if not isinstance(base, Class):
        return base in _UNREFERENCED_BASES
    makers = [node.func for node in base.node.bases if isinstance(node, ast.Call)]
    values = [engine.scope_value(base.module, base.parent, maker) for maker in makers]
    return any(value.ref in _UNREFERENCED_BASES for value in values if isinstance(value.ref, str))
