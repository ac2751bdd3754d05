"""What all clients share: the question, what is read, and how a client fails."""

from scripts import MODEL, PROMPT

KEY = "sk-relaymark-test"
MESSAGES = [{"role": "user", "content": PROMPT}]


class Failure(Exception):
    """The SDK raised: the status, if it had one, and its words; and what had been read before."""

    def __init__(self, error, read=None):
        # Mistral's client has what it could not read beside its message.
        super().__init__(f"{error} {getattr(error, 'body', None) or ''}")
        self.status = next(
            (v for k in ("status_code", "code") if isinstance(v := getattr(error, k, None), int)),
            None,
        )
        self.kind = type(error).__name__
        self.read = read


def fresh():
    return {"text": "", "reasoning": "", "refusal": "", "calls": [], "finish": None, "usage": None}


def usage(prompt, completion, cached=None, reasoning=None):
    return {"prompt": prompt, "completion": completion, "cached": cached, "reasoning": reasoning}


def number(value, *path):
    for name in path:
        value = value.get(name) if isinstance(value, dict) else getattr(value, name, None)
    return value
