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
from sc_precision.properties.checker.sv import UNROLL_TABLES, emitted, header, index_width, number, replace_once, table
from sc_precision.properties.dense.claims import LayerClaim
from sc_precision.properties.dense.folded import LaneWires, folded_control

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
    return [_weights(layer, words, hdl), _mac(p, words, hdl), *errors, control]


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


def _weights(layer: LayerClaim[BlockFloatDenseParams], words: _Words, hdl: dict[str, str]) -> Lemma:
    """Each lane delivers the rational weights of its outputs, as mantissas and exponents, and ends segments in time."""
    p, bounds = layer.params, layer.bounds
    name = f"{p.name}_weights"
    claim = (
        "every mantissa that a lane delivers is, at the exponent of its block, the rational weight but for exactly the "
        "planned rounding error; segments end where blocks and rows do, and the shift that follows is the exponent's; "
        "so are biases"
    )
    form, n = p.tensor.form, p.n_in
    depth, address, passes = p.passes * n, index_width(p.passes * n), index_width(p.passes)
    most = int(words.shifts.max())
    ww = max(form.mantissa_bits + most + bounds.k, signed_width(*_ends(bounds.reference_weights))) + 1
    bw = max(p.acc.width + bounds.k, signed_width(*_ends(bounds.reference_bias))) + 1
    sw = most.bit_length() + 1
    lines = [
        header(name, claim),
        f"module {name}_check(input wire clk);",
        "  (* anyseq *) wire rst, used;",
        f"  (* anyseq *) wire [{address - 1}:0] address;",
        f"  (* anyseq *) wire [{passes - 1}:0] pass_index;",
        f"  reg [{address - 1}:0] address_before = 0;",
        "  // Words are used in order, see the controller.",
        f"  reg [{address - 1}:0] next_used = 0, used_before = 0;",
        "  reg started = 0, follows = 0;",
        "  always @* if (used) in_order: assume (started && address_before == next_used);",
        "  always @(posedge clk) begin",
        "    started <= 1;",
        "    address_before <= address;",
        "    follows <= used && !rst;",
        "    used_before <= next_used;",
        f"    if (used) next_used <= next_used == {depth - 1} ? 0 : next_used + 1;",
        "    if (rst) next_used <= 0;",
        "  end",
        *([f"  always @* next_exists: assert (next_used < {depth});"] if depth < 1 << address else []),
    ]
    segments = []
    for lane in range(p.lanes):
        rows = p.lane_outputs(lane)
        none = np.zeros(n, dtype=np.int64)
        exact = [w for o in rows for w in (bounds.reference_weights[o] if o is not None else none).tolist()]
        error = [w for o in rows for w in (bounds.weight_error[o] if o is not None else none).tolist()]
        shift = [s for o in rows for s in (words.shifts[o] if o is not None else none).tolist()]
        ends = [e for o in rows for e in (words.ends[o] if o is not None else np.arange(n) == n - 1).tolist()]
        exact_bias = [int(bounds.reference_bias[o]) if o is not None else 0 for o in rows]
        error_bias = [int(bounds.bias_error[o]) if o is not None else 0 for o in rows]
        # The segment of each word: as many as ended before it.
        segment = np.concatenate([[0], np.cumsum(ends)[:-1]]).tolist()
        count = segment[-1] + 1
        segments.append(count)
        gw = index_width(count)
        lines += [
            table(f"weight_{lane}_exact", exact, ww, address),
            table(f"weight_{lane}_error", error, ww, address),
            table(f"shift_{lane}_planned", shift, sw, address),
            table(f"ends_{lane}_planned", [-int(e) for e in ends], 1, address),
            table(f"segment_{lane}_planned", segment, gw + 1, address),
            table(f"bias_{lane}_exact", exact_bias, bw, passes),
            table(f"bias_{lane}_error", error_bias, bw, passes),
            f"  wire signed [{form.mantissa_bits - 1}:0] mantissa_{lane};",
            f"  wire [{p.shift_width - 1}:0] shift_{lane};",
            f"  wire ends_{lane};",
            f"  wire [{gw - 1}:0] segment_{lane};",
            f"  wire signed [{p.acc.width - 1}:0] bias_{lane};",
            f"  wire signed [{ww - 1}:0] mantissa_{lane}_wide = mantissa_{lane};",
            f"  wire signed [{bw - 1}:0] bias_{lane}_wide = bias_{lane};",
            f"  {p.name}_weights_{lane} lane_{lane} (.clk(clk), .rst(rst), .address(address), .pass_index(pass_index),",
            f"    .used(used), .mantissa(mantissa_{lane}), .ends(ends_{lane}), .shift(shift_{lane}),",
            f"    .bias(bias_{lane}), .current_segment(segment_{lane}));",
            "  always @* begin",
            f"    if (started && address_before < {depth}) begin",
            f"      weight_{lane}_is_near: assert (((mantissa_{lane}_wide <<< shift_{lane}_planned(address_before))",
            f"        <<< {bounds.k}) - weight_{lane}_exact(address_before) == weight_{lane}_error(address_before));",
            f"      segment_{lane}_ends_in_time: assert (ends_{lane} == ends_{lane}_planned(address_before));",
            "    end",
            f"    segment_{lane}_is_counted: assert (segment_{lane} == segment_{lane}_planned(next_used));",
            f"    if (follows && ends_{lane}_planned(used_before))",
            f"      shift_{lane}_is_the_exponent: assert (shift_{lane} == shift_{lane}_planned(used_before));",
            f"    if (pass_index < {p.passes})",
            f"      bias_{lane}_is_near: assert ((bias_{lane}_wide <<< {bounds.k})",
            f"        - bias_{lane}_exact(pass_index) == bias_{lane}_error(pass_index));",
            "  end",
        ]
    lines += [
        f"  always @* last_is_read: cover (started && address_before == {depth - 1});",
        f"  always @* another_is_used: cover (follows && used_before == {min(1, depth - 1)});",
        "endmodule",
        "",
    ]
    core = f"{p.name}_core.v"
    show = [
        command
        for lane in range(p.lanes)
        for command in (
            f"cd {p.name}_weights_{lane}",
            "select -assert-min 1 w:current_segment",
            "expose w:current_segment",
            "cd ..",
        )
    ]
    return Lemma(
        name=name,
        core=p.name,
        property="error bound",
        claim=claim,
        top=f"{name}_check",
        checker="\n".join(lines),
        hdl=(core,),
        prepare=("proc", *show),
        script=UNROLL_TABLES,
        depth=2,
        # From reset to the end of the first segment.
        mutant_depth=int(words.ends[0].argmax()) + 6,
        mutants=_wrong_words(p, words, hdl),
    )


def _ends(codes: IntArray) -> tuple[int, int]:
    return int(codes.min()), int(codes.max())


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


def _mac(p: BlockFloatDenseParams, words: _Words, hdl: dict[str, str]) -> Lemma:
    """Segment sums and their alignment are exact, as long as they fit; that they fit is the plan's ranges."""
    name = f"{p.name}_mac_step"
    claim = (
        "a segment's sum takes (open ? itself : 0) + x * mantissa exactly; in the cycle after a segment's last product "
        "the accumulator takes itself + sum * 2^shift exactly, no bit dropped; first sets it to the bias; no overflow "
        "inside the planned ranges, and 0 at reset"
    )
    (sum_low, sum_high), (low, high) = words.sums, p.acc_range
    xw, mw, aw, pw, sw = p.inputs.format.width, p.tensor.form.mantissa_bits, p.acc.width, p.partial_width, p.shift_width
    most = int(words.shifts.max())
    part, wide = max(pw, xw + mw + 1) + 2, max(aw, pw + most) + 2
    signed = "signed " if p.inputs.format.signed else ""
    x = "x" if p.inputs.format.signed else "{1'b0, x}"
    text = "\n".join(
        [
            header(name, claim),
            f"module {name}_check(input wire clk);",
            f"  (* anyseq *) wire {signed}[{xw - 1}:0] x;",
            f"  (* anyseq *) wire signed [{mw - 1}:0] mantissa;",
            f"  (* anyseq *) wire signed [{aw - 1}:0] bias;",
            f"  (* anyseq *) wire [{sw - 1}:0] shift;",
            "  (* anyseq *) wire ends, first, enable, rst;",
            f"  wire signed [{aw - 1}:0] acc;",
            f"  wire signed [{pw - 1}:0] partial;",
            "  wire fresh, closed;",
            f"  always @* planned_shifts: assume (shift <= {most});",
            "  // Segments: open after a product that is not the last, ended in the cycle before.",
            "  reg open = 0, ended = 0;",
            f"  {p.name}_mac dut (.clk(clk), .rst(rst), .x(x), .mantissa(mantissa), .ends(ends), .shift(shift),",
            "    .bias(bias), .first(first), .enable(enable), .acc(acc), .partial(partial), .fresh(fresh),",
            "    .closed(closed));",
            f"  wire signed [{xw}:0] x_signed = {x};",
            f"  wire signed [{part - 1}:0] kept = open ? partial : 0;",
            f"  wire signed [{part - 1}:0] sum = kept + x_signed * mantissa;",
            f"  wire signed [{wide - 1}:0] partial_wide = partial, acc_wide = acc;",
            f"  wire signed [{wide - 1}:0] aligned = acc_wide + (partial_wide <<< shift);",
            f"  wire sum_fits = sum >= {number(sum_low, part)} && sum <= {number(sum_high, part)};",
            f"  reg signed [{part - 1}:0] expected_sum = 0;",
            f"  reg signed [{wide - 1}:0] expected = 0;",
            "  reg sum_known = 0, known = 0;",
            "  always @(posedge clk) begin",
            "    ended <= enable && ends && !rst;",
            "    open <= !rst && (enable ? !ends : open);",
            "    sum_known <= rst || (enable ? sum_fits : sum_known);",
            "    if (rst) expected_sum <= 0;",
            "    else if (enable) expected_sum <= sum;",
            "    known <= rst || (enable && first) ||",
            f"      (ended ? aligned >= {number(low, wide)} && aligned <= {number(high, wide)} : known);",
            "    if (rst) expected <= 0;",
            "    else if (enable && first) expected <= bias;",
            "    else if (ended) expected <= aligned;",
            "  end",
            "  always @* begin",
            "    segments_follow: assert (fresh == !open && closed == ended);",
            "    if (sum_known) sum_is_exact: assert (partial == expected_sum);",
            "    if (known) accumulator_is_exact: assert (acc == expected);",
            "    longer: cover (sum_known && open && enable && !ends);",
            f"    greatest: cover (known && ended && expected == {number(high, wide)});",
            f"    least: cover (known && ended && expected == {number(low, wide)});",
            "  end",
            "endmodule",
            "",
        ]
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
