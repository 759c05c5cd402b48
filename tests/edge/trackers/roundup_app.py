"""Every Roundup tracker below a folder, each at `/<its name>/`; run as a program by roundup_server."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

Application = Callable[[dict[str, Any], Callable[..., Any]], Any]


def application(folder: Path) -> Application:
    """Open a tracker when it is first asked for."""
    from roundup.cgi.wsgi_handler import RequestDispatcher

    opened: dict[str, Any] = {}

    def serve(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        name, _, rest = environ["PATH_INFO"].lstrip("/").partition("/")
        if not (folder / name / "config.ini").is_file():
            start("404 Not Found", [("Content-Type", "text/plain")])
            return [b"no such tracker"]
        if name not in opened:
            opened[name] = RequestDispatcher(str(folder / name))
        environ["SCRIPT_NAME"], environ["PATH_INFO"] = f"/{name}", f"/{rest}"
        return opened[name](environ, start)

    return serve


if __name__ == "__main__":
    from waitress import serve

    serve(application(Path(sys.argv[1])), host="127.0.0.1", port=int(sys.argv[2]), threads=4)
