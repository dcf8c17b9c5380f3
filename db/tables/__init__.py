"""The tables, one subject in each file. The migrations must agree with `metadata`."""

from importlib import import_module
from pkgutil import iter_modules

from sqlmodel import SQLModel

# Few tables' records are ever validated or dumped, and to be able to takes long to build.
SQLModel.model_config["defer_build"] = True

for module in iter_modules(__path__, f"{__name__}."):
    import_module(module.name)

metadata = SQLModel.metadata
