"""Colours stay apart for those who see them otherwise.

Dichromacy is simulated by the matrices of Machado, Oliveira and Fernandes (2009), "A physiologically-based model for simulation of
color vision deficiency", IEEE TVCG 15(6), at severity 1, on linear RGB. Distances are CIEDE2000 (Sharma, Wu and Dalal 2005), whose
published test data are checked first. The floors are the worst pairs of the palettes as they were chosen, rounded down: 18, 9 and
13, where about 2.3 is just noticeable (Mahy et al. 1994, for CIELAB). A change of a colour must not fall below them.
"""

import json
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from straits.experiments.utils.plotting import COLOURS, RUNG_COLOURS

VOCABULARY = json.loads((Path(__file__).resolve().parents[3] / "experiments/utils/vocabulary.json").read_text(encoding="utf-8"))
VISION = {
    "normal": np.eye(3),
    "protanopia": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "deuteranopia": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    "tritanopia": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
}
RGB_TO_XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]])
WHITE = RGB_TO_XYZ.sum(axis=1)  # D65
Colour = NDArray[np.float64]


def seen(colour: str, vision: str) -> Colour:
    """The colour as CIELAB, as somebody of that vision sees it."""
    parts = np.array([int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    x, y, z = RGB_TO_XYZ @ np.clip(VISION[vision] @ linear, 0, 1) / WHITE
    fx, fy, fz = (np.cbrt(v) if v > 216 / 24389 else (24389 / 27 * v + 16) / 116 for v in (x, y, z))
    return np.array([116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)])


def ciede2000(one: Colour, two: Colour) -> float:
    """Sharma et al.'s equations 2 to 22, in degrees."""
    chroma = np.hypot(one[1:2], one[2:])[0], np.hypot(two[1:2], two[2:])[0]
    mean = (sum(chroma) / 2) ** 7
    stretch = 1 + 0.5 * (1 - np.sqrt(mean / (mean + 25.0**7)))
    a1, a2 = stretch * one[1], stretch * two[1]
    c1, c2 = np.hypot(a1, one[2]), np.hypot(a2, two[2])
    h1, h2 = (np.degrees(np.arctan2(b, a)) % 360 for a, b in ((a1, one[2]), (a2, two[2])))
    turn = 0.0 if c1 * c2 == 0 else (h2 - h1 + 180) % 360 - 180
    dl, dc, dh = two[0] - one[0], c2 - c1, 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    light, colour = (one[0] + two[0]) / 2, (c1 + c2) / 2
    hue = h1 + h2 if c1 * c2 == 0 else (h1 + turn / 2) % 360
    cos = [np.cos(np.radians(angle)) for angle in (hue - 30, 2 * hue, 3 * hue + 6, 4 * hue - 63)]
    t = 1 - 0.17 * cos[0] + 0.24 * cos[1] + 0.32 * cos[2] - 0.20 * cos[3]
    sl = 1 + 0.015 * (light - 50) ** 2 / np.sqrt(20 + (light - 50) ** 2)
    sc, sh = 1 + 0.045 * colour, 1 + 0.015 * colour * t
    around = 30 * np.exp(-(((hue - 275) / 25) ** 2))
    rt = -2 * np.sqrt(colour**7 / (colour**7 + 25.0**7)) * np.sin(np.radians(2 * around))
    return float(np.sqrt((dl / sl) ** 2 + (dc / sc) ** 2 + (dh / sh) ** 2 + rt * (dc / sc) * (dh / sh)))


@pytest.mark.parametrize(
    ("one", "two", "distance"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 2.5, 0), (50, 3.2592, 0.3350), 1.0),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((50, -0.001, 2.49), (50, 0.0011, -2.49), 4.7461),
        ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
        ((90.9257, -0.5406, -0.9208), (88.6381, -0.8985, -0.7239), 1.5381),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_distance_is_that_of_the_published_pairs(one: tuple[float, ...], two: tuple[float, ...], distance: float) -> None:
    assert ciede2000(np.array(one), np.array(two)) == pytest.approx(distance, abs=5e-5)


def test_dichromats_confuse_what_they_are_known_to_confuse() -> None:
    for vision in ("protanopia", "deuteranopia"):
        red, green = seen("#b03030", vision), seen("#5a6a20", vision)
        assert ciede2000(red, green) < 0.6 * ciede2000(seen("#b03030", "normal"), seen("#5a6a20", "normal"))
    assert ciede2000(seen("#ffffff", "tritanopia"), seen("#ffffff", "normal")) < 0.1  # grey stays grey


@pytest.mark.parametrize("vision", VISION)
def test_actors_are_told_apart(vision: str) -> None:
    """Beside their shapes and codes."""
    marks = [seen(colour, vision) for colour in COLOURS.values()]
    assert min(ciede2000(one, two) for one, two in combinations(marks, 2)) >= 18


@pytest.mark.parametrize("vision", VISION)
def test_each_rung_is_told_from_the_next(vision: str) -> None:
    """Beside the digits that are printed on them."""
    ramp = [seen(colour, vision) for colour in RUNG_COLOURS]
    assert len(ramp) == 7 and min(ciede2000(one, two) for one, two in pairwise(ramp)) >= 9
    assert all(two[0] < one[0] for one, two in pairwise(ramp))  # darker with each rung


@pytest.mark.parametrize("vision", VISION)
def test_policies_are_told_apart(vision: str) -> None:
    """Beside their dashes and names."""
    lines = [seen(colour, vision) for colour in VOCABULARY["lines"]]
    assert min(ciede2000(one, two) for one, two in combinations(lines, 2)) >= 13


@pytest.mark.parametrize("vision", VISION)
def test_ends_of_crises_are_told_apart(vision: str) -> None:
    """Beside the signs of who opened and who yielded, and the dashed outline of what is cut."""
    fills = [seen(end["colour"], vision) for end in VOCABULARY["crisis_ends"]]
    assert min(ciede2000(one, two) for one, two in combinations(fills, 2)) >= 13
