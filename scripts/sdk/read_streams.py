"""Plays every script to every client and compares: python read_streams.py [CLIENT…]."""

import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from clients import CLIENTS, Failure  # noqa: E402
from scripts import MODEL, SCRIPTS  # noqa: E402

# Answers that an SDK's own accumulator, or a dialect, has no place for.
WITHOUT_CHOICES = {
    "openai-chat-accumulated", "openai-responses", "openai-responses-accumulated",
    "anthropic-messages", "bedrock", "cohere", "ollama",
}
WITH_REFUSALS = {
    "openai-chat", "openai-chat-accumulated", "openai-responses", "openai-responses-accumulated",
    "azure",
}
# Ends that an SDK's accumulator takes for a failure; its plain stream reads them.
RAISES_ON_FINISH = {
    "openai-chat-accumulated": {"length", "filtered"},
    "openai-responses-accumulated": {"length", "filtered"},
}


@contextlib.contextmanager
def provider(steps):
    """The scripted provider with these steps; gives its address."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "script.json5")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(
                {"name": "sdk", "provider": {"think": "0", "script": steps}}, file,
                ensure_ascii=False,
            )
        process = subprocess.Popen(
            [os.environ["RELAYMARK"], "provider", "--listen=127.0.0.1:0", f"--scenario={path}"],
            stderr=subprocess.PIPE, text=True,
        )
        try:
            line = process.stderr.readline()
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
            if not found:
                raise SystemExit(f"error: the provider does not start: {line}")
            yield found.group()
        finally:
            process.terminate()
            process.wait(10)


def differences(expected, read):
    """What is not as the script says."""
    for key, value in expected.items():
        if key == "texts":
            got = [choice["text"] for choice in read["choices"]]
        elif key == "finishes":
            got = [choice["finish"] for choice in read["choices"]]
        elif key == "usage":
            # A detail that a dialect has no word for is not there, but never another number.
            used = read["usage"] or {}
            got = {name: used.get(name) for name in value}
            value = {
                name: count for name, count in value.items()
                if got[name] is not None or name in ("prompt", "completion")
            }
            got = {name: got[name] for name in value}
        else:
            got = read[key]
        if got != value:
            yield f"{key}: expected {value!r}, read {got!r}"


def failed(expected, call, address, inside):
    """An error must be raised with its words, and its status where it came before the stream."""
    try:
        read = call(address)
    except Failure as failure:
        error = expected["error"]
        if error["message"] not in str(failure):
            yield f"raised {failure.kind} without the message: {failure}"
        if not inside and failure.status != error["status"]:
            yield f"raised {failure.kind} with status {failure.status}, not {error['status']}"
        if inside and failure.read is not None and failure.read["text"] != expected["text"]:
            yield f"text before the error: {failure.read['text']!r}"
        return
    yield f"raised nothing and read {read!r}"


def skipped(client, name):
    return (
        (name == "two-answers" and client in WITHOUT_CHOICES)
        or (name == "refusal" and client not in WITH_REFUSALS)
        or name in RAISES_ON_FINISH.get(client, ())
    )


def check(client, name, address):
    """Every problem of this client with this script."""
    stream, whole, _ = CLIENTS[client]
    _, expected = SCRIPTS[name]
    for form, call in (("stream", stream), ("whole", whole)):
        if call is None or (form == "whole" and name == "error-inside"):
            continue
        if "error" in expected:
            found = failed(expected, call, address, name == "error-inside")
        else:
            try:
                found = differences(expected, call(address))
            except Failure as failure:
                found = [f"raised {failure.kind}: {failure}"]
        for problem in found:
            yield f"{form}: {problem}"


def main(names):
    unknown = [name for name in names if name not in CLIENTS]
    if unknown:
        raise SystemExit(f"error: no client {unknown[0]}; there are {', '.join(CLIENTS)}")
    chosen = names or list(CLIENTS)
    passed = failures = 0
    for name, (steps, _) in SCRIPTS.items():
        with provider(steps) as address:
            for client in chosen:
                if skipped(client, name):
                    continue
                problems = list(check(client, name, address))
                if name == "plain" and CLIENTS[client][2]:
                    models = CLIENTS[client][2](address)
                    problems += [] if models == [MODEL] else [f"models: {models}"]
                if problems:
                    failures += 1
                    print(f"{client} reads {name}: FAILED")
                    for problem in problems:
                        print(f"  {problem}")
                else:
                    passed += 1
    print(f"{passed} passed, {failures} failed")
    return 1 if failures or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
