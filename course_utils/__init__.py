"""Helpers of a course on the optimizers of deep learning."""

from .beliefs import belief
from .descent import descend, walk
from .formulas import show_rule, worked_step
from .outcomes import verdict
from .paths import Path
from .rules import NAMES, Start, State, adagrad, adam, gradient_descent, momentum, rmsprop

__all__ = [
    "NAMES",
    "Path",
    "Start",
    "State",
    "adagrad",
    "adam",
    "belief",
    "descend",
    "gradient_descent",
    "momentum",
    "rmsprop",
    "show_rule",
    "verdict",
    "walk",
    "worked_step",
]
