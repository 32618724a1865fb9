# SPDX-License-Identifier: Apache-2.0
"""The design of a wrapper: Verilog, integer model, lemmas and manifest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sc_precision.adaptive.golden import adaptive_outputs
from sc_precision.adaptive.params import AdaptiveParams
from sc_precision.design.design import Design, header_lines
from sc_precision.design.vectors import Arrays
from sc_precision.golden.layers import layer_values
from sc_precision.params import IntArray
from sc_precision.params.hashing import parameters_hash

if TYPE_CHECKING:
    from sc_precision.properties.checker.lemma import Lemma

BENCHES = ("adaptive_bench.py", "network_bench.py")
_LAYERS_NOT_PROVEN = ("what the layers of the two networks compute; the lemmas are about the wrapper around them",)


def adaptive_design(
    params: AdaptiveParams,
    manifest: dict[str, Any],
    made_by: str,
    *,
    files: dict[str, str] | None = None,
    lemmas: Callable[[dict[str, str]], list[Lemma]] | None = None,
    not_proven: Sequence[str] = _LAYERS_NOT_PROVEN,
    sources: Mapping[str, Callable[[Path], None]] | None = None,
) -> Design:
    """Emit a wrapper.

    `manifest` is what its manifest says besides the hardware, `made_by` is for the header of the Verilog. `files` is
    Verilog that was emitted before; emitted now where None. For `lemmas`, `not_proven` and `sources` see `Design`; the
    lemmas are those of the wrapper alone where none are given.
    """
    from sc_precision.adaptive.gateware import AdaptiveNetwork
    from sc_precision.adaptive.properties.wrapper import adaptive_lemmas
    from sc_precision.emit.verilog import top_verilog

    description = {
        "schema_version": "1.0",
        "module_name": params.name,
        "policy": params.policy.value,
        **manifest,
        "hardware": params.to_dict(),
        "parameters_sha256": parameters_hash((*params.lp, *params.hp)),
    }

    def model(codes: object) -> Arrays:
        found = adaptive_outputs(params, codes)
        return {
            "expected": found.codes,
            "use_hp": found.use_hp,
            "decision": found.decision,
            "cycles": found.cycles,
            "output_signed": np.array(params.output.format.signed),
            "cycles_per_vector": np.array([params.most_cycles], dtype=np.int64),
        }

    def values(codes: IntArray) -> list[dict[str, Any]]:
        found = adaptive_outputs(params, codes)
        return [
            {
                "inputs": row.tolist(),
                "lp": layer_values(params.lp, params.to_lp.apply(row).tolist()),
                "hp": layer_values(params.hp, row.tolist()),
                "outputs": found.codes[index].tolist(),
                "use_hp": bool(found.use_hp[index]),
                "decision": int(found.decision[index]),
            }
            for index, row in enumerate(codes)
        ]

    return Design(
        name=params.name,
        files=top_verilog(AdaptiveNetwork(params), header_lines(made_by, description)) if files is None else files,
        description=description,
        inputs=params.inputs,
        n_in=params.n_in,
        model=model,
        benches=BENCHES,
        lemmas=partial(adaptive_lemmas, params) if lemmas is None else lemmas,
        not_proven=not_proven,
        networks=(params.lp, params.hp),
        values=values,
        sources={} if sources is None else sources,
    )
