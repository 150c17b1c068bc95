"""`python -m deploy.private_network.reach HOST:PORT…`: which of these accept a connection from here, a line for each."""

import socket
import sys

PATIENCE = 1.0


def main() -> int:
    for address in sys.argv[1:]:
        host, _, port = address.rpartition(":")
        try:
            socket.create_connection((host, int(port)), timeout=PATIENCE).close()
        except OSError:
            continue
        print(address)
    return 0


if __name__ == "__main__":
    sys.exit(main())
