"""The scripts that the clients read, and what each must give back."""

NONCE = "0123456789abcdef"
PROMPT = f"Count upwards. relaymark-nonce:{NONCE}"
MODEL = "relaymark-scripted"
USAGE = {"prompt": 1237, "completion": 419, "cached": 1024, "reasoning": 311}
ERROR = {"status": 429, "message": "slow down", "type": "rate_limit_error"}
CALLS = [("weather", {"city": "Zürich", "days": [1, 2]}), ("now", {})]

ROLE, USED, DONE = "role", "usage", "done"


def words(count, letter="t", first=0):
    return "".join(f"{letter}{n}-{NONCE[8:]} " for n in range(first, first + count))


def text(count, kind="text", **more):
    return {kind: {"tokens": count, "gap": "1ms", **more}}


def calls(pieces):
    return [
        {"toolCall": {"name": n, "arguments": a, "pieces": pieces, "gap": "1ms"}} for n, a in CALLS
    ]


def script(*steps):
    return list(steps)


def said(**parts):
    """What a client gives back; what is not named is nothing."""
    empty = {"text": "", "reasoning": "", "refusal": "", "calls": [], "finish": None, "usage": USAGE}
    return {**empty, **parts}


# name: (steps, what must be read)
SCRIPTS = {
    "everything": (
        script(
            ROLE, "keepAlive", text(3, "reasoning"), text(5), "keepAlive", *calls(4),
            {"finish": "tool_calls"}, USED, DONE,
        ),
        said(reasoning=words(3, "r"), text=words(5), calls=CALLS, finish="tool_calls"),
    ),
    "calls-alone": (
        script(ROLE, *calls(3), {"finish": "tool_calls"}, USED, DONE),
        said(calls=CALLS, finish="tool_calls"),
    ),
    "plain": (
        script(ROLE, text(20), {"finish": "stop"}, USED, DONE),
        said(text=words(20), finish="stop"),
    ),
    "length": (
        script(ROLE, text(4), {"finish": "length"}, USED, DONE),
        said(text=words(4), finish="length"),
    ),
    "filtered": (
        script(ROLE, text(4), {"finish": "content_filter"}, USED, DONE),
        said(text=words(4), finish="content_filter"),
    ),
    "stop-sequence": (
        script(ROLE, text(4), {"finish": {"reason": "stop", "sequence": "END"}}, USED, DONE),
        said(text=words(4), finish="stop"),
    ),
    "refusal": (
        script(ROLE, text(4, "refusal"), {"finish": "stop"}, USED, DONE),
        said(refusal=words(4, "n"), finish="stop"),
    ),
    "two-answers": (
        script(
            ROLE, text(2), text(3, choice=1), text(2), {"finish": "stop"},
            {"finish": {"reason": "length", "choice": 1}}, USED, DONE,
        ),
        {
            "texts": [words(2) + words(2, first=5), words(3, first=2)],
            "finishes": ["stop", "length"],
        },
    ),
    "error-before": (script({"error": {**ERROR, "retryAfter": 1}}), {"error": ERROR}),
    "error-inside": (
        script(ROLE, text(3), {"errorEvent": ERROR}),
        {"error": ERROR, "text": words(3)},
    ),
}
