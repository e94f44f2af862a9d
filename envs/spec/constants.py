"""Define the constants that all modules share: actors, areas, classes of presence and statuses.

This module holds no logic. The label "actor" takes no position on status. The order of every tuple is fixed, because it is the
order of every array axis.
"""

from typing import Final

ENVIRONMENT: Final = "straits-v1"  # version of the rules; results are compared only within one version

ACTORS: Final = ("usa", "japan", "china", "taiwan", "philippines")
CODES: Final = ("US", "JP", "CN", "TW", "PH")
N_ACTORS: Final = 5
USA, JAPAN, CHINA, TAIWAN, PHILIPPINES = range(N_ACTORS)

AREAS: Final = (
    "japan_home",
    "nansei",  # the Nansei/Ryukyu chain, Okinawa to the islands near Taiwan
    "taiwan",
    "taiwan_strait",
    "east_china_sea",
    "south_china_sea",  # South China Sea/West Philippine Sea
    "luzon",
    "philippine_sea",
    "mainland_coast",
)
N_AREAS: Final = 9
(
    JAPAN_HOME,
    NANSEI,
    TAIWAN_AREA,
    TAIWAN_STRAIT,
    EAST_CHINA_SEA,
    SOUTH_CHINA_SEA,
    LUZON,
    PHILIPPINE_SEA,
    MAINLAND_COAST,
) = range(N_AREAS)
NOWHERE: Final = -1

CLASSES: Final = ("patrol", "coast_guard", "troops", "missiles")
N_CLASSES: Final = 4
PATROL_CLASS, COAST_GUARD_CLASS, TROOPS_CLASS, MISSILES_CLASS = range(N_CLASSES)

CHANNELS: Final = ("deployment", "statement", "act")
N_CHANNELS: Final = 3
DEPLOYMENT, STATEMENT, ACT = range(N_CHANNELS)

AMBASSADOR: Final = ("office", "normal", "protest_open", "summoned", "recalled", "broken")
OFFICE, NORMAL, PROTEST_OPEN, SUMMONED, RECALLED, BROKEN = range(6)

MOST_SITES: Final = 9.0  # sites that the Philippines or Japan can open (S3)
LEAST_CAPABILITY, MOST_CAPABILITY = 0.5, 1.5  # bounds of the reach of presence (assumption)
HIDDEN: Final = 0.01  # hidden trainers from which there is something to disclose or to leak (assumption)

DESIGNATIONS: Final = ("none", "important_influence", "survival_threatening")
GOALS: Final = ("security_seeker", "opportunist")
SECURITY_SEEKER, OPPORTUNIST = range(2)

OUTCOMES: Final = ("running", "conflict", "horizon")
RUNNING, CONFLICT, HORIZON = range(3)
CRISIS_ENDS: Final = ("none", "deal", "yield", "fade")  # how the crisis of a pair ended this turn; conflict is an outcome
NO_END, DEAL_END, YIELD_END, FADE_END = range(4)

RUNGS: Final = (
    "routine",
    "signalling",
    "protest",
    "show of presence",
    "forward deployment",
    "coercive presence",
    "armed conflict",
)
CONFLICT_RUNG: Final = 6
CRISIS_RUNG: Final = 3

COMPONENTS: Final = ("security", "claims", "status_quo", "trade", "support", "alliance", "cost", "conflict")
N_COMPONENTS: Final = 8
(
    SECURITY_REWARD,
    CLAIMS_REWARD,
    STATUS_QUO_REWARD,
    TRADE_REWARD,
    SUPPORT_REWARD,
    ALLIANCE_REWARD,
    COST_REWARD,
    CONFLICT_REWARD,
) = range(N_COMPONENTS)

PLAN_STAGES: Final = ("none", "draft", "agreed to plan", "formal plan")
N_PAIRS: Final = 10
PAIRS: Final = tuple((i, j) for i in range(N_ACTORS) for j in range(i + 1, N_ACTORS))
