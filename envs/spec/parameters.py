"""Define the table of rule parameters: default, range, unit, rule and source.

The parameter record and the docs derive from this table. "assumption" means that no source gives the number. A scenario may
override any parameter under `parameters:`. Every mechanism of docs/sources.md (F01-F49) vanishes when its own parameter is 0.
"""

from dataclasses import dataclass
from typing import Final

ASSUMPTION: Final = "assumption"


@dataclass(frozen=True)
class Parameter:
    """Define a named number of the rules: the rule that uses it, its meaning and the source of its default."""

    name: str
    default: float
    low: float
    high: float
    rule: str  # the numbered rule of docs/model.md
    meaning: str
    source: str = ASSUMPTION


def _p(rule: str, name: str, default: float, low: float, high: float, meaning: str, source: str = ASSUMPTION) -> Parameter:
    return Parameter(name, default, low, high, rule, meaning, source)


PARAMETERS: Final = (
    # 1 legality
    _p("R1.1", "access_gate", 1, 0, 1, "troops and missiles in nansei need Japan's access or designation (F01)", "S0, S1"),
    _p("R1.2", "designation_gate", 1, 0, 2, "designation from which logistics is legal (F04, F05)", "S0, S2"),
    _p("R1.3", "luzon_sites", 6, 0, 9, "access sites that missiles in luzon need (F03)"),
    _p("R1.4", "protection_stage", 1, 0, 3, "plan stage from which asset protection is legal (F06)"),
    _p("R1.5", "designation_threshold", 0.20, 0, 1, "private assessment that a first designation needs; twice that the second"),
    _p("R1.6", "grievance", 0.04, 0, 1, "unmet demand that a protest or summons needs"),
    _p("R1.6", "recall_grievance", 5.0, 1, 20, "times that demand which a recall needs"),
    _p("R1.7", "plan_discount", 0.15, 0, 0.3, "share off the cost of F01-F04 per plan stage (F10)"),
    _p("R1.8", "disaster_need", 0.10, 0, 1, "disaster level from which relief is legal (F31)"),
    # 2 agreements
    _p("R2.2", "consult_trust", 0.10, 0, 1, "trust from a consultation (F11, F40)"),
    _p("R2.2", "summit_trust", 0.14, 0, 1, "trust from a summit (F32)"),
    _p("R2.2", "assure_trust", 0.12, 0, 1, "trust from an alliance reassurance (F45)"),
    _p("R2.2", "pledge_trust", 0.25, 0, 1, "trust from a pledge (F14)"),
    _p("R2.2", "arms_trust", 0.18, 0, 1, "trust from arms or trainers (F17, F18)"),
    _p("R2.2", "joint_trust", 0.08, 0, 1, "trust from a joint statement (F38)"),
    _p("R2.2", "presence_trust", 0.06, 0, 1, "trust from a deployment felt by the partner's rival"),
    _p("R2.2", "relief_share", 0.5, 0, 1, "share of the trust from an alliance reassurance that relief brings"),
    _p("R2.2", "contact_share", 0.5, 0, 1, "share of the trust from arms that contact or trainers bring"),
    _p("R2.3", "integration_step", 0.50, 0, 1, "rise of the command level per agreement (F29)"),
    # 3 presence
    _p("R3.1", "keep_patrol", 0.55, 0, 1, "share of patrol presence kept each week: fades in days"),
    _p("R3.1", "keep_coast_guard", 0.90, 0, 1, "share of coast-guard presence kept each week: persists"),
    _p("R3.1", "keep_troops", 0.96, 0, 1, "share of rotated troops kept each week"),
    _p("R3.1", "keep_missiles", 0.97, 0, 1, "share of placed missile units kept each week"),
    _p("R3.2", "command_delay", 0.50, 0, 1, "share of a US-Japan order that arrives a turn late (F30)", "S4; size: assumption"),
    _p("R3.3", "site_scale", 1.0, 0, 1, "how far access sites out of nine scale what luzon takes (F24)", "S3"),
    _p("R3.4", "logistics_step", 0.40, 0, 1, "rise of the logistics level per order (F04)"),
    _p("R3.4", "logistics_boost", 0.50, 0, 2, "gain of US presence in nansei at full logistics (F04)"),
    _p("R3.5", "protection_step", 0.50, 0, 1, "rise of the protection level per order (F06)"),
    _p("R3.6", "harden_step", 0.25, 0, 1, "rise of hardening per order (F09)"),
    _p("R3.7", "withdrawal", 0.50, 0, 1, "share of forward presence that a pull-back withdraws"),
    _p("R3.8", "plan_speed", 0.20, 0, 0.3, "share added to US-Japan orders per plan stage (F10)"),
    _p("R3.9", "level_keep", 0.90, 0, 1, "share of logistics, protection and hardening kept each week: they lapse unless renewed"),
    _p("R3.10", "threat_patrol", 0.60, 0, 2, "threat weight of patrols"),
    _p("R3.10", "threat_coast_guard", 0.30, 0, 2, "threat weight of coast guard"),
    _p("R3.10", "threat_troops", 0.45, 0, 2, "threat weight of troops"),
    _p("R3.10", "missile_weight", 1.0, 0, 2, "threat and deterrent weight of missiles (F02)"),
    _p("R3.10", "capability_apart", 0.0, 0, 1, "share of capability that leaves strength and weighs in conflict alone (R13.9)",
        "Fearon 1994"),
    _p("R3.10", "contact_patrol", 1.0, 0, 2, "contact weight of patrols"),
    _p("R3.10", "contact_coast_guard", 1.0, 0, 2, "contact weight of coast guard (F26, F27)", "S4; size: assumption"),
    _p("R3.10", "contact_troops", 0.15, 0, 2, "contact weight of troops"),
    _p("R3.10", "contact_missiles", 0.05, 0, 2, "contact weight of missiles"),
    # 4 signals
    _p("R4.1", "unofficial_weight", 1.0, 0, 1, "weight of a former leader's pledge (F14)"),
    _p("R4.2", "air_alarm", 0.60, 0, 2, "extra threat of air activity in the strait to US, Japan, Taiwan (F21)",
        "S2; size: assumption"),
    _p("R4.3", "privacy", 1, 0, 1, "private moves are hidden from third parties (F12)", "S2"),
    _p("R4.4", "reciprocity", 1.0, 0, 2, "extra warmth when both sides reassure in one turn"),
    # 5 answers
    _p("R5.1", "felt_in_full", 0.10, 0.01, 1, "provocation from which a deployment meets military grievance in full"),
    _p("R5.1", "cross_demand_relief", 0.50, 0, 1, "share of a summons that also meets military grievance"),
    _p("R5.3", "audience_cost", 0.50, 0, 2, "support lost when a full commitment is not honoured (Fearon 1994)"),
    _p("R5.3", "provoked", 1.0, 0, 1, "unmet demand from which silence counts as backing down"),
    _p("R5.3", "firm_presence", 0.05, 0, 1, "provocation from which a deployment counts as a firm answer"),
    _p("R5.3", "committed_from", 0.1, 0, 1, "public commitment from which silence counts as backing down"),
    _p("R5.3", "back_down_keep", 0.3, 0, 1, "share of its public commitment that an actor keeps when it backs down"),
    _p("R5.3", "back_down_trust", 0.2, 0, 1, "trust that clients lose when their patron backs down from a full commitment"),
    # 6 diplomacy
    _p("R6.1", "commitment_keep", 0.93, 0, 1, "share of public commitment kept each week"),
    _p("R6.1", "pledge_commitment", 0.35, 0, 1, "commitment from a pledge (Fearon 1997: ties hands)"),
    _p("R6.1", "threat_commitment", 0.35, 0, 1, "commitment from a conditional threat (F44)"),
    _p("R6.1", "escalation_commitment", 0.06, 0, 1, "commitment from any public step of rung 3 or more (Fearon 1994)"),
    _p("R6.1", "claim_commitment", 0.10, 0, 1, "commitment towards each rival from a restated claim"),
    _p("R6.1", "unofficial_share", 0.5, 0, 1, "share of the effects of a pledge that a former leader's pledge has"),
    _p("R6.1", "warning_share", 0.5, 0, 1, "share of the commitment from a threat that a warning brings"),
    _p("R6.2", "rally", 0.15, 0, 1, "support gained by a pledge or threat at once, per unit of tension felt"),
    _p("R6.3", "ambiguity_effect", 0.30, 0, 1, "restraint that an ambiguity statement puts on the client (F19)"),
    _p("R6.3", "ambiguity_worry", 0.2, 0, 1, "share of the trust that the client loses per unit of restraint"),
    _p("R6.4", "presence_erosion", 1.0, 0, 2, "how far presence near Taiwan takes ambiguity back (F47)"),
    _p("R6.5", "reassure_abandonment", 0.04, 0, 1, "trust a client loses when its patron reassures the rival (T15)",
        "Snyder 1984"),
    _p("R6.6", "no_comment_effect", 0.50, 0, 1, "share of a leak's effect that no comment takes back (F46)"),
    _p("R6.6", "confirm_effect", 0.50, 0, 1, "share that a confirmation adds (F46)"),
    _p("R6.7", "client_share", 0.5, 0, 1, "share of a patron's provocation that the rival holds against the client too (F16)",
        "S0; size: assumption"),
    _p("R6.7", "arms_readiness", 0.1, 0, 1, "readiness that the receiver of arms gains"),
    _p("R6.7", "trainers_step", 0.25, 0, 1, "rise of the level of trainers per order (F17)"),
    _p("R6.8", "greyzone_rise", 0.20, 0, 1, "lasting rise of rivals' coast guard after an administrative step (F28)",
        "S0; size: assumption"),
    # 7 leaks
    _p("R7.1", "leak_rate", 0.02, 0, 1, "chance a turn that a private plan leaks, per stage (F13)"),
    _p("R7.1", "leak_provocation", 0.35, 0, 1, "provocation of a leaked plan at full stage (F13)"),
    _p("R7.1", "leak_unease", 0.3, 0, 1, "host support lost to a leak of full provocation (F08, F13)"),
    # 8 perception
    _p("R8.2", "tension_floor", 0.04, 0, 0.5, "tension without threat"),
    _p("R8.2", "tension_slope", 0.45, 0, 2, "tension per unit of hostility times threat (Walt 1987)"),
    _p("R8.2", "tension_rate", 0.14, 0, 1, "weekly approach of tension to its fixed point"),
    _p("R8.3", "event_tension", 0.30, 0, 1, "tension per unit of provocation"),
    _p("R8.4", "hostility_gain", 0.06, 0, 1, "hostility per unit of provocation"),
    _p("R8.4", "hostility_rate", 0.06, 0, 1, "weekly return of hostility to its base"),
    _p("R8.4", "hostility_relief", 0.5, 0, 1, "hostility removed per unit of warmth, as a share of `hostility_gain`"),
    # 9 conflict
    _p("R9.2", "incident_rate", 0.30, 0, 5, "incidents a week per unit of contact times tension"),
    _p("R9.2", "linkage", 1.0, 0, 1, "share of a dyad's tension that every area feels (F36)", "S0, S4"),
    _p("R9.2", "hotline_reduction", 0.50, 0, 1, "share off risk with an open hotline"),
    _p("R9.3", "incident_memory", 0.70, 0, 1, "share of an incident's salience kept each week"),
    _p("R9.3", "incident_tension", 0.06, 0, 1, "tension per unit of severity"),
    _p("R9.3", "incident_demand", 0.35, 0, 1, "military grievance per unit of severity"),
    _p("R9.3", "severity_floor", 0.2, 0, 1, "least severity of an incident"),
    _p("R9.4", "hazard_rate", 0.0045, 0, 1, "conflict hazard a week at tension one half and full contact (F22)"),
    _p("R9.4", "hazard_floor", 0.02, 0, 1, "contact that is always there"),
    _p("R9.4", "hazard_recent_incident", 1.5, 0, 5, "multiplier of fresh incidents"),
    _p("R9.4", "hazard_commitment", 1.0, 0, 5, "multiplier of public commitments"),
    _p("R9.4", "hazard_crisis", 0.3, 0, 20, "multiplier of the hazard in a long crisis"),
    _p("R9.4", "hazard_crisis_turns", 10, 1, 52, "turns of a crisis after which that multiplier is full"),
    _p("R9.5", "early_action", 0.50, 0, 5, "multiplier of early-action incentives at hosted sites (F08)"),
    _p("R9.5", "early_plan", 0.30, 0, 2, "early-action incentive of a formal plan that is public (F08)"),
    _p("R9.5", "harden_reduction", 0.80, 0, 1, "share of that incentive that hardening takes away (F09)"),
    _p("R9.5", "troops_share", 0.5, 0, 1, "weight of troops next to missile units at hosted sites"),
    _p("R9.5", "early_bound", 2.0, 0, 10, "greatest early-action incentive"),
    _p("R9.6", "protection_stake", 1.0, 0, 5, "extra stake of US incidents under asset protection (F06)"),
    # 10 domestic
    _p("R10.1", "demand_keep", 0.85, 0, 1, "share of unmet demand kept each week"),
    _p("R10.1", "grievance_verbal_gain", 1.0, 0, 3, "verbal grievance per unit of provocation by words and acts"),
    _p("R10.1", "grievance_military_gain", 0.5, 0, 3, "military grievance per unit of provocation by presence"),
    _p("R10.2", "lapse_demand", 0.1, 0, 1, "verbal grievance below which a summons or an open protest lapses"),
    _p("R10.3", "support_rate", 0.06, 0, 1, "weekly return of support to its base"),
    _p("R10.3", "support_base", 0.60, 0, 1, "resting domestic support"),
    _p("R10.3", "demand_drain", 0.10, 0, 1, "support lost to full unmet demand a week"),
    _p("R10.4", "readiness_rate", 0.11, 0, 1, "readiness recovered a week"),
    _p("R10.4", "credibility_rate", 0.11, 0, 1, "statement budget recovered a week"),
    _p("R10.4", "capital_rate", 0.05, 0, 1, "political capital recovered a week"),
    _p("R10.4", "capital_support", 0.06, 0, 1, "capital recovered a week per unit of support"),
    _p("R10.5", "background_pull", 0.15, 0, 1, "share of US and Japanese readiness bound elsewhere (F35)", "S0; size: assumption"),
    _p("R10.6", "trust_rate", 0.05, 0, 1, "weekly return of trust to its base"),
    _p("R10.6", "abandonment", 0.06, 0, 1, "trust lost when a threatened client gets no support (F18)"),
    _p("R10.6", "abandoned_from", 0.3, 0, 1, "tension of a client from which missing support counts as abandonment"),
    _p("R10.7", "hosting_risk", 0.04, 0, 1, "host support lost a week at full hosted presence (F08)", "S0; size: assumption"),
    _p("R10.7", "host_rate", 0.03, 0, 1, "weekly return of host support to its base"),
    _p("R10.7", "host_base", 0.6, 0, 1, "resting support for hosting among residents"),
    _p("R10.7", "hosting_share", 0.25, 0, 1, "share of the support lost to hosting that the government loses"),
    _p("R10.8", "hosting_cost", 0.04, 0, 1, "host support lost when access is granted (F07)", "S0; size: assumption"),
    _p("R10.8", "access_step", 2.0, 0, 4, "sites a widening of access adds (F24)", "S3: five to nine"),
    # 11 crises
    _p("R11.1", "press_open", 0.25, 0, 2, "pressure of one side in a turn that opens a crisis"),
    _p("R11.1", "press_keep", 0.15, 0, 2, "pressure of one side in a turn that keeps a crisis alive"),
    _p("R11.2", "offer_turns", 3, 1, 52, "turns that the offer of a deal stands in a crisis"),
    _p("R11.3", "leverage_floor", 0.4, 0.01, 5, "leverage of either side without anything done"),
    _p("R11.3", "leverage_force", 0.6, 0, 5, "leverage per unit of presence unanswered"),
    _p("R11.3", "leverage_words", 1.0, 0, 5, "leverage per unit of words and acts unanswered"),
    _p("R11.3", "leverage_commitment", 2.0, 0, 5, "leverage per unit of public commitment"),
    _p("R11.3", "leverage_linked", 0.3, 0, 1, "share of commitments towards other rivals that counts"),
    _p("R11.4", "terms_keep", 0.96, 0, 1, "share of terms kept each week"),
    _p("R11.4", "ripeness_rate", 0.025, 0, 1, "weekly recovery of what there is to settle"),
    _p("R11.4", "ripeness_start", 1.0, 0, 1, "what there is to settle at the start"),
    _p("R11.5", "truce_turns", 10, 0, 52, "turns a settlement binds"),
    _p("R11.5", "breach_terms", 0.3, 0, 1, "terms lost by breaking a truce"),
    _p("R11.5", "breach_support", 0.1, 0, 1, "support lost by breaking a truce"),
    _p("R11.6", "unripe_cost", 2.0, 0, 5, "third-party cost of opening a crisis with nothing left to settle (F41)"),
    _p("R11.7", "talks_from", 3, 0, 52, "turns of a crisis before it can be settled"),
    _p("R11.7", "settle_terms", 0.50, 0, 1, "terms that move in a settlement with all leverage on one side"),
    _p("R11.7", "joint_gain", 0.15, 0, 1, "terms that both sides gain from a deal"),
    _p("R11.8", "yield_terms", 0.05, 0, 1, "terms that a side gives up beyond that when it yields"),
    _p("R11.8", "unasked_share", 0.5, 0, 1, "share of a yield that the winner banks without an open offer of its own"),
    _p("R11.9", "fade_turns", 3, 1, 52, "quiet turns after which a crisis fades"),
    _p("R11.9", "fade_share", 0.1, 0, 1, "share of the terms of a deal that a fade moves"),
    _p("R11.9", "fade_blame", 0.3, 0, 1, "share of its audience cost that the opener of a crisis pays when it fades"),
    _p("R11.9", "fade_left", 0.6, 0, 1, "share of it that a fade leaves"),
    _p("R11.10", "settle_left", 0.1, 0, 1, "share of it that a settlement leaves"),
    _p("R11.10", "settle_relief", 0.7, 0, 1, "share of unmet demand that a settlement meets"),
    _p("R11.10", "settle_calm", 0.5, 0, 1, "share of tension beyond its fixed point that a settlement takes away"),
    # 12 exogenous
    _p("R12.1", "disaster_rate", 0.01, 0, 1, "chance of a disaster a week and actor (F31)"),
    _p("R12.1", "disaster_keep", 0.80, 0, 1, "share of the need after a disaster kept each week"),
    _p("R12.1", "relief_left", 0.5, 0, 1, "share of the need after a disaster that relief leaves"),
    _p("R12.2", "leadership_rate", 0.0, 0, 1, "chance of a leadership change a week and actor (F33)"),
    _p("R12.3", "drift", 0.0, -0.05, 0.05, "weekly drift of China's capability against the others' (F34)"),
    # 13 rewards
    _p("R13.1", "contest_floor", 0.2, 0.01, 1, "presence at which an uncontested area is half won (Tullock contest)"),
    _p("R13.1", "ally_share", 0.40, 0, 1,
        "share of an ally's presence that counts as one's own, and of lesser rivals' beside the strongest"),
    _p("R13.1", "denial", 0.80, 0, 5, "how far rival missiles blunt one's presence"),
    _p("R13.2", "claims_security", 2.2, 0, 10, "value of the contest to a security-seeker"),
    _p("R13.2", "claims_opportunist", 3.6, 0, 10, "value of the contest to an opportunist"),
    _p("R13.2", "accustom_rate", 0.10, 0, 1, "weekly approach of the share that counts as usual to the share held"),
    _p("R13.2", "share_gain", 0.4, 0, 5, "claims utility of a share beyond the usual, per unit of claims value"),
    _p("R13.2", "terms_gain", 1.5, 0, 5, "claims utility of terms held, per unit of claims value"),
    _p("R13.3", "fear_security", 1.2, 0, 10, "cost of felt tension to a security-seeker"),
    _p("R13.3", "fear_opportunist", 0.6, 0, 10, "cost of felt tension to an opportunist"),
    _p("R13.3", "balance_security", 1.0, 0, 10, "cost of being outweighed to a security-seeker"),
    _p("R13.3", "balance_opportunist", 0.1, 0, 10, "cost of being outweighed to an opportunist"),
    _p("R13.4", "status_quo_cost", 0.8, 0, 10, "third-party cost of provocation beyond one's unmet demand (F41)",
        "S4; size: assumption"),
    _p("R13.5", "trade_cost", 0.8, 0, 10, "cost of tension with trading partners"),
    _p("R13.6", "support_value", 2.0, 0, 10, "value of domestic support above its base"),
    _p("R13.7", "alliance_value", 2.0, 0, 10, "value of trust above its base"),
    _p("R13.8", "move_cost", 0.5, 0, 10, "cost of budget spent"),
    _p("R13.8", "upkeep", 0.08, 0, 10, "upkeep of forward presence, linear"),
    _p("R13.8", "upkeep_square", 0.25, 0, 10, "upkeep of forward presence, quadratic"),
    _p("R13.8", "crisis_cost", 0.8, 0, 5, "cost of a week of crisis without resolve"),
    _p("R13.8", "crisis_relief", 0.7, 0, 1, "share of it that full resolve spares"),
    _p("R13.8", "readiness_price", 0.6, 0, 1, "weight of readiness next to the other budgets in what is spent"),
    _p("R13.9", "peace_floor", 1.0, 0.1, 10, "no peaceful turn is worth less than minus this"),
    _p("R13.9", "price_apart", 0.0, 0, 1, "share of the price of moves that is charged in full, whatever the turn is worth",
        "Fearon 1997"),
    _p("R13.9", "price_reduction", 0.0, 0, 1, "share of that price which full resolve spares", "Fearon 1997"),
    _p("R13.9", "conflict_loss", 20.0, 0, 100, "loss of a belligerent without resolve"),
    _p("R13.9", "resolve_reduction", 0.4, 0, 1, "share of that loss which full resolve bears"),
    _p("R13.9", "bystander_share", 0.4, 0, 1, "share of that loss which the others bear"),
    # 14 propensity
    _p("R14.1", "fear_gain", 2.0, 0, 10, "escalation propensity per unit of rival posture, security-seeker (F37)",
        "S3, Jervis 1978; size: assumption"),
    _p("R14.1", "fear_threshold", 0.5, 0, 5, "fear at which a security-seeker's propensity is one half"),
    _p("R14.2", "opportunity_gain", 1.5, 0, 10, "propensity per unit of attainable share, opportunist (F37)",
        "S3, Jervis 1978; size: assumption"),
    _p("R14.2", "opportunity_step", 0.3, 0, 2, "strength that the attainable share imagines added in each claimed area"),
    _p("R14.2", "deterrence_gain", 2.0, 0, 10, "propensity lost per unit of rival posture, opportunist (F37)",
        "S3, Jervis 1978; size: assumption"),
    # 15 observations
    _p("R15.1", "observation_noise", 0.0, 0, 0.5, "half-width of the noise on others' presence"),
)  # fmt: skip
PARAMETER_INDEX: Final = {p.name: p for p in PARAMETERS}


def table() -> str:
    """Return the parameters in Markdown for the docs."""
    rows = ["| rule | parameter | default | range | meaning | source |", "|---|---|---|---|---|---|"]
    rows += [f"| {p.rule} | `{p.name}` | {p.default:g} | {p.low:g}..{p.high:g} | {p.meaning} | {p.source} |" for p in PARAMETERS]
    return "\n".join(rows)
