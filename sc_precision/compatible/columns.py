# SPDX-License-Identifier: Apache-2.0
"""`PrecisionPlan`: the rows of a synapse plan, kept in columns."""

from __future__ import annotations

import math
import operator
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import IO, TYPE_CHECKING, Any, TypeVar, overload

import numpy as np
from numpy.typing import DTypeLike, NDArray

from sc_precision.arguments import probability, show
from sc_precision.compatible.cost import cost_summary
from sc_precision.compatible.lengths import hoeffding_factor
from sc_precision.compatible.weights import MAX_SYNAPSES, check_names
from sc_precision.errors import InputError
from sc_precision.rows import SynapsePrecision

if TYPE_CHECKING:
    import os

    import pyarrow

    StrPath = str | os.PathLike[str]

MAX_BIT_WIDTH = 1023
"""Widest weight; 2**1024 is no float."""
MAX_LENGTH = 1 << 62
"""Longest bitstream; columns are int64."""
MAX_SENSITIVITY = 1e300
"""Largest sensitivity; the error figures of larger ones overflow."""
CHUNK = 1 << 16
"""Rows held at a time where a whole plan is walked through."""

FIELDS = tuple(field.name for field in fields(SynapsePrecision))
"""Names of the columns, in the order of a row."""

T = TypeVar("T", float, NDArray[np.float64])


def quantization_steps(bits: int) -> float:
    """Return the steps between the smallest and the largest code of a width, max(1, 2^bits - 1)."""
    return float(max(1, (1 << bits) - 1))


def quantization_bound(sensitivity: T, steps: T) -> T:
    """Return half a step of a weight in [0, 1], times its sensitivity."""
    return sensitivity * 0.5 / steps


@dataclass(frozen=True, eq=False, repr=False)
class PrecisionPlan(Sequence[SynapsePrecision]):
    """Width, length and error figures of every synapse: an immutable sequence of `SynapsePrecision`.

    Only the sensitivity and the class of each synapse are stored; the synapses of a class share width and
    length. Everything else is computed when it is asked for, so a plan takes 9 bytes a synapse. Rows are in
    the order layer, output, input. A slice is a list of rows. A plan equals another plan, or a list or tuple,
    with equal rows; it has no hash.

    Parameters
    ----------
    layer_names : tuple of str
        One different name per layer.
    layer_shapes : tuple of (int, int)
        Outputs and inputs of each layer; 1-D weights have one output.
    sensitivity : ndarray of float64, shape (synapses,)
        0 to 1e300.
    class_index : ndarray of uint8 or uint16, shape (synapses,)
        Class of each synapse.
    class_bit_width, class_bitstream_length : ndarray of int64, shape (classes,)
        Width (1 to 1023) and length (1 to 2**62) of each class.
    confidence : float
        Probability of the stochastic error bounds, between 0 and 1.

    Raises
    ------
    InputError
        If the columns do not fit together or hold values out of range.

    Notes
    -----
    With s the sensitivity, b the width and L the length: quantisation error (s/2) / max(1, 2^b - 1),
    stochastic error s sqrt(-ln((1 - confidence)/2) / (2 L)), total their sum. The arrays are read-only; one
    that owns its memory and is read-only already is kept, others are copied.
    """

    layer_names: tuple[str, ...]
    layer_shapes: tuple[tuple[int, int], ...]
    sensitivity: NDArray[np.float64]
    class_index: NDArray[np.unsignedinteger[Any]]
    class_bit_width: NDArray[np.int64]
    class_bitstream_length: NDArray[np.int64]
    confidence: float

    __hash__ = None  # type: ignore[assignment]  # a plan equals lists, which have none

    def __post_init__(self) -> None:
        state = self.__dict__  # the way around a frozen dataclass's own setattr
        state["layer_shapes"] = shapes = tuple(_shape(shape) for shape in self.layer_shapes)
        state["layer_names"] = tuple(check_names(self.layer_names, len(shapes)))
        state["confidence"] = probability("confidence", self.confidence)
        size = sum(rows * columns for rows, columns in shapes)
        if size > MAX_SYNAPSES:
            raise InputError(f"a plan must have at most {MAX_SYNAPSES} synapses, got {size}")
        count = np.size(self.class_bit_width)
        for name, kinds, length, low, high in (
            ("sensitivity", (np.float64,), size, 0.0, MAX_SENSITIVITY),
            ("class_bit_width", (np.int64,), count, 1, MAX_BIT_WIDTH),
            ("class_bitstream_length", (np.int64,), count, 1, MAX_LENGTH),
            ("class_index", (np.uint8, np.uint16), size, 0, count - 1),
        ):
            state[name] = _frozen(name, state[name], kinds, length, low, high)

    def __len__(self) -> int:
        return len(self.sensitivity)

    @overload
    def __getitem__(self, index: int) -> SynapsePrecision: ...

    @overload
    def __getitem__(self, index: slice) -> list[SynapsePrecision]: ...

    def __getitem__(self, index: int | slice) -> SynapsePrecision | list[SynapsePrecision]:
        if isinstance(index, slice):
            return list(self._rows(range(*index.indices(len(self)))))
        place = operator.index(index)
        if not -len(self) <= place < len(self):
            raise IndexError(f"plan index {place} is out of range for {len(self)} synapses")
        place %= len(self)
        return next(self._rows(range(place, place + 1)))

    def __iter__(self) -> Iterator[SynapsePrecision]:
        return self._rows(range(len(self)))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, PrecisionPlan):
            return (self.layer_names, self.layer_shapes) == (other.layer_names, other.layer_shapes) and all(
                np.array_equal(mine[name], theirs[name])
                for mine, theirs in zip(self.chunks(), other.chunks(), strict=True)
                for name in mine
            )
        if isinstance(other, list | tuple):
            return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))
        return NotImplemented

    def __repr__(self) -> str:
        layers, classes = len(self.layer_names), len(self.class_bit_width)
        return f"<PrecisionPlan of {len(self)} synapses, {layers} layers, {classes} classes>"

    def __reduce__(self) -> tuple[Any, ...]:
        # through the constructor: an array that is pickled comes back writeable
        return PrecisionPlan, tuple(getattr(self, field.name) for field in fields(self))

    def column(self, name: str, layer: int | None = None) -> NDArray[Any]:
        """Return one numeric column, a new array of float64 or int64 with an entry per synapse.

        `name` is a field of `SynapsePrecision` other than `layer_name`; for one `layer`, the result is a matrix of
        outputs x inputs. Raises InputError if there is no such column or layer.
        """
        if name not in FIELDS or name == "layer_name":
            raise InputError(f"column must be a numeric field of SynapsePrecision, got {show(name)}")
        places = range(len(self))
        if layer is not None:
            if not 0 <= layer < len(self.layer_names):
                raise InputError(f"layer must be one of the {len(self.layer_names)} layers, got {show(layer)}")
            places = range(int(self._offsets[layer]), int(self._offsets[layer + 1]))
        parts = [chunk[name] for chunk in self.chunks(places)]
        column = np.concatenate(parts) if parts else np.empty(0)
        return column if layer is None else column.reshape(self.layer_shapes[layer])

    def chunks(self, places: range | None = None) -> Iterator[dict[str, NDArray[Any]]]:
        """Yield the numeric columns of the plan, or of some of its rows, `CHUNK` rows at a time."""
        places = range(len(self)) if places is None else places
        for start in range(0, len(places), CHUNK):
            part = places[start : start + CHUNK]
            place = np.arange(part.start, part.stop, part.step, dtype=np.int64)
            layer = np.searchsorted(self._offsets, place, side="right") - 1
            inputs = np.array(self.layer_shapes, dtype=np.int64)[layer, 1]
            row, column = np.divmod(place - self._offsets[layer], inputs)
            code = self.class_index[place]
            sensitivity = self.sensitivity[place]
            quantization = quantization_bound(sensitivity, self._steps[code])
            stochastic = sensitivity * self._stochastic[code]
            yield {
                "layer_index": layer,
                "output_index": row,
                "input_index": column,
                "bit_width": self.class_bit_width[code],
                "bitstream_length": self.class_bitstream_length[code],
                "sensitivity": sensitivity,
                "quantization_error_bound": quantization,
                "stochastic_error_bound": stochastic,
                "total_error_bound": quantization + stochastic,
            }

    def values(
        self, names: Sequence[str] | None = None, places: range | None = None
    ) -> Iterator[Iterable[tuple[Any, ...]]]:
        """Yield the rows as tuples of Python values in field order, `CHUNK` rows at a time.

        `names` are put for the layers' names, such as those as JSON text; `places` takes some of the rows only.
        """
        label = (self.layer_names if names is None else names).__getitem__
        for chunk in self.chunks(places):
            layer, *rest = (column.tolist() for column in chunk.values())
            yield zip(layer, map(label, layer), *rest, strict=True)

    def cost_summary(self) -> dict[str, float]:
        """Return the published cost of the plan, see `sc_precision.compatible.cost.cost_summary`."""
        kinds: Counter[tuple[int, int]] = Counter()
        used = np.bincount(self.class_index, minlength=len(self.class_bit_width))
        table = (self.class_bit_width.tolist(), self.class_bitstream_length.tolist(), used.tolist())
        for bits, length, count in zip(*table, strict=True):
            if count:
                kinds[bits, length] += count
        return cost_summary(kinds)

    @property
    def max_total_error_bound(self) -> float:
        """Largest total error bound of a row, 0.0 where there are none."""
        return max((float(chunk["total_error_bound"].max()) for chunk in self.chunks()), default=0.0)

    def write_manifest(self, target: StrPath | IO[str]) -> None:
        """Stream the JSON manifest, see `sc_precision.compatible.manifest.write_plan_manifest`."""
        from sc_precision.compatible.manifest import write_plan_manifest

        write_plan_manifest(self, target)

    def save(self, path: StrPath) -> None:
        """Write the plan to an .npz file, see `sc_precision.compatible.storage.save_plan`."""
        from sc_precision.compatible.storage import save_plan

        save_plan(self, path)

    @staticmethod
    def load(path: StrPath) -> PrecisionPlan:
        """Read a plan from an .npz file, see `sc_precision.compatible.storage.load_plan`."""
        from sc_precision.compatible.storage import load_plan

        return load_plan(path)

    def to_arrow(self) -> pyarrow.Table:
        """Return the rows as an Arrow table, see `sc_precision.compatible.storage.to_arrow`."""
        from sc_precision.compatible.storage import to_arrow

        return to_arrow(self)

    def write_parquet(self, path: StrPath) -> None:
        """Write the rows to a Parquet file, see `sc_precision.compatible.storage.write_parquet`."""
        from sc_precision.compatible.storage import write_parquet

        write_parquet(self, path)

    def _rows(self, places: range) -> Iterator[SynapsePrecision]:
        for chunk in self.values(places=places):
            for row in chunk:
                yield SynapsePrecision(*row)

    @cached_property
    def _offsets(self) -> NDArray[np.int64]:
        """First row of each layer, and the end of the last."""
        return np.cumsum([0, *(math.prod(shape) for shape in self.layer_shapes)], dtype=np.int64)

    @cached_property
    def _steps(self) -> NDArray[np.float64]:
        return np.array([quantization_steps(bits) for bits in self.class_bit_width.tolist()])

    @cached_property
    def _stochastic(self) -> NDArray[np.float64]:
        """Stochastic error per unit of sensitivity, by class."""
        factor = hoeffding_factor(self.confidence)
        return np.array([math.sqrt(factor / (2 * length)) for length in self.class_bitstream_length.tolist()])


def _shape(shape: object) -> tuple[int, int]:
    if isinstance(shape, list | tuple) and len(shape) == 2:
        rows, columns = shape
        if type(rows) is int and type(columns) is int and rows > 0 and columns > 0:
            return rows, columns
    raise InputError(f"layer_shapes must hold (outputs, inputs), ints of at least 1, got {show(shape)}")


def _frozen(
    name: str, array: object, kinds: tuple[DTypeLike, ...], length: int, low: float, high: float
) -> NDArray[Any]:
    """Check a column, and return it such that nobody can write to it."""
    if not isinstance(array, np.ndarray) or array.shape != (length,) or array.dtype not in kinds:
        got = f"{array.dtype} of shape {array.shape}" if isinstance(array, np.ndarray) else show(array)
        kind = " or ".join(str(np.dtype(kind)) for kind in kinds)
        raise InputError(f"{name} must be {kind} of shape ({length},), got {got}")
    if length and not (array.min() >= low and array.max() <= high):
        raise InputError(f"{name} must lie in {low} to {high}, got {array.min()} to {array.max()}")
    if array.flags.writeable or not array.flags.owndata:
        array = array.copy()
        array.flags.writeable = False
    return array
