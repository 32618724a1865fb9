# SPDX-License-Identifier: Apache-2.0
"""What the controllers of both datapaths promise alike, and the faults that both must refuse."""

from __future__ import annotations

from sc_precision.params import BlockFloatPartialsParams, DenseParams
from sc_precision.properties.checker.lemma import Mutant
from sc_precision.properties.checker.sv import index_width, replace_all, replace_once


def stall_check(p: DenseParams, acc_wire: str = "stage_acc", loading: str = "step == 0") -> str:
    """End of a controller's checker: results do not change under stall.

    Parameters
    ----------
    p : DenseParams
    acc_wire : str
        The checker's wire with the accumulator that leaves.
    loading : str
        Condition under which codes are accepted.
    """
    acc, last = p.acc.width, p.output.format.width
    return f"""\
  // Results do not change under stall: the accumulators are still, and so is the choice among them.
  reg stalled = 0;
  reg [{acc - 1}:0] acc_before;
  reg last_before;
  always @(posedge clk) begin
    stalled <= out_valid && !out_ready && !rst;
    acc_before <= {acc_wire};
    last_before <= out_payload[{last}];
  end
  always @* if (stalled)
    stable_under_stall: assert (out_valid && {acc_wire} == acc_before && out_payload[{last}] == last_before);
  always @* a_code: cover ({loading} && index == {min(2, p.n_in - 1)} && in_valid);
endmodule
"""


def protocol_mutants(p: DenseParams | BlockFloatPartialsParams, text: str) -> tuple[Mutant, ...]:
    """Faults in the Verilog of a layer's controller.

    Parameters
    ----------
    p : DenseParams or BlockFloatPartialsParams
    text : str
        The emitted ``<layer>.v``.
    """
    file, bits = f"{p.name}.v", index_width(p.n_in)
    silent = replace_once(text, r"(frame_error <= ).*;", r"\g<1>1'h0;")
    mutants = [Mutant("mutant_error", "a misplaced last is not reported", {file: silent})]
    if p.n_in > 1:
        digits = -(-bits // 4)
        last, first = (f"index == {bits}'h{index:0{digits}x};" for index in (p.n_in - 1, 0))
        short = replace_all(text, last, first)
        mutants.append(Mutant("mutant_short", "vectors end after their first code", {file: short}))
    return tuple(mutants)
