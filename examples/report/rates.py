"""Stands for a slow service: an HTTP server on this machine that gives the exchange rates of a month."""
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

CURRENCIES = ("EUR", "USD", "JPY", "GBP", "CHF")


class Rates(BaseHTTPRequestHandler):
    def do_GET(self):
        query = parse_qs(urlsplit(self.path).query)
        month = int(query["month"][0])
        time.sleep(float(query["delay_ms"][0]) / 1000)
        body = json.dumps({name: 1 + (month * 7 + at * 3) % 10 / 20 for at, name in enumerate(CURRENCIES)}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Says nothing: the function's output is its own."""


server = ThreadingHTTPServer(("127.0.0.1", 0), Rates)
threading.Thread(target=server.serve_forever, daemon=True).start()
URL = f"http://127.0.0.1:{server.server_port}/rates"
