"""Policies by name: the scripted ones, those of the zoo that ship with the package, and folders of one's own."""

from pathlib import Path
from typing import Final

from straits.agents.base import Policy
from straits.agents.checkpoint import CARD, INDEX, listing, load
from straits.agents.scripted import SCRIPTED, scripted
from straits.envs.io import read_json
from straits.envs.validation import hint, mapping, wrong

ZOO: Final = Path(__file__).parent / "zoo"
PREFIX: Final = "zoo/"


def policy(name: str, *, zoo: Path = ZOO) -> Policy:
    """`default`, `zoo/japan-hawkish` or `runs/x/policies/japan`: a scripted policy, one of the zoo, or the folder of one.

    ValueError lists the names, with the nearest to what was asked for, or says what is wrong with the folder.
    """
    if name in SCRIPTED:
        return scripted(name)
    if name.startswith(PREFIX):
        known = zoo_names(zoo)
        if name.removeprefix(PREFIX) not in known:
            raise _unknown(name, zoo)
        listing(zoo, only=name.removeprefix(PREFIX))
        return load(zoo / name.removeprefix(PREFIX), name)
    if (Path(name) / CARD).is_file() or "/" in name or "\\" in name:
        return load(name, name)
    raise _unknown(name, zoo)


def names(zoo: Path = ZOO) -> list[str]:
    """Every name that `policy` takes, without the folders of one's own."""
    return [*SCRIPTED, *(PREFIX + name for name in zoo_names(zoo))]


def zoo_names(zoo: Path = ZOO) -> list[str]:
    """The policies of the zoo; none where nothing has been put there."""
    if not (zoo / INDEX).is_file():
        return []
    return sorted(mapping(f"{zoo / INDEX} policies", read_json(zoo / INDEX).get("policies")))


def _unknown(name: str, zoo: Path) -> ValueError:
    known = names(zoo)
    return wrong("policy", name, f"one of {', '.join(known)}, or the folder of a trained policy{hint(name, known)}")
