"""The penguins are all there, in their units."""

import numpy as np
import pytest

from course_utils.problems import penguins


def test_penguins_are_342_flippers_in_millimetres_and_masses_in_grams():
    flipper, mass = penguins()
    assert flipper.shape == mass.shape == (342,)
    assert (flipper.min(), flipper.max()) == (172, 231)
    assert (mass.min(), mass.max()) == (2700, 6300)
    assert (flipper[0], mass[0]) == (181, 3750)


def test_a_penguin_weighs_50_grams_more_for_each_millimetre_of_flipper():
    flipper, mass = penguins()
    slope, intercept = np.polyfit(flipper, mass, 1)
    assert slope == pytest.approx(49.686, abs=0.0005)
    assert intercept == pytest.approx(-5780.8, abs=0.05)
    assert np.corrcoef(flipper, mass)[0, 1] ** 2 == pytest.approx(0.759, abs=0.0005)
