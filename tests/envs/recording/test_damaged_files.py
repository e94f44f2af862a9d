"""What is wrong with a recording is told in one line; a recording that failed leaves nothing."""

import json

import numpy as np
import pytest

from straits.agents.scripted import scripted
from straits.envs import load_scenario
from straits.envs.recording import Recorder, read, replay
from straits.envs.recording.arrow import schema_of
from straits.envs.recording.schema import TABLES
from straits.envs.simulator.engine import Engine
from straits.experiments.rollouts.record import record

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

SHORT = load_scenario("calm", horizon=4)
HOLD = [scripted("hold")] * 5


@pytest.fixture
def folder(tmp_path):
    record(tmp_path / "sound", SHORT, HOLD, 5, 1)
    return tmp_path / "sound"


def told(call):
    """The one line that a call complains with."""
    with pytest.raises(ValueError) as found:
        call()
    assert "\n" not in str(found.value)
    return str(found.value)


def edit(folder, table, change):
    """Write a table anew as `change` makes it."""
    path = folder / f"{table}.parquet"
    changed = change(pq.read_table(path))
    pq.write_table(changed, path)


def put(name, values):
    """A change that puts other values into a column."""
    return lambda t: t.set_column(t.column_names.index(name), t.field(name), pa.array(values, t.field(name).type))


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("format", "other", "format: expected 'straits-recording'"),
        ("version", 99, "version=99: expected 2, the version of this release"),
        ("games", -1, "games=-1: expected a whole number from 1"),
        ("games", True, "games=True: expected a whole number from 1"),
        ("games", 10**9, "games=1000000000: expected 5, the rows of the table episodes"),
        ("seats", dict.fromkeys(("usa", "japan", "china", "taiwan", "philippines"), 1), "seats={"),
        ("scenario", {"name": 1, "hash": "x"}, "scenario={'hash': 'x', 'name': 1}: expected a name and a hash"),
        ("tables", {"episodes": "many"}, "tables="),
        ("tables", {"episodes": 5}, "tables.turns: expected a number of rows"),
        ("seats", ["hold"], "seats=['hold']: expected who plays usa"),
        ("scenario", "calm", "scenario='calm': expected a name and a hash"),
    ],
)
def test_a_wrong_manifest_is_named(folder, key, value, message):
    facts = json.loads((folder / "recording.json").read_text())
    (folder / "recording.json").write_text(json.dumps({**facts, key: value}))
    assert message in told(lambda: read(folder))


def test_what_is_no_recording_is_named(tmp_path, folder):
    assert "expected a folder with recording.json" in told(lambda: read(tmp_path / "nowhere"))
    for content in ("{", "[" * 200_000, '{"format": 1, "format": 2}', " " * 2**25, "[]", "\udcff"):
        (folder / "recording.json").write_bytes(content.encode(errors="surrogateescape"))
        assert "recording.json" in told(lambda: read(folder))


def test_a_file_that_is_missing_or_cut_short_is_named(folder):
    path = folder / "moves.parquet"
    path.write_bytes(path.read_bytes()[:-20])
    assert "moves.parquet: expected a Parquet file" in told(lambda: read(folder))
    path.unlink()
    assert "moves.parquet: expected a Parquet file" in told(lambda: read(folder))


def test_damaged_pages_are_named_with_their_file_and_column(folder):
    path = folder / "moves.parquet"
    sound = path.read_bytes()
    refused = 0
    for at in range(8, len(sound) // 2, 97):
        path.write_bytes(sound[:at] + bytes([sound[at] ^ 0xFF]) + sound[at + 1 :])
        try:
            read(folder).check()
        except ValueError as error:
            assert "\n" not in str(error) and "moves.parquet" in str(error)
            refused += 1
    assert refused >= 10


def test_another_schema_is_named(folder):
    edit(folder, "dyads", lambda t: t.set_column(4, "tension", t["tension"].cast(pa.float64())))
    assert "dyads.parquet: tension is double: expected float" in told(lambda: read(folder))
    edit(folder, "dyads", lambda t: t.drop_columns(["tension"]))
    assert "dyads.parquet: tension: expected a column of float" in told(lambda: read(folder))


def test_rows_that_are_missing_are_named(folder):
    edit(folder, "rewards", lambda t: t.slice(1))
    assert "rewards.parquet: 99 rows: expected 100" in told(lambda: read(folder))


@pytest.mark.parametrize(
    ("table", "column", "values", "message"),
    [
        ("moves", "support", [7.0] + [0.5] * 99, "support: expected 0..1"),
        ("moves", "support", [float("nan")] + [0.5] * 99, "support: expected 0..1"),
        ("turns", "rung", [9] + [0] * 19, "rung: expected 0..6"),
        ("moves", "turn", [2] * 100, "turn: expected 5 rows for each turn that was played, in order"),
        ("episodes", "game", [0, 1, 1, 2, 3], "game: expected 0..4, each once and in order"),
        ("turns", "outcome", ["draw"] + ["running"] * 19, "outcome='draw': expected a word of the vocabulary"),
    ],
)
def test_wrong_values_are_named(folder, table, column, values, message):
    edit(folder, table, put(column, values))
    assert message in told(lambda: read(folder).check())


def test_a_job_that_fails_leaves_nothing(tmp_path):
    class Broken:
        name = "broken"

        def act(self, observation, mask, rng):
            raise RuntimeError("broken")

    with pytest.raises(RuntimeError):
        record(tmp_path / "out", SHORT, [Broken()] * 5, 3, 1)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("failing", [1, 8, 18])  # a table of the first batch, of the second, of the last
def test_a_table_that_cannot_be_written_is_told_and_leaves_nothing(tmp_path, monkeypatch, failing):
    write, written = pq.ParquetWriter.write_table, []

    def full(self, *args, **kwargs):
        written.append(args)
        if len(written) == failing:
            raise OSError("no space left")
        write(self, *args, **kwargs)

    monkeypatch.setattr(pq.ParquetWriter, "write_table", full)
    with pytest.raises(OSError, match="no space left"):
        record(tmp_path / "out", SHORT, HOLD, 3, 1, batch=1)
    assert list(tmp_path.iterdir()) == []


def test_games_that_were_not_played_to_their_end_are_not_written(tmp_path):
    engine = Engine(SHORT, 2)
    engine.reset(1)

    def stop_early():
        with Recorder(tmp_path / "out", SHORT, seats=["hold"] * 5) as recorder:
            recorder.begin(engine)
            engine.step(np.zeros((2, 5, 3), np.int64))
            recorder.turn(engine)

    assert "expected games that were played to their end" in told(stop_early)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(folder):
    before = sorted((p.name, p.read_bytes()) for p in folder.iterdir())
    assert "expected none there, or an empty one" in told(lambda: record(folder, SHORT, HOLD, 5, 1))
    assert sorted((p.name, p.read_bytes()) for p in folder.iterdir()) == before


def test_bad_arguments_are_named(tmp_path):
    out = tmp_path / "out"
    assert "seats=['hold']: expected 5 names" in told(lambda: Recorder(out, SHORT, seats=["hold"]))
    assert "optional='sound': expected some of" in told(lambda: Recorder(out, SHORT, seats=["hold"] * 5, optional=["sound"]))
    assert "games=0" in told(lambda: record(out, SHORT, HOLD, 0, 1))
    engine = Engine(SHORT, 2, autoreset=True)
    engine.reset(1)
    with pytest.raises(ValueError, match="without autoreset"), Recorder(out, SHORT, seats=["hold"] * 5) as recorder:
        recorder.begin(engine)
    other = Engine(load_scenario("severe"), 2)
    with pytest.raises(ValueError, match="expected games of calm"), Recorder(out, SHORT, seats=["hold"] * 5) as recorder:
        recorder.begin(other)


def test_reading_asks_for_what_there_is(folder):
    recording = read(folder)
    assert "table='presence': expected one of episodes" in told(lambda: recording.table("presence"))
    assert "column='mood': expected one of game" in told(lambda: recording.column("turns", "mood"))
    assert "by_turn table='events'" in told(lambda: recording.by_turn("events", "rung"))
    assert "expected some of 0..4" in told(lambda: replay(recording, [5], SHORT))
    assert "scenario.hash=" in told(lambda: replay(recording))  # the shipped scenario of that name has 52 turns


def test_a_recording_needs_its_extra(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow.parquet", None)
    with pytest.raises(ImportError, match=r"pip install 'straits\[analysis\]'"):
        record(tmp_path / "out", SHORT, HOLD, 1, 1)


def test_the_schema_that_is_documented_is_the_one_that_is_written(folder):
    for name in read(folder).facts["tables"]:
        assert pq.read_schema(folder / f"{name}.parquet").equals(schema_of(TABLES[name]))
