"""How many generated postings one core examines in a second: Arabic, English and French, 100 to 1,000 characters."""

from __future__ import annotations

import json
import random
import sys
import time
from pathlib import Path
from typing import Any

from turs.examine import default_context, examine
from turs.posting import Posting
from turs.text import language

SIZE, TARGET = 3000, 1500
"""Postings examined, and postings a second and core that must be reached."""

WORDS = {
    "ar": "اجتمع الوزراء أمس في العاصمة لبحث التعاون بين الدول الأعضاء وقال المتحدث إن البرنامج يهدف إلى حماية "
          "الشباب من التطرف وأضاف أن المدارس شاركت بالمشروع كما ناقش الخبراء الجبهة والسلاح تبرعوا قناتنا "
          "الجديدة مقاتلونا انضموا السوق",
    "en": "the ministers met in capital to discuss cooperation between members and said that a programme "
          "protects young people from extremism schools joined project experts the of front our fighters donate "
          "channel market was open on friday",
    "fr": "les ministres se sont réunis dans la capitale pour discuter de coopération entre membres et a "
          "déclaré que le programme protège jeunes contre écoles projet experts front nos combattants don canal "
          "marché est ouvert vendredi",
}


def postings(size: int = SIZE, seed: int = 1) -> list[Posting]:
    """Generated postings, a third in each language, with sentences, quotations and links as real ones have."""
    rng = random.Random(seed)
    vocabulary = {tag: words.split() for tag, words in WORDS.items()}
    out = []
    for number in range(size):
        tag = ("ar", "en", "fr")[number % 3]
        words = vocabulary[tag]
        wanted, parts = rng.randint(100, 1000), []
        while sum(map(len, parts)) + len(parts) < wanted:
            chosen = [rng.choice(words) for _ in range(rng.randint(5, 18))]
            sentence = " ".join(chosen)
            if rng.random() < 0.1:
                sentence = f"«{sentence}»"
            if rng.random() < 0.1:
                sentence += f" https://example.org/{rng.randrange(999)}?utm_source=x"
            parts.append(sentence + ".")
        out.append(Posting("benchmark", " ".join(parts)[:wanted], native_id=str(number)))
    return out


def run() -> list[dict[str, Any]]:
    """Warm up, then the best of three rounds in processor time of this one process."""
    context, items = default_context(), postings()
    language.warm()
    for item in items[:100]:
        examine(item, context)
    best = 0.0
    for _ in range(3):
        begin = time.process_time()
        for item in items:
            examine(item, context)
        best = max(best, len(items) / (time.process_time() - begin))
    return [{"job": "examine text, one core, no database", "size": len(items), "ours": best, "unit": "postings/s",
             "versions": {"context": context.version}}]


if __name__ == "__main__":
    results = run()
    print(json.dumps(results, indent=1))
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    sys.exit(results[0]["ours"] < TARGET)
