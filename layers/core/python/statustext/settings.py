"""What a function is told by its environment. The only place that reads it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from statustext.domain.carrier import Carrier
from statustext.domain.page import Sender, Senders

VARIABLES: tuple[str, ...] = (
    "TABLE_NAME",
    "FAN_OUT_QUEUE_URL",
    "ANNOUNCEMENT_QUEUE_URL",
    "CODE_QUEUE_URL",
    "SNAPSHOT_QUEUE_URL",
    "WEB_QUEUE_URL",
    "EVENT_BUS_NAME",
    "KEYS_SECRET_ID",
    "CODE_KEYS_SECRET_ID",
    "NUMBERS_KEY_ID",
    "TWILIO_SECRET_ID",
    "TWILIO_API_KEY_SECRET_ID",
    "PAGE_SECRETS_PREFIX",
    "TWILIO_FROM",
    "TWILIO_MPS",
    "TWILIO_SENDERS",
    "TWILIO_API_URL",
    "TWILIO_STATUS_URL",
    "TWILIO_STATUS_COMPONENT",
    "SMS_VOICE_FROM",
    "SMS_VOICE_MPS",
    "SMS_VOICE_CONFIGURATION_SET",
    "SMS_VOICE_QUEUE_URL",
    "EMAIL_FROM",
    "EMAIL_RATE",
    "SES_CONFIGURATION_SET",
    "MAIL_EVENTS_QUEUE_URL",
    "ALLOW_FICTIONAL_NUMBERS",
    "CALL_THIS_MACHINE",
)
MAY_BE_EMPTY = frozenset(
    {
        "TWILIO_API_KEY_SECRET_ID",
        "TWILIO_API_URL",
        "TWILIO_STATUS_URL",
        "TWILIO_SENDERS",
        "SMS_VOICE_FROM",
        "SMS_VOICE_CONFIGURATION_SET",
        "SMS_VOICE_QUEUE_URL",
        "EMAIL_FROM",
        "SES_CONFIGURATION_SET",
        "MAIL_EVENTS_QUEUE_URL",
    }
)


@dataclass(frozen=True)
class Settings:
    """One deployment's names and addresses. `twilio_mps` is in segments per second;
    `twilio_senders` are those beside `twilio_from`, as `senders_of` reads them; `twilio_status_url`
    is where the summary of Twilio's status page stands, empty for not to look, and
    `twilio_status_component` the name of what texts on it. `sms_voice_from` is
    the ARN of what AWS End User Messaging texts from, empty where it does not; `email_from` the
    address of mails, empty for none, and `email_rate` SES's in mails per second."""

    table_name: str
    fan_out_queue_url: str
    announcement_queue_url: str
    code_queue_url: str
    snapshot_queue_url: str
    web_queue_url: str
    event_bus_name: str
    keys_secret_id: str
    code_keys_secret_id: str
    numbers_key_id: str
    twilio_secret_id: str
    twilio_api_key_secret_id: str
    page_secrets_prefix: str
    twilio_from: str
    twilio_mps: float
    twilio_senders: str
    twilio_api_url: str
    twilio_status_url: str
    twilio_status_component: str
    sms_voice_from: str
    sms_voice_mps: float
    sms_voice_configuration_set: str
    sms_voice_queue_url: str
    email_from: str
    email_rate: float
    ses_configuration_set: str
    mail_events_queue_url: str
    allow_fictional_numbers: bool
    call_this_machine: bool

    @property
    def senders(self) -> Senders:
        """The deployment's senders, Twilio's first."""
        found = senders_of(Sender(self.twilio_from, self.twilio_mps), self.twilio_senders)
        by_aws = Sender(self.sms_voice_from, self.sms_voice_mps, Carrier.AWS)
        by_ses = Sender(self.email_from, self.email_rate, Carrier.SES)
        more = [one for one in (by_aws, by_ses) if one.id]
        return Senders(found.own, (*found.others, *more))

    @property
    def number(self) -> str:
        """The number that people text to; "" where a Messaging Service chooses one."""
        return self.twilio_from if self.twilio_from.startswith("+") else ""


class MissingSettingError(RuntimeError):
    """An environment variable is absent or unreadable; the message names it."""


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process.

    Raises MissingSettingError, naming every variable that is missing, so that a function with half
    an environment fails when it starts and not at its first text.
    """
    given = os.environ if environ is None else environ
    missing = [n for n in VARIABLES if n not in given or not (given[n] or n in MAY_BE_EMPTY)]
    if missing:
        raise MissingSettingError(f"Set the environment variables {', '.join(missing)}.")
    mps = _rate(given["TWILIO_MPS"])
    if not mps:
        raise MissingSettingError("Set TWILIO_MPS to the sender's segments per second, such as 10.")
    by_aws = _rate(given["SMS_VOICE_MPS"])
    if not by_aws:
        raise MissingSettingError("Set SMS_VOICE_MPS to segments per second, such as 10.")
    of_mails = _rate(given["EMAIL_RATE"])
    if not of_mails:
        raise MissingSettingError("Set EMAIL_RATE to mails per second, such as 14.")
    settings = Settings(
        table_name=given["TABLE_NAME"],
        fan_out_queue_url=given["FAN_OUT_QUEUE_URL"],
        announcement_queue_url=given["ANNOUNCEMENT_QUEUE_URL"],
        code_queue_url=given["CODE_QUEUE_URL"],
        snapshot_queue_url=given["SNAPSHOT_QUEUE_URL"],
        web_queue_url=given["WEB_QUEUE_URL"],
        event_bus_name=given["EVENT_BUS_NAME"],
        keys_secret_id=given["KEYS_SECRET_ID"],
        code_keys_secret_id=given["CODE_KEYS_SECRET_ID"],
        numbers_key_id=given["NUMBERS_KEY_ID"],
        twilio_secret_id=given["TWILIO_SECRET_ID"],
        twilio_api_key_secret_id=given["TWILIO_API_KEY_SECRET_ID"],
        page_secrets_prefix=given["PAGE_SECRETS_PREFIX"],
        twilio_from=given["TWILIO_FROM"],
        twilio_mps=mps,
        twilio_senders=given["TWILIO_SENDERS"],
        twilio_api_url=given["TWILIO_API_URL"].rstrip("/"),
        twilio_status_url=given["TWILIO_STATUS_URL"],
        twilio_status_component=given["TWILIO_STATUS_COMPONENT"],
        sms_voice_from=given["SMS_VOICE_FROM"],
        sms_voice_mps=by_aws,
        sms_voice_configuration_set=given["SMS_VOICE_CONFIGURATION_SET"],
        sms_voice_queue_url=given["SMS_VOICE_QUEUE_URL"],
        email_from=given["EMAIL_FROM"],
        email_rate=of_mails,
        ses_configuration_set=given["SES_CONFIGURATION_SET"],
        mail_events_queue_url=given["MAIL_EVENTS_QUEUE_URL"],
        allow_fictional_numbers=given["ALLOW_FICTIONAL_NUMBERS"].lower() == "true",
        call_this_machine=given["CALL_THIS_MACHINE"].lower() == "true",
    )
    senders_of(Sender(settings.twilio_from, mps), settings.twilio_senders)
    return settings


def senders_of(own: Sender, listed: str) -> Senders:
    """The deployment's senders: its `own`, and those `listed` as in +447700900123:2.5,24680:100.

    Raises MissingSettingError for a list that cannot be read or names one twice.
    """
    given = [one.strip().rpartition(":") for one in listed.split(",") if one.strip()]
    others = tuple(Sender(sender, _rate(mps)) for sender, _, mps in given)
    names = [own.id, *(one.id for one in others)]
    if not all(one.id and one.mps for one in others) or len(set(names)) < len(names):
        raise MissingSettingError(
            "Set TWILIO_SENDERS to senders other than TWILIO_FROM, each once with its segments per"
            " second, such as +447700900123:2.5,24680:100."
        )
    return Senders(own, others)


def _rate(written: str) -> float:
    """Segments per second, from one in a quarter of an hour to 10,000; 0 for what is none."""
    try:
        mps = float(written) if written.isascii() else 0.0
    except ValueError:
        return 0.0
    return mps if 0.001 <= mps <= 10_000 else 0.0
