"""Runs beside a Python handler, as its runtime: loads it, asks the Lambda Runtime API for work, measures each call.

Standard library only, Python 3.9 or later. Never changes what the handler returns.
"""
import decimal
import gc
import importlib
import json
import os
import socket
import sys
import time
import traceback

try:
    import resource
except ImportError:  # Windows
    resource = None

RUNTIME = "/2018-06-01/runtime"


class EngineGone(BaseException):
    """The other side closed the connection: nobody wants this sandbox any more."""


class Client:
    """The Lambda Runtime API over one kept connection. By hand, because http.client takes several times as long."""

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


def error_report(error, kind=None, message=None):
    """An exception in the form in which AWS's own Python runtime reports it, without this file's own frames."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename != __file__ and not frame.filename.startswith("<frozen importlib")]
    lines = traceback.format_list(frames)
    if isinstance(error, SyntaxError) and error.filename:
        lines.append('  File "%s" Line %s\n    %s\n' % (error.filename, error.lineno, (error.text or "").strip()))
    return {"errorMessage": str(error) if message is None else message, "errorType": kind or type(error).__name__, "stackTrace": lines}


class InitFault(Exception):
    def __init__(self, report):
        super().__init__(report["errorMessage"])
        self.report = report


def load_handler(name):
    """The handler `path/to/module.function`, imported from the code root."""
    module_name, dot, symbol = name.rpartition(".")
    if not dot or not module_name or not symbol:
        raise InitFault({"errorMessage": "Bad handler '%s': not enough values to unpack" % name, "errorType": "Runtime.MalformedHandlerName", "stackTrace": []})
    module_name = module_name.replace("/", ".")
    try:
        module = importlib.import_module(module_name)
    except ImportError as error:
        raise InitFault(error_report(error, "Runtime.ImportModuleError", "Unable to import module '%s': %s" % (module_name, error)))
    except SyntaxError as error:
        raise InitFault(error_report(error, "Runtime.UserCodeSyntaxError", "Syntax error in module '%s': %s" % (module_name, error)))
    except Exception as error:
        raise InitFault(error_report(error))
    handler = getattr(module, symbol, None)
    if handler is None:
        raise InitFault({"errorMessage": "Handler '%s' missing on module '%s'" % (symbol, module_name), "errorType": "Runtime.HandlerNotFound", "stackTrace": []})
    if not callable(handler):
        raise InitFault({"errorMessage": "Handler '%s' on module '%s' is not a function" % (symbol, module_name), "errorType": "Runtime.HandlerNotFound", "stackTrace": []})
    return handler


class CognitoIdentity:
    cognito_identity_id = None
    cognito_identity_pool_id = None


class LambdaContext:
    def __init__(self, headers):
        env = os.environ
        self.aws_request_id = headers["lambda-runtime-aws-request-id"]
        self.invoked_function_arn = headers.get("lambda-runtime-invoked-function-arn")
        self.function_name = env.get("AWS_LAMBDA_FUNCTION_NAME")
        self.function_version = env.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.memory_limit_in_mb = env.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.log_group_name = env.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = env.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.client_context = None
        self.identity = CognitoIdentity()
        self._deadline_ms = int(headers["lambda-runtime-deadline-ms"])

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline_ms - int(time.time() * 1000))

    def log(self, message):
        sys.stdout.write(str(message))


class Encoder(json.JSONEncoder):
    """As AWS's marshaller: decimals are numbers; from Python 3.12 on, text is not escaped."""

    def __init__(self):
        super().__init__(ensure_ascii=sys.version_info < (3, 12))

    def default(self, value):
        if isinstance(value, decimal.Decimal):
            return float(value)
        return super().default(value)


ENCODER = Encoder()


class Meter:
    """What one call used, children that it waited for included. Wall time is taken innermost."""

    def __init__(self):
        self.gc_seconds = 0.0
        self.gc_started = 0.0
        gc.callbacks.append(self.on_gc)

    def on_gc(self, phase, _info):
        if phase == "start":
            self.gc_started = time.perf_counter()
        else:
            self.gc_seconds += time.perf_counter() - self.gc_started

    def start(self):
        self.gc_seconds = 0.0
        self.usage = usage()
        self.started = time.perf_counter()

    def stop(self):
        seconds = time.perf_counter() - self.started
        measured = {"durationMs": round(seconds * 1e3, 3), "gcMs": round(self.gc_seconds * 1e3, 3)}
        for name, before, after in zip(COUNTERS, self.usage, usage()):
            measured[name] = round(after - before, 3)
        if resource is not None:
            measured["peakRssMb"] = peak_rss_mb()
        return json.dumps(measured)


COUNTERS = ("cpuUserMs", "cpuSystemMs", "minorFaults", "majorFaults", "voluntarySwitches", "involuntarySwitches")


def usage():
    """As many of COUNTERS as the platform has, since the process started."""
    if resource is None:
        times = os.times()
        return times.user * 1e3, times.system * 1e3
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (
        (own.ru_utime + children.ru_utime) * 1e3,
        (own.ru_stime + children.ru_stime) * 1e3,
        own.ru_minflt + children.ru_minflt,
        own.ru_majflt + children.ru_majflt,
        own.ru_nvcsw + children.ru_nvcsw,
        own.ru_nivcsw + children.ru_nivcsw,
    )


def peak_rss_mb():
    """On Linux ru_maxrss also covers the process that started this one, up to the exec: /proc tells this program's own peak."""
    try:
        with open("/proc/self/status", "rb") as status:
            for line in status:
                if line.startswith(b"VmHWM:"):
                    return round(int(line.split()[1]) / 1024, 3)
    except OSError:
        pass
    unit = 2**20 if sys.platform == "darwin" else 1024
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit, 3)


def loaded_files(root):
    """Files under the code root that were imported so far, except installed packages."""
    files = set()
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and file.startswith(root) and "site-packages" not in file:
            files.add(file)
    return sorted(files)


def marshal(result):
    try:
        text = ENCODER.encode(result)
    except (TypeError, ValueError, RecursionError) as error:
        return None, {"errorMessage": "Unable to marshal response: %s" % error, "errorType": "Runtime.MarshalError", "stackTrace": []}
    try:
        return text.encode(), None
    except UnicodeEncodeError:
        return json.dumps(json.loads(text)).encode(), None


def call(handler, meter, headers, payload):
    """Returns (response body, error report, measurement, whether the process must end)."""
    try:
        event = json.loads(payload)
    except ValueError as error:
        meter.start()
        return None, error_report(error, "Runtime.UnmarshalError", "Unable to unmarshal input: %s" % error), meter.stop(), False
    context = LambdaContext(headers)
    meter.start()
    try:
        result = handler(event, context)
        measured = meter.stop()
    except SystemExit:
        raise
    except BaseException as error:
        measured = meter.stop()
        return None, error_report(error), measured, not isinstance(error, Exception)
    body, report = marshal(result)
    return body, report, measured, False


def flush_output():
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass


def serve(client, root):
    try:
        handler = load_handler(os.environ["_HANDLER"])
    except InitFault as fault:
        flush_output()
        client.init_error(fault.report)
        os._exit(1)
    meter = Meter()
    known = -1
    while True:
        if len(sys.modules) != known:
            known = len(sys.modules)
            client.loaded(loaded_files(root))
        headers, payload = client.next()
        request_id = headers["lambda-runtime-aws-request-id"]
        os.environ["_X_AMZN_TRACE_ID"] = headers.get("lambda-runtime-trace-id", "")
        body, report, measured, fatal = call(handler, meter, headers, payload)
        flush_output()
        if report is None:
            client.response(request_id, body, measured)
        else:
            client.error(request_id, report, measured)
        del body, payload
        if fatal:
            os._exit(1)


def main():
    root = os.path.abspath(os.environ["LAMBDA_TASK_ROOT"])
    os.environ.pop("REEF_HANDLER_FILE", None)
    sys.path[0] = root
    sys.argv = [""]
    # The workspace stays as it is, and no stale bytecode is read after a quick edit.
    sys.dont_write_bytecode = True
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)
    try:
        serve(Client(os.environ["AWS_LAMBDA_RUNTIME_API"]), os.path.join(root, ""))
    except EngineGone:
        os._exit(0)


# Processes that the function starts by `spawn` import this file again under another name.
if __name__ == "__main__":
    main()
