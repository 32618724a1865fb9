# SPDX-License-Identifier: Apache-2.0
"""How far counts are off, split into the stream's own grid and a rest, against every code of small streams."""

import pyslang
import pytest
from hypothesis import given
from hypothesis import strategies as st
from networks import proofs_of, small_network

from sc_precision.params import stream_mask
from sc_precision.plan.network import plan_network
from sc_precision.plan.result import PlanLimits
from sc_precision.properties.stochastic.counts import Count, count_lemmas
from sc_precision.properties.stochastic.error import synapse_error_lemmas
from sc_precision.tools.sby import Verdict


def stream(m, level):
    return [((int(format(t, f"0{m}b")[::-1], 2) if m else 0) ^ stream_mask(m)) < level for t in range(1 << m)]


@st.composite
def cases(draw):
    m = draw(st.integers(0, 5))
    unit = draw(st.integers(m + 1, m + 4))
    return m, draw(st.integers(1, 1 << m)), unit, draw(st.integers(0, 1 << unit))


@given(cases())
def test_the_split_is_as_tight_as_all_codes_together(case):
    m, level, unit, top = case
    bits, step = stream(m, level), unit - m
    ones = [(code + (1 << (step - 1)) - 1) >> step for code in range(top + 1)]
    off = [(sum(bits[:n]) << unit) - code * level for code, n in enumerate(ones)]
    parts = Count(m, level, top, min(off), max(off)).grid(unit)
    assert {name for name, *_ in parts} <= {"none", "between", "most"}
    ends = []
    for code, n in enumerate(ones):
        [(low, high)] = [each[2:] for each in parts if eval(each[1].format(n).replace("&&", "and"))]
        grid = (sum(bits[:n]) << m) - n * level
        rest = (n << step) - code
        assert low <= grid <= high
        assert off[code] == (grid << step) + rest * level
        ends += [(low << step) + rest * level, (high << step) + rest * level]
    assert (min(ends), max(ends)) == (min(off), max(off))


@pytest.fixture(scope="module")
def layer():
    """Streams of at most four cycles for codes of eight steps."""
    limits = PlanLimits(min_length=1, max_length=4)
    return plan_network(small_network(), target_error=8.0, datapath="stochastic", name="few", limits=limits).layers[0]


def test_streams_coarser_than_codes_are_proven(layer, tmp_path):
    lemmas = [*count_lemmas(layer, ()), synapse_error_lemmas(layer)[0]]
    names = [lemma.name for lemma in lemmas]
    assert {"few_layer0_grids_0", "few_layer0_counts_0"} <= set(names)
    counts = lemmas[names.index("few_layer0_counts_0")]
    assert {"few_layer0_algebra", "few_layer0_grids_0"} <= set(counts.assumes)
    assert all(not pyslang.syntax.SyntaxTree.fromText(each.checker).diagnostics for each in lemmas)
    for (lemma, task), result in proofs_of(lemmas, tmp_path).items():
        expected = Verdict.FAIL if task.startswith("mutant") else Verdict.PASS
        assert result.verdict is expected, f"{lemma} {task}: {result.message}"
