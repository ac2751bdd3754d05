"""Drives the control interface at HOST:PORT with toxiproxy-python, and traffic through its toxics.

Each check is a function; one line for each that fails, and the last line counts them.
"""

import re
import socket
import struct
import sys
import threading
import time

import requests
from toxiproxy.api import APIConsumer
from toxiproxy.exceptions import InvalidToxic, NotFound, ProxyExists
from toxiproxy.utils import can_connect_to

from stage import (
    DONE, EVENTS, answer, ask, connect, echo, json, once, place, raises, receive, server,
    stream,
)

ENDPOINTS = {
    "GET /version", "GET /proxies", "POST /proxies", "POST /populate", "GET /proxies/P",
    "POST /proxies/P", "PATCH /proxies/P", "DELETE /proxies/P", "GET /proxies/P/toxics",
    "POST /proxies/P/toxics", "GET /proxies/P/toxics/T", "POST /proxies/P/toxics/T",
    "PATCH /proxies/P/toxics/T", "DELETE /proxies/P/toxics/T", "POST /reset", "GET /metrics",
}

checks = []
called = set()


def check(function):
    checks.append(function)
    return function


def note_calls():
    """Remembers which endpoints the client has called with success."""
    plain = requests.Session.request

    def request(self, method, url, **arguments):
        response = plain(self, method, url, **arguments)
        path = re.sub(r"^http://[^/]+", "", url)
        path = re.sub(r"^(/proxies/)[^/]+", r"\1P", path)
        path = re.sub(r"(/toxics/)[^/]+", r"\1T", path)
        if response.ok:
            called.add(f"{method.upper()} {path}")
        return response

    requests.Session.request = request


# What the client's own tests expect.


@check
def runs_and_has_a_version():
    assert server.running()
    assert b"2." in server.version()
    assert not can_connect_to("127.0.0.1", 1)


@check
def a_disabled_proxy_keeps_its_words():
    proxy = server.create("localhost:3306", "m", enabled=False, listen="127.0.0.1:43215")
    assert (proxy.name, proxy.upstream) == ("m", "localhost:3306")
    assert (proxy.enabled, proxy.listen) == (False, "127.0.0.1:43215")
    assert not can_connect_to("127.0.0.1", 43215)


@check
def proxies_are_found_and_destroyed():
    server.create("localhost:3306", "m")
    found = server.get_proxy("m")
    assert (found.name, found.upstream, found.enabled) == ("m", "localhost:3306", True)
    assert server.get_proxy("other") is None
    assert server.destroy(found) and server.proxies() == {}
    raises(NotFound, found.destroy)


@check
def names_are_unique():
    server.create("localhost:3306", "m")
    raises(ProxyExists, server.create, "localhost:3306", "m")
    message = raises(
        ProxyExists, APIConsumer.post, "/proxies", json={"upstream": "a:1", "name": "m"})
    assert "proxy already exists" in message


@check
def unknown_paths_are_not_found():
    assert "404 page not found" in raises(NotFound, APIConsumer.get, "/not_found")
    raises(NotFound, APIConsumer.get, "/proxies/")


@check
def disable_and_enable_keep_port_and_toxics():
    with echo() as proxy:
        proxy.add_toxic(type="latency", attributes={"latency": 123})
        before = proxy.listen
        for _ in range(20):
            proxy.disable()
            assert not can_connect_to(*place(proxy))
            proxy.enable()
            assert can_connect_to(*place(proxy))
        assert server.get_proxy("echo").listen == before
        assert proxy.get_toxic("latency_downstream").attributes["latency"] == 123
        with proxy.down():
            assert not can_connect_to(*place(proxy))
        assert can_connect_to(*place(proxy))


@check
def reset_enables_and_removes():
    with echo() as proxy:
        proxy.disable()
        proxy.add_toxic(type="latency", attributes={"latency": 123})
        assert server.reset()
        assert can_connect_to(*place(proxy)) and proxy.toxics() == {}
        assert server.get_proxy("echo").listen == proxy.listen


@check
def populate_by_the_client():
    def populate(port):
        made = server.populate([{"name": "p", "upstream": "a:1", "listen": f"localhost:{port}"}])
        assert all(can_connect_to(*place(proxy)) for proxy in made)

    populate(22222)
    populate(22223)
    assert not can_connect_to("127.0.0.1", 22222)


# Endpoints that the client has no word for, through its own transport.


@check
def populate_endpoint():
    wanted = [{"name": "a", "listen": "127.0.0.1:0", "upstream": "b:1"},
              {"name": "b", "listen": "127.0.0.1:0", "upstream": "b:2", "enabled": False}]
    answer = APIConsumer.post("/populate", json=wanted)
    assert answer.status_code == 201
    assert [(p["name"], p["enabled"]) for p in json(answer)["proxies"]] == [
        ("a", True), ("b", False)]
    assert sorted(server.proxies()) == ["a", "b"]
    message = raises(InvalidToxic, APIConsumer.post, "/populate", json=[{"upstream": "b:1"}])
    assert "missing required field: name at proxy 1" in message


@check
def update_a_proxy():
    with echo() as proxy:
        APIConsumer.post("/proxies/echo", json={"upstream": "127.0.0.1:1"})
        assert server.get_proxy("echo").upstream == "127.0.0.1:1"
        raises(ConnectionResetError, lambda: receive(connect(proxy), 1))
        url = f"http://{APIConsumer.host}:{APIConsumer.port}/proxies/echo"
        moved = requests.patch(url, json={"listen": "localhost:0"}).json()
        assert moved["listen"] != proxy.listen and moved["enabled"]
        assert not can_connect_to(*place(proxy))
        assert APIConsumer.get("/proxies/echo").json() == moved


@check
def toxics_one_by_one():
    with echo() as proxy:
        proxy.add_toxic(type="latency", name="slow", stream="upstream", toxicity=0.5)
        assert proxy.get_toxic("slow").attributes == {"latency": 0, "jitter": 0}
        path = "/proxies/echo/toxics/slow"
        changed = APIConsumer.post(path, json={"attributes": {"jitter": 5}, "toxicity": 1}).json()
        assert changed == {"name": "slow", "type": "latency", "stream": "upstream",
                           "toxicity": 1, "attributes": {"latency": 0, "jitter": 5}}
        assert APIConsumer.get(path).json() == changed
        url = f"http://{APIConsumer.host}:{APIConsumer.port}{path}"
        changed = requests.patch(url, json={"attributes": {"latency": 7}}).json()
        assert changed["attributes"] == {"latency": 7, "jitter": 5}
        assert proxy.destroy_toxic("slow") and proxy.toxics() == {}
        raises(NotFound, proxy.destroy_toxic, "slow")


@check
def metrics_move_while_a_stream_goes_on():
    with echo() as proxy, connect(proxy) as connection:
        connection.sendall(b"x" * 1000)
        assert len(receive(connection, 1000)) == 1000
        text = APIConsumer.get("/metrics").text
        for direction in "upstream", "downstream":
            pattern = f'toxiproxy_proxy_sent_bytes_total{{direction="{direction}",.*}} 1000\n'
            assert re.search(pattern, text), text
        assert text.endswith("# EOF\n")


# What goes through.


@check
def latency_delays():
    with echo() as proxy, connect(proxy) as connection:
        proxy.add_toxic(type="latency", attributes={"latency": 200})
        for _ in range(3):
            begun = time.monotonic()
            connection.sendall(b"x")
            assert receive(connection, 1) == b"x"
            assert 0.19 < time.monotonic() - begun < 1
        proxy.destroy_toxic("latency_downstream")
        begun = time.monotonic()
        connection.sendall(b"x")
        assert receive(connection, 1) == b"x" and time.monotonic() - begun < 0.15


@check
def bandwidth_limits():
    with echo() as proxy:
        proxy.add_toxic(type="bandwidth", attributes={"rate": 100})
        with connect(proxy) as connection:
            begun = time.monotonic()
            connection.sendall(b"x" * 50_000)
            assert len(receive(connection, 50_000)) == 50_000
            assert 0.45 < time.monotonic() - begun < 2
        APIConsumer.post(
            "/proxies/echo/toxics/bandwidth_downstream", json={"attributes": {"rate": 0}})
        with connect(proxy) as connection:
            connection.sendall(b"x")
            connection.settimeout(0.5)
            raises(TimeoutError, receive, connection, 1)
            proxy.destroy_toxic("bandwidth_downstream")
            connection.settimeout(10)
            assert receive(connection, 1) == b"x"


@check
def slow_close_holds_the_end():
    with echo() as proxy:
        proxy.add_toxic(type="slow_close", attributes={"delay": 300})
        with connect(proxy) as connection:
            connection.sendall(b"x")
            connection.shutdown(socket.SHUT_WR)
            begun = time.monotonic()
            assert receive(connection, 2) == b"x"
            assert 0.28 < time.monotonic() - begun < 1.5


@check
def timeout_drops_and_closes_in_time():
    with echo() as proxy:
        proxy.add_toxic(type="timeout", attributes={"timeout": 500})
        with connect(proxy) as connection:
            begun = time.monotonic()
            connection.settimeout(5)
            stop = threading.Event()

            def feed():
                try:
                    while not stop.wait(0.05):
                        connection.sendall(b"x")
                except OSError:
                    pass

            feeder = threading.Thread(target=feed)
            feeder.start()
            try:
                assert receive(connection, 1) == b""
            except ConnectionResetError:
                pass
            taken = time.monotonic() - begun
            stop.set()
            feeder.join()
            assert 0.45 < taken < 1.5, taken


@check
def reset_peer_resets_open_connections():
    with echo() as proxy, connect(proxy) as connection:
        connection.sendall(b"x")
        assert receive(connection, 1) == b"x"
        proxy.add_toxic(type="reset_peer", attributes={"timeout": 0})
        raises(ConnectionResetError, receive, connection, 1)


@check
def limit_data_is_exact():
    with echo() as proxy:
        proxy.add_toxic(type="limit_data", attributes={"bytes": 1003})
        with connect(proxy) as connection:
            connection.sendall(b"x" * 5000)
            assert len(receive(connection, 5000)) == 1003


@check
def slicer_slices():
    with echo() as proxy:
        proxy.add_toxic(
            type="slicer", attributes={"average_size": 10, "size_variation": 2, "delay": 1000})
        with connect(proxy) as connection:
            connection.sendall(b"x" * 200)
            reads = []
            while sum(reads) < 200:
                reads.append(len(connection.recv(4096)))
            assert len(reads) > 5, reads


@check
def resets_and_half_closes_pass():
    with socket.create_server(("127.0.0.1", 0)) as origin:
        proxy = server.create(f"127.0.0.1:{origin.getsockname()[1]}", "plain")
        with connect(proxy) as client:
            peer, _ = origin.accept()
            client.sendall(b"question")
            client.shutdown(socket.SHUT_WR)
            assert receive(peer, 99) == b"question"
            peer.sendall(b"answer")
            assert receive(client, 6) == b"answer"
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            peer.close()
            raises(ConnectionResetError, receive, client, 1)


# What must not do harm.


@check
def absurd_attributes_are_refused():
    with echo() as proxy:
        absurd = [("slicer", {}), ("slicer", {"average_size": 10, "size_variation": 60}),
                  ("latency", {"latency": -1}), ("latency", {"latency": 1.5}),
                  ("latency", {"latency": "100"}), ("latency", {"latency": 10 ** 30}),
                  ("bandwidth", {"rate": -5}), ("nonsense", {}), ("limit_data", {"bytes": -1})]
        for kind, attributes in absurd:
            raises(InvalidToxic, APIConsumer.post, "/proxies/echo/toxics",
                   json={"type": kind, "attributes": attributes})
        assert proxy.toxics() == {}
        with connect(proxy) as connection:
            connection.sendall(b"x")
            assert receive(connection, 1) == b"x"


@check
def our_faults_are_toxics_too():
    with echo() as proxy:
        proxy.add_toxic(type="stall", attributes={"at": "byte(3)"})
        assert proxy.get_toxic("stall_downstream").attributes == {"at": "byte(3)"}
        with connect(proxy) as connection:
            connection.sendall(b"abcdef")
            connection.settimeout(1)
            assert receive(connection, 3) == b"abc"
            raises(TimeoutError, receive, connection, 1)
            proxy.destroy_toxic("stall_downstream")
            connection.settimeout(10)
            assert receive(connection, 3) == b"def"


@check
def our_faults_know_events():
    with stream() as proxy:
        assert once(proxy)[:2] == (200, b"".join(EVENTS) + DONE)
        toxics = [
            ("drop-event", {"at": "event(2)"}, [EVENTS[0], *EVENTS[2:], DONE]),
            ("duplicate", {"at": "event(3)"}, [*EVENTS[:3], *EVENTS[2:], DONE]),
            ("missing-terminator", {}, EVENTS),
            ("truncate", {"at": "event(4)"}, EVENTS[:4]),
            ("inject", {"text": "still here", "as": "comment", "at": "event(1)"},
             [EVENTS[0], b": still here\n\n", *EVENTS[1:], DONE]),
            ("reorder-events", {"at": "event(1)"}, [EVENTS[1], EVENTS[0], *EVENTS[2:], DONE]),
        ]
        for kind, attributes, expected in toxics:
            proxy.add_toxic(type=kind, attributes=attributes)
            status, body, _ = once(proxy)
            assert (status, body) == (200, b"".join(expected)), (kind, body)
            proxy.destroy_toxic(f"{kind}_downstream")
        assert once(proxy)[1] == b"".join(EVENTS) + DONE


@check
def our_pause_holds_and_can_be_changed():
    with stream() as proxy, connect(proxy) as connection:
        proxy.add_toxic(type="pause", attributes={"length": 300, "at": "event(2)"})
        assert proxy.get_toxic("pause_downstream").attributes["length"] == 300
        ask(connection)
        times = answer(connection)[2]
        assert 0.28 < times[2] - times[1] < 1.5, times
        APIConsumer.post("/proxies/stream/toxics/pause_downstream",
                         json={"attributes": {"length": "200ms", "at": "event(4)"}})
        ask(connection)
        times = answer(connection)[2]
        assert times[2] - times[1] < 0.18 < times[4] - times[3] < 1.5, times


@check
def our_reset_strikes_at_an_event():
    with stream() as proxy:
        proxy.add_toxic(type="reset", attributes={"at": "event(3) request(2)"})
        with connect(proxy) as connection:
            ask(connection)
            assert answer(connection)[1].endswith(DONE)
            ask(connection)
            raw = b""
            try:
                while data := connection.recv(65536):
                    raw += data
                raise AssertionError("FIN instead of RST")
            except ConnectionResetError:
                pass
            assert raw.count(b"data: ") == 3 and EVENTS[2] in raw and raw.endswith(b"\n\n"), raw


@check
def our_errors_have_the_shape_of_the_dialect():
    with stream() as proxy:
        proxy.add_toxic(type="status", attributes={"code": 429, "retry-after": "2s"})
        status, body, _ = once(proxy)
        assert status == 429 and b'"error"' in body, (status, body)
        proxy.destroy_toxic("status_downstream")
        proxy.add_toxic(
            type="error-event", attributes={"type": "overloaded_error", "at": "event(4)"})
        status, body, _ = once(proxy)
        assert status == 200 and body.startswith(b"".join(EVENTS[:4])), body
        assert b"overloaded_error" in body and DONE not in body, body


@check
def our_latency_has_a_distribution():
    with stream() as proxy:
        # `memory` is ours alone: with it `latency` is no longer Toxiproxy's.
        proxy.add_toxic(type="latency", attributes={"length": "normal(120ms,5ms)", "memory": "1s"})
        assert proxy.get_toxic("latency_downstream").attributes["memory"] == "1s"
        assert 0.08 < once(proxy)[2][0] < 1.5
        # The other way the request is held.
        proxy.destroy_toxic("latency_downstream")
        proxy.add_toxic(type="pause", stream="upstream",
                        attributes={"length": 250, "at": "before-headers"})
        assert 0.24 < once(proxy)[2][0] < 1.5


@check
def toxicity_repeats_with_the_seed():
    """Connections are numbered as they come; what is drawn hangs on that number alone."""
    def pattern():
        with stream() as proxy:
            proxy.add_toxic(type="status", attributes={"code": 503}, toxicity=0.3)
            return [once(proxy)[0] for _ in range(20)]

    first = pattern()
    assert set(first) == {200, 503} and pattern() == first, first


@check
def every_endpoint_was_called():
    assert not ENDPOINTS - called, ENDPOINTS - called


def main():
    host, port = sys.argv[1].rsplit(":", 1)
    server.update_api_consumer(host, int(port))
    note_calls()
    failed = 0
    for function in checks:
        try:
            function()
        except Exception as error:  # one that fails does not hide the others
            failed += 1
            line = error.__traceback__.tb_next.tb_lineno if error.__traceback__.tb_next else 0
            print(f"FAILED {function.__name__} (line {line}): {type(error).__name__}: {error}")
        server.destroy_all()
    print(f"{len(checks) - failed} passed, {failed} failed")
    sys.exit(failed > 0)


main()
