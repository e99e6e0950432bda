"""What is measured: how each library reads records into a list, and how it writes such a list.

A target is a path, or an object with a method `write`. Each library is used as its own documents do.
"""


def one_by_one(writer_of):
    def write(records, target):
        with writer_of(target) as writer:
            for record in records:
                writer.write(record)

    return write


def inrush_one():
    from inrush import MarcReader, MarcWriter

    return lambda path: list(MarcReader(path)), one_by_one(MarcWriter)


def inrush_many():
    from inrush import MarcReader, MarcWriter

    def write(records, target):
        with MarcWriter(target) as writer:
            writer.write_many(records)

    return lambda path: list(MarcReader(path)), write


def inrush_encode():
    from inrush import MarcReader, encode_marc

    def write(records, target):
        with Opened(target) as file:
            file.write(encode_marc(records))

    return lambda path: list(MarcReader(path)), write


def inrush_drops_one():
    read, write = inrush_many()
    return read, lambda records, target: write(records[:-1], target)


def three_phase():
    from inrush import MarcReader
    from inrush._inrush import ThreePhaseWriter

    return lambda path: list(MarcReader(path)), one_by_one(ThreePhaseWriter)


def mrrc():
    from mrrc import MARCReader, MARCWriter

    return lambda path: list(MARCReader(path)), one_by_one(MARCWriter)


def pymarc():
    from pymarc import MARCReader, MARCWriter

    def read(path):
        with open(path, "rb") as file:
            return list(MARCReader(file))

    def write(records, target):
        with Opened(target) as file:
            writer = MARCWriter(file)
            for record in records:
                writer.write(record)
            # It would close an object that is not its own as well.
            writer.close(close_fh=False)

    return read, write


def loop_alone():
    from inrush import MarcReader

    def write(records, target):
        with Opened(target):
            for record in records:
                id(record)

    return lambda path: list(MarcReader(path)), write


def bytes_alone():
    def read(path):
        with open(path, "rb") as file:
            return file.read()

    def write(data, target):
        with Opened(target) as file:
            file.write(data)

    return read, write


# The package that each needs, and what returns its reader and its writer.
WAYS = {
    "loop-alone": ("inrush", loop_alone),
    "bytes-alone": (None, bytes_alone),
    "inrush-one": ("inrush", inrush_one),
    "inrush-many": ("inrush", inrush_many),
    "inrush-encode": ("inrush", inrush_encode),
    "three-phase": ("inrush", three_phase),
    "mrrc": ("mrrc", mrrc),
    "pymarc": ("pymarc", pymarc),
    "inrush-drops-one": ("inrush", inrush_drops_one),
}


class Opened:
    """A target as a file of Python's: opened and closed where it is a path."""

    def __init__(self, target):
        self.is_path = isinstance(target, str)
        self.file = open(target, "wb") if self.is_path else target

    def __enter__(self):
        return self.file

    def __exit__(self, *_):
        if self.is_path:
            self.file.close()
