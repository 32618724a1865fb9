# SPDX-License-Identifier: Apache-2.0
"""The emitted multiplier in Icarus against the integer model: every input and weight, with pauses and restarts."""

import subprocess

import pytest

from sc_precision.compatible.evidence.product_gateware import StreamProducts
from sc_precision.compatible.evidence.product_golden import product_counts
from sc_precision.compatible.evidence.product_params import StreamProductParams
from sc_precision.emit.verilog import convert_modules
from sc_precision.tools.find import find_tool

BENCH = """
module tb;
  reg clk = 0, rst = 0, clear = 1, enable = 0;
  reg [{m}:0] code = 0;
  reg [{b}:0] level = 0;
  wire [{m}:0] count;
  wire done;
  integer i, j, k;
  top dut (.clk(clk), .rst(rst), .clear(clear), .enable(enable), .b{b}_l{length}_code(code),
    .b{b}_l{length}_level(level), .b{b}_l{length}_count(count), .b{b}_l{length}_done(done));
  task tick; begin #1 clk = 1; #1 clk = 0; end endtask
  initial begin
    for (i = 0; i <= {levels}; i = i + 1)
      for (j = 0; j <= {length}; j = j + 1) begin
        level = i; code = j; enable = 1;
        // A run that is broken off, by clear or by reset, leaves nothing behind.
        clear = 0; tick; tick;
        if (i[0]) clear = 1; else rst = 1;
        tick; clear = 0; rst = 0;
        for (k = 0; !done; k = k + 1) begin enable = (k % 3) != 1; tick; end
        enable = 1; tick;
        $display("%0d", count);
      end
    $finish;
  end
endmodule
"""


@pytest.mark.parametrize(("bits", "m"), [(1, 1), (4, 2), (3, 3), (2, 4)])
def test_every_input_and_weight(bits, m, tmp_path):
    p = StreamProductParams("core", bits, m)
    texts = convert_modules(StreamProducts("top", [p]).modules())
    bench = BENCH.format(m=m, b=bits, length=p.length, levels=1 << bits)
    (tmp_path / "tb.v").write_text("\n".join([*texts.values(), bench]))
    iverilog, vvp = find_tool("iverilog"), find_tool("vvp")
    done = subprocess.run(
        [*iverilog.argv, "-Wall", "-o", "tb", "tb.v"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "core" not in done.stderr
    out = subprocess.run([*vvp.argv, "-n", "tb"], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    expected = [count for level in range((1 << bits) + 1) for count in product_counts(p, level).tolist()]
    assert [int(line) for line in out.split() if line.isdigit()] == expected
