"""What the curvatures of a loss say of the learning rate."""


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
