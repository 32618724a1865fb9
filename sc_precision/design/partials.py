# SPDX-License-Identifier: Apache-2.0
"""A block floating layer with exponents as metadata as a design."""

from __future__ import annotations

import numpy as np

from sc_precision.arguments import show
from sc_precision.design.design import Design, header_lines
from sc_precision.design.manifest import DENSE_KIND
from sc_precision.design.vectors import Arrays
from sc_precision.emit.verilog import partials_verilog
from sc_precision.errors import InputError
from sc_precision.golden.blockfloat import block_partials
from sc_precision.params import BlockFloatPartialsParams
from sc_precision.params.hashing import parameters_hash
from sc_precision.properties.blocks.partials import partials_lemmas

_NOT_PROVEN = (
    "how far the parameters are from what they stand for, and what the receiver makes of the sums: the layer is held "
    "against its own parameters alone"
)


def compile_partials(params: BlockFloatPartialsParams, name: str) -> Design:
    """Compile a layer that sends its segments' sums beside their exponents.

    Parameters
    ----------
    params : BlockFloatPartialsParams
    name : str
        Verilog name of the top module.

    Returns
    -------
    Design
        Its golden model gives the sums, one for each of `params.segments`.

    Raises
    ------
    InputError
        If the parameters are others, or a name cannot be used.
    ToolError
        If Yosys does not convert the design.
    """
    if not isinstance(params, BlockFloatPartialsParams):
        raise InputError(f"{name}: expected BlockFloatPartialsParams, got {show(params)}")
    description = {
        "schema_version": "1.0",
        "kind": DENSE_KIND,
        "module_name": name,
        "layers": [params.to_dict()],
        "parameters_sha256": parameters_hash([params]),
    }

    def model(codes: object) -> Arrays:
        sums, exponents = block_partials(params, codes)
        # m_axis_tuser of each: the exponent, and on top whether the output ends.
        ends = [int(segment.stop == params.n_in) << params.tensor.form.exponent_bits for segment in params.segments]
        return {
            "expected": sums,
            "users": exponents + np.array(ends, dtype=np.int64),
            "output_signed": np.array(True),
            "cycles_per_vector": np.array([params.cycles_per_vector], dtype=np.int64),
        }

    return Design(
        name=name,
        files=partials_verilog(params, name, header_lines("compile_partials", description)),
        description=description,
        inputs=params.inputs,
        n_in=params.n_in,
        model=model,
        benches=("partials_bench.py", "network_bench.py"),
        lemmas=lambda hdl: partials_lemmas(params, name, hdl),
        not_proven=(_NOT_PROVEN,),
    )
