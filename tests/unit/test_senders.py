"""Which of the deployment's senders texts a number."""

from hypothesis import given
from hypothesis import strategies as st

from statustext.domain.page import Page, Sender, SenderChoice, Senders

OWN, SERVICE, SHORT = Sender("+15550001111", 10), Sender("MG1", 3), Sender("24680", 100)
DEPLOYED = Senders(OWN, (SERVICE, SHORT))


def page(*chosen: SenderChoice) -> Page:
    return Page("p", "P", "", "", senders=chosen)


prefixes = st.text("123", min_size=1, max_size=4).map(lambda digits: f"+{digits}")
choices = st.lists(
    st.builds(
        SenderChoice,
        st.sampled_from(["MG1", "24680", "+15550001111", "gone", ""]),
        st.lists(prefixes, max_size=3).map(tuple),
    ),
    max_size=4,
)


@given(choices, prefixes)
def test_it_is_always_one_of_the_deployment_s_at_its_one_rate(
    chosen: list[SenderChoice], phone: str
) -> None:
    assert page(*chosen).sender_for(phone, DEPLOYED) in (OWN, SERVICE, SHORT)


def test_the_longest_prefix_wins() -> None:
    found = page(SenderChoice("MG1", ("+1", "+442")), SenderChoice("24680", ("+1415", "+44")))
    for phone, sender in (("+12", SERVICE), ("+14155", SHORT), ("+4420", SERVICE), ("+49", OWN)):
        assert found.sender_for(phone, DEPLOYED) == sender


def test_a_choice_that_is_not_deployed_any_more_falls_back() -> None:
    assert page(SenderChoice("gone", ("+1",))).sender_for("+12", DEPLOYED) == OWN
