"""Live pictures of paths."""

from .charts import Curve, HeatMap, Series, loss_curve
from .live import LiveFigure
from .look import OTHER_STYLES, STYLES
from .maps import Fit, Map, Profile, Surface
from .text import WorkedStep
from .view import View

__all__ = [
    "OTHER_STYLES",
    "STYLES",
    "Curve",
    "Fit",
    "HeatMap",
    "LiveFigure",
    "Map",
    "Profile",
    "Series",
    "Surface",
    "View",
    "WorkedStep",
    "loss_curve",
]
