"""A page as one batch sees it: read again when it is a second old, and after a read that failed."""

from typing import Any
from unittest import mock

import pytest

from statustext.domain.page import Page
from statustext.flows.delivering import context
from statustext.flows.delivering.context import PageView, UnknownUpdateError

PAGE = Page("default", "Demo", "https://status.example.com", "https://api.example.com")


class Deps:
    """As much of the dependencies as reading a page needs; its own clock."""

    table = None

    def __init__(self) -> None:
        self.clock, self.moment = self, 1000.0

    def now(self) -> float:
        return self.moment


def reads(*answers: Any) -> Any:
    return mock.patch.object(context, "get_page", side_effect=answers)


def test_a_page_is_read_again_after_a_second() -> None:
    deps: Any = Deps()
    view, paused = PageView("default", deps), mock.sentinel.paused
    with reads(PAGE, paused):
        assert view.page() is PAGE
        deps.moment += 0.9
        assert view.page() is PAGE
        deps.moment += 0.1
        assert view.page() is paused


def test_what_could_not_be_read_is_read_again_at_once() -> None:
    deps: Any = Deps()
    view = PageView("default", deps)
    with reads(TimeoutError, PAGE):
        with pytest.raises(TimeoutError):
            view.page()
        assert view.page() is PAGE


def test_a_clock_that_was_put_back_does_not_keep_an_old_page() -> None:
    deps: Any = Deps()
    view, newer = PageView("default", deps), mock.sentinel.newer
    with reads(PAGE, newer):
        view.page()
        deps.moment -= 3600.0
        assert view.page() is newer


def test_a_page_that_is_not_there_is_poison() -> None:
    deps: Any = Deps()
    with reads(None), pytest.raises(UnknownUpdateError, match="no page default"):
        PageView("default", deps).page()
