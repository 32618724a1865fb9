# SPDX-License-Identifier: Apache-2.0
"""Compiling adaptive wrappers: of a layer in two number formats, and of a network in two plans."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sc_precision.adaptive.certify import certified_margins
from sc_precision.adaptive.format_proofs import format_proofs
from sc_precision.arguments import integer, show
from sc_precision.emit.design import Arrays, Design, header_lines, parameters_hash
from sc_precision.errors import InputError
from sc_precision.formats import BlockFloatFormat, Exponents, FixedFormat, Overflow, Rounding, parse_precision
from sc_precision.golden.adaptive import adaptive_outputs
from sc_precision.golden.layers import layer_values
from sc_precision.network import Activation, Dense
from sc_precision.params import BlockFloatDenseParams, FixedDenseParams, InputCodes, IntArray
from sc_precision.params.adaptive import AdaptiveParams, Policy, Thresholds
from sc_precision.params.precision_entry import EMITTER_CONTRACT, precision_entry
from sc_precision.plan.block_encoding import encode_blocks
from sc_precision.plan.quantise import bias_codes
from sc_precision.plan.result import NetworkPlan
from sc_precision.verilog import check_identifier

if TYPE_CHECKING:
    from sc_precision.properties.lemma import Lemma

Format = FixedFormat | BlockFloatFormat
_ARITHMETIC = (
    "that the layers' intervals add up, layer by layer, to the bounds of the two plans is exact arithmetic in Python",
    "that no margin of LP exceeds HP's by more than its threshold is exact arithmetic in Python, done twice",
)
BENCHES = ("adaptive_bench.py", "network_bench.py")
_LAYERS_NOT_PROVEN = ("what the layers of the two networks compute; the lemmas are about the wrapper around them",)


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
    check_identifier(module_name)
    dense = _dense(layer)
    mode = Exponents.parse(exponents)
    chosen, thresholds = Policy.parse(policy), Thresholds(threshold_up_pct, threshold_down_pct)
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


def adaptive_network_params(
    lp: NetworkPlan,
    hp: NetworkPlan,
    module_name: str,
    *,
    policy: Policy | str,
    threshold_up_pct: float,
    threshold_down_pct: float,
) -> AdaptiveParams:
    """Parameters of the wrapper of `compile_adaptive_network`, which see for arguments and errors."""
    check_identifier(module_name)
    chosen, thresholds = Policy.parse(policy), Thresholds(threshold_up_pct, threshold_down_pct)
    for path, plan in (("lp", lp), ("hp", hp)):
        if not isinstance(plan, NetworkPlan):
            raise InputError(f"{path}: expected a NetworkPlan, got {show(plan)}")
    _check_same_network(lp, hp)
    _check_coarser(lp, hp)
    layers = {
        path: tuple(
            replace(params, name=check_identifier(f"{module_name}_{path}_layer{index}", "layer name"))
            for index, params in enumerate(plan.params)
        )
        for path, plan in (("lp", lp), ("hp", hp))
    }
    margins = certified_margins(layers["lp"], layers["hp"]) if chosen is Policy.CERTIFIED else None
    return AdaptiveParams(
        module_name, layers["lp"], layers["hp"], policy=chosen, thresholds=thresholds, margins=margins
    )


def network_design(
    params: AdaptiveParams,
    lp: NetworkPlan,
    hp: NetworkPlan,
    figures: dict[str, Any] | None = None,
    files: dict[str, str] | None = None,
) -> Design:
    """The design of two plans' wrapper.

    Parameters
    ----------
    params : AdaptiveParams
    lp, hp : NetworkPlan
    figures : dict, optional
        Of what was tried on it, for the manifest.
    files : dict of str to str, optional
        Verilog that was emitted before; emitted now where None.

    Returns
    -------
    Design
        With the lemmas about the wrapper and all layers, see `properties.adaptive_network`.
    """
    manifest = {
        "kind": "adaptive_network_v1",
        "lp_plan": {"plan_hash": lp.hash, "datapath": lp.datapath, "bound": lp.bound},
        "hp_plan": {"plan_hash": hp.hash, "datapath": hp.datapath, "bound": hp.bound},
        "decision_guarantee": "that of HP for every input code" if params.certified else None,
        "threshold_up_pct": params.thresholds.up,
        "threshold_down_pct": params.thresholds.down,
    }
    if figures:
        manifest["golden_model"] = figures

    def lemmas(hdl: dict[str, str]) -> list[Lemma]:
        from sc_precision.properties.adaptive_network import adaptive_network_lemmas

        return adaptive_network_lemmas(params, lp, hp, hdl)

    return adaptive_design(
        params,
        manifest,
        "compile_adaptive_network",
        files=files,
        lemmas=lemmas,
        not_proven=_ARITHMETIC[: 2 if params.certified else 1],
        sources={"lp.npz": lp.save, "hp.npz": hp.save},
    )


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

    Parameters
    ----------
    params : AdaptiveParams
    manifest : dict
        What the manifest says besides the hardware.
    made_by : str
        For the header of the Verilog.
    files : dict of str to str, optional
        Verilog that was emitted before; emitted now where None.
    lemmas, not_proven, sources
        See `Design`; the lemmas of the wrapper alone where none are given.
    """
    from sc_precision.emit.verilog import top_verilog
    from sc_precision.gateware import AdaptiveNetwork
    from sc_precision.properties.adaptive import adaptive_lemmas

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


@dataclass(frozen=True, eq=False)
class FormatLayer:
    """A layer in one number format.

    Parameters
    ----------
    params : FixedDenseParams or BlockFloatDenseParams
        Its hardware.
    report : dict
        What rounding did to the weights; JSON-ready.
    """

    params: FixedDenseParams | BlockFloatDenseParams
    report: dict[str, Any]


def format_layer(
    dense: Dense, form: Format, name: str, *, exponents: Exponents = Exponents.METADATA, lanes: int = 8
) -> FormatLayer:
    """Hardware of a layer whose inputs, weights and outputs are all in one format, on their full range.

    Parameters
    ----------
    dense : Dense
    form : FixedFormat or BlockFloatFormat
    name : str
        Verilog module name.
    exponents : Exponents
        Of a block floating format; see `compile_adaptive_precision`.
    lanes : int
        Outputs in parallel; at most n_out are used.

    Raises
    ------
    InputError
        If a weight does not fit, or the accumulator would need more than 62 bits.
    """
    activations = form if isinstance(form, FixedFormat) else FixedFormat(form.mantissa_bits, form.mantissa_bits - 1)
    low, high = activations.code_min, activations.code_max
    common: dict[str, Any] = {
        "name": name,
        "inputs": InputCodes(activations, low, high),
        "bias": np.zeros(dense.n_out, dtype=np.int64),
        "activation": dense.activation,
        "output": InputCodes(activations, 0 if dense.activation is Activation.RELU else low, high),
        "rounding": Rounding.NEAREST_EVEN,
        "lanes": min(lanes, dense.n_out),
    }
    params: FixedDenseParams | BlockFloatDenseParams
    report: dict[str, Any]
    if isinstance(form, FixedFormat):
        codes = _fixed_codes(dense, form, name)
        params = FixedDenseParams(**common, weights=codes, weight_fraction=form.fraction)
        report = {"worst_absolute_error": float(np.abs(np.ldexp(codes, -form.fraction) - dense.weight).max())}
    else:
        # As metadata the exponents are no part of the datapath: all weights then share one.
        whole = form if exponents is Exponents.DATAPATH else replace(form, block_size=dense.weight.size)
        encoding = encode_blocks(dense.weight, whole, where=f"{name}: weights")
        report = {key: value for key, value in encoding.to_dict().items() if key not in ("format", "blocks")}
        if exponents is Exponents.DATAPATH:
            params = BlockFloatDenseParams(**common, tensor=encoding.tensor)
        else:
            step = int(encoding.tensor.lsb_exponents[0])
            params = FixedDenseParams(**common, weights=encoding.tensor.mantissas, weight_fraction=-step)
            report["weight_exponent"] = step + form.mantissa_bits - 1
    return FormatLayer(replace(params, bias=bias_codes(dense, params.acc_fraction, name)), report)


def _fixed_codes(dense: Dense, form: FixedFormat, name: str) -> IntArray:
    codes = np.rint(np.ldexp(dense.weight, form.fraction))
    outside = (codes < form.code_min) | (codes > form.code_max)
    if outside.any():
        place = [int(k) for k in np.argwhere(outside)[0]]
        raise InputError(
            f"{name}: weight {place} is {dense.weight[tuple(place)]:.6g}, which {form.label} does not hold "
            f"({form.code_min * form.lsb:.6g} to {form.code_max * form.lsb:.6g}); use more integer bits"
        )
    return codes.astype(np.int64)


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
    try:
        array = np.asarray(layer)
    except ValueError as error:
        raise InputError(f"layer: expected a Dense or an array of weights ({error})") from None
    if array.ndim not in (1, 2):
        raise InputError(f"layer: expected a Dense, or weights of shape (n_in,) or (n_out, n_in), got {show(layer)}")
    return Dense(array[None, :] if array.ndim == 1 else array)


def _check_coarser(lp: NetworkPlan, hp: NetworkPlan) -> None:
    """LP must be coarser than HP in something, and finer in nothing; networks of two datapaths are not compared."""
    if lp.datapath != hp.datapath:
        return
    what = "lengths" if lp.datapath == "stochastic" else "bits"
    widest = [[int(getattr(layer, what).max()) for layer in plan.layers] for plan in (lp, hp)]
    for layer, one, other in zip(hp.layers, *widest, strict=True):
        if one > other:
            unit = "cycles" if what == "lengths" else "bits"
            raise InputError(
                f"lp must not be more precise than hp, but {layer.dense.name} has {one} {unit} in lp and {other} in "
                "hp; exchange the two"
            )
    if widest[0] == widest[1]:
        raise InputError(f"lp must be less precise than hp, but both have {what} {widest[0]}; give lp fewer")


def _check_same_network(lp: NetworkPlan, hp: NetworkPlan) -> None:
    def differs(what: str) -> InputError:
        return InputError(f"lp and hp must be plans of one network, but their {what} differ")

    ends = [(plan.network.input_low, plan.network.input_high, plan.network.input_fraction) for plan in (lp, hp)]
    if ends[0] != ends[1]:
        raise differs("input ranges")
    if len(lp.layers) != len(hp.layers):
        raise differs("numbers of layers")
    for one, other in zip(lp.network.layers, hp.network.layers, strict=True):
        same = one.activation is other.activation and np.array_equal(one.weight, other.weight)
        if not same or not np.array_equal(one.bias, other.bias):
            raise differs(f"layers {show(other.name)}")


__all__: Sequence[str] = [
    "FormatLayer",
    "adaptive_design",
    "adaptive_network_params",
    "compile_adaptive_network",
    "compile_adaptive_precision",
    "format_layer",
    "network_design",
]
