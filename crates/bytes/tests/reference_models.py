"""The models `lz` and `text` of the stream, version 1; `reference.py` says what the rest is.

What both need comes from there: the draws of a block, which are words of 64 bits without an end,
and the order in which its lengths take their strata, `K[1]` of its key.
"""

import string
from itertools import pairwise
from math import floor

QUANTILES = (0, 264, 547, 850, 1178, 1535, 1925, 2357, 2839,
             3386, 4017, 4764, 5678, 6857, 8517, 11357, 18926)
ONSETS = ["", *"bcdfghlmnprstvw", "th", "st", "tr", "pr", "ch", "sh", "pl", "gr"]
VOWELS = [*"aeioueao", "ea", "ou"]
CODAS = ["", "", "", "", *"nrstlmd", "nd", "st", "ng", "ck", "nt"]
N_WORDS = 2048
ALPHABET = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
ENDS = [", "] * 5 + [". "] * 3 + [".\n"] * 2 + [" "] * 54
IDS = ((1.4, 34144), (1.5, 23136), (1.6, 16544), (1.8, 8800),
       (2.0, 4448), (2.2, 1760), (2.3, 736), (2.4, 0))


def round_half_up(x):
    return floor(x + 0.5)


def below(n, draw):
    return n * (draw % 2**16) >> 16


class Lengths:
    """Lengths of a mean, spread exponentially in 16 strata that take turns."""

    def __init__(self, mean, order):
        self.scale, self.step, self.stratum = round_half_up(256 * mean), order | 1, order >> 4

    def next(self, draw):
        low, high = QUANTILES[self.stratum % 16], QUANTILES[self.stratum % 16 + 1]
        self.stratum += self.step
        return (low + ((high - low) * (draw % 256) >> 8)) * self.scale + 2**19 >> 20


def byte_in_one(stretches, draw):
    """The place of a byte in one of the stretches, each of a place and a size."""
    place, size = stretches[below(len(stretches), draw >> 16)]
    return place + below(size, draw >> 32)


def lz_means(ratio, size):
    n_bytes, compressed = size - 32, size / ratio - 32
    each, cost = min(16, 128 / ratio, compressed / 4), 3.55 + 0.09 * ratio
    cut = 0.85 * (1 - 1 / ratio)
    literals = each - cost
    match = n_bytes / (compressed / each - cut) - literals
    if match < 20:
        compressed -= cut * each
        literals, match = (20 * compressed - n_bytes * cost) / (n_bytes - compressed), 20
    return literals - 1, match - 8


def lz(block, draws, order, ratio):
    """Matches over the rows that fill the block."""
    if ratio == 1:
        return block
    block, size, at, stretches = bytearray(block), len(block), 32, []
    literals, match = lz_means(ratio, size)
    literals, match = Lengths(literals, order), Lengths(match, order >> 8)
    while at < size:
        draw = next(draws)
        n_literals = 1 + literals.next(draw)
        n_match = min(511, 8 + match.next(draw >> 8))
        stretches.append((at, n_literals))
        to = at + n_literals
        distance = to - min(byte_in_one(stretches, draw), to - 32)
        at = to + n_match
        for i in range(to, min(at, size)):
            block[i] = block[i - distance]
    return bytes(block)


def vocabulary(draws):
    """Words by rank, and for each column of the alias table a share and the other word."""
    words = []
    while len(words) < N_WORDS:
        word = ""
        for _ in range(1 + (len(words) >= 80) + (len(words) >= 900)):
            draw = next(draws)
            for part in ONSETS, VOWELS, CODAS:
                word += part[draw % 2**16 % len(part)]
                draw >>= 16
        if len(word) <= 14 and word not in words:
            words.append(word)
    weights = [2**40 // (10 * rank + 27) for rank in range(N_WORDS)]
    full, left = sum(weights), [N_WORDS * weight for weight in weights]
    small = [rank for rank in range(N_WORDS) if left[rank] < full]
    large = [rank for rank in range(N_WORDS) if left[rank] >= full]
    columns = [(65_535, None)] * N_WORDS
    while small and large:
        i, other = small.pop(), large[-1]
        columns[i] = (left[i] << 16) // full, other
        left[other] -= full - left[i]
        if left[other] < full:
            small.append(large.pop())
    return words, columns


def tokens(draws, ids, known):
    """Words and ids, each with what separates it from the next one."""
    words, columns = known
    end = "."
    for draw in draws:
        if draw >> 48 < ids:
            id_draws = next(draws), next(draws)
            letters = (ALPHABET[bits >> 6 * i & 63] for bits in id_draws for i in range(10))
            token = "".join(letters)[:8 + (draw >> 40) % 256 % 13]
        else:
            column = draw % N_WORDS
            share, other = columns[column]
            token = words[column if (draw >> 11) % 2**16 <= share else other]
            if "." in end:
                token = token.capitalize()
        end = ENDS[(draw >> 32) % 64]
        yield token + end


def text_means(ratio, size):
    n_bytes, compressed = size - 48, size / ratio - 48 / 2.4
    each, cost = min(24, 160 / ratio, compressed / 3), min(4.3 + 0.43 * ratio, 8)
    fresh = 2.4 * (each - cost)
    phrase = n_bytes / (compressed / each - 0.5) - fresh
    if phrase < 40:
        fresh, phrase = (40 * compressed - n_bytes * cost) / (n_bytes / 2.4 - compressed), 40
    return fresh - 3, phrase - 16 + 3


def ids_at(ratio):
    """How many of 65,536 tokens are ids."""
    for (low, most), (high, fewest) in pairwise(IDS):
        if ratio <= high:
            return round_half_up(most + (fewest - most) * (ratio - low) / (high - low))
    return 0


def text(size, draws, order, ratio, known):
    """Prose; above a ratio of 2.4, with phrases from earlier in the block."""
    token, block = tokens(draws, ids_at(ratio), known), ""

    def write_until(n_bytes):
        nonlocal block
        while len(block) < n_bytes:
            block += next(token)

    if ratio <= 2.4:
        write_until(size)
        return block[:size].encode()
    fresh, phrase = text_means(ratio, size)
    fresh, phrase = Lengths(fresh, order), Lengths(phrase, order >> 8)
    stretches, copied = [], 0
    write_until(48)
    while len(block) < size:
        draw = next(draws)
        write_until(min(len(block) + max(1, fresh.next(draw)), size))
        stretches.append((copied, len(block) - copied))
        n_bytes = min(511, 16 + phrase.next(draw >> 8))
        start = min(byte_in_one(stretches, draw), max(len(block), n_bytes) - n_bytes)
        while start > 0 and block[start - 1] not in " \n":
            start += 1
        end = min(start + n_bytes, len(block))
        while end > start and block[end - 1] not in " \n":
            end -= 1
        copied = len(block) + end - start
        block += block[start:end]
    return block[:size].encode()
