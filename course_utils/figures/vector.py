"""What moves in a live picture, as an SVG: a browser draws lines at any size, sooner than it reads pixels."""

import base64
import io
import re
from functools import cache

import numpy as np
from matplotlib.backend_bases import RendererBase
from matplotlib.colors import to_hex
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Affine2D
from PIL import Image

EM = 400  # units of an outline in the size of its font
DOWN = np.array([[1], [-1]])
NEAR = 1e4  # units: what lies within needs no cutting off
BUNCHES = 12  # of marks without a rim, each one element: a browser takes its time with each of a thousand
CAPS = {"projecting": "square"}  # what SVG calls otherwise
LETTERS = {Path.MOVETO: "M", Path.LINETO: "L", Path.CURVE3: "Q", Path.CURVE4: "C"}
POINTS = {Path.CURVE3: 2, Path.CURVE4: 3}  # of a piece of a path, where it is not one


class Vector(RendererBase):
    """Draws artists into an SVG, whose units are the pixels of their figure.

    width, height : of the figure, in its pixels
    dpi : those pixels in an inch

    It knows what the views draw with: paths, marks, words, and cells of equal
    size. A word is the outlines of its characters, so that no font is missed.
    """

    def __init__(self, width, height, dpi):
        super().__init__()
        self.width, self.height, self.dpi = width, height, dpi

    def svg(self, artists, under="", scale=1):
        """These artists, one above the other, as the text of an SVG.

        under : the address of a picture that lies below them, if there is one
        scale : units for one of a browser's pixels
        """
        self.parts, self.clips, self.clipped, self.box, self.last = [], {}, None, None, None
        if under:
            self.parts.append(f'<image width="{self.width}" height="{self.height}" href="{under}"/>')
        for artist in artists:
            artist.draw(self)
        self._clip(None)
        clips = (f'<clipPath id="c{n}">{shape}</clipPath>' for shape, n in self.clips.items())
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width / scale:g}" height="{self.height / scale:g}" '
            f'viewBox="0 0 {self.width} {self.height}" fill="none">{"".join(clips)}{"".join(self.parts)}</svg>'
        )

    def get_canvas_width_height(self):
        return self.width, self.height

    def points_to_pixels(self, points):
        return points * self.dpi / 72

    def draw_path(self, gc, path, transform, rgbFace=None):
        points = self._placed(path.vertices, transform)
        plain = path.codes is None and 1 < len(points) and np.abs(points).max() < NEAR  # which nothing with a gap is
        if plain:
            shape = _along(points)
        else:
            # Where a line leaves the picture, it ends: dashes would go on for millions.
            room = None if rgbFace is not None else (0, 0, self.width, self.height)
            whole = Path(points, path.codes)
            shape = _absolute(whole.cleaned(remove_nans=True, clip=room, curves=True))
        if shape:
            self._put(gc, rgbFace, shape, joined=rgbFace is None)

    def draw_markers(self, gc, marker_path, marker_trans, path, trans, rgbFace=None):
        points = self._placed(path.vertices, trans)
        points = points[np.isfinite(points).all(axis=1)]
        shape = _mark(*_bytes(marker_path), marker_trans.get_matrix().tobytes())
        # Where marks with a rim overlap, the later one must cover the rim of the earlier one.
        if _drawn(gc) or len(points) <= BUNCHES:
            places = (f"M{x:.1f} {y:.1f}{shape}" for x, y in points.tolist())
        else:
            places = (_at(bunch, shape) for bunch in np.array_split(points, BUNCHES))
        self._put(gc, rgbFace, *places)

    def _placed(self, points, transform):
        """Points in the units of the SVG, where y grows downwards."""
        matrix = transform.get_matrix()[:2] * DOWN
        return points @ matrix[:, :2].T + (matrix[:, 2] + (0, self.height))

    def draw_text(self, gc, x, y, s, prop, angle, ismath=False, mtext=None):
        look = _look(prop)
        size = self.points_to_pixels(prop.get_size_in_points()) / EM
        turned = f" rotate({-angle:.6g})" if angle else ""
        face = gc.get_rgb()
        ink = self.new_gc()
        ink.copy_properties(gc)
        ink.set_linewidth(0)
        self._put(
            ink,
            face,
            written(s, look, bool(ismath)),
            place=f' transform="translate({x:.1f} {y:.1f}){turned} scale({size:.5g})"',
        )

    def draw_quad_mesh(
        self,
        gc,
        master_transform,
        meshWidth,
        meshHeight,
        coordinates,
        offsets,
        offsetTrans,
        facecolors,
        antialiased,
        edgecolors,
    ):
        """Cells of equal size, a pixel each: the browser makes them larger."""
        (left, bottom), (right, top) = self._placed(np.asarray(coordinates)[[0, -1], [0, -1]], master_transform)
        cells = np.multiply(facecolors, 255).round().astype(np.uint8).reshape(meshHeight, meshWidth, 4)[::-1]
        file = io.BytesIO()
        Image.fromarray(np.ascontiguousarray(cells), "RGBA").save(file, "PNG", compress_level=1)
        self._clip(None)
        self.parts.append(
            f'<image x="{left:.2f}" y="{top:.2f}" width="{right - left:.2f}" height="{bottom - top:.2f}" '
            f'preserveAspectRatio="none" style="image-rendering:pixelated" '
            f'href="data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"/>'
        )

    def _put(self, gc, face, *shapes, place="", joined=False):
        """Add shapes that look alike. A line may be joined with what was added just before it to one shape."""
        self._clip(gc.get_clip_rectangle())
        look = self._look_of(gc, face) + place
        if joined and look == self.last:
            self.parts[-1] = f'{self.parts[-1][:-3]}{shapes[0]}"/>'
        else:
            self.parts += [f'<path{look} d="{shape}"/>' for shape in shapes]
        self.last = look if joined else None

    def _clip(self, box):
        """What comes is seen within this box alone."""
        if box is self.box:
            return
        self.box, shape = box, None
        if box is not None:
            x, y, width, height = box.bounds
            shape = f'<rect x="{x:.2f}" y="{self.height - y - height:.2f}" width="{width:.2f}" height="{height:.2f}"/>'
        if shape == self.clipped:
            return
        if self.clipped:
            self.parts.append("</g>")
        if shape:
            number = self.clips.setdefault(shape, len(self.clips))
            self.parts.append(f'<g clip-path="url(#c{number})">')
        self.clipped, self.last = shape, None

    def _look_of(self, gc, face):
        alpha = gc.get_alpha() if gc.get_forced_alpha() else None
        look = "" if face is None else _painted("fill", tuple(face), alpha)
        if not _drawn(gc):
            return look
        start, dashes = gc.get_dashes()
        dashed = None if dashes is None else tuple(dashes)
        width, ends = self.points_to_pixels(gc.get_linewidth()), (gc.get_capstyle(), gc.get_joinstyle())
        return look + _painted("stroke", gc.get_rgb(), alpha) + _lined(width, *ends, start, dashed, self.dpi / 72)


def _drawn(gc):
    """Whether the rim of a shape is seen."""
    return gc.get_linewidth() and gc.get_rgb()[3]


@cache
def _painted(what, color, alpha):
    alpha = alpha if alpha is not None else color[3] if len(color) == 4 else 1
    return f' {what}="{to_hex(color[:3])}"' + (f' {what}-opacity="{alpha:.3g}"' if alpha < 1 else "")


@cache
def _lined(width, caps, joints, start, dashes, point):
    look = f' stroke-width="{width:.4g}"'
    if caps != "butt":
        look += f' stroke-linecap="{CAPS.get(caps, caps)}"'
    if joints != "miter":
        look += f' stroke-linejoin="{joints}"'
    if dashes is not None:
        lengths = " ".join(f"{point * length:.4g}" for length in dashes)
        look += f' stroke-dasharray="{lengths}" stroke-dashoffset="{point * start:.4g}"'
    return look


def _at(points, shape):
    """A shape at each of these points."""
    return f"M%.1f %.1f{shape}" * (points.size // 2) % tuple(points.ravel().tolist())


def _along(points):
    """A line through points, all of which are near."""
    return ("M%.1f %.1fL" + "%.1f %.1f " * (len(points) - 1))[:-1] % tuple(points.ravel().tolist())


@cache
def _mark(vertices, codes, matrix):
    """A mark in the letters of SVG, told from wherever it is put."""
    matrix = np.frombuffer(matrix).reshape(3, 3) * [[1], [-1], [1]]
    if vertices == _bytes(Path.unit_circle())[0]:
        radius = abs(matrix[0, 0])
        half = f"a{radius:.1f} {radius:.1f} 0 1 0"
        return f"m{-radius:.1f} 0{half} {2 * radius:.1f} 0{half}{-2 * radius:.1f} 0z"
    return _relative(np.frombuffer(vertices).reshape(-1, 2), codes, matrix)


def _absolute(path):
    """A path without gaps in the letters of SVG."""
    pieces, last = [], None
    codes = path.codes
    ends = np.flatnonzero(codes == Path.STOP)
    end = ends[0] if len(ends) else len(codes)
    for code in codes[:end].tolist():
        if code == Path.CLOSEPOLY:
            pieces.append("Z%.0s%.0s")  # its point says nothing
        else:
            pieces.append(f"{LETTERS[code] if code != last else ' '}%.1f %.1f")
        last = None if code == Path.MOVETO else code
    return "".join(pieces) % tuple(path.vertices[:end].ravel().tolist())


def _bytes(path):
    """The points of a path and what each of them is, as what a cache can look up."""
    codes = path.codes
    if codes is None:
        codes = np.array([Path.MOVETO, *[Path.LINETO] * (len(path.vertices) - 1)], dtype=Path.code_type)
    return path.vertices.tobytes(), codes.tobytes()


def _relative(vertices, codes, matrix, grain=0.1):
    """A shape in the letters of SVG, told from wherever it is put, in whole grains so that no error adds up."""
    codes = np.frombuffer(codes, dtype=Path.code_type)
    points = np.round(Affine2D(matrix).transform(vertices) / grain).astype(int)
    here = start = np.zeros(2, dtype=int)
    pieces, place = [], 0
    while place < len(codes):
        code = codes[place]
        count = POINTS.get(code, 1)
        if code == Path.CLOSEPOLY:
            pieces.append("z")
            here = start
        else:
            way = (points[place : place + count] - here).ravel()
            pieces.append(LETTERS[code].lower() + " ".join(f"{number * grain:g}" for number in way))
            here = points[place + count - 1]
            start = here if code == Path.MOVETO else start
        place += count
    return "".join(pieces).replace(" -", "-")


def _look(prop):
    """What of a font decides the outlines, but for its size."""
    return tuple(prop.get_family()), prop.get_style(), prop.get_weight(), prop.get_math_fontfamily()


def characters(text):
    """The characters of a text, each with the hats that stand on it."""
    return re.findall(r".[\u0300-\u036f]*", text, re.DOTALL)


def written(text, look, math=False):
    """The outlines of a line of text, from the start of its base line, EM to the size of its font."""
    if math:
        return _outline(text, look, True)[0] and f"M0 0{_outline(text, look, True)[0]}"
    pieces, reached = [], 0
    for character in characters(text):
        outline, advance = _outline(character, look, False)
        if outline:
            pieces.append(f"M{reached:.0f} 0{outline}")
        reached += advance
    return "".join(pieces)


def reach(text, prop):
    """How far a line of plain text reaches, as a share of the size of its font."""
    look = _look(prop)
    return sum(_outline(character, look, False)[1] for character in characters(text)) / EM


@cache
def _outline(text, look, math):
    """The outline of a character, or of a line of mathematics, and how far after it the next one begins."""
    family, style, weight, math_family = look
    prop = FontProperties(family=list(family), style=style, weight=weight, size=EM, math_fontfamily=math_family)
    vertices, codes = text_to_path.get_text_path(prop, text, ismath=math)
    unit = EM / text_to_path.FONT_SCALE
    codes = np.asarray(codes, dtype=Path.code_type).tobytes()
    outline = _relative(np.reshape(vertices, (-1, 2)), codes, np.diag([unit, -unit, 1]), 1)
    if math:
        return outline, 0
    widths = [text_to_path.get_text_width_height_descent(one, prop, False)[0] for one in (f"|{text}|", "||")]
    return outline, widths[0] - widths[1]
