# SPDX-License-Identifier: Apache-2.0
"""How stochastic layers take in a vector: one code a cycle into registers."""

from __future__ import annotations

from amaranth.hdl import Module


def load_codes(m: Module, layer, index, codes, *then) -> None:
    """Accept a code where there is one, do `then` with the last; inside the state of the controller that loads.

    Parameters
    ----------
    m : Module
    layer : HardwareModule
        With members `i` and `frame_error`.
    index : Signal
        Counter of the codes; 0 again after the last.
    codes : sequence of Signal
        Registers of the codes.
    then : statements
        Done at the end of the cycle that takes the last code.
    """
    last_input = index == len(codes) - 1
    with m.If(layer.i.valid):
        for i, code in enumerate(codes):
            with m.If(index == i):
                m.d.sync += code.eq(layer.i.payload.data)
        m.d.sync += index.eq(index + 1)
        with m.If(layer.i.payload.last != last_input):
            m.d.sync += layer.frame_error.eq(1)
        with m.If(last_input):
            m.d.sync += [index.eq(0), *then]
