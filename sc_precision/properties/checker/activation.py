# SPDX-License-Identifier: Apache-2.0
"""What each activation does, as lemmas state it: apart from what models, bounds and hardware look up."""

from __future__ import annotations

from sc_precision.arguments import show
from sc_precision.errors import ConsistencyError
from sc_precision.network import Activation


def rectifies(activation: Activation) -> bool:
    """Whether sums below 0 become 0, as all others stay; or no sum is changed."""
    if activation is Activation.RELU:
        return True
    if activation is Activation.IDENTITY:
        return False
    raise ConsistencyError(f"activation: no lemma says what {show(activation)} does; state it in properties.checker")
