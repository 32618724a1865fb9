# SPDX-License-Identifier: Apache-2.0
"""Every labelled assertion of every kind of lemma can fail: some fault breaks it."""

from dataclasses import replace

import pytest
import test_adaptive_lemmas
import test_block_lemmas
import test_encoding_lemmas
import test_fixed_parallel_lemmas
import test_fixed_serial_lemmas
import test_folded_stochastic_lemmas
import test_lfsr_lemmas
import test_neuron_lemmas
import test_partials_lemmas
import test_progressive_lemmas
from labels import labels, refuted_labels, wire_faults
from loose import loosened, repaired
from networks import proofs_of, small_network

from sc_precision.adaptive.gateware import AdaptiveNetwork
from sc_precision.adaptive.params import Policy
from sc_precision.adaptive.properties.wrapper import adaptive_lemmas
from sc_precision.compatible.evidence.product_gateware import StreamProducts
from sc_precision.compatible.evidence.product_params import StreamProductParams
from sc_precision.compatible.evidence.product_properties import claims, product_checker
from sc_precision.emit.verilog import convert_modules, network_verilog, partials_verilog, top_verilog
from sc_precision.plan.network import plan_network
from sc_precision.plan.result import PlanLimits
from sc_precision.properties import Lemma, Mutant, lfsr_lemmas, network_lemmas
from sc_precision.properties.blocks.partials import partials_lemmas
from sc_precision.properties.neurons.lif import lif_lemmas
from sc_precision.tools.sby import Verdict

TABLE = [
    # Identities of free integers: no wire carries what they are about.
    ("_algebra", r"\(counted_a \+ new_a\) <<", "(counted_a - new_a) <<"),
    ("_align", r"\(sum \+ product\) <<", "(sum - product) <<"),
    ("_algebra", r"\(acc \+ added\) -", "(acc - added) -"),
    ("_algebra", r"finer - rest\)", "finer + rest)"),
]


def of_plan(plan):
    hdl = network_verilog(plan.params, plan.name)
    return network_lemmas(plan, hdl), hdl


def of_network(target, **options):
    return of_plan(plan_network(small_network(), target_error=target, name="pocket", **options))


def coarse_streams():
    """Streams of at most four cycles for codes of eight steps."""
    return of_network(8.0, datapath="stochastic", limits=PlanLimits(min_length=1, max_length=4))


def block_float():
    claim = test_block_lemmas.trained()
    hdl = network_verilog([claim.params], "top")
    return test_block_lemmas.all_lemmas(claim, hdl), hdl


def block_partials():
    params = test_partials_lemmas.PARTIALS["bp_inside"]
    hdl = partials_verilog(params, "top")
    return partials_lemmas(params, "top", hdl), hdl


def neurons(name):
    params = test_neuron_lemmas.NEURONS[name]
    hdl = network_verilog([params], "neurons_top")
    return lif_lemmas(params, hdl), hdl


def lfsr_streams():
    params = test_lfsr_lemmas.LAYERS["shared"]
    hdl = network_verilog([params], "shared_pair")
    return lfsr_lemmas(params, hdl), hdl


def wrapper(policy, pair="same_inputs"):
    params = test_adaptive_lemmas.wrapper(pair, policy)
    hdl = top_verilog(AdaptiveNetwork(params), ["a test"])
    return adaptive_lemmas(params, hdl), hdl


def rescaling():
    """To and from formats of fewer places and other ends."""
    lemmas, hdl = wrapper(Policy.CERTIFIED, "coarse")
    return lemmas[:2], hdl


def multiplier():
    """The lemmas of the evidence bundle of a precision plan; it has no mutants of its own."""
    p = StreamProductParams("product_b6_l8", 6, 3)
    hdl = {"product.v": "\n".join(convert_modules(StreamProducts("product", [p]).modules()).values())}
    modules = dict(zip(claims(p), product_checker(p).split("endmodule\n"), strict=False))
    lemmas = [
        Lemma(
            f"{p.name}_{part}",
            p.name,
            "error bound",
            words,
            f"{p.name}_{part}_check",
            f"{modules[part]}endmodule\n",
            tuple(hdl) if part == "count" else (),
        )
        for part, words in claims(p).items()
    ]
    return lemmas, hdl


def row_scales():
    network = test_fixed_parallel_lemmas.uneven_network()
    return of_plan(plan_network(network, target_error=0.05, name="uneven", lanes=2, row_scales=True))


def bipolar():
    return of_plan(test_encoding_lemmas.bipolar_plan(test_encoding_lemmas.LAYERS[1:], 1.5, (1,)))


def folded(**options):
    return test_folded_stochastic_lemmas.lemmas_of(test_folded_stochastic_lemmas.folded_plan(**options))


def serial():
    return test_fixed_serial_lemmas.lemmas_of(test_fixed_serial_lemmas.serial_plan())


# name: (its lemmas and hdl files, cycles from reset in which a result leaves where mutants are not sought that far)
KINDS = {
    "multiplier": (multiplier, 0),
    "fixed_folded": (lambda: of_network(0.3, datapath="fixed", lanes=2), 0),
    "fixed_parallel": (lambda: of_network(0.3, architecture="parallel", pipeline=2, row_scales=True), 0),
    "fixed_row_scales": (row_scales, 0),
    "fixed_serial": (serial, 0),
    "streams": (lambda: of_network(0.6, datapath="stochastic"), 24),
    "streams_coarse": (coarse_streams, 24),
    "streams_bipolar": (bipolar, 20),
    "streams_folded": (folded, 42),
    "streams_folded_bipolar": (lambda: folded(encoding="bipolar", stages=2, target_error=1.5), 28),
    "early_stop": (lambda: test_progressive_lemmas.lemmas_of("uneven"), 28),
    "early_stop_bipolar": (lambda: test_progressive_lemmas.lemmas_of("bipolar"), 28),
    "streams_lfsr": (lfsr_streams, 28),
    "block_float": (block_float, 0),
    "block_float_partials": (block_partials, 0),
    "neurons_that_rest": (lambda: neurons("lif_rests_long"), 0),
    "neurons_constant": (lambda: neurons("lif_constant"), 0),
    "neurons_that_leak": (lambda: neurons("lif_nearest"), 0),
    "adaptive_rescaling": (rescaling, 0),
    "adaptive_certified": (lambda: wrapper(Policy.CERTIFIED), 24),
    "adaptive_hysteresis": (lambda: wrapper(Policy.HYSTERESIS), 24),
    "adaptive_authoritative": (lambda: wrapper(Policy.HP_AUTHORITATIVE), 24),
}
FAST = ("multiplier",)


def each_kind(fast):
    return pytest.mark.parametrize("kind", [k if k in fast else pytest.param(k, marks=pytest.mark.slow) for k in KINDS])


@each_kind(FAST)
def test_some_fault_breaks_every_label(kind, tmp_path):
    make, depth = KINDS[kind]
    lemmas, hdl = make()
    found = refuted_labels(lemmas, hdl, tmp_path, depth, TABLE)
    print(f"{kind}: {found}")
    assert found.left == []


@each_kind(("fixed_serial",))
def test_without_a_loose_wire_nothing_breaks(kind, tmp_path):
    """What the test above puts in place of assignments does not itself change what they say."""
    lemmas, hdl = KINDS[kind][0]()
    healthy = []
    for lemma in lemmas:
        checker = loosened(lemma.checker)
        mutants = [*wire_faults(lemma, hdl), Mutant("mutant_checker", "", {f"{lemma.name}.sv": checker})]
        mutants = [replace(m, files={file: repaired(text) for file, text in m.files.items()}) for m in mutants]
        healthy.append(replace(lemma, mutants=tuple(mutants), timeout=40.0, mutant_depth=min(lemma.mutant_depth, 4)))
    assert any("loose_place" in text for lemma in healthy for each in lemma.mutants for text in each.files.values())
    results = proofs_of(healthy, tmp_path, ("mutant",), hdl, lambda lemma, _: lemma.engines)
    assert {result.verdict for result in results.values()} == {Verdict.PASS}, [
        (name, result.message) for name, result in results.items() if not result.passed
    ]


def test_a_label_that_cannot_fail_is_found(tmp_path):
    text = """module m_check(input wire clk);
  (* anyseq *) wire [1:0] a;
  wire [1:0] b = a;
  always @* begin
    same: assert (b == a);
    in_range_3: assert (a <= 3);
    reached: cover (b == 3);
  end
endmodule
"""
    lemma = Lemma("m", "core", "no overflow", "b is a", "m_check", text, ())
    found = refuted_labels([lemma], {}, tmp_path)
    assert (found.by["checker"], found.left) == ({("m", "same")}, [("m", "in_range_#")])


def test_labels_are_read_from_checkers():
    text = "// c: assert (x)\na_1: assert (b); if (c) d:\n  assert(e); f: cover (g); h: assume (i);"
    assert labels(text) == ["a_1", "d"]
    with pytest.raises(AssertionError, match="no label"):
        labels("always @* assert (a);")


def test_loose_wires_keep_widths_signs_and_names():
    text = """module m(a, y);
  input [3:0] a;
  wire [3:0] a;
  output [4:0] y;
  wire [4:0] \\b$1 ;
  reg [1:0] r = 2'h0;
  reg [7:0] words [1:0];
  assign \\b$1  = $signed(a) + 5'h1;
  always @(posedge clk) if (a[0] <= 1) r <= a[1:0];
    else words[r] <= 8'h1;
  wire signed [2:0] s = r, t;
endmodule
"""
    changed = loosened(text)
    assert "wire [7:0] loose_value;" in changed
    for line in (
        "assign \\b$1  = (loose_place == 16'd2 ? $signed(loose_value[4:0]) : ($signed(a) + 5'h1 ));",
        "if (a[0] <= 1) r <= (loose_place == 16'd3 ? $signed(loose_value[1:0]) : (a[1:0] ));",
        "else words[r] <= (loose_place == 16'd4 ? $signed(loose_value[7:0]) : (8'h1 ));",
        "wire signed [2:0] s = (loose_place == 16'd1 ? $signed(loose_value[2:0]) : (r )), t;",
    ):
        assert line in changed
    assert loosened("module empty;\nendmodule\n") == "module empty;\nendmodule\n"
