"""Read and write the folder of a league.

It holds `league.json` (populations, mixtures, regrets), `payoffs.parquet` (the meta-game), `policies/` and a manifest. Each file is
written atomically, the state last, so that an interrupted league resumes from its last complete iteration.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from straits.agents import checkpoint
from straits.agents.base import Policy
from straits.agents.card import Card
from straits.agents.registry import policy
from straits.agents.scripted import SCRIPTED
from straits.agents.wrappers import Mixture
from straits.envs.io import as_json, path_in, read_json, write_file
from straits.envs.recording.arrow import read_columns
from straits.envs.spec.constants import ACTORS, COMPONENTS
from straits.envs.validation import wrong
from straits.experiments.training.checkpoint import same
from straits.experiments.training.learner import Learner
from straits.experiments.training.psro import metagame
from straits.experiments.training.psro.population import League, Plan
from straits.experiments.utils.manifest import manifest

STATE: Final = "league.json"


def write(plan: Plan, league: League, folder: Path) -> None:
    """Write the league, each file atomically and the state last, so that it never refers to missing files.

    Args:
        plan: The plan of the league.
        league: The league.
        folder: Its folder.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    assert league.payoffs is not None
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(metagame.table(league.payoffs, league.members)), sink)
    checkpoint.write_index(folder / "policies")
    write_file(folder / "payoffs.parquet", sink.getvalue().to_pybytes())
    policies = {p.name: checkpoint.read_card(folder / "policies" / p.name).sha256 for p in _learned(plan, league)}
    record = manifest(asdict(plan.config), [plan.scenario], (), {}, "complete" if _complete(plan, league) else "under way")
    write_file(folder / "manifest.json", as_json({**record, "policies": policies}))
    write_file(folder / STATE, as_json(_state(plan, league)))


def resume(plan: Plan, folder: Path) -> League:
    """Read the league of a folder to continue it.

    Args:
        plan: The plan of the league.
        folder: Its folder.

    Raises:
        ValueError: If the folder holds another league or is damaged.
    """
    state = read_json(folder / STATE)
    same(_identity(plan)["config"], state.get("config"), "", f"as in the league that {folder} holds")
    if state.get("scenario") != plan.scenario.hash:
        remedy = f"if no game has changed, straits league-restamp {folder} updates the hash"
        raise wrong(f"{folder / STATE} scenario", state.get("scenario"), f"{plan.scenario.hash}; {remedy}")
    return read(plan, folder)


def read(plan: Plan, folder: Path) -> League:
    """Read the league of a folder, whichever version of its scenario it was trained in.

    Args:
        plan: The plan of the league.
        folder: Its folder.

    Raises:
        ValueError: If the folder is damaged.
    """
    state = read_json(folder / STATE)
    # the order of the payoffs' axes, which JSON does not keep
    actors: list[str] = [a for a in ACTORS if a in plan.config.agent.seats]
    members = {actor: [_member(plan, folder, name) for name in state["members"][actor]] for actor in actors}
    strategy = [np.array(state["strategy"][actor]) for actor in members]
    return League(plan.scenario, plan.others, members, _read_payoffs(folder, members), strategy, state["iteration"])


def load_mixtures(folder: Path) -> dict[str, Policy]:
    """Load the mixture of each actor from the folder of a league.

    Raises:
        ValueError: If an actor has no population.
    """
    state = read_json(folder / STATE)
    mixtures: dict[str, Policy] = {}
    for actor in ACTORS:
        if actor not in state.get("members", {}):
            raise wrong(f"{folder / STATE} members", sorted(state.get("members", {})), f"a population of {actor}")
        members = [
            policy(name) if name in SCRIPTED else checkpoint.load(path_in(folder / "policies", name))
            for name in state["members"][actor]
        ]
        mixtures[actor] = Mixture(f"{actor}-league", members, state["strategy"][actor])
    return mixtures


def keep(plan: Plan, learner: Learner, folder: Path) -> None:
    """Save a trained response among the policies of the folder.

    Args:
        plan: The plan of the league.
        learner: The trained learner.
        folder: Folder of the league.
    """
    network, (seat,) = learner.network(), learner.seats
    weights = plan.scenario.record["weights"][0][ACTORS.index(seat)]
    card = Card(
        algorithm=plan.config.algorithm.name,
        sizes=network.sizes,
        activation=network.activation,
        seats=[seat],
        character=plan.config.reward_profile.name,
        rewards={seat: dict(zip(COMPONENTS, weights.tolist(), strict=True))},
        risk=plan.config.reward_profile.risk,
        seed=plan.config.seed,
        configuration=asdict(plan.config),
        curve=[{k: v for k, v in u.as_row().items() if k != "seconds"} for u in learner.updates],
        sha256="",
    )
    checkpoint.save(folder / "policies" / learner.name, network, card)


def _state(plan: Plan, league: League) -> dict[str, Any]:
    assert league.payoffs is not None
    each = zip(league.members, league.strategy, metagame.values(league.payoffs, league.strategy), strict=True)
    solution = {a: {"strategy": s.tolist(), "values": v.tolist()} for a, s, v in each}
    return {
        **_identity(plan),
        "iteration": league.iteration,
        "members": {a: [p.name for p in of] for a, of in league.members.items()},
        "strategy": {a: t["strategy"] for a, t in solution.items()},
        "values": {a: t["values"] for a, t in solution.items()},  # of each member against the others' mixtures, in the meta-game
        "regrets": dict(zip(league.members, metagame.regrets(league.payoffs, league.strategy).tolist(), strict=True)),
    }


def _identity(plan: Plan) -> dict[str, Any]:
    """Return what identifies a league. The number of responses and of threads may change."""
    config = {key: value for key, value in asdict(plan.config).items() if key not in ("threads", "iterations")}
    return {"scenario": plan.scenario.hash, "config": config}


def _member(plan: Plan, folder: Path, name: str) -> Policy:
    for of in plan.start:
        if of.name == name:
            return of
    return checkpoint.load(path_in(folder / "policies", name))


def _read_payoffs(folder: Path, members: Mapping[str, Sequence[Policy]]) -> NDArray[np.float64]:
    rows = read_columns(folder / "payoffs.parquet")
    shape = [len(of) for of in members.values()]
    columns = [rows.column(f"return.{a}").to_numpy() for a in members]
    if any(len(c) != np.prod(shape) for c in columns):
        raise wrong(f"{folder / 'payoffs.parquet'} rows", rows.num_rows, f"{np.prod(shape)}, one a combination of members")
    return np.stack([c.reshape(shape) for c in columns])


def _learned(plan: Plan, league: League) -> list[Policy]:
    return [p for of in league.members.values() for p in of[len(plan.start) :]]


def _complete(plan: Plan, league: League) -> bool:
    return league.iteration >= plan.config.iterations
