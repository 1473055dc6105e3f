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
    earlier : how many ellipses of earlier steps are shown, paler
    names, title, window : as for a Map

    Its axes are always equal.
    """

    def __init__(self, landscape, *, earlier=0, **options):
        super().__init__(landscape, **options)
        self.earlier = earlier

    def draw(self, axes):
        super().draw(axes)
        x, y, z = grid(self, 121)
        self.level = contour_generator(x, y, z, line_type=LineType.ChunkCombinedNan)
        self.downhill = 0.1 * np.ptp(axes.get_xlim())

    def new_artists(self, style):
        bowl = Polygon(CIRCLE, closed=True, fc=style["color"], alpha=0.15, animated=True, lw=0)
        self.axes.add_patch(bowl)
        level = self.new_line(color=TRUTH, lw=1.6, ls="--")
        rim = self.new_line(color=style["color"], lw=2)
        trail, here, left = super().new_artists(style)
        downhill = self.new_line(color=DOWNHILL, lw=2)
        step = self.new_line(color=style["color"], lw=4, solid_capstyle="round")
        past = self.new_line(color=style["color"], lw=1, alpha=0.45)
        return [bowl, level, past, rim, trail, downhill, step, here, left]

    def new_trail(self, style):
        return super().new_trail(style, strength=0.5)

    def move(self, artists, path, row):
        bowl, level, past, rim, trail, downhill, step, here, left = artists
        super().move([trail, here, left], path, row)
        ellipse = line = slope = way = np.full((1, 2), np.nan)
        before = path.theta[row - 1]
        if row and (np.abs(before) < FAR).all():
            line = self.level.lines(self.landscape.loss(before))[0][0]
            line = [[np.nan, np.nan]] if line is None else line
            g = self.landscape.grad(before)
            slope = arrow(before, before - self.downhill * g / np.linalg.norm(g))
            ellipse = _rim(path, row)[:-1]
            way = arrow(before, path.theta[row])
        rims = [_rim(path, number) for number in range(max(1, row - self.earlier), row)]
        past.set_data(*np.concatenate([np.full((1, 2), np.nan), *rims]).T)
        for artist, points in ((level, line), (rim, ellipse), (downhill, slope), (step, way)):
            artist.set_data(*np.transpose(points))
        fits = np.isfinite(ellipse).all() and np.abs(ellipse).max() < FAR
        bowl.set_xy(ellipse if fits else np.zeros((3, 2)))


def _rim(path, step):
    """The ellipse of the bowl believed in at a step; a gap behind it, so that several fit in a line."""
    believed = belief(path, step)
    return np.vstack([believed.after + believed.semi_axes() * CIRCLE, [[np.nan, np.nan]]])


def arrow(tail, tip):
    """One arrow as a line; nothing where it has no end."""
    lines = steps_as_arrows(np.array([tail, tip]) @ [1, 1j])
    return lines[0] if len(lines) else np.full((1, 2), np.nan)
