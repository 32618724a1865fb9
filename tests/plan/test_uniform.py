# SPDX-License-Identifier: Apache-2.0
"""Plans without a search."""

import numpy as np
import pytest
from networks import small_network

from sc_precision import golden
from sc_precision.errors import InputError
from sc_precision.plan.uniform import uniform_plan

NET = small_network()


@pytest.mark.parametrize(
    ("datapath", "options", "bits", "length"),
    [
        ("fixed", {"bits": 6, "lanes": 2}, 6, 1),
        ("fixed", {"bits": 1}, 1, 1),
        ("stochastic", {"length": 64}, 7, 64),
        ("stochastic", {"length": 256, "bits": 5}, 5, 256),
    ],
)
def test_every_synapse_has_the_same(datapath, options, bits, length):
    plan = uniform_plan(NET, datapath, name="uni", **options)
    for layer in plan.layers:
        assert (layer.bits == bits).all()
        assert (layer.lengths == length).all()
    assert plan.target_met
    assert plan.target_error == plan.bound
    assert [params.name for params in plan.params] == ["uni_layer0", "uni_layer1"]
    inputs = np.random.default_rng(1).integers(0, 9, (300, 3)) / 8
    codes = golden.network_outputs(plan.params, plan.input_codes(inputs))[-1]
    assert np.abs(plan.output_values(codes) - NET.forward(inputs)).max() <= plan.bound


@pytest.mark.parametrize(
    ("datapath", "options", "message"),
    [
        ("fixed", {"bits": 0}, "min_bits must be at least 1, got 0"),
        ("fixed", {"bits": 25}, "max_bits must be at most 24"),
        ("stochastic", {"length": 100}, "must be a power of two, got 100"),
        ("stochastic", {"length": 1 << 17}, "at most 65536"),
        ("serial", {}, "datapath must be one of"),
        ("fixed", {"lanes": 0}, "lanes must be at least 1"),
    ],
)
def test_what_cannot_be_planned(datapath, options, message):
    with pytest.raises(InputError, match=message):
        uniform_plan(NET, datapath, **options)
