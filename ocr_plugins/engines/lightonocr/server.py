"""Reading through a server with OpenAI's chat API: vLLM, SGLang, llama.cpp, ``transformers serve`` or a gateway.

Pages travel as PNG in data URIs, so the server fetches nothing, and answers are streamed, so a model that goes round in
circles is stopped at once: closing the connection frees its place on the server.
"""

from __future__ import annotations

import asyncio
import base64
import io
import os
import random
import re
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from ocr_plugins.engines.lightonocr.attempts import Attempt
from ocr_plugins.engines.lightonocr.families import by_name
from ocr_plugins.engines.lightonocr.stream import BrokenAnswerError, read_answer
from ocr_plugins.errors import EngineError, MissingDependencyError, OcrError, OptionError

if TYPE_CHECKING:
    from openai import APIConnectionError, APIStatusError, AsyncOpenAI
    from PIL.Image import Image

__all__ = ["ServerBackend", "api_url"]

T = TypeVar("T")

# Seconds: to connect, and to tell the models' names.
CONNECT_TIMEOUT, NAMES_TIMEOUT = 10.0, 60.0
# Seconds before the first retry, doubled for each further one, and the longest that a server may ask for.
BACKOFF, LONGEST_WAIT = 0.5, 120.0
# Characters of a server's own words in a message.
LONGEST_WORDS = 200
# What people paste together with the address.
ENDPOINTS = ("/chat/completions", "/completions", "/models")
# HTTP status codes of failures that may pass by themselves.
PASSING = frozenset({408, 409, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerBackend:
    """Generates text for page images on a server.

    It holds neither connection nor key between calls: it can be pickled, and used by several threads at once.

    Attributes:
        base_url: The server's address, such as ``http://localhost:8000/v1``; without a path, ``/v1`` is added.
        model: The model's name. The server is asked which models it serves: this one is taken, or else the only one,
            unless its name tells that it is of another family.
        served_model_name: What the server calls the model, for servers that do not tell or serve several.
        prompt: Sent after the image; empty for the image alone.
        longest_edge: Pixels to which larger pages are reduced; smaller ones are never enlarged.
        max_tokens: The length at which an answer is cut off.
        top_p: The share of probability that is sampled from, 0..1.
        stop_repeats: Stop an answer that only repeats itself, and leave the repetitions out.
        seed: For servers that sample reproducibly; None leaves it to the server.
        template_arguments: For the chat template on the server, such as ``{"enable_thinking": False}``.
        api_key_env: The environment variable that holds the key. None for ``OPENAI_API_KEY`` over https and no key over
            http, where it could be read on the way.
        concurrency: Pages that are under way at once, per call.
        timeout: Seconds for a page, from its request to the end of the answer.
        retries: How often a page is sent again when the server is overloaded, fails or cuts the connection.

    Raises:
        OptionError: ``base_url`` is not the address of a server or has a key in it, or ``api_key_env`` is a key.
    """

    base_url: str
    model: str
    served_model_name: str | None = None
    prompt: str = ""
    longest_edge: int = 1540
    max_tokens: int = 4096
    top_p: float = 0.9
    stop_repeats: bool = True
    seed: int | None = None
    template_arguments: Mapping[str, Any] = field(default_factory=dict)
    api_key_env: str | None = None
    concurrency: int = 64
    timeout: float = 600.0
    retries: int = 4

    def __post_init__(self) -> None:
        object.__setattr__(self, "base_url", api_url(self.base_url))
        if self.api_key_env is not None and not self.api_key_env.isidentifier():
            raise OptionError("api_key_env: give the name of the environment variable that holds the key, not the key.")

    def generate(self, images: Sequence[Image], *, temperature: float) -> list[Attempt | OcrError]:
        """Read pages, many at once.

        Args:
            images: Upright pages of any size, mode RGB.
            temperature: Of the sampling, 0 for greedy.

        Returns:
            For each page, in order, what the model wrote, or the :class:`~ocr_plugins.errors.EngineError` that says why
            nothing came and what to do about it. One page's error does not touch the others.

        Raises:
            MissingDependencyError: openai is not installed.
        """
        return _run(self._read_pages(images, temperature)) if images else []

    async def _read_pages(self, images: Sequence[Image], temperature: float) -> list[Attempt | OcrError]:
        async with self._client() as client:
            try:
                model = await self._retried(lambda: self._model_name(client), min(self.timeout, NAMES_TIMEOUT))
            except _RequestError as failure:
                return [EngineError(str(failure)) for _ in images]
            places = asyncio.Semaphore(self.concurrency)

            async def read(image: Image) -> Attempt | OcrError:
                async with places:
                    page = await asyncio.to_thread(_data_uri, image, self.longest_edge)
                    try:
                        return await self._retried(lambda: self._read(client, model, page, temperature), self.timeout)
                    except _RequestError as failure:
                        return EngineError(str(failure))

            return await asyncio.gather(*map(read, images))

    def _client(self) -> AsyncOpenAI:
        try:
            import openai
        except ImportError as e:
            raise MissingDependencyError("openai is not installed: pip install 'ocr-plugins[server]'") from e
        return openai.AsyncOpenAI(
            base_url=self.base_url,
            api_key=self._key or "none",
            max_retries=0,
            # A redirect would take the page, and perhaps the key, to another server.
            http_client=openai.DefaultAsyncHttpxClient(
                follow_redirects=False, timeout=openai.Timeout(None, connect=CONNECT_TIMEOUT)
            ),
        )

    @property
    def _key_variable(self) -> str | None:
        return self.api_key_env or ("OPENAI_API_KEY" if self.base_url.startswith("https:") else None)

    @property
    def _key(self) -> str:
        return os.environ.get(self._key_variable, "") if self._key_variable else ""

    async def _retried(self, request: Callable[[], Awaitable[T]], timeout: float) -> T:
        """What the request gives, made again after a failure that may pass."""
        tries = 0
        while True:
            try:
                async with asyncio.timeout(timeout):
                    return await request()
            except TimeoutError:
                failure = _RequestError(
                    f"The server at {self.base_url} was not done after {timeout:g} s. "
                    f"Raise timeout, or lower concurrency ({self.concurrency}) if it has too much to do.",
                    retries=1,
                )
            except _RequestError as e:
                failure = e
            tries += 1
            if tries > min(self.retries, failure.retries) or failure.wait > LONGEST_WAIT:
                raise failure
            await asyncio.sleep(max(failure.wait, BACKOFF * 2 ** (tries - 1) * random.uniform(0.75, 1.0)))

    async def _model_name(self, client: AsyncOpenAI) -> str:
        if self.served_model_name:
            return self.served_model_name
        served = await self._served(client)
        if self.model in served or not served:
            return self.model
        if len(served) == 1:
            # One that goes by a name of its own may well be the model; another of LightOn's is asked differently.
            if by_name(served[0]) in (None, by_name(self.model)):
                return served[0]
            raise _RequestError(
                f"The server at {self.base_url} serves {served[0]}, not {self.model}: give its name as model."
            )
        raise _RequestError(
            f"The server at {self.base_url} serves several models, none of the name {self.model}. "
            f"Choose with served_model_name: {', '.join(served)}."
        )

    async def _served(self, client: AsyncOpenAI) -> list[str]:
        """The names of the models, none where the server does not tell."""
        import openai

        try:
            answer: object = await client.get("/models", cast_to=object)
        except openai.APIStatusError as e:
            # Some have no list: of transformers serve it is what lies in its cache, and fails where that is not there.
            if e.status_code in PASSING - {500} or e.status_code in (401, 403):
                raise self._refused(e) from None
            return []
        except openai.APIConnectionError as e:
            raise self._disconnected(e) from None
        except ValueError:
            return []
        match answer:
            case {"data": [*models]}:
                return [m["id"] for m in models if isinstance(m, dict) and isinstance(m.get("id"), str)]
        return []

    async def _read(self, client: AsyncOpenAI, model: str, page: str, temperature: float) -> Attempt:
        import openai

        content: list[dict[str, Any]] = [{"type": "image_url", "image_url": {"url": page}}]
        if self.prompt:
            content.append({"type": "text", "text": self.prompt})
        request: dict[str, Any] = {
            "model": model,
            "messages": [{"role": "user", "content": content}],
            "temperature": temperature,
            "top_p": self.top_p,
            "max_tokens": self.max_tokens,
            "stream": True,
        }
        if self.seed is not None:
            request["seed"] = self.seed
        if self.template_arguments:
            request["extra_body"] = {"chat_template_kwargs": dict(self.template_arguments)}
        try:
            async with client.chat.completions.with_streaming_response.create(**request) as response:
                kind = response.headers.get("content-type", "").partition(";")[0].lower()
                if kind == "text/event-stream":
                    return await read_answer(response.iter_bytes(), stop_repeats=self.stop_repeats)
        except openai.NotFoundError as e:
            served = await self._served(client)
            raise self._not_found(model, served, e) from None
        except openai.APIStatusError as e:
            raise self._refused(e) from None
        except openai.APIConnectionError as e:
            raise self._disconnected(e) from None
        except BrokenAnswerError as e:
            raise _RequestError(
                f"The answer of the server at {self.base_url} broke off: {self._words(str(e))}. See the server's log.",
                retries=self.retries,
            ) from None
        raise _RequestError(
            f"{self.base_url} answered with {kind or 'something'} instead of a stream of text: give as base_url the "
            "address of a server with OpenAI's API, which usually ends in /v1."
        )

    def _refused(self, e: APIStatusError) -> _RequestError:
        status, said = e.status_code, self._words(e.body)
        server, code = f"The server at {self.base_url}", f"{e.status_code}: {said}" if said else str(e.status_code)
        if status in (401, 403):
            if self._key:
                return _RequestError(f"{server} does not accept the key in ${self._key_variable} ({code}).")
            variable = self._key_variable or "an environment variable, and the variable's name into api_key_env"
            return _RequestError(f"{server} wants a key ({code}): put it into {variable}.")
        if status < 400:
            target = self._words(e.response.headers.get("location", "another address"))
            return _RequestError(f"{server} redirects to {target}. Redirects are not followed: correct base_url.")
        if status not in PASSING:
            return _RequestError(f"{server} refuses the page ({code}).")
        remedy = f"lower concurrency ({self.concurrency}) or try later" if status == 429 else "see its log"
        return _RequestError(f"{server} failed ({code}): {remedy}.", retries=self.retries, wait=_retry_after(e))

    def _not_found(self, model: str, served: Sequence[str], e: APIStatusError) -> _RequestError:
        if served:
            return _RequestError(
                f"The server at {self.base_url} has no model {model}. "
                f"Choose with served_model_name: {', '.join(served)}."
            )
        return _RequestError(
            f"The server at {self.base_url} knows no chat completions, or no model {model} ({self._words(e.body)}): "
            "base_url usually ends in /v1, and served_model_name is what the server calls the model."
        )

    def _disconnected(self, e: APIConnectionError) -> _RequestError:
        cause = type(e.__cause__).__name__
        if cause in ("ConnectError", "ConnectTimeout"):
            return _RequestError(
                f"No server answers at {self.base_url} ({e.__cause__ or cause}). Correct base_url, or start one: "
                f"vllm serve {self.model} --limit-mm-per-prompt '{{\"image\": 1}}'",
                # Hardly ever is a server back within seconds, and the whole batch waits.
                retries=1,
            )
        return _RequestError(
            f"The server at {self.base_url} cut the connection ({cause}): see its log.", retries=self.retries
        )

    def _words(self, said: object) -> str:
        """What a server says, in a short line without markup, and without the key if it repeats it."""
        while isinstance(said, dict):
            said = next((said[k] for k in ("message", "error", "detail") if said.get(k)), "")
        words = " ".join(re.sub(r"<[^>]*>", " ", str(said or "")).split())
        return (words.replace(self._key, "…") if self._key else words)[:LONGEST_WORDS]


class _RequestError(Exception):
    """A request that gave nothing; the message is for the user.

    Attributes:
        retries: How often it is worth being tried again.
        wait: Seconds that the server asks to wait before.
    """

    def __init__(self, message: str, *, retries: int = 0, wait: float = 0.0) -> None:
        super().__init__(message)
        self.retries = retries
        self.wait = wait


def api_url(base_url: str) -> str:
    """The address below which the API lies, from what people give: with ``/v1`` if it has no path, without endpoints.

    Raises:
        OptionError: It is not the address of a server, or has a key in it.
    """
    address = base_url.strip()
    try:
        parts = urlsplit(address)
        usual = parts.scheme in ("http", "https") and parts.hostname is not None and parts.port != 0
    except ValueError:
        usual = False
    if not usual or not address.isprintable() or " " in address:
        raise OptionError(f"base_url={base_url!r}: give the address of the server, such as http://localhost:8000/v1.")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise OptionError("base_url: give the address alone, and a key in the environment variable of api_key_env.")
    path = parts.path.rstrip("/")
    for endpoint in ENDPOINTS:
        path = path.removesuffix(endpoint)
    return f"{parts.scheme}://{parts.netloc}{path or '/v1'}"


def _data_uri(image: Image, longest_edge: int) -> str:
    scale = min(1.0, longest_edge / max(image.size))
    # A copy, even at its own size: Pillow leaves settings on the image that it saves.
    image = image.resize((max(1, int(image.width * scale)), max(1, int(image.height * scale))))
    file = io.BytesIO()
    # More compression takes longer than the network does.
    image.save(file, "PNG", compress_level=1)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def _retry_after(e: APIStatusError) -> float:
    """Seconds that the server asks to wait, 0 if it does not."""
    asked = e.response.headers.get("retry-after", "")
    try:
        return max(0.0, float(asked))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(asked).timestamp() - time.time())
    except (TypeError, ValueError, OverflowError):
        return 0.0


def _run(work: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine, also where this thread has an event loop running, as in a notebook."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    begun: list[tuple[asyncio.AbstractEventLoop, asyncio.Task[Any]]] = []

    async def cancellable() -> T:
        task = asyncio.current_task()
        assert task is not None
        begun.append((task.get_loop(), task))
        return await work

    with ThreadPoolExecutor(1, thread_name_prefix="ocr-plugins") as pool:
        result = pool.submit(asyncio.run, cancellable())
        try:
            return result.result()
        except KeyboardInterrupt:
            for loop, task in begun:
                # Closed, if it has come to its end just now.
                with suppress(RuntimeError):
                    loop.call_soon_threadsafe(task.cancel)
            raise
