"""Webhooks as a noun: how they are read."""

from db.reading.webhooks import webhooks_by_id
from db.tables import Webhook
from resolvers.declarations.noun import Noun

WEBHOOK = Noun(Webhook, read=webhooks_by_id, whole=webhooks_by_id)
