# SPDX-License-Identifier: Apache-2.0
"""Compiling adaptive wrappers: of a layer in two number formats, and of a network in two plans."""

from __future__ import annotations

from typing import Any

from sc_precision.adaptive.certify import certified_margins
from sc_precision.adaptive.design import adaptive_design
from sc_precision.adaptive.format_layer import Format, FormatLayer, format_layer
from sc_precision.adaptive.format_proofs import format_proofs
from sc_precision.adaptive.params import AdaptiveParams, Policy, Thresholds
from sc_precision.adaptive.two_plans import adaptive_network_params, network_design
from sc_precision.arguments import integer, plain_array, show
from sc_precision.design.design import Design
from sc_precision.errors import InputError
from sc_precision.formats import Exponents, FixedFormat, Overflow, Rounding, parse_precision
from sc_precision.network import Dense
from sc_precision.params.precision_entry import EMITTER_CONTRACT, precision_entry
from sc_precision.plan.result import NetworkPlan
from sc_precision.verilog import check_module_name

__all__ = [
    "FormatLayer",
    "adaptive_design",
    "adaptive_network_params",
    "compile_adaptive_network",
    "compile_adaptive_precision",
    "format_layer",
    "network_design",
]


def compile_adaptive_precision(
    layer: object,
    module_name: str = "sc_adaptive",
    *,
    lp_precision: str = "Q8.8",
    hp_precision: str = "Q16.16",
    lp_parameter_count: int | None = None,
    hp_parameter_count: int | None = None,
    threshold_up_pct: float = 0.8,
    threshold_down_pct: float = 0.5,
    policy: Policy | str = Policy.HP_AUTHORITATIVE,
    exponents: Exponents | str = Exponents.METADATA,
    lanes: int = 8,
) -> Design:
    """Compile a dense layer in a low and a high precision (LP, HP) with logic that chooses between them.

    Inputs, weights and outputs of each datapath are in its own format; the wrapper's inputs and outputs are in HP's,
    and LP is fed HP's inputs rescaled and saturated. Results are rounded to nearest even and saturate.

    Parameters
    ----------
    layer : Dense or array_like
        A layer, or its weights: shape (n_out, n_in), or (n_in,) for one output.
    module_name : str
        Verilog name of the top.
    lp_precision, hp_precision : str
        ``Q<int>.<frac>`` or ``BFP<mantissa>E<exponent>[X<block>]``; LP is narrower. The datapath of a block floating
        format is as wide as its mantissa.
    lp_parameter_count, hp_parameter_count : int, optional
        Parameters that the exponents of a block floating format belong to; the manifest then has the layout of the
        blocks. Refused with a fixed format.
    threshold_up_pct, threshold_down_pct : float
        Thresholds of hysteresis as fractions of the output range, 0 < down < up < 1.
    policy : Policy or str
        ``hp_authoritative``, ``hysteresis`` or ``certified``; see `gateware.AdaptiveNetwork`.
    exponents : Exponents or str
        ``metadata``: a fixed mantissa datapath. The layer's weights share one exponent, `weight_exponent` in
        `lp_encoding` and `hp_encoding` of the manifest; the entries describe the exponents of the payload.
        ``datapath``: blocks of weights with exponents of their own, aligned in hardware.
    lanes : int
        Outputs that each datapath computes in parallel; at most n_out are used.

    Returns
    -------
    Design
        `manifest` is that of the published emitter contract, with the hardware under `hardware`.

    Raises
    ------
    InputError
        Before anything is emitted: a name that cannot be used, formats of which LP is not the narrower, a fraction
        below 1, a count that is negative or does not belong, thresholds that are out of order or equal as codes,
        weights that do not fit a format.
    TypeError
        If a precision is no string.
    """
    check_module_name(module_name)
    dense = _dense(layer)
    mode = Exponents.parse(exponents, "exponents")
    chosen, thresholds = Policy.parse(policy, "policy"), Thresholds(threshold_up_pct, threshold_down_pct)
    lanes = integer("lanes", lanes, minimum=1)
    formats: dict[str, Format] = {}
    entries: dict[str, dict[str, Any]] = {}
    for path, source, count in (("lp", lp_precision, lp_parameter_count), ("hp", hp_precision, hp_parameter_count)):
        form = formats[path] = parse_precision(source)
        if isinstance(form, FixedFormat) and form.fraction < 1:
            raise InputError(f"{path}_precision {show(source)}: the fraction must be at least 1, got {form.fraction}")
        count = _parameter_count(f"{path}_parameter_count", form, count, mode, dense.weight.size)
        entries[path] = precision_entry(form, source.strip(), count, exponents=mode)
    if _width(formats["lp"]) >= _width(formats["hp"]):
        raise InputError(
            f"lp_precision {show(lp_precision)} has {_width(formats['lp'])} bits, hp_precision {show(hp_precision)} "
            f"{_width(formats['hp'])}; LP must be the narrower"
        )
    lp, hp = (
        format_layer(dense, formats[path], f"{module_name}_{path}", exponents=mode, lanes=lanes)
        for path in ("lp", "hp")
    )
    margins = certified_margins([lp.params], [hp.params]) if chosen is Policy.CERTIFIED else None
    params = AdaptiveParams(
        module_name, (lp.params,), (hp.params,), policy=chosen, thresholds=thresholds, margins=margins
    )
    manifest = {
        "kind": "adaptive_precision_v1",
        "emitter_contract_version": EMITTER_CONTRACT,
        "primary_variable": "y",
        "threshold_up_pct": thresholds.up,
        "threshold_down_pct": thresholds.down,
        "signed": True,
        "overflow": Overflow.SATURATE.value,
        "rounding": Rounding.NEAREST_EVEN.value,
        "lp_precision": entries["lp"],
        "hp_precision": entries["hp"],
        "exponents": mode.value,
        "lp_encoding": lp.report,
        "hp_encoding": hp.report,
    }
    return adaptive_design(params, manifest, "compile_adaptive_precision", **format_proofs(params, dense))


def compile_adaptive_network(
    lp: NetworkPlan,
    hp: NetworkPlan,
    module_name: str = "sc_adaptive",
    *,
    policy: Policy | str = Policy.CERTIFIED,
    threshold_up_pct: float = 0.8,
    threshold_down_pct: float = 0.5,
) -> Design:
    """Compile two plans of one trained network with logic that chooses between them.

    Parameters
    ----------
    lp, hp : NetworkPlan
        Of the same network. LP should be the one that takes fewer cycles.
    module_name : str
        Verilog name of the top; layers become ``<name>_lp_layer<i>`` and ``<name>_hp_layer<i>``.
    policy : Policy or str
        See `gateware.AdaptiveNetwork`. With ``certified`` the decision, the first greatest output, is HP's for every
        input code; the thresholds come from `adaptive.certify`.
    threshold_up_pct, threshold_down_pct : float
        Thresholds of hysteresis as fractions of the output range.

    Returns
    -------
    Design

    Raises
    ------
    InputError
        If the plans are not of one network or something does not fit.
    """
    params = adaptive_network_params(
        lp, hp, module_name, policy=policy, threshold_up_pct=threshold_up_pct, threshold_down_pct=threshold_down_pct
    )
    return network_design(params, lp, hp)


def _width(form: Format) -> int:
    return form.width if isinstance(form, FixedFormat) else form.mantissa_bits


def _parameter_count(what: str, form: Format, count: object, mode: Exponents, weights: int) -> int | None:
    """The count that the manifest's entry is made for."""
    if count is not None:
        count = integer(what, count, minimum=0)
    if isinstance(form, FixedFormat):
        if count is not None:
            raise InputError(f"{what} is {count}, but {form.label} is fixed point and has no blocks; leave it out")
        return None
    if mode is Exponents.DATAPATH:
        if count not in (None, weights):
            raise InputError(
                f"{what} is {count}, but with exponents='datapath' the blocks are of the layer's {weights} weights"
            )
        return weights
    return count


def _dense(layer: object) -> Dense:
    if isinstance(layer, Dense):
        return layer
    array = plain_array("layer", layer)
    if array.ndim not in (1, 2):
        raise InputError(f"layer: expected a Dense, or weights of shape (n_in,) or (n_out, n_in), got {show(layer)}")
    return Dense(array[None, :] if array.ndim == 1 else array)
