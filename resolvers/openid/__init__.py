"""Signing in with a provider of identities (OpenID Connect): the code flow with PKCE."""

from resolvers.openid.providers import Providers

__all__ = ["Providers"]
