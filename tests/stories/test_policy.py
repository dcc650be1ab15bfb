"""That the browser suite hears it when a page goes against its own content security policy."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from portal.local.stack import Stack
from tests.conftest import csp_violations

pytestmark = pytest.mark.story

ADD_A_STYLE = "document.body.append(Object.assign(document.createElement('style'), {textContent: 'a {}'}))"


def test_a_page_that_does_what_its_policy_forbids_is_heard(stack: Stack, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{stack.url}/inloggen/")
    with page.expect_console_message(lambda message: bool(csp_violations(message))):
        page.evaluate(ADD_A_STYLE)
    page.close()
