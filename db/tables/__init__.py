"""The tables, one subject a file; `metadata` is what the migrations must agree with."""

from importlib import import_module
from pkgutil import iter_modules

from sqlmodel import SQLModel

for module in iter_modules(__path__, f"{__name__}."):
    import_module(module.name)

metadata = SQLModel.metadata
