"""What the kernel counts for processes: memory, switches, processor time, descent."""
import os
from pathlib import Path


def stat_fields(pid):
    """The fields of /proc/PID/stat after the name, which may have spaces and brackets."""
    text = Path(f"/proc/{pid}/stat").read_text()
    return text[text.rindex(")") + 2:].split()


def parent(pid):
    return int(stat_fields(pid)[1])


def all_pids():
    return [int(entry) for entry in os.listdir("/proc") if entry.isdigit()]


def descendants(roots):
    """These processes and everything that descends from them, as it is now."""
    children = {}
    for pid in all_pids():
        try:
            children.setdefault(parent(pid), []).append(pid)
        except OSError:
            continue
    found, waiting = [], list(roots)
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += children.get(pid, [])
    return found


def command_line(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def program(pid):
    try:
        return os.readlink(f"/proc/{pid}/exe")
    except OSError:
        return ""


def pss(pid):
    """Bytes that the process has for itself, shared pages counted in part."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def switches(pid):
    """Context switches of all its threads, wanted or not."""
    total = 0
    for thread in Path(f"/proc/{pid}/task").iterdir():
        for line in (thread / "status").read_text().splitlines():
            if "ctxt_switches" in line:
                total += int(line.split()[1])
    return total


def processor_seconds(pid):
    """User and system time, of the process alone and by the scheduler's own nanoseconds."""
    total = 0
    for thread in Path(f"/proc/{pid}/task").iterdir():
        total += int((thread / "schedstat").read_text().split()[0])
    return total / 1e9


def counts(pids):
    """Context switches and processor seconds of these processes together."""
    return sum(map(switches, pids)), sum(map(processor_seconds, pids))
