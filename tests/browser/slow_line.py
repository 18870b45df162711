"""A page over a slow line on a slow computer: how many bytes it takes, and how long."""

from playwright.sync_api import Page

LINE = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
TIMES_SLOWER = 4
COMPLETE = "performance.getEntriesByType('navigation')[0].loadEventStart"


def weigh(page: Page, address: str) -> tuple[int, int]:
    """Bytes on the wire, and milliseconds until the page is complete, with nothing kept before."""
    sizes: list[int] = []
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    line.send("Network.emulateNetworkConditions", LINE)
    line.send("Emulation.setCPUThrottlingRate", {"rate": TIMES_SLOWER})
    page.goto(address, wait_until="load")
    page.wait_for_load_state("networkidle")
    return round(sum(sizes)), round(page.evaluate(COMPLETE))
