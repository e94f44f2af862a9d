"""Describe the events of one turn in words: the moves of each actor, incidents, leaks, crises and conflict."""

from collections.abc import Iterable
from typing import Any, Final

from straits.envs.spec.constants import ACTORS, AREAS, N_ACTORS, N_AREAS, N_CHANNELS, PAIRS, STATEMENT, TAIWAN
from straits.envs.spec.moves import MOVES, OFFSETS, parse
from straits.envs.text.crises import changes
from straits.envs.text.describe import OWN_NAMES, Labels, actor_words, area_words, move_words

_DISCLOSED: Final = parse("disclose").index


def tell(state: Any, labels: Labels = OWN_NAMES, before: Any = None) -> str:
    """Describe the events of the last turn, one sentence per line.

    Args:
        state: Record of the game.
        labels: Label of each actor.
        before: Record of the game one turn earlier, which distinguishes new incidents and leaks from old ones.

    Returns:
        The text.
    """
    lines = [f"{_capital(actor_words(actor, labels))} {_joined(_deeds(state, n, labels))}." for n, actor in enumerate(ACTORS)]
    if before is not None:
        lines += [f"An incident happens in {area_words(AREAS[n])}." for n in range(N_AREAS) if _flares(state, before, n)]
        lines += [f"{_capital(words)}." for _, words in leaks(state, before, labels)]
    lines += [f"{_capital(change.words)}." for change in changes(state, before, labels)]
    if state["belligerents"][0] >= 0:
        one, two = (actor_words(ACTORS[n], labels) for n in state["belligerents"])
        lines.append(f"Armed conflict breaks out between {one} and {two}.")
    return "\n".join(lines)


def leaks(state: Any, before: Any, labels: Labels = OWN_NAMES) -> list[tuple[int, str]]:
    """Return the leaks between two records of a game.

    Args:
        state: Record of the game.
        before: Record of the game one turn earlier.
        labels: Label of each actor.

    Returns:
        Pairs of the index of one actor concerned and a sentence.
    """
    called = [actor_words(actor, labels) for actor in ACTORS]
    rows = []
    for i, j in PAIRS:
        if state["plan_known"][i, j] > before["plan_known"][i, j]:
            rows.append((i, f"the plans of {called[i]} and {called[j]} become known"))
        elif state["leaked"][i, j] > max(before["leaked"][i, j] - 1, 0):  # the counter decreases, except in the turn of a leak
            rows.append((i, f"a private talk of {called[i]} and {called[j]} becomes known"))
    for i in range(N_ACTORS):
        if state["trainers_known"][i] > before["trainers_known"][i] and not (state["moves"][:, STATEMENT] == _DISCLOSED).any():
            rows.append((i, f"{called[i]} is known to have trainers in {called[TAIWAN]}"))
    return rows


def _deeds(state: Any, actor: int, labels: Labels) -> Iterable[str]:
    """Describe the moves of an actor in each channel, and mark private and agreed ones."""
    chosen = [MOVES[OFFSETS[channel] + state["moves"][actor, channel]] for channel in range(N_CHANNELS)]
    for move in chosen:
        if move.index > 0:
            words = move_words(move, labels)
            if move.kind.needs_two and move.flat == state["agreed"][actor, move.kind.channel - 1]:
                words += ", which both sides agree on"
            yield f"{words} (in private)" if move.kind.private else words
    if all(move.index == 0 for move in chosen):
        yield "holds its posture and says nothing"


def _flares(state: Any, before: Any, area: int) -> bool:
    return bool(state["incidents"] > before["incidents"] and state["incident"][area] > before["incident"][area])


def _joined(parts: Iterable[str]) -> str:
    *first, last = parts
    return f"{'; '.join(first)}; and {last}" if first else last


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]
