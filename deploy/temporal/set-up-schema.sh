#!/bin/sh
# Makes the server's two databases and brings their tables up to date. Run again, it changes nothing.
# Needs temporal-sql-tool on the path, SQL_HOST, SQL_PORT, SQL_USER, and SQL_PASSWORD_FILE.
set -eu

SQL_PLUGIN=postgres12
SQL_PASSWORD=$(cat "$SQL_PASSWORD_FILE")
export SQL_PLUGIN SQL_PASSWORD

set_up() {
    temporal-sql-tool --database "$1" create-database
    temporal-sql-tool --database "$1" setup-schema --version 0.0
    temporal-sql-tool --database "$1" update-schema --schema-name "postgresql/v12/$2"
}

set_up temporal temporal
set_up temporal_visibility visibility
