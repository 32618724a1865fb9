# SPDX-License-Identifier: Apache-2.0
"""Options that belong together, said once: a command takes a group, and hands one checked object on."""

from __future__ import annotations

import dataclasses
import functools
import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, get_type_hints

from sc_precision.commands import options
from sc_precision.errors import InputError
from sc_precision.modes import Bounds, Datapath
from sc_precision.plan.cost import CostModel
from sc_precision.plan.limits import DEFAULT_LIMITS, PlanLimits
from sc_precision.plan.request import PlanRequest
from sc_precision.plan.target import ARGUMENTS, Target
from sc_precision.tools.proof_options import ProofOptions, default_cache

if TYPE_CHECKING:
    from inspect import Parameter

_BOUNDS = Bounds.parse(PlanRequest.bounds)
_DATAPATH = Datapath.parse(PlanRequest.datapath)
_COST_MODEL = CostModel.parse(PlanRequest.cost_model)


def takes_groups(command: Callable[..., None]) -> Callable[..., None]:
    """A command whose parameters that are groups became their options, as Typer reads them.

    A group is a dataclass whose fields are annotated as options; it is written as a keyword-only parameter.
    """
    hints = get_type_hints(command, include_extras=True)
    groups: dict[str, Any] = {name: hint for name, hint in hints.items() if dataclasses.is_dataclass(hint)}
    parameters: list[Parameter] = []
    for name, parameter in inspect.signature(command).parameters.items():
        if name in groups:
            parameters += _options(groups[name])
        else:
            parameters.append(parameter.replace(annotation=hints[name], kind=inspect.Parameter.KEYWORD_ONLY))

    @functools.wraps(command)
    def run(**given: Any) -> None:
        for name, group in groups.items():
            given[name] = group(**{field.name: given.pop(field.name) for field in dataclasses.fields(group)})
        command(**given)

    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # what inspect documents
    return run


def _options(group: Any) -> list[Parameter]:
    hints = get_type_hints(group, include_extras=True)
    return [
        inspect.Parameter(
            field.name, inspect.Parameter.KEYWORD_ONLY, default=field.default, annotation=hints[field.name]
        )
        for field in dataclasses.fields(group)
    ]


@dataclasses.dataclass(frozen=True)
class PlanOptions:
    """What a plan is to be; see `PlanRequest`, whose defaults these are."""

    target_error: options.TargetOption = None
    target_errors: options.TargetErrorsOption = None
    relative_target: options.RelativeTargetOption = None
    decision_margin: options.DecisionMarginOption = None
    bounds: options.BoundsOption = _BOUNDS
    datapath: options.DatapathOption = _DATAPATH
    encoding: options.EncodingOption = PlanRequest.encoding
    lanes: options.LanesOption = PlanRequest.lanes
    architecture: options.ArchitectureOption = None
    pipeline: options.PipelineOption = PlanRequest.pipeline
    row_scales: options.RowScalesOption = PlanRequest.row_scales
    min_bits: options.MinBitsOption = DEFAULT_LIMITS.min_bits
    max_bits: options.MaxBitsOption = DEFAULT_LIMITS.max_bits
    min_length: options.MinLengthOption = DEFAULT_LIMITS.min_length
    max_length: options.MaxLengthOption = DEFAULT_LIMITS.max_length
    max_activation_bits: options.MaxActivationBitsOption = DEFAULT_LIMITS.max_activation_bits
    cost_model: options.CostModelOption = _COST_MODEL
    best_effort: options.BestEffortOption = PlanRequest.best_effort

    def request(self, name: str) -> PlanRequest:
        """The request for a network of that name.

        Raises
        ------
        InputError
            If an option cannot be used.
        """
        limits = {field.name: getattr(self, field.name) for field in dataclasses.fields(PlanLimits)}
        same = {field.name for field in dataclasses.fields(self)} & PlanRequest.__dataclass_fields__.keys()
        fields = {each: getattr(self, each) for each in same}
        return PlanRequest(target=self.target, name=name, limits=PlanLimits(**limits), **fields)

    @property
    def target(self) -> Target:
        """The one target that is given."""
        from sc_precision.importers.numbers import read_numbers

        given = {kind: getattr(self, argument) for kind, argument in ARGUMENTS.items()}
        found = [kind for kind, value in given.items() if value is not None]
        if len(found) != 1:
            names = {kind: f"--{argument.replace('_', '-')}" for kind, argument in ARGUMENTS.items()}
            got = ", ".join(names[kind] for kind in found) or "none"
            raise InputError(f"give exactly one of {', '.join(names.values())}; got {got}")
        kind, value = found[0], given[found[0]]
        return Target.per_output(read_numbers(value)) if kind == "per_output" else Target(kind, (value,))


@dataclasses.dataclass(frozen=True)
class ProofRun:
    """How proofs are run; see `ProofOptions`."""

    jobs: options.JobsOption = None
    timeout: options.TimeoutOption = None
    cache: options.CacheOption = None
    no_cache: options.NoCacheOption = False
    no_mutants: options.NoMutantsOption = False

    def given(self) -> list[str]:
        """Options that were given, as they are written."""
        fields = [field for field in dataclasses.fields(self) if getattr(self, field.name) != field.default]
        return [f"--{field.name.replace('_', '-')}" for field in fields]

    def fields(self) -> dict[str, Any]:
        """Fields of `ProofOptions`.

        Raises
        ------
        InputError
            If options contradict each other.
        """
        if self.no_cache and self.cache is not None:
            raise InputError("--cache and --no-cache contradict each other; give one of them")
        return {
            "mutants": not self.no_mutants,
            "jobs": self.jobs,
            "timeout": self.timeout,
            "cache": None if self.no_cache else self.cache or default_cache(),
        }

    def options(self) -> ProofOptions:
        """The options, checked."""
        return ProofOptions(**self.fields())
