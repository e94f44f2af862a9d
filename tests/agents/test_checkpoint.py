"""A policy's folder: what was saved comes back bit for bit, and whatever was changed is refused with one line."""

import io
import json
import pickle
import struct
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from straits.agents import checkpoint
from straits.agents.card import ALGORITHMS, Card
from straits.agents.network import Network, NetworkPolicy
from straits.envs.api import parallel
from straits.envs.api.actions import N_FLAT
from straits.envs.core.rng import GameDraws
from straits.envs.io import sha256
from straits.envs.scenarios.scenario import load_scenario
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import ENVIRONMENT
from straits.envs.spec.moves import N_MOVES
from straits.envs.spec.observation import N_OBSERVATION

CARD = Card(
    algorithm="maskable_ppo",
    sizes=[],
    activation="tanh",
    seats=["japan"],
    character="neutral",
    rewards={"japan": {"claims": 2.0}},
    risk=0.0,
    seed=7,
    configuration={"algorithm": {"gamma": 0.95}},
    curve=[{"timesteps": 10, "return.japan": -3.5, "conflict_rate": None}],
    sha256="",
)


def network(outputs=N_MOVES, seed=0):
    rng = np.random.default_rng(seed)
    shapes = [(N_OBSERVATION, 6), (6, outputs)]
    weights = [rng.normal(0, 0.4, shape).astype(np.float32) for shape in shapes]
    return Network(tuple(weights), tuple(rng.normal(0, 0.4, n).astype(np.float32) for _, n in shapes), "tanh")


@pytest.fixture
def folder(tmp_path):
    checkpoint.save(tmp_path / "japan", network(), CARD)
    return tmp_path / "japan"


def refused(folder, *parts):
    with pytest.raises(ValueError) as raised:
        checkpoint.load(folder)
    assert "\n" not in str(raised.value) and "expected" in str(raised.value)
    for part in parts:
        assert part in str(raised.value)


def change(folder, **values):
    path = folder / "card.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def reweigh(folder, change):
    """Other tensors, with a digest that fits them."""
    arrays = load_file(folder / "weights.safetensors")
    change(arrays)
    save_file(arrays, folder / "weights.safetensors")
    rehash(folder)


def rehash(folder):
    change(folder, sha256=sha256((folder / "weights.safetensors").read_bytes()))


@pytest.mark.parametrize(("algorithm", "outputs"), [("maskable_ppo", N_MOVES), ("dqn", N_FLAT)])
def test_a_loaded_policy_plays_as_the_saved_one(tmp_path, algorithm, outputs):
    saved = NetworkPolicy("p", network(outputs))
    checkpoint.save(tmp_path / "p", saved.network, replace(CARD, algorithm=algorithm))
    loaded = checkpoint.load(tmp_path / "p")
    engine = Engine(load_scenario("baseline"), 40)
    engine.reset(3)
    for _ in range(6):
        seen, mask = engine.observation[:, 1], engine.mask[:, 1]
        assert (saved.network.scores(seen) == loaded.network.scores(seen)).all()
        one, two = (policy.act(seen, mask, GameDraws(engine.games, 1)) for policy in (saved, loaded))
        assert (one == two).all()
        moves = np.zeros((40, 5, 3), np.int64)
        moves[:, 1] = one
        engine.step(moves)
    assert loaded.name == "p"


def test_the_card_says_all_that_was_saved(folder):
    card = checkpoint.read_card(folder)
    assert (card.sizes, card.activation) == ([N_OBSERVATION, 6, N_MOVES], "tanh")
    assert card.sha256 == sha256((folder / "weights.safetensors").read_bytes())
    left = replace(card, sizes=[], sha256="", spaces="")
    assert left == CARD


def test_the_same_policy_gives_the_same_bytes(folder, tmp_path):
    checkpoint.save(tmp_path / "again", network(), CARD)
    for name in ("card.json", "weights.safetensors"):
        assert (folder / name).read_bytes() == (tmp_path / "again" / name).read_bytes()


def test_it_is_for_this_version_of_the_environment():
    assert parallel.NAME.replace("_", "-") == ENVIRONMENT


@pytest.mark.parametrize(
    ("values", "parts"),
    [
        ({"format": 2}, ["card.json format=2", "expected 1"]),
        ({"format": "1"}, ["format='1'"]),
        ({"environment": "straits-v9"}, ["environment='straits-v9'", "straits-v1"]),
        ({"spaces": "0" * 64}, ["card.json spaces="]),
        ({"algorithm": "sac"}, ["algorithm='sac'", "maskable_ppo, ppo, a2c, dqn"]),
        ({"algorithm": "dqn"}, ["sizes=", f"{N_FLAT} last"]),
        ({"sizes": [N_OBSERVATION, 10**6, N_MOVES]}, ["sizes=1000000", "1..4096"]),
        ({"sizes": [N_OBSERVATION, 7, N_MOVES]}, ["layer.0.weight", f"({N_OBSERVATION}, 7)"]),
        ({"sizes": [N_OBSERVATION, N_MOVES]}, ["layer.1.bias: expected one of layer.0.weight, layer.0.bias"]),
        ({"sizes": "many"}, ["sizes='many'"]),
        ({"activation": "os.system"}, ["activation='os.system'", "tanh, relu"]),
        ({"seats": ["france"]}, ["seats='france'"]),
        ({"seats": []}, ["seats=[]"]),
        ({"rewards": {"japan": {"glory": 1}}}, ["rewards.japan.glory"]),
        ({"risk": 5}, ["risk=5"]),
        ({"seed": -1}, ["seed=-1"]),
        ({"configuration": []}, ["configuration=[]", "a map"]),
        ({"curve": [{"x": []}]}, ["curve[0].x=[]"]),
        ({"sha256": "short"}, ["sha256='short'", "64 hexadecimal digits"]),
        ({"sha256": "0" * 64}, ["weights.safetensors sha256=", "damaged or changed"]),
        ({"_target_": "os.system"}, ["card.json._target_: expected one of"]),
    ],
)
def test_a_changed_card_is_refused(folder, values, parts):
    change(folder, **values)
    refused(folder, *parts)


@pytest.mark.parametrize("name", ["format", "sizes", "sha256", "spaces"])
def test_a_card_without_a_key_is_refused(folder, name):
    card = json.loads((folder / "card.json").read_text())
    del card[name]
    (folder / "card.json").write_text(json.dumps(card))
    refused(folder, f"card.json {name}: expected a value")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\x80\x04N.", b'{"seed": NaN}', b'{"a": 1, "a": 2}', b"[" * 100_000])
def test_a_card_that_is_no_json_object_is_refused(folder, content):
    (folder / "card.json").write_bytes(content)
    refused(folder, "card.json", "a JSON object")


def test_missing_and_oversized_files_are_refused(folder, monkeypatch):
    monkeypatch.setattr(checkpoint, "MAX_TENSORS", 10)
    refused(folder, "weights.safetensors bytes=", "at most 10")
    (folder / "weights.safetensors").unlink()
    refused(folder, "weights.safetensors", "expected a file")
    (folder / "card.json").unlink()
    refused(folder, "card.json", "expected a file")


def test_a_damaged_file_is_refused(folder):
    path = folder / "weights.safetensors"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    refused(folder, "weights.safetensors sha256=", "damaged or changed")


@pytest.mark.parametrize("keep", [0, 4, 100, -1])
def test_a_file_cut_short_is_refused_even_where_the_digest_fits(folder, keep):
    path = folder / "weights.safetensors"
    path.write_bytes(path.read_bytes()[:keep])
    rehash(folder)
    refused(folder, "weights.safetensors: expected a safetensors file")


@pytest.mark.parametrize(
    ("edit", "parts"),
    [
        (lambda a: a.update(extra=np.zeros(1, np.float32)), ["weights.safetensors.extra: expected one of layer.0.weight"]),
        (lambda a: a.pop("layer.1.bias"), ["layer.1.bias: expected a tensor of shape"]),
        (lambda a: a.update({"layer.0.bias": np.zeros(7, np.float32)}), ["layer.0.bias=float32 (7,)", "(6,)"]),
        (lambda a: a.update({"layer.0.bias": np.zeros(6)}), ["layer.0.bias=float64 (6,)", "float32"]),
        (lambda a: a.update({"layer.0.bias": np.full(6, np.nan, np.float32)}), ["layer.0.bias=nan", "finite"]),
        (lambda a: a.update({"layer.0.bias": np.full(6, np.inf, np.float32)}), ["layer.0.bias=inf", "finite"]),
    ],
)
def test_other_tensors_are_refused(folder, edit, parts):
    reweigh(folder, edit)
    refused(folder, *parts)


class Trap:
    """Unpickling it would make a file."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return open, (self.path, "w")


def test_the_trap_would_spring(tmp_path):
    pickle.loads(pickle.dumps(Trap(tmp_path / "sprung"))).close()
    assert (tmp_path / "sprung").exists()


@pytest.mark.parametrize("kind", ["pickle", "pth", "pickle behind a header"])
def test_a_pickle_under_our_name_is_refused_and_never_runs(folder, tmp_path, kind):
    content = pickle.dumps(Trap(tmp_path / "sprung"))
    if kind == "pth":
        torch, buffer = pytest.importorskip("torch"), io.BytesIO()
        torch.save({"weights": Trap(tmp_path / "sprung")}, buffer)
        content = buffer.getvalue()
    if kind == "pickle behind a header":
        content = struct.pack("<Q", len(content)) + content
    (folder / "weights.safetensors").write_bytes(content)
    refused(folder, "damaged or changed")
    rehash(folder)
    refused(folder, "expected a safetensors file")
    assert not (tmp_path / "sprung").exists()


def test_loading_and_playing_import_nothing_that_unpickles_or_trains(folder):
    code = (
        f"import sys; sys.path[:0] = {sys.path!r}; from straits.agents.registry import policy; policy({str(folder)!r});"
        "sys.exit(any(m in sys.modules for m in ('torch', 'stable_baselines3', 'sb3_contrib', 'cloudpickle', 'joblib')))"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_saving_replaces_a_policy_whole_or_not_at_all(folder, monkeypatch):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    def fail(*_):
        raise OSError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr("os.replace", fail)
        with pytest.raises(OSError, match="full"):
            checkpoint.save(folder, network(seed=1), CARD)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [path.name for path in folder.parent.iterdir()] == ["japan"]
    checkpoint.save(folder, network(seed=1), CARD)
    assert (folder / "weights.safetensors").read_bytes() != before["weights.safetensors"]
    assert [path.name for path in folder.parent.iterdir()] == ["japan"]


def test_what_is_no_policy_is_not_overwritten(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(ValueError, match="expected a new folder, or one with a card.json"):
        checkpoint.save(tmp_path / "mine", network(), CARD)
    assert (tmp_path / "mine" / "thesis.txt").exists()


@pytest.mark.parametrize(
    ("net", "card", "message"),
    [
        (Network((np.full((2, 2), np.nan, np.float32),), (np.zeros(2, np.float32),), "tanh"), CARD, "layer.0.weight=nan"),
        (network(), replace(CARD, seats=["france"]), "seats='france'"),
        (network(N_FLAT), CARD, f"{N_MOVES} last"),
    ],
)
def test_what_could_not_be_loaded_is_not_saved(tmp_path, net, card, message):
    with pytest.raises(ValueError, match=message):
        checkpoint.save(tmp_path / "p", net, card)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def zoo(tmp_path):
    for n, seat in enumerate(("japan", "china")):
        checkpoint.save(tmp_path / "zoo" / f"{seat}-neutral", network(seed=n), replace(CARD, seats=[seat], rewards={}))
    checkpoint.write_index(tmp_path / "zoo")
    return tmp_path / "zoo"


def test_an_index_lists_the_policies(zoo):
    found = checkpoint.listing(zoo)
    assert list(found) == ["china-neutral", "japan-neutral"]
    assert found["japan-neutral"]["seats"] == ["japan"] and found["japan-neutral"]["environment"] == ENVIRONMENT
    assert found["japan-neutral"]["weights"] == sha256((zoo / "japan-neutral" / "weights.safetensors").read_bytes())
    assert set(found["japan-neutral"]) == set(checkpoint.ENTRY)


def test_an_index_tells_when_a_card_was_edited(zoo):
    change(zoo / "japan-neutral", seed=8)
    with pytest.raises(ValueError, match="policies.japan-neutral.card="):
        checkpoint.listing(zoo)
    assert checkpoint.listing(zoo, only="china-neutral")


def test_an_index_tells_when_a_policy_was_exchanged(zoo):
    checkpoint.save(zoo / "japan-neutral", network(seed=5), CARD)
    with pytest.raises(ValueError, match="policies.japan-neutral.(card|weights)="):
        checkpoint.listing(zoo)


@pytest.mark.parametrize("name", ["../../etc", "a/b", "/tmp", ".hidden", "", "A"])
def test_a_name_in_the_index_leads_nowhere_else(zoo, name):
    index = json.loads((zoo / "index.json").read_text())
    index["policies"][name] = index["policies"]["japan-neutral"]
    (zoo / "index.json").write_text(json.dumps(index))
    with pytest.raises(ValueError, match="name="):
        checkpoint.listing(zoo)


def test_every_algorithm_has_a_mode():
    assert set(ALGORITHMS) == {"maskable_ppo", "ppo", "a2c", "dqn"}
