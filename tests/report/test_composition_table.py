# SPDX-License-Identifier: Apache-2.0
"""How lemmas add up, in the report: shown as recorded, refused where it contradicts itself."""

import page
import pytest

from sc_precision.errors import InputError
from sc_precision.report.html import render_report
from sc_precision.report.results import check_results


def row(**changes):
    found = {
        "layer": "the_layer",
        "output": 3,
        "bias": 0.25,
        "weights": [-1.0, 0.5],
        "streams": [-0.5, 0.75],
        "own": [-1.25, 1.5],
        "errors": [-1.3, 1.25],
        "claims": [-1.3125, 1.3125],
        "accumulator": 1234,
        "accumulator_bits": 12,
    }
    return found | changes


def composition(*layers):
    return {"method": "affine", "lemmas": 7, "links": 5, "layers": list(layers)}


def test_it_is_shown(results):
    found = page.read(render_report({**results, "composition": composition(row(), row(layer="<b>"))}))
    section = found.section("proofs")
    assert "7 lemmas, none resting on itself; each of 5 sets of intervals" in section.text
    (table,) = [each for each in section.find("table") if "With layers before" in each.text]
    first, second = (each.text for each in table.find("tbody")[0].find("tr"))
    assert first.replace("\u2212", "-") == (
        "the_layer output 3 -1.000 to 0.5000 -0.5000 to 0.7500 -1.300 to 1.250 -1.313 to 1.313 1,234 in 12 bits"
    )
    assert second.startswith("<b> output 3 ")
    assert "How the claims add up" not in render_report(results)
    assert check_results(results)["composition"] is None


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"own": [-1.25, 1.75]}, r"composition.layers\[0\] \(the_layer\): own is 1.75, but its parts add up to 1.5"),
        ({"errors": [-1.32, 1.25]}, r"errors -1.32 to 1.25 are not within the claim -1.3125 to 1.3125"),
        ({"errors": [-1.3, 1.32]}, "are not within the claim"),
        ({"errors": [1.0, -1.0]}, "are not within the claim"),
        ({"accumulator": 2049}, "sums up to 2049 do not fit 12 bits"),
        ({"layer": ""}, "must not be empty"),
    ],
)
def test_contradictions_are_refused(results, changes, message):
    assert check_results({**results, "composition": composition(row(accumulator=2048))})
    with pytest.raises(InputError, match=message):
        check_results({**results, "composition": composition(row(**changes))})
