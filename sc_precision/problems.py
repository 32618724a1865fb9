# SPDX-License-Identifier: Apache-2.0
"""What is no success, by step and kind. Commands select problems by these types, never by their words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """The step of a build that a problem is about."""

    PLAN = "plan"
    MEASURE = "measure"
    LINT = "lint"
    CELLS = "cells"
    SIMULATE = "simulate"
    PROVE = "prove"
    MUTANTS = "mutants"


class Kind(StrEnum):
    """What a problem says about the design."""

    FAILED = "failed"
    """The design is not as it must be."""
    UNDECIDED = "undecided"
    """Nothing: a program ran out of time, died or gave up, and there is no verdict."""


@dataclass(frozen=True)
class Problem:
    """Something that is no success.

    Parameters
    ----------
    step : Step
    kind : Kind
    text : str
        One line.
    """

    step: Step
    kind: Kind
    text: str

    def __str__(self) -> str:
        return self.text
