"""Tool names by habit: models were trained in many harnesses, and call a tool by the name it had there.

Only names whose arguments mean the same are here; the arguments' own other names are known to each tool's `Input`.
"""

import re

_HABITS = {
    "read": "read_file view view_file open open_file cat fs_read read_text_file ls list_dir list_directory",
    "write": "write_file create create_file write_to_file save_file fs_write new_file",
    "edit": "edit_file str_replace string_replace replace search_replace replace_in_file file_edit find_and_replace",
    "multi_edit": "multiedit multi_edit_file",
    "apply_patch": "patch applypatch apply_diff",
    "bash": "shell sh run run_command run_shell run_shell_command run_terminal_cmd run_terminal_command"
    " run_in_terminal terminal execute execute_command execute_bash exec exec_command shell_command local_shell"
    " command",
    "job": "bash_output job_output read_background_output write_stdin",
    "grep": "search grep_search search_files search_file_content search_code search_text search_in_files code_search"
    " codesearch find_in_files rg ripgrep regex_search",
    "glob": "list_files find find_files file_search file_glob_search glob_search search_filenames",
    "todo": "todo_write todowrite write_todos todos update_plan update_todos update_todo_list todo_list",
    "question": "ask ask_user ask_user_question ask_question ask_followup_question ask_human clarify",
    "task": "agent subagent sub_agent delegate dispatch_agent spawn_agent",
    "fetch": "web_fetch webfetch fetch_url url_fetch read_url browse",
    "web_search": "websearch google_web_search search_web internet_search",
}
"""Each tool, and the names it has elsewhere, in snake case."""

_NAMESPACE = re.compile(r"^(functions|tools|default_api)[.:]")
_CANONICAL = {habit: name for name, habits in _HABITS.items() for habit in habits.split()}


def canonical(name: str) -> str:
    """Our name for a tool that a model calls by `name`; `name` itself where it is like none.

    Case, hyphens, camel case and the word `functions.` make no difference: `Read`, `str-replace`, `functions.WebFetch`.
    """
    last = _NAMESPACE.sub("", name.strip())
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", last).lower().replace("-", "_").replace(" ", "_")
    if snake in _HABITS:
        return snake
    return _CANONICAL.get(snake, name)
