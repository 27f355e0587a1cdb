"""Laws of the lattice: joins are commutative and only lose knowledge; degrees behave like a logic of "perhaps"."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from flake8_hybridize.tensors.values import (
    ARRAY,
    BOOL,
    CONTAINER,
    MAYBE,
    NO,
    NONE,
    NUMBER,
    PARTS,
    TENSOR,
    UNDEFINED,
    UNKNOWN,
    VARIABLE,
    YES,
    Value,
    both,
    either,
    holds_tensors,
    join,
    of_kind,
    outside,
    parts,
    tensorness,
)

KINDS = (TENSOR, VARIABLE, ARRAY, NUMBER, BOOL, NONE, CONTAINER, UNKNOWN)
values = st.tuples(
    st.lists(st.sampled_from(KINDS), min_size=1, max_size=3),
    st.integers(0, 7),
    st.sampled_from(["", "float32", "int32"]),
    st.sampled_from(["", "fresh", "outer"]),
).map(lambda parts: Value(_union(parts[0]), deps=parts[1], dtype=parts[2], origin=parts[3]))
degrees = st.one_of(st.sampled_from([YES, NO, MAYBE]), st.integers(1, 15))


def _union(bits: list[int]) -> int:
    found = 0
    for bit in bits:
        found |= bit
    return found


@given(values, values)
def test_join_is_commutative(left: Value, right: Value) -> None:
    assert join(left, right) == join(right, left)


@given(values)
def test_join_is_idempotent_and_undefined_is_neutral(value: Value) -> None:
    assert join(value, value) == value
    assert join(value, UNDEFINED) == value
    assert join(UNDEFINED, value) == value


@given(values, values, values)
def test_join_covers_all_sides(a: Value, b: Value, c: Value) -> None:
    joined = join(join(a, b), c)
    assert joined.kinds == a.kinds | b.kinds | c.kinds
    assert joined.deps == a.deps | b.deps | c.deps


@given(values)
def test_nothing_of_the_parameters_is_known_outside(value: Value) -> None:
    seen = outside(value, "name")
    assert (seen.deps, seen.param, seen.origin) == (0, -1, "outer")
    assert tensorness(seen) in (YES, NO, MAYBE)


@given(degrees, degrees)
def test_either_and_both_are_commutative(left: int, right: int) -> None:
    assert either(left, right) == either(right, left)
    assert both(left, right) == both(right, left)


@given(degrees)
def test_sure_and_impossible_degrees(degree: int) -> None:
    assert either(degree, YES) == YES
    assert either(degree, NO) == degree
    assert both(degree, NO) == NO
    assert both(degree, YES) == degree


def test_mixed_values_are_perhaps_tensors() -> None:
    assert tensorness(join(of_kind("tensor"), of_kind("number"))) == MAYBE
    assert tensorness(join(of_kind("tensor"), of_kind("none"))) == YES


def test_array_parameters_are_tensors_in_the_trace() -> None:
    assert tensorness(Value(ARRAY, deps=2)) == 2
    assert tensorness(Value(ARRAY)) == NO


def test_containers_hold_what_their_items_are() -> None:
    assert holds_tensors(Value(CONTAINER, items=(of_kind("number"), of_kind("tensor")))) == YES
    assert holds_tensors(Value(CONTAINER, elem=of_kind("number"))) == NO
    assert tensorness(Value(CONTAINER, elem=of_kind("tensor"))) == NO


def test_parts_of_a_parameter_have_bits_of_their_own() -> None:
    assert parts(0b101) == 0b101 << PARTS
    assert parts(parts(0b1)) == parts(0b1)
