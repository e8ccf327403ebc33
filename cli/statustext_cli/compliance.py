"""`statustext consent` and `compliance-pack`: proof for who asks, and what carriers' forms ask."""

from typing import Annotated
from urllib.parse import quote

import typer

from statustext_cli.terminal import minute, session


def consent(
    ctx: typer.Context,
    number: Annotated[str, typer.Argument(help="In full, as in +15551234567.")],
) -> None:
    """Prove what the owner of a number agreed to, when, and how.

    statustext consent +15551234567
    """
    run = session(ctx)
    found = run.api.get(f"consent/{quote(number, safe='')}")
    state = found["status"] or "no subscriber"
    lines = [f"{found['phone'] or found['subscriber']}: {state}"]
    for one in found["consents"]:
        verified = f", number verified {minute(one['verified_at'])}" if one["verified_at"] else ""
        lines.append(f"{minute(one['at'])} UTC by {one['method']} ({one['language']}){verified}")
        lines.append(f"  shown: {one['shown'] or 'nothing on record'}")
        details = {
            name: one[name]
            for name in ("version", "address_hash", "attested_by", "source", "obtained_at")
            if one[name]
        }
        lines.append("  " + ", ".join(f"{name} {value}" for name, value in details.items()))
    run.show(found, "\n".join(lines))


def compliance_pack(ctx: typer.Context) -> None:
    """Print what the forms for 10DLC and toll-free numbers ask for, as it is sent.

    statustext compliance-pack
    """
    run = session(ctx)
    pack = run.api.get("compliance_pack")
    lines: list[str] = []
    for name, value in pack.items():
        lines.append(name.replace("_", " ").capitalize() + ":")
        if name == "message_samples":
            lines += [f"  {number}. {text}" for number, text in enumerate(value, 1)]
        elif isinstance(value, list):
            lines.append("  " + ", ".join(value))
        else:
            lines.append(f"  {value if isinstance(value, str) else str(value).lower()}")
    run.show(pack, "\n".join(lines))
