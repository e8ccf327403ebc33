"""`statustext subscribers` find, edit, import and export, against the real routes."""

import json
import stat
from pathlib import Path

from tests.functional.test_command_by_api import Run, run
from tests.stepped import PHONE, SteppedSystem

__all__ = ["run"]
OTHER = "+15550000077"
PROOF = ("--source", "paper", "--statement", "Text me.", "--obtained-at", "2027-01-01")


def test_found_by_number_or_last_digits_and_edited(system: SteppedSystem, run: Run) -> None:
    one = str(system.subscribe(PHONE)["id"])
    for asked in (PHONE, PHONE[-4:]):
        assert one in run("subscribers", "find", asked).stdout
    assert one not in run("subscribers", "find", OTHER).stdout
    edited = run("subscribers", "edit", one, "--impact", "critical", "--component", "svc_api")
    assert "impacts: critical\n  services: svc_api\n" in edited.stdout, edited.output
    assert run("subscribers", "edit", one).exit_code == 2
    assert "services: any" in run("subscribers", "edit", one, "--every-component").stdout


def test_many_are_imported_in_batches_and_exported(
    system: SteppedSystem, run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "old.csv"
    numbers = [f"+155500{n:05}" for n in range(150)]
    file.write_text("phone\n" + "\n".join([*numbers, "banana"]) + "\n", encoding="utf-8-sig")
    dry = run("subscribers", "import", str(file), *PROOF, "--dry-run")
    assert dry.stdout.startswith("Would be: 150 added, 1 refused.\n  line 152: "), dry.output
    assert dry.exit_code == 1
    assert system.rows("subscriber") == []
    done = run("subscribers", "import", str(file), *PROOF, "--yes")
    assert done.stdout.startswith("150 added, 1 refused."), done.output
    again = run("--json", "subscribers", "import", str(file), *PROOF, "--yes")
    counts = json.loads(again.stdout)["counts"]
    assert counts == {"already_subscribed": 150, "refused": 1}
    assert run("subscribers", "import", str(file), *PROOF).exit_code == 2  # nobody is there to ask

    out = tmp_path / "new.csv"
    kept = run("subscribers", "export", str(out))
    assert kept.stdout == f"150 subscribers are in {out}.\n"
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert sorted(line.split(",")[1] for line in out.read_text("utf-8").splitlines()[1:]) == numbers
    assert run("subscribers", "export", str(out)).exit_code == 2
    lines = tmp_path / "new.jsonl"
    run("subscribers", "export", str(lines), "--format", "jsonl")
    assert len(lines.read_text("utf-8").splitlines()) == 150


def test_the_list_is_printed_as_documented(system: SteppedSystem, run: Run) -> None:
    system.subscribe(PHONE)
    system.sign_up(OTHER)
    listed = run("subscribers", "list", "--type", "sms").stdout.splitlines()
    assert listed[0] == "Phone | Verified | Subscribed"
    assert sorted(listed[1:]) == [
        "+1555000xxxx | No | (pending verification)",
        "+1555123xxxx | Yes | 2027-01-15",
    ]
