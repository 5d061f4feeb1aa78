"""
Ask the web server on this machine whether it is alive: exit code 0 when it is.

It asks as the proxy in front would, so that neither the host names nor the redirect to HTTPS make
a living server look dead.
"""

from __future__ import annotations

import http.client
import os
import sys
from urllib.parse import urlsplit

PATIENCE_SECONDS = 4


def is_alive(port: int, site_url: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    headers = {"Host": urlsplit(site_url).netloc, "X-Forwarded-Proto": "https"}
    try:
        connection.request("GET", "/livez", headers=headers)
        return connection.getresponse().status < 400
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    asked_port = int(sys.argv[1]) if len(sys.argv) > 1 else 8000
    sys.exit(0 if is_alive(asked_port, os.environ.get("SITE_URL", "http://localhost")) else 1)
