# SPDX-License-Identifier: Apache-2.0
import copy
import json
import random
import re

import matplotlib
import page
import pytest

from sc_precision.errors import InputError
from sc_precision.report import check_results, render_report, write_report

OPTIONAL = ["accuracy", "layers", "outputs", "attack", "simulation", "proofs", "proof_summary", "size", "tools"]
NOTHING_RAN = [(("simulation",), None), (("proofs",), None), (("proof_summary",), None), (("accuracy", "rtl"), None)]


def test_whole_page(results):
    found = page.read(render_report(results))
    assert found.find(cls="line")[0].text == (
        "Proved: each output stays within ±1.000 of the exact network, for every input in range."
    )
    assert [card.text for card in found.find(cls="three")[0].find("div")] == [
        "Float98.0 %294 of 300",
        "Golden model98.0 %294 of 300",
        "Verilog98.0 %294 of 300",
    ]
    ruler = [re.sub(r"\s+", " ", row.text) for row in found.find(cls="ruler")[0].find("div")]
    assert ruler == ["Target1", "Bound, proved1.000", "Worst found0.227"]
    assert [badge.text for badge in found.find(cls="checks")[0].find(cls="badge")] == [
        "Met", "Proved", "Passed", "Passed", "Within",
    ]  # fmt: skip


def test_needs_nothing_from_outside(results):
    text = render_report(results)
    assert "http:" not in text
    assert "https:" not in text
    assert "@import" not in text
    assert re.findall(r"url\((?!#)", text) == []
    found = page.read(text)
    assert {e.tag for e in found.walk()}.isdisjoint({"script", "link", "img", "iframe", "object", "embed", "base"})
    assert not any(name in e.attributes for e in found.walk() for name in ("src", "srcset", "action", "data", "onload"))
    (policy,) = found.find("meta", **{"http-equiv": "Content-Security-Policy"})
    assert policy.attributes["content"].startswith("default-src 'none'")


def shuffled(value, rng):
    """The same JSON value with the keys of every object in another order."""
    if isinstance(value, dict):
        keys = list(value)
        rng.shuffle(keys)
        return {key: shuffled(value[key], rng) for key in keys}
    return [shuffled(item, rng) for item in value] if isinstance(value, list) else value


def test_same_results_same_bytes(results, tmp_path):
    before = copy.deepcopy(results)
    write_report(tmp_path / "a.html", results)
    assert results == before
    first = (tmp_path / "a.html").read_bytes()
    with matplotlib.rc_context(
        {"font.size": 20, "svg.fonttype": "path", "svg.hashsalt": "other", "lines.linewidth": 9}
    ):
        write_report(tmp_path / "b.html", shuffled(results, random.Random(1)))
    assert (tmp_path / "b.html").read_bytes() == first
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.html", "b.html"]


def test_different_results_different_bytes(change):
    pages = {render_report(change((("outputs", 3, "worst_high"), 0.2 + k / 10))) for k in range(3)}
    assert len(pages) == 3


def test_settings_of_the_user_survive(results):
    with matplotlib.rc_context({"font.size": 21.0}):
        render_report(results)
        assert matplotlib.rcParams["font.size"] == 21.0


HOSTILE = "</title></style><script>alert(1)</script>\"' onload=x $\\frac{ {{7*7}} \x00\u202e\ud800 层 &amp; _"


def hostile(value, keys=("status", "schema", "verdict", "expected", "task")):
    """Every text of the results made hostile, but those that have a fixed set of values."""
    if isinstance(value, dict):
        return {key: item if key in keys and isinstance(item, str) else hostile(item) for key, item in value.items()}
    if isinstance(value, list):
        return [hostile(item) for item in value]
    return f"{value}{HOSTILE}" if isinstance(value, str) else value


def test_hostile_names_are_text(results):
    attacked = hostile(results)
    for layer in attacked["layers"]:
        layer["sources"][HOSTILE] = 0.125
    attacked["size"]["cells"]["ice40"]["by_type"][HOSTILE] = 7
    attacked["tools"][HOSTILE] = HOSTILE
    attacked["proofs"][0]["message"] = HOSTILE
    attacked["proofs"][1]["task"] = "cover" + HOSTILE
    text = render_report(attacked)
    found = page.read(text)
    assert found.find("script") == []
    assert not any(name.startswith("on") for element in found.walk() for name in element.attributes)
    assert "{{7*7}}" in text
    assert "49" not in found.find("h1")[0].text
    assert "<script>alert(1)</script>" in found.find("h1")[0].text
    assert "\x00" not in text
    assert "\u202e" not in text


def test_glyphs_that_matplotlib_lacks_do_not_warn(change):
    text = render_report(change((("layers", 0, "name"), "层一")))  # warnings are errors here
    assert "层一" in page.read(text).section("errors").find("svg")[1].text


@pytest.mark.parametrize("name", OPTIONAL)
def test_each_section_can_be_missing(change, name):
    changes = {"simulation": [(("accuracy", "rtl"), None)], "proofs": [(("proof_summary",), None)]}
    changes["proof_summary"] = [(("proofs",), None)]
    found = page.read(render_report(change(((name,), None), *changes.get(name, []))))
    section = {
        "accuracy": "k-accuracy",
        "outputs": "errors",
        "attack": "errors",
        "proof_summary": "proofs",
        "tools": "again",
    }.get(name, name)
    absent = [badge for badge in found.section(section).find(cls="badge") if "none" in badge.classes]
    assert any(badge.text in ("Not run", "Not recorded") for badge in absent)


def test_all_missing_has_no_green_mark_but_the_target(change):
    empty = change(*(((name,), None) for name in OPTIONAL))
    found = page.read(render_report(empty))
    green = [element for element in found.walk() if "pass" in element.classes]
    assert [badge.text for badge in green] == ["Met"]
    assert found.find("svg", cls="plot") == []
    assert "Planned, not proved (neither proofs nor simulation ran): each output should stay" in found.text
    assert "Bound, planned" in found.text


def test_skipped_gives_its_reason(change):
    skipped = change(
        (("proofs",), []),
        (("proof_summary",), {"status": "skipped", "reason": "--skip-proofs was given"}),
        (("simulation",), {"status": "skipped", "reason": "iverilog is not installed"}),
        (("accuracy", "rtl"), None),
    )
    found = page.read(render_report(skipped))
    for name, reason in (("proofs", "--skip-proofs was given"), ("simulation", "iverilog is not installed")):
        assert found.section(name).find("p")[0].text == f"Not run: {reason}"
        assert found.section(name).find(cls="pass") == []
    verilog = found.find(cls="three")[0].find("div")[2]
    assert verilog.text == "Verilognot run"
    assert found.find(cls="verdict")[0].classes == {"verdict", "none"}


def test_lemmas_that_did_not_run_are_listed_as_such(change, results):
    rows = [{**row, "verdict": None, "engine": None, "seconds": None} for row in results["proofs"]]
    skipped = change((("proofs",), rows), (("proof_summary",), {"status": "skipped", "reason": "no solver"}))
    proofs = page.read(render_report(skipped)).section("proofs")
    assert proofs.find(cls="pass") == []
    assert {badge.text for badge in proofs.find(cls="badge")} == {"Not run", "not run"}
    assert len(proofs.find(cls="lemmas")[0].find("tbody")) == 22


def test_failures_are_listed_on_top(change, results):
    rows = results["proofs"]
    error = next(k for k, row in enumerate(rows) if row["lemma"] == "digits_l0_error" and row["task"] == "prove")
    stream = next(k for k, row in enumerate(rows) if row["lemma"] == "digits_l1_stream_3" and row["task"] == "prove")
    mutant = next(k for k, row in enumerate(rows) if row["task"] == "mutant_rounding")
    failed = change(
        (("proof_summary", "status"), "failed"),
        (("proofs", error, "verdict"), "FAIL"),
        (("proofs", stream, "verdict"), "TIMEOUT"),
        (("proofs", stream, "message"), "no engine finished within 300 s"),
        (("proofs", mutant, "verdict"), "PASS"),
    )
    found = page.read(render_report(failed))
    assert found.find(cls="line")[0].text == "Failed: a proof did not pass."
    table = found.section("proofs").find("table")[0]
    assert [badge.text for badge in table.find(cls="badge")] == ["refuted", "survived", "timed out"]
    assert "no engine finished within 300 s" in table.text
    assert "34 of 36 claims hold, 2 verdicts not as expected, 1 task without a verdict" in found.text
    assert "9 of 10 mutants killed" in found.text


def test_proofs_by_core_and_property(results):
    proofs = page.read(render_report(results)).section("proofs")
    rows = [[cell.text for cell in row.find("td")] for row in proofs.find("table")[0].find("tr")[1:]]
    assert rows[0][:6] == ["stream discrepancy", "proved", "22 of 22", "unbounded", "22 of 22", "1 of 1"]
    assert len(rows) == 7
    assert [core.find("code")[0].text for core in proofs.find("details", cls="core")[:3]] == [
        "digits_l0", "digits_l1", "digits",
    ]  # fmt: skip
    claims = [body for table in proofs.find(cls="lemmas") for body in table.find("tbody")]
    assert len(claims) == 36
    assert all(len(body.find("tr")) == 2 for body in claims)
    (mutants,) = [
        core for core in proofs.find("details", cls="core") if "mutants killed" in core.find("summary")[0].text
    ]
    assert mutants.find("summary")[0].text == "10 of 10 mutants killed"
    assert {badge.text for badge in mutants.find(cls="badge")} == {"killed"}


def test_bounded_claims_say_so(change):
    found = page.read(render_report(change((("proofs", 0, "unbounded"), False), (("proofs", 0, "depth"), 25))))
    assert found.find(cls="line")[0].text.startswith("Checked to depth 25, not proved beyond: each output should stay")
    badges = found.section("proofs").find(cls="lemmas")[0].find("tbody")[0].find("tr")[0]
    assert [badge.text for badge in badges.find(cls="badge")] == ["bounded"]
    assert badges.find(cls="pass") == []
    assert "depth 25" in badges.text


def test_broken_bound_is_red_everywhere(change):
    found = page.read(render_report(change((("outputs", 3, "worst_high"), 1.5))))
    assert found.find(cls="line")[0].text == "Failed: a measured error exceeds its claimed bound."
    assert found.find("i", cls="broken")
    row = found.section("errors").find("tbody")[0].find("tr")[3]
    assert [badge.text for badge in row.find(cls="badge")] == ["beyond"]
    assert (
        "var(--bad)"
        in render_report(change((("outputs", 3, "worst_high"), 1.5))).split("Each layer")[0].split("plots")[1]
    )


def test_bounds_are_shown_rounded_outward(change):
    shown = page.read(
        render_report(change((("outputs", 0, "bound_high"), 0.99990001), (("outputs", 0, "bound_low"), -0.12341)))
    )
    cells = [cell.text for cell in shown.section("errors").find("tbody")[0].find("tr")[0].find("td")]
    assert cells[0] == "−0.1235"
    assert cells[3] == "1.000"


def test_many_outputs_layers_and_proofs_stay_small(results):
    big = copy.deepcopy(results)
    big["outputs"] = [dict(results["outputs"][k % 10], index=k) for k in range(5000)]
    big["outputs"][4321]["worst_high"] = 0.9
    big["layers"] = [dict(results["layers"][k % 2], name=f"layer_{k}") for k in range(30)]
    big["proofs"] = [dict(row, lemma=f"{row['lemma']}_{k}") for k in range(12) for row in results["proofs"]]
    text = render_report(big)
    assert len(text) < 2_000_000
    found = page.read(text)
    rows = found.section("errors").find("tbody")[0].find("tr")
    assert len(rows) == 200
    assert "4321" in [row.find("th")[0].text for row in rows]
    assert "The 200 outputs nearest to an end of their claimed interval, of 5,000." in found.text
    assert not any("open" in details.attributes for details in found.find("details", cls="core"))


def test_short_lists_are_unfolded(change, results):
    few = [row for row in results["proofs"] if row["core"] == "digits"]
    found = page.read(render_report(change((("proofs",), few))))
    assert all("open" in details.attributes for details in found.find("details", cls="core"))


def test_histograms_cover_the_range(results):
    precision = page.read(render_report(results)).section("precision")
    bits, lengths = (table.find("tbody")[0] for table in precision.find("table"))
    assert bits.find("tr")[0].text == "283983"
    assert [row.find("th")[0].text for row in bits.find("tr")] == [str(width) for width in range(2, 13)]
    assert [row.find("th")[0].text for row in lengths.find("tr")] == [str(1 << k) for k in range(4, 13)]
    assert [row.find("td")[1].text for row in lengths.find("tr")][-1] == "232"


def test_fixed_datapath_has_no_lengths(change):
    found = page.read(render_report(change((("layers", 0, "lengths"), {}), (("layers", 1, "lengths"), {}))))
    assert "Stream length" not in found.text
    assert len(found.section("precision").find("svg", cls="plot")) == 1


def test_unwritable(results, tmp_path):
    with pytest.raises(InputError, match="cannot be written"):
        write_report(tmp_path / "missing" / "index.html", results)
    (tmp_path / "old.html").write_text("old")
    with pytest.raises(InputError, match=r"design\.bound"):
        write_report(tmp_path / "old.html", results | {"design": results["design"] | {"bound": -1}})
    assert (tmp_path / "old.html").read_text() == "old"


def test_results_json_gives_the_same_page(results):
    assert render_report(json.loads(json.dumps(results))) == render_report(results)
    assert render_report(check_results(results)) == render_report(results)
