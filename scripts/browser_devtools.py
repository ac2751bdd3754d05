"""Chromium over its DevTools pipe, with nothing but Python's standard library."""
import base64
import fcntl
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time

PROGRAM = os.environ.get("CHROMIUM", "chromium")


class BrowserError(Exception):
    """The browser did not start, did not answer in time, or refused a command."""


def high_pipe():
    """A pipe whose ends are above 9, so that moving one to 3 or 4 cannot overwrite another."""
    low = os.pipe()
    high = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in low]
    for end in low:
        os.close(end)
    return high


class Browser:
    """One Chromium process; commands go to its descriptor 3, answers come from 4, NUL-ended."""

    def __init__(self, seconds):
        self.deadline = time.monotonic() + seconds
        self.seconds = seconds
        self.number = 0
        self.buffer = bytearray()
        self.events = []

    def __enter__(self):
        self.home = tempfile.mkdtemp(prefix="browser-test-")
        commands_out, self.commands = high_pipe()
        self.answers, answers_in = high_pipe()

        def descriptors():
            os.dup2(commands_out, 3, inheritable=True)
            os.dup2(answers_in, 4, inheritable=True)

        arguments = [
            PROGRAM, "--headless=new", "--remote-debugging-pipe", f"--user-data-dir={self.home}",
            "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-sync",
            "--disable-background-networking", "--disable-component-update",
            "--disable-extensions", "--hide-scrollbars", "--force-color-profile=srgb",
            "about:blank",
        ]
        if os.geteuid() == 0:
            arguments.insert(1, "--no-sandbox")
        self.process = subprocess.Popen(
            arguments, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, close_fds=False, preexec_fn=descriptors,
            start_new_session=True)
        os.close(commands_out)
        os.close(answers_in)
        return self

    def __exit__(self, *_):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        os.close(self.commands)
        os.close(self.answers)
        shutil.rmtree(self.home, ignore_errors=True)

    def open(self, url, width, scheme, media=""):
        """Loads a page in a tab of its own and waits until it is complete."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, session)
        self.events.clear()
        for domain in ("Page", "Runtime", "Log", "Network"):
            page.call(f"{domain}.enable")
        page.call("Emulation.setDeviceMetricsOverride", width=width, height=900,
                  deviceScaleFactor=1, mobile=width < 600)
        page.call("Emulation.setEmulatedMedia", media=media,
                  features=[{"name": "prefers-color-scheme", "value": scheme}])
        answer = page.call("Page.navigate", url=url)
        if answer.get("errorText"):
            raise BrowserError(f"the page does not load: {answer['errorText']}")
        while not any(event["method"] == "Page.loadEventFired" for event in page.events()):
            self.events.append(self.read())
        return page

    def call(self, method, session=None, **parameters):
        self.number += 1
        number = self.number
        message = {"id": number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        try:
            os.write(self.commands, json.dumps(message).encode() + b"\0")
        except BrokenPipeError:
            raise BrowserError("the browser is gone") from None
        while True:
            answer = self.read()
            if answer.get("id") != number:
                self.events.append(answer)
            elif "error" in answer:
                raise BrowserError(f"{method}: {answer['error']['message']}")
            else:
                return answer["result"]

    def read(self):
        while b"\0" not in self.buffer:
            left = self.deadline - time.monotonic()
            if left <= 0 or not select.select([self.answers], [], [], left)[0]:
                raise BrowserError(f"not finished within {self.seconds} s")
            piece = os.read(self.answers, 1 << 20)
            if not piece:
                raise BrowserError("the browser ended unexpectedly")
            self.buffer += piece
        message, _, rest = bytes(self.buffer).partition(b"\0")
        self.buffer = bytearray(rest)
        return json.loads(message)


class Page:
    """One tab."""

    def __init__(self, browser, session):
        self.browser = browser
        self.session = session

    def call(self, method, **parameters):
        return self.browser.call(method, self.session, **parameters)

    def events(self):
        return [event for event in self.browser.events
                if event.get("sessionId") == self.session and "method" in event]

    def evaluate(self, expression):
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in answer:
            raise BrowserError(f"the probe failed: {answer['exceptionDetails']}")
        return answer["result"]["value"]

    def screenshot(self, width):
        height = self.evaluate("Math.ceil(document.documentElement.getBoundingClientRect().height)")
        data = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True,
                         clip={"x": 0, "y": 0, "width": width, "height": min(height, 16000),
                               "scale": 1})["data"]
        return base64.b64decode(data)

    def complaints(self, url):
        """What the browser itself had to say, and every request but the one for the page."""
        found = []
        for event in self.events():
            method, details = event["method"], event["params"]
            if method == "Runtime.exceptionThrown":
                found.append(f"exception: {details['exceptionDetails'].get('text', '')}")
            elif method == "Runtime.consoleAPICalled" and details["type"] in ("error", "warning",
                                                                             "assert"):
                values = [str(value.get("value", "")) for value in details["args"]]
                found.append(f"console {details['type']}: {' '.join(values)}")
            elif method == "Log.entryAdded" and details["entry"]["level"] in ("error", "warning"):
                found.append(f"log: {details['entry']['text']}")
            elif method == "Network.requestWillBeSent" and details["request"]["url"] != url:
                found.append(f"request to {details['request']['url'][:200]}")
        return found
