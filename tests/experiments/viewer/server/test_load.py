"""The load test at a small size, untimed: every seat of two games commits every turn and is answered."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from serving import classroom, served

from straits.experiments.benchmarks import play_server
from straits.experiments.benchmarks.play_server import Door, measure, report
from straits.experiments.cli.main import main


def measured(door, seats, turns, seconds):
    """In a thread of its own, since the browser of other tests keeps a loop in this one."""

    async def bounded():
        return await asyncio.wait_for(measure(door, seats=seats, turns=turns), seconds)

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(bounded())).result()


def test_every_commitment_of_every_seat_is_answered(tmp_path):
    with served(classroom(2, turns=3), tmp_path / "state") as running:
        door = Door(running.url, running.session.classroom.teach(), running.session.classroom.code)
        seconds = measured(door, 10, 3, 60)
        live_games = [table.live for table in running.session.classroom.tables]
    assert len(seconds) == sum(5 * live.turn for live in live_games) and all(second > 0 for second in seconds)
    assert all(not live.running for live in live_games) and len(live_games) == 2
    assert list((tmp_path / "state").iterdir()) == []


def test_whoever_is_turned_away_breaks_it_off(tmp_path):
    with served(classroom(1, turns=2), tmp_path) as running:
        door = Door(running.url, running.session.classroom.teach(), "WRONG2")
        with pytest.raises(ConnectionError, match="expected the code"):
            measured(door, 1, 2, 30)


def test_the_line_says_what_was_measured():
    assert report([0.010, 0.020, 0.030], 1, 1) == (
        "1 games, 5 seats, 1 turns: 3 commitments, median 20 ms, 95 % within 29 ms, slowest 30 ms"
    )


@pytest.mark.parametrize("arguments", [["--games", "99"], ["--turns", "0"], ["--games", "x"]])
def test_counts_are_bounded(arguments, capsys):
    with pytest.raises(SystemExit) as end:
        main(["bench-server", *arguments])
    assert end.value.code == 2 and play_server.MOST_GAMES <= 12
