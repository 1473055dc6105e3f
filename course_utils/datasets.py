"""The real data that ships with the package; sources and licences stand in data/README.md."""

import csv
from importlib.resources import files

import numpy as np


def penguins():
    """Flipper length and body mass of 342 penguins.

    Returns two arrays of shape (342,): flipper length in millimetres and body
    mass in grams. The two birds without these measurements are left out.
    Source: Gorman, Williams and Fraser 2014.
    """
    with (files(__package__) / "data" / "penguins.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["body_mass_g"] != "NA"]
    flipper = np.array([row["flipper_length_mm"] for row in rows], dtype=float)
    mass = np.array([row["body_mass_g"] for row in rows], dtype=float)
    return flipper, mass
