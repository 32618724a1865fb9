# SPDX-License-Identifier: Apache-2.0
"""The page on streams: its code runs, and its laws are those of the package."""

import re
from pathlib import Path

import pytest

from sc_precision.golden.discrepancy import product_law
from sc_precision.params import generator

TEXT = (Path(__file__).parents[1] / "docs" / "streams.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("index", [0, 1, 2, 3, pytest.param(4, marks=pytest.mark.slow)])
def test_table_of_laws(index):
    rows = re.findall(r"^\| (\w+) x (\w+) \| [^|]* \|((?: [\d.]+ \|){5})$", TEXT, re.MULTILINE)
    assert len(rows) == 4
    for first, second, figures in rows:
        law = product_law(generator(first, 4 + 2 * index), generator(second, 4 + 2 * index))
        assert float(figures.split("|")[index]) == pytest.approx(float(law.worst), abs=6e-4)


def test_lengths_of_one_product():
    assert "take 32 / 64 / 256, the rounding of both operands included" in TEXT
    for error, log2 in ((0.1, 5), (0.05, 6), (0.01, 8)):
        # Half a level for each operand, of which the other is at most 1.
        reached = [
            float(product_law(generator("ramp", m), generator("masked_vdc", m)).worst + 1) / 2**m
            for m in (log2 - 1, log2)
        ]
        assert reached[1] <= error < reached[0]
