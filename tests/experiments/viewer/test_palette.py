"""Colours can be told apart and what is written on them can be read."""

import json
import re
from itertools import pairwise
from pathlib import Path

VOCABULARY = json.loads((Path(__file__).resolve().parents[3] / "experiments/utils/vocabulary.json").read_text(encoding="utf-8"))
STYLE = (Path(__file__).resolve().parents[3] / "experiments/viewer/web/src/base.css").read_text(encoding="utf-8")


def colours(group: str, part: str = "colour") -> list[str]:
    return [row[part] for row in VOCABULARY[group]]


def luminance(colour: str) -> float:
    """Relative luminance, 0..1, as WCAG 2.2 defines it."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, two: str) -> float:
    high, low = sorted((luminance(one), luminance(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def surface(name: str) -> str:
    return re.search(rf"--{name}: (#[0-9a-f]{{6}})", STYLE)[1]


def test_rungs_darken_step_by_step_so_that_they_read_in_grey():
    ramp = [luminance(colour) for colour in colours("rungs")]
    assert len(ramp) == 7 and all(two < 0.95 * one for one, two in pairwise(ramp))


def test_the_digit_of_a_rung_can_be_read():
    for ground, ink in zip(colours("rungs"), colours("rungs", "ink"), strict=True):
        assert contrast(ground, ink) >= 4.5


def test_the_number_of_crises_can_be_read_on_the_colour_of_their_end():
    for ground, ink in zip(colours("crisis_ends"), colours("crisis_ends", "ink"), strict=True):
        assert contrast(ground, ink) >= 4.5


def test_marks_stand_out_from_sea_and_land():
    for colour in colours("actors"):
        assert min(contrast(colour, surface("sea")), contrast(colour, surface("land"))) >= 3.0


def test_words_can_be_read_on_every_surface():
    for words in ("ink", "muted"):
        for ground in ("paper", "panel", "shade", "sea", "land"):
            assert contrast(surface(words), surface(ground)) >= 4.5
