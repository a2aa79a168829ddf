"""The edge alone in a process, with one teen: `python -m tests.edge.alone REDIS_URL`; prints port, teen and device."""

from __future__ import annotations

import socket
import sys

import uvicorn

from edge.app import Edge
from edge.ports import Settings
from tests.edge.conftest import elsewhere
from tests.edge.family import PACK, RING, SEAL, Database, Tess


def main(redis_url: str) -> None:
    database = Database()
    tess = Tess(database)
    edge = Edge(database.ports, Settings(redis_url, RING, SEAL, PACK), elsewhere)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        print(listening.getsockname()[1], tess.teen, tess.device, flush=True)
        # The ticket must not be in the access log, so there is one here, on standard error.
        config = uvicorn.Config(edge, timeout_graceful_shutdown=3, log_config=to_standard_error())
        uvicorn.Server(config).run(sockets=[listening])


def to_standard_error() -> dict[str, object]:
    config: dict[str, object] = {**uvicorn.config.LOGGING_CONFIG}
    handlers: dict[str, dict[str, str]] = uvicorn.config.LOGGING_CONFIG["handlers"]
    config["handlers"] = {name: {**handler, "stream": "ext://sys.stderr"} for name, handler in handlers.items()}
    return config


if __name__ == "__main__":
    main(sys.argv[1])
