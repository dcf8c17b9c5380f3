"""`gradebook distribute`: the tables distributed over the workers of a Citus cluster."""

from typing import Annotated, Any

import typer

from gateway.command.database import fail, read_settings, with_connection

OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND application_name = 'gradebook' AND pid <> pg_backend_pid()"
)


def distribute(
    shards: Annotated[
        int, typer.Option(min=1, help="Into how many parts the schools are divided.")
    ] = 32,
) -> None:
    """Distribute the tables over the workers of a Citus cluster, each school on one of them.

    GRADEBOOK_DATABASE_URL leads to its coordinator. What is distributed already stays as it is, and
    in the end all is checked. No gateway may run meanwhile.
    """

    async def work(connection: Any) -> None:
        from db import cluster

        if not await cluster.is_distributed(connection) and await connection.fetchval(OTHERS):
            fail("A gateway runs on this database: stop it first, and start it again afterwards.")
        try:
            changed = await cluster.distribute(connection, shards)
            found = await cluster.check(connection)
        except cluster.NotDistributed as error:
            fail(f"The database cannot be distributed: {error}")
        typer.echo(f"Moved {len(changed)} tables." if changed else "All was distributed already.")
        for place, tables in found.items():
            typer.echo(f"{len(tables)} {place}: {', '.join(tables)}")

    with_connection(work, read_settings())
