"""What changes from one call to the next: loop variables, counters, and what is computed from them.

Read from the syntax of the loops around a call. Only what surely takes another value in most rounds counts.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from flake8_hybridize.model.module import Function, Module, last_part
from flake8_hybridize.source.tree import children, walk
from flake8_hybridize.verdict.boundary.base import Border
from flake8_hybridize.verdict.callers import Site

FEW = 4
Loops = tuple[ast.AST, ...]
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_STATIC_ATTRIBUTES = ("shape", "ndim", "dtype", "name", "rank")
_JOINING = frozenset(("concat", "append", "concatenate", "hstack", "vstack", "pad"))
_ADDING = frozenset(("append", "extend", "insert", "appendleft"))
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


def loops_around(known: Border, site: Site) -> Loops:
    """Loops and comprehensions of the caller around the call, outermost first."""
    if not site.call.where.loops:
        return ()
    return loops_of(known, site.caller if site.caller is not None else site.module, site.call.node)


def loops_of(known: Border, scope: Function | Module, node: ast.AST) -> Loops:
    """Loops of the function or module around a call or a definition in it."""
    return known.of_syntax(("loops", scope), lambda: _loops_of_calls(scope)).get(node, ())


def _loops_of_calls(scope: Function | Module) -> dict[ast.AST, Loops]:
    table: dict[ast.AST, Loops] = {}
    if not scope.has_loops:
        return table
    stack: list[tuple[ast.AST, Loops]] = [(node, ()) for node in _body(scope)]
    while stack:
        node, loops = stack.pop()
        if loops and isinstance(node, (ast.Call, ast.FunctionDef)):
            table[node] = loops
        if isinstance(node, _SCOPES):
            continue
        for child, inside in _children(node):
            stack.append((child, (*loops, node) if inside else loops))
    return table


def _body(scope: Function | Module) -> list[ast.AST]:
    node = scope.node if isinstance(scope, Function) else scope.tree
    return [node.body] if isinstance(node, ast.Lambda) else list(node.body)


def _children(node: ast.AST) -> Iterator[tuple[ast.AST, bool]]:
    """Child nodes, and whether they run in every round of the loop that `node` is."""
    if isinstance(node, _COMPREHENSIONS):
        yield from ((child, True) for child in children(node) if not isinstance(child, ast.comprehension))
        for index, generator in enumerate(node.generators):
            yield generator.iter, index > 0
            yield from ((test, True) for test in generator.ifs)
    elif isinstance(node, (ast.For, ast.AsyncFor)):
        yield node.iter, False
        yield from ((child, True) for child in node.body)
        yield from ((child, False) for child in node.orelse)
    elif isinstance(node, ast.While):
        yield node.test, True
        yield from ((child, True) for child in node.body)
        yield from ((child, False) for child in node.orelse)
    else:
        yield from ((child, False) for child in children(node))


def changing(known: Border, loops: Loops) -> frozenset[str]:
    """Names and dotted attributes that take another value in most rounds of one of the loops."""
    if not loops:
        return frozenset()
    return known.of_syntax(("changing", loops), lambda: _changing(loops))


def _changing(loops: Loops) -> frozenset[str]:
    names: set[str] = set()
    assigns: list[tuple[list[str], ast.expr]] = []
    for loop in loops:
        names.update(_loop_variables(loop))
        if isinstance(loop, _LOOPS):
            for node in statements(loop.body):
                names.update(
                    targets(node.target) if isinstance(node, ast.AugAssign) else _loop_variables(node)
                )
                if isinstance(node, ast.Assign):
                    assigns.append(
                        ([name for target in node.targets for name in targets(target)], node.value)
                    )
    for _ in range(3):
        for bound, value in assigns:
            mentioned = set(mentions(value))
            if mentioned & names or mentioned & set(bound):
                names.update(bound)
    return frozenset(names)


def _loop_variables(node: ast.AST) -> Iterator[str]:
    """Names that take another value in most rounds of the loop or comprehension."""
    if isinstance(node, (ast.For, ast.AsyncFor)):
        if many(node.iter):
            yield from targets(node.target)
    elif isinstance(node, _COMPREHENSIONS):
        for generator in node.generators:
            if many(generator.iter):
                yield from targets(generator.target)


def keys_of_dicts(loops: Loops) -> frozenset[str]:
    """Names that the loops bind to keys of a dict: the same few in each round of a loop around them."""
    names: set[str] = set()
    for loop in loops:
        for part in (loop, *getattr(loop, "generators", ())):
            source = getattr(part, "iter", None)
            if isinstance(source, ast.Call) and last_part(source.func) in ("items", "keys"):
                target = part.target
                first = target.elts[0] if isinstance(target, ast.Tuple) and target.elts else target
                names.update(targets(first))
    return frozenset(names)


def assigned(loops: Loops) -> frozenset[str]:
    """Names and dotted attributes that are bound anew in any round of one of the loops."""
    names: set[str] = set()
    for loop in loops:
        for node in walk(loop):
            if (
                isinstance(node, (ast.Name, ast.Attribute))
                and not isinstance(node.ctx, ast.Load)
                and dotted(node)
            ):
                names.add(dotted(node))
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                names.add(node.name)
    return frozenset(names)


def statements(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Statements of a block and of the blocks in it, nested functions and classes left out."""
    for node in body:
        yield node
        if not isinstance(node, _SCOPES):
            yield from statements(
                child for child in children(node) if isinstance(child, (ast.stmt, ast.ExceptHandler))
            )


def many(iterable: ast.expr) -> bool:
    """Whether a loop over the expression may have more than a few rounds."""
    if isinstance(iterable, (ast.Tuple, ast.List, ast.Set)):
        different = {ast.dump(item) for item in iterable.elts}
        return len(different) >= FEW or any(isinstance(item, ast.Starred) for item in iterable.elts)
    if isinstance(iterable, ast.Call) and isinstance(iterable.func, ast.Name):
        name, args = iterable.func.id, iterable.args
        if name in ("enumerate", "reversed", "sorted", "zip", "list", "tuple") and args:
            return all(many(arg) for arg in args)
        if name == "range":
            try:
                return len(range(*(ast.literal_eval(arg) for arg in args))) >= FEW
            except (ValueError, TypeError, SyntaxError):
                return True
    return True


def targets(node: ast.expr) -> list[str]:
    """Names and dotted attributes that an assignment to the expression binds."""
    if isinstance(node, (ast.Tuple, ast.List)):
        return [name for part in node.elts for name in targets(part)]
    if isinstance(node, ast.Starred):
        return targets(node.value)
    return [dotted(node)] if isinstance(node, (ast.Name, ast.Attribute)) and dotted(node) else []


def mentions(node: ast.AST) -> list[str]:
    """Names and dotted attributes that an expression reads; static shapes and lengths do not count."""
    found = []
    stack = [node]
    while stack:
        part = stack.pop()
        if isinstance(part, ast.Name):
            found.append(part.id)
        elif isinstance(part, ast.Attribute):
            if part.attr in _STATIC_ATTRIBUTES:
                continue
            if dotted(part):
                found.append(dotted(part))
            stack.append(part.value)
        elif (
            isinstance(part, ast.Call)
            and isinstance(part.func, ast.Name)
            and part.func.id in ("len", "type", "isinstance")
        ):
            continue
        elif not isinstance(part, _SCOPES):
            stack.extend(children(part))
    return found


def dotted(node: ast.expr) -> str:
    """`a.b.c` for a chain of names; empty for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def argument(site: Site, index: int) -> ast.expr | None:
    """The expression that the call gives for the parameter at `index`; None where it takes the default."""
    call = site.call
    if any(isinstance(arg, ast.Starred) for arg in call.node.args) or index not in site.bound:
        return None
    value = site.bound[index]
    for keyword in call.node.keywords:
        if (
            keyword.arg is not None
            and call.kwargs.get(keyword.arg) is value
            and _named(site, index, keyword.arg)
        ):
            return keyword.value
    for offset in range(len(site.bound) - len(call.args), -1, -1):
        if all(site.bound.get(offset + k) is given for k, given in enumerate(call.args)):
            position = index - offset
            if 0 <= position < len(call.node.args):
                return call.node.args[position]
    return None


def _named(site: Site, index: int, name: str) -> bool:
    for function, bound in zip(site.call.functions, site.call.bound):
        if bound is site.bound:
            return function.params[index].name == name
    return False


def assigned_values(loops: Loops, name: str) -> Iterator[ast.expr]:
    """What one of the loops assigns to the name alone."""
    for loop in loops:
        for node in statements(getattr(loop, "body", ())):
            if not isinstance(node, ast.Assign) or all(
                name not in targets(target) for target in node.targets
            ):
                continue
            if all(isinstance(target, ast.Name) for target in node.targets):
                yield node.value


def grows(loops: Loops, name: str) -> bool:
    """Whether one of the loops makes the tensor longer: `x = tf.concat([x, …])`."""
    return any(
        isinstance(value, ast.Call)
        and last_part(value.func) in _JOINING
        and any(name in mentions(argument) for argument in value.args)
        for value in assigned_values(loops, name)
    )


def fills(loops: Loops, name: str) -> bool:
    """Whether one of the loops makes the list longer, and does not begin another one itself."""
    return any(
        any(
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Call)
            and isinstance(node.value.func, ast.Attribute)
            and node.value.func.attr in _ADDING
            and dotted(node.value.func.value) == name
            for node in statements(getattr(loop, "body", ()))
        )
        and name not in assigned((loop,))
        for loop in loops
    )


def collects(loops: Loops, name: str, moving: frozenset[str]) -> bool:
    """Whether a round of one of the loops begins a list and fills it in an inner loop with an open number of rounds."""
    return any(
        isinstance(value, ast.List) and not value.elts for value in assigned_values(loops, name)
    ) and any(
        _is_open(inner, moving) and fills((inner,), name)
        for loop in loops
        for inner in statements(getattr(loop, "body", ()))
        if inner not in loops and isinstance(inner, _LOOPS)
    )


def _is_open(loop: ast.AST, moving: frozenset[str]) -> bool:
    """Whether the loop ends when something comes true, or goes over what changes from round to round."""
    if isinstance(loop, ast.While):
        return not any(isinstance(part, ast.Compare) for part in walk(loop.test))
    return isinstance(loop, (ast.For, ast.AsyncFor)) and not moving.isdisjoint(mentions(loop.iter))


def sizes(node: ast.expr) -> Iterator[str]:
    """Names and dotted attributes whose length or static shape an expression reads."""
    for part in walk(node):
        if isinstance(part, ast.Attribute) and part.attr in ("shape", "get_shape"):
            yield dotted(part.value)
        elif isinstance(part, ast.Call) and last_part(part.func) == "len" and part.args:
            yield dotted(part.args[0])
