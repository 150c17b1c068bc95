#!/bin/sh
# Becomes the Temporal server, on the configuration beside this file.
# Needs temporal-server on the path, SQL_HOST, SQL_PORT, SQL_USER, and SQL_PASSWORD_FILE.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
SQL_PASSWORD=$(cat "$SQL_PASSWORD_FILE")
DYNAMIC_CONFIG=$here/dynamic.yaml
export SQL_PASSWORD DYNAMIC_CONFIG

exec temporal-server --root "$here" --config . --env topology --allow-no-auth start
