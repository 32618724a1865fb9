# SPDX-License-Identifier: Apache-2.0
import subprocess

import pytest

from sc_precision.errors import InputError
from sc_precision.tools.waveform import read_vcd

VCD = """$timescale 1 ns $end
$scope module top $end
$var wire 4 ! \\bus [3:0] $end
$var event 1 e go $end
$scope module dut $end
$var reg 1 " q $end
$var wire 4 ! copy $end
$var real 64 r level $end
$upscope $end
$upscope $end
$enddefinitions $end
#0
b1x0z !
x"
r1.5 r
#10
b1010 !
1"
1e
#25
0"
"""


@pytest.fixture
def waves(tmp_path):
    (tmp_path / "x.vcd").write_text(VCD)
    return read_vcd(tmp_path / "x.vcd")


def test_values(waves):
    assert sorted(waves) == ["top.bus", "top.dut.copy", "top.dut.q"]
    assert waves["top.dut.copy"] == waves["top.bus"]
    assert (waves["top.dut.q"].times, waves["top.dut.q"].values) == ((0, 10, 25), ("x", 1, 0))
    assert [waves["top.dut.copy"].at(time) for time in (0, 9, 10, 99)] == ["1x0z", "1x0z", 10, 10]
    with pytest.raises(LookupError, match="no value at time -1"):
        waves["top.dut.q"].at(-1)


def test_what_icarus_writes(tmp_path):
    (tmp_path / "t.v").write_text(
        'module t; reg [7:0] n = 3; reg u; initial begin $dumpfile("t.vcd"); $dumpvars;'
        " #5 n = 200; u = 1; #5 n = 8'bx; #5 $finish; end endmodule\n"
    )
    subprocess.run(["iverilog", "-o", "t.vvp", "t.v"], cwd=tmp_path, check=True)
    subprocess.run(["vvp", "-n", "t.vvp"], cwd=tmp_path, check=True, capture_output=True)
    found = read_vcd(tmp_path / "t.vcd")
    assert [found["t.n"].at(time) for time in (0, 5, 10)] == [3, 200, "x"]
    assert [found["t.u"].at(time) for time in (0, 5, 10)] == ["x", 1, 1]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("nothing", "cannot be read as a waveform"),
        ("", "it has no signals"),
        (VCD.replace("$timescale", "$upscope $end $timescale"), "cannot be read as a waveform"),
        (VCD[:60], "cannot be read as a waveform"),
    ],
)
def test_what_is_no_waveform(tmp_path, text, reason):
    (tmp_path / "x.vcd").write_text(text)
    with pytest.raises(InputError, match=reason):
        read_vcd(tmp_path / "x.vcd")


def test_no_file(tmp_path):
    with pytest.raises(InputError, match=r"none\.vcd: cannot be read \(No such file"):
        read_vcd(tmp_path / "none.vcd")
