# SPDX-License-Identifier: Apache-2.0
import pytest

from sc_precision.commands.outcome import NotPassedError, refuse
from sc_precision.problems import Kind, Problem, Step

# Words that say the contrary: what counts is the type.
PROBLEMS = [
    Problem(Step.PROVE, Kind.UNDECIDED, "simulation of nothing"),
    Problem(Step.SIMULATE, Kind.FAILED, "proofs of nothing"),
    Problem(Step.MEASURE, Kind.FAILED, "mutation of nothing"),
]


@pytest.mark.parametrize(
    ("steps", "text"),
    [
        ((), "simulation of nothing; proofs of nothing; mutation of nothing"),
        ((Step.SIMULATE,), "proofs of nothing"),
        ((Step.PROVE, Step.MUTANTS), "simulation of nothing"),
        ((Step.MEASURE,), "mutation of nothing"),
    ],
)
def test_problems_are_selected_by_type(steps, text):
    with pytest.raises(NotPassedError) as error:
        refuse(PROBLEMS, *steps)
    assert str(error.value) == text
    assert error.value.exit_status == 1


def test_problems_of_other_steps_do_not_count():
    refuse(PROBLEMS, Step.PLAN, Step.LINT, Step.CELLS)
    refuse([])
