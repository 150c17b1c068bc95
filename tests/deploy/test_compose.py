"""What docker-compose.yml promises, held against what Docker's own parser understands."""

import re
import tomllib

from deploy.native.programs import SERVER_VERSION, UI_VERSION
from deploy.parse import ROOT, Parsed, recorded
from settings import DOWNSTREAMS, PRIVATE_DOWNSTREAMS
from tests.deploy.conftest import Compose

PARTS = {
    *("postgres", "schema", "temporal", "namespace", "web-ui"),
    *("stand-ins", "worker", "collector", "jaeger"),
    *("private-stand-ins", "private-worker"),
}
WHERE_STARTER_LOOKS = {"temporal": {"7233"}, "web-ui": {"8233"}, "stand-ins": {"8090"}}
PRIVATE = ("private", "outbound")
SECRET = re.compile(r"(?i)(password|passwd|secret|token|api_?key)")


def test_the_record_is_of_these_files(parsed: Parsed) -> None:
    """What is recorded is what Docker's parsers understand of the files as they are."""
    assert parsed == recorded()
    assert parsed.compose["name"] == "durable-sagas"


def test_all_parts_are_there(compose: Compose) -> None:
    """PostgreSQL, Temporal with its Web UI, stand-ins, two workers, and a collector with a trace viewer."""
    assert compose.keys() == PARTS
    assert compose["worker"].deploy["replicas"] == 2


def test_every_service_tells_whether_it_is_healthy(compose: Compose) -> None:
    """Only the two jobs have no health check: others wait for their end."""
    without = {name for name, service in compose.items() if service.healthcheck is None}

    assert without == {"schema", "namespace"} == {name for name, service in compose.items() if service.is_job}


def test_a_service_starts_when_what_it_needs_is_healthy(compose: Compose) -> None:
    """Nobody waits for a mere start: for health, and for a job's end."""
    for service in compose.values():
        for needed, how in service.depends_on.items():
            wanted = "service_completed_successfully" if compose[needed].is_job else "service_healthy"

            assert how.condition == wanted


def test_workers_start_last(compose: Compose) -> None:
    """The way from a worker's start back to the database leads over schema, server and namespace."""
    assert "namespace" in compose["worker"].depends_on
    assert "temporal" in compose["namespace"].depends_on
    assert "schema" in compose["temporal"].depends_on
    assert "postgres" in compose["schema"].depends_on


def test_images_are_pinned(compose: Compose) -> None:
    """Each image has a tag with a version of at least two parts; none is `latest`."""
    for service in compose.values():
        _, _, tag = service.image.partition(":")

        assert re.match(r"v?\d+\.\d+", tag), service.image


def test_versions_are_those_of_the_native_check(compose: Compose) -> None:
    """`make check-topology` runs the very server and Web UI that the containers run."""
    assert compose["temporal"].image == f"temporalio/server:{SERVER_VERSION}"
    assert compose["web-ui"].image == f"temporalio/ui:{UI_VERSION}"
    assert {compose[job].image.split("-tctl")[0] for job in ("schema", "namespace")} == {
        f"temporalio/admin-tools:{SERVER_VERSION}"
    }


def test_our_image_has_the_projects_version(compose: Compose) -> None:
    """Worker and stand-ins are one image, tagged with the version in pyproject.toml."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]

    assert {f"durable-sagas:{version}"} == {compose[name].image for name in ("worker", "stand-ins")}


def test_workers_call_the_stand_ins(compose: Compose) -> None:
    """Each downstream's address is set: the default is one that a container cannot reach."""
    urls = {name: value for name, value in compose["worker"].environment.items() if "stand-ins" in value}
    documents = {"ARAZZO_ALLOWED_HOSTS": "stand-ins:8090"}

    assert {
        f"{name.upper()}_URL": f"http://stand-ins:8090/{name}" for name in DOWNSTREAMS
    } | documents == urls


def test_workers_share_what_documents_need(compose: Compose) -> None:
    """The key for seals, and a volume for large payloads, whichever of the workers goes on with a flow."""
    worker = compose["worker"]
    volumes = [(mount.source, mount.target) for mount in worker.volumes if mount.type == "volume"]

    assert worker.environment["SEAL_KEY_FILE"] == "/run/secrets/seal_key"
    assert volumes == [("payloads", worker.environment["PAYLOAD_STORE"])]


def test_the_private_network_has_one_worker(compose: Compose) -> None:
    """What is in there is reached by the private worker alone; that one is told of nothing else, and reaches Temporal."""
    on = {
        network: {name for name, found in compose.items() if network in found.networks} for network in PRIVATE
    }
    worker = compose["private-worker"]
    urls = {name: value for name, value in worker.environment.items() if name.endswith("_URL")}

    assert on == {
        "private": {"private-stand-ins", "private-worker"},
        "outbound": {"private-worker", "temporal"},
    }
    assert set(PRIVATE) == set(worker.networks)
    assert not worker.ports
    assert {f"{name.upper()}_URL" for name in PRIVATE_DOWNSTREAMS} <= urls.keys()
    assert not {f"{name.upper()}_URL" for name in DOWNSTREAMS} & urls.keys()
    assert not {f"{name.upper()}_URL" for name in PRIVATE_DOWNSTREAMS} & compose["worker"].environment.keys()


def test_each_image_is_built_once(compose: Compose) -> None:
    """What two services share is built for one of them; the other needs that one."""
    built = {service.image: name for name, service in compose.items() if service.build}

    assert built == {compose[name].image: name for name in ("stand-ins", "collector")}
    assert "stand-ins" in compose["worker"].depends_on


def test_ports_are_published_on_the_loopback_interface_only(compose: Compose) -> None:
    """Nothing is reachable from another machine."""
    published = [port for service in compose.values() for port in service.ports]

    assert published
    assert {"127.0.0.1"} == {port.host_ip for port in published}


def test_starter_needs_no_settings(compose: Compose) -> None:
    """Server, Web UI and stand-ins are where starter.py and its links look by default."""
    for name, wanted in WHERE_STARTER_LOOKS.items():
        assert wanted == {port.published for port in compose[name].ports}


def test_no_secret_is_in_the_file(compose: Compose) -> None:
    """What is called a password or token names a file below /run/secrets, and has no value of its own."""
    named = {
        (name, variable): value
        for name, service in compose.items()
        for variable, value in service.environment.items()
        if SECRET.search(variable)
    }

    assert named
    assert all(value.startswith("/run/secrets/") for value in named.values()), named


def test_secrets_stay_out_of_git() -> None:
    """The folder of secrets ignores everything but its own .gitignore."""
    assert (ROOT / "deploy/secrets/.gitignore").read_text().split() == ["*", "!.gitignore"]


def test_containers_are_confined(compose: Compose) -> None:
    """Each runs without capabilities, without new privileges, and on a file system that it cannot write to."""
    for name, service in compose.items():
        assert service.read_only, name
        assert list(service.cap_drop) == ["ALL"], name
        assert list(service.security_opt) == ["no-new-privileges:true"], name


def test_nobody_is_root(compose: Compose) -> None:
    """Each service names a user without rights."""
    users = {service.user for service in compose.values()}

    assert users == {"postgres", "1000:1000", "10001:10001"}


def test_the_database_is_out_of_reach(compose: Compose) -> None:
    """PostgreSQL publishes no port, and only server and schema are on its network."""
    assert not compose["postgres"].ports
    assert {"postgres", "schema", "temporal"} == {
        name for name, service in compose.items() if "database" in service.networks
    }


def test_what_is_mounted_is_there_and_read_only(compose: Compose) -> None:
    """Each folder and file of the checkout that a container sees exists, and cannot be written to from inside."""
    mounts = [mount for service in compose.values() for mount in service.volumes if mount.type == "bind"]

    assert mounts
    for mount in mounts:
        assert (ROOT / mount.source).exists(), mount.source
        assert mount.read_only, mount.source


def test_scripts_that_containers_start_are_there(compose: Compose) -> None:
    """The entry points below /deploy are the scripts of deploy/temporal, which the native check runs too."""
    scripts = {service.entrypoint[1] for service in compose.values() if service.entrypoint}

    assert scripts == {f"/deploy/{name}.sh" for name in ("set-up-schema", "start-server", "create-namespace")}
    assert all((ROOT / "deploy/temporal" / script.removeprefix("/deploy/")).is_file() for script in scripts)
