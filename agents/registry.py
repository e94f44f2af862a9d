"""Find policies by name: scripted ones, those of the zoo that ships with the package, and directories of trained policies."""

from pathlib import Path
from typing import Final

from straits.agents.base import Policy
from straits.agents.checkpoint import CARD, INDEX, listing, load
from straits.agents.scripted import SCRIPTED, scripted
from straits.envs.fields import mapping
from straits.envs.io import read_json
from straits.envs.validation import hint, wrong

ZOO: Final = Path(__file__).parent / "zoo"
PREFIX: Final = "zoo/"


def policy(name: str, *, zoo: Path = ZOO) -> Policy:
    """Load a policy by name.

    Args:
        name: A scripted policy (`default`), one of the zoo (`zoo/japan-hawkish`), or the folder of one (`runs/x/policies/japan`).
        zoo: Folder of the zoo.

    Returns:
        The policy.

    Raises:
        ValueError: If the name is unknown or the folder is damaged. The message lists the names and suggests the nearest one.
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
    """List the names that `policy` accepts, without folders of the user.

    Args:
        zoo: Folder of the zoo.

    Returns:
        Scripted policies, then those of the zoo.
    """
    return [*SCRIPTED, *(PREFIX + name for name in zoo_names(zoo))]


def zoo_names(zoo: Path = ZOO) -> list[str]:
    """List the policies of the zoo.

    Args:
        zoo: Folder of the zoo.

    Returns:
        Sorted names without the prefix `zoo/`. Empty if the folder has no index.
    """
    if not (zoo / INDEX).is_file():
        return []
    return sorted(mapping(f"{zoo / INDEX} policies", read_json(zoo / INDEX).get("policies")))


def _unknown(name: str, zoo: Path) -> ValueError:
    known = names(zoo)
    return wrong("policy", name, f"one of {', '.join(known)}, or the folder of a trained policy{hint(name, known)}")
