"""Write docs/performance.md: the tables of the benchmark, and what they show about the limits."""

import textwrap
from collections.abc import Iterable, Sequence
from typing import Final

from straits.envs.spec.constants import N_ACTORS
from straits.experiments.benchmarks.phases import GAMES as PHASE_GAMES
from straits.experiments.benchmarks.results import HEADLINE, Batch, Findings
from straits.experiments.benchmarks.timing import Rate

COMMAND: Final = "straits bench --json runs/bench.json --page docs/performance.md"
ABSENT: Final = "not installed"
LEARNERS: Final = {"ppo": "PPO", "maskable_ppo": "MaskablePPO"}
KINDS: Final = {
    "branches on moves": ("gate", "pact", "act", "signal", "rest", "open gates"),
    "arithmetic over pairs and areas": (
        "answer", "stance", "leak", "perceive", "risk", "domestic", "crises", "exogenous", "end", "score", "propensity",
    ),
    "writing observations": ("observe", "masks"),
}  # fmt: skip
MEANING: Final = {
    "engine_game_turns_per_s": "game-turns per second of the engine, five actors each, at the best batch size",
    "engine_bandwidth_share": "memory traffic of these turns, at least, relative to the copy bandwidth of the threads",
    "parallel_turns_per_s": "turns per second of one game with the Parallel API",
    "aec_moves_per_s": "moves of single actors per second with the AEC API",
    "ppo_collection_share_of_null": "speed of PPO's rollouts relative to rollouts on an empty VecEnv",
    "ppo_share_of_null": "speed of PPO from end to end relative to an empty VecEnv",
    "maskable_ppo_share_of_null": "speed of MaskablePPO from end to end relative to an empty VecEnv",
    "rollout_over_supersuit": "speed of PPO's rollouts with our VecEnv relative to SuperSuit's conversion of the Parallel API",
    "agent_steps_over_mpe2": "agent-steps of the engine relative to mpe2's simple_spread",
}
APIS: Final = {
    "parallel_turns_per_s": ("Parallel, turns of five actors", N_ACTORS),
    "aec_moves_per_s": ("AEC, moves of one actor, `last` before each", 1),
}


def render(findings: Findings) -> str:
    """Return the page in Markdown. Parts that were not measured are omitted."""
    parts = [_head(findings), _engine(findings), _apis(findings), _learners(findings), _peers(findings)]
    parts += [_scaling(findings), _phases(findings), _draws(findings)]
    return "\n".join(line for part in parts for line in part)


def _head(findings: Findings) -> list[str]:
    facts = {name: value for name, value in {**findings.machine, **findings.versions}.items() if name != "platform"}
    machine = ", ".join(f"{name} {value}" for name, value in facts.items())
    copied = ", ".join(f"{moved / 1e9:,.1f} GB/s with {_threads(threads)}" for threads, moved in findings.bandwidth.items())
    rows = [(f"`{name}`", _number(findings.headline[name]), MEANING[name]) for name in HEADLINE if name in findings.headline]
    return [
        *("# Performance", ""),
        *_prose(
            "After this page you know how fast everything is and what limits it. It is the output of `make bench` on a quiet"
            " machine, which runs"
        ),
        *("```bash", COMMAND, "```", ""),
        *_prose(
            "Rates are per second. They are medians of at least three repeats, on recorded random legal moves. A"
            " learner's relative speeds are medians over alternating pairs of measurements. Other environments are"
            " measured in the same run if the extra `bench` is installed."
        ),
        *_prose(
            f"The machine: {machine}. For a comparison with other machines: a plain Python loop makes"
            f" {findings.reference / 1e6:,.1f} million additions per second, and a memory copy reads and writes"
            f" {copied}."
        ),
        *_table(("headline", "", "meaning"), rows),
    ]


def _engine(findings: Findings) -> list[str]:
    moved = {b.observed: b.bytes_a_turn / 1e3 for b in findings.engine}
    traffic = " and ".join(f"{kb:,.1f} KB {'with' if seen else 'without'} observations" for seen, kb in moved.items())
    rows = [_batch(b, findings) for b in sorted(findings.engine, key=lambda b: (b.games, b.threads)) if b.observed]
    heads = ("games", "threads", "game-turns/s with observations", "without", "GB/s moved at least", "share of the bandwidth")
    return [
        *("## The engine", ""),
        *_prose(
            "The slowest and the fastest repeat are in brackets; every repeat resets its games. A game-turn moves"
            f" at least {traffic}: it reads and writes the game's record, reads its moves, and writes its"
            " observations. A batch that fits the cache moves less through memory. Below 32 games the engine uses"
            " one thread."
        ),
        *_table(heads, rows),
    ]


def _batch(batch: Batch, findings: Findings) -> list[str]:
    same = [b for b in findings.engine if (b.games, b.threads) == (batch.games, batch.threads) and not b.observed]
    moved = f"{batch.rate.median * batch.bytes_a_turn / 1e9:,.2f}"
    without = _spread(same[0].rate) if same else ""
    return [f"{batch.games:,}", str(batch.threads), _spread(batch.rate), without, moved, _percent(batch.bandwidth_share)]


def _apis(findings: Findings) -> list[str]:
    heads = ("API", "per second", "agent-steps/s", "microseconds each")
    rows = []
    for key, rate in findings.apis.items():
        name, steps = APIS[key]
        rows.append((name, _spread(rate), f"{rate.median * steps:,.0f}", f"{1e6 / rate.median:,.1f}"))
    return ["## APIs", "", *_prose("One game and one thread."), *_table(heads, rows)]


def _learners(findings: Findings) -> list[str]:
    heads = ("learner", "rollouts", "empty VecEnv", "share", "end to end", "empty VecEnv", "share")
    through = f"{findings.supersuit:,.0f} agent-steps/s" if findings.supersuit else ABSENT
    return [
        *("## Learning with Stable-Baselines3", ""),
        *_prose(
            "Agent-steps per second on 103 games (515 slots), 128 steps per rollout, a network of 64x64, batches"
            " of 4,120 and 4 epochs, compared with the same learner on an empty VecEnv of the same shapes. The"
            " difference to 100 % is the cost of the games; the rest is the learner's."
        ),
        *_table(heads, [_learner(name, numbers) for name, numbers in findings.learners.items()]),
        *_prose(f"PPO's rollouts with SuperSuit's conversion of the Parallel API: {through}."),
    ]


def _learner(name: str, numbers: dict[str, float]) -> list[str]:
    row = [LEARNERS[name]]
    for rate, share in (("collection_steps_per_s", "collection_share_of_null"), ("steps_per_s", "share_of_null")):
        row += [f"{numbers[rate]:,.0f}", f"{numbers[f'null_{rate}']:,.0f}", _percent(numbers[share])]
    return row


def _peers(findings: Findings) -> list[str]:
    best = findings.best()
    ours = (N_ACTORS * best.rate.median, N_ACTORS * findings.apis["parallel_turns_per_s"].median)
    heads = ("environment", "agent-steps/s", "engine / it", "one Parallel game / it")
    rows = [
        [name, *([_spread(rate), *(_times(our / rate.median) for our in ours)] if rate else [ABSENT, "", ""])]
        for name, rate in findings.peers.items()
    ]
    return [
        *("## Other environments", ""),
        *_prose(
            "Agent-steps per second of one environment in one thread, on recorded actions. The engine,"
            f" {best.games} games and {_threads(best.threads)}, makes {ours[0]:,.0f}; one game with the Parallel"
            f" API makes {ours[1]:,.0f}. These are different games with different states: a ratio compares only the"
            " number of decisions in the same time."
        ),
        *_table(heads, rows),
    ]


def _scaling(findings: Findings) -> list[str]:
    if not findings.scaling:
        return []
    heads = ("games", "milliseconds per turn", "nanoseconds per game-turn", "MB")
    last = findings.scaling[-1]
    return [
        *("## Many games", ""),
        *_prose(
            f"A turn of all games with {_threads(last.threads)}, observations included. A game uses"
            f" {last.memory / last.games / 1e3:,.1f} KB for its record and observations."
        ),
        *_table(
            heads,
            [
                (f"{s.games:,}", f"{s.milliseconds:,.1f}", f"{1e6 * s.milliseconds / s.games:,.0f}", f"{s.memory / 1e6:,.1f}")
                for s in findings.scaling
            ],
        ),
    ]


def _phases(findings: Findings) -> list[str]:
    if not findings.phases:
        return []
    total = sum(findings.phases.values())
    shares = {kind: sum(findings.phases[name] for name in names) / total for kind, names in KINDS.items()}
    ordered = sorted(shares, key=lambda kind: -shares[kind])
    return [
        *("## Profile of a turn", ""),
        *_prose(
            f"Each phase alone over {PHASE_GAMES} games that fit the cache, with one thread: {total:,.0f}"
            " nanoseconds per game-turn in total, without the cost of the calls."
        ),
        *_prose(
            f"The largest cost of a turn is {ordered[0]}: {', '.join(f'{kind} {_percent(shares[kind])}' for kind in ordered)}."
            f" The best batch uses {_percent(findings.best().bandwidth_share)} of the memory bandwidth."
        ),
        *_table(
            ("phase", "kind", "nanoseconds per game-turn", "share"),
            [(name, _kind(name), f"{each:,.0f}", _percent(each / total)) for name, each in findings.phases.items()],
        ),
    ]


def _kind(phase: str) -> str:
    return next(kind for kind, names in KINDS.items() if phase in names)


def _draws(findings: Findings) -> list[str]:
    if not findings.draws:
        return []
    purposes = sorted({purpose for counts in findings.draws.values() for purpose in counts})
    rows = [
        (policy, *(f"{counts.get(purpose, 0.0):.2f}" for purpose in purposes), f"{sum(counts.values()):.2f}")
        for policy, counts in findings.draws.items()
    ]
    return [
        *("## Random numbers", ""),
        *_prose(
            "Blocks of four numbers that a game-turn draws, by purpose, counted with uncompiled rules. The test"
            " for incidents takes three blocks, and each incident one more. Leaks take blocks only if an action is"
            " hidden."
        ),
        *_table(("policy of all", *purposes, "total"), rows),
    ]


def _prose(text: str) -> list[str]:
    return [*textwrap.wrap(text, 120, break_long_words=False, break_on_hyphens=False), ""]


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [*(f"| {' | '.join(row)} |" for row in (heads, ["---"] * len(heads), *rows)), ""]


def _spread(rate: Rate) -> str:
    return f"{rate.median:,.0f} ({rate.low:,.0f} to {rate.high:,.0f})"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _times(ratio: float) -> str:
    return f"{ratio:,.0f} times" if ratio >= 10 else f"{ratio:,.2f} times"


def _threads(n: int) -> str:
    return "one thread" if n == 1 else f"{n} threads"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value > 100 else f"{value:.3f}"
