# SPDX-License-Identifier: Apache-2.0
import hashlib
import json
import re

import pytest

from sc_precision.bundle import attack, check_manifest, is_bundle, open_bundle, prove, report, simulate
from sc_precision.errors import ConsistencyError, InputError


def rewrite(bundle, change):
    manifest = json.loads((bundle.folder / "manifest.json").read_text())
    change(manifest)
    (bundle.folder / "manifest.json").write_text(json.dumps(manifest))


@pytest.mark.parametrize("datapath", ["fixed", "stochastic"])
def test_every_file_is_listed_with_its_hash(tiny_bundles, datapath):
    bundle = tiny_bundles[datapath]
    there = {path.relative_to(bundle.folder).as_posix() for path in bundle.folder.rglob("*") if path.is_file()}
    assert there == {*bundle.manifest["files"], "manifest.json"}
    for name, entry in bundle.manifest["files"].items():
        content = (bundle.folder / name).read_bytes()
        assert entry == {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


@pytest.mark.parametrize("datapath", ["fixed", "stochastic"])
def test_plan_and_hardware_are_in_the_manifest(tiny_bundles, tiny_plans, datapath):
    bundle, plan = tiny_bundles[datapath], tiny_plans[datapath]
    assert bundle.manifest["plan"] == json.loads(json.dumps(plan.to_dict()))
    for layer, entry in zip(plan.layers, bundle.manifest["plan"]["layers"], strict=True):
        assert entry["hardware"] == json.loads(json.dumps(layer.params.to_dict()))
    assert bundle.plan().hash == plan.hash
    names = [lemma["name"] for lemma in bundle.manifest["lemmas"]]
    assert {f"formal/{name}.sby" for name in names} == {n for n in bundle.manifest["files"] if n.endswith(".sby")}
    assert bundle.manifest["vectors"] == {"count": 12, "labelled": 12, "source": "given"}


@pytest.mark.parametrize("name", ["hdl/tiny.v", "sim/vectors.npz", "plan.npz", "sim/Makefile"])
def test_a_changed_file_is_found(tiny_copy, name):
    path = tiny_copy.folder / name
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(InputError, match=rf"'{name}' is not the file that manifest.json lists, it was changed"):
        open_bundle(tiny_copy.folder)


def test_a_missing_file_is_found(tiny_copy):
    (tiny_copy.folder / "hdl" / "tiny.v").unlink()
    with pytest.raises(InputError, match=r"'hdl/tiny.v' is missing"):
        open_bundle(tiny_copy.folder)


def test_what_tools_leave_behind_does_not_matter(tiny_copy):
    (tiny_copy.folder / "sim" / "sim_build").mkdir()
    (tiny_copy.folder / "sim" / "results.xml").write_text("")
    assert open_bundle(tiny_copy.folder).digest == tiny_copy.digest


@pytest.mark.parametrize(
    "name",
    [
        "sim/sitecustomize.py",
        "sim/cocotb/__init__.py",
        "sim/results.xml/x.py",
        "hdl/more.v",
        "hdl/sim_build/x",
        "formal/more.sv",
        "formal/tiny_layer0_stage.vh",
        "formal/mutants/more.v",
    ],
)
def test_a_file_that_is_not_listed_is_refused(tiny_copy, name):
    path = tiny_copy.folder / name
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_text("")
    with pytest.raises(InputError, match=rf"'{name}' is not listed in manifest.json; remove it, or emit the bundle"):
        open_bundle(tiny_copy.folder)


def test_what_proofs_leave_behind_does_not_matter(tiny_copy):
    for name in ("tiny_layer0_stage_prove", "tiny_layer0_stage", "counterexamples/tiny_layer0_stage.prove"):
        (tiny_copy.folder / "formal" / name).mkdir(parents=True)
        (tiny_copy.folder / "formal" / name / "status").write_text("")
    assert open_bundle(tiny_copy.folder).digest == tiny_copy.digest


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ('`include "more.v"', "the directive '`include'"),
        ("`ifdef YOSYS\n`endif", "the directive '`ifdef'"),
        ("// synthesis translate_off", "the pragma '// synthesis translate_off'"),
        ("(* full_case *)", "the attribute 'full_case'"),
        ('initial $readmemh("w.hex", weights);', "the system task '$readmemh'"),
        ("initial weights[0] = 1'b0;", "a second initial value of 'weights[0]'"),
        ("initial acc = 1'b0;", "a second initial value of 'acc'"),
    ],
)
def test_verilog_that_programs_read_differently_is_refused(tiny_copy, line, what):
    path = tiny_copy.folder / "hdl" / "tiny_layer0_core.v"
    text = path.read_text().replace("endmodule", f"{line}\nendmodule")
    path.write_text(text)
    entry = {"sha256": hashlib.sha256(text.encode()).hexdigest(), "bytes": len(text)}
    rewrite(tiny_copy, lambda m: m["files"].update({"hdl/tiny_layer0_core.v": entry}))
    with pytest.raises(InputError, match=rf"'hdl/tiny_layer0_core.v', line \d+: {re.escape(what)}") as caught:
        open_bundle(tiny_copy.folder)
    number = int(re.search(r"line (\d+)", str(caught.value))[1])
    assert text.split("\n")[number - 1] == line.split("\n")[0]


def test_a_name_in_a_manifest_is_not_used_as_a_path(tiny_copy, tmp_path):
    (tmp_path / "secret").write_text("x")
    rewrite(tiny_copy, lambda m: m["files"].update({"hdl/../../secret": {"sha256": "0" * 64, "bytes": 1}}))
    with pytest.raises(InputError, match=r"'hdl/../../secret' is missing"):
        open_bundle(tiny_copy.folder)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda m: m.pop("plan"), "'plan' is a required property"),
        (lambda m: m.update(extra=1), "extra"),
        (lambda m: m.update(schema="sc_precision.manifest.v9"), "written by another version"),
        (lambda m: m.update(kind="other"), "kind"),
        (lambda m: m["plan"].update(bound="small"), "plan.bound"),
        (lambda m: m["plan"]["layers"][0]["hardware"].update(n_in=0), r"plan.layers\[0\].hardware.n_in"),
        (lambda m: m["files"]["hdl/tiny.v"].update(sha256="x"), "sha256"),
        (lambda m: m.update(module_name="1x"), "name"),
    ],
)
def test_a_manifest_that_breaks_the_schema(tiny_copy, change, message):
    rewrite(tiny_copy, change)
    with pytest.raises(InputError, match=message):
        open_bundle(tiny_copy.folder)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000])
def test_a_manifest_that_is_none(tiny_copy, content):
    (tiny_copy.folder / "manifest.json").write_bytes(content)
    assert not is_bundle(tiny_copy.folder)
    with pytest.raises(InputError, match=r"manifest.json"):
        open_bundle(tiny_copy.folder)


def test_no_bundle_at_all(tmp_path):
    with pytest.raises(InputError, match=r"nowhere: no bundle can be read there \(No such file or directory\)"):
        open_bundle(tmp_path / "nowhere")
    assert not is_bundle(tmp_path)


def test_a_plan_of_another_network(tiny_copy, tiny_bundles):
    other = (tiny_bundles["stochastic"].folder / "plan.npz").read_bytes()
    (tiny_copy.folder / "plan.npz").write_bytes(other)
    entry = {"sha256": hashlib.sha256(other).hexdigest(), "bytes": len(other)}
    rewrite(tiny_copy, lambda m: m["files"].update({"plan.npz": entry}))
    with pytest.raises(ConsistencyError, match=r"plan.npz is not the plan of manifest.json"):
        open_bundle(tiny_copy.folder).plan()


@pytest.mark.parametrize("command", [prove, simulate, report, lambda bundle: attack(bundle, bundle.plan(), inputs=10)])
@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("plan.bound", lambda m: m["plan"].update(bound=1e-6)),
        ("plan.bound_low[0]", lambda m: m["plan"].update(bound_low=[-1e-6] * 2)),
        ("plan.bound_high[1]", lambda m: m["plan"]["bound_high"].__setitem__(1, 1e-6)),
        ("plan.target.values[0]", lambda m: m["plan"]["target"].update(values=[1e-6])),
        ("plan.target_error", lambda m: m["plan"].update(target_error=1e-6)),
        ("plan.target.nearest.bound", lambda m: m["plan"]["target"]["nearest"].update(bound=1e-6)),
        ("plan.layers[0].error_high", lambda m: m["plan"]["layers"][0].update(error_high=1e-6)),
        ("plan.input.high", lambda m: m["plan"]["input"].update(high=0.5)),
        ("plan.constraints.bounds[0]", lambda m: m["plan"]["constraints"]["bounds"].__setitem__(0, 1e-6)),
        ("module_name", lambda m: m.update(module_name="other")),
    ],
)
def test_a_typed_in_number_is_refused_by_its_field(tiny_copy, command, field, change):
    rewrite(tiny_copy, change)
    with pytest.raises(
        ConsistencyError, match=rf"manifest.json: {re.escape(field)} is .*, by plan.npz .*; emit"
    ) as caught:
        command(open_bundle(tiny_copy.folder))
    assert "\n" not in str(caught.value)


def test_the_checked_copy_is_the_manifest(tiny_bundles):
    assert check_manifest(tiny_bundles["fixed"].manifest) == tiny_bundles["fixed"].manifest


def test_kinds_that_are_not_known_are_refused(tiny_bundles):
    manifest = json.loads(json.dumps(tiny_bundles["fixed"].manifest))
    manifest["plan"]["layers"][1]["hardware"]["kind"] = "abacus"
    with pytest.raises(InputError, match="there is no kind of layer 'abacus'; known are fixed_dense, "):
        check_manifest(manifest)
