"""Callables of known packages that turn a function into a `tf.function`, and decorators that change nothing."""

TF_FUNCTION = "tensorflow.function"

HYBRID_MAKERS = frozenset(
    {
        TF_FUNCTION,
        "tensorflow.python.eager.def_function.function",
        "tf_agents.utils.common.function",
        "tf_agents.utils.common.function_in_tf1",
        "tensorflow.compat.v1.function",
    }
)

NO_CONVERT = frozenset(
    {
        "tensorflow.autograph.experimental.do_not_convert",
        "tensorflow.autograph.do_not_convert",
    }
)

TRANSPARENT = frozenset(
    {
        "builtins.staticmethod", "builtins.classmethod", "abc.abstractmethod", "typing.final", "typing.no_type_check",
        "typing_extensions.final", "typing.override", "typing_extensions.override", "tensorflow.Module.with_name_scope",
        "functools.wraps", "gin.configurable", "gin.register", "tensorflow.autograph.experimental.do_not_convert",
        "tensorflow.recompute_grad", "tensorflow.custom_gradient", "tensorflow.autograph.to_graph",
    }
)  # fmt: skip

NOT_A_FUNCTION = frozenset(
    {
        "builtins.property", "functools.cached_property", "contextlib.contextmanager", "contextlib.asynccontextmanager",
        "abc.abstractproperty", "abc.abstractmethod", "typing.overload", "pytest.fixture", "functools.singledispatch",
        "functools.lru_cache", "functools.cache", "atexit.register", "numba.jit", "numba.njit", "jax.jit", "torch.jit.script",
        "torch.no_grad", "tensorflow.py_function", "tensorflow.numpy_function", "click.command", "ray.remote",
    }
)  # fmt: skip

OTHER_FRAMEWORKS = frozenset(
    ("torch", "pytorch_lightning", "lightning", "flax", "jax", "haiku", "paddle", "mxnet", "chainer")
)
