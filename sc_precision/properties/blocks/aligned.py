# SPDX-License-Identifier: Apache-2.0
"""Lemmas about the block floating layer: mantissas and exponents in ROM, segment sums, alignment, the controller.

A segment is a row's run of weights with one exponent. Its products are added in mantissa width; the sum is aligned,
that is shifted left by the places that its exponent exceeds the finest one, and added to the accumulator.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np
from amaranth.lib import enum

from sc_precision.emit.verilog import convert_modules, module_texts
from sc_precision.errors import ConsistencyError
from sc_precision.gateware.blockfloat import BlockFloatDense, BlockWeights
from sc_precision.params import BlockFloatDenseParams, IntArray, signed_width
from sc_precision.properties.blocks.error import block_error_lemmas, show_registers
from sc_precision.properties.checker.lemma import Lemma, Mutant
from sc_precision.properties.checker.sv import UNROLL_TABLES, emitted, replace_once
from sc_precision.properties.checker.templates import render
from sc_precision.properties.dense.claims import LayerClaim
from sc_precision.properties.dense.folded import LaneWires, folded_control
from sc_precision.properties.dense.words import comparison_width, lane_order, lane_words

LONGEST_SEARCH = 32
"""Inputs up to which a controller is searched as far as its first result for what a mutant breaks."""


def block_float_lemmas(layer: LayerClaim[BlockFloatDenseParams], hdl: dict[str, str]) -> list[Lemma]:
    """Lemmas about one block floating layer that aligns in its datapath.

    The mantissas, segment ends and shifts that the hardware holds against the rational weights, the arithmetic of
    segment sums and of alignment, the accumulator's error, and the order in which the controller does it all. Raises
    ConsistencyError if mantissas and exponents are not the weights that the bounds speak of, or sums do not fit.
    """
    p = layer.params
    words = _Words.of(layer)
    words.check(layer)
    wires = LaneWires(
        [
            ("mantissa", p.tensor.form.mantissa_bits),
            ("ends", 1),
            ("shift", p.shift_width),
            ("bias", p.acc.width),
        ],
        row_width=p.acc.width,
        settling=1,
        used=True,
    )
    control = folded_control(p, hdl, wires, ("weights", "mac_step", "error", "stage"))
    if p.n_in <= LONGEST_SEARCH:
        # From reset to the first result, a code and then a product a cycle.
        control = replace(control, mutants=(*control.mutants, _hasty(p)), mutant_depth=2 * p.n_in + 6)
    errors = block_error_lemmas(layer, hdl, words.shifts, words.sums)
    return [_weights_lemma(layer, words, hdl), _mac_step_lemma(p, words, hdl), *errors, control]


@dataclass(frozen=True)
class _Words:
    """What the format says of each weight, from mantissas and exponent codes by its definition.

    log2 of a mantissa's step in units of the accumulator's grid of weights, 0 in blocks of zeros; whether a weight is
    the last of its block, or of its row; least and greatest sum of a segment at any moment, 0 included, for any codes.
    """

    shifts: IntArray
    ends: np.typing.NDArray[np.bool_]
    sums: tuple[int, int]

    @classmethod
    def of(cls, layer: LayerClaim[BlockFloatDenseParams]) -> _Words:
        p = layer.params
        form, mantissas = p.tensor.form, p.tensor.mantissas
        flat = mantissas.ravel().tolist()
        shifts, ends = [], []
        low = high = least = most = 0
        for place, mantissa in enumerate(flat):
            block = place // form.block_size
            code = int(p.tensor.exponent_codes[block])
            own = flat[block * form.block_size : (block + 1) * form.block_size]
            exponent = code - form.exponent_bias - (form.mantissa_bits - 1)
            shifts.append(exponent + p.weight_fraction if any(own) else 0)
            ends.append((place + 1) % form.block_size == 0 or (place + 1) % p.n_in == 0)
            products = mantissa * p.inputs.format.code_min, mantissa * p.inputs.format.code_max
            low, high = low + min(products), high + max(products)
            least, most = min(least, low), max(most, high)
            if ends[-1]:
                low = high = 0
        shape = mantissas.shape
        return cls(np.array(shifts, dtype=np.int64).reshape(shape), np.array(ends).reshape(shape), (least, most))

    def of_lane(self, layer: LayerClaim[BlockFloatDenseParams], lane: int) -> dict[str, list[int]]:
        """The words of a lane in the order of its ROM; the segment of each is as many as ended before it."""
        p = layer.params
        ends = lane_order(p, lane, self.ends, np.arange(p.n_in) == p.n_in - 1)
        return {
            **lane_words(layer, lane),
            "shift": lane_order(p, lane, self.shifts),
            "ends": [-int(end) for end in ends],
            "segment": [0, *np.cumsum(ends)[:-1].tolist()],
        }

    def check(self, layer: LayerClaim[BlockFloatDenseParams]) -> None:
        """Mantissas at their exponents are the planned weights, and all sums fit; in exact integers."""
        p, b = layer.params, layer.bounds
        if self.shifts.min() < 0 or self.shifts.max() >= 1 << p.shift_width:
            raise ConsistencyError(
                f"{p.name}: shifts reach {self.shifts.min()}..{self.shifts.max()}, beyond {p.shift_width} bits"
            )
        if signed_width(*self.sums) > p.partial_width:
            raise ConsistencyError(
                f"{p.name}: a segment's sum reaches {self.sums[0]}..{self.sums[1]}, beyond {p.partial_width} bits"
            )
        codes = p.inputs.format.code_min, p.inputs.format.code_max
        for output in range(p.n_out):
            low = high = int(p.bias[output])
            for index in range(p.n_in):
                weight = int(p.tensor.mantissas[output, index]) << int(self.shifts[output, index])
                planned = int(b.reference_weights[output, index]) + int(b.weight_error[output, index])
                if weight << b.k != planned:
                    raise ConsistencyError(
                        f"{p.name}: synapse ({output}, {index}) weighs {weight}, but the plan says {planned} / 2**{b.k}"
                    )
                low, high = low + min(weight * code for code in codes), high + max(weight * code for code in codes)
            if low < p.acc.code_min or high > p.acc.code_max:
                raise ConsistencyError(
                    f"{p.name}: the accumulator of output {output} can reach {low}..{high}, beyond {p.acc.width} bits"
                )


def _weights_lemma(layer: LayerClaim[BlockFloatDenseParams], words: _Words, hdl: dict[str, str]) -> Lemma:
    """Each lane delivers the rational weights of its outputs, as mantissas and exponents, and ends segments in time."""
    p, bounds = layer.params, layer.bounds
    name = f"{p.name}_weights"
    claim = (
        "every mantissa that a lane delivers is, at the exponent of its block, the rational weight but for exactly the "
        "planned rounding error; segments end where blocks and rows do, and the shift that follows is the exponent's; "
        "so are biases"
    )
    text = render(
        "properties/templates/block_weights.sv.j2",
        name=name,
        claim=claim,
        p=p,
        k=bounds.k,
        lanes=[words.of_lane(layer, lane) for lane in range(p.lanes)],
        weight_bits=comparison_width(
            p.tensor.form.mantissa_bits + int(words.shifts.max()), bounds.k, bounds.reference_weights
        ),
        bias_bits=comparison_width(p.acc.width, bounds.k, bounds.reference_bias),
        shift_bits=int(words.shifts.max()).bit_length() + 1,
    )
    prepare = ["proc"]
    for lane in range(p.lanes):
        prepare += [f"cd {p.name}_weights_{lane}", "select -assert-min 1 w:current_segment"]
        prepare += ["expose w:current_segment", "cd .."]
    return Lemma(
        name=name,
        core=p.name,
        property="error bound",
        claim=claim,
        top=f"{name}_check",
        checker=text,
        hdl=(f"{p.name}_core.v",),
        prepare=tuple(prepare),
        script=UNROLL_TABLES,
        depth=2,
        # From reset to the end of the first segment.
        mutant_depth=int(words.ends[0].argmax()) + 6,
        mutants=_wrong_words(p, words, hdl),
    )


def _wrong_words(p: BlockFloatDenseParams, words: _Words, hdl: dict[str, str]) -> tuple[Mutant, ...]:
    """Faulty ROMs: one bit of a mantissa, of a bias, of a shift, and of where a segment ends."""
    core, lane = f"{p.name}_core.v", f"{p.name}_weights_0"
    modules = module_texts(hdl[core])
    width = p.tensor.form.mantissa_bits
    word = int(p.tensor.mantissas[0, 0]) % (1 << width) | int(words.ends[0, 0]) << width
    shift = int(words.shifts[0][words.ends[0]][0])
    faults = [
        ("mutant_mantissa", "last bit of one mantissa flipped", "mantissas", width + 1, word, word ^ 1),
        (
            "mutant_end",
            "one segment ends after its first weight, or not there",
            "mantissas",
            width + 1,
            word,
            word ^ 1 << width,
        ),
        ("mutant_shift", "last bit of one shift flipped", "shifts", p.shift_width, shift, shift ^ 1),
    ]
    texts = []
    for task, fault, memory, bits, right, wrong in faults:
        constants = [f"{memory}[0] = {emitted(value, bits)};" for value in (right, wrong)]
        texts.append((task, fault, replace_once(modules[lane], re.escape(constants[0]), constants[1])))
    # One more or less, whichever leaves all widths as they are.
    biases = (np.append(p.bias[0] + step, p.bias[1:]) for step in (1, -1))
    off = next(other for other in (replace(p, bias=bias) for bias in biases) if other.acc.width == p.acc.width)
    texts.append(("mutant_bias", "one bias is off by one", convert_modules([BlockWeights(off, 0)])[lane]))
    own = {f"{p.name}_weights_{j}": modules[f"{p.name}_weights_{j}"] for j in range(p.lanes)}
    return tuple(Mutant(task, fault, {core: "\n".join((own | {lane: text}).values())}) for task, fault, text in texts)


def _mac_step_lemma(p: BlockFloatDenseParams, words: _Words, hdl: dict[str, str]) -> Lemma:
    """Segment sums and their alignment are exact, as long as they fit; that they fit is the plan's ranges."""
    name = f"{p.name}_mac_step"
    claim = (
        "a segment's sum takes (open ? itself : 0) + x * mantissa exactly; in the cycle after a segment's last product "
        "the accumulator takes itself + sum * 2^shift exactly, no bit dropped; first sets it to the bias; no overflow "
        "inside the planned ranges, and 0 at reset"
    )
    code_width, mantissa_width = p.inputs.format.width, p.tensor.form.mantissa_bits
    most = int(words.shifts.max())
    text = render(
        "properties/templates/block_mac.sv.j2",
        name=name,
        claim=claim,
        p=p,
        sums=words.sums,
        most=most,
        part=max(p.partial_width, code_width + mantissa_width + 1) + 2,
        wide=max(p.acc.width, p.partial_width + most) + 2,
    )
    core = f"{p.name}_core.v"
    mac = module_texts(hdl[core])[f"{p.name}_mac"]
    shifts = []
    if most:
        still = replace_once(mac, r"assign aligned_0 = shift(\[0\])? \?", "assign aligned_0 = 1'h0 ?")
        shifts.append(Mutant("mutant_shift", "sums are not shifted by one place", {core: still}))
    always = replace_once(mac, r"fresh \? (\d+'h0+) : partial", r"1'h0 ? \1 : partial")
    forgotten = replace_once(mac, r"= closed \?", "= 1'h0 ?")
    return Lemma(
        name=name,
        core=p.name,
        property="no overflow",
        claim=claim,
        top=f"{name}_check",
        checker=text,
        hdl=(core,),
        prepare=show_registers(p),
        assumes=(f"{p.name}_weights",),
        depth=2,
        cover_depth=5,
        mutants=(
            *shifts,
            Mutant("mutant_fresh", "a segment begins with the sum of the one before", {core: always}),
            Mutant("mutant_closed", "sums of segments are not added", {core: forgotten}),
        ),
    )


class _Hasty(enum.Enum, shape=3):  # type: ignore[call-arg, misc]
    """States without the cycle in which the last segment is aligned."""

    LOAD = 0
    MAC = 1
    DRAIN = 2
    OUT = 4


def _hasty(p: BlockFloatDenseParams) -> Mutant:
    """A controller that lets results leave before the last segment was added."""
    layer = BlockFloatDense(p)
    layer.states = _Hasty
    stage = BlockFloatDense(p).stage
    text = "\n".join(convert_modules([layer, stage]).values())
    return Mutant("mutant_drain", "results leave before the last segment is added", {f"{p.name}.v": text})
