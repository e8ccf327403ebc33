"""When a visitor on a slow phone line sees the page: Largest Contentful Paint in Chromium, and what
is loaded for it."""

import shutil
import sys
from collections.abc import Iterator, Mapping
from threading import Lock
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Browser, sync_playwright
from werkzeug import Request, Response

from benchmarks.metering import metered_system
from benchmarks.status_page import fill
from local.compression import compressed
from local.http_messages import HttpRequest
from local.http_server import HttpServer
from statustext.flows.showing_publicly import snapshot
from tests.stepped import SteppedSystem

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

COMPONENTS, VISITS = 100, 5
COMPRESSED_FROM = 4096  # bytes; the template's MinimumCompressionSize
FAST_3G = {
    "offline": False,
    "latency": 562.5,
    "downloadThroughput": 1.6e6 * 0.9 / 8,
    "uploadThroughput": 750e3 * 0.9 / 8,
}
"""Chromium's own preset, in milliseconds and bytes per second: 1.6 Mbit/s and 150 ms, corrected for
that each request, and not each packet, is slowed down."""

PAINTED = """() => new Promise(resolve => new PerformanceObserver(
    list => resolve(list.getEntries().at(-1).startTime)
).observe({ type: 'largest-contentful-paint', buffered: true }))"""


def measure() -> Iterator[Mapping[str, Any]]:
    """One line: some visits by new visitors, with an incident open. The functions
    run in this process, and their answers are compressed as API Gateway does it."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("Install Chromium to measure its first paint.")
    with metered_system(mps=100) as (system, _):
        fill(system, COMPONENTS, incidents=1)
        snapshot.keep(system.table, "default", (), system.now)
        server = HttpServer(_site(system), 0)
        server.start()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            _visit(browser, server.url, {})  # what is drawn once is drawn
            floor = min(_visit(browser, server.url, {})[0] for _ in range(VISITS))
            visits = [_visit(browser, server.url, FAST_3G) for _ in range(VISITS)]
            browser.close()
        server.stop()
    painted, loaded, asked = zip(*visits, strict=True)
    yield {
        "benchmark": "first_paint",
        "components": COMPONENTS,
        "line": "Fast 3G",
        "largest_contentful_paint_milliseconds": sorted(map(round, painted)),
        "without_the_line_milliseconds": round(floor),
        "bytes": max(loaded),
        "requests": max(asked),
        "aim": "less than 1000 ms, and 100000 bytes",
    }


def _site(system: SteppedSystem) -> "WSGIApplication":
    one_at_a_time = Lock()

    @Request.application
    def answer(given: Request) -> Response:
        query = given.query_string.decode()
        request = HttpRequest(given.method, given.path, query, tuple(given.headers.items()))
        with one_at_a_time:
            found = compressed(system.api.answer(request), request, COMPRESSED_FROM)
        return Response(found.body, found.status, list(found.headers))

    return answer


def _visit(browser: Browser, url: str, line: Mapping[str, Any]) -> tuple[float, int, int]:
    """Milliseconds until the largest part is painted, bytes as they were sent, requests."""
    page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    wire = page.context.new_cdp_session(page)
    sizes: list[int] = []
    wire.on("Network.loadingFinished", lambda one: sizes.append(int(one["encodedDataLength"])))
    wire.send("Network.enable")
    if line:
        wire.send("Network.emulateNetworkConditions", dict(line))
    page.goto(url, wait_until="networkidle")
    painted = float(page.evaluate(PAINTED))
    page.context.close()
    return painted, sum(sizes), len(sizes)
