"""Webhooks and their deliveries: to the head of their school alone."""

from db.reading import webhooks
from db.tables.webhooks import Webhook, WebhookDelivery
from domain.audience import HEAD
from resolvers.declarations.noun import Noun

WEBHOOK = Noun(Webhook, code="Wh", visible_to=HEAD, read=webhooks.webhooks_by_id)
WEBHOOK_DELIVERY = Noun(
    WebhookDelivery, code="Wd", visible_to=HEAD, read=webhooks.webhook_deliveries_by_id
)
WebhookById = WEBHOOK.by_id
WebhookDeliveryById = WEBHOOK_DELIVERY.by_id
