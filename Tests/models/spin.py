"""Asks Spin whether a model can do what was really done, and nothing that was not."""

import pathlib
import shutil
import subprocess
import sys
import tempfile

MODELS = pathlib.Path(__file__).resolve().parent
DEPTH = 5_000_000


def judge(model, chat, bounds, path, spoiled, coded):
    """What is wrong: the model has not the path, or has one that was spoiled.

    `spoiled` are pairs of a name and a path; `coded` gives the numbers that stand for a path.
    """
    def has(steps):
        return has_path(model, bounds, coded(steps))

    wrong = [] if has(path) else [f"{model}, chat {chat}: the model does not have {path}"]
    missed = [(name, other) for name, other in spoiled if has(other)]
    wrong += [f"{model}, chat {chat}: {name} was not noticed: {other}" for name, other in missed]
    print(f"{model}: chat {chat}, {len(path)} decisions followed, "
          f"{len(spoiled) - len(missed)} spoiled logs found", flush=True)
    return wrong


def has_path(model, bounds, path):
    """Whether the model can do just this, whatever else happens."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(MODELS / model, folder)
        (pathlib.Path(folder) / "trace.h").write_text(header({"DECISIONS": len(path), **bounds}, path))
        subprocess.run(["spin", "-DTRACE", "-a", model], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        subprocess.run(["cc", "-w", "-DSAFETY", "-DNOCLAIM", "-o", "follow", "pan.c"], cwd=folder, check=True)
        done = subprocess.run(["./follow", "-E", "-n", f"-m{DEPTH}", "-w20"], cwd=folder,
                              stdout=subprocess.PIPE, text=True, check=False).stdout
    # Models claim that a path is never gone to its end.
    if "assertion violated (step<" in done:
        return True
    if "errors: 0" not in done or "search depth too small" in done:
        sys.exit(f"follow: the search did not come to its end:\n{done}")
    return False


def header(bounds, path):
    defined = "".join(f"#define {name} {value}\n" for name, value in bounds.items())
    return f"{defined}hidden int decided[{len(path) + 1}] = {{ {', '.join(map(str, path))}, 0 }};\n"
