"""A draft of more rows than the prompt shows: the row that is typed in is always in sight."""

from tests.tui.bench import Scene, on_stage


async def test_each_letter_is_in_sight_as_it_comes() -> None:
    async with on_stage(Scene(), (60, 24)) as (app, pilot):
        area = app.workbench.prompt.area
        for letter in "abcdefghi " * 60:
            await pilot.press("space" if letter == " " else letter)
            row = area.wrapped_document.location_to_offset(area.cursor_location).y
            top = round(area.scroll_y)
            assert top <= row < top + area.size.height, area.text[-12:]
        assert area.wrapped_document.height > area.size.height == 8
        assert area.scroll_y == area.max_scroll_y
