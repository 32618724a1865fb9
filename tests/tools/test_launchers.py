# SPDX-License-Identifier: Apache-2.0
"""The programs that stand in for those the wheels do not bring."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from sc_precision.tools.bitwuzla_launcher import CommandReader
from sc_precision.tools.find import launcher_argv
from sc_precision.tools.yosys_launcher import parse_arguments

MODULE = "module m(input clk, input [3:0] a, output reg [3:0] q); always @(posedge clk) q <= a; endmodule\n"


def yosys(*arguments, cwd):
    argv = launcher_argv("yosys_launcher.py", *arguments)
    return subprocess.run(argv, cwd=cwd, capture_output=True, text=True, timeout=60)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "m.v").write_text(MODULE)
    (tmp_path / "ok.ys").write_text("read_verilog m.v\nprep -top m\nstat\nwrite_rtlil m.il\n")
    (tmp_path / "free.v").write_text("module f(input a, output b); assign b = a & nowhere; endmodule\n")
    return tmp_path


def test_quiet_run_writes_its_log_to_the_file_only(folder):
    done = yosys("-ql", "m.log", "ok.ys", cwd=folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert "$dff" in (folder / "m.log").read_text()
    assert (folder / "m.il").exists()


def test_loud_run_writes_to_the_console(folder):
    done = yosys("-Q", "-T", "-s", "ok.ys", cwd=folder)
    assert done.returncode == 0
    assert "$dff" in done.stdout


def test_commands_files_and_output(folder):
    done = yosys("-q", "m.v", "-p", "hierarchy -top m; proc", "-o", "out.il", cwd=folder)
    assert done.returncode == 0
    assert "$dff" in (folder / "out.il").read_text()


def test_defines(folder):
    (folder / "d.v").write_text("`ifdef X\nmodule x; endmodule\n`else\nmodule y; endmodule\n`endif\n")
    assert yosys("-q", "-D", "X", "d.v", "-p", "hierarchy -top x", cwd=folder).returncode == 0
    assert yosys("-q", "d.v", "-p", "hierarchy -top x", cwd=folder).returncode == 1


@pytest.mark.parametrize("quiet", [True, False])
def test_error_is_status_1_and_in_log_and_on_the_console(folder, quiet):
    done = yosys(*(["-q"] if quiet else []), "-l", "x.log", "-p", "read_verilog missing.v", cwd=folder)
    assert done.returncode == 1
    assert "ERROR: File `missing.v' not found" in done.stderr
    assert "ERROR: File `missing.v' not found" in (folder / "x.log").read_text()


def test_error_with_file_and_line(folder):
    (folder / "bad.v").write_text("module m(input a);\nassign = a;\nendmodule\n")
    done = yosys("-q", "-p", "read_verilog bad.v", cwd=folder)
    assert done.returncode == 1
    assert done.stderr.startswith("bad.v:2: ERROR:")


def test_warnings_reach_the_console_of_a_quiet_run(folder):
    done = yosys("-q", "-p", "read_verilog free.v; prep -top f", cwd=folder)
    assert done.returncode == 0
    assert "free.v:1: Warning: Identifier `\\nowhere' is implicitly declared." in done.stderr
    assert "Warning: Wire f.\\nowhere is used but has no driver." in done.stderr


def test_warning_made_an_error(folder):
    done = yosys("-q", "-e", "implicitly", "-p", "read_verilog free.v", cwd=folder)
    assert done.returncode == 1


def test_version(folder):
    done = yosys("-V", cwd=folder)
    assert done.stdout.startswith("Yosys 0.")


def test_abc_works_inside_yosys(folder):
    done = yosys("-q", "-p", "read_verilog free.v; synth -top f", cwd=folder)
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-z"], "option -z is not known"),
        (["-p"], "option -p needs a value"),
        (["-l", "no/such/folder/log", "ok.ys"], "cannot write log file no/such/folder/log: No such file"),
    ],
)
def test_bad_command_line(folder, arguments, message):
    done = yosys(*arguments, cwd=folder)
    assert done.returncode == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_parse_arguments():
    options, files = parse_arguments(["-ql", "a.log", "x.ys", "-pstat", "-Q", "--", "-odd.v"])
    assert options == [("-q", ""), ("-l", "a.log"), ("-p", "stat"), ("-Q", "")]
    assert files == ["x.ys", "-odd.v"]


def test_yosys_ends_with_its_launcher(folder, leftovers):
    script = folder / f"slow{os.getpid()}.ys"
    script.write_text("exec -- sleep 60\n")
    with subprocess.Popen(launcher_argv("yosys_launcher.py", "-q", script.name), cwd=folder) as child:
        time.sleep(1.0)
        child.terminate()
        assert child.wait(10) == 128 + signal.SIGTERM
    assert leftovers(script.name) == []


def test_yosys_that_dies_is_not_a_success(folder):
    (folder / "slow.ys").write_text("exec -- sleep 2\n")
    argv = launcher_argv("yosys_launcher.py", "-q", "slow.ys")
    with subprocess.Popen(argv, cwd=folder, stderr=subprocess.PIPE, text=True) as launcher:
        children = Path(f"/proc/{launcher.pid}/task/{launcher.pid}/children")
        deadline = time.monotonic() + 10
        while not children.read_text().split() and time.monotonic() < deadline:
            time.sleep(0.02)
        os.kill(int(children.read_text()), signal.SIGKILL)
        assert launcher.stderr.read() == "ERROR: yosys was ended by signal 9\n"
    assert launcher.returncode == 128 + 9


class Bitwuzla:
    """A running launcher, spoken to line by line."""

    def __init__(self, *arguments):
        argv = launcher_argv("bitwuzla_launcher.py", *arguments)
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(argv, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT, text=True)

    def send(self, text):
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()

    def ask(self, text):
        self.send(text)
        return self.process.stdout.readline().strip()

    def close(self):
        self.process.stdin.close()
        rest = self.process.stdout.read()
        self.process.stdout.close()
        return rest, self.process.wait(10)


def test_bitwuzla_answers_each_command_at_once():
    solver = Bitwuzla("--lang", "smt2")
    solver.send("(set-option :produce-models true)(set-logic QF_BV)(declare-fun a () (_ BitVec 8))")
    solver.send("(assert (bvugt a #x10))")
    assert solver.ask("(check-sat)") == "sat"
    solver.send("(push 1)")
    solver.send("(assert (= a #x05))")
    assert solver.ask("(check-sat)") == "unsat"
    solver.send("(pop 1)")
    solver.send("(assert (= a #x2a))")
    assert solver.ask("(check-sat)") == "sat"
    assert solver.ask("(get-value (a))") == "((a #b00101010))"
    solver.send("(exit)")
    assert solver.close() == ("", 0)


def test_bitwuzla_nested_levels():
    solver = Bitwuzla()
    solver.send("(set-logic QF_BV)(declare-fun a () (_ BitVec 4))(push 1)(assert (= a #x1))(push 1)")
    solver.send("(declare-fun b () (_ BitVec 4))(assert (= a b))(assert (= b #x2))")
    assert solver.ask("(check-sat)") == "unsat"
    assert solver.ask("(pop 2)(check-sat-assuming ((= a #x7)))") == "sat"
    assert solver.close() == ("", 0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("(set-logic QF_BV)(frobnicate)", "expected command"),
        ("(set-logic QF_BV)(pop 1)", "pop 1 with 0 levels pushed"),
        ("(set-logic QF_BV)(check-sat", "input ends inside a command"),
        ("(set-logic QF_BV)(assert undeclared)", "undefined symbol"),
    ],
)
def test_bitwuzla_errors_are_answers(text, message):
    solver = Bitwuzla()
    solver.send(text)
    rest, status = solver.close()
    assert status == 1
    assert rest.startswith('(error "')
    assert message in rest
    assert "Traceback" not in rest


def test_bitwuzla_time_limit():
    # factors of a product of two primes of 32 bits
    solver = Bitwuzla("--time-limit", "300")
    solver.send("(set-logic QF_BV)(declare-fun a () (_ BitVec 64))(declare-fun b () (_ BitVec 64))")
    solver.send("(assert (bvult a #x0000000100000000))(assert (bvult b #x0000000100000000))")
    solver.send("(assert (= (bvmul a b) (_ bv9605457275458492013 64)))")
    start = time.monotonic()
    assert solver.ask("(check-sat)") == "unknown"
    assert time.monotonic() - start < 10
    solver.close()


def test_bitwuzla_reads_a_file_and_states_what_smtbmc_looks_for(tmp_path):
    file = tmp_path / "x.smt2"
    file.write_text("(set-logic QF_BV)(check-sat)")
    argv = launcher_argv("bitwuzla_launcher.py")
    assert subprocess.run([*argv, str(file)], capture_output=True, text=True).stdout == "sat\n"
    assert "--lang" in subprocess.run([*argv, "--help"], capture_output=True, text=True).stdout
    assert subprocess.run([*argv, "--version"], capture_output=True, text=True).stdout[0].isdigit()
    missing = subprocess.run([*argv, "no.smt2"], capture_output=True, text=True)
    assert (missing.returncode, missing.stdout) == (1, '(error "no.smt2: No such file or directory")\n')


@pytest.mark.parametrize("size", [1, 2, 7, 4096])
def test_command_reader_cuts_at_any_chunk_size(size):
    commands = [
        b"(set-logic QF_BV)",
        b'(echo "a ) ""quoted"" ( b")',
        b"(declare-fun |odd ) ; ( name| () Bool)",
        b"(assert ; a comment ) with (\n true)",
        b"(check-sat)",
    ]
    text = b"; first ( line\n" + b" \n".join(commands) + b"\n; last"
    read_end, write_end = os.pipe()

    def write():
        for begin in range(0, len(text), size):
            os.write(write_end, text[begin : begin + size])
        os.close(write_end)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert list(CommandReader(read_end)) == commands
    finally:
        writer.join()
        os.close(read_end)


@pytest.mark.parametrize("program", ["sby", "smtbmc", "witness"])
def test_yowasp_programs_start(program):
    done = subprocess.run(launcher_argv("yowasp_launcher.py", program, "--help"), capture_output=True, text=True)
    assert "--help" in done.stdout
    assert (done.returncode, done.stderr) == (0, "")


def test_yowasp_program_that_does_not_exist():
    done = subprocess.run(launcher_argv("yowasp_launcher.py", "nosuch"), capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("usage: ")


def test_launchers_run_as_modules_too():
    done = subprocess.run(
        [sys.executable, "-m", "sc_precision.tools.yosys_launcher", "-V"], capture_output=True, text=True
    )
    assert done.stdout.startswith("Yosys")
