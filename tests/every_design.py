# SPDX-License-Identifier: Apache-2.0
"""A top module of every kind there is, small; what is said of emission holds for each."""

import numpy as np
from adaptive_designs import PAIRS
from block_designs import PARTIALS
from designs import DESIGNS, stochastic
from neuron_designs import NEURONS, SPIKING

from sc_precision.adaptive.certify import certified_margins
from sc_precision.adaptive.gateware import AdaptiveNetwork
from sc_precision.adaptive.params import AdaptiveParams, Policy
from sc_precision.compatible.evidence.product_gateware import StreamProducts
from sc_precision.compatible.evidence.product_params import StreamProductParams
from sc_precision.gateware import DenseNetwork
from sc_precision.gateware.blockpartials import BlockFloatPartialsTop
from sc_precision.gateware.generators import BitstreamGenerator
from sc_precision.network import Activation
from sc_precision.params import InputCodes, LfsrDenseParams, ProgressiveDenseParams
from sc_precision.params.generators import LfsrParams, RateMultiplierParams, SobolParams


def lfsr_layer(name):
    return LfsrDenseParams(
        f"{name}_layer0",
        InputCodes.covering(0, 8, 3),
        np.arange(2) - 1,
        Activation.IDENTITY,
        InputCodes.covering(-20, 16, 4),
        levels=np.array([[9, -6, 0], [16, 3, -16]]),
        length_log2=4,
        weight_exponent=0,
    )


def progressive_layer(name):
    levels, lengths = [[9, -16], [0, 0], [-3, 4]], np.full((3, 2), 4)
    return ProgressiveDenseParams.from_uniform(
        stochastic(f"{name}_layer0", levels, lengths, [2, 7, -1], (0, 8, 3), (0, 11, 3), popcount_stages=1)
    )


def adaptive(policy):
    lp, hp = PAIRS["coarse"]
    margins = certified_margins(lp, hp) if policy is Policy.CERTIFIED else None
    return AdaptiveNetwork(AdaptiveParams("pair", tuple(lp), tuple(hp), policy=policy, margins=margins))


CHAINS = DESIGNS | SPIKING | {name: [params] for name, params in NEURONS.items()}
CHAINS |= {"lfsr": [lfsr_layer("lfsr")], "progressive": [progressive_layer("progressive")]}
GENERATORS = {"lfsr": LfsrParams(4, seed=5), "sobol": SobolParams(4, 2), "rate": RateMultiplierParams(4)}

TOPS = {name: (lambda name=name, chain=chain: DenseNetwork(name, chain)) for name, chain in CHAINS.items()}
TOPS |= {name: (lambda name=name, p=p: BlockFloatPartialsTop(name, p)) for name, p in PARTIALS.items()}
TOPS |= {policy.value: (lambda policy=policy: adaptive(policy)) for policy in Policy}
TOPS["product"] = lambda: StreamProducts("product", [StreamProductParams("core_b4_l8", 4, 3)])
TOPS |= {
    f"generator_{name}": (lambda name=name, p=p: BitstreamGenerator(p, f"generator_{name}", [None, 3]))
    for name, p in GENERATORS.items()
}
"""Makes the top module of a design, anew with each call."""
