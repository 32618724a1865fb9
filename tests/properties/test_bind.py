# SPDX-License-Identifier: Apache-2.0
"""The contracts that are bound: read by pyslang and by Yosys' slang front end, kept by the hardware, able to fail."""

import pyslang
import pytest
from networks import small_network

from sc_precision.emit.verilog import network_verilog
from sc_precision.plan.network import plan_network
from sc_precision.properties import network_lemmas
from sc_precision.properties.checker.bind import network_bind
from sc_precision.tools.sby import ProofTask, Verdict, run_proof

TARGETS = {"fixed": 0.3, "stochastic": 0.6}


@pytest.fixture(scope="module", params=["fixed", "stochastic"])
def design(request):
    plan = plan_network(
        small_network(2, (2, 2)), target_error=TARGETS[request.param], datapath=request.param, name="pocket"
    )
    return plan, network_verilog(plan.params, "pocket")


def test_bound_to_the_design_it_elaborates_without_an_error(design):
    plan, hdl = design
    compilation = pyslang.ast.Compilation()
    for text in (*hdl.values(), network_bind("pocket", plan.params)):
        compilation.addSyntaxTree(pyslang.syntax.SyntaxTree.fromText(text))
    assert not [str(problem.code) for problem in compilation.getAllDiagnostics() if problem.isError()]
    names = {top.name for top in compilation.getRoot().topInstances}
    assert names == {"pocket"}


def test_it_lies_beside_the_lemmas(design):
    plan, hdl = design
    files = {name: text for lemma in network_lemmas(plan, hdl) for name, text in lemma.files(hdl).items()}
    assert files["pocket_bind.sv"] == network_bind("pocket", plan.params)


def proof(hdl, bind, folder, depth):
    """Bounded proof of the bound contracts through the slang front end, from reset."""
    (folder / "bind.sv").write_text(bind)
    names = sorted(hdl)
    for name in names:
        (folder / name).write_text(hdl[name])
    (folder / "harness.sv").write_text(
        "module harness(input wire aclk, aresetn, s_axis_tvalid, s_axis_tlast, m_axis_tready,\n"
        "  input wire [7:0] s_axis_tdata, output wire s_axis_tready, m_axis_tvalid, m_axis_tlast, frame_error);\n"
        "  pocket dut (.*, .m_axis_tdata());\nendmodule\n"
    )
    files = [*names, "bind.sv", "harness.sv"]
    script = f"read_slang --top harness {' '.join(files)}\nprep -flatten -top harness"
    text = f"[options]\nmode bmc\ndepth {depth}\n\n[engines]\nsmtbmc bitwuzla\n\n[script]\n{script}\n\n[files]\n"
    (folder / "bound.sby").write_text(text + "\n".join(files) + "\n")
    return run_proof(ProofTask("bound", folder / "bound.sby", timeout=300), folder / "work")


def test_the_hardware_keeps_them_and_a_faulty_one_does_not(tmp_path):
    plan = plan_network(small_network(2, (2, 2)), target_error=0.3, datapath="fixed", name="pocket")
    hdl, bind = network_verilog(plan.params, "pocket"), network_bind("pocket", plan.params)
    for name, text, expected in (
        ("right", hdl["pocket.v"], Verdict.PASS),
        ("wrong", hdl["pocket.v"].replace("assign m_axis_tlast = ", "assign m_axis_tlast = ~"), Verdict.FAIL),
    ):
        folder = tmp_path / name
        folder.mkdir()
        result = proof(hdl | {"pocket.v": text}, bind, folder, 22)
        assert result.verdict is expected, f"{name}: {result.message}\n{result.log_tail[-800:]}"
        assert result.properties["assert"] == 6 + 2 * len(plan.layers)
