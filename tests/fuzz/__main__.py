"""`python -m tests.fuzz [-max_total_time=60] [LIBFUZZER'S WORDS]`: all decoders, chosen by the first byte.

`python -m tests.fuzz DECODER HEX` does once more what a find did.
"""

import os
import sys
import tempfile
import traceback
from pathlib import Path

from tests.fuzz.decoders import Decoder
from tests.fuzz.spoiling import spoilt

ROOT = Path(__file__).parents[2]
WORDS = ("-max_len=4096", "-timeout=30", "-rss_limit_mb=2048", "-print_final_stats=1", "-use_value_profile=1")
FOUND = "FOUND"


def main(*words: str) -> None:
    sys.path.insert(0, str(ROOT / "firmware_bridge" / "firmware"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lab.settings")
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("ETABLI_STATE", folder)
        if len(words) == 2 and not words[0].startswith("-"):
            again(*words)
        else:
            sys.exit(fuzz_apart(Path(folder), *words))


def fuzz_apart(folder: Path, *words: str) -> int:
    """In a process of its own: libFuzzer ends its process without a farewell. Whether something was found."""
    child = os.fork()
    if not child:
        fuzz(folder, *words)
    return int(os.waitpid(child, 0)[1] != 0)


def fuzz(folder: Path, *words: str) -> None:
    import atheris

    with atheris.instrument_imports(include=["firmware_bridge", "reader"]):
        decoders = ready()
    corpus = folder / "corpus"
    corpus.mkdir()
    seeds = [bytes([number]) + seed for number, decoder in enumerate(decoders) for seed in decoder.seeds]
    for number, seed in enumerate(seeds):
        (corpus / str(number)).write_bytes(seed)

    def one(data: bytes) -> None:
        if data:
            tried(decoders[data[0] % len(decoders)], data[1:])

    def changed(data: bytes, most: int, seed: int) -> bytes:
        if seed % 3 == 0:  # what the fuzzer has made of them is soon far from what a device says
            data = seeds[seed // 3 % len(seeds)]
        return (spoilt(data, most, seed) if seed % 3 < 2 else None) or atheris.Mutate(data, most)

    words_ = [sys.argv[0], *WORDS, f"-artifact_prefix={folder}/", *words, str(corpus)]
    atheris.Setup(words_, one, custom_mutator=changed)
    atheris.Fuzz()


def tried(decoder: Decoder, payload: bytes) -> None:
    """Hand it to the decoder; what breaks it is told so that it can be done once more."""
    try:
        decoder.run(payload)
    except Exception:
        traceback.print_exc()
        sys.stderr.write(f"{FOUND} python -m tests.fuzz '{decoder.name}' {payload.hex()}\n")
        sys.stderr.flush()
        raise


def again(name: str, told: str) -> None:
    decoder = next(each for each in ready() if each.name == name)
    decoder.run(bytes.fromhex(told))
    sys.stdout.write(f"{name} bears it\n")


def ready() -> tuple[Decoder, ...]:
    import django

    django.setup()
    from tests.fuzz.decoders import every

    return every()


if __name__ == "__main__":
    main(*sys.argv[1:])
