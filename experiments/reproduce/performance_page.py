"""The page of the benchmark, docs/performance.md: tables of what was found, and what they say about the limits."""

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
        "answer", "stance", "leak", "perceive", "risk", "domestic", "exogenous", "end", "score", "propensity",
    ),
    "writing what the actors see": ("observe", "masks"),
}  # fmt: skip
MEANING: Final = {
    "engine_game_turns_per_s": "turns of whole games a second, five actors each, at the best batch size",
    "engine_bandwidth_share": "the memory that these turns move at least, as a share of what the threads can copy",
    "parallel_turns_per_s": "turns a second of one game through the Parallel API",
    "aec_moves_per_s": "moves of single actors a second through the AEC API",
    "ppo_collection_share_of_null": "PPO's rollouts on our games, as a share of its rollouts on a VecEnv that does nothing",
    "ppo_share_of_null": "PPO from end to end, as a share of the same",
    "maskable_ppo_share_of_null": "MaskablePPO from end to end, as a share of the same",
    "rollout_over_supersuit": "PPO's rollouts through our VecEnv over those through SuperSuit's conversion of the Parallel API",
    "agent_steps_over_mpe2": "the engine's agent-steps over those of mpe2's simple_spread",
}
FACES: Final = {
    "parallel_turns_per_s": ("Parallel, turns of five actors", N_ACTORS),
    "aec_moves_per_s": ("AEC, moves of one actor, `last` before each", 1),
}


def render(found: Findings) -> str:
    """The page in Markdown; what was not measured is left out."""
    parts = [_head(found), _engine(found), _faces(found), _learners(found), _peers(found)]
    parts += [_scaling(found), _phases(found), _draws(found)]
    return "\n".join(line for part in parts for line in part)


def _head(found: Findings) -> list[str]:
    facts = {name: value for name, value in {**found.machine, **found.versions}.items() if name != "platform"}
    machine = ", ".join(f"{name} {value}" for name, value in facts.items())
    copied = ", ".join(f"{moved / 1e9:,.1f} GB/s with {_threads(threads)}" for threads, moved in found.bandwidth.items())
    rows = [(f"`{name}`", _number(found.headline[name]), MEANING[name]) for name in HEADLINE if name in found.headline]
    return [
        *("# How fast it is", "", "Made by `make bench`, which wants a quiet machine and runs", "", "```bash", COMMAND, "```", ""),
        *_prose(
            "Rates are a second's, medians of at least three repeats, on random legal moves recorded before; a learner's shares are"
            " medians over pairs measured in turns. The peers are measured in the same run where the extra `bench` is installed."
        ),
        *_prose(
            f"The machine: {machine}. To compare it with another: a plain Python loop makes {found.reference / 1e6:,.1f} million"
            f" additions a second here, and copying memory reads and writes {copied}."
        ),
        *_table(("headline", "", "what it is"), rows),
    ]


def _engine(found: Findings) -> list[str]:
    moved = {b.observed: b.bytes_a_turn / 1e3 for b in found.engine}
    bytes_said = " and ".join(f"{kb:,.1f} KB {'with' if seen else 'without'} observations" for seen, kb in moved.items())
    rows = [_batch(b, found) for b in sorted(found.engine, key=lambda b: (b.games, b.threads)) if b.observed]
    heads = ("games", "threads", "game-turns/s with observations", "without", "GB/s moved at least", "share of the bandwidth")
    return [
        *("## The engine", ""),
        *_prose(
            "The slowest and the fastest repeat stand in brackets; every repeat starts its games anew. A game-turn moves at least"
            f" {bytes_said}: the game's record read and written, its moves read, and what it shows written. A batch that fits the"
            " cache moves less than that through memory. Below 32 games one thread does it all."
        ),
        *_table(heads, rows),
    ]


def _batch(batch: Batch, found: Findings) -> list[str]:
    same = [b for b in found.engine if (b.games, b.threads) == (batch.games, batch.threads) and not b.observed]
    moved = f"{batch.rate.median * batch.bytes_a_turn / 1e9:,.2f}"
    without = _spread(same[0].rate) if same else ""
    return [f"{batch.games:,}", str(batch.threads), _spread(batch.rate), without, moved, _percent(batch.bandwidth_share)]


def _faces(found: Findings) -> list[str]:
    heads = ("API", "a second", "agent-steps/s", "microseconds each")
    rows = []
    for key, rate in found.APIs.items():
        name, steps = FACES[key]
        rows.append((name, _spread(rate), f"{rate.median * steps:,.0f}", f"{1e6 / rate.median:,.1f}"))
    return ["## The APIs", "", *_prose("One game and one thread."), *_table(heads, rows)]


def _learners(found: Findings) -> list[str]:
    heads = ("learner", "rollouts", "of nothing", "share", "end to end", "of nothing", "share")
    through = f"{found.supersuit:,.0f} agent-steps/s" if found.supersuit else ABSENT
    return [
        *("## Learning with Stable-Baselines3", ""),
        *_prose(
            "Agent-steps a second on 103 games (515 slots), 128 steps a rollout, a network of 64x64, batches of 4,120 and 4 epochs,"
            " beside the same learner on a VecEnv of the same shapes that does nothing. What is missing to 100 % is what our games"
            " cost; the rest is the learner's own."
        ),
        *_table(heads, [_learner(name, numbers) for name, numbers in found.learners.items()]),
        *_prose(f"PPO's rollouts through SuperSuit's conversion of the Parallel API: {through}."),
    ]


def _learner(name: str, numbers: dict[str, float]) -> list[str]:
    row = [LEARNERS[name]]
    for rate, share in (("collection_steps_per_s", "collection_share_of_null"), ("steps_per_s", "share_of_null")):
        row += [f"{numbers[rate]:,.0f}", f"{numbers[f'null_{rate}']:,.0f}", _percent(numbers[share])]
    return row


def _peers(found: Findings) -> list[str]:
    best = found.best()
    ours = (N_ACTORS * best.rate.median, N_ACTORS * found.apis["parallel_turns_per_s"].median)
    heads = ("peer", "agent-steps/s", "the engine over it", "one Parallel game over it")
    rows = [
        [name, *([_spread(rate), *(_times(our / rate.median) for our in ours)] if rate else [ABSENT, "", ""])]
        for name, rate in found.peers.items()
    ]
    return [
        *("## Other environments", ""),
        *_prose(
            f"Agent-steps a second of one environment in one thread, on recorded actions. The engine, {best.games} games and"
            f" {_threads(best.threads)}, makes {ours[0]:,.0f}; one game through the Parallel API makes {ours[1]:,.0f}. They are"
            " other games with other state: a ratio says how many more decisions one gets in the same time, no more."
        ),
        *_table(heads, rows),
    ]


def _scaling(found: Findings) -> list[str]:
    if not found.scaling:
        return []
    heads = ("games", "milliseconds a turn", "nanoseconds a game-turn", "MB")
    last = found.scaling[-1]
    return [
        *("## Many games", ""),
        *_prose(
            f"A turn of all games with {_threads(last.threads)}, observations included. A game takes"
            f" {last.memory / last.games / 1e3:,.1f} KB, its record and what it shows."
        ),
        *_table(
            heads,
            [
                (f"{s.games:,}", f"{s.milliseconds:,.1f}", f"{1e6 * s.milliseconds / s.games:,.0f}", f"{s.memory / 1e6:,.1f}")
                for s in found.scaling
            ],
        ),
    ]


def _phases(found: Findings) -> list[str]:
    if not found.phases:
        return []
    total = sum(found.phases.values())
    shares = {kind: sum(found.phases[name] for name in names) / total for kind, names in KINDS.items()}
    ordered = sorted(shares, key=lambda kind: -shares[kind])
    return [
        *("## Where a turn's time goes", ""),
        *_prose(
            f"The phases one by one over {PHASE_GAMES} games that stay in the cache, one thread: {total:,.0f} nanoseconds a"
            " game-turn in all, of which the calls themselves are taken off."
        ),
        *_prose(
            f"What limits a turn is {ordered[0]}: {', '.join(f'{kind} {_percent(shares[kind])}' for kind in ordered)}."
            f" Of the memory bandwidth the best batch needs {_percent(found.best().bandwidth_share)}."
        ),
        *_table(
            ("phase", "what it is", "nanoseconds a game-turn", "share"),
            [(name, _kind(name), f"{each:,.0f}", _percent(each / total)) for name, each in found.phases.items()],
        ),
    ]


def _kind(phase: str) -> str:
    return next(kind for kind, names in KINDS.items() if phase in names)


def _draws(found: Findings) -> list[str]:
    if not found.draws:
        return []
    purposes = sorted({purpose for counts in found.draws.values() for purpose in counts})
    rows = [
        (policy, *(f"{counts.get(purpose, 0.0):.2f}" for purpose in purposes), f"{sum(counts.values()):.2f}")
        for policy, counts in found.draws.items()
    ]
    return [
        *("## Random numbers", ""),
        *_prose(
            "Blocks of four numbers that a game-turn draws, by purpose, counted with the rules uncompiled. Whether there are"
            " incidents takes three blocks, each incident one more; leaks take some only where something is hidden."
        ),
        *_table(("all play", *purposes, "in all"), rows),
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
