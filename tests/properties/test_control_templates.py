# SPDX-License-Identifier: Apache-2.0
"""Templates of checkers: none is idle, unfilled holes are errors, every controller has the skeleton."""

from pathlib import Path

import numpy as np
import pytest
from block_designs import PARTIALS
from designs import DESIGNS
from jinja2 import UndefinedError
from labels import labels
from neuron_designs import NEURONS
from test_lfsr_lemmas import LAYERS as LFSR
from test_progressive_lemmas import LAYERS as PROGRESSIVE

import sc_precision
from sc_precision.emit.verilog import network_verilog, partials_verilog
from sc_precision.params import ProgressiveDenseParams
from sc_precision.properties.blocks.aligned import block_float_lemmas
from sc_precision.properties.blocks.partials import partials_lemmas
from sc_precision.properties.checker.templates import render
from sc_precision.properties.dense.claims import Claim, exact_bounds
from sc_precision.properties.fixed.folded_layer import fixed_lemmas
from sc_precision.properties.fixed.parallel import fixed_parallel_lemmas
from sc_precision.properties.fixed.serial import fixed_serial_lemmas
from sc_precision.properties.neurons.lif import lif_lemmas
from sc_precision.properties.stochastic.folded import folded_stochastic_lemmas
from sc_precision.properties.stochastic.lfsr import lfsr_lemmas
from sc_precision.properties.stochastic.parallel import stochastic_lemmas
from sc_precision.properties.stochastic.progressive import progressive_lemmas

PACKAGE = Path(sc_precision.__file__).parent
DENSE = {
    "uneven_lanes": fixed_lemmas,
    "parallel": fixed_parallel_lemmas,
    "serial": fixed_serial_lemmas,
    "bf_inside": block_float_lemmas,
    "classes": stochastic_lemmas,
    "folded": folded_stochastic_lemmas,
}


def of_design(name):
    [params] = DESIGNS[name]
    low, high = (np.full(params.n_in, end) for end in (params.inputs.low, params.inputs.high))
    return DENSE[name](Claim(params, exact_bounds(params, low, high)), network_verilog([params], name))


def of_params(function, params):
    return function(params, network_verilog([params], "top"))


CONTROLLERS = {name: lambda name=name: of_design(name) for name in DENSE} | {
    "lfsr": lambda: of_params(lfsr_lemmas, LFSR["shared"]),
    "progressive": lambda: of_params(progressive_lemmas, ProgressiveDenseParams.from_uniform(PROGRESSIVE["bipolar"])),
    "neurons": lambda: of_params(lif_lemmas, NEURONS["lif_constant"]),
    "partials": lambda: partials_lemmas(PARTIALS["bp_inside"], "top", partials_verilog(PARTIALS["bp_inside"], "top")),
}


@pytest.mark.parametrize("name", CONTROLLERS)
def test_every_controller_has_the_skeleton(name):
    [control] = [lemma for lemma in CONTROLLERS[name]() if lemma.name.endswith("_control")]
    found = labels(control.checker)
    assert len(found) == len(set(found))
    assert {"error_is_reported", "stable_under_stall"} <= set(found)
    assert any(label.startswith("ready_") for label in found)
    assert any(label.startswith("valid_with_") for label in found)
    assert "a_code: cover" in control.checker
    assert {"mutant_error", "mutant_short"} <= {mutant.name for mutant in control.mutants}


def test_a_hole_that_is_not_filled_is_an_error():
    with pytest.raises(UndefinedError, match="'p' is undefined"):
        render("properties/templates/folded.sv.j2", name="a", claim="b")


def test_no_template_is_idle():
    templates = {path.name: path.read_text() for path in PACKAGE.rglob("*.sv.j2")}
    assert len(templates) > 10
    texts = [path.read_text() for path in PACKAGE.rglob("*.py")]
    for name in templates:
        used = [text for text in texts if name in text]
        used += [text for other, text in templates.items() if other != name and f'/{name}"' in text]
        assert used, name
