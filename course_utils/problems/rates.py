"""What the curvatures of a loss say of the learning rate."""

import numpy as np


def limits(curvatures, beta=0.0):
    """Three learning rates for a quadratic of these curvatures, for momentum β; β = 0 is gradient descent.

    curvatures has shape (parameters,), each above zero. Returns a dict:
    1/λₘₐₓ, where λₘₐₓ is the largest of them; the rate that shrinks the worst
    direction fastest; the limit (2 + 2β)/λₘₐₓ. Raises ValueError where a
    curvature is not known (None) or not positive. Source: Polyak 1964.
    """
    if curvatures is None or min(curvatures) <= 0:
        raise ValueError("limits needs curvatures that are known and positive, such as those of a quadratic.")
    low, high = float(min(curvatures)), float(max(curvatures))
    return {"1/λₘₐₓ": 1 / high, "best": (2 + 2 * beta) / (low + high), "limit": (2 + 2 * beta) / high}


def chebyshev_bound(low, high, steps):
    """How far a rule with constant settings must leave some quadratic of these curvatures from its minimum.

    After `steps` steps such a rule has multiplied the distance along a direction
    of curvature λ by a polynomial p(λ) of that degree with p(0) = 1. No such
    polynomial stays below 1/T((high + low)/(high - low)) everywhere between low
    and high, T being Chebyshev's of that degree. steps may be an array.
    """
    middle = (high + low) / (high - low)
    return 1 / np.cosh(np.asarray(steps) * np.arccosh(middle))
