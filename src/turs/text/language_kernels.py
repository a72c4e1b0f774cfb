"""Compiled loops of language identification: one pass over a text, from code points to evidence by language.

Imported at first use, as ``import numba`` takes half a second. A batch of texts stands back to back in one
array of code points (int32), text k from ``bounds[k]`` to ``bounds[k + 1]``. A *symbol* is the letter a code
point counts as (lower case, compatibility forms undone), `GAP` where no letter is, `NOTHING` for what is not
seen (marks, tatweel). The evidence of a text is the sum of one row of weights for each run of one to five
letters inside its words, and for each whole word: a linear model with hashed features (Joulin et al. 2017,
"Bag of Tricks for Efficient Text Classification", without the hidden layer).
"""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int32]
Bounds = NDArray[np.int64]

jit = numba.njit(cache=True, nogil=True)

GAP, NOTHING = 0, -1
EDGE = 1
"""Symbol of the beginning and of the end of a word."""

LONGEST = 5
"""Letters of the longest run; a word of more than three letters is also taken as a whole."""

COLUMNS = 13
"""Languages of one script, at most: numbers in a row of weights."""

_SCRIPTS = 11
"""Numbers of `turs.text.letters`, with 0 for "no letter"."""
_LATIN = 2
_AT, _HASH, _AMP, _SEMICOLON = 0x40, 0x23, 0x26, 0x3B
_SEED, _STEP, _MIX = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3), np.uint64(0x9E3779B97F4A7C15)
_WORD = np.uint64(0x5BD1E995)
_WIDTH = np.uint64(64)


@jit
def _is_space(code: int) -> bool:
    return code == 0x20 or 9 <= code <= 13 or code in (0x85, 0xA0, 0x3000) or 0x2000 <= code <= 0x200A \
        or 0x2028 <= code <= 0x2029


@jit
def _noise(codes: Codes, i: int, end: int, tags: bool) -> int:
    """Where the address, mention, hashtag or entity that begins at `i` ends; `i` where none does."""
    code = codes[i]
    if code == _AT or (code == _HASH and not tags):
        j = i + 1
    elif code == _AMP:
        j = i + 1
        while j < end and j < i + 12 and codes[j] != _SEMICOLON and (48 <= codes[j] <= 57 or 97 <= codes[j] | 32 <= 122
                                                                     or codes[j] == _HASH):
            j += 1
        return j + 1 if i + 1 < j < end and codes[j] == _SEMICOLON else i
    elif code | 32 == 0x68 and end - i > 7 and codes[i + 1] | 32 == 0x74 and codes[i + 2] | 32 == 0x74 \
            and codes[i + 3] | 32 == 0x70:
        j = i + 4 + int(codes[i + 4] | 32 == 0x73)
        if not (codes[j] == 0x3A and codes[j + 1] == 0x2F and codes[j + 2] == 0x2F):
            return i
    elif code | 32 == 0x77 and end - i > 4 and codes[i + 1] | 32 == 0x77 and codes[i + 2] | 32 == 0x77 \
            and codes[i + 3] == 0x2E:
        j = i + 4
    else:
        return i
    while j < end and not _is_space(codes[j]):
        j += 1
    return j


@jit
def scan(codes: Codes, begin: int, end: int, symbols: Codes, scripts: NDArray[np.uint8], tags: bool, out: Codes,
         kinds: NDArray[np.uint8], counts: Bounds) -> int:
    """Symbols of a text without its noise, and its letters counted by script; returns the number of symbols.

    out, kinds: symbols and their scripts (room for the text). counts: letters by script; ``counts[0]`` gets
    the digits that touch a Latin letter. tags: whether the words of hashtags count.
    """
    counts[:] = 0
    place, i = 0, begin
    while i < end:
        code = codes[i]
        if (code < 128 and not tags and (code == _HASH)) or code in (_AT, _AMP, 0x48, 0x68, 0x57, 0x77):
            j = _noise(codes, i, end, tags)
            if j > i:
                out[place] = GAP
                place += 1
                i = j
                continue
        symbol = symbols[code] if code < symbols.size else GAP
        if symbol > GAP:
            script = scripts[code]
            counts[script] += 1
            out[place] = symbol
            kinds[place] = script
            place += 1
        elif symbol == GAP:
            if 0x32 <= code <= 0x39 and ((place and out[place - 1] > GAP and kinds[place - 1] == _LATIN) or (
                    i + 1 < end and codes[i + 1] < 128 and symbols[codes[i + 1]] > GAP)):
                counts[0] += 1
            out[place] = GAP
            place += 1
        i += 1
    return place


@jit
def _row(state: np.uint64, bits: int) -> np.int64:
    return np.int64((state * _MIX) >> np.uint64(64 - bits))


@jit
def rows(out: Codes, kinds: NDArray[np.uint8], size: int, script: int, bits: int, found: Bounds) -> tuple[int, int]:
    """Rows of the features of the words of one script; returns their number and that of the words.

    found: gets them, a whole word or the longest run as ``-1 - row`` (what a training may leave out).
    """
    word = np.empty(size + 2, dtype=np.int32)
    place, words, i = 0, 0, 0
    while i < size:
        if out[i] <= GAP or kinds[i] != script:
            i += 1
            continue
        word[0] = EDGE
        length = 1
        while i < size and out[i] > GAP and kinds[i] == script:
            word[length] = out[i]
            length += 1
            i += 1
        word[length] = EDGE
        length += 1
        words += 1
        for first in range(length):
            state = _SEED
            for n in range(min(LONGEST, length - first)):
                state = (state ^ np.uint64(word[first + n])) * _STEP
                if n or word[first] != EDGE:
                    if place >= found.size:
                        return place, words
                    row = _row(state, bits)
                    found[place] = row if n < LONGEST - 1 else -1 - row
                    place += 1
                if n and word[first + n] == EDGE:
                    break
        if length > 5:
            state = _WORD
            for n in range(length):
                state = (state ^ np.uint64(word[n])) * _STEP
            if place >= found.size:
                return place, words
            found[place] = -1 - _row(state, bits)
            place += 1
    return place, words


@jit
def judge(codes: Codes, bounds: Bounds, symbols: Codes, scripts: NDArray[np.uint8], bases: Bounds, bits: Bounds,
          priors: Codes, weights: NDArray[np.int8], counts: Bounds, scores: Codes) -> None:
    """Count the letters of each text by script and sum up the evidence for the languages of its main script.

    bases, bits: by script, where its rows begin in `weights` and the binary logarithm of their number; 0 bits
    for a script without a model. priors: evidence before a text is looked at, shape (11, 13).
    counts: shape (n, 11). scores: shape (n, 13).
    """
    longest = 0
    for text in range(bounds.size - 1):
        longest = max(longest, bounds[text + 1] - bounds[text])
    out = np.empty(longest + 1, dtype=np.int32)
    kinds = np.empty(longest + 1, dtype=np.uint8)
    found = np.empty(LONGEST * (2 * longest + 2) + longest, dtype=np.int64)
    for text in range(bounds.size - 1):
        begin, end = bounds[text], bounds[text + 1]
        size = scan(codes, begin, end, symbols, scripts, False, out, kinds, counts[text])
        if counts[text, 1:].sum() == 0:
            size = scan(codes, begin, end, symbols, scripts, True, out, kinds, counts[text])
        script = int(1 + np.argmax(counts[text, 1:]))
        total = scores[text]
        total[:] = priors[script]
        if bits[script] == 0 or counts[text, script] == 0:
            continue
        base = bases[script]
        number, _ = rows(out, kinds, size, script, bits[script], found)
        for k in range(number):
            row = found[k]
            row = base + (row if row >= 0 else -1 - row)
            for column in range(COLUMNS):
                total[column] += weights[row, column]


@jit
def learn(found: NDArray[np.int32], bounds: Bounds, labels: NDArray[np.int8], order: Bounds, classes: int,
          rate: float, decay: float, left_out: float, seed: int, weights: NDArray[np.float32],
          squares: NDArray[np.float32]) -> float:
    """One pass of logistic regression over all texts (AdaGrad, Duchi et al. 2011); returns the mean loss.

    found, bounds: features as `rows` tells them. left_out: share of whole words and longest runs that a text
    goes without each time, so that shorter runs learn to carry the answer. decay: of the weights touched.
    """
    state = np.uint64(seed * 2 + 1)
    loss = 0.0
    chosen = np.empty(int(np.diff(bounds).max()), dtype=np.int64)
    score = np.empty(classes, dtype=np.float64)
    limit = np.uint64(left_out * 1_000_000)
    for text in order:
        number = 0
        score[:] = 0
        for k in range(bounds[text], bounds[text + 1]):
            row = np.int64(found[k])
            if row < 0:
                state ^= state << np.uint64(13)
                state ^= state >> np.uint64(7)
                state ^= state << np.uint64(17)
                if (state >> np.uint64(11)) % np.uint64(1_000_000) < limit:
                    continue
                row = -1 - row
            chosen[number] = row
            number += 1
            for c in range(classes):
                score[c] += weights[row, c]
        score -= score.max()
        odds = np.exp(score)
        odds /= odds.sum()
        loss -= np.log(max(odds[labels[text]], 1e-12))
        for c in range(classes):
            slope = odds[c] - (1.0 if c == labels[text] else 0.0)
            if abs(slope) < 1e-4:
                continue
            for k in range(number):
                row = chosen[k]
                step = slope + decay * weights[row, c]
                squares[row, c] += step * step
                weights[row, c] -= rate * step / np.sqrt(squares[row, c] + 1e-6)
    return loss / order.size
