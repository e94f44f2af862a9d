"""A league of policies, the family of policy-space response oracles (Lanctot et al. 2017): `straits league`.

    straits league                                      five responses of each actor
    straits league hydra.run.dir=runs/league            the same folder again goes on where it stopped

In each iteration every actor's next member is trained as a best response to the others' mixtures; then the meta-game is played for
the combinations that are new, and its strategy says what each actor mixes next. The folder holds `league.json` (populations,
mixtures, regrets), `payoffs.parquet` (the meta-game), `policies/` and a manifest.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console

from straits.agents import checkpoint
from straits.agents.base import Policy
from straits.agents.card import Card
from straits.agents.league import Mixture, meta_strategy, regrets, values
from straits.agents.named import policy
from straits.agents.network import NetworkPolicy
from straits.agents.scripted import SCRIPTED
from straits.agents.storage import as_json, read_json, write_file
from straits.conf.jobs import LeagueConfig
from straits.envs.checks import wrong
from straits.envs.scenario import Scenario, load
from straits.envs.vocabulary import ACTORS, COMPONENTS
from straits.experiments import metagame, tables
from straits.experiments.callbacks import Update
from straits.experiments.launch import BAD_INPUT, INTERRUPTED, launch
from straits.experiments.learner import Learner, build
from straits.experiments.manifest import manifest

STATE: Final = "league.json"
Watch = Callable[[str, Learner], None]  # the response's name, and the learner after an update


@dataclass
class League:
    """Populations by actor and what is known of them. Actors without a population are played by `others`."""

    scenario: Scenario
    others: Mapping[str, Policy]
    members: dict[str, list[Policy]]
    payoffs: NDArray[np.float64] | None = None  # (actors, members of each ...) mean returns
    strategy: list[NDArray[np.float64]] = field(default_factory=list)  # (members,) of each actor
    iteration: int = 0

    def mixture(self, actor: str) -> Policy:
        """Who plays the actor: its population, mixed."""
        weights = self.strategy[list(self.members).index(actor)]
        return Mixture(f"{actor}-league", self.members[actor], weights)

    def playing(self) -> dict[str, Policy]:
        """Who plays each seat."""
        return {a: self.mixture(a) if a in self.members else self.others[a] for a in ACTORS}

    def settle(self, config: LeagueConfig) -> None:
        """Play the combinations that are new and mix anew."""
        self.payoffs = metagame.payoffs(
            self.scenario,
            self.members,
            self.others,
            games=config.meta_games,
            seed=config.seed,
            known=self.payoffs,
        )
        self.strategy = meta_strategy(self.payoffs)


@dataclass(frozen=True)
class Plan:
    """A configuration with everything it names found."""

    config: LeagueConfig
    scenario: Scenario
    start: tuple[Policy, ...]  # with which every population begins
    others: Mapping[str, Policy]


def main(arguments: Sequence[str]) -> int:
    """Compose, check, run; returns the exit code."""
    return launch("league", arguments, prepare, run)


def prepare(config: LeagueConfig) -> Plan:
    """Find the scenario and the policies. ValueError names what is unknown or out of range."""
    changes = {"horizon": config.scenario.horizon} if config.scenario.horizon else {}
    scenario = load(config.scenario.name, parameters=config.scenario.parameters, **changes)
    outside = [a for a in ACTORS if a not in config.agent.seats]
    return Plan(config, scenario, tuple(map(policy, config.start)), {a: policy(config.agent.others) for a in outside})


def found(plan: Plan) -> League:
    """A league that has learned nothing yet."""
    actors = [a for a in ACTORS if a in plan.config.agent.seats]
    league = League(plan.scenario, plan.others, {a: list(plan.start) for a in actors})
    league.settle(plan.config)
    return league


def iterate(league: League, config: LeagueConfig, watch: Watch = lambda name, learner: None) -> list[Learner]:
    """Train a response of every actor to the mixtures as they stand, then settle. Returns the learners, an actor each."""
    learners = [respond(league, actor, config, watch) for actor in league.members]
    for actor, learner in zip(league.members, learners, strict=True):
        league.members[actor].append(NetworkPolicy(learner.name, learner.network()))
    league.settle(config)
    league.iteration += 1
    return learners


def respond(league: League, actor: str, config: LeagueConfig, watch: Watch = lambda name, learner: None) -> Learner:
    """Train the actor's best response to everybody else as they mix now. Seeded by the league's seed, iteration and actor."""
    name = f"{actor}-{league.iteration + 1}"
    seed = int(np.random.SeedSequence([config.seed, league.iteration, ACTORS.index(actor)]).generate_state(1)[0] >> 1)
    agent = replace(config.agent, seats=[actor])
    others = {a: p for a, p in league.playing().items() if a != actor}
    model = build(league.scenario, config.env, agent, config.algorithm, others, seed=seed)
    learner = Learner(name, model, config.algorithm)
    while not learner.done:
        learner.advance()
        watch(name, learner)
    return learner


def run(plan: Plan, folder: Path, console: Console | None = None) -> int:
    """Go on until every actor has its responses, writing after each iteration. Returns 0, 2 where the folder holds another league,
    130 after Ctrl-C; what is written then is the last whole iteration."""
    console = console or Console()
    torch.set_num_threads(plan.config.threads)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        league = resume(plan, folder) if (folder / STATE).is_file() else found(plan)
    except ValueError as error:
        console.print(f"straits league: {error}", style="red", highlight=False, soft_wrap=True)
        return BAD_INPUT
    try:
        while league.iteration < plan.config.responses:
            learners = iterate(league, plan.config, lambda name, learner: _show(console, name, learner.updates[-1]))
            for learner in learners:
                _keep(plan, learner, folder)
            write(plan, league, folder)
            _tell(console, league)
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def write(plan: Plan, league: League, folder: Path) -> None:
    """The league as it stands, each file at once: the state last, so that it never speaks of what is not there."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    assert league.payoffs is not None
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(metagame.table(league.payoffs, league.members)), sink)
    checkpoint.write_index(folder / "policies")
    write_file(folder / "payoffs.parquet", sink.getvalue().to_pybytes())
    policies = {p.name: checkpoint.read_card(folder / "policies" / p.name).sha256 for p in _learned(plan, league)}
    told = manifest(asdict(plan.config), [plan.scenario], (), {}, "complete" if _complete(plan, league) else "under way")
    write_file(folder / "manifest.json", as_json({**told, "policies": policies}))
    write_file(folder / STATE, as_json(_state(plan, league)))


def resume(plan: Plan, folder: Path) -> League:
    """The league that the folder holds. ValueError where it is another one or damaged."""
    state = read_json(folder / STATE)
    for key, value in _told(plan).items():
        if state.get(key) != value:
            raise wrong(f"{folder / STATE} {key}", state.get(key), f"{value!r}, as this run has it")
    actors: list[str] = [
        a for a in ACTORS if a in plan.config.agent.seats
    ]  # the order of the payoffs' axes, which JSON does not keep
    members = {actor: [_member(plan, folder, name) for name in state["members"][actor]] for actor in actors}
    strategy = [np.array(state["strategy"][actor]) for actor in members]
    return League(plan.scenario, plan.others, members, _read_payoffs(folder, members), strategy, state["iteration"])


def kept(folder: Path) -> dict[str, Policy]:
    """Who plays each actor in the league that the folder holds: its mixtures. ValueError where an actor has none."""
    state = read_json(folder / STATE)
    found: dict[str, Policy] = {}
    for actor in ACTORS:
        if actor not in state.get("members", {}):
            raise wrong(f"{folder / STATE} members", sorted(state.get("members", {})), f"a population of {actor}")
        members = [
            policy(name) if name in SCRIPTED else checkpoint.load(folder / "policies" / name) for name in state["members"][actor]
        ]
        found[actor] = Mixture(f"{actor}-league", members, state["strategy"][actor])
    return found


def _state(plan: Plan, league: League) -> dict[str, Any]:
    assert league.payoffs is not None
    each = zip(league.members, league.strategy, values(league.payoffs, league.strategy), strict=True)
    told = {a: {"strategy": s.tolist(), "values": v.tolist()} for a, s, v in each}
    return {
        **_told(plan),
        "iteration": league.iteration,
        "members": {a: [p.name for p in of] for a, of in league.members.items()},
        "strategy": {a: t["strategy"] for a, t in told.items()},
        "values": {a: t["values"] for a, t in told.items()},  # of each member against the others' mixtures, in the meta-game
        "regrets": dict(zip(league.members, regrets(league.payoffs, league.strategy).tolist(), strict=True)),
    }


def _told(plan: Plan) -> dict[str, Any]:
    """What makes it this league and no other; how many responses there are to be may change."""
    config = {key: value for key, value in asdict(plan.config).items() if key not in ("threads", "responses")}
    return {"scenario": plan.scenario.hash, "config": config}


def _member(plan: Plan, folder: Path, name: str) -> Policy:
    for of in plan.start:
        if of.name == name:
            return of
    return checkpoint.load(folder / "policies" / name)


def _read_payoffs(folder: Path, members: Mapping[str, Sequence[Policy]]) -> NDArray[np.float64]:
    import pyarrow.parquet as pq

    rows = pq.read_table(folder / "payoffs.parquet")
    shape = [len(of) for of in members.values()]
    columns = [rows.column(f"return.{a}").to_numpy() for a in members]
    if any(len(c) != np.prod(shape) for c in columns):
        raise wrong(f"{folder / 'payoffs.parquet'} rows", rows.num_rows, f"{np.prod(shape)}, one a combination of members")
    return np.stack([c.reshape(shape) for c in columns])


def _keep(plan: Plan, learner: Learner, folder: Path) -> None:
    network, (seat,) = learner.network(), learner.seats
    weights = plan.scenario.record["weights"][0][ACTORS.index(seat)]
    card = Card(
        algorithm=plan.config.algorithm.name,
        sizes=network.sizes,
        activation=network.activation,
        seats=[seat],
        character="neutral",
        rewards={seat: dict(zip(COMPONENTS, weights.tolist(), strict=True))},
        risk=0.0,
        seed=plan.config.seed,
        configuration=asdict(plan.config),
        curve=[{k: v for k, v in tables.flat(asdict(u)).items() if k != "seconds"} for u in learner.updates],
        sha256="",
    )
    checkpoint.save(folder / "policies" / learner.name, network, card)


def _learned(plan: Plan, league: League) -> list[Policy]:
    return [p for of in league.members.values() for p in of[len(plan.start) :]]


def _complete(plan: Plan, league: League) -> bool:
    return league.iteration >= plan.config.responses


def _show(console: Console, name: str, update: Update) -> None:
    (value,) = update.returns.values()
    told = "-" if value is None else f"{value:.2f}"
    console.print(f"{name}: {update.timesteps:,} decisions, return {told}", highlight=False, soft_wrap=True)


def _tell(console: Console, league: League) -> None:
    """What each actor mixes, what it gets, and what it could still gain within its population."""
    assert league.payoffs is not None
    each = zip(league.members, league.strategy, values(league.payoffs, league.strategy), strict=True)
    for actor, shares, of in each:
        mixed = ", ".join(f"{p.name} {s:.0%}" for p, s in zip(league.members[actor], shares, strict=True) if s > 0.0)
        regret = of.max() - of @ shares
        line = f"iteration {league.iteration}, {actor}: {mixed}; return {of @ shares:.2f}, regret {regret:.2f}"
        console.print(line, highlight=False, soft_wrap=True)
