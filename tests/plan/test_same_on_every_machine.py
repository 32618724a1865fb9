# SPDX-License-Identifier: Apache-2.0
"""Plans do not depend on the kernels that BLAS picks for a processor, whose sums differ in their last digits."""

import os
import subprocess
import sys
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "examples" / "digits" / "digits.npz"
CODE = """
import sys
from sc_precision.importers import read_network
from sc_precision.plan.network import plan_network
print(plan_network(read_network(sys.argv[1]).network, target_error=0.5).hash)
"""


def test_plans_are_the_same_with_every_kernel():
    """OpenBLAS on other than x86 processors knows none of these, and the test says nothing there."""
    hashes = {
        subprocess.run(
            [sys.executable, "-c", CODE, str(EXAMPLE)],
            env=os.environ | {"OPENBLAS_CORETYPE": kernel},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for kernel in ("Prescott", "Haswell")
    }
    assert len(hashes) == 1
