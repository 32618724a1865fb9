# SPDX-License-Identifier: Apache-2.0
"""Assumptions that contradict each other prove nothing, whichever engine is asked."""

from dataclasses import replace

import pytest

from sc_precision.emit.verilog import network_verilog
from sc_precision.properties import network_lemmas
from sc_precision.tools.proofs import run_proofs
from sc_precision.tools.sby import ProofTask, Verdict


@pytest.mark.parametrize("engine", ["smtbmc bitwuzla", "smtbmc z3", "abc pdr"])
def test_contradictory_assumptions_are_no_proof(tiny_plans, tmp_path, engine):
    plan = tiny_plans["fixed"]
    hdl = network_verilog(plan.params, plan.name)
    lemma = next(each for each in network_lemmas(plan, hdl) if each.name == "tiny_layer0_mac_step")
    for folder, assumption in (("right", "first || !first"), ("wrong", "first && !first")):
        checker = lemma.checker.replace("endmodule", f"  always @* assume ({assumption});\nendmodule")
        changed = replace(lemma, checker=checker, mutants=())
        for name, text in {f"hdl/{lemma.hdl[0]}": hdl[lemma.hdl[0]], **changed.files(hdl)}.items():
            path = tmp_path / folder / (name if name.startswith("hdl") else f"formal/{name}")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        file = tmp_path / folder / "formal" / f"{lemma.name}.sby"
        tasks = [ProofTask("prove", file, task="prove", engines=(engine,)), ProofTask("cover", file, task="cover")]
        proved, covered = run_proofs(tasks, tmp_path / "work")
        if folder == "right":
            assert (proved.verdict, covered.verdict) == (Verdict.PASS, Verdict.PASS)
        else:
            assert proved.verdict is Verdict.ERROR
            assert "contradict" in proved.message
            assert not covered.passed
