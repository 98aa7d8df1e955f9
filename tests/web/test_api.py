"""The HTTP interface: other programs log nights and cramps, again and again with the same id; foreign pages cannot."""

import json
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from quietlegs.web.api import actions
from quietlegs.web.api.models import Token
from quietlegs.web.diary.models import Episode, Night

pytestmark = pytest.mark.django_db

ELSEWHERE = {"REMOTE_ADDR": "192.168.1.20"}
NIGHTS = "/api/v1/nights"
EVENTS = "/api/v1/events"


def send(client, method, path, body, **headers):
    return client.generic(method, path, json.dumps(body), content_type="application/json", **headers)


@pytest.fixture
def token() -> str:
    return actions.make_token(name="script", now=timezone.now())


def test_the_same_night_sent_twice_is_stored_once_and_answers_200(client: Client):
    body = {"id": str(uuid4()), "night": "2026-03-01", "outcomes": {"cramps": 2}}
    first, again = (send(client, "POST", NIGHTS, body) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    changed = send(client, "POST", NIGHTS, {**body, "outcomes": {"cramps": 9}})
    assert (changed.status_code, changed.json()["outcomes"]) == (200, {"cramps": 2})
    assert Night.objects.count() == 1


def test_a_night_may_be_put_and_read_under_its_date_or_its_id(client: Client):
    id = uuid4()
    body = {"night": "2026-03-01", "outcomes": {"sleep_hours": 6.5}, "note": "hot", "sore": False}
    assert send(client, "PUT", f"{NIGHTS}/{id}", body).status_code == 201
    assert send(client, "PUT", f"{NIGHTS}/{id}", body).status_code == 200
    assert client.get(f"{NIGHTS}/{id}").json() == client.get(f"{NIGHTS}/2026-03-01").json()
    send(client, "PUT", f"{NIGHTS}/2026-03-01", {"outcomes": {"cramps": 0}})
    assert client.get(f"{NIGHTS}/2026-03-01").json()["outcomes"] == {
        "cramps": 0
    }  # what is left out is not known
    assert client.delete(f"{NIGHTS}/2026-03-01").status_code == 204
    assert client.get(f"{NIGHTS}/2026-03-01").status_code == 404


def test_posting_adds_to_what_is_known(client: Client):
    send(client, "POST", "/api/v1/factors", {"name": "water", "kind": "amount", "unit": "ml"})
    send(client, "POST", NIGHTS, {"night": "2026-03-01", "outcomes": {"cramps": 1}})
    send(client, "POST", NIGHTS, {"night": "2026-03-01", "factors": {"Water": 500}})
    night = client.get(NIGHTS, {"since": "2026-03-01", "until": "2026-03-01"}).json()["nights"][0]
    assert (night["outcomes"], night["factors"]) == ({"cramps": 1}, {"water": 500})


def test_the_same_cramp_sent_twice_is_one_cramp(client: Client):
    id = str(uuid4())
    body = {
        "started_at": "2026-03-02T03:07:00+01:00",
        "minutes": 6,
        "severity": 7,
        "muscle": "calf",
        "side": "left",
    }
    first = send(client, "PUT", f"{EVENTS}/{id}", body)
    again = send(client, "POST", EVENTS, {**body, "id": id})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.json()["night"] == "2026-03-01"
    assert first.json()["started_at"].startswith("2026-03-02T03:07:00+01:00")
    assert client.get(f"{NIGHTS}/2026-03-01").json()["outcomes"]["cramps"] == 1


def test_a_cramp_may_be_changed_and_deleted(client: Client):
    id = send(client, "POST", EVENTS, {"started_at": "2026-03-02T03:07:00Z"}).json()["id"]
    changed = send(client, "PATCH", f"{EVENTS}/{id}", {"minutes": 4.5, "side": "right"})
    assert (changed.json()["minutes"], changed.json()["side"]) == (4.5, "right")
    assert client.delete(f"{EVENTS}/{id}").status_code == 204
    assert (Episode.objects.count(), client.get(f"{EVENTS}/{id}").status_code) == (0, 404)


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"night": "2026-03-01", "outcomes": {"cramps": -1}}, "cramps"),
        ({"night": "2026-03-01", "outcomes": {"cramps": "2"}}, "outcomes.cramps"),
        ({"night": "2026-03-01", "outcomes": {"dreams": 2}}, "dreams"),
        ({"night": "2026-03-01", "factors": {"unheard of": 1}}, "unheard of"),
        ({"night": "2999-03-01", "outcomes": {"cramps": 1}}, None),
        ({"night": "2026-02-30"}, "night"),
        ({"outcomes": {"cramps": 1}}, "night"),
        ({"night": "2026-03-01", "cramps": 2}, "cramps"),
        ({"night": "2026-03-01", "note": "a\0b"}, None),
        ({"night": "2026-03-01", "note": "x" * 30_000}, "note"),
        ({"night": "2026-03-01", "id": "seven"}, "id"),
    ],
)
def test_what_cannot_be_is_refused_with_where_and_why(client: Client, body, where):
    response = send(client, "POST", NIGHTS, body)
    assert response.status_code == 422
    problem = response.json()["problems"][0]
    assert problem["where"] == where and problem["what"]
    assert not Night.objects.exists()


@pytest.mark.parametrize("raw", ["{", "[]", "null", '{"night": NaN}', "[" * 100_000])
def test_what_is_no_json_object_is_refused(client: Client, raw):
    response = client.generic("POST", NIGHTS, raw, content_type="application/json")
    assert response.status_code in (400, 422)
    assert response.json()["problems"]


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_ORIGIN": "https://evil.example"},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_ORIGIN": "http://testserver:8001"},
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
        {"HTTP_SEC_FETCH_SITE": "same-site"},
    ],
)
def test_a_foreign_page_cannot_write(client: Client, headers):
    body = {"night": "2026-03-01", "outcomes": {"cramps": 2}}
    assert send(client, "POST", NIGHTS, body, **headers).status_code == 403
    assert client.delete(f"{NIGHTS}/2026-03-01", **headers).status_code == 403
    assert not Night.objects.exists()


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_what_a_foreign_form_can_send_is_not_taken(client: Client, content_type):
    body = json.dumps({"night": "2026-03-01", "outcomes": {"cramps": 2}})
    assert client.generic("POST", NIGHTS, body, content_type=content_type).status_code == 415
    assert not Night.objects.exists()


def test_the_apps_own_page_may_write(client: Client):
    own = {"HTTP_ORIGIN": "http://testserver", "HTTP_SEC_FETCH_SITE": "same-origin"}
    assert send(client, "POST", NIGHTS, {"night": "2026-03-01"}, **own).status_code == 201


def test_another_computer_needs_a_token(token):
    stranger = Client(**ELSEWHERE)
    body = {"night": "2026-03-01", "outcomes": {"cramps": 2}}
    assert send(stranger, "POST", NIGHTS, body).status_code == 401
    wrong, right = ({"HTTP_AUTHORIZATION": f"Bearer {secret}"} for secret in ("wrong", token))
    assert send(stranger, "POST", NIGHTS, body, **wrong).status_code == 401
    assert send(stranger, "POST", NIGHTS, body, **right).status_code == 201
    actions.revoke_token(name="script", now=timezone.now())
    assert stranger.get(NIGHTS, **right).status_code == 401


def test_a_wrong_token_does_not_pass_for_coming_from_this_computer(client: Client):
    assert client.get(NIGHTS, HTTP_AUTHORIZATION="Bearer wrong").status_code == 401


def test_a_token_is_stored_as_a_digest_alone(token):
    assert token not in str(Token.objects.values().get())


def test_the_interface_describes_itself(client: Client):
    document = client.get("/api/v1/openapi.json").json()
    assert {"/api/v1/nights", "/api/v1/nights/{key}", "/api/v1/events", "/api/v1/events/{id}"} <= set(
        document["paths"]
    )


def test_twice_the_nights_take_no_more_queries(client: Client, django_assert_num_queries):
    for day in range(1, 9):
        send(client, "POST", NIGHTS, {"night": f"2026-03-0{day}", "outcomes": {"cramps": 1}})
    client.get(NIGHTS)
    with django_assert_num_queries(6):  # one of them asks whether the app is locked
        assert len(client.get(NIGHTS, {"until": "2026-03-04"}).json()["nights"]) == 4
    with django_assert_num_queries(6):
        assert len(client.get(NIGHTS).json()["nights"]) == 8
