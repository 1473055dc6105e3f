"""How everything looks: the one place for colours, lines, marks and sizes of text."""

from itertools import cycle

from ..rules import NAMES, adagrad, adam, gradient_descent, momentum, rmsprop

STYLES = {
    NAMES[gradient_descent]: {"color": "#000000", "linestyle": "-", "marker": "o"},
    NAMES[momentum]: {"color": "#0072B2", "linestyle": "--", "marker": "s"},
    NAMES[adagrad]: {"color": "#009E73", "linestyle": "-.", "marker": "^"},
    NAMES[rmsprop]: {"color": "#E69F00", "linestyle": ":", "marker": "D"},
    NAMES[adam]: {"color": "#D55E00", "linestyle": (0, (8, 2)), "marker": "X"},
}
"""How each optimizer looks through the whole series, by its label, in colours of the Okabe-Ito palette."""

OTHER_STYLES = [
    {"color": "#AA3377", "linestyle": "-", "marker": "v"},
    {"color": "#555555", "linestyle": "--", "marker": "P"},
    {"color": "#8A6D00", "linestyle": "-.", "marker": "<"},
    {"color": "#332288", "linestyle": ":", "marker": ">"},
]
"""For every other label, in the order of appearance."""

GROUND = "Blues"  # colours of a loss, seen from above or in space
LEVELS = "#7793ab"  # its level lines, its curve
HEAT = "viridis_r"  # colours of a heat map
UNKNOWN = "#bbbbbb"  # its cells without a number
GRID = "#dddddd"
DATA = "#888888"
RESIDUAL = "#D55E00"
NUMBERS = "#555555"  # in a worked step, below the formula
LIMIT = "#D55E00"
TRUTH = "black"  # the true level line, beside the one that a rule believes in
DOWNHILL = "#444444"
MARKS = ("#009E73", "#0072B2", LIMIT)  # on the slider of a learning rate, in the order in which they are given

LOOK = ["default", {"font.size": 14, "axes.titlesize": 14, "legend.fontsize": 14}]
LEGEND = {"loc": "outside upper center", "ncols": 5, "frameon": False}
LEGEND |= {"handlelength": 1.7, "handletextpad": 0.4, "columnspacing": 1.1}  # so that five optimizers fit
DPI = 96  # of a browser's pixel, so that 14 pt are 14 pt at the size shown


def looks(labels):
    """A dict from label to style: an optimizer's own, or the next of the others."""
    others = cycle(OTHER_STYLES)
    return {label: STYLES.get(label) or next(others) for label in labels}
