"""Losses small enough to draw, each with its exact gradient.

Every loss takes theta of shape (*runs, parameters) and returns shape (*runs);
every gradient returns the shape of theta. So one call evaluates a point, a
path or a whole map.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from .rates import limits


@dataclass(frozen=True)
class Landscape:
    """A loss, its gradient and what is known about it.

    loss : function (theta) -> L, shape (*runs, parameters) -> (*runs)
    grad : function (theta) -> g, of theta's shape
    start : where the course begins to walk
    window : what a picture shows: (left, right) for one parameter,
        (left, right, bottom, top) for two
    minimum : where the loss is least, or None where it is unbounded below
    curvatures : the constant second derivatives of a quadratic along its axes,
        or None; the largest of them, λₘₐₓ, limits the learning rate to 2/λₘₐₓ
    """

    loss: Callable
    grad: Callable
    start: tuple
    window: tuple
    minimum: tuple | None = None
    curvatures: tuple | None = None

    def __post_init__(self):
        # A path that diverges has an infinite loss, which is a lesson and no reason for a warning.
        object.__setattr__(self, "loss", np.errstate(all="ignore")(self.loss))

    def split(self, theta):
        """What each axis adds to a quadratic's loss, λᵢ cᵢ² / 2 with cᵢ the way from the minimum, of theta's shape."""
        if self.curvatures is None or self.minimum is None:
            raise ValueError("split needs a quadratic with a minimum: its loss is a sum over its axes.")
        return np.array(self.curvatures) * np.square(np.asarray(theta) - self.minimum) / 2

    def limits(self, beta=0.0):
        """What the curvatures say of the learning rate, for momentum β: a dict of 1/λₘₐₓ, the best and the limit."""
        return limits(self.curvatures, beta)


def quadratic(curvatures, start, window):
    """The quadratic Σ λᵢ θᵢ² / 2, whose curvature along axis i is λᵢ.

    Its minimum is 0 at the origin, its gradient is λᵢ θᵢ.
    """
    λ = np.array(curvatures, dtype=float)
    return Landscape(
        loss=lambda theta: (λ * np.square(theta)).sum(axis=-1) / 2,
        grad=lambda theta: λ * theta,
        start=start,
        window=window,
        minimum=(0.0,) * len(λ),
        curvatures=tuple(float(c) for c in λ),
    )


round_bowl = quadratic([2, 2], start=(-4, 3.5), window=(-5, 5, -5, 5))
"""θ₁² + θ₂²: every direction alike."""

bowl = quadratic([0.2, 4], start=(-5, -2), window=(-6, 3, -3, 3))
"""0.1 θ₁² + 2 θ₂²: twenty times as steep across as along. The bowl of the whole series."""

quartic = Landscape(
    loss=lambda theta: np.square(np.square(np.asarray(theta))).sum(axis=-1) / 4,
    grad=lambda theta: np.asarray(theta) * np.square(np.asarray(theta)),
    start=(-3, 1.5),
    window=(-4, 2, -3, 3),
    minimum=(0.0, 0.0),
)
"""(θ₁⁴ + θ₂⁴)/4: steep far out, and ever flatter near its minimum."""


def turned(landscape, window):
    """The same ground turned by 45 degrees, its start with it; of two parameters.

    Its curvatures are the same, but along its axes no more: it names none.
    """
    c = np.sqrt(0.5)  # written out, since a product of matrices has other last bits on other machines

    def back(theta):
        x, y = np.moveaxis(np.asarray(theta), -1, 0)
        return np.stack([c * (x + y), c * (y - x)], axis=-1)

    def forth(theta):
        x, y = np.moveaxis(np.asarray(theta), -1, 0)
        return np.stack([c * (x - y), c * (x + y)], axis=-1)

    return Landscape(
        loss=lambda theta: landscape.loss(back(theta)),
        grad=lambda theta: forth(landscape.grad(back(theta))),
        start=tuple(forth(landscape.start).tolist()),
        window=window,
        minimum=landscape.minimum and tuple(forth(landscape.minimum).tolist()),
    )


turned_bowl = turned(bowl, window=(-6, 3, -6, 3))
"""The bowl of the series, turned by 45 degrees: its long axis is no coordinate's."""


def _wavy_loss(theta):
    x = np.asarray(theta)[..., 0]
    return 0.05 * x**2 + 0.5 * np.cos(2 * x)


wavy = Landscape(
    loss=_wavy_loss,
    grad=lambda theta: 0.1 * np.asarray(theta) - np.sin(2 * np.asarray(theta)),
    start=(-6,),
    window=(-8, 8),
    minimum=(1.495728216700288,),  # and its mirror image: where 0.1 x = sin 2x, nearest to 0 on either side
)
"""0.05 x² + 0.5 cos 2x: one parameter, several local minima."""


def _saddle_loss(theta):
    theta = np.asarray(theta)
    return theta[..., 0] ** 2 - theta[..., 1] ** 2


saddle = Landscape(
    loss=_saddle_loss,
    grad=lambda theta: np.array([2.0, -2.0]) * theta,
    start=(-1.5, 1e-3),
    window=(-2, 2, -2, 2),
    curvatures=(2.0, -2.0),
)
"""θ₁² - θ₂²: a minimum along one axis, a maximum along the other."""


def _valleys_loss(theta):
    x, y = np.moveaxis(np.asarray(theta), -1, 0)
    return np.square(x) + np.square(np.square(y) - 2) / 4


valleys = Landscape(
    loss=_valleys_loss,
    grad=lambda theta: np.array([2.0, -2.0]) * theta + np.array([0.0, 1.0]) * theta * np.square(theta),
    start=(-1.5, 1e-3),
    window=(-2, 2, -2, 2),
    minimum=(0.0, np.sqrt(2)),  # and its mirror image
)
"""θ₁² + (θ₂² - 2)²/4 = θ₁² - θ₂² + θ₂⁴/4 + 1: the saddle, with a valley on either side."""


def _rosenbrock_loss(theta):
    x, y = np.moveaxis(np.asarray(theta), -1, 0)
    return np.square(1 - x) + 100 * np.square(y - np.square(x))


def _rosenbrock_grad(theta):
    x, y = np.moveaxis(np.asarray(theta), -1, 0)
    up = y - np.square(x)  # not x**2, whose last bit may differ between one point and a map
    return np.stack([-2 * (1 - x) - 400 * x * up, 200 * up], axis=-1)


rosenbrock = Landscape(
    loss=_rosenbrock_loss,
    grad=_rosenbrock_grad,
    start=(-1.2, 1),
    window=(-2, 2, -1, 3),
    minimum=(1.0, 1.0),
)
"""(1 - θ₁)² + 100 (θ₂ - θ₁²)²: a curved valley, steep walls, a nearly flat floor (Rosenbrock 1960)."""

GROUNDS = {
    "bowl": replace(bowl, window=(-6, 3, -4.5, 4.5)),
    "turned bowl": turned_bowl,
    "saddle": valleys,
    "Rosenbrock": rosenbrock,
    "θ⁴": quartic,
}
"""For races: one start each, a least loss of 0, and square windows, so that one picture shows them all."""
