# SPDX-License-Identifier: Apache-2.0
"""Lemma about the controller of the adaptive wrapper: who answers, and that every vector is answered once."""

from __future__ import annotations

from collections.abc import Sequence

from sc_precision.adaptive.params import COUNTER_WIDTH, AdaptiveParams, Policy
from sc_precision.adaptive.properties.mutants import select_mutants
from sc_precision.gateware.network import axis_width
from sc_precision.properties.checker.lemma import CLOCK_AND_RESET, Lemma, turn_out
from sc_precision.properties.checker.sv import header, index_width, number, replace_once


def select_lemma(
    params: AdaptiveParams, hdl: dict[str, str], assumes: tuple[str, ...], asserted: Sequence[str] = ()
) -> Lemma:
    """The controller, against a state machine of its own; networks, scores and margins stand in by contract.

    Both networks are free streams that finish, any time, once they were given a whole vector, with any scores.
    `assumes` names lemmas about what is left out, but for the layers; `asserted` those about the layers.
    """
    p = params
    name, file = f"{p.name}_select", f"{p.name}.v"
    who = {
        Policy.HP_AUTHORITATIVE: "HP answers, and use_hp is hysteresis on LP's peak, set at up and cleared under down",
        Policy.HYSTERESIS: "LP answers until its peak reaches up, HP from that vector on until its peak is under down",
        Policy.CERTIFIED: "HP answers exactly where a code was out of range or the check of a margin failed",
    }[p.policy]
    claim = (
        f"{who}; every vector gives one answer, in order, stable under stall, last on the last; a network that does "
        "not run is not fed, and the counters count the answers"
    )
    n, outs = p.n_in, p.n_out
    iw, ow, xw = index_width(n), index_width(outs), index_width(max(n, outs + 1))
    tin, tout = axis_width(p.inputs.format.width), axis_width(p.output.format.width)
    width, out_width = p.inputs.format.width, p.output.format.width
    lp_in, lp_out = p.lp[0].inputs.format.width, p.lp[-1].output.format.width
    declare, connect, checks, models = [], [], [], []

    # Covers and mutants begin with all codes but the last, of value 0, loaded: a state that reset leads to.
    late = n - 1 if p.inputs.low <= 0 <= p.inputs.high else 0
    both = p.policy is Policy.HP_AUTHORITATIVE
    begins = ("lp", "hp") if both else ("lp",)
    begin = []
    for register, start in [("index", f"{xw}'d{late}"), *((f"{path}_active", "1'd1") for path in begins)]:
        place = f"{p.name}/w:{register}"
        begin += [f"select -assert-count 1 {place}", f"setattr -set init {start} {place}"]

    def wires(width: int, *names: str, free: bool = False) -> None:
        span = "" if width == 1 else f"[{width - 1}:0] "
        declare.append(f"  {'(* anyseq *) ' if free else ''}wire {span}{', '.join(names)};")

    for path, layers in (("lp", p.lp), ("hp", p.hp)):
        for k, layer in enumerate(layers):
            x, y = layer.inputs.format.width, layer.output.format.width
            at = f"{path}{k}"
            wires(x + 1, f"{at}_in")
            wires(1, f"{at}_valid", f"{at}_next_ready", f"{at}_clk", f"{at}_rst")
            wires(y + 1, f"{at}_out", free=True)
            wires(1, f"{at}_ready", f"{at}_out_valid", f"{at}_error", free=True)
            ports = {"i__payload": "in", "i__valid": "valid", "i__ready": "ready", "o__payload": "out"}
            ports |= {"o__valid": "out_valid", "o__ready": "next_ready", "frame_error": "error"}
            ports |= {"clk": "clk", "rst": "rst"}
            connect += [f"    .\\{path}_layer{k}.{port} ({at}_{wire})," for port, wire in ports.items()]
            checks.append(f"    {at}_reset: assert ({at}_clk == clk && {at}_rst == rst);")
            if k:
                b = f"{path}{k - 1}"
                checks.append(f"    {at}_follows: assert ({at}_in == {b}_out && {at}_valid == {b}_out_valid);")
                checks.append(f"    {at}_takes: assert ({b}_next_ready == {at}_ready);")
        end, y = f"{path}{len(layers) - 1}", layers[-1].output.format.width
        wires(y + 1, f"{path}_stored")
        wires(1, f"{path}_store_valid", f"{path}_clear", f"{path}_store_clk", f"{path}_store_rst")
        wires(ow, f"{path}_address")
        wires(1, f"{path}_store_ready", f"{path}_finish", free=True)
        wires(ow, f"{path}_any_best", free=True)
        wires(y, f"{path}_any_score", f"{path}_any_peak", f"{path}_score", f"{path}_any_watched", free=True)
        declare += [
            f"  reg {path}_done = 0, {path}_whole = 0, {path}_asked = 0;",
            f"  reg [{iw - 1}:0] {path}_fed = {'`LOADED' if path in begins else '0'};",
            f"  reg [{ow - 1}:0] {path}_best = 0;",
            f"  reg [{y - 1}:0] {path}_best_score = 0, {path}_peak = 0, {path}_watched = 0;",
            f"  wire {path}_given = {path}0_valid && {path}0_ready;",
        ]
        ports = {"i__payload": "stored", "i__valid": "store_valid", "i__ready": "store_ready", "clear": "clear"}
        ports |= {"done": "done", "best": "best", "best_score": "best_score", "peak": "peak", "address": "address"}
        ports |= {"score": "score", "clk": "store_clk", "rst": "store_rst"}
        connect += [f"    .\\{path}_scores.{port} ({path}_{wire})," for port, wire in ports.items()]
        checks += [
            f"    {path}_store_reset: assert ({path}_store_clk == clk && {path}_store_rst == rst);",
            f"    {path}_is_stored: assert ({path}_stored == {end}_out && {path}_store_valid == {end}_out_valid);",
            f"    {path}_stores: assert ({end}_next_ready == {path}_store_ready);",
            # What the stores' lemma assumes.
            f"    if ({path}_clear) {path}_cleared_whole: assert ({path}_done || (!{path}_whole && {path}_fed == 0));",
            f"    if ({path}_given) {path}_one_vector: assert (!{path}_whole && !{path}_done);",
            f"    if (!{path}_whole) {path}_not_done: assert (!{path}_done);",
            f"    {path}_fed_in_range: assert ({path}_fed < {n} && (!{path}_whole || {path}_fed == 0));",
        ]
        # The network finishes at any time after it was given a vector; its scores are then kept until cleared.
        models += [
            f"    if (!{path}_done) begin",
            f"      {path}_best <= {path}_any_best;",
            f"      {path}_best_score <= {path}_any_score;",
            f"      {path}_peak <= {path}_any_peak;",
            f"      {path}_watched <= {path}_any_watched;",
            "    end",
            f"    {path}_asked <= {path}_done && {path}_address == watched_out && !{path}_clear && !rst;",
            f"    if ({path}_given) begin",
            f"      {path}_fed <= {path}_fed == {n - 1} ? 0 : {path}_fed + 1;",
            f"      if ({path}_fed == {n - 1}) {path}_whole <= 1;",
            "    end",
            f"    if ({path}_whole && {path}_finish) {path}_done <= 1;",
            f"    if ({path}_clear) begin {path}_done <= 0; {path}_whole <= 0; end",
            f"    if (rst) begin {path}_done <= 0; {path}_whole <= 0; {path}_fed <= 0; end",
        ]
        declare.append(f"  always @* if ({path}_asked) assume ({path}_score == {path}_watched);")

    for path, source, target in (("to_lp", width, lp_in), ("to_hp", lp_out, out_width)):
        wires(source, f"{path}_code")
        wires(target, f"{path}_result", free=True)
        # Where HP always answers, nothing reads LP's scores in HP's codes, and the instance is optimised away.
        if path == "to_lp" or p.policy is not Policy.HP_AUTHORITATIVE:
            connect.append(f"    .\\{path}.code ({path}_code), .\\{path}.rescaled ({path}_result),")

    certified = p.certified
    if certified:
        wires(1, "fails", "check_enable", "check_refuse", "check_clear", "check_clk", "check_rst")
        wires(ow, "check_best", "check_other")
        wires(lp_out, "check_best_score", "check_score")
        wires(1, "bad", "any_bad_watched", free=True)
        declare += [
            "  // The check, by its lemma: whether score j is too near is a function of the vector's scores.",
            "  reg refused = 0, bad_watched = 0, other_watched = 0, bad_seen = 0, outside_seen = 0;",
            f"  reg [{ow - 1}:0] other_before = 0;",
            "  assign fails = refused || (check_enable && bad);",
            "  always @* if (other_watched) assume (bad == bad_watched);",
        ]
        for port, wire in {"best": "best", "other": "other", "best_score": "best_score", "score": "score"}.items():
            connect.append(f"    .\\margins.{port} (check_{wire}),")
        connect.append("    .\\margins.enable (check_enable), .\\margins.refuse (check_refuse),")
        connect.append("    .\\margins.clear (check_clear), .\\margins.fails (fails),")
        connect.append("    .\\margins.clk (check_clk), .\\margins.rst (check_rst),")
        value = number(p.inputs.low, width + 2), number(p.inputs.high, width + 2)
        code = (
            f"$signed(s_axis_tdata[{width - 1}:0])"
            if p.inputs.format.signed
            else f"$signed({{1'b0, s_axis_tdata[{width - 1}:0]}})"
        )
        declare += [
            f"  wire signed [{width + 1}:0] value = {code};",
            f"  wire outside = value < {value[0]} || value > {value[1]};",
        ]
        models += [
            "    if (!lp_done) bad_watched <= any_bad_watched;",
            "    other_watched <= lp_done && check_other == watched_out;",
            "    other_before <= check_other;",
            "    if (check_enable && bad) bad_seen <= 1;",
            "    if (take && outside) outside_seen <= 1;",
            "    refused <= rst || check_clear ? 0 : refused || check_refuse || fails;",
            "    if (check_clear || rst) begin bad_seen <= 0; outside_seen <= 0; end",
        ]
        checks += [
            "    check_reset: assert (check_clk == clk && check_rst == rst);",
            "    check_codes: assert (check_refuse == (take && outside) && check_clear == lp_clear);",
            "    check_scores: assert (check_best == lp_best && check_best_score == lp_best_score"
            " && check_score == lp_score && check_other == lp_address);",
            "    check_each: assert (check_enable == (step == 2 && index != 0));",
            "    if (check_enable) check_of_score: assert (other_before == index - 1);",
            "    refusals: assert (refused == (bad_seen || outside_seen));",
            "    if (step < 2) not_checked: assert (!bad_seen);",
            "    if (step == 2 && index == watched_out + 1 && index != 0) watched_is_read: assert (other_watched);",
            "    if ((step == 2 && index > watched_out + 1) || step > 2)"
            " watched_counts: assert (!bad_watched || bad_seen);",
            "    if (step > 2) by_margins: assert ((step != 5 || use_hp) == (bad_seen || outside_seen));",
        ]
    up, down = (0, 0) if certified else p.lp_thresholds
    # The checker's steps: the states of gateware.adaptive.State, 0 to 5.
    lp_first = "!held" if p.policy is Policy.HYSTERESIS else "1'b1"
    hp_first = {"hysteresis": "held", "hp_authoritative": "1'b1"}.get(p.policy.value, "1'b0")
    flag = "fails" if certified else f"(lp_peak >= {up})"
    if certified:
        check = (
            f"if (index == {outs}) begin index <= 0; use_hp <= fails; step <= fails ? 3 : 5; end\n"
            "      else index <= index + 1;"
        )
    else:
        check = f"begin use_hp <= {flag}; step <= {flag} ? 3 : 5; end"
    if both:
        finish = f"if (hp_done && lp_done) begin use_hp <= {flag} || (held && lp_peak >= {down}); step <= 5; end"
    else:
        finish = "if (hp_done) begin use_hp <= 1; step <= 5; end"
    held_next = f"use_hp && hp_peak >= {p.hp_thresholds[1]}" if p.policy is Policy.HYSTERESIS else "use_hp"
    by_hp = "1'b1" if both else "use_hp"
    code_sign = f"chosen[{out_width - 1}]" if p.output.format.signed else "1'b0"
    extended = f"{{{{{tout - out_width}{{{code_sign}}}}}, chosen}}" if tout > out_width else "chosen"
    kept = "\n".join(
        f"    if (watched_in == {i} && (step != 0 || index > {i})) code_{i}_kept: assert (word_{i} == watched_code);"
        for i in range(n)
    )
    newline = "\n"
    text = f"""{header(name, claim)}module {name}_check(input wire clk);
  (* anyseq *) wire aresetn, s_axis_tvalid, s_axis_tlast, m_axis_tready;
  (* anyseq *) wire [{tin - 1}:0] s_axis_tdata;
  (* anyconst *) wire [{iw - 1}:0] watched_in;
  (* anyconst *) wire [{ow - 1}:0] watched_out;
  always @* assume (watched_in < {n} && watched_out < {outs});
  wire rst = !aresetn;
  wire s_axis_tready, m_axis_tvalid, m_axis_tlast, status_use_hp, lp_active, hp_active, frame_error, dut_answered;
  wire [{tout - 1}:0] m_axis_tdata;
  wire [{ow}:0] m_axis_tuser;
  wire [{COUNTER_WIDTH - 1}:0] status_lp, status_hp;
  wire [2:0] state;
  wire [{xw - 1}:0] dut_index;
  wire [{width - 1}:0] {", ".join(f"word_{i}" for i in range(n))};
  reg [2:0] step = 0;
`ifdef LATE
`define LOADED {late}
`else
`define LOADED 0
`endif
  reg [{xw}:0] index = `LOADED;
  reg held = 0, use_hp = 0, misplaced = 0;
  reg lp_busy = `LOADED != 0;
  reg hp_busy = {"`LOADED != 0" if both else "0"};
  reg [{width - 1}:0] watched_code = 0;
  reg [{COUNTER_WIDTH - 1}:0] by_lp = 0, answers = 0;
  wire take = s_axis_tvalid && s_axis_tready;
`ifdef LATE
  always @* assume (aresetn && s_axis_tvalid && lp0_ready && hp0_ready && lp_finish && hp_finish);
`endif
`ifdef CALM
  always @* assume (m_axis_tready && s_axis_tdata == 0 && s_axis_tlast == (index == {n - 1}));
`endif
{newline.join(declare)}
  {p.name} dut (.aclk(clk), .aresetn(aresetn), .s_axis_tdata(s_axis_tdata), .s_axis_tvalid(s_axis_tvalid),
    .s_axis_tready(s_axis_tready), .s_axis_tlast(s_axis_tlast), .m_axis_tdata(m_axis_tdata),
    .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready), .m_axis_tlast(m_axis_tlast),
    .m_axis_tuser(m_axis_tuser), .status_lp(status_lp), .status_hp(status_hp), .status_use_hp(status_use_hp),
    .lp_active(lp_active), .hp_active(hp_active), .frame_error(frame_error),
{newline.join(connect)}
    {" ".join(f".{chr(92)}vector[{i}] (word_{i})," for i in range(n))}
    .state(state), .index(dut_index), .answered(dut_answered));

  // 0 loading, 1 LP runs, 2 its scores are checked, 3 the vector is given to HP, 4 HP runs, 5 results.
  always @(posedge clk) begin
{newline.join(models)}
    if (take && {lp_first}) lp_busy <= 1;
    if (hp0_valid) hp_busy <= 1;
    if (lp_done) lp_busy <= 0;
    if (hp_done) hp_busy <= 0;
    case (step)
      0: if (take) begin
        if (index == watched_in) watched_code <= s_axis_tdata[{width - 1}:0];
        if (s_axis_tlast != (index == {n - 1})) misplaced <= 1;
        index <= index == {n - 1} ? 0 : index + 1;
        if (index == {n - 1}) step <= {hp_first} ? 4 : 1;
      end
      1: if (lp_done) step <= 2;
      2: {check}
      3: if (hp0_ready) begin
        index <= index == {n - 1} ? 0 : index + 1;
        if (index == {n - 1}) step <= 4;
      end
      4: {finish}
      default: if (m_axis_tready) begin
        index <= index == {outs - 1} ? 0 : index + 1;
        if (index == {outs - 1}) begin
          step <= 0;
          held <= {held_next};
          answers <= answers + 1;
          if (!use_hp) by_lp <= by_lp + 1;
        end
      end
    endcase
    if (rst) begin
      step <= 0;
      index <= 0;
      held <= 0;
      use_hp <= 0;
      misplaced <= 0;
      lp_busy <= 0;
      hp_busy <= 0;
      by_lp <= 0;
      answers <= 0;
    end
  end

  wire [{out_width - 1}:0] chosen = {by_hp} ? hp_watched : to_hp_result;
  wire lp_feeds = take && {lp_first};
  wire hp_feeds = take && {hp_first};
  always @* begin
    // The controller's own registers, tied to those above so that induction closes.
    state_follows: assert (state == step && dut_index == index && step <= 5);
    decision_follows: assert (dut_answered == use_hp && status_use_hp == held);
    index_in_range: assert (index <= {outs} || step == 0 || step == 3);
    if (step == 0 || step == 3) inputs_in_range: assert (index < {n});
    if (step == 5) outputs_in_range: assert (index < {outs});
    if (step == 1 || step == 4) index_starts: assert (index == 0);
    ready: assert (s_axis_tready == (step == 0 && (!({lp_first}) || lp0_ready) && (!({hp_first}) || hp0_ready)));
    error_is_reported: assert (frame_error == misplaced);
    active: assert (lp_active == lp_busy && hp_active == hp_busy);
    // A network gets each code once, in order, and nothing where it does not run.
    lp_input: assert (lp0_valid == lp_feeds && to_lp_code == (lp_feeds ? s_axis_tdata[{width - 1}:0] : {width}'d0));
    lp_payload: assert (lp0_in == (lp_feeds ? {{index == {n - 1}, to_lp_result}} : {lp_in + 1}'d0));
    hp_input: assert (hp0_valid == (hp_feeds || step == 3));
    if (!hp0_valid) hp_quiet: assert (hp0_in == 0);
    if (hp_feeds) hp_direct: assert (hp0_in == {{index == {n - 1}, s_axis_tdata[{width - 1}:0]}});
    if (step == 3 && index == watched_in) hp_replay: assert (hp0_in == {{index == {n - 1}, watched_code}});
    if (step == 3) hp_last: assert (hp0_in[{width}] == (index == {n - 1}));
    // What the networks have of the vector.
    if (step == 0) loading: assert (lp_fed == ({lp_first} ? index : 0) && hp_fed == ({hp_first} ? index : 0)
      && !lp_whole && !hp_whole);
    if (step == 1 || step == 2) lp_first: assert (lp_whole && !hp_whole && hp_fed == 0 && {lp_first} && !({hp_first}));
    if (step == 2) lp_is_done: assert (lp_done);
    if (step == 3) replaying: assert (lp_done && !hp_whole && hp_fed == index && use_hp && !({hp_first}));
    if (step == 4) hp_has_it: assert (hp_whole && lp_whole == {lp_first} && hp_fed == 0 && lp_fed == 0);
    if (step == 4 && {lp_first} && !({hp_first})) after_lp: assert (lp_done && use_hp);
    if (step == 5) answer_is_there: assert ({by_hp} ? hp_done && hp_whole : lp_done && !hp_whole && hp_fed == 0);
    if (step == 5) lp_over: assert (lp_whole == {lp_first} && lp_done == {lp_first} && lp_fed == 0 && hp_fed == 0);
    // One answer, from the network that was selected.
    valid: assert (m_axis_tvalid == (step == 5));
    user: assert (m_axis_tuser == {{({by_hp}) ? hp_best : lp_best, use_hp}});
    if (step == 5) begin
      last_on_last: assert (m_axis_tlast == (index == {outs - 1}));
      if (index == watched_out) begin
        scores_asked: assert (({by_hp}) ? hp_asked : lp_asked);
        data: assert (m_axis_tdata == {extended});
        if (!({by_hp})) rescaled_score: assert (to_hp_code == lp_watched);
      end
    end
    cleared_at_end: assert (lp_clear == (step == 5 && m_axis_tready && index == {outs - 1}) && hp_clear == lp_clear);
    counters: assert (status_lp == by_lp && status_lp + status_hp == answers);
`ifndef LATE
{kept}
`endif
{newline.join(checks)}
  end
POLICY  // Results do not change under stall.
  reg stalled = 0;
  reg last_before;
  reg [{ow}:0] user_before;
  always @(posedge clk) begin
    stalled <= m_axis_tvalid && !m_axis_tready && !rst;
    last_before <= m_axis_tlast;
    user_before <= m_axis_tuser;
  end
  always @* if (stalled)
    stable_under_stall: assert (m_axis_tvalid && m_axis_tlast == last_before && m_axis_tuser == user_before);
  always @* begin
    an_answer: cover (m_axis_tvalid && m_axis_tlast && m_axis_tready{"" if both else " && !use_hp"});
    an_answer_of_hp: cover (m_axis_tvalid && m_axis_tlast && m_axis_tready && use_hp);
  end
endmodule
"""
    text = text.replace("POLICY", _policy_text(p))
    # Assertions about what the policy never does could not fail.
    never = ["hp_direct"] if hp_first == "1'b0" else []
    never += ["lp_is_done", "hp_replay", "hp_last", "after_lp", "rescaled_score"] if both else []
    for label in never:
        text = replace_once(text, rf"^ +if .*\b{label}: assert .*\n", "")
    networks = [layer.name for layer in (*p.lp, *p.hp)]
    # A network finishes only after a whole vector, for each layer's controller does.
    controls = [f"{layer}_control" for layer in networks]
    children = list(networks)
    children += [f"{p.name}_{what}" for what in ("lp_scores", "hp_scores", "to_lp", "to_hp")]
    children += [f"{p.name}_margins"] * certified
    show = ("state", "index", "answered", *(f"vector[{i}]" for i in range(n)))
    # What is left of the load, the check, HP's replay where it comes after LP, the results.
    shallow = n - late + 2 * outs + 12
    return Lemma(
        name=name,
        core=p.name,
        property="selection",
        claim=claim,
        top=f"{name}_check",
        checker=text,
        hdl=(file, *(other for other in hdl if other != file)),
        prepare=turn_out(p.name, *children, show=show),
        assumes=(*assumes, *(control for control in controls if control in asserted)),
        environment=(
            CLOCK_AND_RESET,
            *(
                f"{layer} gives its results in order after each whole vector, and only then"
                for layer, control in zip(networks, controls, strict=True)
                if control not in asserted
            ),
        ),
        late=tuple(begin) if late else (),
        depth=2,
        cover_depth=shallow + n,
        mutant_depth=shallow,
        mutants=select_mutants(p, hdl[file], file, text),
    )


def _policy_text(p: AdaptiveParams) -> str:
    """What hysteresis says, from the vectors' peaks alone."""
    if p.certified:
        return ""
    up, down = p.lp_thresholds
    says = f"lp_peak >= {up} || (held && lp_peak >= {down})"
    if p.policy is Policy.HYSTERESIS:
        says = f"held || lp_peak >= {up}"
    late = f"  always @* if ((step == 3 || step == 4) && !held) late: assert (lp_peak >= {up});\n"
    late = late if p.policy is Policy.HYSTERESIS else ""
    return f"{late}  always @* if (step == 5) by_thresholds: assert (use_hp == ({says}));\n"
