#!/bin/sh
# Makes the namespace, where it is not there yet, and waits until the server serves it.
# Needs the temporal CLI on the path and TEMPORAL_ADDRESS; NAMESPACE and RETENTION may be given.
set -eu

NAMESPACE=${NAMESPACE:-default}
RETENTION=${RETENTION:-72h}

temporal operator namespace describe --namespace "$NAMESPACE" >/dev/null 2>&1 ||
    temporal operator namespace create --namespace "$NAMESPACE" --retention "$RETENTION"

# The frontend looks for new namespaces every few seconds.
attempt=1
until temporal workflow list --namespace "$NAMESPACE" --limit 1 >/dev/null 2>&1; do
    [ "$attempt" -lt 60 ] || {
        echo "the namespace $NAMESPACE is not served after 30 seconds" >&2
        exit 1
    }
    attempt=$((attempt + 1))
    sleep 0.5
done
