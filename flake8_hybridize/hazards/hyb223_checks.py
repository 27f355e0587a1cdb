"""HYB223: checks that are always raised, never made, or cannot be made while tracing."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, Category, Rule, Signal
from flake8_hybridize.hazards.body import Body, text_of
from flake8_hybridize.results import Applicability, Confidence
from flake8_hybridize.tensors.observations import Call, Leave, Statement, Test
from flake8_hybridize.tensors.values import NO, TENSOR, tensorness

RULE = DETECTORS.declare(
    Rule(
        code="HYB223",
        name="check-on-tensor",
        summary="raise and assert on tensors do not wait for the value",
        category=Category.RAISES,
        names=("RAISE_IN_TENSOR_IF", "ASSERT_TENSOR", "DEAD_CHECK"),
        fix=Applicability.UNSAFE,
    )
)
# Pure operations that raise when they meet bad data, and whose error the graph drops with the result (run on 2.21).
_CHECKING = frozenset(
    f"tensorflow.{name}"
    for name in "gather gather_nd reshape stack concat slice broadcast_to linalg.cholesky linalg.inv linalg.solve "
    "strings.to_number strings.substr strings.unicode_decode io.decode_csv io.decode_raw io.decode_base64 io.decode_image "
    "io.decode_png io.decode_jpeg io.parse_tensor io.parse_example io.parse_single_example image.decode_image image.decode_png "
    "image.decode_jpeg tensor_scatter_nd_update scatter_nd unravel_index dynamic_stitch nn.embedding_lookup tile fill range "
    "one_hot math.floordiv math.floormod math.segment_sum math.top_k sparse.to_dense "
    "nn.sparse_softmax_cross_entropy_with_logits".split()
)


@DETECTORS.on(Leave)
def raised(leave: Leave, body: Body) -> Iterator[Signal]:
    """Both branches of a test on a tensor are traced, so the exception always comes."""
    if leave.how == "raise" and leave.where.tensor_if != NO and "except" not in leave.where.context:
        yield Signal(
            RULE, "RAISE_IN_TENSOR_IF", leave.node, "raises under a test on a tensor, so tracing always raises",
            "use tf.debugging.assert_*", "raise under a tensor test", condition=leave.where.tensor_if, alone=True,
        )  # fmt: skip


@DETECTORS.on(Test)
def asserted(test: Test, body: Body) -> Iterator[Signal]:
    """AutoGraph does not convert `assert`."""
    if test.how == "assert":
        text = text_of(test.node)
        yield Signal(
            RULE, "ASSERT_TENSOR", test.node, f"asserts the tensor {text}, which raises when traced", "use tf.debugging.assert_*",
            f"assert {text}", condition=tensorness(test.value), needs_evidence=test.value.param >= 0,
            confidence=Confidence.GUESS if test.where.static_if else Confidence.LIKELY, alone=True,
        )  # fmt: skip


@DETECTORS.on(Statement)
def unused(seen: Statement, body: Body) -> Iterator[Signal]:
    """An operation only used for its error is pruned from the graph."""
    node = seen.node.value
    if not isinstance(node, ast.Call) or seen.value.kinds != TENSOR:
        return
    call = next(
        (o for o in reversed(body.facts.observations) if isinstance(o, Call) and o.node is node), None
    )
    if call is not None and call.target in _CHECKING:
        yield Signal(
            RULE, "DEAD_CHECK", seen.node, f"calls {text_of(node.func)} only for its error, which the graph drops",
            "use tf.debugging.assert_*", text_of(node.func), confidence=Confidence.LIKELY, category=Category.DIFFERS,
        )  # fmt: skip
