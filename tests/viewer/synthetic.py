"""A small made-up episode in the page's own format: quick to make, and with every kind of row in it."""

from random import Random
from typing import Any

CODES = ("US", "JP", "CN", "TW", "PH")
LABELS = ("United States", "Japan", "China", "Taiwan", "Philippines")
AREAS = {
    "japan_home": "the Japanese home islands",
    "nansei": "the Nansei islands",
    "taiwan": "Taiwan",
    "taiwan_strait": "Taiwan Strait",
    "east_china_sea": "East China Sea",
    "south_china_sea": "South China Sea/West Philippine Sea",
    "luzon": "Luzon",
    "philippine_sea": "Philippine Sea",
    "mainland_coast": "the mainland coast",
}
RUNGS = ["routine", "signalling", "protest", "show of presence", "forward deployment", "coercive presence", "armed conflict"]
COMPONENTS = ["security", "claims", "status_quo", "trade", "support", "alliance", "cost", "conflict"]
CHANNELS = ["deployment", "statement", "act"]
WHERE = {  # which areas an actor of the made-up game stands in
    "US": ("nansei", "philippine_sea", "taiwan_strait", "luzon", "south_china_sea"),
    "JP": ("japan_home", "nansei", "east_china_sea"),
    "CN": ("mainland_coast", "taiwan_strait", "east_china_sea", "south_china_sea"),
    "TW": ("taiwan", "taiwan_strait"),
    "PH": ("luzon", "south_china_sea"),
}


def episode(turns: int = 52, seed: int = 7, title: str = "A made-up episode", lens: bool = True) -> dict[str, Any]:
    """A `straits-replay/1` with that many turns, the same for the same seed."""
    random = Random(seed)
    pairs = {f"{one}-{two}": _walk(random, turns) for n, one in enumerate(CODES) for two in CODES[n + 1 :]}
    table, moves, events = _table(), [], []
    rung = [0]
    for t in range(1, turns + 1):
        done = [[t, actor, index, int(random.random() < 0.9), table[index]["rung"]] for actor, index in _choices(random, table)]
        moves += done
        rung.append(max([row[4] for row in done], default=0))
    events = [[t, kind, words, -1, area] for t, kind, words, area in _events(turns) if t <= turns]
    return {
        "schema": "straits-replay/1",
        "meta": {
            "title": title,
            "scenario": "made_up",
            "seed": str(seed),
            "episode": 0,
            "turns": turns,
            "horizon": turns,
            "turn_days": 7,
            "date": "2021-12-24",
            "env_version": "straits-v0",
            "scenario_hash": "0" * 16,
            "world_hash": "0" * 16,
            "policies": dict.fromkeys(("usa", "japan", "china", "taiwan", "philippines"), "made_up"),
            "outcome": "horizon",
            "belligerents": None,
            "description": "Numbers without a game behind them.",
            "sources": ["assumption"],
            "tension_definition": "The mean over the ten pairs of how threatened each side feels by the other, 0 to 1.",
            "limits": "A stylised model.",
        },
        "actors": [{"id": label.lower(), "code": code, "label": label} for code, label in zip(CODES, LABELS, strict=True)],
        "areas": [{"id": area, "label": label} for area, label in AREAS.items()],
        "rungs": RUNGS,
        "channels": CHANNELS,
        "components": COMPONENTS,
        "classes": ["patrol", "coast_guard", "troops", "missiles"],
        "tension": [sum(values[t] for values in pairs.values()) // 10 for t in range(turns + 1)],
        "pairs": pairs,
        "directed": {f"{a}>{b}": pairs.get(f"{a}-{b}", pairs.get(f"{b}-{a}")) for a in CODES for b in CODES if a != b},
        "rung": "".join(map(str, rung)),
        "seen": {f"{a}>{b}": _seen(moves, table, n, m, turns) for n, a in enumerate(CODES) for m, b in enumerate(CODES) if a != b},
        "hazard": [random.randrange(40) for _ in range(turns + 1)],
        "presence": {code: {area: _presence(random, turns) for area in areas} for code, areas in WHERE.items()},
        "ambassador": {"JP>CN": [[0, 1], [min(20, turns), 3]]},
        "support": {code: _walk(random, turns, 600) for code in CODES},
        "table": table,
        "moves": moves,
        "illegal": [],
        "events": events,
        "rewards": {code: {name: [random.randrange(-200, 120) for _ in range(turns)] for name in COMPONENTS} for code in CODES},
        "lens": {code: _lens(random, turns, table) for code in CODES} if lens else None,
    }


def _walk(random: Random, turns: int, start: int = 150) -> list[int]:
    values, now, push = [], random.randrange(start), 0.0
    for _ in range(turns + 1):
        push = 0.8 * push + random.gauss(1.5, 9)
        now = min(980, max(5, int(now + push)))
        values.append(now)
    return values


def _table() -> list[dict[str, Any]]:
    rows = [
        ("patrol", "sends air and sea patrols to the {}", 3, area) for area in ("taiwan_strait", "east_china_sea", "philippine_sea")
    ]
    rows += [("troops", "moves troops and support to the {}", 4, area) for area in ("nansei", "luzon")]
    areas = list(AREAS)
    table = [
        {"name": f"{name}.{at}", "words": words.format(AREAS[at]), "channel": 0, "rung": rung, "actor": -1, "area": areas.index(at)}
        for name, words, rung, at in rows
    ]
    for channel, name, words, rung in (
        (1, "pledge", "pledges support to {}", 1),
        (1, "denounce", "denounces what {} did", 2),
        (2, "protest", "protests to {}", 2),
        (2, "summon_urgent", "summons the ambassador of {}, urgently and in public", 2),
        (2, "consult", "consults with {}", 0),
    ):
        table += [
            {
                "name": f"{name}.{CODES[n]}",
                "words": words.format(LABELS[n]),
                "channel": channel,
                "rung": rung,
                "actor": n,
                "area": -1,
            }
            for n in range(5)
        ]
    return table


def _choices(random: Random, table: list[dict[str, Any]]) -> list[tuple[int, int]]:
    found = []
    for actor in range(5):
        for channel in range(3):
            fitting = [n for n, row in enumerate(table) if row["channel"] == channel and row["actor"] != actor]
            if random.random() < 0.4:
                found.append((actor, random.choice(fitting)))
    return found


def _events(turns: int) -> list[tuple[int, str, str, int]]:
    return [
        (4, "crisis", "a pair first stands at rung 3 or more: China and Taiwan", -1),
        (9, "incident", "an incident in the Taiwan Strait", 3),
        (20, "ambassador", "the ambassador of China in Japan is summoned", -1),
        (31, "leak", "plans of the United States and Japan become known", -1),
        (38, "incident", "an incident in the South China Sea/West Philippine Sea", 5),
        (turns, "end", "the horizon is reached", -1),
    ]


def _seen(moves: list[list[int]], table: list[dict[str, Any]], one: int, two: int, turns: int) -> str:
    highest = [0] * (turns + 1)
    for t, actor, index, _, rung in moves:
        if actor == one and table[index]["actor"] in (two, -1):
            highest[t] = max(highest[t], rung)
    return "".join(map(str, highest))


def _presence(random: Random, turns: int) -> list[list[int]]:
    changes, now = [], [0, 0, 0, 0]
    for t in range(turns + 1):
        if t == 0 or random.random() < 0.3:
            now = [min(1000, max(0, level + random.randrange(-150, 220) // 10 * 10)) for level in now]
            changes.append([t, *now])
    return changes


def _lens(random: Random, turns: int, table: list[dict[str, Any]]) -> dict[str, Any]:
    rows = []
    for _ in range(turns):
        row = []
        for channel in range(3):
            fitting = [n for n, move in enumerate(table) if move["channel"] == channel][:6]
            left, top = 1000, []
            for n in fitting:
                part = random.randrange(left // 2 + 1)
                left -= part
                top.append([n, part])
            row.append({"top": sorted(top, key=lambda one: -one[1]), "entropy": random.randrange(2500), "legal": len(fitting) + 3})
        rows.append(row)
    return {"source": "exact", "draws": 0, "turns": rows}
