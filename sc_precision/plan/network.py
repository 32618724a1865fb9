# SPDX-License-Identifier: Apache-2.0
"""The sound planner: formats, widths and stream lengths of a network under a bound that holds for every input."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sc_precision.errors import InputError, TargetError
from sc_precision.formats import Rounding
from sc_precision.network import Activation, FloatArray, Network
from sc_precision.params import MAX_STREAM_LOG2, DenseParams, InputCodes, IntArray
from sc_precision.plan.allocate import LayerCandidates, layer_candidates
from sc_precision.plan.bounds import LayerBounds, check_unsaturated, layer_bounds, network_errors, output_range
from sc_precision.plan.quantise import LayerChoice, quantise_layer, scale_exponent
from sc_precision.plan.result import DATAPATHS, LayerPlan, NetworkPlan, PlanLimits
from sc_precision.verilog import check_identifier

ROUNDING_SHARE = 1 / 16
"""Share of the target that rounding to activation formats (inputs, hidden, outputs; each) may take."""
SEARCH_STEPS = 18
"""Halvings of the price's logarithm; its last step changes the price by less than 1e-3."""
MAX_INPUT_BITS = 32
MAX_UNIT_LOG2 = 16
"""Finest input grid of a stochastic layer: 2**16 steps."""
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Formats:
    """Number formats of the activations.

    Parameters
    ----------
    inputs : InputCodes
        Of the network's inputs.
    input_rounding : float
        Largest rounding error of an input.
    fractions : tuple of int
        Binary places that each layer's output should have; fewer where its accumulator or the limits allow fewer.
    """

    inputs: InputCodes
    input_rounding: float
    fractions: tuple[int, ...]


def output_gains(network: Network) -> list[FloatArray]:
    """Largest change of each network output per change of each layer's outputs; products of absolute weights.

    Returns
    -------
    list of ndarray, shapes (n_outputs, n_out of the layer)
        First layer to last; the last one is the identity. Not rounded outward: it guides, the bound decides.
    """
    gains = [np.eye(network.n_out)]
    for dense in network.layers[:0:-1]:
        gains.insert(0, gains[0] @ np.abs(dense.weight))
    return gains


def value_ranges(network: Network) -> list[tuple[FloatArray, FloatArray]]:
    """Interval of every layer's inputs in float64, for guidance; the bounds use the hardware's own codes."""
    low, high = np.full(network.n_in, network.input_low), np.full(network.n_in, network.input_high)
    ranges = [(low, high)]
    for dense in network.layers:
        positive, negative = np.maximum(dense.weight, 0.0), np.minimum(dense.weight, 0.0)
        low, high = positive @ low + negative @ high + dense.bias, positive @ high + negative @ low + dense.bias
        if dense.activation is Activation.RELU:
            low, high = np.maximum(low, 0.0), np.maximum(high, 0.0)
        ranges.append((low, high))
    return ranges


def _fraction_for(share: float, gain: float) -> int:
    """Binary places at which half an LSB times the gain stays within the share."""
    return max(-64, min(64, math.ceil(math.log2(max(gain, 1e-18) / (2 * share)))))


def _integer_bits(low: float, high: float) -> int:
    """Bits before the binary point for values in [low, high], sign included where there is one."""
    largest = max(-low, high)
    return (math.floor(math.log2(largest)) + 1 if largest > 0 else 0) + (low < 0)


def choose_formats(network: Network, target_error: float, limits: PlanLimits, datapath: str) -> Formats:
    """Input, hidden and output grids, each fine enough for its share of the target where the limits allow.

    Raises
    ------
    InputError
        If a given input grid needs more than 32 bits, or 16 on the stochastic datapath.
    """
    share = target_error * ROUNDING_SHARE
    gains = output_gains(network)
    fraction = network.input_fraction
    input_rounding = 0.0
    if fraction is None:
        gain = float((gains[0] @ np.abs(network.layers[0].weight)).sum(axis=1).max())
        room = limits.max_activation_bits - _integer_bits(network.input_low, network.input_high)
        # One bit less than there is room for: rounding may reach the next power of two.
        fraction = min(_fraction_for(share, gain), room)
        if round(math.ldexp(network.input_high, fraction)) >= 1 << limits.max_activation_bits - (network.input_low < 0):
            fraction -= 1
        input_rounding = 2.0 ** -(fraction + 1)
        low, high = (round(math.ldexp(end, fraction)) for end in (network.input_low, network.input_high))
    else:
        low = math.ceil(math.ldexp(network.input_low, fraction))
        high = math.floor(math.ldexp(network.input_high, fraction))
    if max(-low, high).bit_length() > MAX_INPUT_BITS:
        raise InputError(
            f"network: inputs up to {max(-low, high)} * 2**-{fraction} need more than {MAX_INPUT_BITS} bits; "
            "use a smaller input range or fewer binary places"
        )
    inputs = InputCodes.covering(low, high, fraction)
    if datapath == "stochastic" and inputs.unit_log2 > MAX_UNIT_LOG2:
        raise InputError(
            f"network: the input grid has {high} steps, streams carry at most 2**{MAX_UNIT_LOG2}; "
            "use fewer binary places or the fixed datapath"
        )
    fractions = tuple(_fraction_for(share, float(gain.sum(axis=1).max())) for gain in gains)
    return Formats(inputs, input_rounding, fractions)


@dataclass(frozen=True)
class Builder:
    """Everything of a plan but the widths and lengths."""

    network: Network
    datapath: str
    name: str
    lanes: int
    limits: PlanLimits
    formats: Formats
    rounding: Rounding
    target_error: float

    def build(self, choices: Sequence[LayerChoice]) -> NetworkPlan:
        """Hardware and bounds of the given choices, first layer to last."""
        network, inputs = self.network, self.formats.inputs
        low, high = np.full(network.n_in, inputs.low), np.full(network.n_in, inputs.high)
        params: list[DenseParams] = []
        bounds: list[LayerBounds] = []
        for index, (dense, choice) in enumerate(zip(network.layers, choices, strict=True)):
            layer = quantise_layer(
                dense, choice, inputs, name=f"{self.name}_layer{index}", lanes=self.lanes, rounding=self.rounding
            )
            integers = layer_bounds(layer, dense, np.minimum(low, 0), high)
            last = index == len(choices) - 1
            fraction = min(self.formats.fractions[index], layer.acc_fraction)
            widest = None if last else self._activation_bits()
            inputs, low, high = _fit_output(layer, integers, fraction, widest)
            layer = replace(layer, output=inputs)
            check_unsaturated(layer, low, high)
            params.append(layer)
            bounds.append(integers)
        errors = network_errors(network, params, bounds, self.formats.input_rounding)
        gains = output_gains(network)
        layers = []
        for dense, choice, layer, integers, error, gain in zip(
            network.layers, choices, params, bounds, errors, gains, strict=True
        ):
            lsb = layer.inputs.format.lsb
            reach = np.maximum(-integers.input_low, integers.input_high) * lsb
            lengths = np.ones(choice.bits.shape, dtype=np.uint32)
            if choice.length_log2 is not None:
                lengths = lengths << choice.length_log2
            layers.append(
                LayerPlan(
                    dense=dense,
                    params=layer,
                    bits=choice.bits,
                    lengths=lengths,
                    influence=gain.max(axis=0)[:, None] * reach,
                    bounds=integers,
                    error_low=error.low,
                    error_high=error.high,
                    sources=error.sources,
                )
            )
        return NetworkPlan(
            network=network,
            datapath=self.datapath,
            name=self.name,
            layers=tuple(layers),
            target_error=self.target_error,
            bound_low=errors[-1].low,
            bound_high=errors[-1].high,
            limits=self.limits,
            lanes=self.lanes,
        )

    def _activation_bits(self) -> int:
        bits = self.limits.max_activation_bits
        return min(bits, MAX_UNIT_LOG2) if self.datapath == "stochastic" else bits


def _fit_output(
    params: DenseParams, bounds: LayerBounds, fraction: int, max_bits: int | None
) -> tuple[InputCodes, IntArray, IntArray]:
    """Output codes that cannot saturate: the finest grid up to `fraction` whose codes fit `max_bits`."""
    while True:
        low, high = output_range(
            bounds.acc_low,
            bounds.acc_high,
            activation=params.activation,
            shift=params.acc_fraction - fraction,
            rounding=params.rounding,
        )
        codes = InputCodes.covering(min(0, int(low.min())), max(0, int(high.max())), fraction)
        if max_bits is None or codes.format.width <= max_bits:
            return codes, low, high
        fraction -= codes.format.width - max_bits


class _Search:
    """Bisection for the largest saving: the price of error at which the exact bound just keeps the target."""

    def __init__(self, builder: Builder):
        self.builder = builder
        network, limits, formats = builder.network, builder.limits, builder.formats
        self.gains = [gain.max(axis=0)[:, None] for gain in output_gains(network)]
        stochastic = builder.datapath == "stochastic"
        self.candidates: list[LayerCandidates] = []
        lengths = range(limits.min_length.bit_length() - 1, limits.max_length.bit_length()) if stochastic else None
        for index, (dense, (low, high)) in enumerate(zip(network.layers, value_ranges(network), strict=False)):
            lsb = formats.inputs.format.lsb if index == 0 else 2.0 ** -formats.fractions[index - 1]
            unit = max(0, math.ceil(math.log2(max(1.0, float(high.max()) / lsb)))) if index else None
            self.candidates.append(
                layer_candidates(
                    dense,
                    scale=scale_exponent(dense.weight, dense.name),
                    bits=range(limits.min_bits, limits.max_bits + 1),
                    length_log2=lengths,
                    input_range=high - np.minimum(low, 0.0),
                    unit_log2=formats.inputs.unit_log2 if unit is None else unit,
                    input_lsb=lsb,
                )
            )

    def plan(self, price: float) -> NetworkPlan:
        """Plan at one price."""
        return self.builder.build(
            [layer.choose(gain * price) for layer, gain in zip(self.candidates, self.gains, strict=True)]
        )


def _check_target(target_error: object) -> float:
    if isinstance(target_error, bool) or not isinstance(target_error, int | float | np.floating | np.integer):
        raise InputError(f"target_error must be a number, got {target_error!r}")
    value = float(target_error)
    if not math.isfinite(value) or value <= 0.0:
        raise InputError(f"target_error must be finite and positive, got {target_error!r}")
    return value


def _check_datapath(network: Network, datapath: object) -> str:
    if datapath not in DATAPATHS:
        raise InputError(f"datapath must be one of {', '.join(DATAPATHS)}, got {datapath!r}")
    if datapath == "stochastic":
        if network.input_low < 0:
            raise InputError(
                f"network: input_low is {network.input_low}, but the stochastic datapath's unipolar inputs start at 0; "
                "shift the inputs or use datapath='fixed'"
            )
        for dense in network.layers[:-1]:
            if dense.activation is not Activation.RELU:
                raise InputError(
                    f"{dense.name}: a hidden layer with identity activation has negative outputs, which unipolar "
                    "streams cannot carry; use relu or datapath='fixed'"
                )
    return str(datapath)


def plan_network(
    network: Network,
    *,
    target_error: float,
    datapath: str = "fixed",
    name: str = "sc_net",
    lanes: int = 8,
    limits: PlanLimits | None = None,
    rounding: Rounding = Rounding.NEAREST_EVEN,
    best_effort: bool = False,
    progress: Progress | None = None,
) -> NetworkPlan:
    """Plan the precision of a network so that no output is off by more than the target, for any input in range.

    Parameters
    ----------
    network : Network
        The trained network.
    target_error : float
        Largest absolute error of any output against the exact network with these float64 weights.
    datapath : {"fixed", "stochastic"}
        Integer multiply-accumulate, or masked van der Corput streams.
    name : str
        Verilog module name; the layers become ``<name>_layer<i>``.
    lanes : int
        Outputs in parallel, fixed datapath.
    limits : PlanLimits, optional
        Limits to keep.
    rounding : Rounding
        Of the activations.
    best_effort : bool
        Return the most precise plan within the limits, with ``target_met`` False, where the target is out of reach.
    progress : callable, optional
        Called with a message and the fraction done.

    Returns
    -------
    NetworkPlan

    Raises
    ------
    InputError
        If an argument or the network cannot be used.
    TargetError
        If the target is out of reach, with the best bound within reach and the limit that binds.
    """
    if not isinstance(network, Network):
        raise InputError(f"plan_network: expected a Network, got {type(network).__name__}")
    target = _check_target(target_error)
    path = _check_datapath(network, datapath)
    check_identifier(name)
    check_identifier(f"{name}_layer{len(network.layers) - 1}", "layer name")
    if isinstance(lanes, bool) or not isinstance(lanes, int | np.integer) or lanes < 1:
        raise InputError(f"lanes must be a positive int, got {lanes!r}")

    def search_within(limits: PlanLimits) -> _Search:
        formats = choose_formats(network, target, limits, path)
        return _Search(Builder(network, path, name, int(lanes), limits, formats, rounding, target))

    search = search_within(PlanLimits() if limits is None else limits)
    best = search.plan(math.inf)
    if not best.target_met:
        if best_effort:
            return best
        raise _target_error(best, lambda looser: search_within(looser).plan(math.inf))
    # Prices are per unit of error: one candidate step costs about one and gains at least target * 2**-40.
    low, high = math.log(1e-3 / target), math.log(1e15 / target)
    for step in range(SEARCH_STEPS + 10):
        middle = (low + high) / 2
        plan = search.plan(math.exp(middle))
        if plan.target_met:
            high = middle
            if plan.cost < best.cost:
                best = plan
        else:
            low = middle
        if progress is not None:
            progress("planning", (step + 1) / (SEARCH_STEPS + 10))
    return best


def _relaxed(limits: PlanLimits) -> dict[str, PlanLimits]:
    """The limits with one of them loosened as far as it goes, by the name of the one."""
    bits, activation = PlanLimits.HARD["max_bits"][1], PlanLimits.HARD["max_activation_bits"][1]
    return {
        "max_length": replace(limits, max_length=1 << MAX_STREAM_LOG2),
        "max_bits": replace(limits, max_bits=bits),
        "max_activation_bits": replace(limits, max_activation_bits=activation),
    }


def _target_error(best: NetworkPlan, planner: Callable[[PlanLimits], NetworkPlan]) -> TargetError:
    """The error that says what is within reach and which limit to raise: the one that gains most on its own."""
    limits = best.limits
    bounds = {
        name: planner(looser).bound
        for name, looser in _relaxed(limits).items()
        if looser != limits and (name != "max_length" or best.datapath == "stochastic")
    }
    binding = min(bounds, key=lambda name: bounds[name], default="")
    reached = f"target_error {best.target_error:.6g} is out of reach: the best bound is {best.bound:.6g}"
    if not binding or bounds[binding] > 0.99 * best.bound:
        advice = "no limit can be raised any further on its own; use a looser target"
        return TargetError(f"{reached}; {advice}", reachable=best.bound, binding="target_error")
    value, most = getattr(limits, binding), getattr(_relaxed(limits)[binding], binding)
    message = f"{reached} at {binding}={value}; raise {binding} ({most} would reach {bounds[binding]:.6g})"
    return TargetError(message, reachable=best.bound, binding=binding)
