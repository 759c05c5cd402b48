"""A Flask application with flask-cors: `flask_app.py FILE PORT`; FILE is its dotenv."""

import sys
from pathlib import Path
from typing import Any

from flask import Flask, Response
from flask_cors import CORS
from werkzeug.serving import make_server


def settings(text: str) -> dict[str, Any]:
    """What `CORS` is given: the lines of the file."""
    pairs = dict(line.split("=", 1) for line in text.splitlines() if line)
    found: dict[str, Any] = {}
    if "CORS_ORIGINS" in pairs:
        found["origins"] = pairs["CORS_ORIGINS"].split(",")
    if "CORS_METHODS" in pairs:
        found["methods"] = pairs["CORS_METHODS"].split(",")
    if "CORS_EXPOSE" in pairs:
        found["expose_headers"] = pairs["CORS_EXPOSE"].split(",")
    if "CORS_MAX_AGE" in pairs:
        found["max_age"] = int(pairs["CORS_MAX_AGE"])
    found["supports_credentials"] = pairs.get("CORS_CREDENTIALS") == "true"
    return found


app = Flask(__name__)
CORS(app, **settings(Path(sys.argv[1]).read_text()))


@app.route("/ok/<path:_rest>", methods=["GET", "PUT", "DELETE"])
def answer(_rest: str) -> str:
    return "ok"


@app.after_request
def may_be_stored(response: Response) -> Response:
    response.headers.update({"Cache-Control": "s-maxage=60", "X-Total": "3", "X-Page": "1"})
    return response


make_server("127.0.0.1", int(sys.argv[2]), app, threaded=True).serve_forever()
