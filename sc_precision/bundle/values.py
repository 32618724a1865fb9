# SPDX-License-Identifier: Apache-2.0
"""What the integer model makes of the inputs in a trace, layer by layer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from sc_precision.design.design import Design
from sc_precision.formats import FixedFormat
from sc_precision.golden.layers import layer_values, output_stage
from sc_precision.params import DenseParams
from sc_precision.properties.checker.lemma import Lemma

Step = Mapping[str, int]
Golden = Callable[[Lemma, Sequence[Step]], "dict[str, Any] | None"]
"""From a lemma and the steps of a trace to the values of the integer model; None where there are none."""


def network_golden(layers: Sequence[DenseParams], top: str) -> Golden:
    """Values of a network whose top module is `top`.

    Of an output stage: ``acc`` and ``code`` per step. Of a layer's controller or the network's top: ``vectors``, each
    whole vector that was accepted, with the accumulators and outputs of that layer and of those after it. None where
    the lemma's inputs are not those of a layer.
    """

    def golden(lemma: Lemma, steps: Sequence[Step]) -> dict[str, Any] | None:
        if lemma.name == f"{top}_top":
            return _vectors(layers, _stream_codes(layers[0].inputs.format, steps))
        return _layer(layers, lemma, steps)

    return golden


def design_golden(design: Design) -> Golden:
    """Values of a compiled design: of a lemma about a layer as `network_golden`.

    Where the steps have the AXI4-Stream ports of the top, what `Design.values` says of each whole vector that was
    accepted.
    """

    def golden(lemma: Lemma, steps: Sequence[Step]) -> dict[str, Any] | None:
        for layers in design.networks:
            found = _layer(layers, lemma, steps)
            if found is not None:
                return found
        if design.values is None or not any("s_axis_tvalid" in step for step in steps):
            return None
        codes = _stream_codes(design.inputs.format, steps)
        whole = len(codes) // design.n_in * design.n_in
        vectors = np.array(codes[:whole], dtype=np.int64).reshape(-1, design.n_in)
        return {"accepted_codes": codes, "vectors": design.values(vectors) if whole else []}

    return golden


def _layer(layers: Sequence[DenseParams], lemma: Lemma, steps: Sequence[Step]) -> dict[str, Any] | None:
    for index, p in enumerate(layers):
        if lemma.name == f"{p.name}_stage":
            acc = np.array([_signed(step.get("acc", 0), p.acc) for step in steps], dtype=np.int64)
            return {"layer": p.name, "acc": acc.tolist(), "code": output_stage(p, acc).tolist()}
        if lemma.name == f"{p.name}_control":
            accepted = [step for step in steps if _all(step, "in_valid", "in_ready") and not step.get("rst")]
            return _vectors(layers[index:], [_signed(step.get("in_code", 0), p.inputs.format) for step in accepted])
    return None


def _stream_codes(form: FixedFormat, steps: Sequence[Step]) -> list[int]:
    """Codes that the top accepts."""
    accepted = [step for step in steps if _all(step, "s_axis_tvalid", "s_axis_tready", "aresetn")]
    return [_signed(step.get("s_axis_tdata", 0) & ((1 << form.width) - 1), form) for step in accepted]


def _all(step: Step, *names: str) -> bool:
    """Whether all are 1; what a trace leaves out does not matter and is 0."""
    return all(step.get(name) for name in names)


def _signed(value: int, form: FixedFormat) -> int:
    return value - (1 << form.width) if form.signed and value >> (form.width - 1) else value


def _vectors(layers: Sequence[DenseParams], codes: Sequence[int]) -> dict[str, Any]:
    n = layers[0].n_in
    vectors = []
    for start in range(0, len(codes) - n + 1, n):
        inputs = list(codes[start : start + n])
        vectors.append({"inputs": inputs, "layers": layer_values(layers, inputs)})
    return {"accepted_codes": list(codes), "vectors": vectors}
