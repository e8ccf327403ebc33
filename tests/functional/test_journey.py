"""The main job, end to end: subscribe, verify, incident, text, STOP."""

from tests.stepped import PHONE, SteppedSystem


def test_from_sign_up_to_stop(system: SteppedSystem) -> None:
    system.subscribe()
    incident = system.open_incident()
    assert system.texts()[-1] == "[Demo] Critical incident: API is down"
    system.reply("STOP")
    before = system.texts()
    system.update_incident(incident, status="resolved")
    system.open_incident("Again")
    assert system.texts() == before
    assert not system.failures
    assert len(before) == 3
    assert PHONE not in str(system.rows("audit"))
