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
    {"color": "#555555", "linestyle": "--", "marker": "p"},
    {"color": "#8A6D00", "linestyle": "-.", "marker": "<"},
    {"color": "#332288", "linestyle": ":", "marker": ">"},
]
"""For every other label, in the order of appearance."""

INK = "#26323f"  # words, what is true, the start
MUTED = "#5b6875"  # numbers on axes, what is to be read second
GROUND = ("#f8fbfd", "#dbe8f1", "#b3cadd")  # a loss from its bottom up: it recedes, so that the walk stands out
LEVELS = "white"  # its level lines
CURVE = "#7b96ad"  # its profile
HEAT = "viridis_r"  # colours of a heat map
UNKNOWN = "#bbbbbb"  # its cells without a number
GRID = "#e3e9ee"
DATA = "#7b8794"
RESIDUAL = "#a9b3bd"
NUMBERS = "#555555"  # in a worked step, below the formula
LIMIT = "#b0003a"  # and nothing else
TERMS = {"g": INK, "m": "#0072B2", "v": "#7a5195", "θ": "#b0003a"}  # of a step: in words and as arrows
TRUTH = INK  # the true level line, beside the one that a rule believes in
DOWNHILL = INK
MARKS = ("#7b8794", INK, LIMIT)  # on the slider of a learning rate, in the order in which they are given

LOOK = [
    "default",
    {
        "font.family": "DejaVu Sans",  # comes with Matplotlib; what moves is drawn when the user's settings hold again
        "font.size": 14,
        "axes.titlesize": 14,
        "legend.fontsize": 14,
        "mathtext.fontset": "stix",
        "text.color": INK,
        "axes.labelcolor": INK,
        "axes.titlelocation": "left",
        "axes.axisbelow": True,
        "axes.edgecolor": "#c3cdd6",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "grid.color": GRID,
        **{f"{axis}tick.{what}": 0 for axis in "xy" for what in ("major.size", "minor.size")},
        **{f"{axis}tick.labelcolor": MUTED for axis in "xy"},
        "xtick.major.pad": 9,  # in the corner of a map the numbers of both axes meet
        "ytick.major.pad": 6,
    },
]
LEGEND = {"loc": "outside upper center", "ncols": 5, "frameon": False}
LEGEND |= {"handlelength": 1.7, "handletextpad": 0.4, "columnspacing": 1.1}  # so that five optimizers fit
SHOWN = 96  # of a browser's pixels in an inch, so that 14 pt are 14 pt at the size shown
SHARP = 2  # of the picture's pixels in a browser's, along each side: sharp on screens of twice the pixels, and in print


def looks(labels, wear=()):
    """A dict from label to style: an optimizer's own, that of the optimizer in `wear`, or the next of the others."""
    others, worn = cycle(OTHER_STYLES), dict(wear)
    return {label: STYLES.get(worn.get(label, label)) or next(others) for label in labels}
