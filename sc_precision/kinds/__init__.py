# SPDX-License-Identifier: Apache-2.0
"""The kinds of layers: one small module for each family, with all that the stages ask of it.

Importing this registers them, in the order in which tables list them; `params.kind` has what a kind is.
"""

from sc_precision.kinds import fixed, stochastic  # isort: split

from sc_precision.kinds import block_float, lfsr, neurons, stoppable
from sc_precision.params.kind import LayerKind, kind_named, kind_of, kinds, planned_kinds, register, registered

__all__ = [
    "LayerKind",
    "block_float",
    "fixed",
    "kind_named",
    "kind_of",
    "kinds",
    "lfsr",
    "neurons",
    "planned_kinds",
    "register",
    "registered",
    "stochastic",
    "stoppable",
]
