"""A tiny model in a real GGUF file, made of random numbers but for what it is to say.

It is a Llama of one layer whose attention adds nothing, so that each token alone decides the next: `chain` says which
follows which, all else is chance. So the whole way of a real model is gone (file, vocabulary, template, grammar,
sampling), and what comes of it is known.
"""

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

WIDTH = 384
"""One number for each token of the vocabulary: every token is a direction of its own."""
CERTAIN = 60.0
"""How much likelier a token is that is to follow than one that is not."""
WINDOW = 4096
MARKS = ("<|im_start|>", "<|im_end|>", "<fake_token_around_image>", "<global-img>")
SPACE = "\u2581"
"""How SentencePiece writes one."""
WORDS = ("<tool_call>", "</tool_call>", "<think>", "</think>", "assistant", "Hello", " world", "<function=look>")
TEMPLATE = """\
{%- if tools %}<|im_start|>system
{% for tool in tools %}{{ tool | tojson }}
{% endfor %}Call within <tool_call></tool_call>.<|im_end|>
{% endif %}
{%- for message in messages %}<|im_start|>{{ message.role }}
{{ message.content }}
{%- for call in message.tool_calls or [] %}<tool_call>{{ call.function | tojson }}</tool_call>{% endfor %}<|im_end|>
{% endfor %}
{%- if add_generation_prompt %}<|im_start|>assistant{% endif %}"""
"""In the manner of ChatML; the answer follows the word `assistant`, which is one token."""


def vocabulary() -> list[str]:
    """Every token: what SentencePiece begins with, a token for each byte, then ours."""
    return ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256)), *MARKS, *WORDS, SPACE]


def token(text: str) -> int:
    """The token that is this text: a word of the vocabulary, or one character."""
    known = vocabulary()
    text = text.replace(" ", SPACE) if text == " " else text
    return known.index(text) if text in known else known.index(f"<0x{ord(text):02X}>")


def write_model(
    path: Path, chain: Sequence[tuple[str, str]] = (), *, template: str | None = TEMPLATE, seed: int = 1
) -> Path:
    """A model in which each pair's first token is followed by the second."""
    gguf: Any = import_module("gguf")
    numpy: Any = import_module("numpy")
    chance = numpy.random.default_rng(seed)

    def numbers(*shape: int, scale: float = 0.1) -> Any:
        return (chance.standard_normal(shape) * scale).astype(numpy.float32)

    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_name("Tiny")
    writer.add_context_length(WINDOW)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(1)
    writer.add_feed_forward_length(32)
    writer.add_head_count(4)
    writer.add_head_count_kv(2)
    writer.add_rope_dimension_count(WIDTH // 4)
    writer.add_layer_norm_rms_eps(1e-5)
    _add_vocabulary(writer, gguf)
    if template is not None:
        writer.add_chat_template(template)

    known = vocabulary()
    eye = numpy.zeros((WIDTH, WIDTH), dtype=numpy.float32)
    eye[numpy.arange(WIDTH), numpy.arange(WIDTH)] = 1.0
    follows = numbers(len(known), WIDTH)
    for before, after in chain:
        follows[token(after), token(before)] = CERTAIN / WIDTH**0.5
    layer: Mapping[str, Any] = {
        "attn_norm": numpy.ones(WIDTH, dtype=numpy.float32),
        "attn_q": numbers(WIDTH, WIDTH),
        "attn_k": numbers(WIDTH // 2, WIDTH),
        "attn_v": numbers(WIDTH // 2, WIDTH),
        "attn_output": numpy.zeros((WIDTH, WIDTH), dtype=numpy.float32),
        "ffn_norm": numpy.ones(WIDTH, dtype=numpy.float32),
        "ffn_gate": numbers(32, WIDTH),
        "ffn_up": numbers(32, WIDTH),
        "ffn_down": numpy.zeros((WIDTH, 32), dtype=numpy.float32),
    }
    writer.add_tensor("token_embd.weight", eye[: len(known)])
    for name, values in layer.items():
        writer.add_tensor(f"blk.0.{name}.weight", values)
    writer.add_tensor("output_norm.weight", numpy.ones(WIDTH, dtype=numpy.float32))
    writer.add_tensor("output.weight", follows)
    _finish(writer)
    return path


def write_projector(path: Path, *, seed: int = 2) -> Path:
    """What turns pictures into something that the tiny model reads; of the kind that SmolVLM2 has."""
    gguf: Any = import_module("gguf")
    numpy: Any = import_module("numpy")
    chance = numpy.random.default_rng(seed)
    wide, inner, side, patch, merged = 32, 64, 16, 4, 2

    def numbers(*shape: int) -> Any:
        return (chance.standard_normal(shape) * 0.1).astype(numpy.float32)

    writer = gguf.GGUFWriter(str(path), "clip")
    writer.add_string("clip.projector_type", "idefics3")
    writer.add_bool("clip.has_vision_encoder", True)
    writer.add_bool("clip.use_gelu", True)
    for name, number in {
        "image_size": side,
        "preproc_image_size": side,
        "patch_size": patch,
        "embedding_length": wide,
        "feed_forward_length": inner,
        "projection_dim": WIDTH,
        "block_count": 1,
        "attention.head_count": 4,
        "projector.scale_factor": merged,
    }.items():
        writer.add_uint32(f"clip.vision.{name}", number)
    writer.add_float32("clip.vision.attention.layer_norm_epsilon", 1e-6)
    writer.add_array("clip.vision.image_mean", [0.5, 0.5, 0.5])
    writer.add_array("clip.vision.image_std", [0.5, 0.5, 0.5])
    ones, nothing = numpy.ones(wide, dtype=numpy.float32), numpy.zeros(wide, dtype=numpy.float32)
    tensors: dict[str, Any] = {
        "v.patch_embd.weight": numbers(wide, 3, patch, patch),
        "v.patch_embd.bias": nothing,
        "v.position_embd.weight": numbers((side // patch) ** 2, wide),
        "v.post_ln.weight": ones,
        "v.post_ln.bias": nothing,
        "v.blk.0.ffn_up.weight": numbers(inner, wide),
        "v.blk.0.ffn_up.bias": numbers(inner),
        "v.blk.0.ffn_down.weight": numbers(wide, inner),
        "v.blk.0.ffn_down.bias": nothing,
        "mm.model.fc.weight": numbers(WIDTH, wide * merged * merged),
    }
    for name in ("attn_q", "attn_k", "attn_v", "attn_out"):
        tensors |= {f"v.blk.0.{name}.weight": numbers(wide, wide), f"v.blk.0.{name}.bias": nothing}
    for name in ("ln1", "ln2"):
        tensors |= {f"v.blk.0.{name}.weight": ones, f"v.blk.0.{name}.bias": nothing}
    for name, values in tensors.items():
        writer.add_tensor(name, values)
    _finish(writer)
    return path


def _add_vocabulary(writer: Any, gguf: Any) -> None:
    kinds = gguf.TokenType
    known = vocabulary()
    of = {"<unk>": kinds.UNKNOWN, "<s>": kinds.CONTROL, "</s>": kinds.CONTROL}
    of |= dict.fromkeys(MARKS, kinds.CONTROL) | dict.fromkeys(WORDS, kinds.USER_DEFINED) | {SPACE: kinds.NORMAL}
    writer.add_tokenizer_model("llama")
    writer.add_token_list([text.encode() for text in known])
    writer.add_token_scores([0.0] * len(known))
    writer.add_token_types([int(of.get(text, kinds.BYTE)) for text in known])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(known.index("<|im_end|>"))
    writer.add_add_bos_token(False)
    writer.add_add_space_prefix(False)


def _finish(writer: Any) -> None:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
