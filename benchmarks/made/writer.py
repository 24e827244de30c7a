"""Sentences, headings, names and numbers, made by a small grammar: natural in what a reader of pages sees of them."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from benchmarks.made import words

# Of sentences in a paragraph, the least and the most.
SENTENCES = (2, 7)
# Of headings, the share that is a common one ("Results"), and the share that is so long that it may wrap.
COMMON_HEADING, LONG_HEADING = 0.4, 0.2


class Writer:
    """Writes in one language about one subject; the same seed writes the same."""

    def __init__(self, seed: str, language: str = "en") -> None:
        self.random = random.Random(seed)
        self.language = language
        self.nouns = words.SUBJECTS[self.random.choice(sorted(words.SUBJECTS))].split()
        # Whether Headings Have Capitals.
        self.title_case = language == "en" and self.random.random() < 0.6
        self._used: set[str] = set()

    def sentence(self) -> str:
        template = self.random.choice(words.SENTENCES[self.language])
        text = re.sub(r"\{(\w+)\}", lambda slot: self._fill(slot[1]), template)
        return re.sub(r"^([“„]|« )?(\w)", lambda start: (start[1] or "") + start[2].upper(), text)

    def paragraph(self, least: int = SENTENCES[0], most: int = SENTENCES[1]) -> str:
        return " ".join(self.sentence() for _ in range(self.random.randint(least, most)))

    def phrase(self) -> str:
        """A noun with an adjective, without an article: for cells, items of lists and captions."""
        return self._phrase("")

    def short(self) -> str:
        """A phrase that begins with a capital."""
        return _upper(self.phrase())

    def heading(self) -> str:
        """One that this writer has not made before."""
        for _ in range(50):
            text = self._heading()
            if text.casefold() not in self._used:
                break
        self._used.add(text.casefold())
        return text

    def title(self) -> str:
        text = f"{self.short()}{self._of()}{self._phrase('')}"
        return self._cased(text + f" {self.place()}" if self.random.random() < 0.3 else text)

    def name(self) -> str:
        return f"{self.random.choice(words.FIRST_NAMES)} {self.random.choice(words.LAST_NAMES)}"

    def place(self) -> str:
        return self.random.choice(words.PLACES)

    def year(self) -> str:
        return str(self.random.randint(1871, 2025))

    def date(self) -> str:
        day, month, year = self.random.randint(1, 28), self.random.choice(words.MONTHS[self.language]), self.year()
        if self.language == "en":
            return f"{day} {month} {year}" if self.random.random() < 0.5 else f"{month} {day}, {year}"
        return {"de": f"{day}. {month} {year}", "es": f"{day} de {month} de {year}"}.get(
            self.language, f"{day} {month} {year}"
        )

    def number(self, most: int = 250_000) -> str:
        text = f"{self.random.randint(1, most):,}"
        return text if self.language == "en" else text.replace(",", "." if self.language != "fr" else "\u00a0")

    def decimal(self, most: int = 100, places: int = 1) -> str:
        text = f"{self.random.uniform(0, most):,.{places}f}"
        return text if self.language == "en" else text.translate(str.maketrans(",.", ".,"))

    def money(self) -> str:
        amount = self.number(90_000)
        return f"{self.random.choice('£$€')}{amount}" if self.language == "en" else f"{amount} €"

    def percent(self) -> str:
        unit = "per cent" if self.language == "en" and self.random.random() < 0.3 else "%"
        return f"{self.decimal()}{' ' if unit != '%' or self.language != 'en' else ''}{unit}"

    def label(self, key: str) -> str:
        return words.LABELS[self.language][key]

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def _fill(self, slot: str) -> str:
        choose = self.random.choice
        fillers: dict[str, Callable[[], str]] = {
            "S": lambda: self._phrase("nominative"), "S2": lambda: self._phrase("nominative"),
            "O": lambda: self._phrase("accusative"), "N": lambda: choose(self.nouns), "P": self.place,
            "V": lambda: choose(words.VERBS if self.language == "en" else words.OTHER_VERBS[self.language]),
            "A": lambda: choose(words.ADVERBS), "Y": self.year, "n": self.number, "f": self.decimal, "p": self.percent,
            "L": lambda: choose(words.LAST_NAMES), "F": lambda: choose(words.FIRST_NAMES), "D": self.date,
            "m": self.money, "d": lambda: str(self.random.randint(1, 9)), "e": lambda: str(self.random.randint(10, 60)),
        }  # fmt: skip
        return fillers[slot]()

    def _phrase(self, case: str) -> str:
        if self.language == "en":
            noun = self.random.choice(self.nouns)
            adjective = self.random.choice(words.ADJECTIVES) + " " if self.chance(0.6) else ""
            return f"the {adjective}{noun}" if case else f"{adjective}{noun}"
        noun, gender = self.random.choice(words.GENDERED[self.language])
        adjective = self.random.choice(words.GENDERED_ADJECTIVES[self.language])
        if self.language == "de":
            masculine = gender == "m"
            if not case:
                return f"{adjective}{ {'m': 'er', 'f': 'e', 'n': 'es'}[gender] } {noun}"
            accusative = masculine and case == "accusative"
            article = "den" if accusative else {"m": "der", "f": "die", "n": "das"}[gender]
            return f"{article} {adjective}{'en' if accusative else 'e'} {noun}"
        if self.language == "fr":
            # The one adjective with a form of its own for what is masculine.
            adjective = "public" if adjective == "publique" and gender == "m" else adjective
            return f"{ {'m': 'le', 'f': 'la'}[gender] } {noun} {adjective}" if case else f"{noun} {adjective}"
        return f"{ {'m': 'el', 'f': 'la'}[gender] } {noun} {adjective}" if case else f"{noun} {adjective}"

    def _of(self) -> str:
        joints = {"en": (" of the ", " and the ", " in the "), "de": (" und ",), "fr": (" et ",), "es": (" y ",)}
        return self.random.choice(joints[self.language])

    def _heading(self) -> str:
        if self.chance(COMMON_HEADING):
            return self._cased(self.random.choice(words.HEADINGS[self.language]))
        if self.chance(LONG_HEADING):
            return self._cased(f"{self.short()}{self._of()}{self.phrase()}{self._of()}{self.phrase()}")
        return self._cased(self.short() if self.chance(0.5) else f"{self.short()}{self._of()}{self.phrase()}")

    def _cased(self, text: str) -> str:
        if self.language != "en":
            return text
        small = {"of", "the", "and", "in"}
        tokens = [
            word if i and (word in small or not self.title_case) else _upper(word)
            for i, word in enumerate(text.split())
        ]
        return " ".join(
            tokens if self.title_case else [tokens[0], *(t if t in words.PLACES else t.lower() for t in tokens[1:])]
        )


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
