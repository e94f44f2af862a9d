"""Type the records that the rules read and write: one annotated attribute per field.

At run time a rule gets a NumPy record, compiled or not. These protocols let an editor complete `state.` and `params.`, and mypy
find a field that does not exist. A test compares them with `GAME_FIELDS`, `PARAMETERS` and `PARAMS_ARRAYS`.
"""

from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Bytes: TypeAlias = NDArray[np.int8]
Sets: TypeAlias = NDArray[np.uint64]  # choices or actors, one bit each


class State(Protocol):
    """Hold one game. `GAME_FIELDS` gives shapes, visibility and meanings."""

    seed: int  # the game's seed, key of its random numbers
    episode: int  # episodes played since that seed
    scenario: int  # row of the batch's scenarios
    turn: int  # turns played
    horizon: int  # turns to play
    outcome: int  # running, conflict or horizon
    playing: int  # 1 while a turn of the game is under way
    belligerents: Ints  # the pair in conflict, or -1
    presence: Floats  # [actor, area, class] presence, 0..1
    standing: Floats  # [actor, area, class] the level that presence fades to, 0..1
    order_area: Ints  # area of an order that arrives next turn, or -1
    order_class: Ints  # class of that order
    order_amount: Floats  # amount of that order
    strength: Floats  # [actor, area] weighted presence of this turn
    denial: Floats  # [actor, area] reach of the actor's missiles, from 0
    tension: Floats  # [i, j] how threatened i feels by j, 0..1
    baseline_tension: Floats  # [i, j] tension at the start
    hostility: Floats  # [i, j] i's standing view of j, 0..1
    public_commitment: Floats  # [i, j] public commitment of i towards j, 0..1
    trust: Floats  # [i, j] how far j counts on i's support, 0..1
    ambassador: Bytes  # [i, j] how i treats relations with j
    hotline: Bytes  # [i, j] hotline and incident-avoidance deal open
    access: Floats  # sites a host opens to the US, 0..9
    plan: Bytes  # [i, j] stage of the joint plan, 0..3
    plan_known: Bytes  # [i, j] stage that is public
    talk: Floats  # [i, j] private contingency talk not yet public, 0..1
    leaked: Bytes  # [i, j] turns in which the leak can still be answered
    leak_size: Floats  # [i, j] provocation of the leak that is open
    command: float  # level of US-Japan command integration, 0..1
    designation: int  # Japan's public designation, 0..2
    assessment: float  # Japan's private assessment, 0..1
    host_support: Floats  # support for hosting among residents, 0..1
    trainers: Floats  # trainers of the actor in Taiwan, 0..1
    trainers_known: Floats  # the part that is public
    support: Floats  # domestic support, 0..1
    grievance_verbal: Floats  # [i, j] i's unmet demand to answer j's words and acts, 0..1
    grievance_military: Floats  # [i, j] i's unmet demand to answer j's presence, 0..1
    readiness: Floats  # budget for deployments, 0..1
    credibility: Floats  # budget for statements, 0..1
    capital: Floats  # budget for acts, 0..1
    hardened: Floats  # hardening and dispersal, 0..1
    logistics: float  # Japan's supply of US units in nansei, 0..1
    protection: float  # Japan's protection of US aircraft and ships, 0..1
    goal: Ints  # private type: security-seeker or opportunist
    resolve: Floats  # private type: resolve, 0..1
    capability: Floats  # reach of an actor's presence, 0.5..1.5
    restraint: Floats  # restraint that a patron's ambiguity puts on it, 0..1
    propensity: Floats  # escalation propensity, 0..1
    disaster: Floats  # need after a disaster, 0..1
    incident: Floats  # severity of fresh incidents, 0..1
    recent_incident: Floats  # [i, j] severity of fresh incidents between them, 0..1
    crisis_turns: Floats  # [i, j] turns that the crisis of the pair has lasted, 0 without a crisis
    quiet_turns: Floats  # [i, j] turns in a row of the crisis in which neither side pressed
    crisis_opener: Bytes  # [i, j] 1 if i opened the last crisis of the pair
    crisis_end: Bytes  # [i, j] how the crisis of the pair ended this turn; yield: i yielded
    crises: Ints  # [i, j] crises of the pair so far
    truce_turns: Floats  # [i, j] turns that the truce of the pair still binds
    breaches: Ints  # [i, j] truces with j that i has broken so far
    ripeness: Floats  # [i, j] how much the pair has left to settle, 0..1
    terms: Floats  # [i, j] what i holds from settlements with j, -1..1
    offer_turns: Floats  # [i, j] turns that i's offer of a deal to j still stands
    leverage: Floats  # [i, j] i's share of the leverage between i and j, 0..1
    hazard: Floats  # [i, j] conflict hazard of this turn
    cooldown: Bytes  # [actor, move] turns until the move's kind is rested
    open: Sets  # [actor, channel] choices that the gates leave open, one bit each
    proposal: Ints  # [actor, statement or act] open proposal as a flat move, or -1
    agreed: Ints  # [actor, statement or act] what two sides agreed this turn, or -1
    moves: Ints  # [actor, channel] last accepted moves; private ones are hidden
    provocation_presence: Floats  # [i, j] provocation by presence that i sent and j received this turn, 0..1
    provocation_verbal: Floats  # [i, j] the same by words and acts, 0..1
    reassurance: Floats  # [i, j] warmth that i sent and j received this turn, 0..1
    spent: Floats  # budget spent this turn
    excess: Floats  # provocation this turn beyond unmet demand
    share: Floats  # claim-weighted contest share
    outweighed: Floats  # claim-weighted excess of rivals
    usual_share: Floats  # the share that counts as usual: it follows `share`
    usual_outweighed: Floats  # the excess of rivals that counts as usual: it follows `outweighed`
    start_felt: Floats  # tension towards rivals at the start
    start_traded: Floats  # tension with trading partners at the start
    closed: Sets  # acts at j that the relations of i and j close to i
    received_provocation: Floats  # [i, j] provocation that i received from j, 0..1
    received_reassurance: Floats  # [i, j] warmth that i received from j, 0..1
    threat: Floats  # [i, j] how near and strong j is to i
    odds: Floats  # the share of each area
    odds_with_more: Floats  # the share with one more step there
    excess_there: Floats  # by how much rivals outweigh there
    posture_there: Floats  # rivals' strength and missiles there
    attainable: Floats  # claim-weighted contest share with one more step in every area
    posture: Floats  # claim-weighted strength and missiles of rivals
    forward: Floats  # [actor, area] presence beyond the standing level
    exposed: Floats  # [actor, area] presence that may meet others'
    first_strike_incentive: Floats  # how far the actor's unhardened units tempt rivals to act early
    rung: Bytes  # [i, j] rung of i's steps that j saw this turn
    peak_tension: float  # highest pair tension so far (an outcome, not observed)
    peak_rung: int  # highest rung so far
    incidents: int  # incidents so far
    first: int  # who took the first step of rung 3 or more, or -1
    reward: Floats  # [actor, component] of this turn


class Params(Protocol):
    """Hold the constants of a scenario: the numbers of `PARAMETERS`, then `PARAMS_ARRAYS`."""

    access_gate: float  # R1.1
    designation_gate: float  # R1.2
    luzon_sites: float  # R1.3
    protection_stage: float  # R1.4
    designation_threshold: float  # R1.5
    grievance: float  # R1.6
    recall_grievance: float  # R1.6
    plan_discount: float  # R1.7
    disaster_need: float  # R1.8
    consult_trust: float  # R2.2
    summit_trust: float  # R2.2
    assure_trust: float  # R2.2
    pledge_trust: float  # R2.2
    arms_trust: float  # R2.2
    joint_trust: float  # R2.2
    presence_trust: float  # R2.2
    relief_share: float  # R2.2
    contact_share: float  # R2.2
    integration_step: float  # R2.3
    keep_patrol: float  # R3.1
    keep_coast_guard: float  # R3.1
    keep_troops: float  # R3.1
    keep_missiles: float  # R3.1
    command_delay: float  # R3.2
    site_scale: float  # R3.3
    logistics_step: float  # R3.4
    logistics_boost: float  # R3.4
    protection_step: float  # R3.5
    harden_step: float  # R3.6
    withdrawal: float  # R3.7
    plan_speed: float  # R3.8
    level_keep: float  # R3.9
    threat_patrol: float  # R3.10
    threat_coast_guard: float  # R3.10
    threat_troops: float  # R3.10
    missile_weight: float  # R3.10
    capability_apart: float  # R3.10
    contact_patrol: float  # R3.10
    contact_coast_guard: float  # R3.10
    contact_troops: float  # R3.10
    contact_missiles: float  # R3.10
    unofficial_weight: float  # R4.1
    air_alarm: float  # R4.2
    privacy: float  # R4.3
    reciprocity: float  # R4.4
    felt_in_full: float  # R5.1
    cross_demand_relief: float  # R5.1
    audience_cost: float  # R5.3
    provoked: float  # R5.3
    firm_presence: float  # R5.3
    committed_from: float  # R5.3
    back_down_keep: float  # R5.3
    back_down_trust: float  # R5.3
    commitment_keep: float  # R6.1
    pledge_commitment: float  # R6.1
    threat_commitment: float  # R6.1
    escalation_commitment: float  # R6.1
    claim_commitment: float  # R6.1
    unofficial_share: float  # R6.1
    warning_share: float  # R6.1
    rally: float  # R6.2
    ambiguity_effect: float  # R6.3
    ambiguity_worry: float  # R6.3
    presence_erosion: float  # R6.4
    reassure_abandonment: float  # R6.5
    no_comment_effect: float  # R6.6
    confirm_effect: float  # R6.6
    client_share: float  # R6.7
    arms_readiness: float  # R6.7
    trainers_step: float  # R6.7
    greyzone_rise: float  # R6.8
    leak_rate: float  # R7.1
    leak_provocation: float  # R7.1
    leak_unease: float  # R7.1
    tension_floor: float  # R8.2
    tension_slope: float  # R8.2
    tension_rate: float  # R8.2
    event_tension: float  # R8.3
    hostility_gain: float  # R8.4
    hostility_rate: float  # R8.4
    hostility_relief: float  # R8.4
    incident_rate: float  # R9.2
    linkage: float  # R9.2
    hotline_reduction: float  # R9.2
    incident_memory: float  # R9.3
    incident_tension: float  # R9.3
    incident_demand: float  # R9.3
    severity_floor: float  # R9.3
    hazard_rate: float  # R9.4
    hazard_floor: float  # R9.4
    hazard_recent_incident: float  # R9.4
    hazard_commitment: float  # R9.4
    hazard_crisis: float  # R9.4
    hazard_crisis_turns: float  # R9.4
    early_action: float  # R9.5
    early_plan: float  # R9.5
    harden_reduction: float  # R9.5
    troops_share: float  # R9.5
    early_bound: float  # R9.5
    protection_stake: float  # R9.6
    demand_keep: float  # R10.1
    grievance_verbal_gain: float  # R10.1
    grievance_military_gain: float  # R10.1
    lapse_demand: float  # R10.2
    support_rate: float  # R10.3
    support_base: float  # R10.3
    demand_drain: float  # R10.3
    readiness_rate: float  # R10.4
    credibility_rate: float  # R10.4
    capital_rate: float  # R10.4
    capital_support: float  # R10.4
    background_pull: float  # R10.5
    trust_rate: float  # R10.6
    abandonment: float  # R10.6
    abandoned_from: float  # R10.6
    hosting_risk: float  # R10.7
    host_rate: float  # R10.7
    host_base: float  # R10.7
    hosting_share: float  # R10.7
    hosting_cost: float  # R10.8
    access_step: float  # R10.8
    press_open: float  # R11.1
    press_keep: float  # R11.1
    offer_turns: float  # R11.2
    leverage_floor: float  # R11.3
    leverage_force: float  # R11.3
    leverage_words: float  # R11.3
    leverage_commitment: float  # R11.3
    leverage_linked: float  # R11.3
    terms_keep: float  # R11.4
    ripeness_rate: float  # R11.4
    ripeness_start: float  # R11.4
    truce_turns: float  # R11.5
    breach_terms: float  # R11.5
    breach_support: float  # R11.5
    unripe_cost: float  # R11.6
    talks_from: float  # R11.7
    settle_terms: float  # R11.7
    joint_gain: float  # R11.7
    yield_terms: float  # R11.8
    unasked_share: float  # R11.8
    fade_turns: float  # R11.9
    fade_share: float  # R11.9
    fade_blame: float  # R11.9
    fade_left: float  # R11.9
    settle_left: float  # R11.10
    settle_relief: float  # R11.10
    settle_calm: float  # R11.10
    disaster_rate: float  # R12.1
    disaster_keep: float  # R12.1
    relief_left: float  # R12.1
    leadership_rate: float  # R12.2
    drift: float  # R12.3
    contest_floor: float  # R13.1
    ally_share: float  # R13.1
    denial: float  # R13.1
    claims_security: float  # R13.2
    claims_opportunist: float  # R13.2
    accustom_rate: float  # R13.2
    share_gain: float  # R13.2
    terms_gain: float  # R13.2
    fear_security: float  # R13.3
    fear_opportunist: float  # R13.3
    balance_security: float  # R13.3
    balance_opportunist: float  # R13.3
    status_quo_cost: float  # R13.4
    trade_cost: float  # R13.5
    support_value: float  # R13.6
    alliance_value: float  # R13.7
    move_cost: float  # R13.8
    upkeep: float  # R13.8
    upkeep_square: float  # R13.8
    crisis_cost: float  # R13.8
    crisis_relief: float  # R13.8
    readiness_price: float  # R13.8
    peace_floor: float  # R13.9
    price_apart: float  # R13.9
    price_reduction: float  # R13.9
    conflict_loss: float  # R13.9
    resolve_reduction: float  # R13.9
    bystander_share: float  # R13.9
    fear_gain: float  # R14.1
    fear_threshold: float  # R14.1
    opportunity_gain: float  # R14.2
    opportunity_step: float  # R14.2
    deterrence_gain: float  # R14.2
    observation_noise: float  # R15.1
    horizon: int
    rivals: Ints
    rival: Floats
    ally: Floats
    trade: Floats
    proximity: Floats
    claim: Floats
    hostility_base: Floats
    commitment_base: Floats
    trust_base: Floats
    audience_strength: Floats
    opportunist_share: Floats
    resolve_range: Floats
    weights: Floats
    legal: Bytes
    may: Sets
    cost: Floats
    prices: Floats
    price_rank: Bytes
    keep: Floats
    cooldown_turns: Bytes
    provocation: Floats
    warmth: Floats
    demand_relief: Floats
    amount: Floats
    provokes: Floats
    warms: Floats
    relieves: Floats
    schedule: Ints
    start: State
