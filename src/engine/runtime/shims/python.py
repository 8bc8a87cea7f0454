"""Runs beside a Python handler, as its runtime: loads it, asks the Lambda Runtime API for work, measures each call.

Standard library only, Python 3.9 or later. Never changes what the handler returns.
"""
import sys

# The workspace and Reef's own folder stay as they are, and no stale bytecode is read after a quick edit.
sys.dont_write_bytecode = True

import decimal
import importlib
import json
import os
import time
import traceback

from reef_client import Client, EngineGone
from reef_measure import Meter


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
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)
    try:
        serve(Client(os.environ["AWS_LAMBDA_RUNTIME_API"]), os.path.join(root, ""))
    except EngineGone:
        os._exit(0)


# Processes that the function starts by `spawn` import this file again under another name.
if __name__ == "__main__":
    main()
