"""Pictures and documents of strangers: made to fit, told as text, and never more costly than they may be."""

import base64
import io
import zlib

import pytest
from PIL import Image

from claw_core.error import ToolError
from claw_core.parsing import fit_picture, read_pages
from tests.core.pictures import animation, document, noise, picture, scan


def opened(data: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(data)))


@pytest.mark.parametrize(("kind", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")])
async def test_a_picture_that_fits_stays_as_it_is(kind: str, media_type: str) -> None:
    data = picture(kind=kind)
    fitted = await fit_picture(data, "dot")
    assert (fitted.media_type, base64.b64decode(fitted.data), fitted.note) == (media_type, data, "")
    assert (fitted.width, fitted.height) == (40, 20)


async def test_a_large_one_is_scaled_and_says_so() -> None:
    fitted = await fit_picture(picture(4000, 1000), "wide.png")
    assert opened(fitted.data).size == (fitted.width, fitted.height) == (1568, 392)
    assert fitted.words == "PNG, 1,568 × 392, scaled from 4,000 × 1,000"


async def test_one_of_too_many_bytes_becomes_a_photograph() -> None:
    fitted = await fit_picture(noise(1500, 1500), "noise.png")
    assert (fitted.media_type, fitted.width) == ("image/jpeg", 1500)
    assert fitted.size < 3_750_001


async def test_holes_stay_holes() -> None:
    fitted = await fit_picture(picture(2000, 2000, mode="RGBA"), "icon.png")
    assert opened(fitted.data).mode == "RGBA"


async def test_of_what_moves_the_first_picture_is_taken() -> None:
    fitted = await fit_picture(animation(7), "spin.gif")
    assert (fitted.media_type, fitted.note) == ("image/png", "the first of 7 frames")


async def test_forms_that_models_do_not_take_become_one_that_they_do() -> None:
    assert (await fit_picture(picture(kind="TIFF"), "a.tiff")).media_type == "image/png"
    assert (await fit_picture(picture(kind="BMP"), "a.bmp")).media_type == "image/png"


async def test_a_photograph_is_upright_and_keeps_its_place_to_itself() -> None:
    told = Image.Exif()
    told[0x0112] = 6  # turned
    told.get_ifd(0x8825)[1] = "N"
    fitted = await fit_picture(picture(40, 20, "JPEG", exif=told), "photo.jpg")
    assert opened(fitted.data).size == (20, 40)
    assert not opened(fitted.data).getexif()


def bomb() -> bytes:
    """A PNG of a few kilobytes that means 40,000 × 40,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)

    size = (40_000).to_bytes(4)
    head = chunk(b"IHDR", size + size + bytes([8, 2, 0, 0, 0]))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1 << 20))) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (bomb(), "40,000 × 40,000 pixels"),
        (picture()[:40], "cannot be read"),
        (b"no picture", "no picture in a known form"),
    ],
    ids=["bomb", "torn", "words"],
)
async def test_what_is_no_good_picture_is_refused_with_the_reason(data: bytes, why: str) -> None:
    with pytest.raises(ToolError, match=why):
        await fit_picture(data, "bad.png")


async def test_a_document_is_told_page_by_page() -> None:
    found = await read_pages(document("the first page of it", "the second page of it"), "a.pdf", 1, 20)
    assert [(page.number, page.text) for page in found.pages] == [
        (1, "the first page of it"),
        (2, "the second page of it"),
    ]
    some = await read_pages(document(*(f"this is page {number}" for number in range(1, 9))), "a.pdf", 3, 4)
    assert ([page.number for page in some.pages], some.total) == ([3, 4], 8)


async def test_a_page_that_is_a_picture_is_given_as_one() -> None:
    (page,) = (await read_pages(scan(), "scan.pdf", 1, 20)).pages
    assert page.picture is not None
    assert opened(page.picture.data).size == (300, 200)


async def test_a_broken_document_is_a_clear_error() -> None:
    with pytest.raises(ToolError, match=r"broken\.pdf cannot be read"):
        await read_pages(b"%PDF-1.7\n\0\1\2", "broken.pdf", 1, 20)


async def test_a_document_that_unpacks_to_gigabytes_costs_no_more_than_it_may() -> None:
    (page,) = (await read_pages(_deep(), "deep.pdf", 1, 20)).pages
    assert "This page cannot be read" in page.text


def _deep() -> bytes:
    """A document whose pages unpack to gigabytes."""
    packed = zlib.compress(b"0 " * (200 << 20), 9)
    plain = document("x")
    start, end = plain.index(b"<< /Length"), plain.index(b"\nendstream")
    stream = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s" % (len(packed), packed)
    return plain[:start] + stream + plain[end:]
