"""HYB215: one graph function is given several optimizers, or models, that make their variables on first use."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, OWN, Category, Rule, Signal
from flake8_hybridize.model.module import Function
from flake8_hybridize.source.tree import walk
from flake8_hybridize.tensors.observations import Call
from flake8_hybridize.tensors.values import FRESH, LAYER, MODEL, OPTIMIZER, Value
from flake8_hybridize.verdict.boundary.base import Border, border
from flake8_hybridize.verdict.boundary.hyb217_keras_call import holds_unbuilt
from flake8_hybridize.verdict.boundary.makings import eager_calls
from flake8_hybridize.verdict.boundary.variation import argument, dotted
from flake8_hybridize.verdict.callers import Site

RULE = DETECTORS.declare(
    Rule(
        code="HYB215",
        name="optimizer-arg",
        summary="a graph function is given several objects that make their variables on first use",
        category=Category.RAISES,
        names=("OPTIMIZER_ARG",),
    )
)
UPDATES = ("apply_gradients", "apply", "minimize")
_PLAIN = "keras.optimizers.SGD"
_WRAPPERS = ("LossScaleOptimizer", "MultiOptimizer")
ADVICE = "make a tf.function for each"


@border
def several_objects(known: Border, function: Function) -> Iterator[Signal]:
    """A parameter for which one caller gives two objects that have no variables yet."""
    for sites in _groups(known, function):
        for index in range(1 if function.is_method else 0, len(function.params)):
            given = [site.bound[index] for site in sites if index in site.bound]
            kinds = OPTIMIZER | MODEL | LAYER
            if not given or any(not value.kinds or value.kinds & ~kinds for value in given):
                continue
            made = {
                id(made): made
                for site in sites
                for made in _objects(known, site, argument(site, index), sites)
            }
            name = function.params[index].name
            node = _use(function, name) if len(made) > 1 else None
            if node is not None:
                what = f"is given several objects for {name}; each makes its variables on first use"
                yield Signal(
                    RULE, "OPTIMIZER_ARG", node, what, ADVICE, f"several objects for {name}", param=OWN
                )


@border
def chosen_by_flag(known: Border, function: Function) -> Iterator[Signal]:
    """Two global optimizers between which a Python flag chooses, given as True and as False."""
    groups = [sites for sites in _groups(known, function) if len(sites) > 1]
    if not groups:
        return
    for node in walk(function.node):
        if not (
            isinstance(node, ast.Assign) and isinstance(node.value, ast.IfExp) and dotted(node.targets[0])
        ):
            continue
        choice = node.value
        index = function.param_index(dotted(choice.test))
        if index is None or not any(_both_flags(sites, index) for sites in groups):
            continue
        pair = [_global_object(known, function, side) for side in (choice.body, choice.orelse)]
        use = _use(function, dotted(node.targets[0]), stores=1)
        if None not in pair and pair[0] is not pair[1] and use is not None:
            what = f"takes another optimizer when {dotted(choice.test)} changes; each makes its variables on first use"
            yield Signal(RULE, "OPTIMIZER_ARG", use, what, ADVICE, "several optimizers", param=OWN)


def _groups(known: Border, function: Function) -> list[list[Site]]:
    """Unconditional calls of the same graph function, as a caller names it."""
    found: dict[tuple[Function | None, str], list[Site]] = {}
    for site in eager_calls(known, function):
        text = dotted(site.call.node.func)
        if (
            text
            and site.module is function.module
            and not site.call.where.static_if
            and not site.call.where.guarded
        ):
            found.setdefault((site.caller, text), []).append(site)
    return list(found.values())


def _both_flags(sites: list[Site], index: int) -> bool:
    given = [site.bound[index].const for site in sites if index in site.bound]
    return any(value is True for value in given) and any(value is False for value in given)


def _objects(known: Border, site: Site, node: ast.expr | None, sites: list[Site]) -> Iterator[ast.Call]:
    """The calls that make what the argument may be, if nothing else uses these objects."""
    root = site.caller.node if site.caller is not None else site.module.tree
    if isinstance(node, ast.Name):
        allowed = {id(argument(s, index)) for s in sites for index in s.bound}
        local = site.caller is None or node.id in site.caller.local_names
        scope = root if local else site.module.tree
        if any(_loads(scope, node.id, allowed)):
            return
        made = _bound(scope, node.id)
    else:
        made = [node] if node is not None else []
    for call in made:
        if isinstance(call, ast.Call) and _makes_late(known, site.caller, site, call):
            yield call


def _global_object(known: Border, function: Function, node: ast.expr) -> ast.Call | None:
    """The call that makes the optimizer in a global that only this function uses."""
    if not isinstance(node, ast.Name) or node.id in function.local_names:
        return None
    tree = function.module.tree
    made = _bound(tree, node.id)
    if len(made) != 1 or not isinstance(made[0], ast.Call) or any(_loads(tree, node.id, {id(node)})):
        return None
    result = _result(known, None, function, made[0])
    return made[0] if result is not None and _is_lazy_optimizer(result[1], result[0]) else None


def _loads(root: ast.AST, name: str, allowed: set[int]) -> Iterator[ast.Name]:
    for node in walk(root):
        if (
            isinstance(node, ast.Name)
            and node.id == name
            and isinstance(node.ctx, ast.Load)
            and id(node) not in allowed
        ):
            yield node


def _bound(root: ast.AST, name: str) -> list[ast.expr]:
    """What the name is bound to: the value of its one assignment, or the items of the literal it loops over."""
    stores = [
        n for n in walk(root) if isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Store)
    ]
    if len(stores) != 1:
        return []
    for node in walk(root):
        if isinstance(node, ast.For) and node.target is stores[0]:
            return list(node.iter.elts) if isinstance(node.iter, (ast.Tuple, ast.List)) else []
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if target is stores[0]:
                    return [node.value]
                if (
                    isinstance(target, ast.Tuple)
                    and stores[0] in target.elts
                    and isinstance(node.value, ast.Tuple)
                ):
                    pairs = zip(target.elts, node.value.elts)
                    return [value for part, value in pairs if part is stores[0]]
    return []


def _result(
    known: Border, caller: Function | None, where: Function | Site, node: ast.Call
) -> tuple[Call, Value] | None:
    bodies = [known.program.module_body(where.module)]
    if caller is not None:
        bodies.append(known.program.body(caller))
    for body in bodies:
        for seen in body.facts.seen(Call):
            if seen.node is node:
                return seen, seen.result
    return None


def _makes_late(known: Border, caller: Function | None, site: Site, node: ast.Call) -> bool:
    """Whether the call makes an object whose variables come on first use."""
    found = _result(known, caller, site, node)
    if found is None or found[1].origin != FRESH:
        return False
    value = found[1]
    return _is_lazy_optimizer(value, found[0]) or holds_unbuilt(known.program.engine, value)


def _is_lazy_optimizer(value: Value, call: Call) -> bool:
    """Whether it is an optimizer of Keras with slot variables; plain SGD has none."""
    if not is_lazy(value) and not (value.kinds == OPTIMIZER and value.ref == _PLAIN):
        return False
    if value.ref == _PLAIN:
        momentum = call.kwargs.get("momentum")
        return (
            call.target == _PLAIN
            and momentum is not None
            and isinstance(momentum.const, float)
            and momentum.const > 0
        )
    return True


def is_lazy(value: Value) -> bool:
    """Whether it is an optimizer of Keras that has slot variables whatever it is made with."""
    ref = value.ref
    if value.kinds != OPTIMIZER or not isinstance(ref, str) or not ref.startswith("keras.optimizers."):
        return False
    name = ref.rpartition(".")[2]
    return name[:1].isupper() and name not in _WRAPPERS and ref != _PLAIN


def _use(function: Function, name: str, stores: int = 0, depth: int = 3) -> ast.AST | None:
    """The first call in the body that updates with the optimizer or runs the model, itself or in a helper."""
    bound = [n for n in walk(function.node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    if depth == 0 or sum(n.id == name for n in bound) != stores:
        return None
    for node in walk(function.node):
        if not isinstance(node, ast.Call):
            continue
        func = node.func
        if isinstance(func, ast.Attribute) and func.attr in UPDATES and dotted(func.value) == name:
            return node
        if isinstance(func, ast.Name) and func.id == name:
            return node
        helper = function.module.top.get(func.id) if isinstance(func, ast.Name) else None
        position = next((i for i, arg in enumerate(node.args) if dotted(arg) == name), len(node.args))
        inner = helper.params[position : position + 1] if isinstance(helper, Function) else ()
        if isinstance(helper, Function) and inner and _use(helper, inner[0].name, 0, depth - 1) is not None:
            return node
    return None
