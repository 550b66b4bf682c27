"""A headless Chromium, driven through chromedriver's HTTP interface with nothing but the standard
library.
"""

import base64
import json
import re
import shutil
import subprocess
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,1000",
)


def missing() -> str | None:
    """What is not installed; None when a browser can be started."""
    for program in ("chromium", "chromedriver"):
        if shutil.which(program) is None:
            return f"{program} is not installed"
    return None


def _started_driver(tries: int = 3) -> tuple[subprocess.Popen[str], int]:
    """A driver and its port. It takes a port that is free by IPv4 and ends when another program has
    the same one by IPv6: so it is started anew."""
    said = ""
    for _ in range(tries):
        driver = subprocess.Popen(
            ["chromedriver", "--port=0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert driver.stdout is not None
        for line in driver.stdout:
            said += line
            found = re.search(r"started successfully on port (\d+)", line)
            if found:
                return driver, int(found.group(1))
        driver.wait()
    raise RuntimeError(f"chromedriver ended {tries} times before it told its port: {said}")


class Browser:
    """One session; both processes end with the `with` block."""

    def __init__(self, profile: Path) -> None:
        self._driver, port = _started_driver()
        try:
            self._address = f"http://127.0.0.1:{port}/session"
            self._address += "/" + self._call("", self._capabilities(profile))["sessionId"]
        except BaseException:
            self._driver.kill()
            self._driver.wait()
            raise

    def __enter__(self) -> "Browser":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._call("", None, "DELETE")
        finally:
            self._driver.terminate()
            self._driver.wait(timeout=20)

    def _capabilities(self, profile: Path) -> dict[str, Any]:
        always = {
            "browserName": "chrome",
            "goog:chromeOptions": {
                "binary": shutil.which("chromium"),
                "args": [*_FLAGS, f"--user-data-dir={profile}"],
            },
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }
        return {"capabilities": {"alwaysMatch": always}}

    def _call(self, path: str, body: dict[str, Any] | None, method: str = "POST") -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self._address + path, data, {"Content-Type": "application/json"}, method=method
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=60) as answer:
            return json.load(answer)["value"]

    def open(self, address: str) -> None:
        """Shows the page; what the browser's own start page said and asked for is forgotten."""
        self._call("/url", {"url": "about:blank"})
        self.console()
        self.requested()
        self._call("/url", {"url": address})

    def run(self, script: str) -> Any:
        """What the JavaScript function body returns; of a promise, what it holds in the end."""
        return self._call("/execute/sync", {"script": script, "args": []})

    def command(self, name: str, **parameters: Any) -> Any:
        """One of Chromium's DevTools protocol."""
        return self._call("/goog/cdp/execute", {"cmd": name, "params": parameters})

    def looks(self, width: int, height: int, scheme: str = "light") -> None:
        """From now on: a window of this size, and the reader's colour scheme."""
        self.command(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        wish = {"name": "prefers-color-scheme", "value": scheme}
        self.command("Emulation.setEmulatedMedia", features=[wish])

    def point_at(self, x: float, y: float) -> None:
        """Moves the pointer there, in pixels of the window."""
        self.command("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def press(self, key: str) -> None:
        for kind in ("keyDown", "keyUp"):
            self.command("Input.dispatchKeyEvent", type=kind, key=key, code=key)

    def screenshot(self, file: Path) -> None:
        """Of the window."""
        picture = self.command("Page.captureScreenshot", format="png")["data"]
        file.write_bytes(base64.b64decode(picture))

    def console(self) -> list[str]:
        """Everything that was written to the console since the last call."""
        return [entry["message"] for entry in self._call("/se/log", {"type": "browser"})]

    def requested(self) -> list[str]:
        """The address of every request since the last call, pages built into the browser aside."""
        events = [
            json.loads(entry["message"])["message"]
            for entry in self._call("/se/log", {"type": "performance"})
        ]
        addresses = [
            event["params"]["request"]["url"]
            for event in events
            if event["method"] == "Network.requestWillBeSent"
        ]
        return [address for address in addresses if not address.startswith("chrome://")]
