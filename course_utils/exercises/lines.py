"""Judges a function line by line: each line of the right one, on the student's own state and own earlier lines."""

import ast
import difflib
import functools
import inspect
import sys
import textwrap
from types import SimpleNamespace

import numpy as np

from ..formulas import SYMBOLS, Plain, assignments
from ..rules import Start
from .guard import source, unwrapped
from .mistakes import edited_source
from .slips import slips

CLOSE = {"rtol": 1e-9, "atol": 1e-9}  # rounding passes, no mistake does
LAST, STATE = "last", "returned"  # where a value stands that is no line's


class Lines:
    """A function read from its source: the name and the value of each line, and what is returned under which name."""

    def __init__(self, text, outputs=None):
        function = ast.parse(text).body[0]
        self.arguments = [argument.arg for argument in function.args.args]
        self.nodes, self.returned = [], {}
        for statement in function.body:
            self.nodes += [(node.targets[0].id, node.value) for node in assignments(statement)]
            match statement:
                case ast.Return(value=ast.Call(keywords=[_, *_] as keywords)):
                    self.returned = {keyword.arg: keyword.value for keyword in keywords}
                case ast.Return(value=ast.Call(args=[ast.List(elts=parts)])):
                    self.returned = dict(zip(outputs or [ast.unparse(part) for part in parts], parts, strict=True))
                case ast.Return(value=node):
                    self.returned = {(outputs or [ast.unparse(node)])[0]: node}
        prev = self.arguments[0]
        read = [n.attr for n in ast.walk(function) if isinstance(n, ast.Attribute) and ast.unparse(n.value) == prev]
        self.memories = [name for name in dict.fromkeys(read) if name != "theta"]
        self.names = list(dict.fromkeys(name for name, _ in self.nodes))
        self.writer = Plain(prev, set(self.names))
        self.codes = [(name, compiled(ast.unparse(node))) for name, node in self.nodes]
        self.ends = [(name, compiled(ast.unparse(node)), node) for name, node in self.returned.items()]

    def formula(self, name):
        return self.writer.assignment(ast.Assign([ast.Name(name, ast.Store())], dict(self.nodes)[name]))


@functools.cache
def lines_of(function):
    return Lines(textwrap.dedent(inspect.getsource(function)))


@functools.cache
def lines_of_mistake(function, edit):
    return Lines(edited_source(function, edit), list(lines_of(function).returned))


@functools.cache
def compiled(text):
    return compile(text, "<line>", "eval")


class Case:
    """What one right line after another is evaluated with, and what the student has in its place.

    names : dict
        The arguments, by the names of the right function; for a rule they hold
        all steps at once, as rows.
    values : dict from (name, line) to array
        What the student's names held after each of their lines.
    """

    def __init__(self, names, values):
        self.names, self.values = names, values


def traced(function, call):
    """What call() returns, and what the names of `function` held after each of its lines, by (name, line)."""
    code, held, now, line = getattr(unwrapped(function), "__code__", None), {}, {}, None

    def look(frame, event, _):
        nonlocal line
        for name, value in list(frame.f_locals.items()):
            if isinstance(value, (int, float, np.ndarray, np.number, list)):
                try:
                    value = np.array(value, dtype=float)
                except (ValueError, TypeError):
                    continue
                if name not in now or not np.array_equal(now[name], value, equal_nan=True):
                    now[name] = value
                    if line:
                        held[name, line] = held[name, LAST] = value
        line = frame.f_lineno
        return look

    def begin(frame, event, _):
        return look if frame.f_code is code and not held else None

    before = sys.gettrace()
    sys.settrace(begin)
    try:
        result = call()
    finally:
        sys.settrace(before)
    return result, held


def agree(mine, right):
    mine, right = np.asarray(mine, dtype=float), np.asarray(right, dtype=float)
    if mine.ndim != right.ndim or mine.shape != right.shape and 1 not in (mine.shape + right.shape)[-1:]:
        return False
    try:
        return bool(np.isclose(mine, right, **CLOSE, equal_nan=True).all())
    except ValueError:
        return False


def telling(value):
    """Whether a value can be recognised: it is no constant, and finite somewhere."""
    value = value[np.isfinite(value)]
    return value.size > 1 and np.ptp(value) > 0


class Verdict:
    """Which lines of a right function are kept and which are not.

    right : function; cases : list of Case; mistakes : edits of right
    """

    def __init__(self, mine, right, cases, mistakes=(), memories=()):
        self.mine, self.right, self.cases, self.mistakes = mine, right, cases, mistakes
        self.lines, self.memories = lines_of(right), memories or {}
        self.is_rule = isinstance(cases[0].names[self.lines.arguments[0]], SimpleNamespace)
        self.find()
        self.good = self.agreement(self.lines)
        self.wrong = [name for name in self.lines.names if self.is_wrong(name, self.good)]

    # --- which of the student's values stands for which line

    def find(self):
        """Find for each line where the student's own value stands, in the first case; the others are alike."""
        case = self.cases[0]
        names, self.own = dict(case.names), {}
        free = [key for key in case.values if key[0] not in {*self.lines.names, *self.memories.values()}]
        for name, code in self.lines.codes:
            value = eval(code, names)
            called = self.memories.get(name, name)
            keys = [key for key in case.values if key[0] == called and key[1] != LAST]
            keys = [key for key in keys if key[1] != STATE][::-1] or keys
            keys.sort(key=lambda key: not agree(case.values[key], value))
            if not keys:
                keys = [key for key in free if telling(case.values[key]) and agree(case.values[key], value)][:1]
            if not keys:
                near = difflib.get_close_matches(plain(name), [plain(key[0]) for key in free], 1, 0.7)
                keys = [key for key in free if near and plain(key[0]) == near[0] and key[1] != LAST][-1:]
            if keys:
                self.own[name] = keys
                free = [key for key in free if key[0] != keys[0][0]]
                value = case.values[keys[0]]
            names[name] = value

    # --- whether they agree

    def agreement(self, lines, instead=None):
        """For each line with a value of the student's whether it agrees, and for each name that is returned."""
        good = {}
        for case in self.cases:
            names = dict(case.names)
            for place, (name, code) in enumerate(lines.codes):
                if instead and place in instead:
                    code = instead[place]
                value = eval(code, names)
                keys = [key for key in self.own.get(name, ()) if key in case.values]
                alone = keys and keys[0][1] == STATE and name in lines.returned
                if alone and not isinstance(lines.returned[name], ast.Name):
                    keys = []  # the student has the returned value alone, which is compared below
                if keys:
                    agrees = [key for key in keys if agree(case.values[key], value)]
                    good[name] = good.get(name, True) and bool(agrees)
                    value = case.values[(agrees or keys)[0]]
                names[name] = value
            for name, code, _ in lines.ends:
                state = case.values.get((self.memories.get(name, name), STATE))
                if state is not None:
                    good[name, STATE] = good.get((name, STATE), True) and agree(state, eval(code, names))
        return good

    def is_wrong(self, name, good):
        return not good.get(name, True) or not good.get((name, STATE), True)

    def still_wrong(self, good):
        return [name for name in self.lines.names if self.is_wrong(name, good)]

    # --- what is said

    def told(self):
        """What is wrong in a sentence or two, then the formulas beside each other, then with easy numbers put in."""
        if not self.wrong:
            return []
        said, known = self.sentences()
        more = [text for text in (self.beside(self.wrong[0]), self.worked(self.wrong[0])) if text]
        return [" ".join([self.marks() + said, *more])] if not known else [self.marks() + said, *more]

    def marks(self):
        """Such as: t ✓  m ✓  v ✗  θ ✓ (given your v)."""
        shown = [name for name in self.lines.names if name in self.good or (name, STATE) in self.good]
        if len(shown) < 2:
            return ""
        said = []
        for name in shown:
            own = self.called(name)
            symbol = symbol_of(name) + (f" (your {own})" if own != name else "")
            given = [symbol_of(wrong) for wrong in self.wrong if shown.index(wrong) < shown.index(name)]
            given = f" (given your {' and '.join(given)})" if given and name == shown[-1] else ""
            said.append(f"{symbol} ✗" if name in self.wrong else f"{symbol} ✓{given}")
        return "  ".join(said) + ". "

    def sentences(self):
        """A sentence for each line that is wrong, and whether there is one: of a known mistake, or of a slip."""
        left, told = list(self.wrong), []
        for edit in self.mistakes:
            try:
                still = self.still_wrong(self.agreement(lines_of_mistake(self.right, edit)))
            except Exception:  # its line needs what the student has in another shape
                continue
            if not still:
                return edit[-1], True
            if set(still) < set(left):
                told.append(edit[-1])
                left = still
        slips = [self.slip(name) for name in left]
        return " ".join(told + slips), all(slips)

    def slip(self, name):
        """What is wrong in a line, if it is a single small slip, there or in a line that is written into it."""
        if self.good.get(name, True):
            return f"The line of {symbol_of(name)} is right, but the {self.called(name)} that you return is another."
        lines = self.lines
        last = max(place for place, (its, _) in enumerate(lines.nodes) if its == name)
        first = last
        while first and lines.nodes[first - 1][0] not in self.own:
            first -= 1
        for place in range(last, first - 1, -1):
            its, node = lines.nodes[place]
            for text, said in slips(node, self.symbols(place), lines.writer):
                try:
                    if self.agreement(lines, {place: compiled(text)})[name] and self.is_finite(name):
                        return f"In the line of {symbol_of(its)} {said}"
                except Exception:
                    continue
        return ""

    def is_finite(self, name):
        return any(np.isfinite(case.values[self.own[name][0]]).mean() > 0.3 for case in self.cases)

    def symbols(self, place):
        """What a slip may put in the place of something else, as texts of Python."""
        prev, *rest = self.lines.arguments
        kept = [f"{prev}.{name}" for name in self.lines.memories] if self.is_rule else [prev]
        return [*rest, *kept, *(name for name, _ in self.lines.nodes[:place])]

    def is_mislabelled(self, name):
        """Whether what is returned under a name is neither its line nor another form of it."""
        own = [key for key in self.own.get(name, ()) if key[1] != STATE]
        case = self.cases[0]
        value = case.values.get((name, STATE))
        if value is None or self.good.get((name, STATE), True) and self.good.get(name, True):
            return False
        if own and self.good.get(name):
            return True
        return any(key[0] != name and agree(value, other) for key, other in case.values.items() if telling(other))

    def called(self, name):
        return self.own.get(name, [(name, 0)])[0][0]

    def beside(self, name):
        own = self.own_formula(name)
        return f"It should be {self.lines.formula(name)}" + (f"; yours is {own}." if own else ".")

    def own_formula(self, name):
        """The student's line as a formula, where it can be read."""
        try:
            nodes, writer = own_lines(self.mine)
            key = self.own[name][0]
            return writer.assignment(ast.Assign([ast.Name(key[0], ast.Store())], nodes[key]))
        except (KeyError, SyntaxError, AttributeError, IndexError, TypeError):
            return ""

    def worked(self, name):
        """The line with easy numbers put in, and what the student's gives for them."""
        node = dict(self.lines.nodes)[name]
        for easy in EASY:
            try:
                names, values = self._easy(*easy)
                for its, code in self.lines.codes:
                    right = eval(code, names)
                    key = self.own.get(its, [None])[0]
                    if its == name:
                        break
                    names[its] = values.get(key, right)
                shown = [_shown(part) for part in (right, values[key])]
                if shown[0] != shown[1]:
                    return f"{self._given(node, names)}{symbol_of(name)} = {shown[0]}, and yours is {shown[1]}."
            except Exception:  # whatever a student's function may do with them: rather no numbers
                return ""
        return ""

    def _easy(self, g, memory, shares):
        """The right function's names with easy numbers, and what the student's names hold with them."""
        first, *rest = inspect.signature(self.right).parameters
        case, shares = self.cases[0].names, iter(shares)
        if self.is_rule:
            kept = {name: memory if (getattr(case[first], name) < 0).any() else memory**2 for name in self.memories}
            kept = {name: 1 if name == "t" else np.array([float(value)]) for name, value in kept.items()}
            hyper = {name: {"lr": 0.1, "eps": 0.1}.get(name) or next(shares) for name in rest[1:]}
            start = Start([1.0])
            vars(start).update({self.memories[name]: value for name, value in kept.items()})
            names = {first: SimpleNamespace(theta=start.theta, **kept), rest[0]: np.array([float(g)]), **hyper}
            state, values = traced(self.mine, lambda: self.mine(start, names[rest[0]], **hyper))
            values |= {(name, STATE): np.array(value, dtype=float) for name, value in vars(state).items()}
        else:
            arrays = iter(np.array([[1, 2], [g, 1], [3, 2]], dtype=float))
            names = {n: next(arrays) if np.ndim(case[n]) else 0.1 if n == "lr" else next(shares) for n in [first, *rest]}
            result, values = traced(self.mine, lambda: self.mine(*(names[name] for name in [first, *rest])))
            parts = [result] if len(self.lines.returned) == 1 else result
            values |= {(name, STATE): np.array(part) for name, part in zip(self.lines.returned, parts, strict=True)}
        return self.right.__globals__ | names, values

    def _given(self, node, names):
        """Such as: With vₜ₋₁ = 4, β₂ = 0.75, g = 2:."""
        leaves = {}
        for part in ast.walk(node):
            if isinstance(part, ast.Name | ast.Attribute) and (text := ast.unparse(part)).split(".")[0] != "np":
                if text != self.lines.arguments[0] or not self.is_rule:
                    leaves[self.lines.writer.expression(part)] = _shown(eval(compiled(text), names))
        return f"With {', '.join(f'{symbol} = {value}' for symbol, value in leaves.items())}: "


EASY = [(2, 1, (0.5, 0.75, 0.5)), (3, 2, (0.75, 0.5, 0.5)), (-1, 2, (0.25, 0.5, 0.5))]  # g, memory, shares


def _shown(value):
    numbers = [f"{number + 0.0:.3g}" for number in np.ravel(value)]
    return numbers[0] if len(numbers) == 1 else f"({', '.join(numbers)})"


@functools.cache
def own_lines(mine):
    """The right-hand sides of a student's source by (name, line), and what writes them as formulas."""
    text, first = source(mine), unwrapped(mine).__code__.co_firstlineno
    function = next(n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef | ast.Lambda))
    nodes = {}
    for part in ast.walk(function):
        if isinstance(part, ast.stmt):
            for node in assignments(part):
                nodes[node.targets[0].id, part.lineno + first - 1] = node.value
        if isinstance(part, ast.Call) and ast.unparse(part.func) == "State":
            nodes |= {(keyword.arg, STATE): keyword.value for keyword in part.keywords}
    return nodes, Plain(function.args.args[0].arg, {name for name, _ in nodes})


def symbol_of(name):
    return SYMBOLS.get(name, ("", name))[1]


def plain(name):
    return name.lower().replace("_", "")


def told_apart(mine, right):
    """Two numbers as texts, with as many digits as it takes to tell them apart."""
    digits = next((count for count in (6, 9, 12) if f"{mine:.{count}g}" != f"{right:.{count}g}"), 17)
    return f"{mine:.{digits}g}", f"{right:.{digits}g}"
