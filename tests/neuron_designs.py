# SPDX-License-Identifier: Apache-2.0
"""Small spiking layers: every leak, reset and drive, one neuron, one step, rest, saturation."""

from itertools import product

import numpy as np
from designs import IDENTITY, fixed

from sc_precision.formats import Rounding
from sc_precision.params import InputCodes
from sc_precision.params.neurons import NO_LEAK, Drive, LifParams, MultiplyLeak, Reset, ShiftLeak

CURRENTS = InputCodes.covering(-4, 3, 1)


def lif(name, neurons=1, steps=3, leak=NO_LEAK, threshold=4, inputs=CURRENTS, **rest):
    return LifParams(f"{name}_lif", inputs, neurons, steps, leak, threshold, **rest)


NEURONS = {
    "lif_plain": lif("lif_plain"),
    # More steps than a table has entries before Yosys makes a memory of it.
    "lif_many": lif("lif_many", steps=18),
    "lif_shift": lif("lif_shift", leak=ShiftLeak(1)),
    "lif_far_shift": lif("lif_far_shift", leak=ShiftLeak(9), steps=2, neurons=2, threshold=3),
    "lif_truncate": lif("lif_truncate", leak=MultiplyLeak(5, 3, Rounding.TRUNCATE)),
    "lif_nearest": lif("lif_nearest", leak=MultiplyLeak(3, 2)),
    "lif_half": lif("lif_half", leak=MultiplyLeak(1, 1)),
    "lif_half_up": lif("lif_half_up", leak=MultiplyLeak(1, 1, Rounding.NEAREST_UP)),
    "lif_half_away": lif("lif_half_away", leak=MultiplyLeak(1, 1, Rounding.NEAREST_AWAY)),
    "lif_forgets": lif("lif_forgets", leak=MultiplyLeak(0, 3), threshold=2),
    "lif_value": lif("lif_value", leak=ShiftLeak(2), reset=Reset.VALUE, reset_value=-2),
    "lif_rests": lif("lif_rests", refractory=1, threshold=2, leak=ShiftLeak(2)),
    "lif_rests_long": lif("lif_rests_long", refractory=2, threshold=2, neurons=2, steps=2, reset=Reset.VALUE),
    "lif_saturates": lif("lif_saturates", membrane_width=4, threshold=7),
    "lif_once": lif("lif_once", neurons=3, steps=1, threshold=2),
    "lif_silent": lif("lif_silent", threshold=10),
    "lif_constant": lif("lif_constant", neurons=3, steps=4, leak=ShiftLeak(1), drive=Drive.CONSTANT),
    "lif_constant_one": lif("lif_constant_one", steps=5, refractory=1, drive=Drive.CONSTANT),
    "lif_constant_once": lif("lif_constant_once", neurons=2, steps=1, drive=Drive.CONSTANT, threshold=1),
}


def spiking(name, weights, bias, inputs=(0, 1, 0), reach=99, fraction=2, **rest):
    layer = fixed(
        f"{name}_dense",
        weights,
        bias,
        inputs,
        (-reach, reach, fraction),
        lanes=2 if len(weights) > 1 else 1,
        activation=IDENTITY,
        fraction=2,
    )
    return [layer, lif(name, neurons=len(weights), inputs=layer.output, **rest)]


SPIKING = {
    "snn_steps": spiking("snn_steps", [[3, -2], [1, 4], [-3, 3]], [1, 0, 2], steps=3, leak=ShiftLeak(2), threshold=5),
    "snn_constant": spiking(
        "snn_constant",
        [[3, -2], [-4, 1]],
        [1, 9],
        inputs=(0, 7, 1),
        fraction=3,
        steps=4,
        leak=MultiplyLeak(13, 4),
        threshold=20,
        refractory=1,
        drive=Drive.CONSTANT,
    ),
    "snn_two": [
        *spiking("snn_two_a", [[3, -2], [1, 4]], [1, 0], steps=3, leak=ShiftLeak(2), threshold=5),
        *spiking("snn_two_b", [[3, 2], [-1, 4]], [0, 1], steps=3, threshold=6, reset=Reset.VALUE),
    ],
}


def currents_of(params, most=2000):
    """Every sequence of currents of one vector, or the least, the greatest and a sample."""
    form = params.inputs.format
    count = params.neurons * (1 if params.drive is Drive.CONSTANT else params.steps)
    codes = range(form.code_min, form.code_max + 1)
    if len(codes) ** count <= most:
        flat = np.array(list(product(codes, repeat=count)))
    else:
        flat = np.random.default_rng(5).integers(form.code_min, form.code_max + 1, (most, count))
        flat[0], flat[1] = form.code_min, form.code_max  # the ends of membranes' ranges are far from random runs
    shape = (params.neurons,) if params.drive is Drive.CONSTANT else (params.steps, params.neurons)
    return flat.reshape(-1, *shape)
