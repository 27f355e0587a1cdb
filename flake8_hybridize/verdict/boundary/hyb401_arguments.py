"""HYB401 to HYB403: outdated, private or wrong ways of calling tf.function (its signature in TensorFlow 2.21)."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, OWN, Category, Rule, Signal
from flake8_hybridize.model.module import Function, Module
from flake8_hybridize.results import Applicability, Confidence
from flake8_hybridize.verdict.boundary.base import Border, border
from flake8_hybridize.verdict.boundary.makings import Making, makings
from flake8_hybridize.verdict.boundary.variation import dotted, statements

DEPRECATED = DETECTORS.declare(
    Rule(
        code="HYB401",
        name="deprecated-argument",
        summary="an argument of tf.function was renamed or is ignored",
        category=Category.DEPRECATED,
        names=("DEPRECATED_ARG",),
        fix=Applicability.SAFE,
    )
)
PRIVATE = DETECTORS.declare(
    Rule(
        code="HYB402",
        name="private-import",
        summary="tf.function is imported from a private module of TensorFlow",
        category=Category.DEPRECATED,
        names=("PRIVATE_IMPORT",),
    )
)
WRONG = DETECTORS.declare(
    Rule(
        code="HYB403",
        name="unknown-argument",
        summary="tf.function has no such argument, or gets it twice",
        category=Category.RAISES,
        names=("WRONG_ARG",),
    )
)
RENAMED = {
    "experimental_relax_shapes": ("reduce_retracing", (2, 9)),
    "experimental_compile": ("jit_compile", (2, 5)),
}
IGNORED = {"experimental_follow_type_hints": (2, 12)}
PARAMETERS = (
    "func", "input_signature", "autograph", "jit_compile", "reduce_retracing", "experimental_implements",
    "experimental_autograph_options", "experimental_attributes", "experimental_relax_shapes", "experimental_compile",
    "experimental_follow_type_hints",
)  # fmt: skip


@border
def arguments(known: Border, function: Function) -> Iterator[Signal]:
    """What is wrong with the decorators and `tf.function(...)` calls of the function."""
    for making in makings(known, function):
        private = _private_path(known, function.module, making)
        if private:
            yield _signal(PRIVATE, making.node, f"uses the private {private}", "use tf.function")
        if isinstance(making.node, ast.Call) and not making.wrapper:
            for text in outdated(making.node, known.tensorflow_version):
                yield _signal(DEPRECATED, making.node, text, "")
            for text in _wrong(making.node):
                yield _signal(WRONG, making.node, text, "")


def _signal(rule: Rule, node: ast.AST, what: str, advice: str) -> Signal:
    return Signal(
        rule, rule.names[0], node, what, advice, what, param=OWN, confidence=Confidence.PROVED, blocks=False
    )


def outdated(node: ast.Call, version: tuple[int, int]) -> Iterator[str]:
    """Renamed and ignored arguments of a call of tf.function, in words."""
    twice = {"experimental_compile", "jit_compile"} <= {keyword.arg for keyword in node.keywords}
    for keyword in node.keywords:
        renamed = RENAMED.get(keyword.arg or "") if not twice else None
        if renamed is not None and version >= renamed[1]:
            yield f"gives tf.function the argument {keyword.arg}, now called {renamed[0]}"
        ignored = IGNORED.get(keyword.arg or "")
        if ignored is not None and version >= ignored:
            yield f"gives tf.function {keyword.arg}, which is ignored: delete it"


def _wrong(node: ast.Call) -> Iterator[str]:
    named = [keyword.arg for keyword in node.keywords if keyword.arg is not None]
    partial = 1 if _is_partial(node) else 0
    for name in named:
        if name not in PARAMETERS:
            yield f"gives tf.function {name}, which it does not take"
        elif name in PARAMETERS[: len(node.args) - partial]:
            yield f"gives tf.function {name} by position and by keyword"
    if "jit_compile" in named and "experimental_compile" in named:
        yield "gives tf.function jit_compile under both of its names, which raises"


def _is_partial(node: ast.Call) -> bool:
    return dotted(node.func).rpartition(".")[2] == "partial"


def _private_path(known: Border, module: Module, making: Making) -> str:
    node = making.node.func if isinstance(making.node, ast.Call) else making.node
    name, _, rest = dotted(node).partition(".")
    path = _imports(known, module).get(name, "")
    if not path.startswith("tensorflow.python."):
        return ""
    return f"{path}.{rest}" if rest else path


def _imports(known: Border, module: Module) -> dict[str, str]:
    """What the names of the module's own imports stand for, as they are written."""
    found = known.shared.get(("imports", module))
    if found is None:
        table: dict[str, str] = {}
        for node in statements(module.tree.body):
            if isinstance(node, ast.ImportFrom) and not node.level:
                table.update(
                    (alias.asname or alias.name, f"{node.module}.{alias.name}") for alias in node.names
                )
            elif isinstance(node, ast.Import):
                table.update((alias.asname, alias.name) for alias in node.names if alias.asname)
        found = known.shared[("imports", module)] = table
    assert isinstance(found, dict)
    return found
