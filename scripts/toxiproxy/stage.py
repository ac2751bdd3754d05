"""What the checks of drive.py stand on: servers behind proxies, connections through them, answers."""

import re
import socket
import socketserver
import threading
import time
from contextlib import contextmanager

from toxiproxy import Toxiproxy

server = Toxiproxy()


class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        try:
            while data := self.request.recv(65536):
                self.request.sendall(data)
        except OSError:
            pass


EVENTS = [b'data: {"choices":[{"delta":{"content":"%d"}}]}\n\n' % n for n in range(1, 6)]
DONE = b"data: [DONE]\n\n"
STREAM_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n" \
    b"Transfer-Encoding: chunked\r\n\r\n"


class Stream(socketserver.BaseRequestHandler):
    """Answers each request with an event stream, one event a write."""

    def handle(self):
        pending = b""
        try:
            while data := self.request.recv(65536):
                pending += data
                while b"\r\n\r\n" in pending:
                    pending = pending.split(b"\r\n\r\n", 1)[1]
                    self.request.sendall(STREAM_HEAD)
                    for event in [*EVENTS, DONE]:
                        self.request.sendall(b"%x\r\n%s\r\n" % (len(event), event))
                        time.sleep(0.01)
                    self.request.sendall(b"0\r\n\r\n")
        except OSError:
            pass


@contextmanager
def before(handler, name, **options):
    """A proxy before a server."""
    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        request_queue_size = 256

    with Server(("127.0.0.1", 0), handler) as upstream:
        threading.Thread(target=upstream.serve_forever, daemon=True).start()
        proxy = server.create(f"127.0.0.1:{upstream.server_address[1]}", name, **options)
        try:
            yield proxy
        finally:
            proxy.destroy()
            upstream.shutdown()


def echo(**options):
    return before(Echo, "echo", **options)


def stream():
    return before(Stream, "stream")


def ask(connection):
    connection.sendall(b"GET /v1/stream HTTP/1.1\r\nHost: a\r\n\r\n")


def answer(connection):
    """One answer with its framing undone: status, body, and when each event of it came."""
    raw, times, begun = b"", [], time.monotonic()
    while not (raw.endswith(b"\r\n0\r\n\r\n") or ends(raw)):
        data = connection.recv(65536)
        if not data:
            break
        raw += data
        times += [time.monotonic() - begun] * data.count(b"data: ")
    head, _, body = raw.partition(b"\r\n\r\n")
    if b"chunked" in head.lower():
        plain = b""
        while body:
            size, _, rest = body.partition(b"\r\n")
            plain += rest[:int(size, 16)]
            body = rest[int(size, 16) + 2:]
        body = plain
    return int(head.split()[1]), body, times


def ends(raw):
    head, _, body = raw.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    return length is not None and len(body) >= int(length[1])


def once(proxy):
    with connect(proxy) as connection:
        ask(connection)
        return answer(connection)


def place(proxy):
    host, port = proxy.listen.rsplit(":", 1)
    return host, int(port)


def connect(proxy):
    connection = socket.create_connection(place(proxy), timeout=10)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def receive(connection, count):
    """Up to so many bytes, fewer if the connection ends."""
    data = b""
    while len(data) < count and (more := connection.recv(count - len(data))):
        data += more
    return data


def raises(kind, function, *arguments, **options):
    try:
        function(*arguments, **options)
    except kind as error:
        return str(error)
    raise AssertionError(f"no {kind.__name__}")


def json(response):
    assert response.headers["Content-Type"].startswith("application/json"), response.headers
    return response.json()
