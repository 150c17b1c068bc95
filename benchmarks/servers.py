"""The server as a newcomer starts it, for the naive saga: on a file like ours, and nothing else set."""

from runtime.dev_server import HOST, DevServer


class StockServer(DevServer):
    """`temporal server start-dev --db-filename …` with every default: no pragma, no dynamic configuration."""

    def command(self) -> list[str]:
        where = ("--ip", HOST, "--port", str(self.port), "--headless", "--db-filename", str(self.db_file))
        return [str(self.executable), "server", "start-dev", *where]
