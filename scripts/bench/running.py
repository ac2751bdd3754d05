"""What the benches share: starting programs on a processor, watching and ending them."""

import ctypes
import json
import mmap
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

PINS = os.cpu_count() > 1 and os.environ.get("BENCH_PIN") != "no"
PROVIDER, CLIENT, BOTH = {0}, {1}, {0, 1}
HOST = "127.0.0.1"


def prepare(cpus):
    """Before exec: the processors, and an end with the bench, however that ends."""
    def prepared():
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)
        if PINS:
            os.sched_setaffinity(0, cpus)
    return prepared


def start(command, cpus, **options):
    return subprocess.Popen(
        [str(part) for part in command], preexec_fn=prepare(cpus), stdin=subprocess.DEVNULL,
        text=True, **options)


def stop(process, patience=10):
    process.send_signal(signal.SIGTERM)
    try:
        return process.communicate(timeout=patience)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.communicate()


def back_memory(mebibytes=1024):
    """Touches memory and gives it back, so that who is measured next need not wait for the host.

    The host of a virtual machine may take back what its kernel has free (free page reporting): the
    first touch of a gibibyte then takes a second or more instead of a sixth of one, which is no cost
    of the program that happens to touch it first. Not for who measures delays: that the host takes it
    back, a second or so later, holds up everybody for milliseconds.
    """
    populate_write = 23  # MADV_POPULATE_WRITE, since Linux 5.14
    with mmap.mmap(-1, mebibytes << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as memory:
        try:
            memory.madvise(mmap.MADV_HUGEPAGE)
            memory.madvise(populate_write)
        except OSError:
            pass  # An older kernel: measured as it is.


def free_port():
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def await_port(port, process):
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError("it does not listen: " + " ".join(process.args))


def run_json(command, cpus, patience=120):
    """Runs a program that prints one JSON value."""
    process = start(command, cpus, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, err = process.communicate(timeout=patience)
    try:
        return json.loads(out)
    except ValueError:
        sys.exit(f"{' '.join(process.args)}: code {process.returncode}: {err[-500:]}")


def threads_cpu(pid):
    """Seconds of processor time by thread id, to the nanosecond."""
    found = {}
    for task in Path(f"/proc/{pid}/task").iterdir():
        found[int(task.name)] = int((task / "schedstat").read_text().split()[0]) / 1e9
    return found


def resident(pid):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0


class Watch(threading.Thread):
    """Looks at a process every few milliseconds and keeps what it saw."""

    def __init__(self, pid, every=0.02):
        super().__init__(daemon=True)
        self.pid, self.every, self.seen, self.over = pid, every, [], False
        self.start()

    def run(self):
        while not self.over:
            try:
                cpu = threads_cpu(self.pid)
                self.seen.append((time.monotonic(), cpu, resident(self.pid)))
            except OSError:
                return
            time.sleep(self.every)

    def within(self, begin, end):
        """The first and the last look of a span, and the most memory in it."""
        inside = [look for look in self.seen if begin <= look[0] <= end]
        return inside[0], inside[-1], max(look[2] for look in inside)

    def growth(self):
        """How much memory came on top of what there was at first, at most."""
        self.over = True
        return max(look[2] for look in self.seen) - self.seen[0][2]


class Run:
    """A whole `relaymark run`: its record and, if it is watched, what its last trial cost.

    Whoever measures time does not watch: looking takes the processor from those looked at.
    """

    TRIAL = re.compile(r"(\d+) of (\d+) streams in ([\d.]+) (ns|µs|ms|s|min)\b")
    UNIT = {"ns": 1e-9, "µs": 1e-6, "ms": 1e-3, "s": 1, "min": 60}

    def __init__(self, program, scenario, cpus, *options, out, watched=False, patience=170):
        command = [program, "run", scenario, "--allow-unfit", f"--out={out}", *options]
        process = start(command, cpus, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        watch = Watch(process.pid) if watched else None
        timer = threading.Timer(patience, process.kill)
        timer.start()
        self.trials, told = [], ""
        for line in process.stderr:
            told += line
            if match := self.TRIAL.search(line):
                end = time.monotonic()
                took = float(match[3]) * self.UNIT[match[4]]
                self.trials.append((end - took, end))
        _, status, self.usage = os.wait4(process.pid, 0)
        process.returncode = self.code = os.waitstatus_to_exitcode(status)
        timer.cancel()
        if not self.trials or not Path(out, "run.json").exists():
            sys.exit(f"{' '.join(process.args)}: code {self.code}: {told[-500:]}")
        self.record = json.loads(Path(out, "run.json").read_text())
        if not self.record["targets"]:
            sys.exit(f"{' '.join(process.args)}: {self.record['note']}")
        self.target = self.record["targets"][-1]
        self.seconds = self.trials[-1][1] - self.trials[-1][0]
        self.whole_cpu = self.usage.ru_utime + self.usage.ru_stime
        if not watch:
            return
        watch.over = True
        first, last, most = watch.within(*self.trials[-1])
        spent = {task: cpu - first[1].get(task, 0) for task, cpu in last[1].items()}
        # The runner's loop is the program's first thread.
        self.trial_cpu, self.runner_cpu = sum(spent.values()), spent.get(process.pid, 0)
        self.resident = most - first[2]

    def measure(self, name, figure):
        return self.target["measures"][name][figure]
