"""Where an execution is to be seen in Temporal's Web UI."""

from typing import NamedTuple
from urllib.parse import quote

from temporalio.envconfig import ClientConfig

DEFAULT_NAMESPACE = "default"


class WebUi(NamedTuple):
    """`url` is where the Web UI is, without a slash at its end."""

    url: str
    namespace: str = DEFAULT_NAMESPACE

    def execution(self, workflow_id: str, run_id: str) -> str:
        """The page with the execution's history."""
        namespace, name, run = (quote(part, safe="") for part in (self.namespace, workflow_id, run_id))
        return f"{self.url}/namespaces/{namespace}/workflows/{name}/{run}/history"


def configured_namespace() -> str:
    """The namespace of Temporal's environment configuration; what is wrong with that, connecting says."""
    try:
        return ClientConfig.load_client_connect_config().get("namespace", DEFAULT_NAMESPACE)
    except RuntimeError:
        return DEFAULT_NAMESPACE
