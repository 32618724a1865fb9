# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest

from sc_precision.arguments import int_range, integer, real, show
from sc_precision.errors import InputError


class Broken:
    def __repr__(self):
        raise RuntimeError("no text")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a\nb", r"'a\nb'"),
        (np.eye(2), "array([[1., 0.], [0., 1.]])"),
        (Broken(), "<Broken>"),
        ("x" * 98, "'" + "x" * 98 + "'"),
        ("x" * 99, "'" + "x" * 96 + "..."),
        (10**99, "1" + "0" * 99),
    ],
)
def test_show_is_one_short_line(value, text):
    assert show(value) == text


def test_show_a_number_too_long_to_print():
    with pytest.raises(InputError, match="must be at least 1, got <int>"):
        integer("n", -(10**5000), minimum=1)


def test_values_come_back_plain():
    assert [type(x) for x in (integer("n", np.uint8(4), minimum=0), real("x", np.float16(4)), real("x", 4))] == [
        int,
        float,
        float,
    ]
    assert int_range("low", np.int8(1), "high", 1) == (1, 1)
