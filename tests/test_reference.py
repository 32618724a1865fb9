# SPDX-License-Identifier: Apache-2.0
"""The checked-in reference design is what the tool writes; differences are found and repaired."""

import shutil
from pathlib import Path

import pytest

import sc_precision.reference as reference
from sc_precision.cli import run
from sc_precision.errors import InputError


@pytest.fixture
def checkout(tmp_path, tiny_npz, monkeypatch):
    """A checkout whose network is a small one."""
    for name, value in (("TARGET_ERROR", 0.05), ("NAME", "tiny"), ("VECTORS", 3)):
        monkeypatch.setattr(reference, name, value)
    (tmp_path / reference.NETWORK).parent.mkdir(parents=True)
    shutil.copyfile(tiny_npz, tmp_path / reference.NETWORK)
    return tmp_path


def test_it_is_written_compared_and_mended(checkout, capsys):
    written = reference.write_reference(checkout)
    assert {name.split("/")[0] for name in written} == {"hdl", "formal", "sim"}
    assert {"hdl/tiny.v", "sim/vectors.npz", "sim/test_tiny.py", "sim/Makefile"} <= set(written)
    assert sorted(path.name for path in checkout.iterdir()) == ["examples", "formal", "hdl", "sim"]
    assert reference.check_reference(checkout) == []

    # What a run of `make` and of `sby -f` leaves behind is no difference.
    for name in ("sim/results.xml", "sim/sim_build/sim.vvp", "formal/tiny_top_prove/PASS"):
        (checkout / name).parent.mkdir(exist_ok=True)
        (checkout / name).write_text("x")
    assert reference.check_reference(checkout) == []

    top = (checkout / "hdl" / "tiny.v").read_text()
    (checkout / "hdl" / "tiny.v").write_text(top + "\n")
    (checkout / "sim" / "Makefile").unlink()
    (checkout / "hdl" / "old.v").write_text("module old; endmodule\n")
    assert reference.check_reference(checkout) == ["hdl/old.v", "hdl/tiny.v", "sim/Makefile"]
    assert run(["generate", "--check", "--root", str(checkout)]) == 1
    captured = capsys.readouterr()
    assert "differs: hdl/tiny.v" in captured.out
    assert "3 files differ from what this version generates; run 'sc-precision generate' and commit" in captured.err
    assert (checkout / "hdl" / "tiny.v").read_text() == top + "\n"

    assert run(["generate", "--root", str(checkout)]) == 0
    assert (checkout / "hdl" / "tiny.v").read_text() == top
    assert not (checkout / "hdl" / "old.v").exists()
    assert run(["generate", "--check", "--root", str(checkout)]) == 0
    assert "the reference design is up to date" in capsys.readouterr().out


def test_a_place_that_is_no_checkout(tmp_path):
    with pytest.raises(InputError, match=r"there is no examples/digits/digits.npz here"):
        reference.check_reference(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_it_is_the_digits_network_on_the_fixed_datapath():
    root = Path(reference.__file__).parents[1]
    assert (root / reference.NETWORK).is_file()
    assert (reference.NAME, reference.DATAPATH, reference.TARGET_ERROR, reference.VECTORS) == (
        "digits",
        "fixed",
        0.5,
        300,
    )
