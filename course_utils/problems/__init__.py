"""What is descended on: landscapes, models and their data."""

from .batches import minibatches
from .classifier import Classifier
from .datasets import diabetes, digits, penguins
from .landscapes import Landscape, bowl, quadratic, rosenbrock, round_bowl, saddle, wavy
from .linear import LinearRegression
from .plane import Plane
from .rates import chebyshev_bound, limits

__all__ = [
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
    "rosenbrock",
    "round_bowl",
    "saddle",
    "wavy",
]
