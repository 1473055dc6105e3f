"""The real data that ships with the package; sources and licences stand in data/README.md."""

import csv
import gzip
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


def diabetes():
    """Ten measurements of 442 diabetes patients, and how far the disease went in a year.

    Returns x of shape (442, 10), each column in its own unit, and y of shape
    (442,), a score from 25 to 346. The columns: age in years, sex (1 or 2), body
    mass index, mean blood pressure, and from the blood serum total
    cholesterol, LDL, HDL, total / HDL, log of triglycerides, sugar.
    Source: Efron, Hastie, Johnstone and Tibshirani 2004.
    """
    return _table("diabetes_data_raw.csv.gz"), _table("diabetes_target.csv.gz")


def digits():
    """1797 handwritten digits as pictures of 8 x 8 pixels.

    Returns images of shape (1797, 64), row after row of each picture, from 0.0
    (white) to 1.0 (ink everywhere), and labels of shape (1797,), whole numbers
    from 0 to 9. They stand one writer after another, so the last rows are by
    other hands than the first. Source: Alpaydin and Kaynak 1998.
    """
    table = _table("digits.csv.gz", delimiter=",")
    return table[:, :-1] / 16, table[:, -1].astype(int)


def _table(name, **reading):
    with (files(__package__) / "data" / name).open("rb") as packed, gzip.open(packed) as file:
        return np.loadtxt(file, **reading)
