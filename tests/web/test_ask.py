"""Asking and checking pages in the app: danger first, sources with each answer, nothing kept, nothing run."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

pytestmark = pytest.mark.django_db


def test_a_question_is_answered_with_how_sure_and_from_where(client: Client) -> None:
    page = client.get("/ask", {"q": "does bananas help leg cramps"}).content.decode()
    assert "No trial" in page
    assert "How sure:" in page
    assert "pubmed" in page


def test_words_of_danger_bring_the_help_card_and_no_calming_answer(client: Client) -> None:
    page = client.get("/ask", {"q": "my left calf is swollen and hot"}).content.decode()
    assert "Get help today" in page
    assert "What is a night leg cramp?" not in page


def test_an_answer_while_typing_is_the_answer_alone(client: Client) -> None:
    page = client.get("/ask", {"q": "quinine"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in page
    assert "uinine" in page


def test_what_we_do_not_know_is_said(client: Client) -> None:
    assert "We do not know that" in client.get("/ask", {"q": "zorgonium"}).content.decode()


def test_what_is_not_about_legs_is_sent_on(client: Client) -> None:
    assert "This is not for us" in client.get("/ask", {"q": "capital of france"}).content.decode()


def test_a_pasted_page_is_marked_claim_by_claim(client: Client) -> None:
    text = (
        "Night cramps\n\nMagnesium tablets prevent leg cramps. Buy them online now! Tonic water helps cramps."
    )
    page = client.post("/article", {"text": text}).content.decode()
    assert 'class="claim contradicted"' in page
    assert "Sells:" in page
    assert "Unsafe advice" in page


def test_a_page_with_code_is_shown_as_words(client: Client) -> None:
    text = "Cramps\n\nMagnesium tablets prevent leg cramps. <script>alert(1)</script>"
    page = client.post("/article", {"text": text}).content.decode()
    assert "<script>alert(1)" not in page


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"text": "  "}, "Paste the words of a page"),
        ({"text": "", "file": SimpleUploadedFile("x.pdf", b"%PDF-1.4 nothing")}, "damaged"),
        ({"text": "a " * 600_000}, "most we read"),
    ],
)
def test_a_page_that_cannot_be_read_is_asked_for_again(client: Client, data: dict, message: str) -> None:
    response = client.post("/article", data)
    assert response.status_code == 422
    assert message in response.content.decode()


def test_a_page_in_another_language_is_told(client: Client) -> None:
    text = (
        "Die nächtlichen Krämpfe sind nicht gefährlich und werden mit der Zeit auch von allein besser. " * 3
    )
    assert (
        "does not seem to be in English or Spanish"
        in client.post("/article", {"text": text}).content.decode()
    )
