"""Read and write the fitted parameters as YAML, with the data that they were fitted to."""

from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, Final

import yaml

from straits.envs.fields import mapping
from straits.envs.io import write_file
from straits.envs.validation import wrong
from straits.experiments.analysis.calibration.external_validation import DAYS, Validation
from straits.experiments.analysis.calibration.observation_model import Tempo

SHIPPED: Final = Path(__file__).parent / "fitted.yaml"  # result of `straits calibrate` on the series of docs/validation.md
KEYS: Final = ("tempo", "data", "fit")
DIGITS: Final = 6


def read(path: Path = SHIPPED) -> Tempo:
    """Read the parameters of a file.

    Raises:
        ValueError: If a value is missing or out of range.
        OSError: If the file cannot be read.
    """
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ValueError(f"{path.name}: expected YAML; {' '.join(str(error).split())[:200]}") from None
    names = [field.name for field in fields(Tempo)]
    values = mapping("tempo", mapping(path.name, raw, KEYS).get("tempo"), names)
    if missing := [name for name in names if name not in values]:
        raise ValueError(f"tempo.{missing[0]}: expected a number")
    return Tempo(**values)


def write(path: Path, validation: Validation) -> None:
    """Write the parameters of a validation, atomically.

    Raises:
        ValueError: If the folder does not exist.
    """
    if not path.parent.is_dir():
        raise wrong("folder", str(path.parent), "one that exists")
    write_file(path, (HEAD + yaml.safe_dump(_content(validation), sort_keys=False)).encode())


def _content(validation: Validation) -> dict[str, Any]:
    span, days = validation.spans["first part"], validation.spans["whole"]
    return {
        "tempo": {name: float(f"{value:.{DIGITS}g}") for name, value in asdict(validation.fitted.tempo).items()},
        "data": {"sha256": validation.sha256, "days": days, "fitted_to": span},
        "fit": {"scenario": DAYS, "distance": round(validation.fitted.distance, 4), "tried": validation.fitted.tried},
    }


HEAD: Final = "# Written by `straits calibrate`: the tempo layer's parameters. The series itself is not part of the project.\n"
