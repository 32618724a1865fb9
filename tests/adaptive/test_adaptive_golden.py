# SPDX-License-Identifier: Apache-2.0
"""Golden model of the wrapper against one in Python ints, vector by vector."""

import numpy as np
import pytest
from adaptive_designs import PAIRS, PlainWrapper
from designs import all_codes

from sc_precision.adaptive.certify import certified_margins
from sc_precision.adaptive.golden import adaptive_outputs
from sc_precision.adaptive.params import AdaptiveParams, Policy, Thresholds
from sc_precision.errors import InputError


@pytest.mark.parametrize("policy", Policy, ids=lambda policy: policy.value)
@pytest.mark.parametrize("name", PAIRS)
def test_golden_is_the_definition(name, policy):
    lp, hp = PAIRS[name]
    margins = certified_margins(lp, hp) if policy is Policy.CERTIFIED else None
    params = AdaptiveParams("w", lp, hp, policy=policy, thresholds=Thresholds(0.3, 0.1), margins=margins)
    codes = np.random.default_rng(6).permutation(all_codes(hp[0]))[:250]
    found = adaptive_outputs(params, codes)
    plain = PlainWrapper(params)
    for index, row in enumerate(codes.tolist()):
        expected = plain.vector(row)
        assert (found.codes[index].tolist(), found.use_hp[index], found.decision[index]) == expected, row
    assert found.hp_ran.all() or (found.lp_ran | found.hp_ran).all()


def test_state_before_the_first_vector():
    lp, hp = PAIRS["coarse"]
    params = AdaptiveParams("w", lp, hp, policy=Policy.HYSTERESIS, thresholds=Thresholds(0.5, 0.1))
    first = adaptive_outputs(params, [[0, 0]])
    later = adaptive_outputs(params, [[0, 0]], use_hp=True)
    assert (first.use_hp[0], first.hp_ran[0], first.lp_ran[0]) == (False, False, True)
    assert (later.use_hp[0], later.hp_ran[0], later.lp_ran[0]) == (True, True, False)


def test_codes_outside_the_planned_range_prove_nothing():
    lp, hp = PAIRS["fixed_before_streams"]
    params = AdaptiveParams("w", lp, hp, policy=Policy.CERTIFIED, margins=certified_margins(lp, hp))
    codes = all_codes(hp[0])
    outside = (codes > hp[0].inputs.high).any(axis=1)
    found = adaptive_outputs(params, codes)
    assert outside.any()
    assert found.use_hp[outside].all()


def test_bad_codes():
    lp, hp = PAIRS["coarse"]
    params = AdaptiveParams("w", lp, hp, policy=Policy.HYSTERESIS, thresholds=Thresholds(0.5, 0.1))
    with pytest.raises(InputError, match="input codes must fit"):
        adaptive_outputs(params, [[99, 0]])
