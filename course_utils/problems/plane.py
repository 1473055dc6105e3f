"""A loss of many parameters, cut along the plane in which some walks mostly move."""

import numpy as np

from ..paths import Path


class Plane:
    """The plane through a common start that holds as much of the walks' motion as a plane can.

    model : what has a `loss` of theta, shape (*runs, parameters) -> (*runs)
    paths : list of Paths of one run each, all from the same start, or nearly

    It is a loss of two parameters, the coordinates in the plane, for a Map with
    `window=plane.window`. `share` is how much of the squared distances from the
    start lies in the plane, over all rows of all paths; the rest is not seen.
    A loss at a point of the plane is the model's own there, but a walk's loss
    is not that of its shadow. The axes are the first two principal directions
    of the motion, by singular values (Li et al. 2018 draw training like this).
    """

    def __init__(self, model, paths):
        self.model, self.start = model, paths[0].theta[0]
        if not all(np.allclose(path.theta[0], self.start, rtol=1e-6, atol=1e-9) for path in paths):
            raise ValueError("a Plane goes through one start: give it paths that begin at the same point.")
        motion = np.concatenate([path.theta - self.start for path in paths])
        # The singular values and directions of the motion, from its small side: there are fewer steps than parameters.
        squares, shares = np.linalg.eigh(motion @ motion.T)
        directions = (shares[:, :-3:-1] / np.sqrt(squares[:-3:-1])).T @ motion
        # A direction has no sign of its own: let the walks end on its positive side, on every machine.
        ends = sum(path.theta[-1] - self.start for path in paths)
        self.directions = directions * np.where(directions @ ends < 0, -1, 1)[:, np.newaxis]
        self.share = squares[:-3:-1].sum() / squares.sum()
        seen = motion @ self.directions.T
        low, high = seen.min(axis=0), seen.max(axis=0)
        pad = 0.2 * (high - low).max()
        unit = 10 ** np.floor(np.log10(pad))  # of the round numbers at which the window ends
        low, high = unit * np.floor((low - pad) / unit), unit * np.ceil((high + pad) / unit)
        self.window = tuple(np.column_stack([low, high]).ravel().tolist())

    def loss(self, theta):
        """The model's loss at points of the plane, shape (*runs, 2) -> (*runs)."""
        theta = np.asarray(theta)
        if theta.ndim > 2:  # row by row: all at once would fill the memory
            return np.stack([self.loss(row) for row in theta])
        return self.model.loss(self.start + theta @ self.directions)

    def seen(self, path):
        """A walk's shadow on the plane, as a path of two parameters."""
        shadow = Path(theta=(path.theta - self.start) @ self.directions.T)
        shadow.origin = getattr(path, "origin", None)
        return shadow
