"""What servers say of their models, each in its own words, over a real socket."""

import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from claw_core.catalog import card
from claw_core.dialects.listing import Served, asking, llama_cpp, lmstudio, ollama, plain


@contextmanager
def server(pages: Mapping[str, Any]) -> Generator[str]:
    """A server that has these pages, a POST by its body's `model`; the base address of its API."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer(pages.get(self.path))

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.answer(pages.get(f"{self.path} {body['model']}"))

        def answer(self, page: Any) -> None:
            self.send_response(404 if page is None else 200)
            self.end_headers()
            self.wfile.write(b"" if page is None else json.dumps(page).encode())

        def log_request(self, code: Any = None, size: Any = None) -> None:
            """Say nothing."""

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=running.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{running.server_port}/v1"
    finally:
        running.shutdown()
        thread.join()
        running.server_close()


OLLAMA = {
    "/api/tags": {
        "models": [
            {"name": "qwen3:8b", "details": {"parameter_size": "8.2B"}},
            {"name": "gemma3:4b", "details": {"parameter_size": "4.3B"}},
        ]
    },
    "/api/ps": {"models": [{"name": "qwen3:8b", "context_length": 8192}]},
    "/api/show qwen3:8b": {"capabilities": ["completion", "tools"], "model_info": {"qwen3.context_length": 40960}},
    "/api/show gemma3:4b": {"capabilities": ["vision"], "model_info": {"gemma3.context_length": 131072}},
}


def test_ollama_says_what_its_models_can_and_with_which_window_one_is_loaded() -> None:
    with server(OLLAMA) as url:
        assert ollama(asking(url, "", 5), None) == (
            Served(name="gemma3:4b", window=131072, tools=False, images=True, small=True),
            Served(name="qwen3:8b", window=8192, tools=True, images=False, small=False),
        )
        known = card("ollama", "gemma3:4b", url=url)
    assert (known.window, known.tools, known.images, known.profile) == (131072, False, True, "small")


def test_lm_studio_and_llama_cpp_do_in_their_own_words() -> None:
    told = {"id": "q", "type": "vlm", "max_context_length": 32768, "capabilities": ["tool_use"]}
    embedding = {"id": "e", "type": "embeddings"}
    with server({"/api/v0/models": {"data": [told, embedding]}}) as url:
        assert lmstudio(asking(url, "", 5), None) == (Served(name="q", window=32768, tools=True, images=True),)
    props = {
        "default_generation_settings": {"n_ctx": 4096},
        "modalities": {"vision": False},
        "chat_template_caps": {"supports_tool_calls": True},
    }
    with server({"/props": props, "/v1/models": {"data": [{"id": "x.gguf"}]}}) as url:
        assert llama_cpp(asking(url, "", 5), None) == (Served(name="x.gguf", window=4096, tools=True, images=False),)


def test_others_say_it_in_their_list_of_models() -> None:
    openrouter = {
        "id": "a/b",
        "context_length": 200000,
        "architecture": {"input_modalities": ["text", "image"]},
        "supported_parameters": ["tools"],
    }
    mistral = {"id": "m", "max_context_length": 128000, "capabilities": {"function_calling": True, "vision": False}}
    with server({"/v1/models": {"data": [openrouter, mistral, {"id": "v", "max_model_len": 4096}, {"x": 1}]}}) as url:
        assert plain(asking(url, "", 5), None) == (
            Served(name="a/b", window=200000, tools=True, images=True),
            Served(name="m", window=128000, tools=True, images=False),
            Served(name="v", window=4096),
        )


def test_a_server_that_is_another_one_is_asked_in_the_words_that_all_have() -> None:
    with server({"/v1/models": {"data": [{"id": "tiny"}]}}) as url:
        for listing in (ollama, lmstudio, llama_cpp):
            assert listing(asking(url, "", 5), None) == (Served(name="tiny"),)


def test_of_a_server_that_does_not_answer_nothing_is_known() -> None:
    known = card("ollama", "qwen3:8b", url="http://127.0.0.1:9/v1")
    assert (known.window, known.tools, known.images) == (None, None, None)
