"""Code that was written for TensorFlow 1, or for another framework: nobody can decorate it with `tf.function`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_hybridize.knowledge.wrappers import OTHER_FRAMEWORKS
from flake8_hybridize.model.module import Module
from flake8_hybridize.source.text import mentions_tensorflow
from flake8_hybridize.source.tree import children, walk
from flake8_hybridize.tensors.engine import Engine

DISABLING = ("disable_eager_execution", "disable_v2_behavior")
"""What makes all of TensorFlow 2 build graphs, as TensorFlow 1 did."""
REMOVED = frozenset(
    "AUTO_REUSE ConfigProto FIFOQueue FixedLenFeature GraphDef GraphKeys InteractiveSession Print Session SparseTensorValue "
    "TFRecordReader VarLenFeature add_to_collection all_variables app arg_max arg_min assign assign_add assign_sub ceil check_numerics "
    "colocate_with contrib count_nonzero cross decode_csv decode_raw depth_to_space diag div div_no_nan enable_eager_execution "
    "extract_image_patches flags floor_div floordiv get_collection get_default_graph get_default_session get_variable "
    "get_variable_scope gfile global_variables global_variables_initializer initialize_all_variables invert_permutation is_finite is_inf "
    "is_nan layers lin_space local_variables_initializer log log1p log_sigmoid logging make_template matrix_band_part matrix_diag "
    "matrix_inverse mod multinomial parse_example parse_single_example placeholder placeholder_with_default py_func python_io "
    "random_crop random_normal random_shuffle random_uniform read_file reciprocal reset_default_graph resource_loader rint rsqrt "
    "scatter_add scatter_sub scatter_update segment_max segment_mean segment_sum set_random_seed space_to_depth sparse_placeholder "
    "sparse_reduce_sum sparse_tensor_dense_matmul sparse_tensor_to_dense sparse_to_dense squared_difference string_join string_split "
    "string_to_number tables_initializer to_double to_float to_int32 to_int64 trainable_variables truncated_normal "
    "truncated_normal_initializer unsorted_segment_sum variable_scope variables_initializer write_file".split()
)
"""Names that `tensorflow` itself had in version 1 only (`tensorflow.compat.v1` still has most of them)."""


def is_for_tensorflow_1(engine: Engine, module: Module) -> bool:
    """Whether the module uses, for whatever version it meets, what only TensorFlow 1 has, or switches eager execution off.

    What stands under a test or in a `try` may be the branch for the older of two versions.
    """
    engine.reads.note(module)
    engine.reads.tables(module)
    if switches_off(module):
        return True
    names = {name for attribute in REMOVED for name in module.attribute_bases.get(attribute, ())}
    values = ((name, engine.scope_value(module, None, ast.Name(name, ast.Load()))) for name in sorted(names))
    of_tensorflow = {name for name, value in values if value.ref == "tensorflow"}
    return bool(of_tensorflow) and any(name.id in of_tensorflow for name in removed_from(module))


def removed_from(module: Module) -> Iterator[ast.Name]:
    """The names whose attributes in the module may be such ones, if they are `tensorflow`."""
    stack: list[ast.AST] = [] if REMOVED.isdisjoint(module.attribute_loads) else [*module.tree.body]
    while stack:
        node = stack.pop()
        if isinstance(node, (ast.If, ast.Try)):
            continue
        if isinstance(node, ast.Attribute) and node.attr in REMOVED and isinstance(node.value, ast.Name):
            yield node.value
        stack.extend(children(node))


def switches_off(module: Module) -> bool:
    """Whether the module may switch eager execution off, for the whole program."""
    return any(name in module.attribute_loads or name in module.names for name in DISABLING)


def is_switched_off(engine: Engine, module: Module) -> bool:
    """Whether the module imports one that switches eager execution off."""
    project = engine.project
    paths = (
        {path for name in DISABLING for path in project.naming(module, name)} if engine.follow_imports else ()
    )
    return bool(paths) and any(
        found is not None and found.location in paths and switches_off(found)
        for found in _imported(engine, module)
    )


def _imported(engine: Engine, module: Module) -> Iterator[Module | None]:
    """Modules of the project that the module's own statements import."""
    engine.reads.note(module)
    for name in _names(module):
        found = engine.project.find(name, module)
        if found is not None:
            engine.reads.note(found)
            engine.reads.tables(found)
        yield found


def _names(module: Module) -> Iterator[str]:
    """Dotted names that the module's own statements import, relative ones completed."""
    for node in module.tree.body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = module.package.split(".")
            above = package[: len(package) + 1 - node.level] if node.level else []
            base = ".".join([*filter(None, above), *filter(None, [node.module])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def is_for_another_framework(module: Module) -> bool:
    """Whether the module imports PyTorch or the like, and nothing of TensorFlow, not even in a function."""
    statements = [part for node in module.tree.body for part in (node, *getattr(node, "body", ()))]
    above = (name for node in statements for name in _named_in(node))
    if OTHER_FRAMEWORKS.isdisjoint(name.partition(".")[0] for name in above):
        return False
    return not any(mentions_tensorflow(name) for node in walk(module.tree) for name in _named_in(node))


def _named_in(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []
