# SPDX-License-Identifier: Apache-2.0
"""A kind of layer in this one file: planned, emitted, simulated and proven like those of the package."""

from dataclasses import dataclass, replace
from functools import reduce

import numpy as np
import pytest
from amaranth.hdl import Cat, Module, Signal, signed
from amaranth.lib.wiring import In, Out
from networks import proofs_of, small_network

from sc_precision.bundle import emit_bundle, prove, simulate
from sc_precision.emit.hardware_check import check_widths
from sc_precision.emit.verilog import convert_modules, network_verilog
from sc_precision.errors import InputError
from sc_precision.gateware.common import HardwareModule
from sc_precision.gateware.vector_layer import VectorLayer
from sc_precision.kinds import registered
from sc_precision.kinds.fixed import FixedKind
from sc_precision.params import FixedLayerParams
from sc_precision.plan.network import plan_network
from sc_precision.plan.quantise import fixed_layer
from sc_precision.properties import network_lemmas
from sc_precision.properties.checker.control import control_lemma
from sc_precision.properties.checker.lemma import Lemma, Mutant
from sc_precision.properties.checker.sv import extended, header, number, planned_row
from sc_precision.properties.fixed.parallel import CodeSink, HeldRow
from sc_precision.tools.sby import Verdict


@dataclass(frozen=True, eq=False)
class DirectParams(FixedLayerParams):
    """Parameters of a layer that multiplies as its author's tools see fit."""

    kind = "fixed_direct"
    stages = 0

    @property
    def cycles_per_vector(self):
        return max(self.n_in, self.n_out + 2)

    def to_dict(self):
        return super().to_dict() | {"cycles_per_vector": self.cycles_per_vector}


class DirectSums(HardwareModule):
    """Sums of products with constants, written as such."""

    purpose = "all sums of products of a layer"

    def __init__(self, params):
        self.params = params
        ports = {"codes": In(params.n_in * params.inputs.format.width)}
        ports |= {f"acc_{output}": Out(signed(params.row_width)) for output in range(params.n_out)}
        super().__init__(f"{params.name}_sums", ports, clocked=False)

    def elaborate(self, platform):
        m = Module()
        p, form = self.params, self.params.inputs.format
        codes = [self.codes.word_select(index, form.width) for index in range(p.n_in)]
        codes = [code.as_signed() if form.signed else code for code in codes]
        for output in range(p.n_out):
            products = [int(w) * code for w, code in zip(p.mantissas[output], codes, strict=True)]
            m.d.comb += getattr(self, f"acc_{output}").eq(
                reduce(lambda a, b: a + b, products, int(p.row_biases[output]))
            )
        return m


class DirectLayer(VectorLayer):
    """A vector in registers, and all its sums at once."""

    purpose = "a vector in registers, and all its sums at once"

    def __init__(self, params):
        self.sums = DirectSums(params)
        super().__init__(params, [self.sums])

    def compute(self, m, codes, start):
        p = self.params
        self.sums.place(m, "sums")
        m.d.comb += self.sums.codes.eq(Cat(*codes))
        results = [Signal(signed(p.row_width), name=f"result_{output}") for output in range(p.n_out)]
        with m.If(start):
            m.d.sync += [result.eq(getattr(self.sums, f"acc_{o}")) for o, result in enumerate(results)]
        return [result << int(p.shifts[output]) for output, result in enumerate(results)], start


def sums_lemma(claim, hdl):
    """Each sum is that of the planned weights and bias, for any codes."""
    p = claim.params
    name, core, width = f"{p.name}_sums_are_planned", f"{p.name}_core.v", p.row_width + 2
    words = "each sum is that of the planned weights times the codes, and the planned bias"
    bits, sign = p.inputs.format.width, "signed " if p.inputs.format.signed else ""
    lines = [header(name, words), f"module {name}_check(input wire clk);"]
    lines.append(f"  (* anyseq *) wire [{p.n_in * bits - 1}:0] codes;")
    lines += [f"  wire {sign}[{bits - 1}:0] code_{i} = codes[{i * bits} +: {bits}];" for i in range(p.n_in)]
    lines += [f"  wire signed [{width - 1}:0] wide_{i} = code_{i};" for i in range(p.n_in)]
    lines += [f"  wire signed [{p.row_width - 1}:0] acc_{o};" for o in range(p.n_out)]
    ports = ", ".join([".codes(codes)", *(f".acc_{o}(acc_{o})" for o in range(p.n_out))])
    lines += [f"  {p.name}_sums dut ({ports});", "  always @* begin"]
    for output in range(p.n_out):
        weights, bias = planned_row(claim, output)
        terms = " + ".join([f"{number(w, width)} * wide_{i}" for i, w in enumerate(weights)] + [number(bias, width)])
        lines.append(f"    sum_{output}: assert (acc_{output} == {terms});")
    lines += ["    a_sum: cover (acc_0 != 0);", "  end", "endmodule", ""]
    faulty = convert_modules([DirectSums(replace(p, bias=p.bias + (1 << p.shifts)))])[f"{p.name}_sums"]
    return Lemma(
        name=name,
        core=p.name,
        property="no overflow",
        claim=words,
        top=f"{name}_check",
        checker="\n".join(lines),
        hdl=(core,),
        depth=1,
        cover_depth=1,
        mutant_depth=1,
        mutants=(Mutant("mutant_sum", "all biases one too large", {core: faulty}),),
    )


def control(p, hdl):
    """The contract of parallel layers, with one module for all rows."""
    rows = [
        HeldRow(
            instance="sums",
            port=f"acc_{output}",
            width=p.row_width,
            room=p.acc.width + int(p.shifts[output]),
            wide=extended(f"held_{output}", p.row_width, True, p.acc.width),
            shift=int(p.shifts[output]),
            register=f"] result_{output} =" in hdl[f"{p.name}.v"],
        )
        for output in range(p.n_out)
    ]
    return control_lemma(
        p,
        hdl,
        "parallel.sv.j2",
        "whole vectors get to the sums, which leave in order, stable under stall; a misplaced last is reported",
        below=("sums", "stage"),
        show=("output_index", "start", "busy", *(f"result_{o}" for o, row in enumerate(rows) if row.register)),
        assumes=(f"{p.name}_sums_are_planned", f"{p.name}_stage"),
        holes={"sources": [CodeSink("sums", range(p.n_in))], "rows": rows, "wired": [], "clocked": []},
        cover_depth=p.n_in + 6,
        mutant_depth=p.n_in + 6,
        engines=("smtbmc z3", "abc pdr"),
    )


class DirectFixed(FixedKind):
    params = DirectParams
    architecture = "direct"
    summary = "all outputs at once, multiplication as the synthesiser sees fit"

    def component(self, params):
        return DirectLayer(params)

    def quantised(self, given, structure, lanes):
        return fixed_layer(DirectParams, given)

    def core_lemmas(self, claim, hdl):
        return [sums_lemma(claim, hdl), control(claim.params, hdl)]

    def check_structure(self, params):
        """There is no order to be mistaken."""

    def check_hardware(self, check, layer, params):
        check.ports(f"{params.name}_sums", **{f"acc_{output}": params.row_width for output in range(params.n_out)})
        check_widths(check, layer, params, params.weights)


@pytest.fixture
def toy():
    with registered(DirectFixed()):
        yield plan_network(small_network(), target_error=0.2, name="toy", architecture="direct")


def test_it_is_planned_and_keeps_the_bound_of_the_others(toy):
    assert [type(params) for params in toy.params] == [DirectParams, DirectParams]
    folded = plan_network(small_network(), target_error=0.2, name="toy")
    assert toy.bound == folded.bound
    assert [layer.params.weights.tolist() for layer in toy.layers] == [p.weights.tolist() for p in folded.params]


def test_it_is_built_simulated_and_proven(toy, tmp_path):
    bundle = emit_bundle(toy, tmp_path / "toy", test_inputs=np.random.default_rng(1).integers(0, 9, (40, 3)) / 8)
    assert simulate(bundle)["status"] == "passed"
    proofs = prove(bundle)
    assert proofs["status"] == "passed", proofs
    names = {entry["lemma"] for entry in proofs["tasks"]}
    assert {"toy_layer0_sums_are_planned", "toy_layer0_control", "toy_layer0_stage", "toy_top"} <= names


def test_its_lemma_refuses_a_wrong_weight(toy, tmp_path):
    weights = toy.params[0].weights.copy()
    weights[0, 0] += 1
    wrong = (replace(toy.params[0], weights=weights), *toy.params[1:])
    lemma = network_lemmas(toy, network_verilog(toy.params, "toy"))[0]
    results = proofs_of([lemma], tmp_path, ("prove",), network_verilog(wrong, "toy"))
    assert results[lemma.name, "prove"].verdict is Verdict.FAIL


def test_it_is_gone_afterwards():
    with pytest.raises(InputError, match="architecture must be one of folded, parallel, serial, got 'direct'"):
        plan_network(small_network(), target_error=0.2, architecture="direct")
