# SPDX-License-Identifier: Apache-2.0
"""Small pairs of networks, few enough input codes to try them all, and an independent model of a wrapper."""

from fractions import Fraction

import numpy as np
from designs import IDENTITY, fixed, stochastic

from sc_precision.adaptive.pairs import plan_from_words
from sc_precision.adaptive.params import Policy
from sc_precision.network import Dense, Network
from sc_precision.params import FixedDenseParams

# name: (LP layers, HP layers). No output can saturate.
PAIRS = {
    # The inputs of LP are coarser and narrower: rescaled and saturated.
    "coarse": (
        [
            fixed(
                "coarse_lp",
                [[1, -1], [-2, 1], [1, 1]],
                [1, -1, 1],
                (-4, 3, 1),
                (-10, 10, 1),
                activation=IDENTITY,
                fraction=1,
            )
        ],
        [fixed("coarse_hp", [[3, -2], [-4, 1], [2, 2]], [1, -2, 3], (-8, 7, 2), (-40, 40, 3), activation=IDENTITY)],
    ),
    "same_inputs": (
        [fixed("same_lp", [[3, -2], [-4, 2]], [1, -2], (0, 15, 2), (-60, 60, 3), activation=IDENTITY, fraction=2)],
        [fixed("same_hp", [[13, -7], [-15, 9]], [4, -9], (0, 15, 2), (-80, 80, 3), activation=IDENTITY, fraction=4)],
    ),
    "two_layers": (
        [
            fixed("lp_layer0", [[3, -2], [-2, 3], [1, 1]], [1, 0, -2], (0, 7, 1), (0, 30, 2), lanes=3),
            fixed("lp_layer1", [[3, -2, 1], [-3, 1, 2]], [1, -2], (0, 30, 2), (-30, 30, 2), activation=IDENTITY),
        ],
        [
            fixed("hp_layer0", [[13, -9], [-7, 11], [5, 3]], [3, 1, -9], (0, 7, 1), (0, 90, 4), fraction=4),
            fixed(
                "hp_layer1",
                [[12, -9, 5], [-13, 3, 7]],
                [9, -17],
                (0, 90, 4),
                (-260, 260, 5),
                activation=IDENTITY,
                fraction=4,
            ),
        ],
    ),
    "streams": (
        [
            stochastic("s_lp0", [[13, -6], [11, 5]], [[4, 4]] * 2, [2, 1], (0, 8, 3), (0, 20, 4)),
            stochastic(
                "s_lp1", [[15, -9], [-13, 15]], [[4, 4]] * 2, [3, -2], (0, 20, 4), (-60, 60, 3), activation=IDENTITY
            ),
        ],
        [
            stochastic("s_hp0", [[52, -25], [44, 19]], [[6, 6]] * 2, [8, 3], (0, 8, 3), (0, 40, 5)),
            stochastic(
                "s_hp1", [[60, -35], [-52, 61]], [[6, 6]] * 2, [13, -8], (0, 40, 5), (-90, 90, 5), activation=IDENTITY
            ),
        ],
    ),
    "fixed_before_streams": (
        [fixed("f_lp", [[2, -1, 1], [1, 2, -2], [-1, 1, 1]], [1, 0, 1], (0, 8, 3), (-60, 60, 3), activation=IDENTITY)],
        [
            stochastic(
                "f_hp",
                [[9, -3, 4], [3, 7, -8], [-5, 3, 4]],
                [[4, 4, 4]] * 3,
                [2, 1, 3],
                (0, 8, 3),
                (-30, 30, 4),
                activation=IDENTITY,
            )
        ],
    ),
    "relu_scores": (
        [fixed("r_lp", [[1, -1], [-2, 1], [1, 1]], [1, -1, 1], (0, 7, 1), (0, 30, 2))],
        [fixed("r_hp", [[5, -3], [-7, 4], [3, 4]], [3, -4, 3], (0, 7, 1), (0, 99, 3), fraction=4)],
    ),
}


def layer_codes(params, codes):
    """Output codes of one layer for one vector, from its definition, in Python ints."""
    result = []
    for output in range(params.n_out):
        total = int(params.bias[output])
        for index, code in enumerate(codes):
            if isinstance(params, FixedDenseParams):
                total += code * int(params.weights[output, index])
                continue
            level, m = int(params.levels[output, index]), int(params.length_log2[output, index])
            unit = Fraction(2**params.inputs.unit_log2, 2**m)
            count = 0
            for t in range(2**m if level else 0):
                sigma = int(format(t, f"0{m}b")[::-1], 2) ^ ((1 << (m // 2)) - 1)
                count += t * unit + (unit / 2 if unit > 1 else 0) < code and sigma < abs(level)
            total += (1 if level > 0 else -1) * count * 2 ** (params.max_log2 - m)
        if params.activation is not IDENTITY:
            total = max(total, 0)
        result.append(min(max(round(Fraction(total, 2**params.shift)), params.output.low), params.output.high))
    return result


def network_codes(layers, codes):
    for params in layers:
        codes = layer_codes(params, codes)
    return codes


def convert(code, source, target):
    """A code in another format: value kept, rounded to nearest even, saturated."""
    value = round(Fraction(code) * Fraction(2) ** (target.format.fraction - source.fraction))
    return min(max(value, target.low), target.high)


def first_greatest(values):
    return values.index(max(values))


class PlainWrapper:
    """What a wrapper says, vector by vector."""

    def __init__(self, params):
        self.p = params
        self.held = False

    def vector(self, codes):
        """(codes, use_hp, decision)."""
        p = self.p
        lp = network_codes(p.lp, [convert(code, p.inputs.format, p.lp[0].inputs) for code in codes])
        hp = network_codes(p.hp, list(codes))
        shown = [convert(code, p.lp[-1].output.format, p.hp[-1].output) for code in lp]
        if p.policy is Policy.CERTIFIED:
            best = first_greatest(lp)
            sure = all(lp[best] - lp[j] > int(p.margins[best, j]) for j in range(len(lp)) if j != best)
            by_lp = sure and all(p.inputs.low <= code <= p.inputs.high for code in codes)
            return (shown, False, best) if by_lp else (hp, True, first_greatest(hp))
        peaks = [
            Fraction(max(map(abs, values)), max(-layers[-1].output.low, layers[-1].output.high))
            for values, layers in ((lp, p.lp), (hp, p.hp))
        ]
        up, down = (
            [Fraction(code, max(-q.low, q.high)) for q, code in ((p.lp[-1].output, a), (p.hp[-1].output, b))]
            for a, b in zip(p.lp_thresholds, p.hp_thresholds, strict=True)
        )
        if p.policy is Policy.HP_AUTHORITATIVE:
            self.held = peaks[0] >= up[0] or (self.held and peaks[0] >= down[0])
            return hp, self.held, first_greatest(hp)
        if not self.held and peaks[0] < up[0]:
            return shown, False, first_greatest(lp)
        self.held = peaks[1] >= down[1]
        return hp, True, first_greatest(hp)


CASES = [
    # LP, HP, neurons by layer, seed; the last has hidden layers of both activations
    ("fixed:3", "fixed:8", (3, 5, 3), "relu", 1),
    ("fixed:4", "fixed:9", (3, 4, 4, 3), "relu", 2),
    ("stochastic:16", "stochastic:64", (3, 6, 3), "relu", 3),
    ("stochastic:32", "stochastic:128", (3, 4, 4, 3), "relu", 4),
    ("fixed:4", "stochastic:64", (3, 5, 3), "relu", 5),
    ("fixed:3", "fixed:8", (3, 5, 4, 3), "identity", 6),
]


def small(sizes, activation, seed):
    rng = np.random.default_rng(seed)
    last = len(sizes) - 2
    kinds = ["identity" if k == last else "relu" if k == 0 and last > 1 else activation for k in range(last + 1)]
    return Network(
        tuple(
            Dense(rng.normal(0, 1, (n_out, n_in)), rng.normal(0, 0.3, n_out), kind)
            for n_in, n_out, kind in zip(sizes, sizes[1:], kinds, strict=False)
        ),
        input_low=0.0,
        input_high=1.0,
        input_fraction=3,
    )


def plans_of(case):
    """LP and HP plan of one of CASES."""
    low, high, sizes, activation, seed = case
    network = small(sizes, activation, seed)
    return plan_from_words(low, network), plan_from_words(high, network)
