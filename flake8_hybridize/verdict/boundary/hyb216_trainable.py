"""HYB216: the list of a model's variables is read once, while tracing, and is not what it is later."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from flake8_hybridize.hazards.base import DETECTORS, OWN, Category, Rule, Signal
from flake8_hybridize.model.module import Class, Function
from flake8_hybridize.source.tree import walk
from flake8_hybridize.tensors.observations import Call, Listing
from flake8_hybridize.tensors.values import OUTER, PARAM
from flake8_hybridize.verdict.boundary.base import Border, border
from flake8_hybridize.verdict.boundary.changes import own_nodes
from flake8_hybridize.verdict.boundary.hyb217_keras_call import holds_unbuilt
from flake8_hybridize.verdict.boundary.makings import eager_calls
from flake8_hybridize.verdict.boundary.phases import Phases, made_of
from flake8_hybridize.verdict.boundary.variation import argument, dotted
from flake8_hybridize.verdict.callers import Site

RULE = DETECTORS.declare(
    Rule(
        code="HYB216",
        name="trainable-snapshot",
        summary="a list of trainable variables is read while tracing, before it is what it will be",
        category=Category.DIFFERS,
        names=("TRAINABLE_SNAPSHOT",),
    )
)
_LISTS = ("trainable_variables", "trainable_weights")
_ADVICE = "read it after the forward pass"
_ANEW = "make a new tf.function afterwards"


@border
def read_before_built(known: Border, function: Function) -> Iterator[Signal]:
    """The list of a model without weights, which the body calls only afterwards."""
    for seen in _listings(known, function):
        text = dotted(seen.node.value)
        if not text or seen.base.origin not in (OUTER, PARAM) or seen.where.guarded:
            continue
        if not holds_unbuilt(known.program.engine, seen.base) or not _built_after(
            known, function, seen, text
        ):
            continue
        what = f"reads {text}.{seen.name} before {text} has any variables; the trace finds them all"
        yield Signal(
            RULE, "TRAINABLE_SNAPSHOT", seen.node, what, _ADVICE, "list of an unbuilt model", param=OWN
        )


@border
def changed_after_trace(known: Border, function: Function) -> Iterator[Signal]:
    """The list of a model of which a caller freezes or unfreezes layers between two calls."""
    if not function.module.attribute_stores.get("trainable"):
        return
    groups: dict[tuple[Function | None, str], list[Site]] = {}
    for site in eager_calls(known, function):
        if site.module is function.module:
            groups.setdefault((site.caller, dotted(site.call.node.func)), []).append(site)
    for seen in _listings(known, function):
        for (_, called), sites in groups.items():
            place = _changed(known, function, seen, called, sites) if called else ""
            if place:
                what = f"reads {dotted(seen.node.value)}.{seen.name} while tracing; {place} is frozen or unfrozen later"
                yield Signal(
                    RULE, "TRAINABLE_SNAPSHOT", seen.node, what, _ANEW, f"{place}.trainable", param=OWN
                )
                break


@border
def changed_between_rounds(known: Border, function: Function) -> Iterator[Signal]:
    """The list of a global model whose layers a loop freezes or unfreezes in one of its rounds.

    No call of the function is in sight: the loop yields to who calls it, and nothing else reads such a list.
    """
    module = function.module
    if not module.attribute_stores.get("trainable") or known.callers.calls(function):
        return
    readers = {reader for name in _LISTS for reader in module.attribute_loads.get(name, ())}
    for seen in _listings(known, function) if readers == {function} else ():
        model = dotted(seen.node.value)
        if not model or model.partition(".")[0] in function.local_names:
            continue
        phases = Phases(model, made_of(model, _assigns(function, None, "")), frozenset(), lambda _: None)
        phases.run(module.tree.body, {})
        place = next(filter(None, (_in_one_round(f, phases) for f in module.functions)), "")
        if place:
            what = f"reads {model}.{seen.name} while tracing; {place} is frozen or unfrozen between rounds"
            yield Signal(RULE, "TRAINABLE_SNAPSHOT", seen.node, what, _ANEW, f"{place}.trainable", param=OWN)


def _in_one_round(function: Function, phases: Phases) -> str:
    """The place of the model that the function changes under a test in a loop that yields."""
    body = function.node.body
    for loop in own_nodes(body if function.is_generator and isinstance(body, list) else ()):
        if not isinstance(loop, (ast.For, ast.While)):
            continue
        inside = list(own_nodes(loop.body))
        if not any(isinstance(node, ast.Yield) for node in inside):
            continue
        for test in (node for node in inside if isinstance(node, ast.If)):
            for node in own_nodes(test.body):
                place = phases.changed_by(node) if isinstance(node, ast.Assign) else ""
                if place:
                    return place
    return ""


def _listings(known: Border, function: Function) -> Iterator[Listing]:
    readers = (function.module.attribute_loads.get(name, ()) for name in _LISTS)
    if any(function in found for found in readers):
        for seen in known.program.body(function).facts.seen(Listing):
            if seen.name in _LISTS:
                yield seen


def _built_after(known: Border, function: Function, seen: Listing, text: str) -> bool:
    """Whether the body runs the model behind the list only, and nothing else runs or builds it."""
    calls = known.program.body(function).facts.seen(Call)
    runs = [call.node for call in calls if dotted(call.node.func) == text]
    if not runs or any(_position(node) < _position(seen.node) for node in runs):
        return False
    last = text.rpartition(".")[2]
    for body in known.bodies:
        if body.function is function:
            continue
        for call in body.facts.observations:
            if isinstance(call, Call):
                func = call.node.func
                used = dotted(func), dotted(func.value) if isinstance(func, ast.Attribute) else ""
                if last in (used[0].rpartition(".")[2], used[1].rpartition(".")[2]):
                    return False
                if (
                    call.method == "build"
                    and isinstance(func, ast.Attribute)
                    and isinstance(func.value, ast.Name)
                ):
                    return False  # `for layer in …: layer.build(…)`
    return True


def _position(node: ast.expr) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _changed(known: Border, function: Function, seen: Listing, called: str, sites: list[Site]) -> str:
    """The place that a caller freezes or unfreezes between its calls `called(...)`."""
    caller = sites[0].caller
    place, receiver = _in_caller(function, seen.node.value, sites[0])
    root = caller.node if caller is not None else function.module.tree
    if not place or isinstance(root, ast.Lambda) or _rebound(root, called.partition(".")[0]):
        return ""
    assigns = _assigns(function, caller, receiver)
    calls = frozenset(site.call.node for site in sites)
    phases = Phases(place, made_of(place, assigns), calls, _methods(known, caller, function))
    phases.run(_constructed(function.owner, receiver) if function.owner is not None and receiver else (), {})
    if caller is not None:
        phases.run(function.module.tree.body, {})
    phases.run(root.body, {})
    return phases.changed()


def _in_caller(function: Function, node: ast.expr, site: Site) -> tuple[str, str]:
    """The model's name in the caller, and that of the object whose method is called; empty where unknown."""
    root, dot, rest = dotted(node).partition(".")
    index = function.param_index(root)
    func = site.call.node.func
    receiver = dotted(func.value) if isinstance(func, ast.Attribute) and function.is_method else ""
    if index == 0 and function.is_method:
        return (receiver + dot + rest if receiver else ""), receiver
    if index is not None:
        given = argument(site, index)
        text = dotted(given) if given is not None else ""
        return (text + dot + rest if text else ""), receiver
    if root in function.local_names or (function.parent is not None and function.parent is not site.caller):
        scope = function.parent
        while scope is not None:
            if root in scope.local_names and scope is not site.caller:
                return "", receiver
            scope = scope.parent
    shadowed = (
        site.caller is not None and site.caller is not function.parent and root in site.caller.local_names
    )
    return ("" if shadowed or root in function.local_names else root + dot + rest), receiver


def _rebound(root: ast.AST, name: str) -> bool:
    """Whether the caller binds what it calls more than once."""
    return (
        sum(isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Store) for n in walk(root)) > 1
    )


def _assigns(function: Function, caller: Function | None, receiver: str) -> list[ast.Assign]:
    """Assignments that say what a model is made of, those of the constructor as the caller would write them."""
    found = [node for node in function.module.tree.body if isinstance(node, ast.Assign)]
    if caller is not None:
        found += [node for node in walk(caller.node) if isinstance(node, ast.Assign)]
    return found + (_constructed(function.owner, receiver) if function.owner is not None and receiver else [])


def _constructed(cls: Class, receiver: str) -> list[ast.Assign]:
    init = cls.methods.get("__init__")
    if init is None or not init.params:
        return []
    replaced = ast.parse(receiver, mode="eval").body
    first = init.params[0].name
    found = []
    for node in walk(init.node):
        if isinstance(node, ast.Assign):
            copied = _Renamed(first, replaced).visit(ast.parse(ast.unparse(node)).body[0])
            found.append(copied)
    return found


class _Renamed(ast.NodeTransformer):
    def __init__(self, name: str, new: ast.expr) -> None:
        self.name, self.new = name, new

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.new if node.id == self.name else node


def _methods(
    known: Border, caller: Function | None, function: Function
) -> Callable[[ast.Call], tuple[list[ast.stmt], str] | None]:
    """Gives the body of the method that a call runs, with its receiver as the caller names it."""
    body = known.program.body(caller) if caller is not None else known.program.module_body(function.module)
    runs: dict[ast.Call, tuple[list[ast.stmt], str]] = {}
    for seen in body.facts.seen(Call):
        if len(seen.functions) == 1 and seen.functions[0].is_method:
            node, func = seen.functions[0].node, seen.node.func
            if isinstance(func, ast.Attribute) and not isinstance(node, ast.Lambda):
                runs[seen.node] = (node.body, dotted(func.value))
    return runs.get
