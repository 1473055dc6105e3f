"""A view of many walkers at once."""

import numpy as np

from .belief import CIRCLE
from .look import INK, LIMIT
from .maps import Map
from .view import drawable

SPREADS = 2  # standard deviations to each side: an ellipse that holds 86 % of a normal cloud


class Cloud(Map):
    """A map with many walkers, a dot each, and the ellipse in which theory expects most of them.

    Like a Map otherwise. An update takes `cloud`, an array of shape (walkers, 2),
    and `expected`, a pair of their mean and standard deviation along the axes,
    each of shape (2,): the ellipse reaches two standard deviations to each side.
    """

    takes = ("step", "cloud", "expected")

    def draw(self, axes):
        super().draw(axes)
        self.dots = self.new_line(marker="o", ms=2.5, ls="", mfc=INK, mec="none", alpha=0.45)
        self.ellipse = self.new_line(color=LIMIT, lw=2, ls="--")

    def update(self, paths, cloud=(), expected=None, **others):
        super().update(paths, **others)
        self.dots.set_data(*drawable(np.reshape(cloud, (-1, 2))).T)
        nowhere = np.full((1, 2), np.nan)
        around = nowhere if expected is None else expected[0] + SPREADS * np.asarray(expected[1]) * CIRCLE
        self.ellipse.set_data(*drawable(around).T)

    def moving(self):
        return [self.dots, *super().moving(), self.ellipse]
