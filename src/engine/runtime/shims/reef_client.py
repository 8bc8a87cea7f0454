"""The Lambda Runtime API over one kept connection. By hand, because http.client takes several times as long."""
import json
import socket

RUNTIME = "/2018-06-01/runtime"


class EngineGone(BaseException):
    """The other side closed the connection: nobody wants this sandbox any more."""


class Client:
    def __init__(self, address):
        host, _, rest = address.partition(":")
        port, slash, path = rest.partition("/")
        self.prefix = slash + path
        self.host = address.partition("/")[0]
        self.socket = socket.create_connection((host, int(port)))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, method, path, headers=(), body=b""):
        lines = [method + " " + self.prefix + path + " HTTP/1.1", "Host: " + self.host]
        lines.extend(name + ": " + value for name, value in headers)
        if method == "POST":
            lines.append("Content-Length: " + str(len(body)))
        try:
            self.socket.sendall("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)
            return self.receive()
        except OSError:
            raise EngineGone() from None

    def receive(self):
        data = bytearray()
        end = -1
        while end < 0:
            data += self.some()
            end = data.find(b"\r\n\r\n")
        headers = {}
        for line in data[:end].decode("latin-1").split("\r\n")[1:]:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        missing = int(headers.get("content-length", "0")) - (len(data) - end - 4)
        while missing > 0:
            chunk = self.some()
            data += chunk
            missing -= len(chunk)
        return headers, bytes(data[end + 4 :])

    def some(self):
        chunk = self.socket.recv(262144)
        if not chunk:
            raise EngineGone()
        return chunk

    def next(self):
        return self.send("GET", RUNTIME + "/invocation/next")

    def response(self, request_id, body, measured):
        headers = (("Content-Type", "application/json"), ("Reef-Measurement", measured))
        self.send("POST", RUNTIME + "/invocation/" + request_id + "/response", headers, body)

    def error(self, request_id, report, measured):
        headers = (("Reef-Measurement", measured),) + error_headers(report)
        self.send("POST", RUNTIME + "/invocation/" + request_id + "/error", headers, error_bytes(report))

    def init_error(self, report):
        self.send("POST", RUNTIME + "/init/error", error_headers(report), error_bytes(report))

    def loaded(self, files):
        self.send("POST", "/reef/loaded", (), json.dumps(files).encode())


def error_headers(report):
    # A header holds printable ASCII only.
    name = report["errorType"].encode("ascii", "replace").decode()
    return (("Content-Type", "application/json"), ("Lambda-Runtime-Function-Error-Type", name))


def error_bytes(report):
    return json.dumps(report).encode()
