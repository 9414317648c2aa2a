"""The small C programs of the benchmark, compiled when they are needed."""
import shutil
import subprocess
from functools import cache
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[1] / "programs"
FOLDER = Path(__file__).resolve().parents[2] / ".build/bench/programs"


@cache
def compiled(name):
    FOLDER.mkdir(parents=True, exist_ok=True)
    compiler = next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), "cc")
    program = FOLDER / name
    subprocess.run(
        [compiler, "-O2", "-Wall", "-Wextra", "-Werror", "-static", "-o", program,
         SOURCES / f"{name}.c"], check=True)
    return str(program)
