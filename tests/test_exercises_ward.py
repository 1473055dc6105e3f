"""Twelve training runs: each shows what its diagnosis says, also where the last bits differ."""

import numpy as np
import pytest

from course_utils.exercises import patients
from course_utils.problems import Classifier, digits


class Moved(Classifier):
    """The same network, with a start that is moved by some last bits."""

    def start(self, seed=0):
        return super().start(seed) * (1 + 1e-13)


@pytest.fixture(scope="module", params=[Classifier, Moved])
def runs(request):
    images, labels = digits()
    return patients(request.param(images[:1437], labels[:1437], hidden=(64,)))


@pytest.fixture(scope="module")
def losses(runs):
    return {run.diagnosis: run.losses for run in runs.values()}


def rises(curve):
    """By what factor each loss is above the one before."""
    return curve[1:] / curve[:-1]


def test_each_letter_has_another_diagnosis(runs):
    assert "".join(runs) == "ABCDEFGHIJKL"
    assert len({run.diagnosis for run in runs.values()}) == len({run.because for run in runs.values()}) == 12
    assert all(len(run.losses) == 81 for run in runs.values())
    for run in runs.values():
        assert run.because.endswith(".") and not run.how.endswith(".")


def test_letters_tell_nothing(runs):
    diagnoses = [run.diagnosis for run in runs.values()]
    assert diagnoses != sorted(diagnoses) and diagnoses[0] != "healthy"


def test_the_healthy_run_gets_far_and_is_calm(losses):
    curve = losses["healthy"]
    assert curve[-1] < 0.05 and rises(curve).max() < 1.5


def test_with_a_small_rate_the_loss_falls_all_along_and_not_far(losses):
    curve = losses["η too small"]
    assert rises(curve).max() < 1 and 1 < curve[-1] < curve[0]
    assert np.corrcoef(np.log(curve), np.arange(81))[0, 1] < -0.99, "straight"


def test_with_a_large_rate_the_loss_is_that_of_guessing(losses):
    assert np.abs(losses["η too large"][20:] / np.log(10) - 1).max() < 0.05


def test_at_the_edge_the_loss_falls_with_spikes(losses):
    curve = losses["η at the edge"]
    assert np.median(curve[-10:]) < 0.05 and rises(curve).max() > 3


def test_batches_of_one_are_rough_and_end_on_a_floor(losses):
    curve = losses["batches of 1"]
    assert 0.03 < np.median(curve[40:60]) < 3 * np.median(curve[60:]) and np.sum(rises(curve) > 1.2) > 10


def test_too_much_momentum_swings_in_waves(losses):
    late = losses["β too large"][25:]
    assert late.max() > 4 * late.min() and late.min() > 0.02
    same_way = np.sign(np.diff(late)[1:]) == np.sign(np.diff(late)[:-1])
    assert same_way.mean() > 0.55, "a wave goes one way for several points, noise does not"


def test_without_correction_the_loss_jumps_up_at_once_and_comes_back(losses):
    curve = losses["no correction"]
    assert curve[:4].max() > 3 * curve[0] and curve[-1] < curve[0] / 4


def test_with_the_sign_turned_the_loss_rises_at_each_point(losses):
    curve = losses["sign turned"]
    assert np.all(rises(curve[np.isfinite(curve)]) > 1) and curve[40] > 1000


def test_a_rate_that_decays_early_freezes_the_loss(losses):
    curve = losses["η decays early"]
    assert curve[-1] > 3 * losses["healthy"][-1] and curve[40] / curve[-1] < 1.1 and curve[40] < curve[0] / 5


def test_a_cut_of_the_rate_calms_the_loss_and_lowers_it(losses):
    before, after = np.split(losses["η cut late"][10:], [33])
    assert rises(before).max() > 1.5 and rises(after[2:]).max() < 1.1 and after[-1] < before.min() / 1.5


def test_a_broken_batch_makes_one_spike(losses):
    curve = losses["one broken batch"]
    assert rises(curve).max() > 20 and 48 <= rises(curve).argmax() <= 51
    assert rises(curve[:49]).max() < 1.5 and 2 * curve[49] < curve[-1] < curve.max() / 20


def test_rows_that_are_not_shuffled_make_a_tooth_in_each_epoch(losses):
    logs = np.log(losses["not shuffled"])
    bends = logs - np.convolve(np.pad(logs, 5, mode="edge"), np.ones(11) / 11, mode="valid")
    together = [np.corrcoef(bends[10:-lag], bends[10 + lag :])[0, 1] for lag in range(2, 17)]
    assert 2 + int(np.argmax(together)) in (11, 12), "an epoch is eleven and a half points"
    assert max(together) > 0.6
