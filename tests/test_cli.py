# SPDX-License-Identifier: Apache-2.0
"""The command line as a process: one line on stderr, the right exit status, no half-written bundle."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import sc_precision
from sc_precision.cli import run as run_here

QUICK = ["--skip-simulation", "--skip-proofs", "--no-cells", "--attack-inputs", "2000"]


def sc_precision_process(*arguments, cwd, **environment):
    return subprocess.run(
        [sys.executable, "-m", "sc_precision.cli", *map(str, arguments)],
        cwd=cwd,
        env=os.environ | environment,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )


def assert_refused(done, status, message):
    """One line on stderr that matches, this status, no traceback."""
    assert done.returncode == status, done.stderr
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("sc-precision: error: ")
    assert re.search(message, lines[0]), lines[0]


def arrays(**changes):
    """A 2-3-2 network's arrays."""
    rng = np.random.default_rng(3)
    kept = {
        "weight_0": rng.normal(size=(3, 2)),
        "bias_0": np.zeros(3),
        "weight_1": rng.normal(size=(2, 3)),
        "bias_1": np.zeros(2),
    }
    return kept | changes


def with_nan():
    weight = arrays()["weight_0"]
    weight[1, 0] = np.nan
    return weight


BAD_NETWORKS = {
    "nan": ({"weight_0": with_nan()}, r"weight_0: entry \[1, 0\] is nan; all must be finite"),
    "rank3": ({"weight_0": np.zeros((3, 2, 2))}, r"weight_0: must have 2 dimensions, got shape \(3, 2, 2\)"),
    "mismatch": ({"weight_1": np.zeros((2, 4))}, r"layer_0 has 3 outputs but layer_1 expects 4 inputs"),
    "bias": ({"bias_1": np.zeros(3)}, r"bias_1.*must have shape \(2,\), got \(3,\)"),
    "objects": ({"weight_0": np.array([[1, None]], dtype=object)}, r"weight_0: holds Python objects"),
    "unknown": ({"kernel": np.zeros(2)}, r"unknown key 'kernel'"),
}


@pytest.mark.parametrize("name", BAD_NETWORKS)
def test_a_network_that_cannot_be_used(tmp_path, name):
    changes, message = BAD_NETWORKS[name]
    np.savez(tmp_path / "net.npz", **arrays(**changes))
    done = sc_precision_process("build", "net.npz", "--target-error", "0.1", "-o", "b", cwd=tmp_path)
    assert_refused(done, 2, f"net.npz: .*{message}")
    assert os.listdir(tmp_path) == ["net.npz"]


@pytest.mark.parametrize("size", [0, 10, 300, -30])
def test_a_truncated_file(tmp_path, tiny_npz, size):
    (tmp_path / "net.npz").write_bytes(tiny_npz.read_bytes()[:size])
    done = sc_precision_process("build", "net.npz", "--target-error", "0.1", "-o", "b", cwd=tmp_path)
    assert_refused(done, 2, r"net.npz: .*cannot be read")
    assert os.listdir(tmp_path) == ["net.npz"]


def test_no_file(tmp_path):
    assert_refused(
        sc_precision_process("build", "no.npz", "--target-error", "1", cwd=tmp_path), 2, "no.npz: no such file"
    )


def test_a_target_out_of_reach(tmp_path, tiny_npz):
    done = sc_precision_process("build", tiny_npz, "--target-error", "1e-9", "-o", "b", cwd=tmp_path)
    assert_refused(done, 1, r"target_error 1e-09 is out of reach: the best bound is \S+ at max_\w+=\d+; raise max_\w+")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("target", ["0", "-1", "nan", "inf"])
def test_a_target_that_is_none(tmp_path, tiny_npz, target):
    done = sc_precision_process("build", tiny_npz, f"--target-error={target}", "-o", "b", cwd=tmp_path)
    assert_refused(done, 2, "target_error must be")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("module", "'module' is a Verilog keyword; choose another name, such as 'module_core'"),
        ("logic", "is a Verilog keyword"),
        ("s_axis_tdata", "'s_axis_tdata' is the name of a port; choose another name, such as 's_axis_tdata_core'"),
        ("aclk", "is the name of a port"),
        ("Entity", "is a VHDL keyword"),
        ("1net", "is not a Verilog identifier"),
        ("../net", "is not a Verilog identifier"),
        ("x" * 65, "use at most 64"),
    ],
)
def test_a_module_name_that_cannot_be_used(tmp_path, tiny_npz, name, message):
    done = sc_precision_process("build", tiny_npz, "--target-error", "1", "--name", name, "-o", "b", cwd=tmp_path)
    assert_refused(done, 2, f"--name: .*{re.escape(message)}")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--architecture", "parallel", "--pipeline", "65"], "pipeline must be at most 64, got 65"),
        (["--pipeline", "2"], "pipeline=2 is only of use with architecture='parallel', got architecture='folded'"),
        (["--row-scales", "--datapath", "stochastic"], "row_scales are of datapath='fixed', got"),
    ],
)
def test_an_architecture_that_cannot_be_built(tmp_path, tiny_npz, options, message):
    done = sc_precision_process("build", tiny_npz, "--target-error", "0.1", *options, "-o", "b", cwd=tmp_path)
    assert_refused(done, 2, message)
    assert os.listdir(tmp_path) == []


def test_a_serial_plan_is_made_and_emitted(tmp_path, tiny_npz):
    options = ["--target-error", "0.1", "--architecture", "serial", "-o", "plan.npz"]
    assert sc_precision_process("plan", tiny_npz, *options, cwd=tmp_path).returncode == 0
    done = sc_precision_process("emit", "plan.npz", "-o", "b", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "fixed_serial" in (tmp_path / "b" / "manifest.json").read_text()


def test_a_parallel_build_with_scales_of_outputs(tmp_path, tiny_npz):
    options = ["--architecture", "parallel", "--pipeline", "1", "--row-scales", "--skip-proofs", "--no-cells"]
    done = sc_precision_process(
        "build", tiny_npz, "--target-error", "0.1", *options, "--attack-inputs", "2000", "-o", "b", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert "fixed_parallel" in (tmp_path / "b" / "manifest.json").read_text()


def test_a_file_named_like_a_keyword(tmp_path, tiny_npz):
    shutil.copyfile(tiny_npz, tmp_path / "module.npz")
    done = sc_precision_process("build", "module.npz", "--target-error", "1", cwd=tmp_path)
    assert_refused(done, 2, "'module' is a Verilog keyword.*; give one with --name")


def test_iverilog_is_missing(tmp_path, tiny_npz):
    done = sc_precision_process("build", tiny_npz, "--target-error", "1", "-o", "b", cwd=tmp_path, PATH=str(tmp_path))
    assert_refused(
        done, 2, "iverilog is not installed: apt-get install iverilog.*; --skip-simulation builds without it"
    )
    assert os.listdir(tmp_path) == []
    done = sc_precision_process(
        "build", tiny_npz, "--target-error", "1", "-o", "b", *QUICK, cwd=tmp_path, PATH=str(tmp_path)
    )
    assert done.returncode == 0, done.stderr
    assert "Planned, not proved" in done.stdout


@pytest.fixture
def slow_sby(tmp_path):
    """A Yosys whose SBY never ends."""
    folder = tmp_path / "suite"
    folder.mkdir()
    programs = {
        "yosys": "echo 'Yosys 0.99'",
        "sby": 'if [ "$1" = --version ]; then echo "SBY 0.99"; else sleep 600; fi',
    }
    for name, text in programs.items():
        (folder / name).write_text(f"#!/bin/sh\n{text}\n")
        (folder / name).chmod(0o755)
    return str(folder / "yosys")


def test_sby_times_out(tiny_copy, slow_sby):
    done = sc_precision_process(
        "prove",
        tiny_copy.folder,
        "--timeout",
        "0.4",
        "--no-cache",
        "--no-mutants",
        cwd=tiny_copy.folder,
        SC_PRECISION_YOSYS=slow_sby,
    )
    lemmas = len(tiny_copy.manifest["lemmas"])
    message = (
        rf"proofs incomplete: {2 * lemmas} of {2 * lemmas} tasks are undecided, first \w+\.prove: TIMEOUT, time limit"
    )
    assert_refused(done, 1, message)
    page = (tiny_copy.folder / "report" / "index.html").read_text()
    assert "Not proved" in page
    assert "timed out" in page


def interrupted(arguments, cwd, until, number):
    """Send a signal once a line of the output begins with `until`; what the process said."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "sc_precision.cli", *map(str, arguments)],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        # A shell that runs tests in the background ignores Ctrl-C, and its children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    try:
        for line in process.stdout:
            if line.startswith(until):
                break
        else:
            pytest.fail(f"no line begins with {until}: {process.stderr.read()}")
        time.sleep(0.3)  # into the next step
        process.send_signal(number)
        _, errors = process.communicate(timeout=60)
    finally:
        process.kill()
    return subprocess.CompletedProcess(arguments, process.returncode, "", errors)


@pytest.mark.parametrize(
    ("until", "number", "status"),
    [
        ("plan", signal.SIGINT, 130),  # while Verilog and lemmas are written
        ("lint", signal.SIGINT, 130),  # while it is simulated and synthesised
        ("cells", signal.SIGINT, 130),  # while it is proven
        ("cells", signal.SIGTERM, 143),
    ],
)
def test_an_interrupted_build(tmp_path, tiny_npz, tiny_copy, until, number, status):
    before = (tiny_copy.folder / "manifest.json").read_bytes()
    arguments = [
        "build",
        tiny_npz,
        "--target-error",
        "0.1",
        "--no-cache",
        "--attack-inputs",
        "10",
        "--cells",
        "generic",
    ]
    for output in ("fresh", tiny_copy.folder):
        done = interrupted([*arguments, "-o", output], tmp_path, until, number)
        assert_refused(done, status, "interrupted; what was there before is unchanged")
        assert os.listdir(tmp_path) == ["copy"]
    assert (tiny_copy.folder / "manifest.json").read_bytes() == before


def test_a_folder_with_other_files_is_left_alone(tmp_path, tiny_npz):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").write_text("x")
    done = sc_precision_process("build", tiny_npz, "--target-error", "1", "-o", "mine", cwd=tmp_path)
    assert_refused(done, 2, "'mine' holds files that are no bundle; give another folder")
    assert os.listdir(tmp_path / "mine") == ["thesis.tex"]


def test_step_by_step_is_the_same_as_build(tmp_path, tiny_npz):
    options = ["--target-error", "0.05", "--lanes", "2", "--max-bits", "12"]
    assert sc_precision_process("plan", tiny_npz, *options, "-o", "p.npz", cwd=tmp_path).returncode == 0
    emitted = sc_precision_process("emit", "p.npz", "--data", tiny_npz, "--vectors", "4", "-o", "steps", cwd=tmp_path)
    assert emitted.returncode == 0, emitted.stderr
    built = sc_precision_process("build", tiny_npz, *options, "--vectors", "4", *QUICK, cwd=tmp_path)
    assert built.returncode == 0, built.stderr
    one, other = tmp_path / "steps", tmp_path / "build" / "tiny"
    assert (one / "manifest.json").read_bytes() == (other / "manifest.json").read_bytes()
    simulated = sc_precision_process("simulate", "steps", cwd=tmp_path)
    assert simulated.returncode == 0, simulated.stderr
    assert "8 outputs of 4 vectors" in simulated.stdout
    attacked = sc_precision_process("attack", "steps", "--inputs", "3000", "--seed", "5", cwd=tmp_path)
    assert attacked.returncode == 0, attacked.stderr
    reported = sc_precision_process("report", "steps", cwd=tmp_path)
    assert reported.returncode == 0, reported.stderr
    assert reported.stdout.splitlines()[-1] == "steps/report/index.html"
    assert "8 outputs" in (one / "report" / "index.html").read_text()


def test_signed_inputs_need_the_bipolar_encoding(tmp_path):
    np.savez(tmp_path / "net.npz", **arrays(input_range=np.array([-1.0, 1.0])))
    options = ["net.npz", "--target-error", "9", "--datapath", "stochastic", "-o", "p.npz"]
    assert_refused(sc_precision_process("plan", *options, cwd=tmp_path), 2, "or use encoding='bipolar'")
    planned = sc_precision_process("plan", *options, "--encoding", "bipolar", cwd=tmp_path)
    assert planned.returncode == 0, planned.stderr
    assert (tmp_path / "p.npz").exists()


def test_a_failed_simulation_is_status_1(tiny_copy, tmp_path):
    # A fault in the hardware, with a manifest made to fit: what is wrong must come from the simulation itself.
    import hashlib
    import json

    path = tiny_copy.folder / "hdl" / "tiny.v"
    path.write_text(re.sub(r"assign m_axis_tdata = \{(.*)\};", r"assign m_axis_tdata = ~{\1};", path.read_text()))
    manifest = json.loads((tiny_copy.folder / "manifest.json").read_text())
    content = path.read_bytes()
    manifest["files"]["hdl/tiny.v"] = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    (tiny_copy.folder / "manifest.json").write_text(json.dumps(manifest))
    done = sc_precision_process("simulate", tiny_copy.folder, cwd=tmp_path)
    assert_refused(done, 1, r"simulation failed: \d of 3 tests failed.*golden model")


def test_best_effort_is_status_1(tmp_path, tiny_npz):
    done = sc_precision_process(
        "plan", tiny_npz, "--target-error", "1e-9", "--best-effort", "-o", "p.npz", cwd=tmp_path
    )
    assert_refused(done, 1, r"target missed: the bound \S+ exceeds 1e-09")
    assert (tmp_path / "p.npz").is_file()


@pytest.mark.parametrize(
    ("options", "label"),
    [
        (["--target-errors", "0.05,0.2"], "target 0.05 to 0.2, per output; nearest its limit: "),
        (["--relative-target", "0.1"], "target 10 % of each output's range; nearest its limit: "),
        (["--decision-margin", "0.2", "--bounds", "interval"], "target no decision with a margin above 0.2 changes; "),
    ],
)
def test_other_targets(tmp_path, tiny_npz, capsys, monkeypatch, options, label):
    monkeypatch.chdir(tmp_path)
    assert run_here(["plan", str(tiny_npz), *options, "-o", "p.npz"]) == 0
    assert label in capsys.readouterr().out
    assert run_here(["emit", "p.npz", "-o", "b"]) == 0
    plan = json.loads((tmp_path / "b" / "manifest.json").read_text())["plan"]
    assert plan["target_error"] is None
    assert plan["target"]["label"] in label
    assert plan["target_met"]
    assert plan["target"]["label"] in (tmp_path / "b" / "README.md").read_text()
    assert "Asked for: " in (tmp_path / "b" / "report" / "index.html").read_text()


def test_a_missed_target_of_pairs(tmp_path, tiny_npz, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    options = ["--decision-margin", "1e-9", "--best-effort", "-o", "p.npz"]
    assert run_here(["plan", str(tiny_npz), *options]) == 1
    assert re.search(r"target missed: the bound of e\[\d\] - e\[\d\] \S+ exceeds 1e-09", capsys.readouterr().err)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "no command is given; see 'sc-precision --help'"),
        (["bild"], "No such command 'bild'.*; see 'sc-precision --help'"),
        (["build"], "Missing argument 'NETWORK'; see 'sc-precision build --help'"),
        (["build", "x.npz"], "give exactly one of --target-error, --target-errors, --relative-target.*; got none"),
        (
            ["build", "x.npz", "--target-error", "1", "--decision-margin", "1"],
            "give exactly one of .*; got --target-error, --decision-margin",
        ),
        (["plan", "x.npz", "-o", "p.npz", "--relative-target", "0"], "relative_target must be greater than 0, got 0.0"),
        (["plan", "x.npz", "-o", "p.npz", "--target-errors", "none"], "'none': neither numbers with commas nor a file"),
        (["plan", "x.npz", "-o", "p.npz", "--bounds", "best"], "Invalid value for '--bounds'"),
        (["build", "x.npz", "--target-error", "small"], "Invalid value for '--target-error'"),
        (["build", "x.npz", "--target-error", "1", "--lanes", "2.5"], "Invalid value for '--lanes'"),
        (["build", "x.npz", "--target-error", "1", "--datapath", "analog"], "Invalid value for '--datapath'"),
        (["build", "x.npz", "--target-error", "1", "--jobs", "0"], "jobs must be at least 1, got 0"),
        (["build", "x.npz", "--target-error", "1", "--timeout", "-1"], "timeout must be greater than 0"),
        (["build", "x.npz", "--target-error", "1", "--cells", "asic"], "Invalid value for '--cells'"),
        (["build", "x.npz", "--target-error", "1", "--cache", "c", "--no-cache"], "--cache and --no-cache contradict"),
        (["simulate", "nowhere"], "nowhere: no bundle can be read there"),
        (["prove", "nowhere"], "nowhere: no bundle can be read there"),
        (["report", "nowhere"], "nowhere: no bundle can be read there"),
        (["emit", "nowhere.npz", "-o", "b"], "nowhere.npz: no such file"),
        (["generate", "--check"], "there is no examples/digits/digits.npz here"),
    ],
)
def test_wrong_use(capsys, tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    status = run_here(arguments)
    captured = capsys.readouterr()
    assert_refused(subprocess.CompletedProcess(arguments, status, captured.out, captured.err), 2, message)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--max-bits", "30", "limits: max_bits must be at most 24, got 30"),
        ("--min-bits", "20", "limits: min_bits 20 exceeds max_bits 16"),
        ("--max-length", "1000", "limits: max_length must be a power of two, got 1000"),
        ("--lanes", "0", "lanes must be at least 1, got 0"),
        ("--vectors", "0", "vectors must be at least 1, got 0"),
    ],
)
def test_limits_out_of_range(capsys, tmp_path, monkeypatch, tiny_npz, option, value, message):
    monkeypatch.chdir(tmp_path)
    status = run_here(["build", str(tiny_npz), "--target-error", "1", "-o", "b", *QUICK, option, value])
    captured = capsys.readouterr()
    assert_refused(subprocess.CompletedProcess([], status, captured.out, captured.err), 2, message)
    assert os.listdir(tmp_path) == []


def test_data_of_another_network(capsys, tmp_path, monkeypatch, tiny_npz, tiny_copy):
    monkeypatch.chdir(tmp_path)
    np.savez("other.npz", weight_0=np.ones((4, 3)))
    plan = str(tiny_copy.folder / "plan.npz")
    assert run_here(["emit", plan, "--data", "other.npz", "-o", "b"]) == 2
    assert "is of a network with 3 inputs and 4 outputs, the plan has 2 and 2" in capsys.readouterr().err
    np.savez("same.npz", **arrays())
    assert run_here(["emit", plan, "--data", "same.npz", "-o", "b"]) == 2
    assert "has no test_inputs; leave out --data" in capsys.readouterr().err


def test_an_unexpected_error_is_one_line_too(capsys, monkeypatch, tmp_path):
    import sc_precision.bundle as bundle

    def broken(_folder):
        raise ZeroDivisionError("division\nby zero")

    monkeypatch.setattr(bundle, "open_bundle", broken)
    assert run_here(["report", str(tmp_path)]) == 1
    error = capsys.readouterr().err
    assert error == (
        "sc-precision: error: unexpected ZeroDivisionError: division by zero; this is a fault of sc-precision, run "
        "again with --debug to see where\n"
    )
    assert run_here(["--debug", "report", str(tmp_path)]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_version_and_help(capsys):
    assert run_here(["--version"]) == 0
    assert capsys.readouterr().out == f"sc-precision {sc_precision.__version__}\n"
    assert run_here(["build", "--help"]) == 0
    assert "--target-error" in capsys.readouterr().out


def test_output_without_a_terminal_has_no_colour_and_no_bars(tmp_path, tiny_npz):
    done = sc_precision_process("build", tiny_npz, "--target-error", "1", *QUICK, cwd=tmp_path, TERM="xterm-256color")
    assert done.returncode == 0
    assert done.stderr == ""
    assert "\x1b" not in done.stdout
    assert "\r" not in done.stdout
    steps = [line.split()[0] for line in done.stdout.splitlines()]
    assert steps == ["plan", "emit", "accuracy", "attack", "lint", "report", "Planned,"]


def test_a_reader_that_has_had_enough(tmp_path, tiny_npz):
    command = f"{sys.executable} -m sc_precision.cli tools | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, encoding="utf-8")
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_tools_are_listed(capsys, monkeypatch, tmp_path):
    assert run_here(["tools"]) == 0
    listed = {line.split()[0] for line in capsys.readouterr().out.splitlines()}
    assert {"sby", "yosys", "z3", "bitwuzla", "iverilog", "vvp", "verilator"} <= listed
    monkeypatch.setenv("PATH", str(tmp_path))
    assert run_here(["tools"]) == 1
    captured = capsys.readouterr()
    assert "iverilog       missing: iverilog is not installed: apt-get install iverilog" in captured.out
    assert captured.err == "sc-precision: error: iverilog, vvp missing; see above how to install\n"


def test_the_reference_of_another_place(capsys):
    root = Path(__file__).parents[1] / "examples"
    assert run_here(["generate", "--check", "--root", str(root)]) == 2
    assert "give --root" in capsys.readouterr().err
