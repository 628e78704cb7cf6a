"""What is read of a GGUF file before its model is loaded; whatever the file claims, no more than that is read."""

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claw_core.embedded.header import Header, read_header
from claw_core.embedded.weights import MOST_WINDOW, files_of, window_of
from claw_core.error import ModelFileUnusable, UnknownModel

SMOLLM3 = {
    "general.architecture": "smollm3",
    "general.name": "SmolLM3 3B",
    "smollm3.context_length": 65_536,
    "smollm3.embedding_length": 2_048,
    "smollm3.block_count": 36,
    "smollm3.attention.head_count": 16,
    "smollm3.attention.head_count_kv": 4,
}


def text(value: str) -> bytes:
    return struct.pack("<Q", len(value.encode())) + value.encode()


def gguf(entries: dict[str, str | int], *, count: int | None = None, version: int = 3) -> bytes:
    """The beginning of a file with these entries."""
    told = b"".join(
        text(name) + (struct.pack("<I", 8) + text(value) if isinstance(value, str) else struct.pack("<II", 4, value))
        for name, value in entries.items()
    )
    return b"GGUF" + struct.pack("<IQQ", version, 0, len(entries) if count is None else count) + told


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_a_file_says_what_it_holds(tmp_path: Path) -> None:
    header = read_header(written(tmp_path / "m.gguf", gguf(SMOLLM3)))
    assert header == Header(architecture="smollm3", name="SmolLM3 3B", window=65_536, token_bytes=73_728)


def test_what_comes_with_the_vocabulary_is_not_read(tmp_path: Path) -> None:
    data = gguf(SMOLLM3, count=99) + text("tokenizer.ggml.tokens") + b"whatever follows"
    assert read_header(written(tmp_path / "m.gguf", data)).name == "SmolLM3 3B"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "begin"),
        (b"PK\3\4 a zip", "begin"),
        (b"GGUF\3", "ends in the middle"),
        (gguf(SMOLLM3, version=9), "version is 9"),
        (gguf(SMOLLM3, count=1 << 40), "entries"),
        (gguf(SMOLLM3)[:-3], "ends in the middle"),
        (gguf({"general.name": "nobody"}), "what kind"),
        (b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 1 << 60), "claims to have"),
    ],
)
def test_what_is_no_model_is_said_to_be_none(tmp_path: Path, data: bytes, why: str) -> None:
    with pytest.raises(ModelFileUnusable, match=why):
        read_header(written(tmp_path / "m.gguf", data))


@given(st.binary(max_size=200), st.integers(0, 300), st.integers(0, 255))
def test_a_damaged_file_is_a_typed_error_or_a_header(rest: bytes, place: int, byte: int) -> None:
    import tempfile

    data = bytearray(gguf(SMOLLM3) + rest)
    data[place % len(data)] = byte
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder) / "m.gguf", bytes(data))
        try:
            header = read_header(path)
        except ModelFileUnusable:
            return
        assert header.window >= 0
        assert header.token_bytes >= 0


def test_the_window_is_what_the_model_and_the_memory_have_room_for(tmp_path: Path) -> None:
    small = {**SMOLLM3, "smollm3.context_length": 4_096}
    assert window_of(written(tmp_path / "small.gguf", gguf(small))) == 4_096
    wasteful = {**SMOLLM3, "smollm3.embedding_length": 1 << 24, "smollm3.attention.head_count_kv": 16}
    assert window_of(written(tmp_path / "wasteful.gguf", gguf(wasteful))) == 2_048
    assert window_of(written(tmp_path / "usual.gguf", gguf(SMOLLM3))) <= MOST_WINDOW


def test_what_only_sees_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelFileUnusable, match="only turns pictures"):
        window_of(written(tmp_path / "mmproj.gguf", gguf({"general.architecture": "clip"})))


def test_a_model_sees_by_the_file_beside_it_that_bears_its_name(tmp_path: Path) -> None:
    for name in ("Qwen-VL-Q4_K_M.gguf", "mmproj-Qwen-VL-Q8_0.gguf", "Llama-Q4.gguf"):
        (tmp_path / name).touch()
    assert files_of(str(tmp_path / "Qwen-VL-Q4_K_M.gguf"), tmp_path).projector == tmp_path / "mmproj-Qwen-VL-Q8_0.gguf"
    assert files_of(str(tmp_path / "Llama-Q4.gguf"), tmp_path).projector is None
    assert not files_of(str(tmp_path / "Llama-Q4.gguf"), tmp_path).missing


def test_known_models_are_fetched_and_others_are_named_by_their_files(tmp_path: Path) -> None:
    assert len(files_of("smollm3", tmp_path).missing) == 1
    assert len(files_of("smolvlm2", tmp_path).missing) == 2
    assert files_of("smolvlm2", tmp_path).sees
    with pytest.raises(UnknownModel, match="no local model named gpt"):
        files_of("gpt", tmp_path)
