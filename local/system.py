"""The whole system on one machine: what `python -m local` runs and tests start."""

from __future__ import annotations

import contextlib
import os
import random
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from local import readable_logs
from local.api_gateway import RestApi
from local.assembly import event_sources, function_definitions, rest_api
from local.carrier_events import QUEUES, CarrierEvents
from local.configuration import ROOT, STACK_NAME, Configuration
from local.demo_site import DemoSite
from local.doorbell import Bells
from local.emulator import Clients, Emulator, aws_environment, connect, overrides
from local.function_host import FunctionHost
from local.http_server import HttpServer, PortTakenError
from local.resources import Resources
from local.template import layer_directories, load, parameter_values, translate

INBOUND = "/twilio/default/inbound#rc=5&rp=4xx,5xx,ct,rt"
"""Where the fake Twilio delivers texts, with its overrides: five retries, on 5xx and time-outs."""

MOST_TEXTS = 2_000
"""So many of the last texts are shown on the phones, as memory must not grow with each."""

Seed = Callable[[Clients, str, str, str], None]
"""Fills the table: clients, the table's name, the site's address, the operator's key."""


class LocalSystem:
    """A running system; stop it, or use it as a context manager.

    One at a time in a process: the emulator's state and os.environ's AWS_* variables are shared.
    """

    def __init__(self, configuration: Configuration) -> None:
        """Takes the port, so that a second start fails at once. Raises PortTakenError."""
        self._configuration = configuration
        self._undo = contextlib.ExitStack()
        self._site = DemoSite()
        self._server = HttpServer(self._site, configuration.port)
        self._undo.callback(self._server.stop)
        self.bells = Bells()
        self.url = self._server.url
        self.twilio_url = configuration.twilio_api_url
        self.fake_twilio: Any = None
        """The fake's server (`.fake` is its FakeTwilio), or None where TWILIO_API_URL is set."""
        self.clients: Clients
        self.resources: Resources
        self.functions: FunctionHost
        self.api: RestApi

    @classmethod
    def start(
        cls,
        environment: Mapping[str, str] | None = None,
        *,
        template: Path = ROOT / "template.yaml",
        seed: Seed | None = None,
    ) -> Self:
        """Start everything; ports are free ones unless PORT and TWILIO_PORT say otherwise.

        `environment` holds the local run's variables. Raises ConfigurationError, TemplateError or
        PortTakenError, and then nothing is left running.
        """
        system = cls(Configuration.read({"PORT": "0", **(environment or {})}))
        try:
            system.set_up(template, seed or _seed_demo)
        except BaseException:
            system.stop()
            raise
        return system

    def set_up(self, template: Path, seed: Seed) -> None:
        """Make the template's resources, import its functions, and start to serve."""
        self._server.start()
        source = load(template)
        for layer in layer_directories(source, template.parent):
            if str(layer) not in sys.path:
                sys.path.insert(0, str(layer))
                self._undo.callback(_remove_from_path, str(layer))
        self._start_twilio()
        self._start_emulator()
        declared = source.get("Parameters", {})
        given = {**self._configuration.parameters, "TwilioApiUrl": self.twilio_url}
        parameters = parameter_values(source, {k: v for k, v in given.items() if k in declared})
        translated = translate(source, parameters, template.parent)
        self.clients = connect()
        self._undo.callback(_close, self.clients)
        self.resources = Resources(
            translated.template,
            parameters,
            STACK_NAME,
            self.clients,
            self._configuration.api_key,
        )
        self.resources.make_all()
        self._undo.callback(readable_logs.give_back)
        self.functions = FunctionHost(function_definitions(self.resources, translated.code))
        self.api = rest_api(self.resources, self.functions)
        tables = list(self.resources.of_type("AWS::DynamoDB::Table"))
        if tables:
            table = self.resources.reference(tables[0], None)
            seed(self.clients, table, self.url, self._configuration.api_key)
        self._start_sources()
        facts = {"api_key": self._configuration.api_key, "phones": f"{self.twilio_url}/"}
        self._site.open(self.api, facts)

    def stop(self) -> None:
        """End everything: first nothing new arrives, then work in hand is finished.

        Safe to call twice.
        """
        self._site.close()
        self._undo.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _start_twilio(self) -> None:
        if self.twilio_url:
            return
        from local.fake_twilio.ledger import FakeTwilio
        from local.fake_twilio.server import serve

        fake = FakeTwilio(
            account_sid=self._configuration.twilio_account_sid,
            auth_token=self._configuration.twilio_auth_token,
            rng=random.Random(),  # noqa: S311 (only picks message ids)
            inbound_url=self.url + INBOUND,
            most_kept=MOST_TEXTS,
        )
        port = self._configuration.twilio_port
        try:
            self.fake_twilio = serve(fake, port, status_page_url=f"{self.url}/")
        except OSError as error:
            raise PortTakenError(
                f"Port {port} of 127.0.0.1, for the fake Twilio, cannot be used "
                f"({error.strerror}); set TWILIO_PORT to another."
            ) from None
        self._undo.callback(self.fake_twilio.stop)
        self.twilio_url = self.fake_twilio.url

    def _start_sources(self) -> None:
        sources = event_sources(
            self.resources,
            self.functions,
            self.clients,
            self.bells,
            overrides(self._configuration.environment),
        )
        declared = self.resources.of_type("AWS::SQS::Queue")
        if self.fake_twilio:
            queues = {
                name: self.resources.reference(queue, None)
                for name, queue in QUEUES.items()
                if queue in declared
            }
            server, bell = self.fake_twilio, self.bells.queues
            sources = [*sources, CarrierEvents(server, self.clients.sqs, queues, bell)]
        threads = [threading.Thread(target=source.run, daemon=True) for source in sources]
        for thread in threads:
            thread.start()
        self._undo.callback(self._end, threads)

    def _end(self, threads: list[threading.Thread]) -> None:
        self.bells.close()
        # Long enough for a batch in hand; a function that hangs must not keep Ctrl-C waiting.
        patience = time.monotonic() + 3
        for thread in threads:
            thread.join(timeout=max(0.0, patience - time.monotonic()))
        self.functions.mute()

    def _start_emulator(self) -> None:
        emulator = Emulator(self.bells)
        self._undo.callback(emulator.stop)
        ours = aws_environment(self._configuration.environment)
        if self.fake_twilio:
            ours["AWS_ENDPOINT_URL_SESV2"] = self.twilio_url
            ours["AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2"] = self.twilio_url
        others = {name: None for name in os.environ if name.startswith("AWS_")}
        self._undo.enter_context(_environment({**others, **ours}))


def _seed_demo(clients: Clients, table: str, url: str, api_key: str) -> None:
    from local.seeding import seed

    seed(clients, table, url, api_key)


@contextlib.contextmanager
def _environment(variables: Mapping[str, str | None]) -> Any:
    before = {name: os.environ.get(name) for name in variables}
    _put(variables)
    try:
        yield
    finally:
        _put(before)


def _put(variables: Mapping[str, str | None]) -> None:
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def _remove_from_path(directory: str) -> None:
    if directory in sys.path:
        sys.path.remove(directory)


def _close(clients: Clients) -> None:
    for client in vars(clients).values():
        client.close()
