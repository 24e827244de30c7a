"""Processor time that reading through a server costs this process, for each 1,000 events of the streams.

    python benchmarks/lightonocr_server.py                  # 64 pages under way, 50 events a second for each
    python benchmarks/lightonocr_server.py --rate 0         # as fast as the server can

A server in a process of its own streams answers of which every event is a word, as vLLM does. What requests and images
cost is measured with answers of a single event, and taken off. Only this process is counted, not the server.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import random
import time
from multiprocessing.connection import Connection

from ocr_plugins import OcrError, PageImage, get_engine
from ocr_plugins.testing import made_page

MODEL = "lightonai/LightOnOCR-2-1B"


def serve(port: Connection, rate: float) -> None:
    asyncio.run(_serve(port, rate))


async def _serve(port: Connection, rate: float) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await _head(reader):
            length = next(
                (line.split(b":")[1] for line in head.lower().splitlines() if b"content-length" in line), b"0"
            )
            asked = json.loads(await reader.readexactly(int(length)) or "{}")
            if not asked:
                body = json.dumps({"data": [{"id": MODEL}]}).encode()
                kind = b"content-type: application/json\r\ncontent-length: %d" % len(body)
                writer.write(b"HTTP/1.1 200 OK\r\n%s\r\n\r\n%s" % (kind, body))
                continue
            kind = b"content-type: text/event-stream\r\ntransfer-encoding: chunked"
            writer.write(b"HTTP/1.1 200 OK\r\n%s\r\n\r\n" % kind)
            count, words = asked["max_tokens"], random.Random(0)
            begun = time.perf_counter()
            for i in range(count):
                if rate:
                    await asyncio.sleep(begun + i / rate - time.perf_counter())
                writer.write(_chunk(_event(f" {words.getrandbits(24):06x}", "stop" if i == count - 1 else None)))
                await writer.drain()
            writer.write(_chunk(b"data: [DONE]\n\n") + _chunk(b""))

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()


async def _head(reader: asyncio.StreamReader) -> bytes:
    """Of the next request, empty where the connection has been closed."""
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return b""


def _event(text: str, reason: str | None) -> bytes:
    chunk = {
        "id": "chatcmpl-0123456789abcdef0123456789abcdef",
        "object": "chat.completion.chunk",
        "created": 1750000000,
        "model": MODEL,
        "choices": [{"index": 0, "delta": {"content": text}, "logprobs": None, "finish_reason": reason}],
    }
    return b"data: %s\n\n" % json.dumps(chunk).encode()


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def measured(port: int, streams: int, events: int) -> tuple[float, float]:
    """Seconds of processor time and seconds on the clock for a batch with so many events for each page."""
    engine = get_engine(
        "lightonocr-server", base_url=f"http://127.0.0.1:{port}", concurrency=streams, max_new_tokens=events
    )
    pages = [PageImage(made_page([f"page {i}"], size=(400, 300)), i) for i in range(streams)]
    cpu, clock = time.process_time(), time.perf_counter()
    results = engine.recognize(pages)
    spent = time.process_time() - cpu, time.perf_counter() - clock
    assert not any(isinstance(result, OcrError) or result.truncated for result in results)
    return spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--streams", type=int, default=64, help="pages under way at once")
    parser.add_argument("--events", type=int, default=1000, help="of each page")
    parser.add_argument("--rate", type=float, default=50, help="events of a page in a second; 0 for no limit")
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args()
    ours, theirs = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")
    server = context.Process(target=serve, args=(theirs, args.rate), daemon=True)
    server.start()
    port = ours.recv()
    measured(port, args.streams, 1)
    for _ in range(args.runs):
        fixed, _ = measured(port, args.streams, 1)
        spent, seconds = measured(port, args.streams, args.events)
        count = args.streams * (args.events - 1)
        print(
            f"{args.streams} streams, {count / seconds:.0f} events/s: "
            f"{(spent - fixed) / count * 1e6:.0f} ms of processor time per 1,000 events; {fixed:.2f} s for all requests"
        )
    server.terminate()


if __name__ == "__main__":
    main()
