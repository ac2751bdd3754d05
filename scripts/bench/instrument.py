"""Measures relaymark's runner and provider beside the bare reader; see scripts/bench/instrument."""

import json
import os
import platform
import resource
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

import running
from running import BOTH, CLIENT, HOST, PROVIDER, Run

PROGRAM, WORK = sys.argv[1], Path(sys.argv[2])
READER = WORK / "reader"
MARKER = '{"content":'
# Streams at a time, streams of a round, gap, and how far the p99 may be from the bare reader's.
LEVELS = [(1, 60, "5ms", 0.1e6), (64, 512, "5ms", 0.3e6), (256, 1024, "5ms", 1e6),
          (1000, 6000, "20ms", 2e6)]
# What the error of single chunks against the provider's log may be.
ERRORS = {1: None, 64: 1e6, 256: 3e6, 1000: None}
PEER = 2.5
# What hangs on single events, or is over in less than a second, is played oftener: whatever else the
# machine does weighs more in it.
ROUNDS = {"accuracy": 7, "flood": 11, "cost": 11}

# Of a virtual machine's time, what its host may take without a word.
STOLEN = 0.002

figures, bars = {}, []


def say(text=""):
    print(text, flush=True)


def bar(area, what, value, most=None, least=None, unit=""):
    holds = (most is None or value <= most) and (least is None or value >= least)
    bound = f"≤ {most:g}" if most is not None else f"≥ {least:g}"
    bars.append({"area": area, "bar": what, "value": value, "bound": bound, "unit": unit,
                 "holds": holds})
    say(f"  {'ok  ' if holds else 'FAIL'} {what}: {value:.4g} (bar {bound}{' ' + unit if unit else ''})")


def ms(nanoseconds):
    return f"{nanoseconds / 1e6:.3f}"


def median(values):
    return statistics.median(values)


def scenario(name, tokens, gap, streams, concurrency, think="50ms"):
    """A file with that script and traffic; the first event of the answer is already output."""
    path = WORK / f"{name}.json5"
    path.write_text(json.dumps({
        "name": name, "about": f"{tokens} tokens {gap} apart, {concurrency} streams at a time",
        "provider": {"think": think, "script": [
            {"text": {"tokens": tokens, "gap": f"const({gap})"}}, {"finish": "stop"}, "done"]},
        "traffic": {"streams": streams, "concurrency": concurrency, "usage": False},
    }))
    return path


def fresh(name):
    path = WORK / name
    subprocess.run(["rm", "-rf", path], check=True)
    return path


class Provider:
    """`relaymark provider` on its processor."""

    def __init__(self, file):
        self.port = running.free_port()
        self.process = running.start(
            [PROGRAM, "provider", f"--listen={HOST}:{self.port}", f"--scenario={file}"], PROVIDER,
            stderr=subprocess.DEVNULL)
        running.await_port(self.port, self.process)
        self.url = f"http://{HOST}:{self.port}/v1"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        running.stop(self.process)


class Source:
    """The flood of reader.c; `taken` is what went out and how fast."""

    def __init__(self, events, each):
        response = WORK / "response"
        event = ('data: {"id":"chatcmpl-0123456789abcdef","object":"chat.completion.chunk",'
                 '"created":1790000000,"model":"relaymark-scripted","choices":[{"index":0,"delta":'
                 '{"content":"t12-01234567 "},"logprobs":null,"finish_reason":null}]}\n\n')
        response.write_text(
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
            f"Transfer-Encoding: chunked\r\n\r\n{len(event):x}\r\n{event}\r\n", newline="")
        self.port = running.free_port()
        self.process = running.start(
            [READER, "source", self.port, events, each, response], PROVIDER,
            stdout=subprocess.PIPE)
        running.await_port(self.port, self.process)
        self.url = f"http://{HOST}:{self.port}/v1"

    def taken(self):
        return json.loads(running.stop(self.process)[0])


def first_request(file):
    """The bytes of the first request that relaymark sends, and seconds from start until then."""
    with socket.create_server((HOST, 0)) as server:
        server.settimeout(20)
        begun = time.monotonic()
        process = running.start(
            [PROGRAM, "run", file, f"--target=http://{HOST}:{server.getsockname()[1]}/v1",
             "--quiet", "--allow-unfit", f"--out={fresh('first')}"], CLIENT,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        taken, _ = server.accept()
        took = time.monotonic() - begun
        data = b""
        while b"\r\n\r\n" not in data or not data.endswith(b"}"):
            data += taken.recv(65536)
        process.kill()
        process.wait()
    return data, took


def request_file():
    path = WORK / "request"
    if not path.exists():
        data, _ = first_request(scenario("request", 1, "0ms", 1, 1))
        path.write_bytes(data)
    return path


def reader(mode, port, concurrency, amount):
    return running.run_json(
        [READER, mode, HOST, port, request_file(), concurrency, amount, MARKER], CLIENT)


def runner(file, url, cpus=CLIENT, watched=False, floor=True):
    options = [f"--target={url}"] + ([] if floor else ["--floor-share=0"])
    return Run(PROGRAM, file, cpus, *options, out=fresh("out"), watched=watched)


def gap_zeros(run):
    """Gaps of zero between events of different reads: the smallest gap says whether there is one."""
    return int(run.measure("gap", "min") <= 0)


def accuracy(rounds, quick):
    say("accuracy: p99 in ms, bare reader | relaymark, medians of alternating rounds; and of what "
        "each round of ours differs from the reader's before it")
    found = []
    for concurrency, streams, gap, most in LEVELS:
        if quick:
            streams = max(concurrency, streams // 4)
        file = scenario(f"accuracy-{concurrency}", 100, gap, streams, concurrency)
        bare, ours, zeros = [], [], 0
        with Provider(file) as provider:
            for _ in range(rounds):
                bare.append(reader("latency", provider.port, concurrency, streams))
                run = runner(file, provider.url)
                ours.append({name: {"p50": run.measure(name, "p50"), "p99": run.measure(name, "p99"),
                                    "n": run.measure(name, "n")} for name in ("ttft", "gap")})
                zeros += gap_zeros(run)
        entry = {"concurrency": concurrency, "streams": streams, "gap": gap,
                 "reader": bare, "relaymark": ours, "zeros": zeros}
        found.append(entry)
        for name in ("ttft", "gap"):
            left, right = (median(side[name]["p99"] for side in both) for both in (bare, ours))
            difference = median(
                mine[name]["p99"] - theirs[name]["p99"] for theirs, mine in zip(bare, ours))
            say(f"  {concurrency:5} streams  {name:5} {ms(left)} | {ms(right)}; {ms(difference)}")
            entry[f"{name}.p99.difference"] = difference
            bar("accuracy", f"{name} p99 beside the reader's at {concurrency}",
                abs(difference) / 1e6, most=most / 1e6, unit="ms")
        bar("accuracy", f"gaps of 0 between different reads at {concurrency}", zeros, most=0)
    figures["accuracy"] = found


def error(rounds, quick):
    say("error: ms from the provider's write to the runner's stamp of each chunk (direct)")
    found = []
    for concurrency, streams, gap, _ in LEVELS:
        if quick:
            streams = max(concurrency, streams // 4)
        file = scenario(f"error-{concurrency}", 100, gap, streams, concurrency)
        runs = [runner(file, "direct", cpus=BOTH) for _ in range(rounds)]
        entry = {"concurrency": concurrency, "streams": streams, "gap": gap}
        for name in ("added.ttft", "added.chunk", "lateness.write"):
            entry[name] = {
                figure: median(run.measure(name, figure) for run in runs)
                for figure in ("p50", "p99", "max")}
            say(f"  {concurrency:5} streams  {name:14} p50 {ms(entry[name]['p50'])}"
                f"  p99 {ms(entry[name]['p99'])}  max {ms(entry[name]['max'])}")
            if ERRORS[concurrency] and name != "lateness.write":
                bar("error", f"{name} p99 at {concurrency}", entry[name]["p99"] / 1e6,
                    most=ERRORS[concurrency] / 1e6, unit="ms")
        found.append(entry)
    figures["error"] = found


def flood(rounds, quick):
    say("flood: million chunks a second through one thread, bare reader | relaymark")
    found = []
    streams, events = (64, 4096) if quick else (256, 4096)
    file = scenario("flood", 1, "0ms", streams, 16)
    request_file()
    for each in (1, 16, 64):
        rates = {"reader": [], "relaymark": []}
        for _ in range(rounds):
            running.back_memory()
            source = Source(events, each)
            reader("latency", source.port, 16, streams)
            rates["reader"].append(source.taken())
            running.back_memory()
            source = Source(events, each)
            # Only that thread: no exchanges without a relay beside it.
            runner(file, source.url, floor=False)
            rates["relaymark"].append(source.taken())
        left, right = (median(one["chunks"] / one["seconds"] for one in side)
                       for side in rates.values())
        say(f"  {each:3} events a write  {left / 1e6:.3f} | {right / 1e6:.3f}  ratio {right / left:.2f}")
        found.append({"events.per.write": each, "reader": left, "relaymark": right})
        bar("flood", f"share of the reader's rate, {each} events a write", right / left, least=0.5)
    figures["flood"] = found


def cost(rounds, quick):
    say("cost: processor time per 1,000 chunks at 256 streams, bare reader | relaymark")
    streams = 1024 if quick else 2048
    chunks = streams * 100
    file = scenario("cost-256", 100, "5ms", streams, 256)
    bare, whole, trial, thread = [], [], [], []
    with Provider(file) as provider:
        for _ in range(rounds):
            running.back_memory()
            result = reader("latency", provider.port, 256, streams)
            bare.append(result["cpu"] / result["chunks"] * 1e6)
            running.back_memory()
            run = runner(file, provider.url, watched=True)
            whole.append(run.whole_cpu / chunks * 1e6)
            trial.append(run.trial_cpu / chunks * 1e6)
            thread.append(run.runner_cpu / chunks * 1e6)
    sides = {"reader": bare, "thread": thread, "streaming": trial, "whole": whole}
    sides = {name: median(values) for name, values in sides.items()}
    base = sides["reader"]
    for name, what in (("thread", "runner thread while it streams"),
                       ("streaming", "whole process while it streams"),
                       ("whole", "whole process, start, floor, judging and reports included")):
        say(f"  {base:.2f} | {sides[name]:.2f} ms  ratio {sides[name] / base:.2f}  {what}")
    figures["cost"] = {"unit": "ms per 1,000 chunks", "streams": streams, **sides}
    bar("cost", "whole process while it streams, times the reader's", sides["streaming"] / base,
        most=PEER)


def provider(rounds, quick):
    say("provider: what one thread plays to the bare reader")
    streams, length = (64, 2000) if quick else (256, 2000)
    result = {}
    with Provider(scenario("provider-chunks", length, "0ms", 1, 1, think="0ms")) as standing:
        runs = [reader("latency", standing.port, 64, streams) for _ in range(rounds)]
        result["chunks"] = median(run["chunks"] / run["seconds"] for run in runs)
    count = 2_000 if quick else 20_000
    with Provider(scenario("provider-streams", 1, "0ms", 1, 1, think="0ms")) as standing:
        runs = [reader("latency", standing.port, 64, count) for _ in range(rounds)]
        result["streams"] = median(run["streams"] / run["seconds"] for run in runs)
    say(f"  {result['chunks']:,.0f} chunks a second, {result['streams']:,.0f} streams a second")
    for concurrency, streams, gap, _ in LEVELS[1:]:
        file = scenario(f"late-{concurrency}", 100, gap, streams, concurrency)
        late = runner(file, "direct", cpus=BOTH).record["instrument"]["lateness"]["write"]
        result[f"lateness.{concurrency}"] = {key: late[key] for key in ("n", "p50", "p99", "max")}
        say(f"  writes late at {concurrency} streams: p50 {ms(late['p50'])}"
            f"  p99 {ms(late['p99'])}  max {ms(late['max'])} ms")
    figures["provider"] = result


def startup(rounds, quick):
    file = scenario("startup", 1, "0ms", 1, 1)
    took = [first_request(file)[1] for _ in range(rounds * 3)]
    figures["startup"] = {"seconds": median(took)}
    say(f"startup: {median(took):.3f} s to the first request at the target, the floor's 30 "
        "exchanges and more measured before")


def scale(rounds, quick):
    """In one process where the descriptors of one are enough, else in two, whose memory adds up."""
    say("scale: 10,000 streams open at once, runner and provider")
    file = scenario("scale", 10, "2s", 10_000, 10_000, think="3s")
    descriptors = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if descriptors >= 20_100:
        run, provider_memory = runner(file, "direct", cpus=BOTH, watched=True), 0
    else:
        say(f"  in two processes: {descriptors:,} descriptors are too few for both ends in one")
        with Provider(file) as standing:
            watch = running.Watch(standing.process.pid, every=0.2)
            run = runner(file, standing.url, cpus=BOTH, watched=True)
            provider_memory = watch.growth()
    ends = run.target["exchanges"]["byEnd"]
    each = (run.resident + provider_memory) / 10_000 / 1024
    late = run.record["instrument"]["lateness"]["send"]
    say(f"  {ends}, {run.seconds:.1f} s, sends late p99 {ms(late['p99'])} ms; the provider's share of"
        f" memory {provider_memory / 10_000 / 1024:.1f} KiB")
    figures["scale"] = {
        "ends": ends, "kib.per.stream": each, "seconds": run.seconds, "send.late.p99": late["p99"],
        "processes": 1 if descriptors >= 20_100 else 2, "code": run.code}
    bar("scale", "resident memory of an open stream", each, most=40, unit="KiB")
    bar("scale", "streams that finished, of 10,000", ends.get("done", 0), least=10_000)


def report(rounds, quick):
    """One scenario of 10⁶ chunks, measured; its target stands in the record as often as needed."""
    say("report: of a record of 10⁷ samples")
    streams, length = 200, 5_000
    run = runner(scenario("report", length, "0ms", streams, 32, think="0ms"), "direct", cpus=BOTH)
    samples = run.measure("added.chunk", "n")
    copies = -(-10_000_000 // samples)
    run.record["targets"] = [{**run.target, "name": f"direct-{n}"} for n in range(copies)]
    path = WORK / "large.json"
    path.write_text(json.dumps(run.record))
    took, peak = [], []
    for _ in range(rounds):
        begun = time.monotonic()
        process = running.start([PROGRAM, "report", path, f"--out={fresh('large')}"], BOTH,
                                stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        took.append(time.monotonic() - begun)
        peak.append(usage.ru_maxrss / 1024)
        if process.returncode:
            sys.exit(f"relaymark report: code {process.returncode}")
    figures["report"] = {"samples": samples * copies, "targets": copies,
                         "record.bytes": path.stat().st_size, "seconds": median(took),
                         "peak.mib": median(peak)}
    say(f"  {samples * copies:,} samples of {copies} targets, {path.stat().st_size / 1e6:.0f} MB")
    bar("report", "time", median(took), most=2, unit="s")
    bar("report", "peak memory", median(peak), most=200, unit="MiB")


def machine():
    model = "unknown"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    return {"system": f"{platform.system()} {platform.release()} {platform.machine()}",
            "processor": model, "cores": os.cpu_count(),
            "memory": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
            "load": [round(load, 2) for load in os.getloadavg()]}


def stolen():
    """Seconds of processor time that the host of a virtual machine has kept for others so far."""
    for line in Path("/proc/stat").read_text().splitlines():
        if line.startswith("cpu "):
            return int(line.split()[8]) / os.sysconf("SC_CLK_TCK")
    return 0


AREAS = {area.__name__: area
         for area in (accuracy, error, flood, cost, provider, startup, scale, report)}


def keep(path, name, area):
    """Puts one area into the file, beside what was measured of the others."""
    kept = json.loads(path.read_text()) if path.exists() else {}
    kept[name] = area
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(dict(sorted(kept.items())), indent=1, ensure_ascii=False) + "\n")


def main():
    quick = "--quick" in sys.argv[3:]
    names = [name for name in sys.argv[3:] if name != "--quick"]
    facts = machine()
    tool = subprocess.run(
        [PROGRAM, "version"], capture_output=True, text=True, check=True).stdout.splitlines()[0]
    say(f"{facts['system']}, {facts['cores']} × {facts['processor']}, load {facts['load'][0]}")
    say(tool + ("; one short round only" if quick else ""))
    if facts["load"][0] > 0.5:
        say("others are busy on this machine: what is measured now says little")
    path = Path("out/bench" if quick else "reports/benchmarks", "instrument.json")
    for name in names or AREAS:
        facts, begun, before, taken = machine(), time.monotonic(), len(bars), stolen()
        AREAS[name](1 if quick else ROUNDS.get(name, 5), quick)
        seconds, taken = time.monotonic() - begun, stolen() - taken
        if taken > seconds * STOLEN:
            say(f"  the host kept {taken:.2f} s of these {seconds:.0f} s for others")
        keep(path, name, {
            "tool": tool, "machine": facts, "seconds": round(seconds), "stolen": round(taken, 2),
            "bars": bars[before:], "figures": figures[name]})
    failed = [entry for entry in bars if not entry["holds"]]
    say(f"{len(bars) - len(failed)} of {len(bars)} bars hold; {path}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
