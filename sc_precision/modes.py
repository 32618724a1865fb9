# SPDX-License-Identifier: Apache-2.0
"""Choices by name: each is defined once, as an enum whose members are their own names."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Self

from sc_precision.arguments import choice


def _words(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", " ", name).lower()


class Mode(StrEnum):
    """A choice by name. Members compare equal to their names, and are printed and written to JSON as these."""

    __repr__ = str.__repr__

    @classmethod
    def parse(cls, value: object, where: str | None = None) -> Self:
        """Member of that name.

        Parameters
        ----------
        value : object
            A member, or its name.
        where : str, optional
            What an error begins with; what the class is called by default.

        Raises
        ------
        InputError
            If there is none; the message lists all.
        """
        return cls(choice(where or _words(cls.__name__), value, list(cls)))


class Datapath(Mode):
    """How layers compute."""

    FIXED = "fixed"
    """Integer arithmetic."""
    STOCHASTIC = "stochastic"
    """Bitstreams."""


class Architecture(Mode):
    """How much of a layer is hardware of its own."""

    FOLDED = "folded"
    """Some outputs at once, weights in ROM."""
    PARALLEL = "parallel"
    """All outputs at once, by constant multipliers or by streams of constant levels."""
    SERIAL = "serial"
    """All synapses at once, one bit of every input a cycle; fixed-point layers only."""


class Backend(Mode):
    """Where the constant multipliers of a parallel fixed-point layer come from."""

    CSD = "csd"
    """Signed digits of each weight."""
    DA4ML = "da4ml"
    """Sums that outputs share, found by the package of that name."""


class Bounds(Mode):
    """How errors are composed through the layers."""

    AFFINE = "affine"
    """What cancels between layers is taken into account."""
    INTERVAL = "interval"
    """Each layer's interval by itself."""


class Guarantee(Mode):
    """Of what kind a bound is."""

    DETERMINISTIC = "deterministic"
    """For every input in range."""
    STATISTICAL = "statistical"
    """With a probability; never proven."""


class Sharing(Mode):
    """Which synapses of a layer of LFSR streams share registers."""

    INDEPENDENT = "independent"
    """One register for each input and one for each input's weights: no two synapses of an output have one in common."""
    SHARED = "shared"
    """One register for all inputs and one for all weights."""
