"""The server of a class: seats, lobby, reconnects and restarts, and all that it must refuse while the game goes on."""

import json
import shutil
import socket
import ssl
import subprocess
import urllib.error
import urllib.request

import pytest
from serving import Person, alone, classroom, seat, served, state_of, teacher
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from straits.envs.spec.constants import ACTORS, JAPAN
from straits.envs.spec.moves import OFFSETS
from straits.experiments.viewer.server import persistence
from straits.experiments.viewer.server.app import hosts
from straits.experiments.viewer.server.classroom import Place, Policies
from straits.experiments.viewer.server.protocol import MAX_BYTES


@pytest.fixture
def one(tmp_path):
    """One person's game, as japan, of three turns."""
    with served(alone(), tmp_path / "state") as running:
        yield running


def plays_on(running, person, turn):
    """The game goes on: a legal commitment is taken and the turn is played."""
    person.commit(turn)
    assert person.state(turn + 1)["view"]["turn"] == turn + 1
    assert running.session.classroom.tables[0].live.turn == turn + 1


def test_one_person_plays_to_the_end_and_sees_the_debrief(one):
    with seat(one, "japan") as person:
        welcome = person.hear("welcome")
        assert (welcome["role"], welcome["actor"], welcome["alone"]) == ("seat", JAPAN, True)
        assert person.state(0)["last"] is None
        for turn in range(3):
            person.commit(turn)
            told = person.state(turn + 1)
            assert told["last"]["own"] == ["holds its posture", "says nothing", "takes no diplomatic step"]
            assert told["advice"]["policy"] == "zoo/japan"
        band = person.hear("debrief")
        assert band["games"][0]["people"] == [JAPAN] and len(band["games"][0]["tension"]) == len(band["band"]["turns"]) == 4
        person.say(type="replay", game=0)
        episode = person.hear("replay")["episode"]
        assert episode["schema"] == "straits-replay/1" and episode["meta"]["policies"]["japan"] == "a person"


def test_nobody_sees_the_replay_before_the_debrief(one):
    with seat(one, "japan") as person:
        person.state(0)
        person.say(type="replay", game=0)
        assert "expected the debrief" in person.hear("refused")["why"]
        plays_on(one, person, 0)


@pytest.mark.parametrize(
    ("message", "why"),
    [
        ("[]", "message=[]: expected a map"),
        ("{", "expected a JSON object"),
        ('{"type":"fly"}', "message.type='fly': expected one of hello"),
        ('{"type":"commit","turn":0}', "message commit.choices: expected a value"),
        ('{"type":"commit","turn":0,"choices":[0,0,0],"path":"x"}', "message commit.path: expected one of type"),
        ('{"type":"commit","turn":0,"choices":[0,0,"0"]}', "choices[2]='0': expected a whole number"),
        ('{"type":"commit","turn":0,"choices":[0,0,999]}', "choices[2]=999: expected a whole number"),
        ('{"type":"commit","turn":7,"choices":[0,0,0]}', "turn=7: expected 0"),
        ('{"type":"start"}', "message.type=start: expected from the teacher only"),
        ('{"type":"seat","game":0,"seat":"usa","policy":"hawk"}', "expected from the teacher only"),
        ('{"type":"hello","token":"x"}', "expected once, as the first message"),
        ("[" * 60_000, "expected a JSON object"),
        ('{"type":"hello","token":"' + "x" * MAX_BYTES + '"}', f"expected at most {MAX_BYTES}"),
    ],
)
def test_what_cannot_be_is_refused_in_a_line_and_the_game_goes_on(one, message, why):
    with seat(one, "japan") as person:
        person.state(0)
        person.socket.send(message)
        said = person.hear("refused")["why"]
        assert why in said and "\n" not in said and len(said) < 400
        plays_on(one, person, 0)


def test_a_move_that_the_mask_forbids_is_refused(one):
    with seat(one, "japan") as person:
        person.state(0)
        mask = one.session.classroom.tables[0].live.engine.mask[0, JAPAN, OFFSETS[2] :]
        person.commit(0, (0, 0, int((mask == 0).argmax())))
        assert "expected a move that is legal now" in person.hear("refused")["why"]
        plays_on(one, person, 0)


def test_a_message_twice_the_limit_ends_the_connection_and_not_the_game(one):
    with seat(one, "japan") as person:
        person.state(0)
        person.socket.send("x" * (2 * MAX_BYTES + 1))
        with pytest.raises(ConnectionClosed) as closed:
            person.hear("never")
        assert closed.value.rcvd.code == 1009
    with seat(one, "japan") as person:
        person.state(0)
        plays_on(one, person, 0)


def test_bytes_end_the_connection_and_not_the_game(one):
    with seat(one, "japan") as person:
        person.state(0)
        person.socket.send(b"\x00\x01")
        with pytest.raises(ConnectionClosed):
            person.hear("never")
    with seat(one, "japan") as person:
        person.state(0)
        plays_on(one, person, 0)


def test_a_flood_of_messages_ends_the_connection(one):
    with seat(one, "japan") as person:
        person.state(0)
        for _ in range(70):
            person.socket.send("{}")
        assert "Too many messages" in person.hear("bye")["why"]


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://{own}", "http://{own}.evil.example"])
def test_a_foreign_origin_is_refused(one, origin):
    with pytest.raises(InvalidStatus) as refused:
        Person(one, None, origin=origin.format(own=one.hosts[0]))
    assert refused.value.response.status_code == 403


def test_no_origin_is_refused(one):
    with pytest.raises(InvalidStatus) as refused, connect(one.url.replace("http", "ws", 1) + "socket"):
        pass
    assert refused.value.response.status_code == 403


def test_a_name_that_was_rebound_to_this_machine_is_refused(one):
    """Host and Origin agree with one another, as after DNS rebinding, and are not the server's."""
    asked = urllib.request.Request(one.url, headers={"Host": f"evil.example:{one.port}"})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(asked)
    assert refused.value.code == 421
    refused.value.close()
    raw = socket.create_connection(("127.0.0.1", one.port))
    host = f"evil.example:{one.port}"
    raw.sendall(
        f"GET /socket HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    assert b" 403 " in raw.recv(4096).split(b"\r\n")[0]
    raw.close()


def test_every_answer_has_the_headers(one):
    for path, status in (("", 200), ("nothing", 404)):
        try:
            answer = urllib.request.urlopen(one.url + path)
        except urllib.error.HTTPError as error:
            answer = error
        assert answer.status == status
        expected = {"Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY"}
        assert {key: answer.headers[key] for key in expected} == expected
        assert answer.headers["Cache-Control"] == "no-store" and "server" not in answer.headers
        assert answer.headers["Content-Security-Policy"]
        answer.close()


def test_the_page_holds_no_secret_and_talks_to_nobody_else(one):
    token = one.session.classroom.admit(Place(0, JAPAN))
    text = urllib.request.urlopen(one.url).read().decode()
    assert token not in text and one.session.classroom.code not in text
    assert "connect-src 'self'" in text and "default-src 'none'" in text


def test_a_wrong_token_is_refused_and_after_five_attempts_a_right_one_too(one):
    for _ in range(5):
        with Person(one, {"type": "hello", "token": "not it"}) as person:
            assert "token: expected" in person.hear("refused")["why"]
            with pytest.raises(ConnectionClosed):
                person.hear("never")
    with seat(one, "japan") as person:
        assert "five failed attempts a minute" in person.hear("refused")["why"]


def test_who_says_nothing_is_sent_away(tmp_path):
    with served(alone(), tmp_path, join_seconds=0.3) as running, Person(running, None) as silent:
        assert "in time" in silent.hear("bye")["why"]


def test_a_seat_comes_back_after_its_connection_is_lost(one):
    with seat(one, "japan") as person:
        person.state(0)
        plays_on(one, person, 0)
    with seat(one, "japan") as person:
        assert person.hear("state")["view"]["turn"] == 1
        plays_on(one, person, 1)


def test_two_people_commit_before_a_turn_is_played_and_see_who_is_thinking(tmp_path):
    found = classroom(1, ["japan", "china"])
    with served(found, tmp_path) as running, teacher(running) as head:
        code = head.hear("lobby")["lobby"]["code"]
        with Person(running, {"type": "join", "code": code.lower(), "seat": "china"}) as china:
            assert len(china.hear("seated")["token"]) >= 22
            assert china.hear("welcome")["actor"] == ACTORS.index("china")
            with Person(running, {"type": "join", "code": code, "seat": None}) as japan:
                assert japan.hear("welcome")["actor"] == JAPAN
                head.say(type="start")
                japan.hear("table", lambda m: m["table"]["started"])
                china.commit(0)
                assert japan.hear("table", lambda m: len(m["table"]["waiting"]) == 1)["table"]["waiting"] == [JAPAN]
                assert "china" not in json.dumps(japan.last.get("state", {}).get("last"))
                japan.commit(0)
                assert japan.state(1)["view"]["turn"] == china.state(1)["view"]["turn"] == 1


def test_nothing_is_taken_before_the_start_nor_while_the_class_pauses(tmp_path):
    found = classroom(1, ["japan"])
    with served(found, tmp_path) as running, teacher(running) as head, seat(running, "japan") as person:
        person.state(0)
        person.commit(0)
        assert "expected a class that is playing" in person.hear("refused")["why"]
        head.say(type="start")
        head.say(type="pause", on=True)
        person.hear("table", lambda m: m["table"]["paused"])
        person.commit(0)
        assert "paused the class" in person.hear("refused")["why"]
        head.say(type="pause", on=False)
        person.hear("table", lambda m: not m["table"]["paused"])
        person.commit(0)
        person.state(1)


def test_the_teacher_frees_a_seat_gives_it_to_a_policy_and_back(tmp_path):
    found = classroom(1, ["japan", "china"], turns=5)
    with (
        served(found, tmp_path) as running,
        teacher(running) as head,
        seat(running, "japan") as japan,
        seat(running, "china") as china,
    ):
        head.say(type="start")
        china.hear("table", lambda m: m["table"]["started"])
        japan.commit(0)
        head.say(type="seat", game=0, seat="china", policy="hawk")
        assert "given this seat to another" in china.hear("bye")["why"]
        assert japan.state(1)["table"]["people"] == [JAPAN]  # nobody else was missing: the turn is played
        head.say(type="seat", game=0, seat="china", policy="no/such")
        assert "expected one of default" in head.hear("refused")["why"]
        head.say(type="seat", game=0, seat="china", policy=None)
        head.hear("lobby", lambda m: m["lobby"]["games"][0]["policies"][2] is None)
        code = found.code
        with Person(running, {"type": "join", "code": code, "seat": None}) as newcomer:
            assert newcomer.state(1)["view"]["actor"] == 2
            head.say(type="kick", game=0, seat="china")
            newcomer.hear("bye")


def test_games_without_people_fall_away_and_free_seats_go_to_policies(tmp_path):
    found = classroom(3)
    with served(found, tmp_path) as running, teacher(running) as head, seat(running, "usa", game=2) as person:
        person.state(0)
        head.say(type="start")
        welcome = person.hear("welcome", lambda m: m["game"] == 0)
        assert welcome["actor"] == 0
        person.commit(0)
        person.state(1)
        lobby = head.hear("lobby", lambda m: m["lobby"]["started"])["lobby"]
        assert len(lobby["games"]) == 1 and lobby["games"][0]["policies"] == [None, *["default"] * 4]


def test_the_lobby_sets_scenario_and_turns_before_the_start_only(tmp_path):
    with served(classroom(1, ["japan"]), tmp_path) as running, teacher(running) as head:
        for name in ("../secret", "x.yaml", "nowhere"):
            head.say(type="setup", scenario=name, turns=5)
            assert "scenario=" in head.hear("refused")["why"]
        head.say(type="setup", scenario="calm", turns=7)
        lobby = head.hear("lobby", lambda m: m["lobby"]["turns"] == 7)["lobby"]
        assert lobby["scenario"] == "calm" and head.last["welcome"]["setting"]["horizon"] == 7
        head.say(type="start")
        assert "at least one person" in head.hear("refused")["why"]


def test_a_timer_plays_the_turn_of_whoever_is_late(tmp_path):
    found = classroom(1, ["japan", "china"])
    with served(found, tmp_path) as running, teacher(running) as head, seat(running, "japan") as japan, seat(running, "china"):
        head.say(type="start")
        head.say(type="timer", seconds=1)
        played = japan.hear("state", lambda m: m["view"]["turn"] >= 1)  # a slow reader may be a turn behind
        assert played["last"]["own"] == ["holds its posture", "says nothing", "takes no diplomatic step"]


def test_the_end_opens_the_debrief_of_all_games(tmp_path):
    found = classroom(2, ["japan"], turns=6)
    with (
        served(found, tmp_path / "state") as running,
        teacher(running) as head,
        seat(running, "japan", 0) as one,
        seat(running, "japan", 1) as two,
    ):
        head.say(type="start")
        head.say(type="end")
        assert "at least one turn" in head.hear("refused")["why"]
        for person in (one, two):
            person.commit(0)
            person.state(1)
        head.say(type="end")
        told = two.hear("debrief")
        assert [row["game"] for row in told["games"]] == [0, 1] and len(told["games"][0]["tension"]) == 2
        two.commit(1)
        assert "expected a class that is playing" in two.hear("refused")["why"]
        head.hear("debrief")
        head.say(type="close", save=True)
        assert "closed" in two.hear("bye")["why"]
    assert sorted(path.name for path in (tmp_path / "state").iterdir()) == ["game-1.json", "game-2.json"]


def test_a_closed_class_leaves_nothing_behind(tmp_path):
    with served(alone(), tmp_path / "state") as running, seat(running, "japan") as person:
        person.commit(0)
        person.state(1)
        assert persistence.is_stored(tmp_path / "state")
        person.say(type="close", save=False)
        person.hear("bye")
    assert list((tmp_path / "state").iterdir()) == []


def test_a_restart_goes_on_where_the_class_stood_and_tokens_stay_good(tmp_path):
    found = classroom(1, ["japan", "china"])
    tokens = {}
    with served(found, tmp_path) as running, teacher(running) as head:
        for actor in ("japan", "china"):
            with Person(running, {"type": "join", "code": found.code, "seat": actor}) as person:
                tokens[actor] = person.hear("seated")["token"]
        head.say(type="start")
        with (
            Person(running, {"type": "hello", "token": tokens["japan"]}) as japan,
            Person(running, {"type": "hello", "token": tokens["china"]}) as china,
        ):
            china.hear("table", lambda m: m["table"]["started"])
            china.commit(0)
            japan.hear("table", lambda m: len(m["table"]["waiting"]) == 1)
            japan.commit(0)
            japan.state(1)
            china.commit(1)  # one has committed for the turn under way
            japan.hear("table", lambda m: m["table"]["waiting"] == [JAPAN])
    kept = state_of(tmp_path)
    assert all(token not in json.dumps(kept) for token in tokens.values())
    before = found.tables[0].live.engine.games.tobytes()
    again = persistence.bring_back(tmp_path, found.policies)
    assert again.tables[0].live.engine.games.tobytes() == before
    with served(again, tmp_path) as running, Person(running, {"type": "hello", "token": tokens["japan"]}) as japan:
        assert japan.hear("state")["view"]["turn"] == 1
        assert japan.last["state"]["table"]["waiting"] == [JAPAN]
        japan.commit(1)
        japan.state(2)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": 9}, "format=9: expected 1"),
        ({"scenario_hash": "0" * 64}, "the scenario has changed"),
        ({"turns": "many"}, "expected"),
        ({"games": [{}]}, "expected a class that `straits play` wrote"),
        ({"surprise": 1}, "surprise: expected one of"),
    ],
)
def test_a_damaged_state_is_refused_in_a_line(tmp_path, change, message):
    found = alone()
    persistence.keep(tmp_path, persistence.content(found))
    path = tmp_path / persistence.FILE
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    with pytest.raises(ValueError, match=message) as error:
        persistence.bring_back(tmp_path, found.policies)
    assert "\n" not in str(error.value)


def test_a_state_that_names_a_policy_that_is_not_offered_is_refused(tmp_path):
    persistence.keep(tmp_path, persistence.content(alone()))
    with pytest.raises(ValueError, match="policy='default': expected one of hold"):
        persistence.bring_back(tmp_path, Policies(["hold"]))


@pytest.mark.parametrize(("address", "message"), [("0.0.0.0", "not of all"), ("::", "not of all"), ("home", "an IP address")])
def test_an_address_must_be_that_of_one_machine(address, message):
    with pytest.raises(ValueError, match=message):
        hosts(address, 80)
    assert hosts("192.168.1.20", 8310) == ["192.168.1.20:8310"] and hosts("fd00::1", 80) == ["[fd00::1]:80"]


def test_https_with_a_certificate_of_ones_own(tmp_path):
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("makes its certificate with openssl")
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    made = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run([*made, "-keyout", key, "-out", cert], check=True, capture_output=True)
    with served(alone(), tmp_path / "state", certfile=str(cert), keyfile=str(key)) as running:
        assert running.url.startswith("https://")
        trusting = ssl._create_unverified_context()
        assert urllib.request.urlopen(running.url, context=trusting).status == 200
        token = running.session.classroom.admit(Place(0, JAPAN))
        with Person(running, {"type": "hello", "token": token}, ssl=trusting) as person:
            person.state(0)
