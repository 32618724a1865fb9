# SPDX-License-Identifier: Apache-2.0
"""Certified thresholds: on every input of small pairs, in exact fractions; and what is refused."""

from dataclasses import fields, replace
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from adaptive_designs import PAIRS, convert, first_greatest, network_codes
from designs import IDENTITY, fixed, stochastic

from sc_precision.adaptive.certify import certified_margins
from sc_precision.errors import InputError
from sc_precision.formats import FixedFormat, Rounding
from sc_precision.golden import network_outputs
from sc_precision.kinds import registered
from sc_precision.kinds.fixed import FoldedFixed
from sc_precision.params import FixedDenseParams, InputCodes
from sc_precision.params.layer import DenseParams


def every_input(lp, hp):
    """(LP scores, HP scores) in codes, for every vector in the planned range."""
    codes = hp[0].inputs
    for vector in product(range(codes.low, codes.high + 1), repeat=hp[0].n_in):
        rescaled = [convert(code, codes.format, lp[0].inputs) for code in vector]
        yield network_codes(lp, rescaled), network_codes(hp, list(vector))


@pytest.mark.parametrize("name", PAIRS)
def test_no_input_breaks_a_threshold(name):
    lp, hp = PAIRS[name]
    margins = certified_margins(lp, hp)
    lsb_lp, lsb_hp = (Fraction(1, 2 ** layers[-1].output.format.fraction) for layers in (lp, hp))
    nearest, n_out = Fraction(0), hp[-1].n_out
    for y_lp, y_hp in every_input(lp, hp):
        decision = first_greatest(y_hp)
        for c, j in product(range(n_out), repeat=2):
            if c == j:
                continue
            moved = (y_lp[c] - y_lp[j]) * lsb_lp - (y_hp[c] - y_hp[j]) * lsb_hp
            # The least margin that certifies is beyond the bound, or on it where c wins a tie.
            least = (int(margins[c, j]) + 1) * lsb_lp
            assert moved <= least if c < j else moved < least
            nearest = max(nearest, moved / least)
        best = first_greatest(y_lp)
        if all(y_lp[best] - y_lp[j] > margins[best, j] for j in range(n_out) if j != best):
            assert best == decision
    assert nearest > Fraction(1, 3)  # an input that comes near


@pytest.mark.parametrize("name", ["same_inputs", "relu_scores", "fixed_before_streams"])
def test_a_lower_threshold_certifies_a_wrong_decision(name):
    lp, hp = PAIRS[name]
    margins = certified_margins(lp, hp)
    broken = {
        (best, decision)
        for y_lp, y_hp in every_input(lp, hp)
        for best, decision in [(first_greatest(y_lp), first_greatest(y_hp))]
        if best != decision
        and all(
            y_lp[best] - y_lp[j] > (0 if j == decision else margins[best, j]) for j in range(len(y_lp)) if j != best
        )
    }
    assert broken


def test_truncated_outputs_are_bounded_too():
    lp, hp = ([replace(layer, rounding=Rounding.TRUNCATE) for layer in layers] for layers in PAIRS["two_layers"])
    margins = certified_margins(lp, hp)
    for vector in product(range(8), repeat=2):
        codes = np.array([vector])
        y_lp, y_hp = (network_outputs(layers, codes)[-1][0].tolist() for layers in (lp, hp))
        moved = Fraction(y_lp[0] - y_lp[1], 4) - Fraction(y_hp[0] - y_hp[1], 32)
        assert moved <= Fraction(int(margins[0, 1]) + 1, 4)
        assert -moved < Fraction(int(margins[1, 0]) + 1, 4)


def test_equal_networks_need_the_margin_of_their_roundings():
    _, hp = PAIRS["same_inputs"]
    twin = [replace(hp[0], name="twin")]
    assert certified_margins(twin, hp).tolist() == [[-1, 1], [2, -1]]


def wide(name, weight=1, bits=40, fraction=0):
    codes = InputCodes(FixedFormat(18, 2), -(1 << 17), (1 << 17) - 1)
    layer = fixed(name, [[weight, 0], [0, 1]], [0, 0], (-1, 1, 0), (-1, 1, 0), activation=IDENTITY)
    output = InputCodes(FixedFormat(bits, fraction), -(1 << (bits - 1)), (1 << (bits - 1)) - 1)
    return replace(layer, inputs=codes, output=output)


def test_linear_layers_on_one_grid_are_not_searched():
    assert certified_margins([wide("a")], [wide("b")]).tolist() == [[-1, 1], [2, -1]]


@pytest.mark.parametrize(
    ("lp", "hp", "message"),
    [
        (
            [fixed("x_lp", [[9], [1]], [0, 0], (0, 7, 0), (-4, 4, 0), activation=IDENTITY)],
            [fixed("x_hp", [[9], [1]], [0, 0], (0, 7, 0), (-99, 99, 0), activation=IDENTITY)],
            r"x_lp: outputs reach codes 0..16 but saturate at -4..4",
        ),
        (
            [stochastic("y_lp", [[1], [1]], [[2], [2]], [0, 0], (0, 8, 3), (0, 16, 2), activation=IDENTITY)],
            [replace(wide("y_hp"), weights=np.array([[1], [1]]))],
            "262144 are too many",
        ),
        (
            [wide("z_lp", 1 << 41, 60, 2)],
            [wide("z_hp", 1 << 41, 60, 2)],
            "comparing it with z_hp needs 6[0-9] bits",
        ),
    ],
)
def test_what_cannot_be_certified(lp, hp, message):
    with pytest.raises(InputError, match=message):
        certified_margins(lp, hp)


def test_kinds_and_variants_that_are_not_known():
    class Other(DenseParams):
        kind = "other"

    class Variant(FixedDenseParams):
        """A known kind, except for what its golden model computes."""

        kind = "variant"

    class WithoutBias(FoldedFixed):
        params = Variant

        def accumulators(self, params, codes):
            return codes @ params.weights.T

    hp = PAIRS["same_inputs"][1]
    other = object.__new__(Other)
    object.__setattr__(other, "name", "odd")
    with pytest.raises(InputError, match="odd: there is no kind of layer 'other'"):
        certified_margins([other], hp)
    variant = Variant(**{entry.name: getattr(hp[0], entry.name) for entry in fields(hp[0])})
    with registered(WithoutBias()), pytest.raises(InputError, match="certified decisions do not know this variant"):
        certified_margins([variant], hp)
