# SPDX-License-Identifier: Apache-2.0
"""A bench in plain Verilog for adaptive tops: for waveforms, and for more vectors than cocotb can drive."""

import re
import subprocess
from dataclasses import dataclass

import numpy as np

from sc_precision.adaptive.golden import adaptive_outputs
from sc_precision.gateware.network import axis_width
from sc_precision.tools.waveform import read_vcd

DUMP = '$dumpfile("waves.vcd"); $dumpvars(0, dut);'
"""For `drive`: write the waveform of everything."""
CYCLE = 10_000
"""Of the waveform's time."""

TEMPLATE = """\
`timescale 1ns/1ps
module bench;
  reg clk = 0, resetn = 0;
  always #5 clk = ~clk;
  reg [{wi}-1:0] inputs [0:{ni}-1];
  reg [{wo}-1:0] expected [0:{no}-1];
  reg [{wu}-1:0] users [0:{count}-1];
  reg [{wi}-1:0] s_data = 0;
  reg s_valid = 0, s_last = 0, m_ready = 0;
  wire s_ready, m_valid, m_last, use_hp, lp_active, hp_active, frame_error;
  wire [{wo}-1:0] m_data;
  wire [{wu}-1:0] m_user;
  wire [31:0] by_lp, by_hp;
  integer i = 0, o = 0, next = 0, cycles = 0, wrong = 0, seed = {seed};
  {name} dut(.aclk(clk), .aresetn(resetn), .s_axis_tdata(s_data), .s_axis_tvalid(s_valid), .s_axis_tready(s_ready),
    .s_axis_tlast(s_last), .m_axis_tdata(m_data), .m_axis_tvalid(m_valid), .m_axis_tready(m_ready),
    .m_axis_tlast(m_last), .m_axis_tuser(m_user), .status_lp(by_lp), .status_hp(by_hp), .status_use_hp(use_hp),
    .lp_active(lp_active), .hp_active(hp_active), .frame_error(frame_error));
  initial begin
    $readmemh("inputs.hex", inputs);
    $readmemh("expected.hex", expected);
    $readmemh("users.hex", users);
    {dump}
    repeat (4) @(posedge clk);
    resetn <= 1;
  end
  always @(posedge clk) if (resetn) begin
    cycles <= cycles + 1;
    if (!s_valid || s_ready) begin
      next = i + (s_valid && s_ready);
      i <= next;
      if (next < {ni} && !({stall} && $random(seed) % 3 == 0)) begin
        s_valid <= 1;
        s_data <= inputs[next];
        s_last <= next % {n_in} == {n_in} - 1;
      end else s_valid <= 0;
    end
    m_ready <= !({stall} && $random(seed) % 3 == 0);
    if (m_valid && m_ready) begin
      if (m_data !== expected[o] || m_user !== users[o / {n_out}] || m_last !== (o % {n_out} == {n_out} - 1)) begin
        wrong = wrong + 1;
        if (wrong < 4)
          $display("wrong %0d: data %h %h user %h %h", o, m_data, expected[o], m_user, users[o / {n_out}]);
      end
      o <= o + 1;
    end
    if (o == {no}) begin
      $display("done %0d outputs %0d wrong lp %0d hp %0d", o, wrong, by_lp, by_hp);
      $display("cycles %0d error %b", cycles, frame_error);
      $finish;
    end
    if (cycles == {limit}) begin
      $display("timeout");
      $finish;
    end
  end
endmodule
"""


@dataclass(frozen=True)
class Seen:
    """What the bench saw."""

    outputs: int
    wrong: int
    by_lp: int
    by_hp: int
    cycles: int
    frame_error: str
    text: str


def drive(folder, params, files, codes, *, stall=False, dump="", seed=1, verilator=False):
    """Run vectors through emitted Verilog and compare with the golden model."""
    for file, text in files.items():
        (folder / file).write_text(text)
    found = adaptive_outputs(params, codes)
    widths = {"wi": axis_width(params.inputs.format.width), "wo": axis_width(params.output.format.width)}
    widths["wu"] = 1 + max(1, (params.n_out - 1).bit_length())
    users = found.use_hp | found.decision << 1
    for name, values, width in (
        ("inputs", codes, widths["wi"]),
        ("expected", found.codes, widths["wo"]),
        ("users", users, widths["wu"]),
    ):
        flat = np.asarray(values, dtype=np.int64).ravel() & ((1 << width) - 1)
        (folder / f"{name}.hex").write_text("".join(f"{value:x}\n" for value in flat.tolist()))
    bench = TEMPLATE.format(
        **widths,
        name=params.name,
        n_in=params.n_in,
        n_out=params.n_out,
        ni=codes.size,
        no=found.codes.size,
        count=len(codes),
        stall=int(stall),
        dump=dump,
        seed=seed,
        limit=min(20 * int(found.cycles.sum()) + 1000, (1 << 31) - 1),
    )
    (folder / "bench.v").write_text(bench)
    sources = ["bench.v", *files]
    if verilator:
        build = ["verilator", "--binary", "--timing", "-Wno-fatal", "-Wno-lint", "--top", "bench", "-o", "bench"]
        subprocess.run([*build, *sources], cwd=folder, check=True, capture_output=True)
        run = ["obj_dir/bench"]
    else:
        subprocess.run(["iverilog", "-g2005", "-s", "bench", "-o", "bench.vvp", *sources], cwd=folder, check=True)
        run = ["vvp", "-n", "bench.vvp"]
    text = subprocess.run(run, cwd=folder, check=True, capture_output=True, text=True).stdout
    match = re.search(r"done (\d+) outputs (\d+) wrong lp (\d+) hp (\d+)\ncycles (\d+) error (\S)", text)
    assert match, text
    return found, Seen(*(int(value) for value in match.groups()[:5]), match[6], text)


def signal_changes(waves, prefix, first_cycle=0):
    """Changes of all signals but clocks whose names begin so, from a cycle on."""
    waves = read_vcd(waves)
    nets = {wave.identifier: wave for name, wave in waves.items() if name.startswith(prefix)}
    clocks = {wave.identifier for name, wave in waves.items() if re.search(r"\.(a?clk|.*__clk)$", name)}
    assert nets
    return sum(time > first_cycle * CYCLE for key, wave in nets.items() if key not in clocks for time in wave.times)
