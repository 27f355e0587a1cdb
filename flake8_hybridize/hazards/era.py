"""Code that was written for TensorFlow 1, where nobody can decorate anything with `tf.function` before it is ported."""

from __future__ import annotations

import ast

from flake8_hybridize.model.module import Module
from flake8_hybridize.source.tree import children
from flake8_hybridize.tensors.engine import Engine

REMOVED = frozenset(
    "contrib enable_eager_execution placeholder Session InteractiveSession global_variables_initializer get_variable "
    "variable_scope trainable_variables get_default_graph layers".split()
)
"""Names that `tensorflow` itself had in version 1 only (`tensorflow.compat.v1` still has most of them)."""


def is_for_tensorflow_1(engine: Engine, module: Module) -> bool:
    """Whether the module uses, for whatever version it meets, what only TensorFlow 1 has.

    What stands under a test or in a `try` may be the branch for the older of two versions.
    """
    if REMOVED.isdisjoint(module.attribute_loads):
        return False
    stack: list[ast.AST] = list(module.tree.body)
    while stack:
        node = stack.pop()
        if isinstance(node, (ast.If, ast.Try)):
            continue
        if (
            isinstance(node, ast.Attribute)
            and node.attr in REMOVED
            and isinstance(node.value, ast.Name)
            and engine.scope_value(module, None, node.value).ref == "tensorflow"
        ):
            return True
        stack.extend(children(node))
    return False
