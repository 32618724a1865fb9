# SPDX-License-Identifier: Apache-2.0
"""The certified thresholds, worked out twice."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from adaptive_designs import CASES, PAIRS, convert, plans_of

from sc_precision.adaptive import certify
from sc_precision.adaptive.certify import certified_margins
from sc_precision.adaptive.params import AdaptiveParams, Policy
from sc_precision.adaptive.properties import margins as adaptive_margins
from sc_precision.adaptive.properties.margins import check_margins, least_thresholds
from sc_precision.errors import ConsistencyError
from sc_precision.formats import Rounding
from sc_precision.golden import network_outputs
from sc_precision.params import StreamEncoding


def wrapper(lp, hp, margins=None):
    margins = certified_margins(lp, hp) if margins is None else margins
    return AdaptiveParams("pair", tuple(lp), tuple(hp), policy=Policy.CERTIFIED, margins=margins)


@pytest.mark.parametrize("pair", PAIRS)
def test_both_find_the_same_thresholds(pair):
    params = wrapper(*PAIRS[pair])
    assert least_thresholds(params) == params.margins.tolist()
    check_margins(params)


@pytest.mark.parametrize("pair", PAIRS)
def test_no_threshold_may_be_lower(pair):
    params = wrapper(*PAIRS[pair])
    for c, j in zip(*np.nonzero((params.margins >= 0) & (params.margins <= params.margin_limit)), strict=True):
        one = params.margins.copy()
        one[c, j] -= 1
        with pytest.raises(ConsistencyError, match=rf"threshold of output {c} over {j} is {one[c, j]}, but"):
            check_margins(wrapper(*PAIRS[pair], one))


@pytest.fixture(params=CASES, ids=str)
def followed(request):
    """Wrappers whose thresholds rest on differences that are followed through a ReLU."""
    return wrapper(
        *(
            [replace(layer, name=f"{path}{index}") for index, layer in enumerate(plan.params)]
            for path, plan in zip(("lp", "hp"), plans_of(request.param), strict=True)
        )
    )


def test_both_follow_differences_through_the_layers(followed):
    check_margins(followed)
    least = np.array(least_thresholds(followed))
    assert (least <= followed.margins).all()
    assert (least >= followed.margins - 1).all()  # what is followed is rounded there, to a grid far finer than scores
    assert (least == followed.margins).mean() > 0.5
    for c, j in zip(*np.nonzero(least >= 0), strict=True):
        one = followed.margins.copy()
        one[c, j] = least[c, j] - 1
        with pytest.raises(ConsistencyError, match=rf"threshold of output {c} over {j} is {one[c, j]}, but"):
            check_margins(wrapper(followed.lp, followed.hp, one))


def test_where_nothing_is_followed_both_have_the_intervals(followed, monkeypatch):
    exact = least_thresholds(followed)
    monkeypatch.setattr(certify, "_SLOPE_PLACES", 62)
    monkeypatch.setattr(adaptive_margins, "_SLOPES", 1 << 62)  # too wide
    least = least_thresholds(followed)
    assert least == certified_margins(followed.lp, followed.hp).tolist()
    assert (np.array(least) >= exact).all()


@pytest.mark.parametrize("rounding", [Rounding.TRUNCATE, Rounding.NEAREST_UP, Rounding.NEAREST_AWAY])
@pytest.mark.parametrize("pair", ["two_layers", "relu_scores", "coarse"])
def test_thresholds_of_other_roundings_by_trying_every_input(pair, rounding):
    lp, hp = ([replace(layer, rounding=rounding) for layer in layers] for layers in PAIRS[pair])
    params = wrapper(lp, hp)
    check_margins(params)
    least = least_thresholds(params)

    def scores(layers, codes):
        return network_outputs(layers, [codes])[-1][0].tolist()

    for vector in product(range(params.inputs.low, params.inputs.high + 1), repeat=params.n_in):
        low = scores(lp, [convert(code, params.inputs.format, params.lp[0].inputs) for code in vector])
        high = scores(hp, list(vector))
        for c, j in product(range(params.n_out), repeat=2):
            if c != j and low[c] - low[j] > least[c][j]:
                assert high[c] > high[j] or (c < j and high[c] == high[j]), (vector, c, j)


def test_what_it_refuses(monkeypatch):
    lp, hp = PAIRS["two_layers"]
    narrow = replace(lp[1], output=replace(lp[1].output, high=3))
    margins = np.full((2, 2), 5)
    with pytest.raises(ConsistencyError, match=r"lp_layer1: outputs reach codes -?\d+..\d+ but saturate at -30..3"):
        check_margins(wrapper([lp[0], narrow], hp, margins))
    monkeypatch.setattr(adaptive_margins, "_MOST_BITS", 15)
    with pytest.raises(ConsistencyError, match="lp_layer1: comparing it with hp_layer1 needs more than 15 bits"):
        check_margins(wrapper(lp, hp, margins))
    monkeypatch.undo()
    streams = PAIRS["streams"][0]
    bipolar = replace(streams[0], encoding=StreamEncoding.BIPOLAR, levels=streams[0].levels * 0 + 2)
    with pytest.raises(ConsistencyError, match="s_lp0: thresholds are not derived for bipolar streams"):
        check_margins(wrapper([bipolar, streams[1]], PAIRS["streams"][1], margins))
