"""Find policies by name: scripted ones, those of the zoo that ships with the package, and directories of trained policies."""

from pathlib import Path
from typing import Final

from straits.agents.base import Policy
from straits.agents.checkpoint import CARD, INDEX, listing, load
from straits.agents.scripted import SCRIPTED, scripted
from straits.envs.fields import mapping
from straits.envs.io import read_json
from straits.envs.spec.constants import ENVIRONMENT
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
        ValueError: If the name is unknown, the folder is damaged, or the policy was made for another version of the environment.
            The message lists the names and suggests the nearest one, or names both versions.
    """
    if name in SCRIPTED:
        return scripted(name)
    if name.startswith(PREFIX):
        made_for = _versions(zoo)
        if name not in made_for:
            raise _unknown(name, zoo)
        if made_for[name] != ENVIRONMENT:
            raise wrong(
                "policy", name, f"a policy for {ENVIRONMENT}, the version of this release; it was made for {made_for[name]}"
            )
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
        Scripted policies, then those of the zoo that were made for this version of the environment.
    """
    return [*SCRIPTED, *(name for name, version in _versions(zoo).items() if version == ENVIRONMENT)]


def policy_for(actor: str, zoo: Path = ZOO) -> str:
    """Choose the policy that plays a seat unless another is named.

    Args:
        actor: The actor of the seat.
        zoo: Folder of the zoo.

    Returns:
        The name of the zoo's policy for the actor, or `default` if the zoo has none for this version of the environment.
    """
    return PREFIX + actor if PREFIX + actor in names(zoo) else "default"


def zoo_names(zoo: Path = ZOO) -> list[str]:
    """List the policies of the zoo.

    Args:
        zoo: Folder of the zoo.

    Returns:
        Sorted names without the prefix `zoo/`, of each version of the environment. Empty if the folder has no index.
    """
    return [name.removeprefix(PREFIX) for name in _versions(zoo)]


def _versions(zoo: Path) -> dict[str, str]:
    """Return the names of the zoo's policies, in order, and the version of the environment that each was made for."""
    if not (zoo / INDEX).is_file():
        return {}
    entries = mapping(f"{zoo / INDEX} policies", read_json(zoo / INDEX).get("policies"))
    return {
        PREFIX + name: str(mapping(f"{zoo / INDEX} policies.{name}", entries[name]).get("environment")) for name in sorted(entries)
    }


def _unknown(name: str, zoo: Path) -> ValueError:
    known, versions = names(zoo), _versions(zoo)
    old = [f"{one} of {version}" for one, version in versions.items() if version != ENVIRONMENT]
    of_old_rules = f"; of the rules of an earlier version, which {ENVIRONMENT} refuses: {', '.join(old)}" if old else ""
    nearest = hint(name, [*known, *versions])
    return wrong("policy", name, f"one of {', '.join(known)}, or the folder of a trained policy{of_old_rules}{nearest}")
