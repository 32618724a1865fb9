# SPDX-License-Identifier: Apache-2.0
"""What a kind of layer is, and which there are.

Every stage asks `kind_of(params)`; the answers are in `sc_precision.kinds`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from typing import Any, ClassVar, Generic, TypeVar

from sc_precision.errors import ConsistencyError, InputError
from sc_precision.params.codes import IntArray
from sc_precision.params.layer import LayerParams

# What higher stages make; this file imports none of them. The modules in `kinds/` name the types.
HardwareCheck = Any
HardwareModule = Any
LayerBounds = Any
Quantised = Any
LayerPlan = Any
Contributions = Any
Structure = Any
Lemma = Any
Claim = Any

_DESCRIPTIONS = "sc_precision.kinds"
"""The package that registers the kinds. It stands above all stages, which it describes and which ask here."""

P = TypeVar("P")
Ends = tuple[IntArray, IntArray]
"""Least and greatest codes, entry by entry."""


class LayerKind(ABC, Generic[P]):
    """All that the stages ask about layers with one class of parameters.

    A kind of layer is added by one module with a subclass of this (or of `kinds.dense.DenseKind`, which has most of it)
    and a call of `register`.

    Attributes
    ----------
    params : type
        Class of the parameters; their `kind` names the kind in manifests.
    summary : str
        What the hardware is, in a few words; the documentation's table of kinds.
    page : str
        Page of the documentation.
    datapath, architecture : str
        What the planner of networks calls it; no architecture where it does not plan such layers.
    statistical : bool
        Whether its error against real products holds with a probability only.
    """

    params: ClassVar[type[Any]]
    summary: ClassVar[str]
    page: ClassVar[str]
    datapath: ClassVar[str] = ""
    architecture: ClassVar[str] = ""
    statistical: ClassVar[bool] = False

    @property
    def name(self) -> str:
        """Its name in manifests."""
        return str(self.params.kind)

    # Golden model and gateware

    @abstractmethod
    def outputs(self, params: P, codes: IntArray) -> IntArray:
        """Output codes for input codes of shape (batch, [steps,] n_in), by the golden model."""

    @abstractmethod
    def component(self, params: P) -> HardwareModule:
        """The Amaranth component."""

    # Proofs

    @abstractmethod
    def bounds(self, params: P, low: IntArray, high: IntArray) -> LayerBounds | None:
        """What lemmas hold a layer against that no plan made; None where its parameters alone say it."""

    @abstractmethod
    def takes(self, params: P) -> tuple[int, int]:
        """Range of the input codes that the lemmas can be about."""

    @abstractmethod
    def delivers(self, params: P, bounds: LayerBounds | None) -> Ends:
        """Range of each code that leaves the layer."""

    @abstractmethod
    def lemmas(self, claim: Claim, hdl: dict[str, str]) -> list[Lemma]:
        """All lemmas about a layer, its output stage included; see `properties.network.chain`."""

    # Questions of dense layers, which others do not answer

    def accumulators(self, params: P, codes: IntArray) -> IntArray:
        """Accumulators after the last cycle; see `golden.layer_accumulators`."""
        raise self._unknown(params, "has no accumulators")

    def estimates(self, params: P, codes: IntArray, log2: int) -> IntArray:
        """Accumulators after 2**log2 cycles, where the layer is `stoppable`."""
        raise self._unknown(params, "cannot be stopped early")

    def contributions(self, params: P, low: IntArray, high: IntArray, k: int, log2: int | None = None) -> Contributions:
        """What each synapse adds to its accumulator over an input range; see `plan.bounds`."""
        raise self._unknown(params, "has no error bounds")

    def quantised(self, given: Quantised, structure: Structure, lanes: int) -> P:
        """Parameters of a planned layer; see `plan.quantise`."""
        raise self._unknown(None, "is not planned")

    def partial_sums(self, params: P, output: int) -> tuple[int, int]:
        """Range of an accumulator at any moment, for any input codes, independently of the parameters."""
        raise self._unknown(params, "has no sums")

    def reached_sums(self, params: P, bounds: LayerBounds, output: int) -> tuple[int, int]:
        """Range of an accumulator in the end, over the input range, independently of the plan."""
        raise self._unknown(params, "has no sums")

    def check_structure(self, params: P) -> None:
        """Work out again what hardware and lemmas both ask the parameters: order, places, cycles, widths.

        Raises
        ------
        ConsistencyError
            If the parameters answer otherwise.
        """
        raise self._unknown(params, "has no structure")

    def synapse_sums(self, params: P, index: int, codes: IntArray) -> IntArray:
        """What codes of one input add to each accumulator, shape (n_out, codes), by the golden model."""
        raise self._unknown(params, "is not known to certified decisions")

    def derived_synapse_sums(self, params: P, index: int, codes: IntArray) -> IntArray:
        """`synapse_sums` again, independently of the golden model."""
        raise self._unknown(params, "is not known to certified decisions")

    def check_hardware(self, check: HardwareCheck, layer: LayerPlan, params: P) -> None:
        """Compare the emitted Verilog of a planned layer with its plan.

        Parameters
        ----------
        check : HardwareCheck
            Of `emit.hardware_check`, which also has the comparisons that kinds share.
        layer : LayerPlan

        Raises
        ------
        ConsistencyError
            At the first difference, or where nothing is known of how such hardware shows its plan.
        """
        raise ConsistencyError(f"{layer.params.name}: there is no check of the Verilog of layers of kind {self.name!r}")

    def _unknown(self, params: object, what: str) -> InputError:
        name = getattr(params, "name", None)
        return InputError(f"{f'{name}: a' if name else 'a'} layer of kind {self.name!r} {what}")


_KINDS: dict[type[Any], LayerKind[Any]] = {}


@cache
def _load() -> None:
    import_module(_DESCRIPTIONS)


def register(kind: LayerKind[Any]) -> LayerKind[Any]:
    """Make a kind known to every stage, and return it.

    Raises
    ------
    InputError
        If its parameters, or their name, are those of another.
    """
    for known in _KINDS.values():
        if known.params is kind.params or known.name == kind.name:
            raise InputError(f"a kind of layer named {kind.name!r} is registered already; give the parameters another")
    _KINDS[kind.params] = kind
    return kind


@contextmanager
def registered(kind: LayerKind[Any]) -> Iterator[LayerKind[Any]]:
    """Have a kind registered for a while."""
    register(kind)
    try:
        yield kind
    finally:
        del _KINDS[kind.params]


def kinds() -> tuple[LayerKind[Any], ...]:
    """All kinds of layers, those of this package first."""
    _load()
    return tuple(_KINDS.values())


def kind_of(params: object) -> LayerKind[Any]:
    """The kind of a layer with these parameters.

    Raises
    ------
    InputError
        If there is none.
    """
    _load()
    found = _KINDS.get(type(params))
    if found is None:
        what = getattr(params, "kind", type(params).__name__)
        where = f"{params.name}: " if isinstance(params, LayerParams) else ""
        raise InputError(f"{where}there is no kind of layer {what!r}; known are {', '.join(k.name for k in kinds())}")
    return found


def kind_named(name: str) -> LayerKind[Any]:
    """The kind of that name in manifests.

    Raises
    ------
    InputError
        If there is none.
    """
    for kind in kinds():
        if kind.name == name:
            return kind
    raise InputError(f"there is no kind of layer {name!r}; known are {', '.join(k.name for k in kinds())}")


def planned_kinds(datapath: str) -> Mapping[str, LayerKind[Any]]:
    """Kinds that the planner of networks builds, by architecture, the default first; empty for other datapaths."""
    return {kind.architecture: kind for kind in kinds() if kind.architecture and kind.datapath == datapath}
