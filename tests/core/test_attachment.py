"""What a person names with an @ goes along with the prompt, is recorded as it was, and nothing else does."""

import asyncio
from dataclasses import replace
from pathlib import Path

from claw_core.catalog import ModelCard
from claw_core.event import MAIN, Attachment, PromptQueued, PromptSteered, PromptSubmitted, TextDelta
from claw_core.intent import Prompt, Retract
from claw_core.message import Image, Text
from claw_core.permissions.outside import UNTRUSTED
from claw_core.providers.scripted import ScriptedProvider
from claw_core.scripting import ScriptedReply
from claw_core.session.log import read_log
from tests.core.acting import Acting, says
from tests.core.pictures import document, notebook, picture


async def named(acting: Acting, *names: str, text: str = "look") -> tuple[Attachment, ...]:
    """What goes along with a prompt that names these."""
    acting.session.send(Prompt(text=text, named=names))
    await acting.session.rest()
    return acting.all(PromptSubmitted)[-1].attachments


def words(attachment: Attachment) -> str:
    return "\n".join(part.text for part in attachment.parts if isinstance(part, Text))


async def test_a_file_goes_along_as_it_was_when_it_was_sent(tmp_path: Path) -> None:
    acting = Acting(tmp_path, [says("Seen.")])
    file = acting.write("src/app.py", "one\ntwo\n")
    (attached,) = await named(acting, "src/app.py")
    assert (attached.path, attached.summary) == ("src/app.py", "2 lines")
    assert words(attached) == "1\tone\n2\ttwo"
    file.write_text("later\n")
    first = acting.harness.transcript.messages[0]
    assert [part.text for part in first.parts if isinstance(part, Text)] == [
        "The person attached src/app.py:",
        "1\tone\n2\ttwo",
        "look",
    ]
    await acting.session.close()
    assert list(read_log(acting.home).records) == acting.session.stream.records


async def test_it_counts_as_read_so_that_it_can_be_edited(tmp_path: Path) -> None:
    edit = ("edit", {"path": "a.txt", "old_string": "one", "new_string": "two"})
    acting = Acting(tmp_path, [says("", edit), says("Done.")])
    file = acting.write("a.txt", "one\n")
    await named(acting, "a.txt")
    assert file.read_text() == "two\n"
    await acting.session.close()


async def test_what_names_nothing_is_only_a_word(tmp_path: Path) -> None:
    acting = Acting(tmp_path, [says("Hm.")])
    assert await named(acting, "decorator", "src/none.py", "x" * 5000, "\0") == ()
    await acting.session.close()


async def test_folders_lines_documents_notebooks_and_pictures(tmp_path: Path) -> None:
    acting = Acting(tmp_path, [says("Seen.")])
    acting.write("src/app.py", "".join(f"line {number}\n" for number in range(1, 21)))
    (acting.root / "dot.png").write_bytes(picture())
    (acting.root / "a.pdf").write_bytes(document("some words on a page"))
    acting.write("n.ipynb", notebook({"cell_type": "markdown", "source": "# Title"}))
    found = await named(acting, "src", "src/app.py:3-4", "dot.png", "a.pdf", "n.ipynb")
    assert [each.summary for each in found] == ["1 entry", "2 lines", "PNG, 40 × 20", "1 page", "1 cell"]
    assert "app.py" in words(found[0])
    assert words(found[1]).startswith("3\tline 3\n4\tline 4")
    assert any(isinstance(part, Image) for part in found[2].parts)
    assert "some words on a page" in words(found[3])
    assert "# Title" in words(found[4])
    await acting.session.close()


async def test_a_sub_agent_is_asked_for(tmp_path: Path) -> None:
    acting = Acting(tmp_path, [says("Yes.")])
    name = next(iter(acting.harness.agents), "")
    (wanted,) = await named(acting, name)
    assert (wanted.path, wanted.summary) == (f"@{name}", "sub-agent")
    assert f"sub-agent {name}" in words(wanted)
    acting.write(name, "a file of that name")
    acting.harness.provider = ScriptedProvider([says("Yes.")])
    (file,) = await named(acting, name)
    assert file.path == name
    await acting.session.close()


async def test_text_of_a_folder_nobody_vouched_for_is_marked(tmp_path: Path) -> None:
    acting = Acting(tmp_path, [says("Seen."), says("Seen.")])
    acting.write("a.txt", "one")
    assert [each.outside for each in await named(acting, "a.txt")] == [""]
    acting.harness.standing.policy = replace(acting.harness.policy, trusted=False)
    assert [each.outside for each in await named(acting, "a.txt")] == [UNTRUSTED]
    (heard,) = acting.harness.provenance.before(MAIN)
    assert (heard.source, heard.what) == (UNTRUSTED, "a.txt")
    await acting.session.close()


async def test_what_cannot_go_along_says_why_to_both(tmp_path: Path) -> None:
    acting = Acting(tmp_path, [says("Hm.")], deny=("Read(secret/**)",))
    acting.write("secret/key.txt", "hidden")
    (acting.root / "a.bin").write_bytes(b"\0\1\2" * 50)
    binary, secret = await named(acting, "a.bin", "secret/key.txt")
    assert "binary file" in binary.problem
    assert "Read(secret/**)" in secret.problem
    told = acting.harness.transcript.messages[0].text
    assert "The person named a.bin, which is not attached" in told
    assert "hidden" not in told
    await acting.session.close()


async def test_all_of_it_fits_the_models_window(tmp_path: Path) -> None:
    acting = Acting(tmp_path, [says("Seen.")])
    acting.harness.card = ModelCard(window=4096)
    for name in ("a.txt", "b.txt"):
        acting.write(name, "some words on a line\n" * 900)
    first, second = await named(acting, "a.txt", "b.txt")
    assert len(words(first)) + len(words(second)) < 8192 + 300
    assert "no more room" in words(first)
    assert "no more room" in words(second)
    assert first.summary == "900 lines, cut"
    await acting.session.close()


async def test_a_picture_for_a_model_that_sees_none_says_so(tmp_path: Path) -> None:
    acting = Acting(tmp_path, [says("Seen.")])
    acting.harness.card = replace(ModelCard(), images=False)
    (acting.root / "dot.png").write_bytes(picture())
    (attached,) = await named(acting, "dot.png")
    assert attached.summary.endswith("which this model does not see")
    await acting.session.close()


async def test_prompts_keep_their_order_whatever_has_to_be_read(tmp_path: Path) -> None:
    gate = asyncio.Event()
    acting = Acting(tmp_path, [ScriptedReply(text="Working on it now.", hold=gate.wait), says("More."), says("Done.")])
    acting.write("a.txt", "one\n")
    acting.session.send(Prompt(text="first", named=("a.txt",)))
    acting.session.send(Prompt(text="second"))
    await acting.until(TextDelta)
    acting.session.send(Prompt(text="third", named=("a.txt",)))
    gate.set()
    await acting.session.rest()
    said = [event.text for event in (*acting.all(PromptSubmitted), *acting.all(PromptSteered))]
    assert sorted(said) == ["first", "second", "third"]
    assert acting.all(PromptSubmitted)[0].text == "first"
    assert [bool(each.attachments) for each in acting.all(PromptSteered) if each.text == "second"] == [False]
    await acting.session.close()


async def test_what_is_taken_back_or_closed_upon_while_it_is_read_is_never_sent(tmp_path: Path) -> None:
    acting = Acting(tmp_path, [says("Never.")])
    acting.write("a.txt", "one\n")
    cursor = acting.session.stream.cursor()
    acting.session.send(Prompt(text="first", named=("a.txt",)))
    acting.session.send(Retract())
    acting.session.send(Prompt(text="second", named=("a.txt",)))
    await acting.session.close()
    assert acting.all(PromptSubmitted) == []
    queues = [record.event.texts for record in cursor.take() if isinstance(record.event, PromptQueued)]
    assert ("first",) in queues
