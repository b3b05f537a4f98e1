"""A stand-in for vLLM: /health, /v1/models and one-token completions; a child process, as vLLM has."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

port, model, folder, behaviour = int(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), sys.argv[4]
starts = len(list(folder.glob("start-*"))) + 1
(folder / f"start-{starts}").write_text(str(time.time()))
if behaviour == "dies":
    sys.exit("no such kernel")
core = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
(folder / "core.pid").write_text(str(core.pid))
(folder / "server.pid").write_text(str(__import__("os").getpid()))


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        pass

    def _send(self, code: int, body: object) -> None:
        data = json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self) -> None:
        alive = core.poll() is None
        body = {"data": [{"id": model}]} if self.path == "/v1/models" else {}
        self._send(200 if alive else 503, body)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        if behaviour == "dies at the first request":
            __import__("os")._exit(1)
        self._send(200, {"choices": [{"text": " world"}]})


ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
