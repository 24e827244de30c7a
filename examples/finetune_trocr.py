"""Fine-tune a TrOCR checkpoint on your own text lines, or train a small one from nothing.

Your lines are a folder of images (`letter-01.png`) with their transcription beside them (`letter-01.gt.txt`):

    pip install 'ocr-plugins[trocr]' accelerate jiwer
    python examples/finetune_trocr.py --model microsoft/trocr-base-handwritten --lines my-lines --steps 2000 --out mine
    ocr-plugins convert letter.pdf --engine trocr -O model=mine

Without `--model` a small model (3 million parameters, characters as tokens) is trained from nothing on rendered lines,
in an hour on two CPU cores; `pip install wordfreq` for its words, more `--fonts` for more kinds of print:

    python examples/finetune_trocr.py --fonts /usr/share/fonts --steps 20000 --out small

On a GPU, `--bf16` halves the memory. A batch that does not fit is made smaller by itself; `--gradient-accumulation 4`
learns from four of them at once.

The last line printed is the character error rate on lines that were not trained on.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jiwer
import numpy as np
import torch
from PIL import Image, ImageOps
from rendered_lines import CHARACTERS, bundled_fonts, fonts_in, rendered_line
from tokenizers import Tokenizer, decoders, models, processors
from torch.nn.functional import ctc_loss
from torch.utils.data import ConcatDataset, Dataset
from transformers import (
    DonutImageProcessorPil,
    EvalPrediction,
    PreTrainedTokenizerFast,
    Seq2SeqTrainer,
    Seq2SeqTrainingArguments,
    TrOCRConfig,
    TrOCRProcessor,
    VisionEncoderDecoderConfig,
    VisionEncoderDecoderModel,
    ViTConfig,
)

from ocr_plugins import SUFFIXES

MOST_TOKENS = 128


class RenderedLines(Dataset[dict[str, Any]]):  # type: ignore[misc]
    """`count` lines rendered when they are asked for; if `growing`, longer ones the further the training is."""

    def __init__(
        self, processor: TrOCRProcessor, words: list[str], fonts: list[str], count: int, seed: int, growing: bool
    ) -> None:
        self.processor, self.words, self.fonts, self.count = processor, words, fonts, count
        self.seed, self.growing = seed, growing

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: int) -> dict[str, Any]:
        trained = index / self.count if self.growing else 1.0
        # Letters first, on clean paper and in few fonts; then longer and longer lines as scanners leave them.
        easy = trained < 0.1
        longest = 6 if easy else min(6 + int(60 * (trained - 0.1)), 34)
        fonts = self.fonts[:5] if easy else self.fonts
        rng = np.random.default_rng([self.seed, index])
        worn = not easy and rng.random() < 0.75
        line = rendered_line(rng, self.words, fonts, 1 + longest // 6, longest, worn=worn)
        return features(self.processor, line.image, line.text)


def line_pairs(folder: Path) -> list[tuple[Path, str]]:
    """Every line image of a folder and those below it that has its transcription beside it, with the transcription."""
    images = (path for path in sorted(folder.rglob("*")) if path.suffix.lower() in SUFFIXES - {".pdf"})
    files = ((image, image.with_name(f"{image.stem}.gt.txt")) for image in images)
    texts = ((image, file.read_text(encoding="utf-8").strip()) for image, file in files if file.is_file())
    return [(image, text) for image, text in texts if text]


class LineFolder(Dataset[dict[str, Any]]):  # type: ignore[misc]
    """Line images with their transcriptions (`name.gt.txt` beside `name.png`), of a folder and those below it."""

    def __init__(self, processor: TrOCRProcessor, pairs: list[tuple[Path, str]]) -> None:
        self.processor, self.pairs = processor, pairs

    def __len__(self) -> int:
        return len(self.pairs)

    def __getitem__(self, index: int) -> dict[str, Any]:
        path, text = self.pairs[index]
        with Image.open(path) as image:
            return features(self.processor, ImageOps.exif_transpose(image), text)


def features(processor: TrOCRProcessor, image: Image.Image, text: str) -> dict[str, Any]:
    """What the model is trained on: the pixels as its processor gives them, the text's token ids as labels."""
    labels = processor.tokenizer(text, truncation=True, max_length=MOST_TOKENS).input_ids
    return {"pixel_values": processor(image.convert("RGB"), return_tensors="pt").pixel_values[0], "labels": labels}


def collate(rows: Sequence[dict[str, Any]]) -> dict[str, torch.Tensor]:
    """A batch; labels are padded with -100, which the loss passes over."""
    longest = max(len(row["labels"]) for row in rows)
    labels = [row["labels"] + [-100] * (longest - len(row["labels"])) for row in rows]
    return {"pixel_values": torch.stack([row["pixel_values"] for row in rows]), "labels": torch.tensor(labels)}


def small_processor() -> TrOCRProcessor:
    """Lines of 32 × 320 pixels, padded to it and not squeezed, which is easier to learn; a token for each character."""
    vocabulary = {token: number for number, token in enumerate(["<s>", "<pad>", "</s>", "<unk>", *CHARACTERS])}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[], unk_token="<unk>"))
    tokenizer.decoder = decoders.Fuse()
    tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 2)])
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", pad_token="<pad>", eos_token="</s>", unk_token="<unk>"
    )
    return TrOCRProcessor(DonutImageProcessorPil(size={"height": 32, "width": 320}), fast)


def small_model(processor: TrOCRProcessor) -> VisionEncoderDecoderModel:
    """TrOCR's architecture (ViT encoder, TrOCR decoder) in 3 million parameters."""
    encoder = ViTConfig(
        image_size=(32, 320), patch_size=(32, 8), hidden_size=192, num_hidden_layers=4,
        num_attention_heads=4, intermediate_size=768, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
    )  # fmt: skip
    decoder = TrOCRConfig(
        vocab_size=len(processor.tokenizer), d_model=192, decoder_layers=2, decoder_attention_heads=4,
        decoder_ffn_dim=768, max_position_embeddings=MOST_TOKENS, dropout=0.0, cross_attention_hidden_size=192,
        bos_token_id=0, pad_token_id=1, eos_token_id=2, decoder_start_token_id=0,
    )  # fmt: skip
    config = VisionEncoderDecoderConfig.from_encoder_decoder_configs(
        encoder, decoder, decoder_start_token_id=0, pad_token_id=1, eos_token_id=2
    )
    model = VisionEncoderDecoderModel(config=config)
    model.generation_config.update(
        decoder_start_token_id=0, bos_token_id=0, pad_token_id=1, eos_token_id=2, max_length=MOST_TOKENS
    )
    return model


def pretrained_model(name: str, processor: TrOCRProcessor) -> VisionEncoderDecoderModel:
    """A checkpoint with its special tokens where training looks for them: published ones have them in the decoder."""
    model = VisionEncoderDecoderModel.from_pretrained(name, dtype=torch.float32)
    config, tokenizer = model.config, processor.tokenizer
    otherwise = {
        "decoder_start_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
        "eos_token_id": tokenizer.sep_token_id if tokenizer.eos_token_id is None else tokenizer.eos_token_id,
    }
    for field, last in otherwise.items():
        found = (getattr(part, field, None) for part in (config, model.generation_config, config.decoder))
        chosen = next((token for token in found if token is not None), last)
        setattr(config, field, chosen)
        setattr(model.generation_config, field, chosen)
    config.vocab_size = config.decoder.vocab_size
    model.generation_config.update(use_cache=True, max_length=MOST_TOKENS)
    for module in model.modules():
        # Sinusoidal positions are in no file, and transformers 5 leaves them without values.
        if getattr(getattr(module, "weights", None), "is_meta", False):
            module.weights = module.get_embedding(*module.weights.shape, module.padding_idx)
    return model


class AlignedTrainer(Seq2SeqTrainer):  # type: ignore[misc]
    """Trains the encoder to spell along the line as well, by CTC, while a model learns to read from nothing.

    Without it, a decoder is soon a good guesser of words that never looks at the image (Kim, Hori and Watanabe, "Joint
    CTC-attention based end-to-end speech recognition", https://arxiv.org/abs/1609.06773).
    """

    def compute_loss(self, model: Any, inputs: dict[str, torch.Tensor], return_outputs: bool = False, **_: Any) -> Any:
        labels = inputs["labels"]
        encoded = model.encoder(inputs["pixel_values"]).last_hidden_state
        outputs = model(encoder_outputs=(encoded,), labels=labels)
        spelled = labels > 3
        scores = model.ctc_head(encoded[:, 1:]).log_softmax(-1).transpose(0, 1)
        columns = torch.full((len(labels),), len(scores))
        ctc = ctc_loss(scores, labels[spelled], columns, spelled.sum(1), blank=1, zero_infinity=True)
        loss = outputs.loss + (ctc if model.training else 0)
        return (loss, outputs) if return_outputs else loss


def words_of_english() -> list[str]:
    """The thirty thousand most frequent English words, the most frequent first."""
    import wordfreq

    return [word for word in wordfreq.top_n_list("en", 30_000) if word.isascii()]


def error_rate(processor: TrOCRProcessor, prediction: EvalPrediction) -> dict[str, float]:
    """The character error rate of what the model reads when it runs free."""
    pad = processor.tokenizer.pad_token_id
    read, truth = (
        processor.tokenizer.batch_decode(np.where(np.asarray(ids) < 0, pad, ids), skip_special_tokens=True)
        for ids in (prediction.predictions, prediction.label_ids)
    )
    return {"cer": float(jiwer.cer(truth, read))}


def main() -> None:
    """Train, then write the checkpoint in half precision."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--model", help="checkpoint to start from, a hub id or a folder; without it a small one")
    options.add_argument("--lines", type=Path, action="append", default=[], help="folder of line images with .gt.txt")
    options.add_argument("--fonts", type=Path, action="append", default=[], help="folder of fonts to render lines with")
    options.add_argument("--steps", type=int, default=2000)
    options.add_argument("--batch-size", type=int, default=48, help="lines at once; fewer where they do not fit")
    options.add_argument("--gradient-accumulation", type=int, default=1, help="batches to learn from at once")
    options.add_argument("--bf16", action="store_true", help="compute in bfloat16: half the memory, faster on new GPUs")
    options.add_argument("--rate", type=float, help="peak learning rate: 1e-3 from nothing, 5e-5 from a checkpoint")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--out", type=Path, required=True, help="folder to write the checkpoint to")
    chosen = options.parse_args()

    if chosen.model:
        processor = TrOCRProcessor.from_pretrained(chosen.model)
        model = pretrained_model(chosen.model, processor)
    else:
        torch.manual_seed(chosen.seed)
        processor = small_processor()
        model = small_model(processor)
        model.ctc_head = torch.nn.Linear(model.config.encoder.hidden_size, len(processor.tokenizer))
    own = [pair for folder in chosen.lines for pair in line_pairs(folder)]
    if chosen.lines and not own:
        options.error("no line images with transcriptions: name.png with name.gt.txt beside it")
    np.random.default_rng(chosen.seed).shuffle(own)
    tenth = -(-len(own) // 10)
    held_out, own = own[:tenth], own[tenth:]
    sets: list[Dataset[dict[str, Any]]] = [LineFolder(processor, own)] if own else []
    unseen: Dataset[dict[str, Any]] = LineFolder(processor, held_out)
    if not chosen.model or chosen.fonts:
        # The bundled fonts several times: they are what tests and made pages are set in.
        words, fonts = words_of_english(), 5 * bundled_fonts() + fonts_in(chosen.fonts)
        count = chosen.steps * chosen.gradient_accumulation * chosen.batch_size if not own else len(own)
        sets.append(RenderedLines(processor, words, fonts, count, chosen.seed, not chosen.model))
        unseen = unseen if held_out else RenderedLines(processor, words, fonts, 200, chosen.seed + 1, False)

    trainer = (Seq2SeqTrainer if chosen.model else AlignedTrainer)(
        model=model,
        args=Seq2SeqTrainingArguments(
            output_dir=str(chosen.out / "training"),
            max_steps=chosen.steps,
            per_device_train_batch_size=chosen.batch_size,
            per_device_eval_batch_size=chosen.batch_size,
            auto_find_batch_size=True,
            gradient_accumulation_steps=chosen.gradient_accumulation,
            bf16=chosen.bf16,
            use_cpu=not torch.cuda.is_available() and not torch.backends.mps.is_available(),
            learning_rate=chosen.rate or (5e-5 if chosen.model else 1e-3),
            lr_scheduler_type="linear",
            warmup_steps=min(200, chosen.steps // 10),
            weight_decay=0.01,
            adam_beta2=0.98,
            train_sampling_strategy="random" if own else "sequential",
            dataloader_num_workers=1,
            dataloader_persistent_workers=True,
            dataloader_pin_memory=torch.cuda.is_available(),
            predict_with_generate=True,
            generation_max_length=MOST_TOKENS,
            eval_strategy="steps",
            eval_steps=max(chosen.steps // 10, 1),
            save_steps=max(chosen.steps // 10, 1),
            save_total_limit=1,
            logging_steps=100,
            report_to="none",
            seed=chosen.seed,
        ),
        train_dataset=ConcatDataset(sets),
        eval_dataset=unseen,
        data_collator=collate,
        compute_metrics=lambda prediction: error_rate(processor, prediction),
    )
    trainer.train()
    scores = trainer.evaluate()
    if not chosen.model:
        del model.ctc_head
    model.half().save_pretrained(chosen.out)
    processor.save_pretrained(chosen.out)
    print(f"CER on unseen lines: {scores['eval_cer']:.4f}")


if __name__ == "__main__":
    main()
