"""What reaches a function, or its state, from outside the bodies that the analysis reads."""

from __future__ import annotations

import ast
from collections.abc import Collection
from functools import lru_cache

from flake8_hybridize.fixes.rebound import BUILDERS, rebound_state
from flake8_hybridize.fixes.scene import Scene
from flake8_hybridize.fixes.scopes import function_of, imported_modules, parents
from flake8_hybridize.model.build import MUTATORS
from flake8_hybridize.model.module import Class, Function, last_part

_OF_FUNCTIONS = (
    "staticmethod", "classmethod", "property", "cached_property", "abstractmethod", "override", "final",
    "with_name_scope", "contextmanager", "custom_gradient", "recompute_grad", "do_not_convert", "convert", "function",
)  # fmt: skip
"""Decorators that run the function as it is written."""
_OF_CLASSES = (
    "dataclass", "final", "runtime_checkable", "total_ordering", "register_keras_serializable", "keras_export", "tf_export",
)  # fmt: skip
_METACLASSES = ("ABCMeta", "EnumMeta", "EnumType", "type")
_MOCKS = ("unittest.mock", "mock", "pytest_mock")
_MOCKING_ARGUMENTS = frozenset(("monkeypatch", "mocker"))
_DEFAULTS = ("set_floatx", "set_dtype_policy", "set_global_policy", "set_image_data_format")
_NAMESPACES = ("vars", "globals", "locals")


def changed_from_outside(scene: Scene, function: Function, inside: Collection[Function]) -> str:
    """Why the function may do something else than its text and that of what it calls says; empty if nothing speaks for it."""
    if any(not _is_plain(scene, called) for called in inside if called is not function):
        return "a function that it calls has a decorator, which may do more than call it"
    owner = function.owner
    if owner is not None and any(_is_rewritten(base) for base in scene.context.program.engine.mro(owner)):
        return "its class is made by a decorator or metaclass that may replace methods"
    modules = {called.module for called in inside} | {
        site.module for called in inside for site in scene.context.callers.calls(called)
    }
    if any(_mocks(module.tree) for module in modules):
        return "the code replaces functions by mocks, of which a graph takes no notice"
    if any(name in module.attribute_loads for module in modules for name in _DEFAULTS):
        return "the code sets defaults of Keras, which a graph keeps as they were"
    if owner is not None and any("saved_model" in module.attribute_loads for module in modules):
        return "a SavedModel of its object would hold the function, too"
    if any(_writes_by_name(module.tree) for module in modules):
        return "the code sets attributes by computed names, which a graph may have read before"
    return rebound_state(scene, inside, modules)


def _is_plain(scene: Scene, function: Function) -> bool:
    others = [node for node in function.decorators if last_part(node) not in _OF_FUNCTIONS]
    return not others or scene.context.program.is_hybrid(function)


def _is_rewritten(base: Class | str) -> bool:
    if isinstance(base, str):
        return False
    if "__init_subclass__" in base.methods or any(
        last_part(node) not in _OF_CLASSES for node in base.node.decorator_list
    ):
        return True
    made_by = (keyword.value for keyword in base.node.keywords if keyword.arg == "metaclass")
    return any(last_part(node) not in _METACLASSES for node in made_by)


@lru_cache(maxsize=16)
def _mocks(tree: ast.Module) -> bool:
    """Whether the module has mocks, or tests that take pytest's fixtures for them."""
    return any(module.startswith(_MOCKS) for module in imported_modules(tree)) or any(
        isinstance(node, ast.arg) and node.arg in _MOCKING_ARGUMENTS for node in ast.walk(tree)
    )


@lru_cache(maxsize=16)
def _writes_by_name(tree: ast.Module) -> bool:
    """Whether attributes or globals are set by names that are not written there, other than while an object is made."""
    places = (node for node in ast.walk(tree) if _sets_by_name(tree, node))
    return any(
        function is None or function.name not in BUILDERS
        for function in (function_of(tree, node) for node in places)
    )


def _sets_by_name(tree: ast.Module, node: ast.AST) -> bool:
    """`setattr(x, name, v)`, `x.__dict__.update(…)`, `vars(x)[name] = v`."""
    if isinstance(node, ast.Call) and last_part(node.func) in ("setattr", "__setattr__"):
        return not any(isinstance(argument, ast.Constant) for argument in node.args[:-1])
    if not _is_namespace(node):
        return False
    around = parents(tree).get(node)
    if isinstance(around, ast.Attribute):
        return around.attr in MUTATORS
    return isinstance(around, ast.Subscript) and not isinstance(around.ctx, ast.Load)


def _is_namespace(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in _NAMESPACES
    return isinstance(node, ast.Attribute) and node.attr == "__dict__"
