"""What the file finder promises to whoever types parts of a path."""

import asyncio
import subprocess
import threading
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

import pytest

from claw_core.finder import Finder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / ".gitignore").write_text("*.log\nbuild/\n")
    for name in ("shop/cart.py", "shop/receipt.py", "cart/readme.md", "build/cart.py", "cart.log"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    return tmp_path


async def found(finder: Finder, query: str) -> list[str]:
    return [ranked.path for ranked in (await finder.find(query)).best]


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while not await holds():  # noqa: ASYNC110 - what is waited for is another thread's doing
            await asyncio.sleep(0.02)


async def test_files_are_ranked_and_the_letters_found_are_told(project: Path) -> None:
    async with Finder(project) as finder:
        ranking = await finder.find("cart")
    assert [ranked.path for ranked in ranking.best] == ["shop/cart.py", "cart/readme.md"]
    assert ranking.best[0].positions == (5, 6, 7, 8)
    assert ranking.total == 2


async def test_folders_are_found_beside_files_and_told_by_their_slash(project: Path) -> None:
    async with Finder(project) as finder:
        ranking = await finder.find("cart", folders=True)
        assert [ranked.path for ranked in ranking.best] == ["cart/", "shop/cart.py", "cart/readme.md"]
        assert ranking.total == 3
        assert [ranked.path for ranked in (await finder.find("shop/", folders=True)).best] == [
            "shop/cart.py",
            "shop/receipt.py",
        ]


async def test_files_that_come_and_go_are_found_and_lost(project: Path) -> None:
    async with Finder(project) as finder:
        assert await finder.unwatched() is None
        (project / "shop" / "basket.py").write_text("")
        await until(lambda: is_found(finder, "basket", ["shop/basket.py"]))
        (project / "new" / "deep").mkdir(parents=True)
        (project / "new" / "deep" / "coupon.py").write_text("")
        await until(lambda: is_found(finder, "coupon", ["new/deep/coupon.py"]))
        (project / "shop" / "basket.py").unlink()
        await until(lambda: is_found(finder, "basket", []))


async def test_a_changed_ignore_file_changes_what_is_found(project: Path) -> None:
    async with Finder(project) as finder:
        assert await finder.unwatched() is None
        (project / ".gitignore").write_text("*.log\n")
        await until(lambda: is_found(finder, "build", ["build/cart.py"]))


async def is_found(finder: Finder, query: str, paths: list[str]) -> bool:
    return await found(finder, query) == paths


def cannot_watch(root: Path, stopped: threading.Event) -> Iterable[bool]:
    raise OSError(28, "inotify watch limit reached")


async def test_where_nobody_can_watch_old_listings_are_made_anew(project: Path) -> None:
    async with Finder(project, watch=cannot_watch, old=0) as finder:
        assert "inotify watch limit reached" in (await finder.unwatched() or "")
        (project / "late.py").write_text("")
        await until(lambda: is_found(finder, "late", ["late.py"]))


async def test_a_folder_that_goes_is_told_and_what_was_there_stays(project: Path) -> None:
    async with Finder(project / "shop") as finder:
        assert await finder.unwatched() is None
        (project / "shop").rename(project / "gone")
        await until(lambda: has_problem(finder))
        assert await found(finder, "cart") == ["cart.py"]


async def has_problem(finder: Finder) -> bool:
    await finder.find("")
    return bool(finder.problems)


async def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        async with Finder(tmp_path / "nowhere"):
            pass
