"""Judges a function line by line: each line of the right one, on the student's own state and own earlier lines."""

import ast
import difflib
import functools
import inspect
import linecache
import re
import sys
from types import SimpleNamespace

import numpy as np

from ..formulas import SYMBOLS, Plain, assignments
from ..rules import Start
from .guard import source, unwrapped
from .mistakes import edited_source, source_of
from .slips import slips

CLOSE = {"rtol": 1e-9, "atol": 1e-9}  # rounding passes, no mistake does
STATE = "returned"  # where a value stands that is no line's
EASY = [(2, 1, (0.5, 0.75, 0.5)), (3, 2, (0.75, 0.5, 0.5)), (-1, 2, (0.25, 0.5, 0.5))]  # g, memory, shares


class Lines:
    """A function read from its source: the name and the value of each line, and what is returned under which name."""

    def __init__(self, text, outputs=None):
        function = ast.parse(text).body[0]
        self.arguments = [argument.arg for argument in function.args.args]
        self.nodes, returned = [], {}
        for statement in function.body:
            self.nodes += [(node.targets[0].id, node.value) for node in assignments(statement)]
            match statement:
                case ast.Return(value=ast.Call(keywords=[_, *_] as keywords)):
                    returned = {keyword.arg: keyword.value for keyword in keywords}
                case ast.Return(value=ast.Call(args=[ast.List(elts=parts)])):
                    returned = dict(zip(outputs or map(ast.unparse, parts), parts, strict=True))
                case ast.Return(value=node):
                    returned = {(outputs or [node.id if isinstance(node, ast.Name) else "result"])[0]: node}
        for name, node in returned.items():
            if not isinstance(node, ast.Name) and name not in dict(self.nodes):
                self.nodes.append((name, node))
                returned[name] = ast.Name(name, ast.Load())
        prev = self.arguments[0]
        read = [n.attr for n in ast.walk(function) if isinstance(n, ast.Attribute) and ast.unparse(n.value) == prev]
        self.memories = [name for name in dict.fromkeys(read) if name != "theta"]
        self.names = list(dict.fromkeys(name for name, _ in self.nodes))
        self.node = dict(self.nodes)
        self.writer = Plain(prev, set(self.names) if read else ())
        self.codes = [(name, compiled(ast.unparse(node))) for name, node in self.nodes]
        self.returned = {name: (node, compiled(ast.unparse(node))) for name, node in returned.items()}

    def renames(self, name):
        """Whether another value than its own is returned under a name."""
        return name in self.returned and ast.unparse(self.returned[name][0]) != name

    def formula(self, name):
        return self.writer.assignment(assigned(name, self.node[name]))


def assigned(name, node):
    return ast.Assign([ast.Name(name, ast.Store())], node)


@functools.cache
def lines_of(function, edit=None):
    """The Lines of a function, or of one of its known mistakes."""
    if edit:
        return Lines(edited_source(function, edit), list(lines_of(function).returned))
    return Lines(source_of(function))


@functools.cache
def has_lines(function, is_rule):
    """Whether a function can be judged line by line: it assigns names, and returns them, a rule in a State."""
    try:
        parts = ast.parse(source_of(function)).body[0].body
        lines = lines_of(function)
    except (OSError, TypeError, SyntaxError, AttributeError, IndexError, ValueError):
        return False  # its source can't be read, or is that of something else
    plain = all(isinstance(part, ast.Expr | ast.Return) or assignments(part) for part in parts)
    return plain and isinstance(parts[-1], ast.Return) and (not is_rule or "theta" in lines.returned)


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
            if isinstance(value, int | float | np.ndarray | np.number | list):
                try:
                    value = np.array(value, dtype=float)
                except (ValueError, TypeError):
                    continue
                if name not in now or not np.array_equal(now[name], value, equal_nan=True):
                    now[name] = value
                    if line:
                        held[name, line] = value
        line = frame.f_lineno
        return look

    def begin(frame, event, _):
        return look if frame.f_code is code and line is None else None

    before = sys.gettrace()
    sys.settrace(begin)
    try:
        result = call()
    finally:
        sys.settrace(before)
    return result, held


def agree(mine, right):
    """Whether two arrays agree to nine digits; what is one number for all columns may agree with several."""
    mine, right = np.asarray(mine, dtype=float), np.asarray(right, dtype=float)
    if mine.ndim != right.ndim or mine.shape[:-1] != right.shape[:-1]:
        return False
    if mine.shape != right.shape and 1 not in (mine.shape[-1], right.shape[-1]):
        return False
    finite = np.isfinite(mine)
    near = np.abs(mine - right) <= CLOSE["atol"] + CLOSE["rtol"] * np.abs(right)
    same = (mine == right) | (np.isnan(mine) & np.isnan(right)) | (near & finite & np.isfinite(right))
    return bool(same.all())


def telling(value):
    """Whether a value can be recognised: it is no constant, and finite somewhere."""
    value = value[np.isfinite(value)]
    return value.size > 1 and np.ptp(value) > 0


class Verdict:
    """Which lines of a right function a student has kept, and what is wrong in the others.

    mine, right : functions; cases : list of Case; mistakes : edits of right;
    memories : dict from the right names of a rule's memories to the student's
    `wrong` holds (name, None) for each line that is not kept, and (name, STATE)
    for what is not returned as it should be.
    """

    def __init__(self, mine, right, cases, mistakes=(), memories=None, changed=()):
        self.mine, self.right, self.cases, self.mistakes, self.changed = mine, right, cases, mistakes, changed
        self.lines, self.memories = lines_of(right), memories or {}
        self.is_rule = memories is not None
        self.find()
        self.judge()

    def judge(self):
        self.good = self.agreement(self.lines)
        self.wrong = {key for key, good in self.good.items() if not good}

    def find(self):
        """Find for each line where the student's own value stands, in the first case; the others are alike."""
        case = self.cases[0]
        names, self.own, guessed = dict(case.names), {}, []
        taken = {*self.lines.names, *self.lines.arguments, *self.memories.values()}
        free = [key for key in case.values if key[0] not in taken]
        for name, code in self.lines.codes:
            value = eval(code, names)
            keys = [key for key in case.values if key[0] == self.memories.get(name, name)]
            keys = [key for key in keys if key[1] != STATE][::-1] or keys
            keys.sort(key=lambda key: not agree(case.values[key], value))
            if not keys:
                keys = [key for key in free if telling(case.values[key]) and agree(case.values[key], value)][:1]
            if not keys:
                keys = [key for key in free if key[1] != STATE and self.looks_like(name, key)][-1:]
                guessed += [name] if keys else []
            if keys:
                self.own[name] = keys
                free = [key for key in free if key[0] != keys[0][0]]
                value = case.values[keys[0]]
            names[name] = value
        for name in guessed:  # a line of the student's may after all be none of these
            self.judge()
            wrong, keys = self.wrong, self.own.pop(name)
            self.judge()
            if len(self.wrong) >= len(wrong):
                self.own[name] = keys

    def looks_like(self, name, key):
        """Whether a student's line has nearly the name of a right one, or is made of the same."""
        if difflib.SequenceMatcher(None, plain(name), plain(key[0])).ratio() > 0.7:
            return True
        called = {keys[0][0]: right for right, keys in self.own.items()}
        settings = inspect.signature(self.right).parameters if self.is_rule else {}
        codes = ast.unparse(self.lines.node[name]), self.own_line(key).partition("=")[2]
        made = [{called.get(word, word) for word in words(code)} for code in codes]
        lines, shares = [one - settings.keys() for one in made], [len(one & settings.keys()) for one in made]
        return bool(lines[0]) and lines[0] == lines[1] and shares[0] == shares[1]

    def agreement(self, lines):
        """For each line of which the student has a value whether it agrees, and for each name that is returned."""
        good = {}
        for case in self.cases:
            names = dict(case.names)
            for name, code in lines.codes:
                value = eval(code, names)
                keys = [key for key in self.own.get(name, ()) if key in case.values]
                if keys and keys[0][1] == STATE and lines.renames(name):
                    keys = []  # the student has the returned value alone, which is compared below
                if keys:
                    agrees = [key for key in keys if agree(case.values[key], value)]
                    good[name, None] = good.get((name, None), True) and bool(agrees)
                    value = case.values[(agrees or keys)[0]]
                names[name] = value
            for name, (_, code) in lines.returned.items():
                state = case.values.get((self.memories.get(name, name), STATE))
                if state is not None:
                    good[name, STATE] = good.get((name, STATE), True) and agree(state, eval(code, names))
            if lines is self.lines:
                case.known = names
        return good

    # --- what is said

    def told(self):
        """What is wrong, in a sentence or two for each line; then its formula; then with easy numbers put in."""
        if not self.wrong and not self.changed:
            return []
        said, unknown = self.sentences()
        if unknown and not self.changed and (other := self.with_changes()):
            if len(other.sentences()[1]) < len(unknown):
                return other.told()
        shown = [name for name in unknown or self.wrong_names if (name, None) in self.wrong]
        formulas, worked = (" ".join(filter(None, map(say, shown[:2]))) for say in (self.beside, self.worked))
        if unknown:
            return [" ".join(filter(None, [self.marks(), *said, formulas, worked]))]
        return [" ".join(filter(None, [self.marks(), *said])), formulas, worked]

    def with_changes(self):
        """The verdict given that g or a setting is what the student has made of it; None where all are as they were."""
        first = self.cases[0].values
        keys = {name: key for key in first for name in self.lines.arguments if key[0] == name and key[1] != STATE}
        cases = [Case(c.names | {name: c.values[key] for name, key in keys.items()}, c.values) for c in self.cases]
        return keys and Verdict(self.mine, self.right, cases, self.mistakes, self.memories, list(keys.items()))

    @property
    def wrong_names(self):
        return [name for name in self.lines.names if {(name, None), (name, STATE)} & self.wrong]

    def marks(self):
        """Such as: t ✓  m ✓  v ✗  θ ✓ (given your v)."""
        shown = [name for name in self.lines.names if {(name, None), (name, STATE)} & self.good.keys()]
        said, wrong = [], self.wrong_names
        for name in shown:
            own = self.called(name)
            given = [symbol_of(other) for other in wrong if other in self.uses(name)]
            given = f" (given your {' and '.join(given)})" if given and name == shown[-1] else ""
            mark = "✗" if name in wrong else f"✓{given}"
            said.append(f"{symbol_of(name)}{f' (your {own})' if own != name else ''} {mark}")
        return "  ".join(said) + "." if len(said) > 1 else ""

    def uses(self, name):
        """The names that a line is made of, and those that these are made of."""
        direct = {part.id for part in ast.walk(self.lines.node[name]) if isinstance(part, ast.Name)} - {name}
        return direct.union(*(self.uses(part) for part in direct if part in self.lines.node))

    def sentences(self):
        """A sentence for each known mistake or slip that is found, and the names of the lines that none explains."""
        told = [self.argument_changed(name, key) for name, key in self.changed]
        left = set(self.wrong)
        for still, said in sorted(self.known, key=lambda one: len(one[0])):
            if self.wrong - still <= left:
                told.append(said)
                left &= still
        unknown = []
        for name in self.lines.names:
            if (name, None) in left:
                said = self.slip(name)
                told += [said] if said else []
                unknown += [] if said else [name]
            elif (name, STATE) in left:
                told.append(self.otherwise_returned(name))
        return told, unknown

    @functools.cached_property
    def known(self):
        """What is left of `wrong` if a known mistake is taken for right, with its sentence, where that is less."""
        found = []
        for edit in self.mistakes:
            try:
                good = self.agreement(lines_of(self.right, edit))
            except Exception:  # its line needs what the student has in another shape
                continue
            still = {key for key, kept in good.items() if not kept}
            if still < self.wrong:
                found.append((still, edit[-1]))
        return found

    def otherwise_returned(self, name):
        """What stands under a name in what is returned, where its line is right."""
        case, own = self.cases[0], self.called(name)
        mine, right = case.values[self.memories.get(name, name), STATE], case.values[self.own[name][0]]
        others = {key[0]: value for key, value in case.values.items() if key[1] != STATE and key[0] != own}
        if self.is_rule:
            others = {f"prev.{own}, the old one": getattr(case.names[self.lines.arguments[0]], name, None)} | others
        other = next((other for other, value in others.items() if value is not None and agree(mine, value)), None)
        same = [agree(*rows) for rows in zip(mine, right, strict=True)] if self.is_rule else [False]
        what = f"you return {other}" if other else "what you return is another"
        late = f", from step {1 + same.index(False)} on" if same[0] else ""
        return f"The line of {symbol_of(name)} is right, but {what}{late}: return {own}."

    def slip(self, name):
        """What is wrong in a line, if it is a single small slip, there or in a line that is written into it."""
        lines, cases = self.lines, [case for case in self.cases if self.own[name][0] in case.values]
        values = [case.values[self.own[name][0]] for case in cases]
        if name == "t" and not np.ptp(values[0]):
            return f"t is {values[0].flat[0]:g} at every step: count on from the step before, prev.t."
        if not any(np.isfinite(value).mean() > 0.3 for value in values):
            return ""
        last = max(place for place, (its, _) in enumerate(lines.nodes) if its == name)
        first = last
        while first and lines.nodes[first - 1][0] not in self.own:
            first -= 1
        for place in range(last, first - 1, -1):
            its, node = lines.nodes[place]
            for text, said in slips(node, self.symbols(place), lines.writer):
                try:
                    if all(self.gives(text, place, last, *pair) for pair in zip(cases, values, strict=True)):
                        return f"In the line of {symbol_of(its)}, {said()}"
                except Exception:
                    continue
        return ""

    def gives(self, text, place, last, case, value):
        """Whether a line with a slip, and those between it and the student's next value, give this value."""
        names = case.known | {self.lines.codes[place][0]: eval(compiled(text), case.known)}
        for name, code in self.lines.codes[place + 1 : last + 1]:
            names[name] = eval(code, names)
        return agree(value, names[self.lines.codes[last][0]])

    def symbols(self, place):
        """What a slip may put in the place of something else, as texts of Python."""
        first, *rest = self.lines.arguments
        numbers = sorted(set(re.findall(r"(?<![\w.])\d[\d.]*(?:e-?\d+)?", source(self.mine))))
        kept = [f"{first}.{name}" for name in self.lines.memories] if self.is_rule else [first]
        return [*rest, *kept, *(name for name, _ in self.lines.nodes[:place]), *numbers]

    def argument_changed(self, name, key):
        return f"{symbol_of(name)} is given, and `{self.own_line(key)}` changes it before it is used: take it as it is."

    def is_mislabelled(self, name):
        """Whether what is returned under a name is neither its line nor another form of it."""
        value = self.cases[0].values.get((name, STATE))
        if value is None or not {(name, None), (name, STATE)} & self.wrong:
            return False
        others = [other for key, other in self.cases[0].values.items() if key[0] != name and telling(other)]
        return (name, None) in self.good.keys() - self.wrong or any(agree(value, other) for other in others)

    def called(self, name):
        """What a student calls what has this name in the right function."""
        return self.own.get(name, [(name, STATE)])[0][0]

    def beside(self, name):
        """The formula of a line, and the student's own line."""
        inner = [part for part in self.lines.names if part in self.uses(name) and part not in self.own]
        right = [self.lines.formula(name), ", ".join(map(self.lines.formula, inner[::-1]))]
        right = " where ".join(filter(None, right))
        right = f"`{name} = {ast.unparse(self.lines.node[name])}`" if name == "t" else right
        mine = self.own_line(self.own[name][0])
        # What it is made of and is no line of the right function stands before it.
        known = {keys[0][0] for keys in self.own.values()}
        parts = [key for key in self.cases[0].values if key[0] in words(mine) - known and key[1] != STATE]
        mine = "; ".join([*map(self.own_line, parts), mine])
        return f"It should be {right}" + (f"; yours is `{mine}`." if mine else ".")

    def own_line(self, key):
        """The line of a student's source on which a value was made."""
        name, line = key
        code = getattr(unwrapped(self.mine), "__code__", None)
        if line == STATE:
            found = re.search(rf"\b(?:{name}=[^=].*|return .*)", source(self.mine))
            return found[0].strip() if found else ""
        return linecache.getline(code.co_filename, line).split("#")[0].strip()

    def worked(self, name):
        """The line with easy numbers put in, and what the student's gives for them."""
        for easy in EASY:
            try:
                names, values = self.easy(*easy)
                for its, code in self.lines.codes:
                    right = eval(code, names)
                    key = self.own.get(its, [None])[0]
                    if its == name:
                        break
                    names[its] = values.get(key, right)
                shown = [shown_numbers(part) for part in (right, values[key])]
                if shown[0] != shown[1] and np.isfinite(values[key]).all():
                    return f"{self.given(name, names)}{symbol_of(name)} = {shown[0]}, and yours is {shown[1]}."
            except Exception:  # whatever a student's function may do with them: rather no numbers
                return ""
        return ""

    def easy(self, g, memory, shares):
        """The right function's names with easy numbers, and what the student's names hold with them."""
        case, shares = self.cases[0].names, iter(shares)
        first, *rest = names = self.lines.arguments
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
            names = {n: next(arrays) if np.ndim(case[n]) else 0.1 if n == "lr" else next(shares) for n in names}
            result, values = traced(self.mine, lambda: self.mine(*names.values()))
            parts = [result] if len(self.lines.returned) == 1 else result
            values |= {(name, STATE): np.array(part) for name, part in zip(self.lines.returned, parts, strict=True)}
        return self.right.__globals__ | names, values

    def given(self, name, names):
        """Such as: With vₜ₋₁ = 4, β₂ = 0.75, g = 2:."""
        leaves = {}
        for part in ast.walk(self.lines.node[name]):
            text = ast.unparse(part) if isinstance(part, ast.Name | ast.Attribute) else "np"
            if text.split(".")[0] != "np" and not isinstance(names[text.split(".")[0]], SimpleNamespace) ^ (
                "." in text
            ):
                leaves[self.lines.writer.expression(part)] = shown_numbers(eval(compiled(text), names))
        return f"With {', '.join(f'{symbol} = {value}' for symbol, value in leaves.items())}: "


def shown_numbers(value):
    numbers = [f"{number + 0.0:.3g}" for number in np.ravel(value)]
    return numbers[0] if len(numbers) == 1 else f"({', '.join(numbers)})"


def words(code):
    """The names in a line of Python, but for those behind a dot, and np."""
    return set(re.findall(r"(?<![.\w])[^\W\d]\w*", code)) - {"np"}


def symbol_of(name):
    return SYMBOLS.get(name, ("", name))[1]


def plain(name):
    return name.lower().replace("_", "")


def told_apart(mine, right):
    """Two numbers as texts, with as many digits as it takes to tell them apart."""
    digits = next((count for count in (6, 9, 12) if f"{mine:.{count}g}" != f"{right:.{count}g}"), 17)
    return f"{mine:.{digits}g}", f"{right:.{digits}g}"
