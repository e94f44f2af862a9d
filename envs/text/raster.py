"""Draw boxes, frames and text in a 5 x 7 bitmap font, without a display or an imaging library."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Colour = tuple[int, int, int]
Box = tuple[int, int, int, int]  # left, top, width, height in pixels

SIZE: Final = 2  # pixels per dot of the font
ADVANCE: Final = 6 * SIZE
LINE: Final = 9 * SIZE
# One byte per column, with the lowest bit at the top.
_GLYPHS: Final = {
    " ": "0000000000", "%": "2313086462", "(": "001C224100", ")": "0041221C00", "+": "08083E0808", ",": "0050300000",
    "-": "0808080808", ".": "0060600000", "/": "2010080402", ":": "0036360000", "'": "0005030000", "_": "4040404040",
    "0": "3E5149453E", "1": "00427F4000", "2": "4261514946", "3": "2141454B31", "4": "1814127F10", "5": "2745454539",
    "6": "3C4A494930", "7": "0171090503", "8": "3649494936", "9": "064949291E", "A": "7E1111117E", "B": "7F49494936",
    "C": "3E41414122", "D": "7F4141221C", "E": "7F49494941", "F": "7F09090901", "G": "3E4149497A", "H": "7F0808087F",
    "I": "00417F4100", "J": "2040413F01", "K": "7F08142241", "L": "7F40404040", "M": "7F020C027F", "N": "7F0408107F",
    "O": "3E4141413E", "P": "7F09090906", "Q": "3E4151215E", "R": "7F09192946", "S": "4649494931", "T": "01017F0101",
    "U": "3F4040403F", "V": "1F2040201F", "W": "3F4038403F", "X": "6314081463", "Y": "0708700807", "Z": "6151494543",
}  # fmt: skip
_UNKNOWN: Final = "7F4141417F"  # an empty box


def canvas(width: int, height: int, colour: Colour) -> NDArray[np.uint8]:
    """Return a new picture in one colour, (height, width, 3) uint8."""
    picture = np.empty((height, width, 3), np.uint8)
    picture[:] = colour
    return picture


def fill(picture: NDArray[np.uint8], box: Box, colour: Colour) -> None:
    """Paint a box; parts outside the picture are cut off."""
    left, top, width, height = box
    picture[max(0, top) : max(0, top + height), max(0, left) : max(0, left + width)] = colour


def frame(picture: NDArray[np.uint8], box: Box, colour: Colour, thickness: int = 1) -> None:
    """Draw the edge of a box on its inside."""
    left, top, width, height = box
    fill(picture, (left, top, width, thickness), colour)
    fill(picture, (left, top + height - thickness, width, thickness), colour)
    fill(picture, (left, top, thickness, height), colour)
    fill(picture, (left + width - thickness, top, thickness, height), colour)


def write(picture: NDArray[np.uint8], left: int, top: int, words: str, colour: Colour) -> None:
    """Write a line of text in capitals; a character that the font lacks becomes an empty box."""
    for n, sign in enumerate(words.upper()):
        columns = np.frombuffer(bytes.fromhex(_GLYPHS.get(sign, _UNKNOWN)), np.uint8)
        dots = np.unpackbits(columns[:, None], axis=1, bitorder="little")[:, :7].T  # (7, 5)
        area = picture[top : top + 7 * SIZE, left + n * ADVANCE : left + n * ADVANCE + 5 * SIZE]
        ink = dots.repeat(SIZE, axis=0).repeat(SIZE, axis=1).astype(bool)[: area.shape[0], : area.shape[1]]
        area[ink] = colour


def wide(words: str) -> int:
    """Return the width of a line of text in pixels."""
    return len(words) * ADVANCE
