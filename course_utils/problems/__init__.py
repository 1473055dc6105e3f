"""What is descended on: landscapes, models and their data."""

from .datasets import diabetes, digits, penguins
from .landscapes import Landscape, bowl, quadratic, rosenbrock, round_bowl, saddle, wavy
from .models import LinearRegression, Network, SoftmaxRegression, minibatches

__all__ = [
    "Landscape",
    "LinearRegression",
    "Network",
    "SoftmaxRegression",
    "bowl",
    "diabetes",
    "digits",
    "minibatches",
    "penguins",
    "quadratic",
    "rosenbrock",
    "round_bowl",
    "saddle",
    "wavy",
]
