from __future__ import annotations

import argparse

from tools.payment_simulator.server import serve
from tools.payment_simulator.world import World


def main() -> None:
    parser = argparse.ArgumentParser(description="A stand-in for payment providers. No money.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8009)
    parser.add_argument("--site", required=True, help="where the messages go")
    parser.add_argument("--public", default="", help="the address that browsers know it by")
    given = parser.parse_args()
    server = serve(World(given.site, given.public), host=given.host, port=given.port)
    print(f"Simulated payment providers at port {server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
