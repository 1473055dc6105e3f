"""A view of what a rule believes, on the map of what is true."""

import numpy as np
from contourpy import LineType, contour_generator
from matplotlib.patches import Polygon

from ..beliefs import belief
from .look import DOWNHILL, TRUTH
from .maps import Map, grid, steps_as_arrows
from .view import FAR

ROUND = 2 * np.pi * np.linspace(0, 1, 100)
CIRCLE = np.column_stack([np.cos(ROUND), np.sin(ROUND)])


class BeliefMap(Map):
    """A map, and on it the bowl that each path's rule believed in at the marked step.

    The ellipse is where that bowl is as high as the point before the step; its
    centre is the point after it. Dashed in black stands the true level line
    through the same point, and the short arrow there points straight downhill.

    landscape : what has `loss` and `grad` beside what a Map needs
    names, title, window : as for a Map

    Its axes are always equal.
    """

    def draw(self, axes):
        super().draw(axes)
        x, y, z = grid(self, 121)
        self.level = contour_generator(x, y, z, line_type=LineType.ChunkCombinedNan)
        self.downhill = 0.14 * np.ptp(axes.get_xlim())

    def new_artists(self, style):
        bowl = Polygon(CIRCLE, closed=True, fc=style["color"], alpha=0.15, animated=True, lw=0)
        self.axes.add_patch(bowl)
        level = self.new_line(color=TRUTH, lw=1.6, ls="--")
        rim = self.new_line(color=style["color"], lw=2)
        trail, here, left = super().new_artists(style)
        downhill = self.new_line(color=DOWNHILL, lw=2)
        step = self.new_line(color=style["color"], lw=4, solid_capstyle="round")
        return [bowl, level, rim, trail, downhill, step, here, left]

    def new_trail(self, style):
        return super().new_trail(style, strength=0.5)

    def move(self, artists, path, row):
        bowl, level, rim, trail, downhill, step, here, left = artists
        super().move([trail, here, left], path, row)
        ellipse = line = slope = arrow = np.full((1, 2), np.nan)
        before = path.theta[row - 1]
        if row and (np.abs(before) < FAR).all():
            line = self.level.lines(self.landscape.loss(before))[0][0]
            line = [[np.nan, np.nan]] if line is None else line
            g = self.landscape.grad(before)
            slope = _arrow(before, before - self.downhill * g / np.linalg.norm(g))
            believed = belief(path, row)
            ellipse = believed.after + believed.semi_axes() * CIRCLE
            arrow = _arrow(before, believed.after)
        for artist, points in ((level, line), (rim, ellipse), (downhill, slope), (step, arrow)):
            artist.set_data(*np.transpose(points))
        fits = np.isfinite(ellipse).all() and np.abs(ellipse).max() < FAR
        bowl.set_xy(ellipse if fits else np.zeros((3, 2)))


def _arrow(tail, tip):
    """One arrow as a line; nothing where it has no end."""
    lines = steps_as_arrows(np.array([tail, tip]) @ [1, 1j])
    return lines[0] if len(lines) else np.full((1, 2), np.nan)
