# SPDX-License-Identifier: Apache-2.0
"""Whether the emitted Verilog has the widths, lengths and weights that the plan decided: a plan is never dead data."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sc_precision.emit.verilog_reader import VerilogMemory, VerilogModule, read_modules
from sc_precision.errors import ConsistencyError
from sc_precision.gateware.network import axis_width
from sc_precision.modes import Backend
from sc_precision.params import (
    FixedDenseParams,
    FixedLayerParams,
    FixedParallelParams,
    FixedSerialParams,
    FoldedStochasticDenseParams,
    IntArray,
    StochasticDenseParams,
    narrowest_code,
)
from sc_precision.params.kind import kind_of
from sc_precision.plan.result import LayerPlan, NetworkPlan


def check_hardware(plan: NetworkPlan, hdl: Mapping[str, str]) -> int:
    """Compare Verilog with the plan that it was made from, by reading the text back.

    Checked are the widths of all ports that carry codes, weights, biases or accumulators; on the fixed datapath each
    weight in the ROMs and that it fits the synapse's planned width; on the stochastic one each synapse's stream
    length and that its level fits the planned width. In a parallel layer a weight is an odd multiple, whose wire leads
    to the row, and a shift and sign in the row's adders; the first is checked here, the rest by the lemmas.

    Parameters
    ----------
    plan : NetworkPlan
    hdl : mapping of str to str
        Text by file name.

    Returns
    -------
    int
        Number of comparisons.

    Raises
    ------
    ConsistencyError
        At the first difference.
    """
    check = HardwareCheck(read_modules(hdl.values()))
    first, last = plan.params[0].inputs.format, plan.params[-1].output.format
    check.ports(plan.name, s_axis_tdata=axis_width(first.width), m_axis_tdata=axis_width(last.width))
    for layer in plan.layers:
        p = layer.params
        kind_of(p).check_hardware(check, layer, p)
        check.ports(p.name, i__payload=p.inputs.format.width + 1, o__payload=p.output.format.width + 1)
        check.ports(f"{p.name}_stage", acc=p.acc.width, code=p.output.format.width)
    return check.count


class HardwareCheck:
    """Comparisons against the modules of a design."""

    def __init__(self, modules: Mapping[str, VerilogModule]):
        self.modules = modules
        self.count = 0

    def same(self, what: str, planned: object, found: object) -> None:
        """Count a comparison; refuse a difference."""
        self.count += 1
        if planned != found:
            raise ConsistencyError(f"{what}: the plan says {planned}, the Verilog {found}")

    def module(self, name: str) -> VerilogModule:
        """A module by its name."""
        if name not in self.modules:
            raise ConsistencyError(f"module {name} is not in the Verilog")
        return self.modules[name]

    def ports(self, name: str, **widths: int) -> None:
        """Compare the widths of a module's ports."""
        found = self.module(name).ports
        for port, width in widths.items():
            self.same(f"{name}: width of {port}", width, found.get(port))

    def fits(self, layer: LayerPlan, codes: IntArray, unit: IntArray) -> None:
        """Codes are multiples of `unit`, and the multiple is a number of the planned width.

        In two's complement the greatest number is one less than the magnitude of the least; a stream, sign and
        magnitude, may be all ones.
        """
        half = np.int64(1) << (layer.bits.astype(np.int64) - 1)
        greatest = half if layer.stochastic else half - 1
        wrong = (codes % unit != 0) | (codes < -half * unit) | (codes > greatest * unit)
        self.count += codes.size
        if wrong.any():
            output, index = (int(k) for k in np.argwhere(wrong)[0])
            raise ConsistencyError(
                f"{layer.params.name}: the weight of synapse ({output}, {index}) in the Verilog needs more than its "
                f"planned {layer.bits[output, index]} bits"
            )

    def memory(self, module: str, name: str, *, words: int, width: int) -> VerilogMemory:
        """The ROM `name` of a module; Yosys has a word for each value of the address, which has at least one bit."""
        rom = self.module(module).memories.get(name)
        if rom is None:
            raise ConsistencyError(f"{module}: there is no memory named {name} in the Verilog")
        self.same(f"{module}: words of the ROM", 1 << max(1, (words - 1).bit_length()), rom.depth)
        self.same(f"{module}: width of the ROM", width, rom.width)
        return rom

    def row(self, layer: str, output: int) -> str:
        """Module of the row of an output."""
        row = self.module(layer).instances.get(f"row_{output}")
        if row is None:
            raise ConsistencyError(f"{layer}: there is no instance named row_{output} in the Verilog")
        return row.module

    def source(self, module: str, instance: str, port: str) -> str:
        """The port of another instance, ``<instance>.<port>``, whose bits in order are those of an instance's port."""
        drivers = self.module(module).drivers(instance, port)
        if not drivers or drivers[0] is None:
            return "no other instance"
        driver, output, _ = drivers[0]
        width = self.module(self.module(module).instances[driver].module).ports[output]
        whole = drivers == [(driver, output, place) for place in range(width)]
        return f"{driver}.{output}" if whole else f"some of {driver}.{output}"


def check_fixed(check: HardwareCheck, layer: LayerPlan, p: FixedDenseParams) -> None:
    """Widths of the lanes, and each weight in their ROMs."""
    acc, width = p.row_width, p.weight_width
    check.ports(f"{p.name}_mac", x=p.inputs.format.width, weight=width, bias=acc, acc=acc)
    found = np.zeros(p.shape, dtype=np.int64)
    for lane in range(p.lanes):
        name = f"{p.name}_weights_{lane}"
        check.ports(name, weight=width, bias=acc)
        rom = check.memory(name, "weights", words=p.passes * p.n_in, width=width)
        for step, output in enumerate(p.lane_outputs(lane)):
            if output is not None:
                row = [rom.values.get(step * p.n_in + index, 0) for index in range(p.n_in)]
                found[output] = [word - (1 << width) * (word >> (width - 1)) for word in row]
    check.same(f"{p.name}: weights differing from the plan", 0, int((found != p.mantissas).sum()))
    check_widths(check, layer, p, found << p.shifts[:, None])


def check_parallel(check: HardwareCheck, layer: LayerPlan, p: FixedParallelParams) -> None:
    """Widths of products and sums, and which product is led to each input of a row."""
    check_widths(check, layer, p, p.weights)
    if p.backend == Backend.DA4ML:
        matrix = f"{p.name}_matrix"
        check.ports(matrix, codes=p.n_in * p.inputs.format.width)
        check.ports(matrix, **{f"acc_{o}": narrowest_code(*p.row_interval(o))[0] for o in range(p.n_out)})
        return
    sources: dict[tuple[int, int], str] = {}
    for number, group in enumerate(p.groups):
        widths = {f"product_{i}_{odd}": narrowest_code(*p.product_interval((i, odd)))[0] for i, odd in group.products}
        codes = len(group.inputs) * p.inputs.format.width
        check.ports(f"{p.name}_multiples_{number}", codes=codes, **widths)
        sources |= {(i, odd): f"multiples_{number}.product_{i}_{odd}" for i, odd in group.products}
    for output in range(p.n_out):
        row = check.row(p.name, output)
        check.ports(row, acc=narrowest_code(*p.row_interval(output))[0])
        planned = {f"x_{term.index}": sources[term.product] for term in p.row_terms(output)}
        inputs = [port for port in check.module(row).ports if port.startswith("x_")]
        found = {port: check.source(p.name, f"row_{output}", port) for port in inputs}
        check.same(f"{row}: products", planned, found)


def check_serial(check: HardwareCheck, layer: LayerPlan, p: FixedSerialParams) -> None:
    """Widths of the rows' sums."""
    for output in range(p.n_out):
        check.ports(f"{p.name}_row_{output}", acc=p.sum_width(output))
    check_widths(check, layer, p, p.weights)


def check_stochastic(check: HardwareCheck, layer: LayerPlan, p: StochasticDenseParams) -> None:
    """The streams that are led to each row: whose input they are, their lengths and levels."""
    check.ports(f"{p.name}_streams", cycle=max(1, p.max_log2), codes=p.n_in * p.inputs.format.width)
    levels, lengths = np.zeros(p.shape, dtype=np.int64), layer.lengths.astype(np.int64)
    for output in range(p.n_out):
        row = check.row(p.name, output)
        check.ports(row, acc=p.acc.width)
        synapses = [(group.sign, index) for group in p.row_groups(output) for index in group.inputs]
        if not synapses:
            continue
        check.ports(row, x=len(synapses), w=len(synapses))
        x, w = (_stream_ports(check.module(p.name), f"row_{output}", side) for side in "xw")
        check.same(f"{row}: inputs of its streams", [index for _, index in synapses], [i for _, i in x])
        for (sign, index), (x_log2, _), (w_log2, level) in zip(synapses, x, w, strict=True):
            where = f"{p.name}: stream length of synapse ({output}, {index})"
            check.same(where, (lengths[output, index],) * 2, (1 << x_log2, 1 << w_log2))
            levels[output, index] = 2 * level - (1 << w_log2) if p.bipolar else sign * level
    check_levels(check, layer, p, levels)


def check_folded_stochastic(check: HardwareCheck, layer: LayerPlan, p: FoldedStochasticDenseParams) -> None:
    """Widths of the rows, and each level and length in their ROMs."""
    check.ports(f"{p.name}_streams", cycle=max(1, p.max_log2), codes=p.n_in * p.inputs.format.width)
    levels = np.zeros(p.shape, dtype=np.int64)
    for row in range(p.rows):
        width = p.word_width(row)
        check.ports(f"{p.name}_row_{row}", acc=p.acc.width, word=width)
        rom = check.memory(f"{p.name}_levels_{row}", "levels", words=p.passes, width=width)
        for step, output in enumerate(p.row_outputs(row)):
            if output is not None:
                _read_word(check, layer, p, row, output, rom.values.get(step, 0), levels)
    check_levels(check, layer, p, levels)


def check_widths(check: HardwareCheck, layer: LayerPlan, p: FixedLayerParams, weights: IntArray) -> None:
    """Weights on the layer's grid have the zeros at their ends that their planned widths leave them."""
    bits = layer.bits.astype(np.int64)
    scales = np.int64(layer.scale) if layer.row_scales is None else layer.row_scales[:, None]
    check.fits(layer, weights, np.int64(1) << (p.weight_fraction - bits + 1 + scales))


def check_levels(check: HardwareCheck, layer: LayerPlan, p: StochasticDenseParams, levels: IntArray) -> None:
    """Levels are the planned ones and have the zeros at their ends that their planned widths leave them."""
    check.same(f"{p.name}: levels differing from the plan", 0, int((levels != p.levels).sum()))
    unit = np.maximum(1, layer.lengths.astype(np.int64) >> (layer.bits.astype(np.int64) - 1))
    check.fits(layer, levels, unit)


def _read_word(
    check: HardwareCheck,
    layer: LayerPlan,
    p: FoldedStochasticDenseParams,
    row: int,
    output: int,
    word: int,
    levels: IntArray,
) -> None:
    """Put the levels of one word into `levels`; its fields are described at `params.row_words`."""
    inputs, mask = p.row_inputs(row), (1 << p.level_width) - 1
    ones = {index: word >> (place * p.level_width) & mask for place, index in enumerate(inputs)}
    word >>= len(inputs) * p.level_width
    for group in p.all_row_groups[row]:
        for index in group.inputs:
            if word & 1:
                m = group.length_log2
                where = f"{p.name}: stream length of synapse ({output}, {index})"
                check.same(where, int(layer.lengths[output, index]), 1 << m)
                level = ones[index] >> (p.max_log2 - m)
                levels[output, index] = 2 * level - (1 << m) if p.bipolar else group.sign * level
            word >>= 1


def _stream_ports(module: VerilogModule, row: str, side: str) -> list[tuple[int, int]]:
    """The two numbers in the names of the stream ports that drive a row's port, see `gateware.stochastic`."""
    found = []
    for place, driver in enumerate(module.drivers(row, side) or [None]):
        instance, port, _ = driver or ("", "", 0)
        words = port.split("_")
        if instance != "streams" or len(words) != 3:
            raise ConsistencyError(f"{module.name}: bit {place} of {side} of {row} is no bitstream of the generators")
        found.append((int(words[1]), int(words[2])))
    return found
