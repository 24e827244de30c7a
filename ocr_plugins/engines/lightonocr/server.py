"""Reading through a server with OpenAI's chat API: vLLM, SGLang, llama.cpp, ``transformers serve`` or a gateway.

Pages travel as PNG in data URIs, so the server fetches nothing, and answers are streamed, so a model that goes round in
circles is stopped at once: closing the connection frees its place on the server.
"""

from __future__ import annotations

import base64
import io
import os
import re
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import chain
from typing import TYPE_CHECKING, Any

from ocr_plugins.engines.lightonocr.address import SERVERS
from ocr_plugins.engines.lightonocr.attempts import Asked, Attempt
from ocr_plugins.engines.lightonocr.families import ANY_MODEL, UNKNOWN, Family, by_name
from ocr_plugins.engines.lightonocr.serving import OwnServer
from ocr_plugins.engines.lightonocr.stream import BrokenAnswerError, read_answer
from ocr_plugins.errors import EngineError, MissingDependencyError, OcrError
from ocr_plugins.runtime.threads import in_threads

if TYPE_CHECKING:
    from openai import APIConnectionError, APIStatusError, OpenAI
    from PIL.Image import Image

    from ocr_plugins.engines.lightonocr.options import LightOnOcrServerOptions, VlmServerOptions

__all__ = ["ServerBackend"]

# Seconds: to connect, and to tell the models' names.
CONNECT_TIMEOUT, NAMES_TIMEOUT = 10.0, 60.0
# How often a page is sent again: by openai where the server is overloaded, fails or does not begin an answer, by us
# where one breaks off; and where it takes too long, which may cost the whole time once more.
RETRIES, RETRIES_OF_SLOW = 4, 1
# Seconds before a page whose answer broke off is sent again, doubled each time.
PAUSE = 0.5
# Seconds that a stream is read at a stretch, waiting included, and that it is then left alone, so that several events
# are there at once: for each of them to wake a thread takes longer than to read it, and nobody watches the text grow.
BURST, NAP = 0.005, 0.1
# Characters of a server's own words in a message.
LONGEST_WORDS = 200
# HTTP status codes of overload and the like, which may pass by themselves.
PASSING = frozenset({408, 409, 429, 502, 503, 504})
# Of a request with something in it that the server does not know.
NOT_UNDERSTOOD = frozenset({400, 422, 501})
# Qwen3.5's chat templates begin with thinking.
NO_THINKING = {"chat_template_kwargs": {"enable_thinking": False}}


class ServerBackend:
    """Reads page images with a model on a server.

    It holds neither connection nor key between calls, and can be used by several threads at once. A server of its own
    it keeps until :meth:`close`.
    """

    def __init__(self, options: LightOnOcrServerOptions | VlmServerOptions, family: Family) -> None:
        self._options = options
        self.family = family
        self._own = OwnServer(options, family) if options.serve else None
        self._base_url = options.base_url or ""
        # What not every server understands; one that refuses it is asked again without the last, and so on.
        self._extras: dict[str, Any] = {"logprobs": True}
        if family == UNKNOWN or family.architecture == ANY_MODEL.architecture:
            # Of another name, it may be one of those that think unless they are told not to.
            self._extras["extra_body"] = NO_THINKING
        self._understood: dict[str, Any] = {}

    def read(self, asked: Iterator[Asked[Image]]) -> Iterator[tuple[int, Attempt | OcrError] | None]:
        """Read pages as they come, once each, many at the same time.

        Args:
            asked: Upright pages of any size, mode RGB.

        Yields:
            For each page, as soon as it is there, what the model wrote, or the
            :class:`~ocr_plugins.errors.EngineError` that says why nothing came and what to do about it. One page's
            error does not touch the others. None when nothing came for a while.

        Raises:
            MissingDependencyError: openai is not installed, or the server that is to be started.
            ModelError: That server would take the model for another one.
        """
        first = next(asked, None)
        if first is None:
            return
        if self._own:
            # It may take minutes, which nobody has to wait for.
            for told in in_threads(OwnServer.address, iter([self._own]), 1):
                if told is None:
                    yield None
                elif isinstance(told, str):
                    self._base_url = told
                else:
                    yield from ((page.key, told) for page in chain([first], asked))
                    return
        stopped = threading.Event()
        client = self._client(stopped)
        model = self._model_name(client)

        def read(page: Asked[Image]) -> tuple[int, Attempt | OcrError]:
            if isinstance(model, EngineError):
                return page.key, model
            request = self._request(model, page.image, page.temperature)
            return page.key, self._read(client, stopped, request, self._extras)

        try:
            with closing(in_threads(read, chain([first], asked), self._options.concurrency)) as results:
                yield from results
        except BaseException:
            # Ctrl-C, or nobody waits any more. Each thread closes what it holds, which is not safe from another.
            stopped.set()
            raise
        client.close()

    def close(self) -> None:
        """Stop the server if it is our own."""
        if self._own:
            self._own.close()

    def _client(self, stopped: threading.Event) -> OpenAI:
        try:
            import openai
        except ImportError as e:
            raise MissingDependencyError("openai is not installed: pip install 'ocr-plugins[server]'") from e

        def go_on(_request: object) -> None:
            if stopped.is_set():
                raise _StoppedError

        return openai.OpenAI(
            base_url=self._base_url,
            api_key=self._key or "none",
            max_retries=RETRIES,
            timeout=openai.Timeout(self._options.timeout, connect=CONNECT_TIMEOUT, pool=None),
            # A redirect would take the page, and perhaps the key, to another server; a proxy does not find our own.
            http_client=openai.DefaultHttpxClient(
                follow_redirects=False, event_hooks={"request": [go_on]}, trust_env=self._own is None
            ),
        )

    @property
    def _key_variable(self) -> str | None:
        options = self._options
        return options.api_key_env or ("OPENAI_API_KEY" if self._base_url.startswith("https:") else None)

    @property
    def _key(self) -> str:
        return os.environ.get(self._key_variable, "") if self._key_variable else ""

    def _model_name(self, client: OpenAI) -> str | EngineError:
        """What the server calls the model: by that name, or else the only one unless it is of another family."""
        options, wanted = self._options, self._options.model
        if options.served_model_name:
            return options.served_model_name
        if wanted and options.serve in SERVERS:
            # It was started with it; transformers serve would list others, which it does not serve.
            return wanted
        served = self._served(client)
        if isinstance(served, EngineError):
            return served
        if wanted and (wanted in served or not served):
            return wanted
        if not served:
            return EngineError(f"{self._server} does not tell what it serves: give the name as {options.name_option}.")
        if len(served) > 1:
            none = f", none of the name {wanted}" if wanted else ""
            return EngineError(
                f"{self._server} serves several models{none}. Choose with {options.name_option}: {', '.join(served)}."
            )
        # One that goes by a name of its own may well be the model; another of LightOn's is asked differently.
        if wanted is None or by_name(served[0]) in (None, by_name(wanted)):
            return served[0]
        return EngineError(f"{self._server} serves {served[0]}, not {wanted}: give its name as model.")

    def _served(self, client: OpenAI) -> list[str] | EngineError:
        """The names of the models, none where the server does not tell."""
        import openai

        seconds = openai.Timeout(min(self._options.timeout, NAMES_TIMEOUT), connect=CONNECT_TIMEOUT)
        try:
            # Hardly ever is a server that is down back within seconds.
            answer: object = client.with_options(max_retries=1, timeout=seconds).get("/models", cast_to=object)
        except openai.APIStatusError as e:
            # Some have no list: of transformers serve it is what lies in its cache, and fails where that is not there.
            return self._refused(e) if e.status_code in PASSING | {401, 403} else []
        except openai.APIConnectionError as e:
            return self._disconnected(e)
        except ValueError:
            return []
        match answer:
            case {"data": [*models]}:
                return [m["id"] for m in models if isinstance(m, dict) and isinstance(m.get("id"), str)]
        return []

    def _request(self, model: str, image: Image, temperature: float) -> dict[str, Any]:
        options, family = self._options, self.family
        page = _data_uri(image, options.longest_edge or family.longest_edge)
        content: list[dict[str, Any]] = [{"type": "image_url", "image_url": {"url": page}}]
        if prompt := family.prompt(grounding=options.grounding):
            content.append({"type": "text", "text": prompt})
        request: dict[str, Any] = {
            "model": model,
            "messages": [{"role": "user", "content": content}],
            "temperature": temperature,
            "top_p": family.top_p if options.top_p is None else options.top_p,
            "max_tokens": options.max_new_tokens or family.max_new_tokens,
            "stream": True,
        }
        # Where each request has a seed of its own, servers sample more slowly.
        if options.seed is not None:
            request["seed"] = options.seed
        if family.architecture == "qwen3_5":
            request["extra_body"] = NO_THINKING
        return request

    def _read(
        self, client: OpenAI, stopped: threading.Event, request: dict[str, Any], extras: dict[str, Any]
    ) -> Attempt | OcrError:
        """The answer, asked for again where it breaks off, and without the extras where they are refused."""
        import openai

        for tries in range(1 + RETRIES):
            try:
                answer = self._answer(client, stopped, request | extras)
                self._extras = self._understood = extras
                return answer
            except TimeoutError:
                failure, most = self._slow(), RETRIES_OF_SLOW
            except BrokenAnswerError as e:
                broke = f"The answer of the server at {self._base_url} broke off: {self._words(str(e))}."
                failure, most = EngineError(f"{broke} See {self._log}."), RETRIES
            except openai.NotFoundError as e:
                return self._not_found(client, request["model"], e)
            except openai.APIStatusError as e:
                if not extras or extras == self._understood or e.status_code not in NOT_UNDERSTOOD:
                    return self._refused(e)
                return self._read(client, stopped, request, dict(list(extras.items())[:-1]))
            except openai.APIConnectionError as e:
                return self._disconnected(e)
            if tries == most:
                break
            stopped.wait(PAUSE * 2**tries)
        return failure

    def _answer(self, client: OpenAI, stopped: threading.Event, request: dict[str, Any]) -> Attempt | OcrError:
        """What the model writes, once.

        Raises:
            TimeoutError: It takes too long.
            BrokenAnswerError: It does not come to its end.
            openai.APIError: The server does not begin one.
        """
        with client.chat.completions.with_streaming_response.create(**request) as response:
            kind = response.headers.get("content-type", "").partition(";")[0].lower()
            if kind == "text/event-stream":
                deadline = time.monotonic() + self._options.timeout
                pieces = _watched(response.iter_bytes(), deadline, stopped)
                return read_answer(pieces, stop_repeats=self._options.stop_repeats)
        return EngineError(
            f"{self._base_url} answered with {kind or 'something'} instead of a stream of text: give as "
            "base_url the address of a server with OpenAI's API, which usually ends in /v1."
        )

    @property
    def _log(self) -> str:
        return self._own.log() if self._own else "its log"

    @property
    def _server(self) -> str:
        return f"The server at {self._base_url}"

    def _slow(self) -> EngineError:
        return EngineError(
            f"{self._server} was not done after {self._options.timeout:g} s. Raise timeout, or lower concurrency "
            f"({self._options.concurrency}) if it has too much to do."
        )

    def _refused(self, e: APIStatusError) -> EngineError:
        status, said = e.status_code, self._words(e.body)
        server, code = self._server, f"{e.status_code}: {said}" if said else str(e.status_code)
        if status in (401, 403):
            if self._key:
                return EngineError(f"{server} does not accept the key in ${self._key_variable} ({code}).")
            variable = self._key_variable or "an environment variable, and the variable's name into api_key_env"
            return EngineError(f"{server} wants a key ({code}): put it into {variable}.")
        if status < 400:
            target = self._words(e.response.headers.get("location", "another address"))
            return EngineError(f"{server} redirects to {target}. Redirects are not followed: correct base_url.")
        if status not in PASSING and status != 500:
            return EngineError(f"{server} refuses the page ({code}).")
        overloaded = f"lower concurrency ({self._options.concurrency}) or try later"
        return EngineError(f"{server} failed ({code}): {overloaded if status == 429 else f'see {self._log}'}.")

    def _not_found(self, client: OpenAI, model: str, e: APIStatusError) -> EngineError:
        served, option = self._served(client), self._options.name_option
        if isinstance(served, list) and served:
            names = ", ".join(served)
            return EngineError(f"{self._server} has no model {model}. Choose with {option}: {names}.")
        return EngineError(
            f"{self._server} knows no chat completions, or no model {model} ({self._words(e.body)}): "
            f"base_url usually ends in /v1, and {option} is what the server calls the model."
        )

    def _disconnected(self, e: APIConnectionError) -> EngineError:
        # Of httpx or httpx2, whichever the installed openai uses.
        cause = type(e.__cause__).__name__
        if self._own and (died := self._own.death()):
            return died
        if self._own is None and cause in ("ConnectError", "ConnectTimeout"):
            return EngineError(
                f"No server answers at {self._base_url} ({e.__cause__ or cause}). Correct base_url, or start "
                f"one: vllm serve {self._options.model or 'MODEL'} --limit-mm-per-prompt '{{\"image\": 1}}'"
            )
        if cause == "ReadTimeout":
            return self._slow()
        return EngineError(f"{self._server} cut the connection ({cause}): see {self._log}.")

    def _words(self, said: object) -> str:
        """What a server says, in a short line without markup, and without the key if it repeats it."""
        while isinstance(said, dict):
            said = next((said[k] for k in ("message", "error", "detail") if said.get(k)), "")
        words = " ".join(re.sub(r"<[^>]*>", " ", str(said or "")).split())
        return (words.replace(self._key, "…") if self._key else words)[:LONGEST_WORDS]


class _StoppedError(Exception):
    """Nobody waits for the answer any more."""


def _watched(pieces: Iterator[bytes], deadline: float, stopped: threading.Event) -> Iterator[bytes]:
    """The pieces of a response, up to a time of :func:`time.monotonic` or until it is to stop.

    Raises:
        TimeoutError: It is later than that, or the server was silent for too long.
        BrokenAnswerError: The connection was cut.
    """
    try:
        woke = time.monotonic()
        for piece in pieces:
            now = time.monotonic()
            if now > deadline:
                raise TimeoutError
            if now - woke > BURST:
                if stopped.wait(NAP):
                    raise _StoppedError
                woke = time.monotonic()
            yield piece
    except (TimeoutError, _StoppedError):
        raise
    except Exception as e:
        # Of httpx or httpx2, whichever the installed openai uses.
        name = type(e).__name__
        raise TimeoutError if name == "ReadTimeout" else BrokenAnswerError(f"the connection was cut ({name})") from None


def _data_uri(image: Image, longest_edge: int) -> str:
    scale = min(1.0, longest_edge / max(image.size))
    # A copy, even at its own size: Pillow leaves settings on the image that it saves.
    image = image.resize((max(1, int(image.width * scale)), max(1, int(image.height * scale))))
    file = io.BytesIO()
    # More compression takes longer than the network does.
    image.save(file, "PNG", compress_level=1)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
