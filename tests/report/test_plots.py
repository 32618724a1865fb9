# SPDX-License-Identifier: Apache-2.0
import page
import pytest

from sc_precision.report import plots


def svg(markup):
    """The plot as an element; page.read checks ids and references."""
    found = page.read(f'<!DOCTYPE html><html lang="en">{markup}</html>')
    (plot,) = found.find("svg", cls="plot")
    assert plot.attributes["role"] == "img"
    assert plot.attributes["aria-label"]
    return plot


def fills(plot, variable):
    return [path for path in plot.find("path") if f"fill: var({variable})" in (path.attributes.get("style") or "")]


def height(path):
    ys = [float(part.split()[2]) for part in path.attributes["d"].replace("z", "").split("  ") if part.strip()]
    return max(ys) - min(ys)


def test_intervals_are_drawn_to_scale():
    outputs = [
        {"index": 0, "bound_low": -1.0, "bound_high": 1.0, "worst_low": -0.25, "worst_high": 0.25},
        {"index": 1, "bound_low": -0.5, "bound_high": 0.5, "worst_low": None, "worst_high": None},
        {"index": 2, "bound_low": -0.5, "bound_high": 0.5, "worst_low": 0.0, "worst_high": 0.75},
    ]
    plot = svg(plots.error_intervals(outputs, 1.0))
    claimed, found, broken = (fills(plot, name) for name in ("--claim", "--found", "--bad"))
    assert len(claimed) == 3
    assert height(claimed[0]) == pytest.approx(2 * height(claimed[1]), rel=1e-4)
    assert height(found[0]) == pytest.approx(height(claimed[0]) / 4, rel=1e-4)
    assert len(found) == 2  # the second one has no height
    assert height(found[1]) == 0
    assert len(broken) == 1


def test_many_outputs_share_steps_without_losing_the_widest():
    outputs = [
        {"index": k, "bound_low": -1.0, "bound_high": 1.0, "worst_low": -0.1, "worst_high": 0.1} for k in range(5000)
    ]
    outputs[1234]["worst_high"] = 0.9
    (found,) = fills(svg(plots.error_intervals(outputs, 1.0)), "--found")
    (claimed,) = fills(svg(plots.error_intervals(outputs, 1.0)), "--claim")
    assert height(found) == pytest.approx(height(claimed) / 2, rel=1e-3)


def test_zero_everywhere():
    nothing = {"index": 0, "bound_low": 0.0, "bound_high": 0.0, "worst_low": 0.0, "worst_high": 0.0}
    svg(plots.error_intervals([nothing], 0.0))
    svg(plots.layer_errors([{"name": "a", "bound": 0.0, "measured_max_error": None}]))
    assert "not measured" in svg(plots.layer_errors([{"name": "a", "bound": 0.0, "measured_max_error": None}])).text


@pytest.mark.parametrize("count", [1, 2, 40])
def test_every_layer_has_its_row(count):
    layers = [
        {"name": f"layer{k}", "bound": 1.0, "measured_max_error": 0.5, "bit_widths": {"4": 3}} for k in range(count)
    ]
    text = svg(plots.layer_errors(layers)).text
    assert all(f"layer{k}" in text for k in range(count))
    assert text.count("0.500 of 1.000") == count
    assert len(fills(svg(plots.histogram(layers, "bit_widths", "bits")), "--found")) == count


@pytest.mark.parametrize(
    ("key", "counts", "values"),
    [
        ("bit_widths", {"3": 1, "6": 2, "9": 0}, [3, 4, 5, 6]),
        ("lengths", {"16": 1, "128": 2}, [16, 32, 64, 128]),
        ("lengths", {"100": 1, "256": 2}, [100, 256]),
        ("lengths", {}, []),
        ("lengths", {"16": 0}, []),
    ],
)
def test_categories(key, counts, values):
    assert plots.categories([{key: counts}], key) == values


def test_short_names_keep_both_ends():
    assert plots.short("hidden") == "hidden"
    shortened = plots.short("encoder_block_11_projection")
    assert (shortened, len(shortened)) == ("encoder…ojection", 16)


def test_names_are_no_formulas():
    text = svg(plots.layer_errors([{"name": r"$\frac{1}$ <b>&", "bound": 1.0, "measured_max_error": 0.5}])).text
    assert r"$\frac{1}$ <b>&" in text
