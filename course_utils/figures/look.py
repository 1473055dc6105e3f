"""How everything looks: the one place for colours, marks and sizes of text."""

STYLES = {
    "gradient descent": {"color": "#000000", "linestyle": "-", "marker": "o"},
    "momentum": {"color": "#0072B2", "linestyle": "--", "marker": "s"},
    "AdaGrad": {"color": "#009E73", "linestyle": "-.", "marker": "^"},
    "RMSProp": {"color": "#E69F00", "linestyle": ":", "marker": "D"},
    "Adam": {"color": "#D55E00", "linestyle": (0, (8, 2)), "marker": "X"},
}
"""How each optimizer looks through the whole series, in colours of the Okabe-Ito palette."""

OTHER_STYLES = [
    {"color": "#AA3377", "linestyle": "-", "marker": "v"},
    {"color": "#555555", "linestyle": "--", "marker": "P"},
    {"color": "#8A6D00", "linestyle": "-.", "marker": "<"},
    {"color": "#332288", "linestyle": ":", "marker": ">"},
]
"""For every other label, in the order of appearance."""

LOOK = ["default", {"font.size": 14, "axes.titlesize": 14, "legend.fontsize": 14}]
TIGHT = {"handlelength": 1.7, "handletextpad": 0.4, "columnspacing": 1.1}  # so that five optimizers fit in a legend
DPI = 96  # of a browser's pixel, so that 14 pt are 14 pt at the size shown
