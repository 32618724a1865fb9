# SPDX-License-Identifier: Apache-2.0
"""Verilog of tops that are no chain of dense layers."""

from __future__ import annotations

from collections.abc import Sequence

from sc_precision.emit.verilog import convert_modules
from sc_precision.errors import InputError
from sc_precision.gateware.blockpartials import BlockFloatPartialsTop
from sc_precision.gateware.common import HardwareModule
from sc_precision.params import BlockFloatPartialsParams
from sc_precision.verilog import check_identifier


def top_verilog(top: HardwareModule, layer_name: str, header: Sequence[str] = ()) -> dict[str, str]:
    """Verilog of a top with its layer.

    Parameters
    ----------
    top : HardwareModule
    layer_name : str
        Prefix of the names of all modules below the top.
    header : sequence of str
        Comment lines at the top of each file.

    Returns
    -------
    dict of str to str
        File name to text: ``<top>.v``, ``<layer>.v`` and ``<layer>_core.v`` for what is below the layer.

    Raises
    ------
    InputError
        If two modules would have one name.
    ToolError
        If Yosys does not convert the design.
    """
    modules: dict[str, HardwareModule] = {}
    for module in top.modules():
        same = modules.setdefault(module.module_name, module)
        if same is not module and type(same) is not type(module):
            raise InputError(
                f"{top.module_name}: two modules would be named {module.module_name!r}; rename the top or the layer"
            )
    preamble = "".join(f"// {line}\n" for line in header) + "`default_nettype none\n"
    files: dict[str, str] = {}
    for name, text in convert_modules(modules.values()).items():
        file = f"{name}.v" if name in (top.module_name, layer_name) else f"{layer_name}_core.v"
        files[file] = files.get(file, preamble) + "\n" + text
    return {file: text + "\n`default_nettype wire\n" for file, text in files.items()}


def partials_verilog(params: BlockFloatPartialsParams, name: str, header: Sequence[str] = ()) -> dict[str, str]:
    """Verilog of a block floating layer with exponents as metadata behind AXI4-Stream ports; see `top_verilog`.

    Parameters
    ----------
    params : BlockFloatPartialsParams
    name : str
        Top module.
    header : sequence of str
        Comment lines at the top of each file.
    """
    check_identifier(name)
    return top_verilog(BlockFloatPartialsTop(name, params), params.name, header)
