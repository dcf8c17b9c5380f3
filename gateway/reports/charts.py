"""`GET /charts/progress.svg?of=ID`: a chart of the schema as a picture, for who may read it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from domain.errors import Code
from gateway.errors import RequestError
from gateway.gateway import Gateway
from gateway.reports.asking import Data
from gateway.reports.endpoint import ALWAYS, Drawn, asked_of, drawn, in_turn, who_asks
from resolvers.throttle import key_of

if TYPE_CHECKING:
    from gateway.process import Process

PATH = "/charts/{name}.{format}"
MEDIA = {"svg": "image/svg+xml", "png": "image/png"}
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
DAYS = "$from: Date, $to: Date, $period: ID, $language: String"
GIVEN = "from: $from, to: $to, period: $period, language: $language"
OF_PERIOD = "period: $period, language: $language"
SHOWN = "{ title description language spec }"
QUERIES: Mapping[str, str] = {
    "progress": f"""query ($of: ID!, $from: Date!, $to: Date!, $by: SeriesBy! = COURSE,
        $step: SeriesStep! = WEEK, $window: Int! = 5, $language: String) {{
      of: node(id: $of) {{ ... on Student {{ chart: progressChart(from: $from, to: $to, by: $by,
        step: $step, window: $window, language: $language) {SHOWN} }} }} }}""",
    "distribution": f"""query ($of: ID!, $period: ID, $language: String) {{ of: node(id: $of) {{
      ... on ClassGroup {{ chart: distributionChart({OF_PERIOD}) {SHOWN} }}
      ... on Course {{ chart: distributionChart({OF_PERIOD}) {SHOWN} }} }} }}""",
    "answers": f"""query ($of: ID!, $question: Int!, $language: String) {{ of: node(id: $of) {{
      ... on Survey {{ chart: chart(question: $question, language: $language) {SHOWN} }} }} }}""",
    "attendance": f"""query ($of: ID!, {DAYS}) {{ of: node(id: $of) {{
      ... on Student {{ chart: attendanceChart({GIVEN}) {SHOWN} }}
      ... on ClassGroup {{ chart: attendanceChart({GIVEN}) {SHOWN} }} }} }}""",
}
"""By its name, what is asked of the schema for a chart."""
NONE = RequestError(404, "There is no such chart.", Code.NOT_FOUND)


class Charts:
    methods = ("GET",)

    def __init__(self, process: "Process") -> None:
        self.process = process

    async def answer(self, request: Request, gateway: Gateway) -> Response:
        name, form = request.path_params["name"], request.path_params["format"]
        if name not in QUERIES or form not in MEDIA:
            raise NONE
        by = await who_asks(request, gateway)
        account = by.context.signed_in().account.id
        allowance = self.process.throttle.charts
        await allowance.take(self.process.store, key_of("charts", account.hex))
        variables = _variables(name, request)
        async with in_turn(self.process):
            chart = await self._chart(by, QUERIES[name], variables)
        job = {"draw": "chart", "format": form, **chart}
        headers = ALWAYS | {"Content-Security-Policy": SANDBOX}
        return Response(await drawn(self.process, job), media_type=MEDIA[form], headers=headers)

    async def _chart(self, by: Drawn, query: str, variables: dict[str, object]) -> Data:
        """Of what one may not know of there is none, nor is there of nothing; what is known and may
        not be read is forbidden, as the field is."""
        found, refused = await by.ask.told(query, **variables)
        record = found["of"]
        if record and record.get("chart"):
            chart: Data = record["chart"]
            return chart
        if record and refused:
            raise RequestError(403, "You may not read this.", Code.FORBIDDEN)
        raise NONE


def _variables(name: str, request: Request) -> dict[str, object]:
    given = request.query_params
    asked = asked_of(given)
    found: dict[str, object | None] = {"of": asked.of, "language": asked.language}
    if name == "answers":
        return {**_told(found), "question": _number(given.get("question", ""), "question")}
    if name != "progress":
        found["period"] = asked.period
    if name != "distribution":
        found |= {"from": asked.first, "to": asked.last}
        found = {key: str(v) if key in ("from", "to") and v else v for key, v in found.items()}
    if name == "progress":
        found |= {"by": given.get("by"), "step": given.get("step")}
        window = given.get("window")
        found["window"] = None if window is None else _number(window, "window")
    return _told(found)


def _number(text: str, name: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise RequestError(400, f"`{name}` is a number.")
    return int(text[:4])


def _told(found: dict[str, object | None]) -> dict[str, object]:
    return {key: value for key, value in found.items() if value is not None}
