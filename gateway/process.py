"""One process of the gateway: the store, the feed, webhooks, mail, the schema and the protocols."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import cast
from uuid import UUID

from starlette.applications import Starlette
from starlette.routing import Route

from db.reading.queues import Queues, waiting_queues
from db.store import Store
from domain.clock import now
from domain.origin import ACTOR, ORIGIN
from domain.public_path import PUBLIC_PATH
from domain.relying_party import relying_party
from gateway import (
    calendar,
    data_exports,
    diary,
    files,
    graphiql,
    mail_page,
    metrics_page,
    openid,
    pages,
)
from gateway.app import create_app
from gateway.compression import compressing
from gateway.drawing import Drawer
from gateway.execution import Engine
from gateway.files.endpoint import Endpoint
from gateway.metrics import Metrics, SharedMetrics
from gateway.persisted_documents import read_manifests
from gateway.reports import charts
from gateway.reports import endpoint as reports
from gateway.reports.background import Background
from gateway.reports.turns import Turns
from gateway.rosters import PATH as ROSTERS
from gateway.rosters import Rosters
from gateway.settings import Settings
from gateway.sheets import endpoint
from gateway.tracing import exporting_tracer
from gateway.watch import Watch
from resolvers.answers.keeping import KeptAnswers
from resolvers.audit import Auditing
from resolvers.context import Context
from resolvers.event_reminders import Reminders
from resolvers.execution.tracing import TRACING
from resolvers.feed import Feed
from resolvers.files import Files
from resolvers.mail import Post
from resolvers.messages import Deliveries
from resolvers.notices import Notices, Push
from resolvers.openid import Providers
from resolvers.own_data import Exports
from resolvers.sessions import drop_old, viewer_of
from resolvers.throttle import Throttle
from resolvers.translation import Translator
from resolvers.translation.engines import ENGINES
from resolvers.upkeep import hourly
from resolvers.viewers import viewers_of
from resolvers.webhooks import Sender, Webhooks
from schema.build import schema


class Process:
    """Connects when the server starts, and disconnects when it stops."""

    def __init__(
        self,
        settings: Settings,
        database_url: str,
        *,
        shows_mail: bool = False,
        metrics_folder: Path | None = None,
    ) -> None:
        self.settings = settings
        self.shows_mail = shows_mail
        self.limits = settings.session_limits
        self.address = settings.address
        self.database_url = database_url
        self.throttle = Throttle()
        self.metrics = SharedMetrics(Metrics(), metrics_folder)
        self.tracer = exporting_tracer()
        TRACING.spans = self.tracer
        self.watch = Watch(self.metrics.metrics, self.tracer, settings.slow_seconds)
        self.providers = Providers((each.provider for each in settings.providers), self.address)
        self.translator = _translator(settings)
        self.party = relying_party(map(str, settings.public_url))
        self.kept = KeptAnswers(settings.kept_answer_bytes)
        self.store: Store
        self.feed: Feed
        self.webhooks: Webhooks
        self.post: Post
        self.notices: Notices
        self.files: Files
        self.drawer = Drawer()
        self.turns = Turns()
        self.engine: Engine
        self.running: list[asyncio.Task[None]] = []
        self.sessions_changed: Callable[[UUID], object] = lambda _: None
        """Told of accounts whose sessions may have ended."""

    @asynccontextmanager
    async def lifetime(self) -> AsyncIterator[None]:
        self.store = await Store.connect(
            self.database_url,
            connections=self.settings.connections,
            nats_url=self.settings.nats_url,
        )
        self.store.meter = self.watch.meter
        viewers_of(self.store).watchers.append(lambda account: self.sessions_changed(account))
        self.kept.open(self.store)
        self.feed = Feed(self.store, self.kept)
        sender = Sender(self.settings.webhook_networks)
        self.webhooks = Webhooks(self.store, sender)
        self.feed.on_wake(self.webhooks.wake)
        self.post = Post(
            self.store,
            self.settings.mail_server,
            address=self.address,
            shows=self.shows_mail,
        )
        push = Push(self.store, sender, self.address)
        self.notices = Notices(self.store, push, wake_post=self.post.wake)
        self.feed.on_wake(self.notices.wake)
        self._measure(self.metrics.metrics)
        self.files = Files(self.store, self.settings.storage, self.settings.limits_of_files)
        reporting = hourly("figures of kept answers", self.kept.report)
        upkeep = hourly("sessions", lambda: drop_old(self.store, self.limits))
        removal = hourly("files", self.files.remove_old)
        translations = hourly("translations", lambda: self.translator.drop_old(self.store))
        auditing = Auditing(self.store)
        exports = Exports(self.store, reports=Background(self))
        sending = (
            self.webhooks, self.post, self.notices, Deliveries(self.store), Reminders(self.store),
        )  # fmt: skip
        work = (self.feed, *sending, auditing, exports)
        each = (*(part.run() for part in work), upkeep, removal, reporting, translations)
        if self.metrics.folder is not None:
            each = (*each, self.metrics.run())
        self.running = [asyncio.create_task(one) for one in each]
        try:
            yield
        finally:
            for task in self.running:
                task.cancel()
            await asyncio.gather(*self.running, auditing.stop(), return_exceptions=True)
            self.drawer.close()
            self.files.close()
            await self.kept.close()
            await self.providers.close()
            await self.translator.close()
            await self.store.close()
            if self.tracer is not None:
                await asyncio.to_thread(self.tracer.close)

    def _measure(self, metrics: Metrics) -> None:
        pool, kept, gauges = self.store.pool, self.kept.figures, metrics.gauges
        metrics.counters["gradebook_kept_answers"] = lambda: {
            name: value for name, value in asdict(kept).items() if name not in ("answers", "bytes")
        }
        gauges["gradebook_kept_answers_now"] = lambda: kept.answers
        gauges["gradebook_kept_answer_bytes"] = lambda: kept.bytes
        gauges["gradebook_pool_connections"] = pool.get_size
        gauges["gradebook_pool_idle"] = pool.get_idle_size
        gauges["gradebook_feed_lag_seconds"] = lambda: self.feed.lag
        gauges["gradebook_feed_followers"] = lambda: self.feed.followers

    async def queues(self) -> dict[str, float]:
        """What waits in the database, for the metrics."""
        row = await self.store.first(waiting_queues)
        waiting = cast(Queues, row)
        oldest = waiting.oldest_mail
        return {
            "gradebook_mail_waiting": waiting.mail,
            "gradebook_mail_oldest_seconds": 0 if oldest is None else (now() - oldest).seconds,
            "gradebook_webhook_deliveries_waiting": waiting.deliveries,
        }

    async def context(self, token: str | None, address: str) -> Context:
        ORIGIN.set(address)
        viewer = await viewer_of(self.store, token, self.limits) if token else None
        ACTOR.set(None if viewer is None else viewer.account.id)
        return Context(
            self.store,
            viewer,
            address,
            token,
            throttle=self.throttle,
            feed=self.feed,
            webhooks=self.webhooks,
            post=self.post,
            session_limits=self.limits,
            providers=self.providers,
            translator=self.translator,
            kept_rows=self.kept.rows,
            party=self.party,
            public_address=self.address,
        )

    async def ready(self) -> None:
        if any(task.done() for task in self.running):
            raise RuntimeError("A part of the process has ended.")
        async with asyncio.timeout(5), self.store.pool.acquire() as connection:
            await connection.execute("SELECT 1")


def _translator(settings: Settings) -> Translator:
    if settings.translator_url is None:
        return Translator()
    key = settings.translator_key
    engine = ENGINES[settings.translator](
        settings.translator_url, None if key is None else key.get_secret_value()
    )
    name = f"{settings.translator} {settings.translator_url}"
    return Translator(engine, name, a_day=settings.translator_characters)


def build_app(
    settings: Settings,
    database_url: str,
    demo_accounts: Sequence[graphiql.DemoAccount] = (),
    *,
    demo: bool = False,
    metrics_folder: Path | None = None,
) -> Starlette:
    shows_mail = demo and settings.smtp_url is None
    PUBLIC_PATH.prefix = settings.prefix
    process = Process(settings, database_url, shows_mail=shows_mail, metrics_folder=metrics_folder)
    more = [
        metrics_page.route(settings.metrics_token, process.metrics, process.queues),
        endpoint.route(),
        *files.routes(process),
        data_exports.route(),
        calendar.route(process),
        Route(reports.PATH, Endpoint(reports.Reports(process))),
        Route(ROSTERS, Endpoint(Rosters(process))),
        *diary.routes(demo_accounts),
        *graphiql.routes(demo_accounts),
        *compressing(
            [
                Route(charts.PATH, Endpoint(charts.Charts(process))),
                *pages.routes(process.providers.named.values()),
            ],
            settings.compression_level,
        ),
        *openid.routes(),
    ]
    if shows_mail:
        more += mail_page.routes(process)
    app = create_app(
        settings,
        schema._schema,
        process.context,
        ready=process.ready,
        lifetime=process.lifetime,
        more_routes=more,
        kept=process.kept,
        persisted=read_manifests([*diary.manifests(), *settings.persisted_documents]),
        sdl=lambda: schema.as_str().rstrip() + "\n",
        watch=process.watch,
    )
    app.state.process = process
    open_sockets = app.state.gateway.open_sockets
    process.metrics.metrics.gauges["gradebook_sockets"] = lambda: len(open_sockets)
    process.sessions_changed = open_sockets.sessions_changed
    process.engine = app.state.gateway.engine
    return app
