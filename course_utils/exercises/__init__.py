"""Exercises, and what says at once whether they are right."""

from . import appendix, lesson_1, lesson_2, lesson_3, lesson_4, lesson_5, lesson_6
from .judge import check
from .kinds import Exercise
from .suspects import Suspects
from .ward import patients

__all__ = [
    "Exercise",
    "Suspects",
    "appendix",
    "check",
    "lesson_1",
    "lesson_2",
    "lesson_3",
    "lesson_4",
    "lesson_5",
    "lesson_6",
    "patients",
]
