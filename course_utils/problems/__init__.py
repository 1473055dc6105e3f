"""What is descended on: landscapes, models and their data."""

from .batches import minibatches
from .classifier import Classifier
from .datasets import diabetes, digits, penguins
from .landscapes import (
    GROUNDS,
    Landscape,
    bowl,
    quadratic,
    quartic,
    rosenbrock,
    round_bowl,
    saddle,
    turned,
    turned_bowl,
    valleys,
    wavy,
)
from .linear import LinearRegression
from .plane import Plane
from .rates import chebyshev_bound, limits

__all__ = [
    "GROUNDS",
    "Classifier",
    "Landscape",
    "LinearRegression",
    "Plane",
    "bowl",
    "chebyshev_bound",
    "diabetes",
    "digits",
    "limits",
    "minibatches",
    "penguins",
    "quadratic",
    "quartic",
    "rosenbrock",
    "round_bowl",
    "saddle",
    "turned",
    "turned_bowl",
    "valleys",
    "wavy",
]
