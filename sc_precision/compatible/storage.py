# SPDX-License-Identifier: Apache-2.0
"""Plans in files: .npz to keep them, Parquet and Arrow for other programs.

A plan file is an uncompressed .npz with the same bytes for the same plan: the columns that `PrecisionPlan` stores,
and `meta`, UTF-8 JSON with the schema, the confidence, and the name and shape of each layer.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from sc_precision.arguments import show
from sc_precision.compatible.columns import FIELDS, PrecisionPlan
from sc_precision.errors import InputError, ToolMissingError
from sc_precision.files import replacing
from sc_precision.importers.arrays import MAX_VALUES, ArrayRule, prefixed, read_arrays, write_arrays

if TYPE_CHECKING:
    import pyarrow as pa

SCHEMA = "sc-precision.synapse_plan.v1"

_COLUMNS = {
    "sensitivity": ArrayRule("f", "real numbers", (1,)),
    "class_index": ArrayRule("u", "unsigned ints", (1,)),
    "class_bit_width": ArrayRule("i", "ints", (1,)),
    "class_bitstream_length": ArrayRule("i", "ints", (1,)),
}
_RULES = {"meta": ArrayRule("u", "UTF-8 text as uint8", (1,)), **_COLUMNS}


def save_plan(plan: PrecisionPlan, path: str | os.PathLike[str]) -> None:
    """Write a plan to an .npz file, whole or not at all; InputError if it is larger than `load_plan` reads."""
    layers = [{"name": name, "shape": shape} for name, shape in zip(plan.layer_names, plan.layer_shapes, strict=True)]
    meta = json.dumps({"schema": SCHEMA, "confidence": plan.confidence, "layers": layers}).encode()
    arrays = {"meta": np.frombuffer(meta, np.uint8), **{name: getattr(plan, name) for name in _COLUMNS}}
    values = sum(array.size for array in arrays.values())
    if values > MAX_VALUES:
        raise InputError(f"a plan file holds at most {MAX_VALUES} values, got {values}; write Parquet")
    write_arrays(path, arrays)


def load_plan(path: str | os.PathLike[str]) -> PrecisionPlan:
    """Read a plan that `save_plan` wrote, or raise InputError; the file may come from anywhere and is not trusted."""
    arrays = read_arrays(path, _RULES.get, ", ".join(_RULES))
    with prefixed(os.fspath(path)):
        missing = [name for name in _RULES if name not in arrays]
        if missing:
            raise InputError(f"is no plan file: {missing[0]} is missing")
        names, shapes, confidence = _meta(arrays.pop("meta").tobytes())
        return PrecisionPlan(names, shapes, confidence=confidence, **arrays)


def _meta(text: bytes) -> tuple[Any, Any, Any]:
    """Take the description apart; `PrecisionPlan` checks the parts."""
    try:
        meta = json.loads(text)
        if meta["schema"] != SCHEMA:
            raise InputError(f"meta: schema must be {SCHEMA!r}, got {show(meta['schema'])}")
        layers = [(layer["name"], layer["shape"]) for layer in meta["layers"]]
        confidence = meta["confidence"]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"meta: is no description of a plan ({show(error)})") from None
    return tuple(name for name, _ in layers), tuple(shape for _, shape in layers), confidence


def to_arrow(plan: PrecisionPlan) -> pa.Table:
    """Return the rows as an Arrow table, one column per field; raises ToolMissingError without pyarrow."""
    arrow = _pyarrow()
    return arrow.Table.from_batches(_batches(plan, arrow), _schema(arrow))


def write_parquet(plan: PrecisionPlan, path: str | os.PathLike[str]) -> None:
    """Write the rows to a Parquet file, whole or not at all, in memory that does not grow with the plan.

    Raises ToolMissingError without pyarrow.
    """
    arrow = _pyarrow()
    from pyarrow import parquet

    with replacing(path) as temporary, parquet.ParquetWriter(temporary, _schema(arrow)) as writer:
        for batch in _batches(plan, arrow):
            writer.write_batch(batch)


def _pyarrow() -> Any:
    try:
        import pyarrow
    except ImportError:
        raise ToolMissingError("pyarrow is not installed; run: pip install 'sc-precision[arrow]'") from None
    return pyarrow


def _schema(arrow: Any) -> Any:
    types = dict.fromkeys(FIELDS, arrow.int64())
    types["layer_name"] = arrow.dictionary(arrow.int32(), arrow.string())
    types.update({name: arrow.float64() for name in FIELDS if name.endswith("_bound") or name == "sensitivity"})
    return arrow.schema(list(types.items()))


def _batches(plan: PrecisionPlan, arrow: Any) -> Iterator[Any]:
    schema = _schema(arrow)
    names = arrow.array(plan.layer_names, arrow.string())
    for chunk in plan.chunks():
        indices = arrow.array(chunk["layer_index"], arrow.int32())
        columns = {**chunk, "layer_name": arrow.DictionaryArray.from_arrays(indices, names)}
        yield arrow.record_batch([columns[name] for name in FIELDS], schema=schema)
