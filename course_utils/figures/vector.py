"""What moves in a live picture, as an SVG: a browser draws lines at any size, sooner than it reads pixels."""

import base64
import io
from functools import cache, lru_cache

import numpy as np
from matplotlib.backend_bases import RendererBase
from matplotlib.colors import to_hex
from matplotlib.path import Path
from PIL import Image

from .pathdata import EM, absolute, along, at, mark, written

DOWN = np.array([[1], [-1]])
NEAR = 1e4  # units: what lies within needs no cutting off
BUNCHES = 12  # of marks without a rim, each one element: a browser takes its time with each of a thousand
CAPS = {"projecting": "square"}  # what SVG calls otherwise


class Vector(RendererBase):
    """Draws artists into an SVG, whose units are the pixels of their figure.

    width, height : of the figure, in its pixels
    dpi : those pixels in an inch

    It knows paths, marks, words, pictures and cells, cut off at a box; no
    hatches, no shading from corner to corner, and no other shape to cut off at.
    A word is the outlines of its characters, so that no font is missed.
    """

    def __init__(self, width, height, dpi):
        super().__init__()
        self.width, self.height, self.dpi = width, height, dpi

    def svg(self, artists, scale=1):
        """These artists, one above the other, as the text of an SVG; scale: units for one of a browser's pixels."""
        self.parts, self.clips, self.clipped, self.box, self.last = [], {}, None, None, None
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
            shape = along(points)
        else:
            # Where a line leaves the picture, it ends: dashes would go on for millions.
            room = None if rgbFace is not None else (0, 0, self.width, self.height)
            whole = Path(points, path.codes)
            shape = absolute(whole.cleaned(remove_nans=True, clip=room, curves=True))
        if shape:
            self._put(gc, rgbFace, shape, joined=rgbFace is None)

    def draw_markers(self, gc, marker_path, marker_trans, path, trans, rgbFace=None):
        points = self._placed(path.vertices, trans)
        points = points[(np.abs(points) < NEAR).all(axis=1)]  # a far one takes its whole bunch with it
        shape = mark(marker_path, marker_trans)
        # Where marks with a rim overlap, the later one must cover the rim of the earlier one.
        if _drawn(gc) or len(points) <= BUNCHES:
            places = (f"M{x:.1f} {y:.1f}{shape}" for x, y in points.tolist())
        else:
            places = (at(bunch, shape) for bunch in np.array_split(points, BUNCHES))
        self._put(gc, rgbFace, *places)

    def _placed(self, points, transform):
        """Points in the units of the SVG, where y grows downwards."""
        matrix = transform.get_matrix()[:2] * DOWN
        return np.asarray(points) @ matrix[:, :2].T + (matrix[:, 2] + (0, self.height))

    def draw_text(self, gc, x, y, s, prop, angle, ismath=False, mtext=None):
        size = self.points_to_pixels(prop.get_size_in_points()) / EM
        turned = f" rotate({-angle:.6g})" if angle else ""
        ink = self.new_gc()
        ink.copy_properties(gc)
        ink.set_linewidth(0)
        place = f' transform="translate({x:.1f} {y:.1f}){turned} scale({size:.5g})"'
        self._put(ink, gc.get_rgb(), written(s, prop, bool(ismath)), place=place)

    def draw_image(self, gc, x, y, im, transform=None):
        height, width = im.shape[:2]
        self._picture(gc, im, x, self.height - y - height, width, height)

    def draw_quad_mesh(self, gc, master_transform, meshWidth, meshHeight, coordinates, *others):
        """Cells of equal size are a pixel each, which the browser makes larger; others are shapes."""
        points = self._placed(np.asarray(coordinates), master_transform)
        (left, bottom), (right, top) = points[0, 0], points[-1, -1]
        x, y = np.meshgrid(np.linspace(left, right, meshWidth + 1), np.linspace(bottom, top, meshHeight + 1))
        if not np.allclose(points, np.stack([x, y], axis=-1), rtol=0, atol=0.5):
            super().draw_quad_mesh(gc, master_transform, meshWidth, meshHeight, coordinates, *others)
            return
        colors = others[2]
        cells = np.multiply(colors, 255).round().astype(np.uint8).reshape(meshHeight, meshWidth, 4)
        self._picture(gc, cells, left, top, right - left, bottom - top, ' style="image-rendering:pixelated"')

    def draw_gouraud_triangles(self, gc, triangles_array, colors_array, transform):
        raise NotImplementedError('a live picture has no shading from corner to corner: take shading="flat".')

    def _picture(self, gc, pixels, left, top, width, height, look=""):
        """Add a picture, whose first row is its lowest."""
        self._clip(gc.get_clip_rectangle())
        place = f'x="{left:.2f}" y="{top:.2f}" width="{width:.2f}" height="{height:.2f}" preserveAspectRatio="none"'
        self.parts.append(f'<image {place}{look} href="{_address(pixels[::-1].tobytes(), pixels.shape)}"/>')
        self.last = None

    def _put(self, gc, face, *shapes, place="", joined=False):
        """Add shapes that look alike. A line may be joined with what was added just before it to one shape."""
        self._clip(gc.get_clip_rectangle())
        look = self._look_of(gc, face) + place
        if joined and look == self.last and "opacity" not in look:  # it is darker where two cross
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


@lru_cache(8)  # a map of colours often stays while other things move
def _address(pixels, shape):
    file = io.BytesIO()
    Image.fromarray(np.frombuffer(pixels, dtype=np.uint8).reshape(shape)).save(file, "PNG", compress_level=1)
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


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
