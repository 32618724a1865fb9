# SPDX-License-Identifier: Apache-2.0
"""Whether the emitted Verilog has the widths, lengths and weights that the plan decided: a plan is never dead data."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sc_precision.bundle.verilog_reader import ModuleText, concatenated, read_modules
from sc_precision.errors import ConsistencyError
from sc_precision.gateware.network import axis_width
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
    check = _Check(read_modules(hdl.values()))
    first, last = plan.params[0].inputs.format, plan.params[-1].output.format
    check.ports(plan.name, s_axis_tdata=axis_width(first.width), m_axis_tdata=axis_width(last.width))
    for layer in plan.layers:
        p = layer.params
        acc = p.acc.width
        check.ports(p.name, i__payload=p.inputs.format.width + 1, o__payload=p.output.format.width + 1)
        check.ports(f"{p.name}_stage", acc=acc, code=p.output.format.width)
        if isinstance(p, FixedDenseParams):
            check.fixed(layer, p)
        elif isinstance(p, FixedParallelParams):
            check.parallel(layer, p)
        elif isinstance(p, FixedSerialParams):
            check.serial(layer, p)
        elif isinstance(p, FoldedStochasticDenseParams):
            check.folded_stochastic(layer, p)
        elif isinstance(p, StochasticDenseParams):
            check.stochastic(layer, p)
    return check.count


class _Check:
    """Comparisons against the modules of a design."""

    def __init__(self, modules: Mapping[str, ModuleText]):
        self.modules = modules
        self.count = 0

    def same(self, what: str, planned: object, found: object) -> None:
        self.count += 1
        if planned != found:
            raise ConsistencyError(f"{what}: the plan says {planned}, the Verilog {found}")

    def module(self, name: str) -> ModuleText:
        if name not in self.modules:
            raise ConsistencyError(f"module {name} is not in the Verilog")
        return self.modules[name]

    def ports(self, name: str, **widths: int) -> None:
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

    def fixed(self, layer: LayerPlan, p: FixedDenseParams) -> None:
        acc, width = p.row_width, p.weight_width
        self.ports(f"{p.name}_mac", x=p.inputs.format.width, weight=width, bias=acc, acc=acc)
        found = np.zeros(p.shape, dtype=np.int64)
        for lane in range(p.lanes):
            name = f"{p.name}_weights_{lane}"
            self.ports(name, weight=width, bias=acc)
            rom = self.module(name).memories.get("weights")
            if rom is None:
                raise ConsistencyError(f"{name}: there is no memory named weights in the Verilog")
            # Yosys has a word for each value of the address, which has at least one bit.
            words = 1 << max(1, (p.passes * p.n_in - 1).bit_length())
            self.same(f"{name}: words of the ROM", words, rom.depth)
            self.same(f"{name}: width of the ROM", width, rom.width)
            for step, output in enumerate(p.lane_outputs(lane)):
                if output is not None:
                    row = [rom.values.get(step * p.n_in + index, 0) for index in range(p.n_in)]
                    found[output] = [word - (1 << width) * (word >> (width - 1)) for word in row]
        self.same(f"{p.name}: weights differing from the plan", 0, int((found != p.mantissas).sum()))
        self.planned_widths(layer, p, found << p.shifts[:, None])

    def planned_widths(self, layer: LayerPlan, p: FixedLayerParams, weights: IntArray) -> None:
        """Weights on the layer's grid have the zeros at their ends that their planned widths leave them."""
        bits = layer.bits.astype(np.int64)
        scales = np.int64(layer.scale) if layer.row_scales is None else layer.row_scales[:, None]
        self.fits(layer, weights, np.int64(1) << (p.weight_fraction - bits + 1 + scales))

    def parallel(self, layer: LayerPlan, p: FixedParallelParams) -> None:
        instances = self.module(p.name).instances
        if p.backend == "da4ml":
            matrix = f"{p.name}_matrix"
            self.ports(matrix, codes=p.n_in * p.inputs.format.width)
            self.ports(matrix, **{f"acc_{o}": narrowest_code(*p.row_interval(o))[0] for o in range(p.n_out)})
            self.planned_widths(layer, p, p.weights)
            return
        for number, group in enumerate(p.groups):
            widths = {
                f"product_{i}_{odd}": narrowest_code(*p.product_interval((i, odd)))[0] for i, odd in group.products
            }
            codes = len(group.inputs) * p.inputs.format.width
            self.ports(f"{p.name}_multiples_{number}", codes=codes, **widths)
        for output in range(p.n_out):
            row = instances.get(f"row_{output}")
            if row is None:
                raise ConsistencyError(f"{p.name}: there is no instance named row_{output} in the Verilog")
            terms = p.row_terms(output)
            self.ports(row.module, acc=narrowest_code(*p.row_interval(output))[0])
            planned = {f"x_{term.index}": f"product_{term.index}_{term.odd}" for term in terms}
            found = {port: wire.strip() for port, wire in row.connections.items() if port.startswith("x_")}
            self.same(f"{row.module}: products", planned, found)
        self.planned_widths(layer, p, p.weights)

    def serial(self, layer: LayerPlan, p: FixedSerialParams) -> None:
        for output in range(p.n_out):
            self.ports(f"{p.name}_row_{output}", acc=p.sum_width(output))
        self.planned_widths(layer, p, p.weights)

    def stochastic(self, layer: LayerPlan, p: StochasticDenseParams) -> None:
        self.ports(f"{p.name}_streams", cycle=max(1, p.max_log2), codes=p.n_in * p.inputs.format.width)
        instances = self.module(p.name).instances
        # Where no synapse counts, nothing needs the streams and their instance is gone.
        streams = instances["streams"].connections if "streams" in instances else {}
        port_of = {wire.strip(): port for port, wire in streams.items()}
        levels, lengths = np.zeros(p.shape, dtype=np.int64), layer.lengths.astype(np.int64)
        for output in range(p.n_out):
            row = instances.get(f"row_{output}")
            if row is None:
                raise ConsistencyError(f"{p.name}: there is no instance named row_{output} in the Verilog")
            self.ports(row.module, acc=p.acc.width)
            synapses = [(group.sign, index) for group in p.row_groups(output) for index in group.inputs]
            if not synapses:
                continue
            self.ports(row.module, x=len(synapses), w=len(synapses))
            x, w = (_stream_ports(port_of, row.connections.get(side, "")) for side in "xw")
            self.same(f"{row.module}: inputs of its streams", [index for _, index in synapses], [i for _, i in x])
            for (sign, index), (x_log2, _), (w_log2, level) in zip(synapses, x, w, strict=True):
                where = f"{p.name}: stream length of synapse ({output}, {index})"
                self.same(where, (lengths[output, index],) * 2, (1 << x_log2, 1 << w_log2))
                levels[output, index] = 2 * level - (1 << w_log2) if p.bipolar else sign * level
        self.stream_levels(layer, p, levels)

    def stream_levels(self, layer: LayerPlan, p: StochasticDenseParams, levels: IntArray) -> None:
        """Levels are the planned ones and have the zeros at their ends that their planned widths leave them."""
        self.same(f"{p.name}: levels differing from the plan", 0, int((levels != p.levels).sum()))
        unit = np.maximum(1, layer.lengths.astype(np.int64) >> (layer.bits.astype(np.int64) - 1))
        self.fits(layer, levels, unit)

    def folded_stochastic(self, layer: LayerPlan, p: FoldedStochasticDenseParams) -> None:
        self.ports(f"{p.name}_streams", cycle=max(1, p.max_log2), codes=p.n_in * p.inputs.format.width)
        levels = np.zeros(p.shape, dtype=np.int64)
        for row in range(p.rows):
            name, width = f"{p.name}_levels_{row}", p.word_width(row)
            self.ports(f"{p.name}_row_{row}", acc=p.acc.width, word=width)
            rom = self.module(name).memories.get("levels")
            if rom is None:
                raise ConsistencyError(f"{name}: there is no memory named levels in the Verilog")
            self.same(f"{name}: words of the ROM", 1 << max(1, (p.passes - 1).bit_length()), rom.depth)
            self.same(f"{name}: width of the ROM", width, rom.width)
            for step, output in enumerate(p.row_outputs(row)):
                if output is not None:
                    self.folded_word(layer, p, row, output, rom.values.get(step, 0), levels)
        self.stream_levels(layer, p, levels)

    def folded_word(
        self, layer: LayerPlan, p: FoldedStochasticDenseParams, row: int, output: int, word: int, levels: IntArray
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
                    self.same(where, int(layer.lengths[output, index]), 1 << m)
                    level = ones[index] >> (p.max_log2 - m)
                    levels[output, index] = 2 * level - (1 << m) if p.bipolar else group.sign * level
                word >>= 1


def _stream_ports(port_of: Mapping[str, str], connection: str) -> list[tuple[int, int]]:
    """The two numbers in the names of the stream ports that a connection leads to, see `gateware.stochastic`."""
    found = []
    for wire in concatenated(connection):
        words = port_of.get(wire, "").split("_")
        if len(words) != 3:
            raise ConsistencyError(f"{wire or 'an open port'} of a row is no bitstream of the generators")
        found.append((int(words[1]), int(words[2])))
    return found
