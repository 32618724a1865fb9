# SPDX-License-Identifier: Apache-2.0
"""Designs of statistical plans, and how often they keep their bound.

Lemmas say that the hardware computes the drawn function; none could be about a probability over registers. So a design
comes with what was measured, and its manifest says that the bound is not proven.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sc_precision.arguments import integer
from sc_precision.design.compile import compile_design
from sc_precision.design.design import Design
from sc_precision.golden import network_outputs
from sc_precision.plan.statistical_plan import StatisticalPlan

COVERAGE_DRAWS = 10
"""Drawings of registers that the coverage is measured with."""


@dataclass(frozen=True)
class Coverage:
    """How often the golden model keeps the bound, over vectors and drawings of registers.

    `kept` counts the pairs of a vector and a drawing in which every output keeps its bound; the errors are those of the
    output that is off the most in each pair; `bound` is the largest of an output.
    """

    vectors: int
    draws: int
    kept: int
    worst_error: float
    mean_error: float
    bound: float

    @property
    def rate(self) -> float:
        """Share of the pairs that keep the bound."""
        return self.kept / (self.vectors * self.draws)

    @classmethod
    def of_dict(cls, figures: Mapping[str, Any]) -> Coverage:
        """From what `to_dict` gave."""
        return cls(**{name: figures[name] for name in cls.__dataclass_fields__})

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready figures."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__} | {"rate": self.rate}


def measure_coverage(plan: StatisticalPlan, inputs: object, draws: int = 10) -> Coverage:
    """Run the integer model, the plan's own registers first and then others, against the exact network.

    Parameters
    ----------
    plan : StatisticalPlan
    inputs : array_like, shape (batch, n_in)
        As `Network.check_inputs` takes them.
    draws : int
        Drawings of registers, at least 1.

    Raises
    ------
    InputError
        If an argument cannot be used.
    """
    draws = integer("draws", draws, minimum=1)
    codes, exact = plan.input_codes(inputs), plan.network.forward(inputs)
    kept, worst = 0, []
    for draw in range(draws):
        tried = plan if draw == 0 else plan.redrawn(plan.seed + draw)
        error = np.abs(plan.output_values(network_outputs(tried.params, codes)[-1]) - exact)
        kept += int((error <= plan.bound.output).all(axis=1).sum())
        worst.append(error.max(axis=1))
    errors = np.concatenate(worst)
    return Coverage(len(codes), draws, kept, float(errors.max()), float(errors.mean()), plan.bound.bound)


def statistical_design(plan: StatisticalPlan, coverage: Coverage | None = None) -> Design:
    """Compile a plan; the manifest states its guarantee, what it assumes, and that its bound is not proven.

    Parameters
    ----------
    plan : StatisticalPlan
    coverage : Coverage, optional
        What `measure_coverage` found.

    Raises
    ------
    ToolError
        If Yosys does not convert the design.
    """
    described = plan.to_dict()
    hardware = {"layers", "schema", "name"}
    statement = {key: value for key, value in described.items() if key not in hardware}
    measured = None if coverage is None else coverage.to_dict()
    design = compile_design(
        plan.params,
        plan.name,
        extra={"statistical": statement | {"plan_hash": plan.hash, "measured": measured}},
    )
    return replace(design, sources={"plan.npz": plan.save})
