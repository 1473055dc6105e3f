"""Live pictures of paths: a `LiveFigure` is a row of views.

To add a view: a class on the base `View`, in the file of this folder that it
suits, its name in the list below, and a line in CASES of tests/test_figures.py,
which puts it through what every view must do. To change a colour, a line or a
mark: `look.py`.
"""

from .belief import BeliefMap
from .charts import Curve, HeatMap, Series, loss_by_direction, loss_curve
from .cloud import Cloud
from .few import Bars, Dots
from .ledger import Ledger
from .live import LiveFigure
from .look import OTHER_STYLES, STYLES
from .maps import Fit, GroundMap, Map, Profile, Surface
from .sheet import Sheet
from .step import StepMap
from .text import WorkedStep
from .view import View

__all__ = [
    "OTHER_STYLES",
    "STYLES",
    "Bars",
    "BeliefMap",
    "Cloud",
    "Curve",
    "Dots",
    "Fit",
    "GroundMap",
    "HeatMap",
    "Ledger",
    "LiveFigure",
    "Map",
    "Profile",
    "Series",
    "Sheet",
    "StepMap",
    "Surface",
    "View",
    "WorkedStep",
    "loss_by_direction",
    "loss_curve",
]
