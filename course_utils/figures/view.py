"""One pair of axes, which any view of a path is made from."""

import numpy as np
from matplotlib.style import context

from .look import LOOK
from .names import Stamp
from .trail import Trail, inside

FAR = 1e9  # in units of the axes; beyond it a point is not drawn, since the renderer overflows


class View:
    """One pair of axes. It makes its artists for a label on first sight, then only moves them.

    A view of your own draws what stands still in `draw`. Where its paths are
    lines, it says in `points` where they go; what else is to move is made in
    `new_artists` and moved in `move`.
    """

    projection = None
    share = 1  # of the figure's width, beside other views
    takes = ("step",)  # what `LiveFigure.update` hands over beside the paths
    shows = ""  # the view in the picture's line of text
    touch = None  # the names of the controls that a place on its two axes gives values to; None for an axis without
    labels = ()  # those whose paths it shows; all, if there is none
    background_moved = False  # whether an update has changed what is otherwise drawn once

    @np.errstate(all="ignore")
    def put_on(self, axes):
        self.axes, self.artists = axes, {}
        self.draw(axes)

    def draw(self, axes):
        """Draw what does not move."""

    def take_names(self, labels):
        """Make room for names beside the lines; returns whether there is any, or else a legend is needed."""
        return False

    def points(self, path):
        """Where a path goes: an array of shape (rows, 2)."""
        raise NotImplementedError

    def showing(self, *labels):
        """The same view, which shows the paths of these labels alone; of a figure with several."""
        self.labels = labels
        return self

    def update(self, paths, step=None, **others):
        """Move the artists. Each path is marked at `step`, or at its end."""
        if self.labels:
            paths = {label: paths[label] for label in self.labels if label in paths}
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
        return [self.new_trail(style), self.new_mark(style), self.axes.add_artist(Stamp(color=style["color"]))]

    def new_trail(self, style, **options):
        return self.axes.add_line(Trail(**style, lw=2.2, ms=4.5, animated=True, **options))

    def new_mark(self, style):
        return self.new_line(color=style["color"], marker=style["marker"], ls="", ms=12, mec="white", mew=1.8)

    def new_line(self, **look):
        return self.axes.plot([], [], **look, animated=True, scalex=False, scaley=False)[0]

    def move(self, artists, path, row):
        """Let the artists of one label show a path, marked at `row`."""
        points = drawable(self.points(path))
        trail, here, left = artists
        trail.set_data(*points.T)
        here.set_data(*points[row : row + 1].T)
        self.tell_where_it_left(left, points)

    def tell_where_it_left(self, text, points):
        """Write at which step a path has left the picture for good, at the place where it did."""
        box = self.axes.bbox
        places = self.axes.transData.transform(points)
        seen = np.flatnonzero(inside(places, box))
        last = seen[-1] if len(seen) else -1
        if last in (-1, len(points) - 1):
            text.set_text("")
            return
        text.set_text(f"t = {last + 1}")
        height, width = text.size(self.axes.figure.dpi)
        x, y = _edge(*places[last : last + 2], box)
        text.set_position((np.clip(x + 8, box.x0 + 4, box.x1 - width), np.clip(y, box.y0 + height, box.y1 - 4)))

    def area(self):
        """Where on the picture it may be touched, and what that means; None if it may not be."""
        if self.touch is None:
            return None
        width, height = self.axes.figure.bbox.size
        left, bottom, right, top = self.axes.bbox.extents / [width, height, width, height]
        axes = []
        for name, axis in zip(self.touch, "xy", strict=True):
            low, high = (self.axes.get_xlim, self.axes.get_ylim)[axis == "y"]()
            log = (self.axes.get_xscale, self.axes.get_yscale)[axis == "y"]() == "log"
            axes.append(name and {"name": name, "low": float(low), "high": float(high), "log": log})
        box = [round(float(share), 5) for share in (left, 1 - top, right, 1 - bottom)]
        return {"box": box, "x": axes[0], "y": axes[1]}

    def moving(self):
        return [artist for group in self.artists.values() for artist in group if artist.get_visible()]


def drawable(values):
    """The values with NaN for what a renderer can't place."""
    values = np.asarray(values, dtype=float)
    return np.where(np.abs(values) < FAR, values, np.nan)


def _edge(within, outside, box):
    """Where the way from a point in a box to one outside of it crosses its edge."""
    with np.errstate(all="ignore"):
        way = outside - within
        shares = np.concatenate([(box.min - within) / way, (box.max - within) / way])
    shares = shares[(shares >= 0) & (shares <= 1)]
    return within + shares.min() * way if len(shares) else within


def ticked_at_its_ends(axis, low, high):
    """Numbers where an axis ends, and at zero where there is room."""
    short = max(len(f"{low:g}"), len(f"{high:g}")) < 5
    between = [0] if short and min(-low, high) > 0.2 * (high - low) else []
    axis.set_ticks([low, *between, high])


def window_of(landscape, window, who, sides=("left", "right", "bottom", "top")):
    """The window that was given, or else that of the landscape."""
    window = getattr(landscape, "window", None) if window is None else window
    if np.shape(window) != (len(sides),):
        raise ValueError(f"{who} needs a window of {len(sides)} numbers: add window=({', '.join(sides)}).")
    return window


def margin(values, log=False):
    """Limits of an axis that leave a twentieth free on either side."""
    low, high = (np.log if log else np.asarray)([np.min(values), np.max(values)])
    limits = np.array([low - 0.05 * (high - low), high + 0.05 * (high - low)])
    return tuple(np.exp(limits) if log else limits)


def plain(*names):
    """Names of axes without TeX, for a line of text."""
    text = ", ".join(names)
    for tex, sign in {"$": "", r"\theta": "θ", r"\eta": "η", r"\beta": "β", "_1": "₁", "_2": "₂"}.items():
        text = text.replace(tex, sign)
    return text
