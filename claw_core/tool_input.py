"""What the arguments of the built-in tools have in common: they are lenient where nothing can be meant but one thing.

Models were trained on other harnesses' tools. An argument's other names are understood and never advertised, a null for
an argument that may be left out is one that was left out, arguments that nobody knows are passed over, and half a
character is U+FFFD. A value of the wrong type stays an error that says what was expected.
"""

import json
from typing import Any, ClassVar, cast

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, model_validator

from claw_core.characters import whole_characters


def also(name: str, *habits: str) -> AliasChoices:
    """For `Field(validation_alias=...)`: an argument's name, and those it has elsewhere."""
    return AliasChoices(name, *habits)


PATH = also(
    "path", "file_path", "filepath", "filePath", "file", "filename", "file_name", "target_file", "absolute_path"
)
"""The names of the argument that is a file."""
OLD = also("old_string", "old_str", "oldString", "oldText", "old_text", "old", "search", "find")
NEW = also("new_string", "new_str", "newString", "newText", "new_text", "new", "replace")
REPLACE_ALL = also("replace_all", "replaceAll", "all", "global")
"""The names of what an edit replaces, of what it puts there, and of the wish to do so everywhere."""
FOLDER = also("path", "directory", "dir", "dir_path", "folder", "root", "search_path", "file_path", "target_directory")
"""The names of the argument that is where to look."""


class ToolInput(BaseModel):
    """The arguments of a tool."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, arguments: Any) -> Any:  # pyright: ignore[reportUnusedFunction] - pydantic calls it
        if not isinstance(arguments, dict):
            return arguments
        given = cast("dict[str, Any]", arguments)
        return {name: _whole(value) for name, value in given.items() if value is not None}


def unquoted_json(value: Any) -> Any:
    """For `BeforeValidator(...)`: a list that a model sent as the text of one."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _whole(value: Any) -> Any:
    """JSON without halves of characters: no file, command or screen takes them."""
    if isinstance(value, str):
        return whole_characters(value)
    if isinstance(value, list):
        return [_whole(item) for item in cast("list[Any]", value)]
    if isinstance(value, dict):
        return {whole_characters(name): _whole(item) for name, item in cast("dict[str, Any]", value).items()}
    return value


class InFile(ToolInput):
    """Arguments of a tool that works on one file."""

    path: str = Field(description="The file, absolute or from the workspace root.", validation_alias=PATH)


class Replacement(ToolInput):
    """One piece of text in place of another."""

    old_string: str = Field(description="The text to replace, exactly as it stands in the file.", validation_alias=OLD)
    new_string: str = Field(description="The text to put in its place.", validation_alias=NEW)
    replace_all: bool = Field(
        default=False, description="Replace every occurrence, not only one.", validation_alias=REPLACE_ALL
    )
