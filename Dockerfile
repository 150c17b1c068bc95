# One image for worker, stand-ins and command line: what each container runs is its command.
#
#   docker build -t durable-sagas .
#   docker run --rm durable-sagas python starter.py flows

# --- the packages, as requirements.lock pins them: any other file is refused ----------------------------------
FROM python:3.11.14-slim-bookworm AS packages
WORKDIR /build
COPY requirements.lock deploy/runtime_requirements.py ./
# Wheels only, so that no compiler is needed. pip itself stays outside the environment that is handed on.
RUN python runtime_requirements.py requirements.lock > runtime.txt \
    && python -m venv --without-pip /venv \
    && python -m pip --python /venv/bin/python install \
        --no-cache-dir --disable-pip-version-check --require-hashes --only-binary :all: -r runtime.txt

# --- the program ---------------------------------------------------------------------------------------------
FROM python:3.11.14-slim-bookworm AS program
# Nothing is installed in a running container. /data is for those who keep something, on a volume.
RUN python -m pip uninstall --yes --root-user-action ignore setuptools wheel pip \
    && groupadd --gid 10001 saga \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin saga \
    && install --directory --owner 10001 --group 10001 /data
COPY --from=packages /venv /venv
WORKDIR /app
COPY catalogue.py settings.py starter.py worker.py ./
COPY activities activities
COPY arazzo arazzo
COPY cli cli
COPY demo demo
COPY examples examples
COPY models models
COPY runtime runtime
COPY saga saga
COPY services services
COPY workflows workflows
COPY deploy/__init__.py deploy/worker_health.py deploy/
RUN /venv/bin/python -m compileall -q /app
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001:10001
CMD ["python", "worker.py"]
