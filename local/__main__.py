"""`python -m local`: the whole system on this machine, until Ctrl-C."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

BANNER = """\

  Statustext is up. Subscribe a phone, read its code, break something:

  Status page   {url}/
  Guided tour   {url}/tour
  Phones        {phones}
  Open an incident:

    curl -X POST {url}/v1/pages/default/incidents -H 'X-API-Key: {api_key}' \\
      -H 'Content-Type: application/json' \\
      -d '{{"incident": {{"name": "API errors", "impact_override": "major", "body": "On it."}}}}'

  Ctrl-C stops it; everything is forgotten then.
"""

_MISSING = "The package {} is missing; `make run` installs it."


def main() -> int:
    """Run until SIGINT or SIGTERM; the exit code: 0, 1 if it cannot start, 2 for a bad variable."""
    is_up = is_asked = False
    # No lock would do: a signal between the look at it and the wait for it wakes nobody, and the
    # handler may interrupt the very thread that holds it. The pipe is written to at once.
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing)

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        nonlocal is_asked
        if is_asked:
            # Asked twice: whatever still runs is not waited for.
            os._exit(0)
        is_asked = True
        if not is_up:
            sys.exit(0)

    signal.signal(signal.SIGINT, on_signal)
    signal.signal(signal.SIGTERM, on_signal)
    try:
        # In this order: a wrong variable is told before a second is spent on imports.
        from local.configuration import Configuration, ConfigurationError

        configuration = Configuration.read(os.environ)

        from botocore.exceptions import BotoCoreError, ClientError

        from local import readable_logs
        from local.http_server import PortTakenError
        from local.system import LocalSystem
        from local.template import TemplateError
    except ModuleNotFoundError as error:
        return _fail(_MISSING.format(error.name), 1)
    except ConfigurationError as error:
        return _fail(str(error), 2)
    # A metric's library is loaded, and reads this, when the first is counted.
    os.environ.update(readable_logs.variables())
    try:
        system = LocalSystem.start({"PORT": str(configuration.port), **os.environ})
    except ModuleNotFoundError as error:
        return _fail(_MISSING.format(error.name), 1)
    except (PortTakenError, TemplateError, BotoCoreError, ClientError) as error:
        return _fail(str(error), 1)
    with system:
        is_up = True
        if not is_asked:
            phones = (
                f"{system.twilio_url}/" if system.fake_twilio else "those of " + system.twilio_url
            )
            banner = BANNER.format(url=system.url, phones=phones, api_key=configuration.api_key)
            print(banner, flush=True)
        os.read(reading, 1)
    return 0


def _fail(message: str, code: int) -> int:
    print(f"statustext: {' '.join(message.split())}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
