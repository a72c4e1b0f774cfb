"""Generated pictures of the demo story: the lantern posters of the Example Front, their edited re-uploads, and
ordinary pictures (landscapes of news outlets, an outlet's logo, a national poster).

Shapes and gradients only. The drawing takes no system font: Pillow's built-in one, where Pillow has FreeType.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from typing import Final

from PIL import Image, ImageDraw, ImageEnhance, ImageFont, ImageOps, features

SIZE: Final = (400, 300)
POSTERS: Final = 12
SCENES: Final = 14
_SLOGANS: Final = ("EXAMPLE FRONT", "THE LANTERN NEVER GOES OUT", "ONE RANK UNTIL DAWN", "SIRAJ EXAMPLE AGENCY")
_Colour = tuple[int, int, int]


def pictures(seed: int) -> dict[str, bytes]:
    """Every picture of the story, file name -> bytes; the same `seed` gives the same bytes.

    Names: ``poster-NN.jpg`` (originals of the front), ``poster-NN-<edit>.<suffix>`` (re-uploads), ``emblem.png``,
    ``scene-NN.jpg`` (ordinary news pictures), ``outlet-logo.png`` and ``national-poster.jpg`` (to be suppressed).
    """
    found: dict[str, bytes] = {"emblem.png": _png(_emblem()), "outlet-logo.png": _png(_logo())}
    for number in range(1, POSTERS + 1):
        rng = random.Random(f"{seed} poster {number}")
        poster = _poster(rng)
        found[f"poster-{number:02}.jpg"] = _jpeg(poster, 88)
        # Four of the edits each, so that every edit is met and the number of files stays small.
        for offset in range(4):
            name, suffix, edit = _EDITS[(number + offset * 2) % len(_EDITS)]
            found[f"poster-{number:02}-{name}.{suffix}"] = edit(poster)
    for number in range(1, SCENES + 1):
        found[f"scene-{number:02}.jpg"] = _jpeg(_scene(random.Random(f"{seed} scene {number}")), 82)
    national = _national()
    found["national-poster.jpg"] = _jpeg(national, 85)
    found["national-poster-small.jpg"] = _jpeg(national.resize((300, 225)), 60)
    return found


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=quality)
    return out.getvalue()


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _webp(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.convert("RGB").save(out, "WEBP", quality=60)
    return out.getvalue()


def _gif(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.convert("P", palette=Image.Palette.ADAPTIVE, colors=64).save(out, "GIF")
    return out.getvalue()


def _write(image: Image.Image, at: tuple[int, int], words: str, size: int, colour: _Colour) -> None:
    """Write Latin `words` with the built-in font; nothing where Pillow came without FreeType."""
    if features.check("freetype2"):
        ImageDraw.Draw(image).text(at, words, fill=colour, font=ImageFont.load_default(size))


def _gradient(size: tuple[int, int], top: _Colour, bottom: _Colour, angle: float = 0) -> Image.Image:
    mask = Image.linear_gradient("L").rotate(angle, expand=False).resize(size)
    return Image.composite(Image.new("RGB", size, bottom), Image.new("RGB", size, top), mask)


def _colour(rng: random.Random, low: int = 20, high: int = 235) -> _Colour:
    return rng.randint(low, high), rng.randint(low, high), rng.randint(low, high)


def _lantern(image: Image.Image, x: int, y: int, height: int, colour: _Colour, light: _Colour) -> None:
    """The emblem of the Example Front, `height` pixels tall, its top at x, y."""
    draw = ImageDraw.Draw(image)
    unit = height / 10
    half = unit * 2.2

    def box(left: float, top: float, right: float, bottom: float) -> tuple[int, int, int, int]:
        return int(x + left), int(y + top), int(x + right), int(y + bottom)

    draw.arc(box(-unit, 0, unit, unit * 2), 180, 360, fill=colour, width=max(2, int(unit / 3)))
    draw.polygon(
        [(x - half, y + unit * 3), (x + half, y + unit * 3), (x + unit, y + unit), (x - unit, y + unit)], colour
    )
    draw.rectangle(box(-half, unit * 3, half, unit * 8.5), fill=colour)
    draw.ellipse(box(-half * 0.7, unit * 3.6, half * 0.7, unit * 8), fill=light)
    draw.polygon(
        [(x, int(y + unit * 4)), (int(x + unit * 0.8), int(y + unit * 7)), (int(x - unit * 0.8), int(y + unit * 7))],
        colour,
    )
    draw.rectangle(box(-half * 1.2, unit * 8.5, half * 1.2, unit * 10), fill=colour)


def _emblem() -> Image.Image:
    image = _gradient((256, 256), (30, 30, 60), (70, 40, 90))
    _lantern(image, 128, 28, 200, (240, 190, 60), (255, 245, 200))
    return image


def _poster(rng: random.Random) -> Image.Image:
    """A poster of the front: hills, a lantern, rays, a band with a slogan."""
    image = _gradient(SIZE, _colour(rng, 0, 120), _colour(rng, 90, 255), rng.choice((0, 90, 180, 270)))
    draw = ImageDraw.Draw(image)
    width, height = SIZE
    x, y = rng.randint(80, 320), rng.randint(20, 90)
    for ray in range(0, 360, rng.choice((15, 20, 30))):
        draw.pieslice((x - 320, y - 240, x + 320, y + 400), ray, ray + rng.randint(3, 9), fill=_colour(rng, 60, 255))
    for _ in range(rng.randint(4, 8)):
        left, wide, tall = rng.randint(-60, width), rng.randint(60, 220), rng.randint(30, 160)
        draw.polygon([(left, height), (left + wide // 2, height - tall), (left + wide, height)], _colour(rng, 0, 160))
    for _ in range(rng.randint(5, 14)):
        cx, cy, r = rng.randint(0, width), rng.randint(0, height), rng.randint(4, 26)
        draw.ellipse((cx - r, cy - r, cx + r, cy + r), fill=_colour(rng))
    _lantern(image, x, y, rng.randint(110, 180), _colour(rng, 150, 255), (255, 250, 210))
    band = rng.randint(215, 255)
    draw.rectangle((0, band, width, band + 34), fill=_colour(rng, 0, 90))
    _write(image, (14, band + 6), rng.choice(_SLOGANS), 20, (255, 255, 255))
    return image


def _scene(rng: random.Random) -> Image.Image:
    """An ordinary news picture: sky, sea or hills, houses, a sun."""
    image = _gradient(SIZE, (rng.randint(90, 160), rng.randint(150, 210), 240), _colour(rng, 150, 250))
    draw = ImageDraw.Draw(image)
    x, y, r = rng.randint(40, 360), rng.randint(30, 90), rng.randint(15, 35)
    draw.ellipse((x - r, y - r, x + r, y + r), fill=(255, rng.randint(200, 240), 120))
    for base in (170, 205, 240):
        points = [(0, 300)] + [(px, base + rng.randint(-28, 22)) for px in range(0, 401, 40)] + [(400, 300)]
        draw.polygon(points, _colour(rng, 30, 170))
    for _ in range(rng.randint(5, 12)):
        left, wide, tall = rng.randint(0, 370), rng.randint(16, 46), rng.randint(20, 90)
        draw.rectangle((left, 290 - tall, left + wide, 290), fill=_colour(rng, 90, 240))
        for window in range(left + 4, left + wide - 6, 10):
            draw.rectangle((window, 296 - tall, window + 5, 303 - tall), fill=(250, 240, 170))
    return image


def _logo() -> Image.Image:
    """The logo of the outlet «ضفاف»: seen everywhere, of no interest."""
    image = Image.new("RGB", (300, 300), (250, 250, 250))
    draw = ImageDraw.Draw(image)
    for row, colour in enumerate(((10, 90, 140), (30, 140, 180), (90, 190, 210))):
        draw.arc((30, 40 + row * 45, 270, 200 + row * 45), 20, 160, fill=colour, width=24)
    draw.ellipse((190, 35, 260, 105), fill=(230, 160, 40))
    _write(image, (60, 255), "DHIFAF NEWS", 28, (10, 60, 100))
    return image


def _national() -> Image.Image:
    """A national poster of Wahat: palms and a sea; lawful, shared by thousands."""
    image = _gradient(SIZE, (20, 120, 90), (245, 235, 190))
    draw = ImageDraw.Draw(image)
    for number, x in enumerate(range(40, 400, 70)):
        top = 90 + (number % 3) * 22
        draw.line((x, 280, x + 6, top), fill=(100, 70, 30), width=9)
        for dx, dy in ((-38, 12), (-28, -16), (0, -28), (28, -16), (38, 12)):
            draw.line((x + 6, top, x + 6 + dx, top + dy), fill=(20, 100 + number * 12, 40), width=8)
    draw.rectangle((0, 262, 400, 300), fill=(30, 110, 170))
    _write(image, (96, 20), "WAHAT NATIONAL DAY", 22, (255, 255, 255))
    return image


def _cropped(image: Image.Image) -> bytes:
    width, height = image.size
    return _jpeg(image.crop((width // 25, height // 25, width - width // 25, height - height // 30)), 85)


def _captioned(image: Image.Image) -> bytes:
    copy = image.copy()
    ImageDraw.Draw(copy).rectangle((236, 6, 394, 28), fill=(0, 0, 0))
    _write(copy, (242, 8), "@example_front_2", 15, (255, 220, 60))
    return _jpeg(copy, 85)


_EDITS: Final[tuple[tuple[str, str, Callable[[Image.Image], bytes]], ...]] = (
    ("crop", "jpg", _cropped),
    ("recompress", "jpg", lambda image: _jpeg(image, 28)),
    ("resize", "jpg", lambda image: _jpeg(image.resize((250, 188)), 80)),
    ("overlay", "jpg", _captioned),
    ("grey", "jpg", lambda image: _jpeg(ImageOps.grayscale(image), 80)),
    ("mirror", "jpg", lambda image: _jpeg(ImageOps.mirror(image), 85)),
    ("webp", "webp", _webp),
    ("gif", "gif", _gif),
    ("bright", "png", lambda image: _png(ImageEnhance.Brightness(image.resize((200, 150))).enhance(1.12))),
)
