"""The random numbers are the published ones, and every game has its own."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from straits.envs.core.rng import game_seed, game_seeds, philox, uniforms

ONES = 0xFFFFFFFF
KNOWN_ANSWERS = {  # Random123, tests/kat_vectors, "philox4x32 10": counter, key, output
    "zeros": ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    "ones": ((ONES,) * 4, (ONES,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    "pi": (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
}


@pytest.mark.parametrize("name", KNOWN_ANSWERS)
def test_philox_gives_the_published_answers(name: str) -> None:
    counter, key, answer = KNOWN_ANSWERS[name]
    assert philox(*counter, *key) == answer


def test_uniforms_place_the_draw_in_the_counter_and_the_seed_in_the_key() -> None:
    (index, purpose, turn, episode), (low, high), answer = KNOWN_ANSWERS["pi"]
    draws = uniforms(np.uint64(high << 32 | low), episode, turn, purpose, index)
    assert draws == tuple((word + 0.5) / 2**32 for word in answer)


def test_uniforms_fill_the_open_unit_interval_evenly() -> None:
    draws = np.array([uniforms(1, 0, turn, 0, 0) for turn in range(25_000)])
    assert draws.min() > 0.0 and draws.max() < 1.0
    counts, _ = np.histogram(draws, bins=100, range=(0, 1))
    chi_square = ((counts - 1000) ** 2 / 1000).sum()
    assert 50 < chi_square < 160  # 99 degrees of freedom: either bound is passed once in 10,000 seeds or more


@pytest.mark.parametrize("place", range(4))
def test_every_part_of_a_draws_name_changes_it(place: int) -> None:
    name = [0, 0, 0, 0]
    name[place] = 1
    assert set(uniforms(7, *name)).isdisjoint(uniforms(7, 0, 0, 0, 0))


def test_ten_thousand_seeds_give_ten_thousand_games() -> None:
    assert len({game_seed(seed, 0) for seed in range(10_000)}) == 10_000


def test_runs_with_neighbouring_seeds_share_no_games() -> None:
    seeds = np.concatenate([game_seeds(seed, 1000) for seed in range(100)])
    assert len(np.unique(seeds)) == 100_000


def test_seed_zero_is_a_seed_like_any_other() -> None:
    assert game_seed(0, 0) not in (0, game_seed(0, 1), game_seed(1, 0))


def test_a_games_seed_depends_on_its_number_and_not_on_its_batch() -> None:
    assert game_seeds(3, 5).tolist() == [game_seed(3, game) for game in range(5)]
    assert game_seeds(3, 2, first=3).tolist() == game_seeds(3, 5)[3:].tolist()


def test_the_largest_seed_is_accepted() -> None:
    assert 0 <= game_seed(2**64 - 1, 2**64 - 1) < 2**64


@pytest.mark.parametrize("seed", [-1, 2**64, 1.5, "one", None])
def test_a_bad_seed_is_named_with_what_was_expected(seed: object) -> None:
    with pytest.raises(ValueError) as caught:
        game_seed(seed, 0)  # type: ignore[arg-type]
    assert str(caught.value) == f"seed={seed!r}: expected a whole number from 0 to 2**64 - 1"


def test_compiled_and_plain_draws_are_the_same_bits() -> None:
    program = (
        "import json; from straits.envs.core.rng import game_seeds, uniforms;"
        "seeds = game_seeds(2**63 + 5, 20);"
        "draws = [float(u).hex() for seed in seeds for u in uniforms(seed, 1, 2, 3, 4)];"
        "print(json.dumps([seeds.tolist(), draws]))"
    )
    outputs = [
        subprocess.run(
            [sys.executable, "-W", "error", "-c", program],
            env={**os.environ, "NUMBA_DISABLE_JIT": disabled},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for disabled in "01"
    ]
    assert outputs[0] == outputs[1]
    assert len(json.loads(outputs[0])[0]) == 20
