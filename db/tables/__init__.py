"""The tables, one subject in each file. The migrations must agree with `metadata`."""

from importlib import import_module
from pkgutil import iter_modules

from sqlmodel import SQLModel

# pydantic builds validators when they are first used: few are, and all of them slow every start.
SQLModel.model_config["defer_build"] = True

for module in iter_modules(__path__, f"{__name__}."):
    import_module(module.name)

metadata = SQLModel.metadata
