"""Options: all of the pipeline's are there, or the user's own pipeline; what is wrong is refused at once."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from langchain_core.documents.base import Blob
from langchain_fakes import FAKE, Fake, Noted
from langchain_ocr_plugins import OcrBlobParser, OcrPluginsLoader

from ocr_plugins import Pipeline, Progress
from ocr_plugins.errors import CancelledError, OptionError, PageError

# Other than the defaults.
OPTIONS: dict[str, Any] = {
    "engine_options": {"detection_edge": 960},
    "text": "ocr",
    "layout": None,
    "upright": False,
    "batch_size": 3,
    "workers": 2,
    "images": "figures",
    "on_error": "raise",
}
MAKERS: list[Callable[..., OcrBlobParser | OcrPluginsLoader]] = [
    OcrBlobParser,
    lambda **options: OcrPluginsLoader("scan.pdf", **options),
]


@pytest.mark.parametrize("make", MAKERS)
def test_all_options_of_the_pipeline_reach_it(make: Callable[..., Any]) -> None:
    assert OPTIONS.keys() == {field.name for field in fields(Pipeline) if field.init} - {"engine"}
    assert make(**OPTIONS).pipeline == Pipeline(**OPTIONS)
    assert make(engine=FAKE).pipeline == Pipeline(FAKE)


def test_loader_and_parser_take_what_a_call_of_the_pipeline_does() -> None:
    call = inspect.signature(Pipeline.iter_pages).parameters.keys() - {"self", "source", "name"}
    for adapter in (OcrBlobParser, OcrPluginsLoader):
        assert call <= inspect.signature(adapter).parameters.keys()


def test_workers_read_the_same_in_the_same_order(scan: Path) -> None:
    alone, together = (OcrPluginsLoader(scan, engine=FAKE, workers=n).load() for n in (1, 2))
    assert together == alone


def test_progress_names_every_file_and_counts_its_pages(scan: Path, folder: Path) -> None:
    reported: list[Progress] = []
    OcrPluginsLoader([scan, folder / "a.pdf"], engine=FAKE, progress=reported.append).load()
    assert [(Path(p.source).name, p.done, p.total) for p in reported] == [
        ("scan.pdf", 1, 3),
        ("scan.pdf", 2, 3),
        ("scan.pdf", 3, 3),
        ("a.pdf", 1, 1),
    ]


@pytest.mark.parametrize("on_error", ["keep", "skip"])
def test_cancel_ends_loading_and_no_other_file_is_begun(scan: Path, folder: Path, on_error: Any) -> None:
    engine = Noted()
    cancel = lambda: len(engine.seen) >= 2  # noqa: E731
    loader = OcrPluginsLoader([scan, folder], engine=engine, batch_size=1, cancel=cancel, on_error=on_error)
    documents = loader.lazy_load()
    assert [next(documents).metadata["page"] for _ in range(2)] == [0, 1]
    with pytest.raises(CancelledError, match="2 of 3"):
        next(documents)
    assert engine.seen == [1, 2]


def test_an_own_pipeline_reads_for_all_that_have_it(scan: Path) -> None:
    pipeline = Pipeline(Noted(), batch_size=2)
    loader, parser = OcrPluginsLoader(scan, pipeline=pipeline), OcrBlobParser(pipeline=pipeline)
    assert loader.load() == parser.parse(Blob.from_path(scan))
    assert loader.pipeline is parser.pipeline is pipeline
    assert isinstance(pipeline.engine, Noted)
    assert pipeline.engine.seen == [1, 2, 3] * 2


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("name", OPTIONS)
def test_an_option_beside_an_own_pipeline_is_refused(make: Callable[..., Any], name: str) -> None:
    with pytest.raises(OptionError, match=f"^{name}: with pipeline="):
        make(pipeline=Pipeline(FAKE), **{name: OPTIONS[name]})


def test_an_engine_beside_an_own_pipeline_is_refused() -> None:
    with pytest.raises(OptionError, match=r"^engine: with pipeline="):
        OcrBlobParser(FAKE, pipeline=Pipeline(FAKE))


def test_an_own_pipeline_says_what_happens_to_failures_unless_they_are_skipped(scan: Path) -> None:
    failing = Fake(fail_on=2)
    with pytest.raises(PageError):
        OcrPluginsLoader(scan, pipeline=Pipeline(failing, on_error="raise")).load()
    assert len(OcrPluginsLoader(scan, pipeline=Pipeline(failing)).load()) == 3
    assert len(OcrPluginsLoader(scan, pipeline=Pipeline(failing), on_error="skip").load()) == 2
    with pytest.raises(OptionError, match="on_error='keep'"):
        OcrPluginsLoader(scan, pipeline=Pipeline(failing, on_error="raise"), on_error="skip")


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize(
    "wrong",
    [
        {"mode": "pages"},
        {"on_error": "ignore"},
        {"text": "images"},
        {"workers": 0},
        {"join_tables": True},
        {"page_breaks": True},
        {"max_tokens": 100},
        {"tokenizer": len},
        {"engine_options": {"nonsense": 1}},
    ],
    ids=str,
)
def test_a_wrong_option_is_refused_at_once_and_named(make: Callable[..., Any], wrong: dict[str, Any]) -> None:
    name, value = next(iter(wrong.items()))
    with pytest.raises(OptionError, match="nonsense" if isinstance(value, dict) else name):
        make(**wrong)
