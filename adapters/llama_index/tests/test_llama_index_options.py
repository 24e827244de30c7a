"""The reader's configuration: all options of the pipeline, or the user's own; in JSON, pickled, copied, checked."""

from __future__ import annotations

import inspect
import json
import pickle
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from llama_index.core.readers.base import ReaderConfig
from llama_index.readers.ocr_plugins import OcrPluginsReader
from llama_index_fakes import FAKE, Fake, Noted
from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

from ocr_plugins import Pipeline, Progress
from ocr_plugins.errors import CancelledError, PageError, UnknownEngineError

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
READERS = [
    OcrPluginsReader(),
    OcrPluginsReader(
        **OPTIONS, mode="document", furniture=True, join_tables=True, page_breaks=True, figures=False, pages=[1, 3]
    ),
    OcrPluginsReader(on_error="skip", pages=range(1, 3)),
    OcrPluginsReader(mode="chunk", max_tokens=256),
    OcrPluginsReader(pipeline=Pipeline(**OPTIONS), pages="1-3"),
    OcrPluginsReader(pipeline=Pipeline(text="layer"), on_error="skip"),
]


def test_all_options_of_the_pipeline_reach_it() -> None:
    assert OPTIONS.keys() == {field.name for field in fields(Pipeline) if field.init} - {"engine"}
    assert OcrPluginsReader(**OPTIONS).pipeline == Pipeline(**OPTIONS)
    assert OcrPluginsReader(engine=FAKE).pipeline == Pipeline(FAKE)


def test_the_reader_has_what_a_call_of_the_pipeline_takes() -> None:
    call = inspect.signature(Pipeline.iter_pages).parameters.keys() - {"self", "source", "name"}
    assert call <= OcrPluginsReader.model_fields.keys()


def test_workers_read_the_same_in_the_same_order(scan: Path) -> None:
    alone, together = (OcrPluginsReader(engine=FAKE, workers=n).load_data(scan) for n in (1, 2))
    assert [d.text for d in together] == [d.text for d in alone]


def test_progress_names_the_file_and_counts_its_pages(scan: Path) -> None:
    reported: list[Progress] = []
    OcrPluginsReader(engine=FAKE, progress=reported.append).load_data(scan)
    assert [(p.source, p.done, p.total) for p in reported] == [(str(scan), n, 3) for n in (1, 2, 3)]


@pytest.mark.parametrize("on_error", ["keep", "skip"])
def test_cancel_ends_loading(scan: Path, on_error: Any) -> None:
    engine = Noted()
    reader = OcrPluginsReader(engine=engine, batch_size=1, on_error=on_error, cancel=lambda: len(engine.seen) == 2)
    with pytest.raises(CancelledError, match="2 of 3"):
        reader.load_data(scan)
    assert engine.seen == [1, 2]


def test_an_own_pipeline_reads_for_all_that_have_it(scan: Path) -> None:
    pipeline = Pipeline(Noted(), batch_size=2)
    first, second = OcrPluginsReader(pipeline=pipeline), OcrPluginsReader(pipeline=pipeline, mode="document")
    assert len(first.load_data(scan) + second.load_data(scan)) == 4
    assert first.pipeline is second.pipeline is pipeline
    assert isinstance(pipeline.engine, Noted)
    assert pipeline.engine.seen == [1, 2, 3] * 2


def test_the_fields_of_a_reader_with_an_own_pipeline_are_its_options() -> None:
    reader = OcrPluginsReader(pipeline=Pipeline(**OPTIONS))
    assert {name: getattr(reader, name) for name in OPTIONS} == OPTIONS


@pytest.mark.parametrize(
    "option", [{"engine": "rapidocr"}, *({name: value} for name, value in OPTIONS.items())], ids=str
)
def test_an_option_beside_an_own_pipeline_is_refused(option: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"{next(iter(option))}: with pipeline=, give these to the Pipeline itself"):
        OcrPluginsReader(pipeline=Pipeline(FAKE), **option)


def test_an_own_pipeline_says_what_happens_to_failures_unless_they_are_skipped(scan: Path) -> None:
    failing = Fake(fail_on=2)
    with pytest.raises(PageError):
        OcrPluginsReader(pipeline=Pipeline(failing, on_error="raise")).load_data(scan)
    assert len(OcrPluginsReader(pipeline=Pipeline(failing)).load_data(scan)) == 3
    assert len(OcrPluginsReader(pipeline=Pipeline(failing), on_error="skip").load_data(scan)) == 2
    with pytest.raises(ValueError, match="on_error='skip'"):
        OcrPluginsReader(pipeline=Pipeline(failing, on_error="raise"), on_error="skip")


@pytest.mark.parametrize("reader", READERS, ids=str)
def test_a_reader_made_of_its_json_is_equal(reader: OcrPluginsReader) -> None:
    assert json.loads(reader.to_json())["class_name"] == "OcrPluginsReader"
    for again in (
        OcrPluginsReader.from_json(reader.to_json()),
        OcrPluginsReader.from_dict(reader.to_dict()),
        OcrPluginsReader.model_validate(reader.model_dump()),
        OcrPluginsReader.model_validate_json(reader.model_dump_json()),
    ):
        assert again == reader
        assert again.pipeline == reader.pipeline


def test_readers_of_other_options_are_not_equal() -> None:
    assert all(a != b for i, a in enumerate(READERS) for b in READERS[:i])


def test_the_reader_can_be_part_of_a_reader_config(scan: Path) -> None:
    config = ReaderConfig(reader=OcrPluginsReader(engine=FAKE), reader_args=[str(scan)])
    assert len(config.read()) == 3


def test_the_schema_describes_every_field_that_json_has() -> None:
    schema = OcrPluginsReader.model_json_schema()["properties"]
    assert OcrPluginsReader().to_dict().keys() <= schema.keys()
    assert all("description" in schema[name] for name in schema.keys() - {"class_name"})


def test_the_password_is_pickled_but_never_shown() -> None:
    reader = OcrPluginsReader(password="sesame")
    assert "sesame" not in reader.to_json() + repr(reader) + str(reader)
    assert pickle.loads(pickle.dumps(reader)).password == "sesame"
    with pytest.raises(ValidationError) as refused:
        OcrPluginsReader(password="sesame", join_tables=True)
    assert "sesame" not in str(refused.value)


def test_an_engine_object_cannot_be_written_as_json() -> None:
    with pytest.raises(PydanticSerializationError, match="Register it as a plugin"):
        OcrPluginsReader(engine=FAKE).to_dict()


@pytest.mark.parametrize("reader", READERS, ids=str)
def test_an_unpickled_reader_is_equal(reader: OcrPluginsReader) -> None:
    assert pickle.loads(pickle.dumps(reader)) == reader


def test_an_unpickled_reader_reads_the_same(scan: Path) -> None:
    reader = OcrPluginsReader(engine=Fake(texts=("mine",)), pages="2")
    again = pickle.loads(pickle.dumps(reader))
    assert again.load_data(scan) == reader.load_data(scan)
    assert again.pipeline.engine is again.engine


def test_what_cannot_be_pickled_is_not_left_out() -> None:
    with pytest.raises((pickle.PicklingError, AttributeError), match="pickle"):
        pickle.dumps(OcrPluginsReader(progress=lambda progress: None))


def test_a_copy_with_other_options_reads_by_them() -> None:
    reader = OcrPluginsReader(password="sesame", mode="document")
    other = reader.model_copy(update={"text": "ocr"})
    assert (other.pipeline.text, other.password, other.mode) == ("ocr", "sesame", "document")
    assert reader.model_copy() == reader
    with pytest.raises(ValidationError, match="text"):
        reader.model_copy(update={"text": "images"})


@pytest.mark.parametrize(
    "wrong",
    [
        {"mode": "pages"},
        {"page": "1"},
        {"on_error": "ignore"},
        {"workers": 0},
        {"pages": 1.5},
        {"join_tables": True},
        {"page_breaks": True},
        {"max_tokens": 100},
        {"tokenizer": len},
        {"pipeline": "rapidocr"},
    ],
    ids=str,
)
def test_a_wrong_option_is_refused_at_once_and_named(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        OcrPluginsReader(**wrong)


def test_a_wrong_engine_is_refused_at_once_and_named() -> None:
    with pytest.raises(UnknownEngineError, match="nonsense"):
        OcrPluginsReader(engine="nonsense")
    with pytest.raises(ValueError, match="nonsense"):
        OcrPluginsReader(engine_options={"nonsense": 1})


def test_the_configuration_is_fixed() -> None:
    reader = OcrPluginsReader()
    for name in ("text", "pipeline"):
        with pytest.raises(ValidationError, match="frozen"):
            setattr(reader, name, "ocr")
