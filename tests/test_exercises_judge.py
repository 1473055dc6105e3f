"""check says what is right, and names what is wrong, whatever it is given."""

import itertools
import math
import sys
from fractions import Fraction
from functools import partial

import numpy as np
import pytest

from course_utils import State, adagrad, adam, gradient_descent, momentum, rmsprop
from course_utils.exercises import Exercise, check, lesson_1, lesson_2, lesson_3, lesson_4, lesson_5, lesson_6
from course_utils.exercises.judge import Report, report
from course_utils.exercises.walks import apart
from course_utils.libraries import keras_adam, keras_momentum, optax_adagrad

# --- wrong rules


def test_what_goes_wrong_only_later_is_placed_by_its_first_step():
    def mine(prev, g, lr=0.01):
        t = prev.t + 1
        theta = prev.theta - lr * g
        theta[1] += 0.5 if t == 7 else 0
        return State(theta=theta, t=t)

    said = report(mine, gradient_descent).text
    assert "The line of θ is right, but what you return is another, from step 7 on: return theta." in said


def test_a_known_mistake_is_named_where_the_student_counts_the_steps_otherwise():
    def mine(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        count = prev.count + 1
        m = beta1 * prev.m + (1 - beta1) * g
        v = beta2 * prev.v + (1 - beta2) * g**2
        rate = lr / np.sqrt(v / (1 - beta2**count) + eps)
        return State(theta=prev.theta - rate * m / (1 - beta1**count), m=m, v=v, count=count)

    assert "ε stands inside the root" in report(mine, adam).text


def test_arrays_of_other_shapes_are_apart_at_every_row():
    rows = apart(np.ones((3, 2)), np.ones((3, 4)))
    assert rows.tolist() == [[True]] * 3 and rows.dtype == bool
    assert apart(np.ones(3), [1, 2, 1]).tolist() == [[False], [True], [False]]


def test_each_line_is_judged_on_the_student_s_own_state_and_earlier_lines():
    def mine(prev, g, lr=0.01, rho=0.9, eps=1e-8):
        v = rho * prev.v + (1 - rho) * g**3
        rate = lr / (np.sqrt(np.abs(v)) + eps)
        return State(theta=prev.theta - rate * g, v=v, rate=rate)

    said = report(mine, rmsprop).text
    assert "v ✗  rate ✗  θ ✓ (given your v and rate)." in said
    assert "In the line of v, the power is another one; it is g²." in said
    assert "yours is rateₜ = η / (√(abs(vₜ)) + ε)." in said


def test_what_is_read_from_prev_and_is_no_memory_is_named():
    def from_prev(prev, g, lr=0.01, eps=1e-8):
        return State(theta=prev.theta - prev.lr * g)

    def stale(prev, g, lr=0.01, eps=1e-8):
        v = prev.v + g**2
        rate = prev.rate / (np.sqrt(v) + eps)
        return State(theta=prev.theta - rate * g, v=v, rate=rate)

    assert "lr is an argument, so write `lr` alone" in report(from_prev, adagrad).text
    assert "prev.rate is no memory" in report(stale, adagrad).text


def test_a_setting_that_is_not_used_is_named():
    def mine(prev, g, lr=0.01, eps=1e-8):
        v = prev.v + g**2
        return State(theta=prev.theta - np.nan_to_num(lr * g / np.sqrt(v)), v=v)

    assert "Its path does not depend on ε." in report(mine, adagrad).text


def test_a_number_in_the_place_of_a_setting_is_found():
    def mine(prev, g, lr=0.01, beta=0.9):
        m = beta * prev.m + (1 - beta) * g
        return State(theta=prev.theta - 10 * lr * m, m=m)

    assert "With the usual settings it is right, and with others not" in report(mine, momentum).text


def test_nan_at_every_step_is_shown_beside_the_right_formula():
    def mine(prev, g, lr=0.01, rho=0.9, eps=1e-8):
        return State(theta=prev.theta - lr * g / np.sqrt(-(g**2)))

    said = report(mine, rmsprop)
    assert said.kind == "wrong" and "yours is θₜ = θₜ₋₁ - η g / √(-g²)." in said.text


def test_what_goes_wrong_only_with_the_usual_eps_is_found():
    def mine(prev, g, lr=0.01, eps=1e-8):
        v = prev.v + g**2
        return State(theta=prev.theta - lr / (np.sqrt(v) + max(eps, 1e-3)) * g, v=v)

    assert "with the usual settings it goes wrong" in report(mine, adagrad).text


def test_what_goes_wrong_only_with_arrays_is_right_with_a_remark():
    def first_of_many(prev, g, lr=0.01):
        return State(theta=prev.theta - np.ravel(lr)[0] * g)

    def only_one(prev, g, lr=0.01):
        if lr > 0:
            return State(theta=prev.theta - lr * g)

    for mine in (first_of_many, only_one):
        said = report(mine, gradient_descent)
        assert said.kind == "right" and "With a list of learning rates" in said.text
    assert "would fail at line " in said.text and "`if lr > 0:`" in said.text


def test_memory_outside_of_prev_is_found():
    kept = {"m": 0}

    def mine(prev, g, lr=0.01, beta=0.9):
        kept["m"] = beta * kept["m"] + g
        return State(theta=prev.theta - lr * kept["m"])

    assert "takes another path" in report(mine, momentum).text


@pytest.mark.parametrize("what", ["prev.theta", "prev.m", "g", "lr"])
def test_a_change_in_place_is_found_even_where_the_path_is_right(what):
    def mine(prev, g, lr=0.01, beta=0.9):
        m = beta * prev.m + g
        theta = prev.theta - lr * m
        array = {"prev.theta": prev.theta, "prev.m": prev.m, "g": g, "lr": np.asarray(lr)}[what]
        if array.ndim:
            array[...] = 0
        return State(theta=theta, m=m)

    said = report(mine, momentum).text
    assert ("is changed in place" in said) and (what in said)


# --- right ones


def adam_with_names_of_its_own(p, gradient, lr, beta1, beta2, eps):
    count = p.count + 1
    mean, square = p.mean + (1 - beta1) * (gradient - p.mean), p.square + (1 - beta2) * (gradient**2 - p.square)
    step = (mean / (1 - beta1**count)) / ((square / (1 - beta2**count)) ** 0.5 + eps)
    return State(theta=p.theta - lr * step, count=count, mean=mean, square=square)


@pytest.mark.parametrize(
    ("mine", "right"),
    [(adam_with_names_of_its_own, adam), (keras_momentum, momentum), (lambda *a, **k: adam(*a, **k), adam)],
)
def test_the_right_path_is_right_however_it_is_written(mine, right):
    said = report(mine, right)
    assert said.kind == "right" and "200 steps" in said.text and "nine digits" in said.text


def test_another_form_of_a_memory_is_right_and_is_mentioned():
    def mine(prev, g, lr=0.01, beta=0.9):
        m = beta * prev.m + (1 - beta) * g
        return State(theta=prev.theta - lr / (1 - beta) * m, m=m)

    said = report(mine, momentum)
    assert said.kind == "right" and "Your m differs" in said.text


def test_the_same_code_meets_the_same_numbers_and_other_code_others():
    met = []

    def one(prev, g, lr=0.01):
        met.append(float(g[..., 1].ravel()[0]))
        return State(theta=prev.theta + 1)

    def other(prev, g, lr=0.01):
        met.append(float(g[..., 1].ravel()[0]))
        return State(theta=prev.theta + 2)

    first = []
    for mine in (one, one, other):
        met.clear()
        report(mine, gradient_descent)
        first.append(met[0])
    assert first[0] == first[1] != first[2]


# --- not written yet


def bare(prev, g, lr=0.01): ...


def with_words(prev, g, lr=0.01):
    """To do."""
    pass


def not_implemented(prev, g, lr=0.01):
    raise NotImplementedError


def dots(prev, g, lr=0.01):
    theta = ...
    return State(theta=theta)


def dots_inside(prev, g, lr=0.01):
    step = ...
    return State(theta=prev.theta - lr * step)


def dots_alone(prev, g, lr=0.01):
    return ...


@pytest.mark.parametrize("mine", [bare, with_words, not_implemented, dots, dots_inside, dots_alone, ..., None])
def test_what_is_not_written_yet_is_told_so(mine):
    assert report(mine, gradient_descent).kind == "not written"
    assert (
        "written yet" in report(mine, gradient_descent).text
        or "still to be replaced" in report(mine, gradient_descent).text
    )


# --- what cannot be run


def misspelled(prev, g, lr=0.01):
    theta = prev.theta - lr * gradient  # noqa: F821
    return State(theta=theta)


def raises_in_the_library(prev, g, lr=0.01):
    return State(theta=prev.theta - np.linalg.norm("three"))


def other_names(prev, g, learning_rate=0.01):
    return State(theta=prev.theta - learning_rate * g)


def too_few(prev):
    return State(theta=prev.theta)


def one_more(prev, g, lr, decay):
    return State(theta=prev.theta)


def no_return(prev, g, lr=0.01):
    theta = prev.theta - lr * g  # noqa: F841


def returns_an_array(prev, g, lr=0.01):
    return prev.theta - lr * g


def returns_a_string(prev, g, lr=0.01):
    return State(theta="there")


def complex_later(prev, g, lr=0.01):
    t = prev.t + 1
    return State(theta=prev.theta - lr * g * (1 + 0j if t > 3 else 1), t=t)


def too_short(prev, g, lr=0.01):
    return State(theta=(prev.theta - lr * g)[..., :1])


def whole_state(prev, g, lr=0.01):
    return State(theta=prev - lr * g)


def unbound(prev, g, lr=0.01):
    m = 0.9 * m + g  # noqa: F821
    return State(theta=prev.theta - lr * m, m=m)


def no_prefix(prev, g, lr=0.01):
    return State(theta=prev.theta - lr * sqrt(g**2))  # noqa: F821


def hat(prev, g, lr=0.01):
    return State(theta=prev.theta - lr * g ^ 2)


def recursive(prev, g, lr=0.01):
    return recursive(prev, g, lr)


def leaves(prev, g, lr=0.01):
    sys.exit()


def forgets(prev, g, lr=0.01):
    m = prev.m + g
    return State(theta=prev.theta - lr * m)


def of_floats(prev, g, lr=0.01):
    return State(
        theta=np.array([theta - lr * math.sqrt(slope) ** 2 for theta, slope in zip(prev.theta, g, strict=True)])
    )


class Rule:
    pass


@pytest.mark.parametrize(
    ("mine", "told"),
    [
        (misspelled, "`theta = prev.theta - lr * gradient  # noqa: F821`, stops with NameError: name 'gradient'"),
        (raises_in_the_library, "`return State(theta=prev.theta - np.linalg.norm("),
        (other_names, "takes (prev, g, learning_rate): let it take what is wanted, `other_names(prev, g, lr)`"),
        (too_few, "`too_few(prev, g, lr)`"),
        (one_more, "`one_more(prev, g, lr)`"),
        (no_return, "returned nothing: end it with `return State(theta=theta)`"),
        (returns_an_array, "returned a ndarray: end it with `return State(theta=theta)`"),
        (returns_a_string, "returned theta as a str"),
        (complex_later, "returns complex numbers in theta"),
        (too_short, "a step must keep the shape"),
        (whole_state, "prev is the whole state; its parts are prev.theta"),
        (unbound, "The one before the step is prev.m."),
        (no_prefix, "NumPy's functions need its name before them: np.sqrt."),
        (hat, "A power is written **, not ^."),
        (recursive, "RecursionError"),
        (leaves, "SystemExit"),
        (forgets, "reads prev.m but does not return m: add m=m"),
        (of_floats, "math domain error"),
        (Rule, "Rule is a class: write a function"),
        (3, "3 is not a function"),
        ("adam", "'adam' is not a function"),
        (State(theta=1), "give the rule itself, without parentheses"),
        (gradient_descent, "This is the course's own gradient_descent: give yours"),
        (print, "print does not run: TypeError"),
        (np.sqrt, "sqrt"),  # what can be read of its arguments depends on NumPy's version
    ],
    ids=lambda value: getattr(value, "__name__", str(value)[:20]),
)
def test_what_cannot_be_run_gets_a_sentence_to_learn_from(mine, told):
    said = report(mine, gradient_descent)
    assert said.kind == "broken" and told in said.text and "course_utils" not in said.text


@pytest.mark.parametrize("given", [(), (keras_momentum,), (keras_momentum, "momentum"), (momentum, keras_momentum)])
def test_a_call_that_says_too_little_is_told_what_is_missing(given):
    assert "`check(" in report(*given).text and report(*given).kind == "broken"


def bare_step(prev, g, lr=0.01):
    return State(theta=prev.theta - lr * g)


def test_the_same_path_with_another_memory_is_not_taken_for_a_known_mistake():
    def without_g(prev, g, lr=0.01, beta=0.9):
        m = beta * prev.m
        return State(theta=prev.theta - lr * m, m=m)

    def old_memory_returned(prev, g, lr=0.01, eps=1e-8):
        v = prev.v + g**2
        return State(theta=prev.theta - lr / (np.sqrt(v) + eps) * g, v=prev.v)

    assert "In the line of m, the term g is missing." in report(without_g, momentum).text
    said = report(old_memory_returned, adagrad).text
    assert "The line of v is right, but you return prev.v, the old one: return v." in said


class Hostile:
    def __call__(self, prev, g, lr=0.01):
        raise Exception(self)

    def __repr__(self):
        raise ValueError

    __str__ = __repr__


class Leaving(BaseException):
    pass


def leaves_by_another_door(prev, g, lr=0.01):
    raise Leaving("through the window")


async def asynchronous(prev, g, lr=0.01):
    return State(theta=prev.theta)


def complains_at_length(prev, g, lr=0.01):
    raise ValueError("x" * 1_000_000)


@pytest.mark.parametrize(
    ("mine", "told"),
    [
        (Hostile(), "Hostile does not run: line"),
        (leaves_by_another_door, "stops with Leaving: through the window"),
        (asynchronous, "write def, without async"),
        (complains_at_length, "xxx..."),
        (partial(misspelled), "gradient"),
    ],
    ids=["hostile", "leaves", "async", "long", "partial"],
)
def test_what_is_out_of_the_ordinary_gets_a_sentence_too(mine, told, recwarn):
    said = report(mine, gradient_descent)
    assert said.kind == "broken" and told in said.text and len(said.text) < 600 and not recwarn.list
    assert report(Hostile(), lesson_5.half_life).kind == "broken"


def test_a_name_that_hides_the_course_s_own_is_told_so():
    def adam(prev, g, lr=0.01):
        return State(theta=prev.theta)

    assert "adam is a function of yours now" in report(bare_step, adam).text
    assert "the other way round" in report(momentum, bare_step).text


def test_a_question_does_not_show_its_answer():
    assert "13.5" not in repr(lesson_5.half_life)


def test_check_shows_its_report_as_text_and_in_colour(capsys):
    check(bare, gradient_descent)
    assert capsys.readouterr().out == "… bare is not written yet.\n"
    html = Report("wrong", "a < b, `v += g`")._repr_html_()
    assert "a &lt; b" in html and "<code>v += g</code>" in html and "✗" in html


# --- numbers

LESSONS = [lesson_1, lesson_2, lesson_3, lesson_4, lesson_5, lesson_6]
NUMBERS = {name: q for lesson in LESSONS for name in dir(lesson) if not callable((q := getattr(lesson, name)).right)}


@pytest.mark.parametrize("question", NUMBERS.values(), ids=NUMBERS)
def test_a_right_number_is_right_and_each_known_wrong_one_is_named(question):
    said = report(question.right, question)
    assert said.kind == "right" and question.because in said.text and "Checked to within" in said.text
    for wrong, told in question.mistakes.items():
        said = report(wrong, question)
        assert said.kind == "wrong" and told in said.text


@pytest.mark.parametrize("question", NUMBERS.values(), ids=NUMBERS)
def test_a_number_just_outside_of_the_tolerance_is_wrong(question):
    step = question.within * (1 if question.absolute else question.right)
    for sign, word in [(1, "large"), (-1, "small")]:
        assert report(question.right + 0.99 * sign * step, question).kind == "right"
        value = question.right + 1.01 * sign * step
        known = any(question.accepts(value, wrong) for wrong in question.mistakes)
        assert report(value, question).kind == "wrong"
        told = (f"too {word}", "A whole number is asked for")
        assert known or any(words in report(value, question).text for words in told)


@pytest.mark.parametrize("mine", [0.2, Fraction(1, 5), np.float32(0.2), np.array(0.2), 2 / 10])
def test_any_kind_of_real_number_is_taken(mine):
    assert report(mine, lesson_2.largest_rate).kind == "right"


@pytest.mark.parametrize(
    ("mine", "kind"),
    [
        (..., "not written"),
        (None, "not written"),
        ("0.2", "broken"),
        ([0.2], "broken"),
        (0.2j, "broken"),
        (True, "broken"),
        (10**400, "broken"),
        (np.array([0.2, 0.2]), "broken"),
        (bare, "broken"),
        (math.nan, "wrong"),
        (-math.inf, "wrong"),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)[:20]),
)
def test_what_is_no_number_gets_a_sentence(mine, kind):
    assert report(mine, lesson_2.largest_rate).kind == kind


# --- other functions


def half(w, b, x, y):
    return np.array([np.mean((w * x + b - y) * x), 2 * np.mean(w * x + b - y)])


@pytest.mark.parametrize(
    ("mine", "kind", "told"),
    [
        (half, "wrong", "along_w ✗  along_b ✓. In the line of along_w, the factor 2 is missing."),
        (lambda w, b, x, y: (w * x + b - y) * x, "wrong", "2 numbers is wanted. Is a mean missing?"),
        (lambda w, b, x, y: None, "broken", "returns nothing"),
        (lambda w, b, x, y: np.array([..., ...]), "not written", "replace each `...`"),
        (lambda w, b, x, y: (w, ...), "not written", "replace each `...`"),
        (lambda w, b, x, y: "steep", "broken", "not real numbers"),
        (lambda w, b, x, y: [[1], [1, 2]], "broken", "not real numbers"),
        (lambda w, b, x, y: State(theta=x), "broken", "return the new theta itself"),
        (lambda w, b, x, y: x.sort(), "wrong", "x is changed in place"),
        (lambda theta, x, y: 0, "broken", "(w, b, x, y)`"),
    ],
)
def test_a_wrong_gradient_is_told_what_is_wrong(mine, kind, told):
    said = report(mine, lesson_1.mse_grad)
    assert said.kind == kind and told in said.text


def deal(order, cut=lambda order, size: np.split(order, range(size, len(order), size))):
    return lambda rows, size, rng: cut(order(rows, rng), size)


def shuffled(rows, rng):
    return rng.permutation(rows)


def without_rest(order, size):
    return [order[i * size : (i + 1) * size] for i in range(len(order) // size)]


def blocks_shuffled(rows, size, rng):
    blocks = np.split(np.arange(rows), range(size, rows, size))
    return [*[blocks[place] for place in rng.permutation(len(blocks) - 1)], blocks[-1]]


def _one_too_many(order, size):
    return [order[k * size : (k + 1) * size] for k in range(len(order) // size + 1)]  # one is empty without a rest


def rest_with_the_last(order, size):
    return np.split(order, range(size, len(order) - size, size))


@pytest.mark.parametrize(
    ("mine", "told"),
    [
        (deal(shuffled, without_rest), "The last batch is missing"),
        (deal(shuffled, rest_with_the_last), "The batches have the sizes"),
        (deal(lambda rows, rng: np.arange(rows)), "in their own order"),
        (deal(lambda rows, rng: np.random.default_rng(0).permutation(rows)), "the same order"),
        (deal(lambda rows, rng: rng.integers(0, rows, rows)), "comes twice"),
        (deal(lambda rows, rng: rng.permutation(rows) + 1), "the rows are 0 to"),
        (deal(lambda rows, rng: rng.permutation(rows) - 1), "it yields the row -1"),
        (deal(lambda rows, rng: rng.permutation(rows)[: rows // 3]), "are dealt"),
        (blocks_shuffled, "The same rows share a batch in each epoch"),
        (deal(lambda rows, rng: np.roll(np.arange(rows), rng.integers(1, rows))), "Neighbours stay together"),
        (lambda rows, size, rng: _one_too_many(rng.permutation(rows), size), "one batch too many, an empty one"),
        (deal(lambda rows, rng: 1.0 * rng.permutation(rows)), "row numbers"),
        (deal(shuffled, lambda order, size: itertools.repeat(order[:size])), "more batches than there are rows"),
        (deal(shuffled, lambda order, size: []), "no batch at all"),
        (deal(shuffled, lambda order, size: [...]), "replace each `...`"),
        (deal(shuffled, lambda order, size: 3), "one by one, with `yield`"),
        (deal(shuffled, lambda order, size: None), "with `yield`"),
        (deal(shuffled, lambda order, size: order[:size]), "`return` stops at the first batch"),
        (deal(shuffled, lambda order, size: [order[i:size] for i in range(0, len(order), size)]), "first + size"),
        (deal(lambda rows, rng: np.random.permutation(rows)), "the same rng must give the same batches"),
    ],
)
def test_wrongly_dealt_batches_are_told_what_is_wrong(mine, told):
    assert told in report(mine, lesson_2.batches).text
    assert report(mine, lesson_2.batches).kind != "right"


def test_batches_may_be_a_list_and_shuffled_in_any_way():
    assert report(deal(shuffled), lesson_2.batches).kind == "right"
    assert report(deal(lambda rows, rng: rng.choice(rows, rows, replace=False)), lesson_2.batches).kind == "right"


def difference(h, up=1, down=-1, over=2.0):
    def mine(loss, theta):
        steps = h * np.eye(len(theta))
        return np.array([(loss(theta + up * s) - loss(theta + down * s)) / (over * h) for s in steps])

    return mine


@pytest.mark.parametrize(
    ("mine", "told"),
    [
        (difference(1e-12), "h is about 1e-12, so small"),
        (difference(0.01), "h is about 1e-02, so large"),
        (difference(1e-5, down=0, over=1.0), "to one side only"),
        (difference(1e-5, over=1.0), "twice the gradient"),
        (difference(1e-5, up=-1, down=1), "The sign is turned"),
        (difference(1e-5, over=3.0), ", and should be "),
        (difference(1e-5, over=2e10), "write `/ (2 * h)`"),
        (lambda loss, theta: 0 * theta, "never asks for the loss"),
        (lambda loss, theta: loss(theta), "one for each parameter"),
    ],
)
def test_a_wrong_difference_is_told_what_is_wrong(mine, told):
    said = report(mine, lesson_1.difference_grad)
    assert said.kind == "wrong" and told in said.text


@pytest.mark.parametrize("h", [1e-4, 1e-5, 1e-6])
def test_a_difference_with_a_sensible_h_is_right(h):
    assert report(difference(h), lesson_1.difference_grad).kind == "right"


# --- any rule may be what is asked for


@pytest.mark.parametrize("form", [keras_adam, keras_momentum, optax_adagrad], ids=lambda form: form.__name__)
def test_a_library_s_form_may_be_what_is_asked_for(form):
    def mine(prev, g, **hyper):
        return form(prev, g, **hyper)

    assert report(mine, form).kind == "right"


def test_where_no_mistake_is_known_the_formula_explains():
    def mine(prev, g, lr, beta1, beta2, eps):
        return adam(prev, g, lr, beta1, beta2, eps)

    told = report(mine, keras_adam)
    assert told.kind == "wrong" and "It should be rateₜ = alphaₜ / (√vₜ + ε)" in told.text


def test_a_rule_of_ones_own_may_be_what_is_asked_for():
    def signs(prev, g):
        return State(theta=prev.theta - np.sign(g))

    def mine(prev, g):
        return State(theta=prev.theta - g / np.abs(g))

    told = report(mine, signs)  # 0/0 where no gradient has come yet
    assert told.kind == "wrong" and "It should be θₜ = θₜ₋₁ - sign(g); yours is θₜ = θₜ₋₁ - g / abs(g)." in told.text
    assert "walks the same path as signs." in report(lambda prev, g: signs(prev, g), signs).text


def area(width, height):
    return width * height


def test_a_function_of_ones_own_is_asked_for_by_an_exercise_with_tries():
    said = report(lambda width, height: width + height, area)
    assert said.kind == "broken" and "write `Exercise(area, tries=...)`" in said.text
    exercise = Exercise(
        area,
        because="Rows times columns.",
        mistakes=[("width * height", "width + height", "That is half of the way round.")],
        tries=lambda rng: rng.uniform(1, 2, (5, 2)),
        checked="on five rectangles",
    )
    assert report(lambda width, height: height * width, exercise).text == (
        "Right. Rows times columns. (Checked on five rectangles.)"
    )
    assert "That is half of the way round." in report(lambda width, height: height + width, exercise).text
    assert "the course's own area" in report(area, exercise).text
