# SPDX-License-Identifier: Apache-2.0
"""What hardware layers become; it changes area and time, never a result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sc_precision.arguments import choice, flag, integer, show
from sc_precision.errors import InputError
from sc_precision.modes import Architecture, Backend, Datapath
from sc_precision.params.fixed_parallel import MAX_PIPELINE
from sc_precision.params.kind import planned_kinds


def architectures() -> tuple[str, ...]:
    """Architectures of any datapath."""
    return tuple(dict.fromkeys(name for datapath in Datapath for name in planned_kinds(datapath)))


@dataclass(frozen=True)
class Structure:
    """Structure of layers.

    Parameters
    ----------
    architecture : str
        ``folded``: some outputs at once, weights in ROM. ``parallel``: all outputs at once, by constant multipliers or
        by streams of constant levels. ``serial``: all synapses at once, one bit of every input a cycle; fixed-point
        layers only.
    pipeline : int
        Adder levels between registers, parallel fixed-point layers only; 0 for no registers. See `FixedParallelParams`.
    backend : str
        ``csd`` or ``da4ml``, parallel fixed-point layers only. See `FixedParallelParams`.
    row_scales : bool
        Whether each output's weights have a power-of-two scale of their own, the smallest that holds them; fixed-point
        layers only.

    Raises
    ------
    InputError
        If a field cannot be used, or is set for an architecture that has no use for it.
    """

    architecture: str = Architecture.FOLDED
    pipeline: int = 0
    backend: str = Backend.CSD
    row_scales: bool = False

    def __post_init__(self) -> None:
        choice("architecture", self.architecture, architectures())
        object.__setattr__(self, "pipeline", integer("pipeline", self.pipeline, minimum=0, maximum=MAX_PIPELINE))
        Backend.parse(self.backend, "backend")
        flag("row_scales", self.row_scales)
        if self.architecture != Architecture.PARALLEL:
            for name, default in (("pipeline", 0), ("backend", Backend.CSD)):
                if getattr(self, name) != default:
                    raise InputError(
                        f"{name}={show(getattr(self, name))} is only of use with architecture='parallel', "
                        f"got architecture={self.architecture!r}"
                    )

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready form."""
        return {
            "architecture": self.architecture,
            "pipeline": self.pipeline,
            "backend": self.backend,
            "row_scales": self.row_scales,
        }


def structure_of(
    datapath: str, architecture: str | None, pipeline: int = 0, backend: str = Backend.CSD, row_scales: bool = False
) -> Structure:
    """Structure of the layers of a datapath; its default architecture where that is None.

    Raises
    ------
    InputError
        If a field cannot be used; an unknown datapath is not looked at.
    """
    default = next(iter(planned_kinds(datapath)), Structure.architecture)
    return Structure(default if architecture is None else architecture, pipeline, backend, row_scales)


def check_structure(datapath: str, structure: Structure) -> None:
    """Raise an InputError where the layers of a datapath cannot have that structure."""
    known = planned_kinds(datapath)
    if structure.architecture not in known:
        raise InputError(
            f"architecture must be one of {', '.join(known)} with datapath={datapath!r}, got {structure.architecture!r}"
        )
    if datapath == Datapath.STOCHASTIC and structure != Structure(structure.architecture):
        raise InputError(
            "pipeline, backend and row_scales are of datapath='fixed', got "
            f"pipeline={structure.pipeline}, backend={structure.backend!r}, row_scales={structure.row_scales}; leave "
            "them out"
        )
