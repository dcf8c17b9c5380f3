"""Files over HTTP: `POST /files` takes one, `GET /files/ID` answers it."""

from typing import TYPE_CHECKING

from starlette.routing import BaseRoute, Route

from gateway.files.download import Downloads
from gateway.files.endpoint import Endpoint
from gateway.files.upload import Uploads
from schema.files import PATH

if TYPE_CHECKING:
    from gateway.process import Process


def routes(process: "Process") -> list[BaseRoute]:
    downloads = Endpoint(Downloads(process))
    return [
        Route(PATH, Endpoint(Uploads(process))),
        Route(f"{PATH}/{{id}}", downloads),
        Route(f"{PATH}/{{id}}/{{part:str}}", downloads),
    ]
