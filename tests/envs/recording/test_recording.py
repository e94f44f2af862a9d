"""Recordings hold what was played, whatever the batch and the reader, and the same games come out of them again."""

import numpy as np
import pytest

from straits.agents.scripted import scripted
from straits.envs import load_scenario
from straits.envs.recording import TABLES, Recorder, read, replay, same
from straits.envs.recording.schema import CAMEO, MOVE_NAMES, NOBODY, QUADS
from straits.envs.recording.tables import FROM, TO
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import ACTORS, CHINA, CONFLICT, JAPAN, RUNNING, TAIWAN, USA
from straits.envs.spec.moves import KIND_NEEDS_TWO, MOVE_KIND, OFFSETS, choice
from straits.experiments.rollouts.record import record
from straits.experiments.rollouts.rollout import decide

pd = pytest.importorskip("pandas")
pytest.importorskip("pyarrow")

GAMES, HORIZON = 40, 12
# Conflicts and leaks within twelve turns; what is held against a client is no event.
TENSE = load_scenario("severe", horizon=HORIZON, parameters={"hazard_rate": 0.05, "leak_rate": 0.3, "client_share": 0})
SEATS = [scripted("default"), scripted("random"), scripted("hawk"), scripted("default"), scripted("random")]
EVERYTHING = ("presence", "observations")


@pytest.fixture(scope="module")
def recording(tmp_path_factory):
    return record(tmp_path_factory.mktemp("recordings") / "tense", TENSE, SEATS, GAMES, 5, optional=EVERYTHING, batch=16)


@pytest.fixture(scope="module")
def watched():
    """The same games in one batch, and what their records held after each turn."""
    engine = Engine(TENSE, GAMES)
    engine.reset(5)
    told = []
    while (engine.outcome == RUNNING).any():
        seen = engine.observation.copy(), engine.mask.copy()
        engine.step(decide(engine, SEATS))
        told.append((engine.games.copy(), engine.illegal.copy(), *seen))
    return told


def test_a_recording_is_sound(recording):
    recording.check()
    assert set(recording.facts["tables"]) == set(TABLES)
    assert recording.facts["seats"] == dict(zip(ACTORS, ("default", "random", "hawk", "default", "random"), strict=True))


def test_it_holds_games_of_different_lengths(recording):
    assert recording.turns.min() < HORIZON == recording.turns.max()
    ended = recording.by_turn("turns", "outcome")[np.arange(GAMES), recording.turns - 1]
    assert (ended == recording.column("episodes", "outcome")).all()
    assert ((ended == CONFLICT) | (recording.turns == HORIZON)).all()


@pytest.mark.parametrize(
    "field",
    [
        "tension",
        "rung",
        "provocation_presence",
        "provocation_verbal",
        "reassurance",
        "public_commitment",
        "recent_incident",
        "ambassador",
    ],
)
def test_dyads_are_what_the_records_held(recording, watched, field):
    dense = recording.by_turn("dyads", field)
    for turn, (games, *_) in enumerate(watched):
        ran = recording.turns > turn
        expected = games[field][ran].astype(dense.dtype)
        assert (dense[ran, turn][:, FROM, TO] == expected[:, FROM, TO]).all()


def test_actors_and_presence_are_what_the_records_held(recording, watched):
    moves, patrols = recording.moves(), recording.by_turn("presence", "patrol")
    illegal = np.stack([recording.by_turn("moves", f"illegal_{c}") for c in ("deployment", "statement", "act")], axis=-1)
    support, forward = recording.by_turn("moves", "support"), recording.by_turn("moves", "forward")
    seen, legal = recording.by_turn("observations", "observation"), recording.by_turn("observations", "mask")
    for turn, (games, turned_down, observation, mask) in enumerate(watched):
        ran = recording.turns > turn
        assert (moves[ran, turn] == games["moves"][ran]).all() and (moves[~ran, turn] == -1).all()
        assert (illegal[ran, turn] == turned_down[ran]).all()
        assert (patrols[ran, turn] == games["presence"][ran][..., 0].astype(np.float32)).all()
        assert (support[ran, turn] == games["support"][ran].astype(np.float32)).all()
        beyond = np.maximum(games["presence"][ran] - games["standing"][ran], 0).sum(axis=(2, 3))
        assert np.allclose(forward[ran, turn], beyond)
        assert (seen[ran, turn] == observation[ran]).all() and (legal[ran, turn] == mask[ran]).all()


def test_rewards_add_up_to_returns(recording):
    parts = sum(recording.by_turn("rewards", c).astype(np.float64) for c in ("security", "claims", "status_quo", "trade"))
    parts = parts + sum(recording.by_turn("rewards", c) for c in ("support", "alliance", "cost", "conflict"))
    returns = np.stack([recording.column("episodes", f"return_{a}") for a in ACTORS], axis=1)
    assert np.allclose(parts.sum(axis=1), returns, atol=1e-3)


def test_turns_sum_up_to_episodes(recording):
    turns = {name: recording.by_turn("turns", name) for name in ("peak_tension", "rung", "incidents", "leaks")}
    start = TENSE.record["start"][0]["tension"]
    highest = np.maximum(turns["peak_tension"].max(axis=1), (start + start.T).max() / 2)  # an episode's peak counts its start
    assert np.allclose(highest, recording.column("episodes", "peak_tension"), atol=1e-6)
    assert (turns["incidents"].sum(axis=1) == recording.column("episodes", "incidents")).all()
    assert (turns["rung"].max(axis=1) == recording.column("episodes", "peak_rung")).all()
    assert turns["leaks"].sum() > 0


def received(recording):
    """Per game, turn, actor and target: highest rung, and provocation by channel, from the events alone."""
    rung = np.zeros((GAMES, HORIZON, 5, 5), int)
    provoked = np.zeros((3, GAMES, HORIZON, 5, 5))
    names = ("game", "turn", "actor", "target", "channel", "rung", "provocation")
    for game, turn, i, j, channel, step, provocation in zip(*(recording.column("events", n) for n in names), strict=True):
        rung[game, turn - 1, i, j] = max(rung[game, turn - 1, i, j], step)
        provoked[channel, game, turn - 1, i, j] += provocation
    return rung, provoked


def test_events_alone_give_back_what_the_rules_made_of_the_moves(recording):
    rung, provoked = received(recording)
    assert (rung == recording.by_turn("dyads", "rung")).all() and rung.max() == 5
    pressed, offended = recording.by_turn("dyads", "provocation_presence"), recording.by_turn("dyads", "provocation_verbal")
    heard = np.minimum(1, provoked[1] + provoked[2])
    assert np.abs(np.where(provoked[0] > 0, provoked[0] - pressed, 0)).max() < 1e-6
    assert pressed[provoked[0] == 0].max() < 0.02  # what is not seen sends no event
    assert (heard - offended).max() < 1e-6
    unleaked = (recording.by_turn("turns", "leaks") == 0)[:, :, None, None] & (np.arange(5) != USA)[:, None]  # nor trainers
    assert np.where(unleaked, offended - heard, 0).max() < 0.02 < (offended - heard).max()


def test_proposals_that_nobody_takes_up_send_nothing(recording):
    act = recording.by_turn("moves", "act") + OFFSETS[2]
    waiting = KIND_NEEDS_TWO[MOVE_KIND[act]] & recording.played[:, :, None]
    effective = recording.by_turn("moves", "effective_act")
    assert (waiting & ~effective).any()
    game, turn, actor = (recording.column("events", n) for n in ("game", "turn", "actor"))
    acts = recording.column("events", "channel") == 2
    assert effective[game[acts], turn[acts] - 1, actor[acts]].all()


def played_by_hand(folder, *turns):
    """A recording of one calm game with these moves: actor -> names."""
    scenario = load_scenario("calm", horizon=len(turns))
    engine = Engine(scenario, 1)
    with Recorder(folder, scenario, seats=["hand"] * 5) as recorder:
        engine.reset(1)
        recorder.begin(engine)
        for moves in turns:
            chosen = np.zeros((1, 5, 3), np.int64)
            for actor, names in moves.items():
                chosen[0, actor] = choice(*names)
            engine.step(chosen)
            recorder.turn(engine)
    return read(folder)


def test_one_step_goes_out_as_a_bundle(tmp_path):
    made = played_by_hand(tmp_path / "hand", {USA: ["arms.taiwan"], CHINA: ["reassure.japan"]})
    table = made.table("events").to_pandas()
    told = {(r.actor, r.target): (r.move, r.cameo, round(r.goldstein, 1), r.quad, r.rung) for r in table.itertuples()}
    assert told == {
        ("usa", "china"): ("arms.taiwan", "150", -3.6, "material conflict", 1),
        ("usa", "taiwan"): ("arms.taiwan", "072", 8.3, "material cooperation", 0),
        ("china", "japan"): ("reassure.japan", "019", 3.4, "verbal cooperation", 0),
    }
    assert set(table.rivera_scorer) == {"PO", "DE"}
    assert made.column("episodes", "belligerent").tolist() == [len(ACTORS)] and NOBODY in str(made.table("episodes"))


def test_what_two_must_agree_on_is_an_event_once_they_do(tmp_path):
    alone = played_by_hand(tmp_path / "alone", {USA: ["consult.japan"]})
    assert alone.facts["tables"]["events"] == 0
    both = played_by_hand(tmp_path / "both", {USA: ["consult.japan"], JAPAN: ["consult.usa"]})
    pairs = set(zip(both.column("events", "actor"), both.column("events", "target"), strict=True))
    assert {(USA, JAPAN), (JAPAN, USA), (USA, CHINA), (JAPAN, CHINA)} <= pairs
    assert {(USA, TAIWAN), (JAPAN, TAIWAN)}.isdisjoint(pairs)


def test_words_are_those_of_the_vocabulary(recording):
    events = recording.table("events").to_pandas()
    assert set(events.cameo) <= set(CAMEO) and set(events.move) <= set(MOVE_NAMES) and set(events.quad) <= set(QUADS)
    assert (events.quad.astype(str).str.contains("conflict") == (events.cameo.astype(str).str[:2] >= "10")).all()


def test_pandas_polars_and_duckdb_read_the_same(recording):
    pl, duckdb = pytest.importorskip("polars"), pytest.importorskip("duckdb")
    path = recording.folder / "events.parquet"
    by_pandas = pd.read_parquet(path).query("actor == 'china'").goldstein.astype(float).sum()
    by_polars = pl.read_parquet(path).filter(pl.col("actor").cast(pl.String) == "china")["goldstein"].cast(float).sum()
    by_duckdb = duckdb.sql(f"SELECT sum(goldstein::DOUBLE) FROM '{path}' WHERE actor = 'china'").fetchall()[0][0]
    ours = recording.column("events", "goldstein").astype(float)[recording.column("events", "actor") == CHINA].sum()
    assert by_pandas == pytest.approx(ours) and by_polars == pytest.approx(ours) and by_duckdb == pytest.approx(ours)


def test_the_batch_does_not_matter(recording, tmp_path):
    whole = record(tmp_path / "whole", TENSE, SEATS, GAMES, 5, optional=EVERYTHING, batch=GAMES)
    for name, table in TABLES.items():
        for column in table.columns:
            assert np.array_equal(whole.column(name, column.name), recording.column(name, column.name)), (name, column.name)


def test_replaying_gives_the_same_bytes(recording, watched):
    assert same(recording, scenario=TENSE).all()
    assert replay(recording, [3, 1], TENSE).games.tobytes() == watched[-1][0][[3, 1]].tobytes()


def test_another_move_gives_another_game(recording, monkeypatch):
    moves = recording.moves()
    moves[0, 0, CHINA] = choice("exercise.taiwan_strait") if moves[0, 0, CHINA, 0] == 0 else 0
    monkeypatch.setattr(recording, "moves", lambda: moves)
    found = same(recording, scenario=TENSE)
    assert not found[0] and found[1:].all()


def test_a_later_episode_replays_too(tmp_path):
    scenario = load_scenario("calm", horizon=5)
    engine = Engine(scenario, 3)
    with Recorder(tmp_path / "later", scenario, seats=["random"] * 5) as recorder:
        for episode in (0, 4):
            engine.reset(9, episode)
            recorder.begin(engine)
            while (engine.outcome == RUNNING).any():
                engine.step(decide(engine, [scripted("random")] * 5))
                recorder.turn(engine)
    made = read(tmp_path / "later")
    assert made.column("episodes", "episode").tolist() == [0, 0, 0, 4, 4, 4]
    assert same(made, scenario=scenario).all()
