#!/usr/bin/env python3
"""The stream of `inrush-bytes`, version 1, from its formula alone.

    reference.py SEED OBJECT SIZE DEDUP DEDUP_UNIT COMPRESS OFFSET LENGTH [MODEL]

writes LENGTH bytes of the object from OFFSET on to standard output. It is written to be read: for
whoever has to produce the same bytes in another language. All arithmetic is on unsigned 64-bit
words that wrap, except where a comment says otherwise; ratios are IEEE 754 doubles. The models `lz`
and `text` are in `reference_models.py`; MODEL is `mix` unless told otherwise.
"""

import sys
from functools import cache
from itertools import count
from math import ceil, floor

import reference_models as models

STREAM_VERSION = 1
GOLDEN = 0x9E3779B97F4A7C15
WORD = 2**64 - 1
ONE = 2**32  # the `rate` of a dedup ratio of 1
BLOCK_BYTES = 4096  # a unit is made of blocks; a smaller one is a block itself
DISTANCE_BYTES = 4 << 20  # how far apart two copies of a unit should lie
LANES = 16


def shift_multiply(z, shift, factor):
    return (z ^ z >> shift) * factor & WORD


def hash64(z):
    """The finaliser of SplitMix64."""
    z = shift_multiply(shift_multiply(z & WORD, 30, 0xBF58476D1CE4E5B9), 27, 0x94D049BB133111EB)
    return z ^ z >> 31


def rotate_left(x, n):
    return (x << n | x >> 64 - n) & WORD


def object_key(seed, number):
    """Four words, each hashed from the seed and the number of the object."""
    domains = ((4 * STREAM_VERSION + word) * GOLDEN for word in range(4))
    return [hash64(hash64(seed + domain) + number * GOLDEN) for domain in domains]


def rows(key):
    """The outputs of 16 generators xoshiro256++ side by side, 128 bytes at a time."""
    lanes = []
    for lane in range(LANES):
        states = (shift_multiply(word + (lane + 1) * GOLDEN & WORD, 32, 0xD6E8FEB86659FD93)
                  for word in key)
        lanes.append([z ^ z >> 29 for z in states])
    while True:
        row = b""
        for state in lanes:
            a, b, c, d = state
            row += (rotate_left(a + d & WORD, 23) + a & WORD).to_bytes(8, "little")
            state[:] = a ^ b ^ d, a ^ b ^ c, (c ^ a ^ b << 17) & WORD, rotate_left(b ^ d, 45)
        yield row


def draws(word):
    """What the models `lz` and `text` choose by."""
    return (hash64(word + k * GOLDEN) for k in count(1))


@cache
def vocabulary():
    return models.vocabulary(draws(0))


def mix(key, compress):
    """A block: in each granule so many random bytes, each granule from a new row, and a run."""
    granule = 512
    while granule < 64 * compress:
        granule *= 2
    rest = granule / compress
    random = granule if compress == 1 else floor(rest - rest / 64 - 4 + 0.5)
    run, lanes, block = key[0] >> 56, rows(key), b""
    while len(block) < BLOCK_BYTES:
        some = b"".join(next(lanes) for _ in range(ceil(random / 128)))
        block += some[:random] + bytes([run]) * (granule - random)
    return block


def block_of(model, key, compress, size):
    if model == "mix":
        return mix(key, compress)[:size]
    if model == "lz":
        lanes = rows(key)
        block = b"".join(next(lanes) for _ in range(size // 128))
        return models.lz(block, draws(key[0]), key[1], compress)
    assert model == "text", model
    return models.text(size, draws(key[0]), key[1], compress, vocabulary())


def content_of(unit, size, dedup, unit_bytes):
    """The number of the content that a unit holds. Whole numbers of any size; nothing wraps."""
    rate = ceil(ONE / dedup)

    def fresh_before(u):  # how many of the first `u` units bring a new content
        return -(-u * rate // ONE)

    n_contents = fresh_before(-(-size // unit_bytes))
    wanted = -(-(DISTANCE_BYTES // unit_bytes * rate) // ONE) + 1
    lag = max(1, min(wanted, n_contents // -(-ONE // rate)))
    before = fresh_before(unit)
    if fresh_before(unit + 1) > before:
        return before
    fresh = before - 1  # the content of the last fresh unit; this is the `nth` duplicate behind it
    nth = -(-(unit * rate - fresh * ONE) // rate)
    return (fresh - nth * lag) % n_contents


def main(seed, number, size, dedup, unit_bytes, compress, offset, length, model="mix"):
    words = object_key(seed, number)
    block_bytes = min(unit_bytes, BLOCK_BYTES)
    blocks_per_unit = unit_bytes // block_bytes
    end = min(offset + length, size)
    for block in range(offset // block_bytes, -(-end // block_bytes)):
        unit, within = divmod(block, blocks_per_unit)
        content = content_of(unit, size, dedup, unit_bytes) * blocks_per_unit + within
        key = [hash64(word + content * GOLDEN) for word in words]
        start = block * block_bytes
        some = block_of(model, key, compress, block_bytes)
        sys.stdout.buffer.write(some[max(offset - start, 0):max(end - start, 0)])


if __name__ == "__main__":
    types = int, int, int, float, int, float, int, int, str
    main(*(of(text) for of, text in zip(types, sys.argv[1:])))
