# SPDX-License-Identifier: Apache-2.0
"""A hundred million synapses in a process that may not have more than four gigabytes."""

import os
import subprocess
import sys

import pytest

LIMIT = 4 * 10**9
SETUP = f"""
import resource
resource.setrlimit(resource.RLIMIT_AS, ({LIMIT}, {LIMIT}))
import numpy as np
import sc_precision
size = 100_000_000
s = np.random.default_rng(0).random(size, dtype=np.float32)
"""
CASES = {
    "allocate": """
plan = sc_precision.allocate(s, size / 512)
assert plan.classes.size == size and plan.dual_gap < 0.005
""",
    "assign_synapse_precisions": """
plan = sc_precision.assign_synapse_precisions([s.reshape(10_000, 10_000)])
assert len(plan) == size and plan[size - 1].input_index == 9_999
""",
    "too_much": """
try:
    np.empty(10**9)
except MemoryError:
    print("limited")
""",
}


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_memory_is_bounded(case):
    done = subprocess.run(
        [sys.executable, "-c", SETUP + CASES[case]],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},  # the threads' stacks would count
    )
    assert done.returncode == 0, done.stderr[-500:]
    assert done.stdout == ("limited\n" if case == "too_much" else "")
