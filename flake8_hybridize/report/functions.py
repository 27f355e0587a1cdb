"""The verdict on one function in the field names of the report's contract."""

from __future__ import annotations

from typing import Any

from flake8_hybridize.results import SYMBOLIC, Confidence, Hazard, Parameter, SideEffect, Verdict

LITERAL_KINDS = ("number", "string")
"""Kinds of Python values that make tf.function trace once for each value; bool has only two."""

TENSOR_KINDS = ("tensor", "variable")


def tensor_parameters(verdict: Verdict) -> list[str]:
    """Names of the parameters that are given tensors."""
    return [parameter.name for parameter in verdict.parameters if kind_of(parameter) in TENSOR_KINDS]


def literal_parameters(verdict: Verdict) -> list[str]:
    """Names of the parameters that are given Python numbers or strings."""
    return [parameter.name for parameter in verdict.parameters if parameter.kind in LITERAL_KINDS]


def kind_of(parameter: Parameter) -> str:
    """The kind in the words of the contract: what keras.Input makes is a tensor, though one without values."""
    return "tensor" if parameter.kind == SYMBOLIC else parameter.kind


def confidence_of(parameter: Parameter) -> Confidence:
    """How sure the kind is: what is iterated over or unpacked, or a batch, may be a container or a tensor."""
    unsure = parameter.kind == "container" and parameter.evidence.startswith(("its parts", "contract"))
    return Confidence.GUESS if unsure else parameter.confidence


def function_object(verdict: Verdict) -> dict[str, Any]:
    """One entry of `functions`; fields may be added, never renamed."""
    return {
        "path": verdict.path,
        "qualname": verdict.qualname,
        "line": verdict.line,
        "end_line": verdict.end_line,
        "hybrid": verdict.hybrid,
        "parameters": [_parameter(parameter) for parameter in verdict.parameters],
        "tensor_parameters": tensor_parameters(verdict),
        "literal_parameters": literal_parameters(verdict),
        "tensor_computation": verdict.tensor_computation,
        "side_effects": [_side_effect(effect) for effect in verdict.side_effects],
        "recursive": verdict.recursive,
        "hazards": [_hazard(hazard) for hazard in verdict.hazards],
        "blockers": list(verdict.blockers),
        "eligible": verdict.eligible,
        "confidence": verdict.confidence.label,
        "traced_by": verdict.traced_by,
        "heat": verdict.heat,
        "heat_evidence": verdict.heat_evidence,
        "benefit": verdict.benefit,
        "decision": verdict.decision.value,
        "input_signature": verdict.input_signature,
        "options": list(verdict.options),
        "tier": verdict.tier,
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "kind": kind_of(parameter),
        "confidence": confidence_of(parameter).label,
        "evidence": parameter.evidence,
        "holds_tensors": parameter.holds_tensors,
    }


def _side_effect(effect: SideEffect) -> dict[str, Any]:
    return {"line": effect.line, "column": effect.column, "kind": effect.kind, "message": effect.message}


def _hazard(hazard: Hazard) -> dict[str, Any]:
    return {
        "code": hazard.code,
        "name": hazard.name,
        "line": hazard.line,
        "column": hazard.column,
        "message": hazard.message,
        "confidence": hazard.confidence.label,
        "path": list(hazard.path),
    }
