"""Helpers of a course on the optimizers of deep learning."""

from .descent import descend, walk
from .paths import Path
from .rules import Start, State, adagrad, adam, gradient_descent, momentum, rmsprop

__all__ = ["Path", "Start", "State", "adagrad", "adam", "descend", "gradient_descent", "momentum", "rmsprop", "walk"]
