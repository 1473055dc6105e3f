"""Helpers of a course on the optimizers of deep learning."""

from .descent import Path, descend, walk
from .rules import State, adagrad, adam, gradient_descent, momentum, rmsprop

__all__ = ["Path", "State", "adagrad", "adam", "descend", "gradient_descent", "momentum", "rmsprop", "walk"]
