"""Colours and markers, the same in every picture: an actor's, a policy's."""

from typing import Final

COLOURS: Final = {  # Okabe and Ito's, told apart by the colour-blind; the same as in the environment's pictures
    "usa": "#0072b2",
    "japan": "#cc79a7",
    "china": "#d55e00",
    "taiwan": "#009e73",
    "philippines": "#e69f00",
}
POLICIES: Final = {  # a colour and a marker each, the same in every picture
    "trained": ("black", "o"),
    "untrained": ("#8c8c8c", "s"),
    "default": ("#0072b2", "^"),
    "tit_for_tat": ("#56b4e9", "D"),
    "dove": ("#009e73", "v"),
    "hold": ("#e69f00", "P"),
    "hawk": ("#d55e00", "X"),
    "random": ("#cc79a7", "*"),
    "grim": ("#5c1230", "<"),
}
OTHER: Final = ("#5f5f5f", ">")
