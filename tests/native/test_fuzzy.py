"""What the door to the file finder promises."""

import asyncio
from pathlib import Path

import pytest

from claw_core.native.fuzzy import Index, Ranked, index_of


async def test_the_best_come_first_and_all_are_counted() -> None:
    index = Index.of(["src/app/main.py", "main/app/notes.md", "docs/domain.md"])
    ranking = await index.rank("main", limit=2)
    assert [ranked.path for ranked in ranking.best] == ["src/app/main.py", "main/app/notes.md"]
    assert ranking.total == 3


async def test_what_was_found_is_told_by_position() -> None:
    ranking = await Index.of(["src/fuzzy_finder.py"]).rank("ff")
    assert ranking.best[0] == Ranked("src/fuzzy_finder.py", ranking.best[0].score, (4, 10))


async def test_words_in_any_order_and_cases_told_apart_by_an_upper_case_letter() -> None:
    index = Index.of(["tests/README.md", "tests/readme.txt", "src/readme.md"])
    assert {ranked.path for ranked in (await index.rank("readme tests")).best} == {
        "tests/README.md",
        "tests/readme.txt",
    }
    assert [ranked.path for ranked in (await index.rank("README")).best] == ["tests/README.md"]


async def test_an_empty_query_fits_all_the_shortest_first() -> None:
    ranking = await Index.of(["bb/c", "a", "dd"]).rank("", limit=2)
    assert ([ranked.path for ranked in ranking.best], ranking.total) == (["a", "dd"], 3)


async def test_the_folders_of_files_are_found_as_files_are() -> None:
    folders = await Index.of(["src/app/main.py", "src/lib.py", "readme"]).folders()
    assert [ranked.path for ranked in (await folders.rank("")).best] == ["src", "src/app"]
    assert [ranked.path for ranked in (await folders.rank("app")).best] == ["src/app"]


async def test_a_folder_is_listed_without_what_is_ignored(tmp_path: Path) -> None:
    (tmp_path / ".ignore").write_text("*.log\n")
    (tmp_path / "a.log").write_text("")
    (tmp_path / "a.py").write_text("")
    index = await index_of(tmp_path, hidden=False)
    assert (len(index), index.problems) == (1, ())
    with pytest.raises(FileNotFoundError):
        await index_of(tmp_path / "nowhere")


async def test_rankings_run_side_by_side_and_can_be_cancelled() -> None:
    index = Index.of([f"src/{number}/file.py" for number in range(20_000)])
    first = asyncio.ensure_future(index.rank("sfile"))
    await asyncio.sleep(0)
    first.cancel()
    totals = {(await index.rank(query)).total for query in ("s", "sf", "sfi")}
    assert totals == {20_000}
    with pytest.raises(asyncio.CancelledError):
        await first
