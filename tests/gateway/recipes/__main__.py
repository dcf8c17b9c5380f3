"""Fetches the packages of the recipes ahead of the tests."""

from gateway.docs import RECIPES
from gateway.graphiql.build import install

install(RECIPES)
