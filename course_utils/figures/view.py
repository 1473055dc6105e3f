"""One pair of axes, which any view of a path is made from."""

import numpy as np
from matplotlib.style import context

from .look import LOOK

FAR = 1e9  # in units of the axes; beyond it a point is not drawn, since the renderer overflows


def drawable(values):
    """The values with NaN for what a renderer can't place."""
    values = np.asarray(values, dtype=float)
    with np.errstate(invalid="ignore"):
        return np.where(np.abs(values) < FAR, values, np.nan)


class View:
    """One pair of axes. It makes its artists for a label on first sight, then only moves them."""

    projection = None
    share = 1  # of the figure's width, beside other views
    takes = ("step",)  # what `LiveFigure.update` hands over beside the paths
    background_moved = False  # whether an update has changed what is otherwise drawn once

    def draw(self, axes):
        """Draw what does not move."""
        self.axes = axes
        self.artists = {}

    def update(self, paths, step=None, **others):
        """Move the artists. Each path is marked at `step`, or at its end."""
        for artist in [artist for group in self.artists.values() for artist in group]:
            artist.set_visible(False)
        for label, (path, style) in paths.items():
            if label not in self.artists:
                with context(LOOK):
                    self.artists[label] = self.new_artists(style)
            for artist in self.artists[label]:
                artist.set_visible(True)
            last = len(path.theta) - 1
            self.move(self.artists[label], path, last if step is None else min(step, last))

    def new_artists(self, style):
        """The artists of one label, in the order in which they are drawn."""
        walked = self.new_line(**style, lw=2, ms=6)
        here = self.new_line(color=style["color"], marker=style["marker"], ls="", ms=13, mec="white", mew=2)
        return [walked, here]

    def new_line(self, **look):
        return self.axes.plot([], [], **look, animated=True, scalex=False, scaley=False)[0]

    def move(self, artists, path, row):
        raise NotImplementedError

    def moving(self):
        return [artist for group in self.artists.values() for artist in group if artist.get_visible()]


def margin(values, log=False):
    """Limits of an axis that leave a twentieth free on either side."""
    low, high = (np.log if log else np.asarray)([np.min(values), np.max(values)])
    limits = np.array([low - 0.05 * (high - low), high + 0.05 * (high - low)])
    return tuple(np.exp(limits) if log else limits)


def plain(names):
    """Names of axes without TeX, for a line of text."""
    greek = {"$": "", r"\theta": "θ", r"\eta": "η", r"\beta": "β", "_1": "₁", "_2": "₂"}
    text = ", ".join(names)
    for tex, plain in greek.items():
        text = text.replace(tex, plain)
    return f"({text})"
