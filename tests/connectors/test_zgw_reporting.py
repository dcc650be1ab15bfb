"""News about a zaak that `zgw` filed: in its toelichting, behind what the agency wrote there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.base import Misconfigured, Refused
from tests.connectors.zgw import HAPPY, Content, answer_to, changed, sent
from tests.contract.agency import Agency
from tests.contract.samples import Sample, Steps, build_destination, envelope, report_of

NEWS = "[LL-3F6H-8KWP.17] Volgens de inwoner klopt dit niet: Adres. Het moet zijn: Gracht 3."


def with_zaak(**fields: str) -> Sample:
    """The agency has written these fields in the zaak."""

    def write(content: Content) -> None:
        answer_to(content, "POST /zaken/api/v1/zaken")["json"] |= fields

    return changed(write)


def told(sample: Sample, *texts: str) -> list[str]:
    """What was written in the toelichting, at each telling."""
    with Agency(sample.content) as agency:
        destination = build_destination(sample, agency.url)
        reference = destination.file(envelope(sample), Steps()).their_reference
        news = [replace(report_of(sample), text=text) for text in texts] or [report_of(sample)]
        for number, report in enumerate(news):
            numbered = replace(report, reference=f"LL-3F6H-8KWP.{17 + number}")
            destination.report(reference, numbered, Steps())
    return [str(body["toelichting"]) for body in sent(agency, "zaken changed")]


def test_an_empty_toelichting_holds_the_news_and_nothing_else_of_the_zaak_changes() -> None:
    assert told(HAPPY) == [NEWS]


def test_what_the_agency_wrote_there_stays() -> None:
    assert told(with_zaak(toelichting="Gebeld op dinsdag.")) == [f"Gebeld op dinsdag.\n{NEWS}"]


def test_a_second_piece_of_news_comes_behind_the_first() -> None:
    first, second = told(HAPPY, "Dit klopt niet.", "Hersteld.")
    assert first == "[LL-3F6H-8KWP.17] Dit klopt niet."
    assert second == f"{first}\n[LL-3F6H-8KWP.18] Hersteld."


def test_what_does_not_fit_is_cut_to_what_the_standard_holds() -> None:
    (written,) = told(with_zaak(toelichting="a" * 600), "b" * 900)
    assert len(written) == 1000
    assert written.startswith("a" * 600 + "\n[LL-3F6H-8KWP.17] bbb")
    assert written.endswith("b…")


@pytest.mark.parametrize(
    ("fields", "says"),
    [({"toelichting": "a" * 960}, "full"), ({"einddatum": "2026-11-24"}, "closed")],
)
def test_where_nothing_can_be_added_a_person_is_asked(fields: dict[str, str], says: str) -> None:
    with pytest.raises(Refused, match=says):
        told(with_zaak(**fields))


def test_without_the_right_to_change_zaken_it_is_the_settings_that_are_wrong() -> None:
    def refuse(content: Content) -> None:
        patch = answer_to(content, "PATCH /zaken/api/v1/zaken/{uuid}")
        del patch["changes"]
        patch.update(status=403, json={"code": "permission_denied"})

    with pytest.raises(Misconfigured, match="rights"):
        told(changed(refuse))
