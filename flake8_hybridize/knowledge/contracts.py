"""Contracts of Keras base classes: which of their methods Keras traces, and which parameters get tensors."""

TENSOR_METHODS_OF_KERAS: dict[tuple[str, str], tuple[str, ...]] = {
    ("layer", "call"): ("inputs", "x"),
    ("model", "call"): ("inputs", "x"),
    ("model", "train_step"): ("data",),
    ("model", "test_step"): ("data",),
    ("model", "predict_step"): ("data",),
    ("model", "compute_loss"): ("x", "y", "y_pred", "sample_weight"),
    ("loss", "call"): ("y_true", "y_pred"),
    ("metric", "update_state"): ("y_true", "y_pred", "values", "sample_weight"),
}

STEPS_ON_BATCHES = frozenset(("train_step", "test_step"))
"""What they get is a tuple of inputs and targets."""

TRACED_METHODS: dict[str, frozenset[str]] = {
    "model": frozenset(
        (
            "call", "train_step", "test_step", "predict_step", "compute_loss", "compute_metrics", "compute_loss_and_updates",
            "make_train_function", "make_test_function", "make_predict_function", "get_config", "from_config", "build", "compile",
        )
    ),
    "layer": frozenset(("call", "compute_mask", "compute_output_shape", "build", "get_config", "from_config", "adapt", "update_state")),
    "loss": frozenset(("call", "__call__", "get_config")),
    "metric": frozenset(("update_state", "result", "reset_state", "reset_states", "merge_state", "get_config")),
    "optimizer": frozenset(("update_step", "apply_gradients", "apply", "build", "get_config")),
    "callback": frozenset(),
}  # fmt: skip
