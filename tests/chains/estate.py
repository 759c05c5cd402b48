"""The real servers of some chains: each is started when a chain first needs it, and shared.

Chains that end alike share the hops of that end. A product runs all of its hops in one process
where it can. Requests of different chains are told apart by their paths, so stores never mix.
"""

import http.client
import os
import socket
import subprocess
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from tests.chains.app import NODE_PACKAGES, App
from tests.chains.chain import PRODUCTS, Chain
from tests.chains.origins import HOST
from tests.chains.prediction import Answer, answer_of
from tests.chains.proxy import Difference, Product, Site
from tests.chains.question import Question
from tests.servers import LOOPBACK, require, running

WHY = "what it sends is compared with what was predicted"
_NODE = "express_app.js"
# Where programs write what they keep for themselves.
_HOMES = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")


class Estate:
    """Ports of all hops of `chains`, and the processes behind those asked for so far."""

    def __init__(self, chains: Iterable[Chain], folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._stack = stack
        self._ports: dict[Chain, int] = {}
        self._started: set[object] = set()
        self._said = ""
        for chain in chains:
            for inner in _ends(chain):
                if inner not in self._ports:
                    self._ports[inner] = next(_PORTS)

    def port(self, chain: Chain) -> int:
        """Where `chain` answers; whatever it needs runs from now on."""
        self._start_app(chain.app)
        for product in PRODUCTS:
            if not set(chain.proxies).isdisjoint(product.proxies):
                self._start(product)
        return self._ports[chain]

    def _start_app(self, app: App) -> None:
        if app in self._started:
            return
        node, environment = None, {}
        if app.program == _NODE:
            node, environment = require("node", WHY), {"NODE_PATH": str(self._node_packages())}
        for module in app.modules:
            require(module, WHY)
        folder = self._new_folder(app.name)
        port = self._ports[Chain((), app)]
        command = app.command(node, folder, port)
        self._stack.enter_context(running(command, port, env=environment))
        self._started.add(app)

    def _node_packages(self) -> Path:
        folder = self._folder / "node"
        if not folder.exists():
            folder.mkdir()
            self._said = _install(folder)
        packages = folder / "node_modules"
        for name in NODE_PACKAGES:
            require(str(packages / name / "package.json"), f"{WHY}; npm install: {self._said}")
        return packages

    def _start(self, product: Product) -> None:
        if product in self._started:
            return
        program = require(product.program, WHY)
        for module in product.modules:
            require(module, WHY)
        sites = [
            Site(chain.proxies[0], port, self._ports[Chain(chain.proxies[1:], chain.app)])
            for chain, port in self._ports.items()
            if chain.proxies and chain.proxies[0] in product.proxies
        ]
        folder = self._new_folder(product.name)
        started = product.commands(program, sites, folder)
        homes = dict.fromkeys(_HOMES, str(folder))
        servers = [running(command, port, env=homes) for command, port in started]
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(self._stack.enter_context, servers))
        self._started.add(product)

    def _new_folder(self, name: str) -> Path:
        folder = self._folder / name.replace(" ", "-").replace(",", "")
        folder.mkdir(exist_ok=True)
        return folder


def _install(folder: Path) -> str:
    """Install what the Express application needs; return what went wrong."""
    wanted = [f"{name}@{version}" for name, version in NODE_PACKAGES.items()]
    options = ["--no-audit", "--no-fund", "--ignore-scripts", "--no-save"]
    command: list[str | Path] = [require("npm", WHY), "install", *options, *wanted]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    return " ".join(line for line in done.stderr.splitlines() if " error code " in line)


def _free_ports() -> Iterator[int]:
    """Ports that nothing listens on, below those that the system gives to outgoing connections:
    thousands of those linger here, and would keep a server that starts later from its port."""
    first = 15_000 + os.getpid() * 131 % 10_000
    for port in range(first, first + 5_000):
        if _is_free(port):
            yield port


def _is_free(port: int) -> bool:
    with socket.socket() as probe, suppress(OSError):
        probe.bind((LOOPBACK, port))
        return True
    return False


_PORTS = _free_ports()


def _ends(chain: Chain) -> Iterator[Chain]:
    """`chain` without its outermost hops, one after the other."""
    for at in range(len(chain.proxies) + 1):
        yield Chain(chain.proxies[at:], chain.app)


@contextmanager
def estate(chains: Iterable[Chain], folder: Path) -> Iterator[Estate]:
    """The servers of `chains`, stopped at the end."""
    with ExitStack() as stack:
        yield Estate(chains, folder, stack)


class Client:
    """One connection to a chain."""

    def __init__(self, port: int, but: frozenset[Difference] = frozenset()) -> None:
        self._connection = http.client.HTTPConnection(LOOPBACK, port, timeout=10)
        self._host = f"{HOST}:{port}"
        self._but = but

    def ask(self, question: Question, where: str) -> Answer:
        """What comes back; `where` is a path of its own, but for questions about stores."""
        request = question.request
        headers = {"Host": self._host, **question.headers}
        self._connection.request(request.method, question.path(where), headers=headers)
        response = self._connection.getresponse()
        response.read()
        return answer_of(response.status, response.getheaders(), self._but)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
