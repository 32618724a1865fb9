# SPDX-License-Identifier: Apache-2.0
"""What a planner is asked for: one object, checked once, that goes from a command to the plan."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypedDict

from sc_precision.arguments import flag, integer, show
from sc_precision.errors import InputError
from sc_precision.formats import Rounding
from sc_precision.modes import Backend, Bounds, Datapath
from sc_precision.network import Network
from sc_precision.params import StreamEncoding
from sc_precision.plan.cost import CostModel
from sc_precision.plan.limits import DEFAULT_LIMITS, PlanLimits
from sc_precision.plan.structure import Structure, check_structure, structure_of
from sc_precision.plan.target import Target
from sc_precision.verilog import check_module_name

_KINDS_OF_FIELDS = (
    ("target", Target, "a Target"),
    ("limits", PlanLimits, "PlanLimits"),
)


class PlanKeywords(TypedDict, total=False):
    """Fields of `PlanRequest` as keywords; ``target_error=E`` stands for ``target=Target.absolute(E)``."""

    target_error: float | None
    target: Target | None
    datapath: str
    encoding: StreamEncoding | str
    name: str
    lanes: int
    limits: PlanLimits | None
    rounding: Rounding
    bounds: str
    cost_model: str
    architecture: str | None
    pipeline: int
    backend: str
    row_scales: bool
    best_effort: bool


@dataclass(frozen=True, kw_only=True)
class PlanRequest:
    """What a plan is to be.

    Parameters
    ----------
    target : Target
        An absolute error for all outputs or for each, a share of their ranges, or that decisions with a margin hold.
    datapath : {"fixed", "stochastic"}
        Integer multiply-accumulate, or masked van der Corput streams.
    encoding : {"sign_magnitude", "unipolar", "bipolar"}
        Of the streams: unipolar takes no negative weights, and only bipolar takes negative inputs and hidden layers
        with identity activation, at about twice the error of a stream of the same length.
    name : str
        Verilog module name; the layers become ``<name>_layer<i>``.
    lanes : int
        Outputs in parallel, folded architecture.
    limits : PlanLimits
        Limits to keep.
    rounding : Rounding
        Of the activations.
    bounds : {"affine", "interval"}
        How errors are composed through the layers: with what cancels taken into account, or by interval arithmetic.
        Both are sound; the first is never larger, see `affine`.
    cost_model : {"b*log2L", "lut_cycles"}
        What is made small: bits times log2 of the stream length (bits where there are no streams), or lookup tables
        times cycles; see `cost`.
    architecture : {"folded", "parallel", "serial"}, optional
        Structure of the hardware, see `Structure`; no result and no bound depends on it. By default folded on the
        fixed datapath and parallel on the stochastic one, which has no serial one.
    pipeline : int
        Adder levels between registers in the parallel architecture of the fixed datapath; 0 for no registers.
    backend : {"csd", "da4ml"}
        How the parallel architecture's adders are found.
    row_scales : bool
        A power-of-two scale for each output of the fixed datapath, where it is one for each layer otherwise.
    best_effort : bool
        Return the most precise plan within the limits, with ``target_met`` False, where the target is out of reach.

    Raises
    ------
    InputError
        If a field cannot be used, or fields contradict each other.
    """

    target: Target
    datapath: str = Datapath.FIXED
    encoding: StreamEncoding = StreamEncoding.SIGN_MAGNITUDE
    name: str = "sc_net"
    lanes: int = 8
    limits: PlanLimits = DEFAULT_LIMITS
    rounding: Rounding = Rounding.NEAREST_EVEN
    bounds: str = Bounds.AFFINE
    cost_model: str = CostModel.BITS
    architecture: str | None = None
    pipeline: int = 0
    backend: str = Backend.CSD
    row_scales: bool = False
    best_effort: bool = False

    def __post_init__(self) -> None:
        for name, kind, words in _KINDS_OF_FIELDS:
            if not isinstance(getattr(self, name), kind):
                raise InputError(f"{name} must be {words}, got {show(getattr(self, name))}")
        check_module_name(self.name)
        Rounding.check(self.rounding, "rounding")
        flag("best_effort", self.best_effort)
        checked = {
            "datapath": Datapath.parse(self.datapath, "datapath"),
            "encoding": StreamEncoding.parse(self.encoding, "encoding"),
            "lanes": integer("lanes", self.lanes, minimum=1),
            "bounds": Bounds.parse(self.bounds, "bounds"),
            "cost_model": CostModel.parse(self.cost_model, "cost_model"),
        }
        for name, value in checked.items():
            object.__setattr__(self, name, value)
        check_structure(self.datapath, self.structure)
        if not self.stochastic and self.encoding is not StreamEncoding.SIGN_MAGNITUDE:
            raise InputError(f"encoding {self.encoding.value} is for datapath='stochastic', got {show(self.datapath)}")

    @classmethod
    def of(cls, request: PlanRequest | None, keywords: PlanKeywords) -> PlanRequest:
        """The request that is given, or the one that keywords describe.

        Raises
        ------
        InputError
            If both are given, there is no target, or it is given twice.
        """
        given: dict[str, Any] = dict(keywords)
        if request is not None:
            if given:
                raise InputError(f"request and {next(iter(given))} contradict each other; put it into the request")
            if not isinstance(request, PlanRequest):
                raise InputError(f"request must be of PlanRequest, got {show(request)}")
            return request
        error = given.pop("target_error", None)
        if given.get("target") is None:
            if error is None:
                raise InputError("target_error must be given, or a target of another kind")
            given["target"] = Target.absolute(error)
        elif error is not None:
            raise InputError("target_error and target contradict each other; give one of them")
        if given.get("limits", "") is None:
            del given["limits"]
        return cls(**given)

    @cached_property
    def structure(self) -> Structure:
        """Structure of the layers; the datapath's default architecture where none is given."""
        return structure_of(self.datapath, self.architecture, self.pipeline, self.backend, self.row_scales)

    @property
    def stochastic(self) -> bool:
        """Whether the layers compute with streams."""
        return self.datapath == Datapath.STOCHASTIC

    @property
    def bipolar(self) -> bool:
        """Whether the streams are signed, and carry a weight of b bits in 2**b cycles instead of 2**(b - 1)."""
        return self.encoding.bipolar

    def check_network(self, network: Network) -> None:
        """Raise an InputError where the datapath cannot compute a network."""
        check_module_name(f"{self.name}_layer{len(network.layers) - 1}", "layer name")
        if not self.stochastic or self.bipolar:
            return
        if network.input_low < 0:
            raise InputError(
                f"network: input_low is {network.input_low}, but the stochastic datapath's unipolar inputs start "
                "at 0; shift the inputs, or use encoding='bipolar' or datapath='fixed'"
            )
        for dense in network.layers:
            if not self.encoding.negative_weights and dense.weight.min() < 0:
                raise InputError(
                    f"{dense.name}: weight {dense.weight.min():.6g} is negative, which unipolar streams cannot carry; "
                    "use encoding='sign_magnitude' or encoding='bipolar'"
                )
        for dense in network.layers[:-1]:
            if not dense.activation.rectifies:
                raise InputError(
                    f"{dense.name}: a hidden layer with identity activation has negative outputs, which unipolar "
                    "streams cannot carry; use relu, encoding='bipolar' or datapath='fixed'"
                )
