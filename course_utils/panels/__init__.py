"""Controls over live figures."""

from .controls import choice, log_slider, slider, start_sliders, step_slider
from .panel import Panel, panel
from .predict import Prediction, predict
from .sweep import Sweep, sweep

__all__ = [
    "Panel",
    "Prediction",
    "Sweep",
    "choice",
    "log_slider",
    "panel",
    "predict",
    "slider",
    "start_sliders",
    "step_slider",
    "sweep",
]
