"""Which letters follow which in any of many languages: writes ``ocr_plugins/source/bigrams.py``.

$ pip install ocr-plugins wordfreq && python scripts/letter_statistics.py > ocr_plugins/source/bigrams.py

The words and their frequencies are those of wordfreq 3 (Apache-2.0); only the table is kept.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict

import wordfreq

from ocr_plugins.source.letters import fold

LATIN = [
    *("ca", "cs", "da", "de", "en", "es", "fi", "fil", "fr", "hu", "id", "is", "it", "lt", "lv", "ms", "nb", "nl"),
    *("pl", "pt", "ro", "sh", "sk", "sl", "sv", "tr", "vi"),
]
CYRILLIC = ["bg", "mk", "ru", "uk"]
GREEK = ["el"]
ALPHABETS = {
    "abcdefghijklmnopqrstuvwxyz": LATIN,
    "абвгдежзиклмнопрстуфхцчшщъыьэюяђєѕіјљњћџґ": CYRILLIC,
    "αβγδεζηθικλμνξοπρσςτυφχψω": GREEK,
}
WORDS = 30_000
# Sure words, the frequent ones, say little of headings and names: the square root of a frequency counts.
POWER = 0.5
# Nats from one digit of the table to the next, and its last digit.
STEP, LAST = 0.25, 35


def table(alphabet: str, languages: list[str]) -> list[str]:
    """A row per letter, and first for the beginning of a word: minus the logarithm of how often a letter follows."""
    letters = " " + alphabet
    best: dict[tuple[str, str], float] = defaultdict(float)
    for language in languages:
        pairs: Counter[tuple[str, str]] = Counter()
        for word in wordfreq.top_n_list(language, WORDS):
            folded = f" {fold(word)} "
            if all(c in letters for c in folded):
                for pair in itertools.pairwise(folded):
                    pairs[pair] += wordfreq.word_frequency(word, language) ** POWER
        for a in letters:
            total = sum(pairs[a, b] for b in letters)
            for b in letters:
                if total and pairs[a, b] / total > best[a, b]:
                    best[a, b] = pairs[a, b] / total
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return [
        "".join(digits[min(LAST, round(-math.log(best[a, b]) / STEP)) if best[a, b] else LAST] for b in letters)
        for a in letters
    ]


print('"""Which letters follow which in any of many languages; made by ``scripts/letter_statistics.py``."""\n')
print("# Nats from one digit of the tables to the next.")
print(f"STEP = {STEP}")
print("# By alphabet: a row for the beginning of a word and for each letter, in which digits of base 36 tell how")
print(
    "# seldom the word's end and each letter follow: minus the logarithm of the share in the language that has it most."
)
print("TABLES = {")
for alphabet, languages in ALPHABETS.items():
    print(f'    "{alphabet}": (')
    for row in table(alphabet, languages):
        print(f'        "{row}",')
    print("    ),")
print("}")
