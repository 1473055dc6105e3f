"""Draws the moving picture of the README: race.py, without arguments."""

from pathlib import Path

from course_utils import adagrad, adam, descend, gradient_descent, momentum, rmsprop
from course_utils.figures import LiveFigure, Map, loss_curve
from course_utils.problems import bowl

# The best of 61 rates from 0.01 to 10, by the largest loss from step 20 on.
RATES = {gradient_descent: 0.447, momentum: 0.0316, adagrad: 7.08, rmsprop: 0.158, adam: 0.282}

figure = LiveFigure(Map(bowl), loss_curve(bowl, 40, (1e-12, 1e2)))
figure.update([descend(rule, bowl.grad, bowl.start, 40, lr=lr) for rule, lr in RATES.items()])
figure.save(Path(__file__).parents[1] / "pictures" / "race.gif", seconds=6)
