"""Controls over live figures."""

from .controls import choice, log_slider, slider, start_sliders, step_slider
from .detective import detective
from .doctor import doctor
from .panel import panel
from .predict import predict
from .sweep import sweep

__all__ = [
    "choice",
    "detective",
    "doctor",
    "log_slider",
    "panel",
    "predict",
    "slider",
    "start_sliders",
    "step_slider",
    "sweep",
]
