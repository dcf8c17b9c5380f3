"""New tables on a cluster: each is made without its foreign keys, put where it belongs, and then
refers to others, since a table of the coordinator cannot refer to a distributed one."""

from typing import Any

from alembic.ddl.postgresql import PostgresqlImpl
from sqlalchemy import Connection, Table, text

from db.cluster import DISTRIBUTED, IS_CLUSTER, Place, place_of, placing
from db.tables import metadata


class ClusterImpl(PostgresqlImpl):
    """What Alembic does on PostgreSQL, and on a cluster of it."""

    __dialect__ = "postgresql"  # in place of Alembic's own

    def create_table(self, table: Table, **kw: Any) -> None:
        place = place_of(metadata.tables.get(table.name, table))
        if place is Place.LOCAL or not are_distributed(self.connection):
            super().create_table(table, **kw)
            return
        super().create_table(table, **kw, include_foreign_key_constraints=[])
        self._exec(placing(table.name, place))
        for key in table.foreign_key_constraints:
            self.add_constraint(key)


def are_distributed(connection: Connection | None) -> bool:
    """As `db.cluster.is_distributed`, on a connection of SQLAlchemy."""
    return (
        connection is not None
        and connection.scalar(text(IS_CLUSTER)) is not None
        and bool(connection.scalar(text(DISTRIBUTED)))
    )
