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
    """What share of the distance a rule whose settings are fixed beforehand must keep on some quadratic.

    Its curvature lies between low and high, 0 < low < high. After `steps` steps
    such a rule has multiplied the distance along a direction of curvature λ by
    a polynomial p(λ) of at most that degree, with p(0) = 1. No such polynomial
    stays below 1/T((high + low)/(high - low)) everywhere between low and high,
    T being Chebyshev's of that degree. steps may be an array.
    """
    if not 0 < low < high:
        raise ValueError(f"chebyshev_bound needs 0 < low < high, not {low:g} and {high:g}.")
    middle = (high + low) / (high - low)
    return 1 / np.cosh(np.asarray(steps) * np.arccosh(middle))
