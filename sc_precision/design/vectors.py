# SPDX-License-Identifier: Apache-2.0
"""Input vectors of the simulation with what the integer model makes of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sc_precision.arguments import plain_array
from sc_precision.errors import InputError
from sc_precision.importers.arrays import write_arrays
from sc_precision.params import InputCodes, IntArray

Arrays = dict[str, npt.NDArray[Any]]
RANDOM_SEED = 1


@dataclass(frozen=True, eq=False)
class Vectors:
    """What the bench of a design drives and expects.

    Parameters
    ----------
    arrays : dict of str to ndarray
        By name: ``inputs`` (codes, shape (count, n_in)), ``expected`` (the integer model's output codes, shape (frames,
        n_out)), ``labels`` (the right output of each frame, -1 where unknown), and what else the bench reads.
    source : str
        ``given`` or ``random``.
    """

    arrays: Arrays
    source: str

    @classmethod
    def of(cls, model: Callable[[object], Arrays], codes: object, labels: object, source: str, where: str) -> Vectors:
        """What a design's model makes of `codes`, shape (count, n_in), with a label for each, or None.

        Raises InputError, about the design `where`, if there are no vectors, or codes or labels do not fit.
        """
        found = dict(model(codes))
        inputs, expected = plain_array(f"{where}: codes", codes).astype(np.int64), found.pop("expected")
        if not len(inputs):
            raise InputError(f"{where}: there are no vectors to simulate; give at least one")
        known = np.full(len(inputs), -1) if labels is None else plain_array("labels", labels)
        if known.dtype.kind not in "iu" or known.shape != (len(inputs),):
            raise InputError(f"labels must be {len(inputs)} ints, got {known.dtype} of shape {known.shape}")
        # One label for each output frame.
        known = np.repeat(known.astype(np.int64), len(expected) // len(inputs))
        return cls({"inputs": inputs, "expected": expected, "labels": known, **found}, source)

    @property
    def inputs(self) -> IntArray:
        """Codes that are driven, shape (count, n_in)."""
        return self.arrays["inputs"]

    @property
    def expected(self) -> IntArray:
        """Codes that are expected, shape (frames, n_out)."""
        return self.arrays["expected"]

    @property
    def labels(self) -> IntArray:
        """The right output of each frame, -1 where unknown."""
        return self.arrays["labels"]

    def summary(self) -> dict[str, Any]:
        """What the manifest says of them."""
        return {"count": len(self.inputs), "labelled": int((self.labels >= 0).sum()), "source": self.source}

    def write(self, path: Path) -> None:
        """Write the file that the bench reads; the same vectors give the same bytes."""
        narrow = {name: _narrow(self.arrays[name]) for name in ("inputs", "expected", "labels")}
        write_arrays(path, self.arrays | narrow)


def random_codes(inputs: InputCodes, n_in: int, count: int, seed: int = RANDOM_SEED) -> IntArray:
    """Random input vectors within a planned range; the two corners, which random ones do not reach, first."""
    rng = np.random.default_rng(seed)
    codes = rng.integers(inputs.low, inputs.high, (count, n_in), endpoint=True)
    codes[:1], codes[1:2] = inputs.low, inputs.high
    return codes


def _narrow(codes: IntArray) -> npt.NDArray[Any]:
    """The same ints in 16 bits where they fit."""
    limits = np.iinfo(np.int16)
    fits = codes.min() >= limits.min and codes.max() <= limits.max
    return codes.astype(np.int16) if fits else codes
