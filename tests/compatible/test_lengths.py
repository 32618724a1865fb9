# SPDX-License-Identifier: Apache-2.0
import math

import numpy as np
import pytest
import reference_rules
from hypothesis import given, settings
from hypothesis import strategies as st

from sc_precision import InputError, adaptive_length

METHODS = ("hoeffding", "chebyshev", "variance")


@pytest.mark.parametrize(
    ("arguments", "length"),
    [
        ({"p": 0.5}, 32768),  # -ln(.025)/(2e-4) = 18444.4
        ({"p": 0.5, "epsilon": 0.05}, 1024),  # 737.8
        ({"p": 0.5, "epsilon": 0.1}, 256),  # 184.4
        ({"p": 0.5, "epsilon": 0.001}, 65536),  # 1844440, cut
        ({"p": 0.5, "epsilon": 0.001, "max_length": 1 << 30}, 1 << 21),
        ({"p": 0.5, "method": "variance", "epsilon": 1 / 16}, 64),  # 64 exactly
        ({"p": 0.5, "method": "variance", "epsilon": 1 / 32}, 256),
        ({"p": 0.5, "method": "chebyshev", "epsilon": 1 / 16, "confidence": 0.75}, 256),
        ({"p": 0.0, "method": "variance"}, 64),
        ({"p": 1.0, "method": "chebyshev"}, 64),
        ({"p": 0.5, "epsilon": 10.0, "min_length": 100}, 128),
        ({"p": 0.5, "epsilon": 10.0, "min_length": 100, "max_length": 100}, 100),
        ({"p": 0.5, "epsilon": 0.01, "max_length": 1000}, 1000),
        ({"p": 0.5, "epsilon": 10.0, "min_length": 1}, 1),
    ],
)
def test_worked_examples(arguments, length):
    assert adaptive_length(**arguments) == length


@settings(max_examples=1000)
@given(
    st.floats(0, 1),
    st.floats(1e-9, 2),
    st.floats(0.001, 0.9999),
    st.sampled_from(METHODS),
    st.integers(1, 3000),
    st.integers(0, 1 << 20),
)
def test_agrees_with_the_rule(p, epsilon, confidence, method, low, more):
    arguments = (p, epsilon, confidence, method, low, low + more)
    assert adaptive_length(*arguments) == reference_rules.adaptive_length(*arguments)


@given(st.sampled_from(METHODS), st.integers(0, 20), st.integers(-2, 2), st.floats(0.1, 0.99))
def test_exact_edges(method, power, ulps, confidence):
    """Around the epsilon for which the bound is just a power of two."""
    factor = {
        "hoeffding": -math.log((1 - confidence) / 2) / 2,
        "chebyshev": 0.25 / (1 - confidence),
        "variance": 0.25,
    }[method]
    epsilon = math.sqrt(factor / 2**power)
    for _ in range(abs(ulps)):
        epsilon = math.nextafter(epsilon, math.inf if ulps > 0 else 0)
    arguments = (0.5, epsilon, confidence, method, 1, 1 << 30)
    assert adaptive_length(*arguments) == reference_rules.adaptive_length(*arguments)
    assert adaptive_length(*arguments) in (1 << power, 2 << power)


@pytest.mark.parametrize("epsilon", [5e-324, 1e-200, 1e-160, 1e-155])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("p", [0.5, 5e-324, 1e-300])
def test_tiny_epsilon_gives_the_longest(epsilon, method, p):
    if method == "hoeffding" or p == 0.5 or epsilon < 1e-170:
        assert adaptive_length(p, epsilon, method=method, max_length=3 << 70) == 3 << 70


@pytest.mark.parametrize("epsilon", [1e160, 1.7e308])
@pytest.mark.parametrize("method", METHODS)
def test_huge_epsilon_gives_the_shortest(epsilon, method):
    assert adaptive_length(0.5, epsilon, method=method) == 64


def test_numpy_scalars():
    length = adaptive_length(
        np.float32(0.5), np.float64(0.05), np.float64(0.95), "hoeffding", np.int8(64), np.uint16(4096)
    )
    assert length == 1024
    assert type(length) is int


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"epsilon": 0.0}, "epsilon must be greater than 0, got 0.0"),
        ({"epsilon": -0.1}, "epsilon must be greater than 0, got -0.1"),
        ({"epsilon": math.nan}, "epsilon must be finite, got nan"),
        ({"epsilon": math.inf}, "epsilon must be finite, got inf"),
        ({"epsilon": 10**400}, "epsilon must be finite, got 1000"),
        ({"epsilon": "0.1"}, "epsilon must be a real number, got '0.1'"),
        ({"epsilon": True}, "epsilon must be a real number, got True"),
        ({"method": "Hoeffding"}, "method must be one of hoeffding, chebyshev, variance, got 'Hoeffding'"),
        ({"method": None}, "method must be one of .*, got None"),
        ({"method": np.array(["hoeffding"])}, "method must be one of"),
        ({"confidence": 0.0}, "confidence must lie between 0 and 1"),
        ({"confidence": 1.0}, "confidence must lie between 0 and 1"),
        ({"confidence": 95}, "confidence must lie between 0 and 1, both excluded, got 95"),
        ({"confidence": math.nan}, "confidence must be finite"),
        ({"p": -1e-9}, "p must lie in 0 to 1, got -1e-09"),
        ({"p": 1.0000001}, "p must lie in 0 to 1"),
        ({"p": math.nan}, "p must be finite"),
        ({"min_length": 0}, "min_length must be at least 1, got 0"),
        ({"min_length": 64.0}, "min_length must be an int, got 64.0"),
        ({"max_length": True}, "max_length must be an int, got True"),
        ({"min_length": 128, "max_length": 64}, "min_length must not exceed max_length, got 128 > 64"),
    ],
)
def test_bad_arguments(arguments, message):
    with pytest.raises(InputError, match=f"^{message}"):
        adaptive_length(**{"p": 0.5, **arguments})
