"""Only this computer may open the diary as it is; any other device is paired once."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from quietlegs.web.accounts import actions
from quietlegs.web.accounts.models import Device

pytestmark = pytest.mark.django_db

ELSEWHERE = {"REMOTE_ADDR": "192.168.1.20"}


@pytest.fixture
def phone() -> Client:
    return Client(**ELSEWHERE)


def pair(phone: Client) -> None:
    code = actions.make_pairing_code(now=timezone.now())
    phone.post("/pair", {"code": code.lower().replace("-", " "), "name": "Phone"})


def test_this_computer_needs_no_pairing(client: Client) -> None:
    assert client.get("/more").status_code == 200


def test_another_device_is_led_to_the_pairing_page(phone: Client) -> None:
    response = phone.get("/more")
    assert (response.status_code, response["Location"]) == (302, "/pair")


def test_a_device_cannot_reach_the_api_without_a_token(phone: Client) -> None:
    assert phone.get("/api/v1/nights").status_code == 401


def test_a_proxy_on_this_computer_does_not_open_the_door(client: Client, settings) -> None:
    settings.BEHIND_PROXY = True
    assert client.get("/more").status_code == 302


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
def test_a_proxy_that_nobody_told_quietlegs_of_does_not_open_the_door(client: Client, header: str) -> None:
    assert client.get("/more", headers={header: "127.0.0.1"}).status_code == 302


def test_a_code_typed_carelessly_pairs_the_device(phone: Client) -> None:
    pair(phone)
    assert phone.get("/more").status_code == 200


def test_a_code_works_once(phone: Client) -> None:
    code = actions.make_pairing_code(now=timezone.now())
    phone.post("/pair", {"code": code, "name": ""})
    stranger = Client(**ELSEWHERE)
    assert stranger.post("/pair", {"code": code, "name": ""}).status_code == 422
    assert stranger.get("/more").status_code == 302


def test_a_code_that_comes_twice_closes_out_the_device_that_it_let_in(phone: Client) -> None:
    code = actions.make_pairing_code(now=timezone.now())
    thief = Client(**ELSEWHERE)
    thief.post("/pair", {"code": code, "name": ""})
    assert thief.get("/more").status_code == 200
    assert phone.post("/pair", {"code": code, "name": ""}).status_code == 422
    assert thief.get("/more").status_code == 302


def test_a_form_that_is_pressed_twice_pairs_once_and_keeps_the_phone_in(phone: Client) -> None:
    form = {"code": actions.make_pairing_code(now=timezone.now()), "name": "Phone"}
    form["form_id"] = re.findall(r'name="form_id" value="([^"]+)"', phone.get("/pair").content.decode())[0]
    given = [phone.post("/pair", form).cookies["quietlegs_device"].value for _ in range(2)]
    assert given[0] == given[1] and Device.objects.count() == 1
    assert phone.get("/more").status_code == 200


def test_the_code_in_another_form_or_later_is_no_second_press(phone: Client) -> None:
    now, form = timezone.now(), uuid4()
    for other, later in ((uuid4(), timedelta()), (None, timedelta()), (form, timedelta(minutes=2))):
        code = actions.make_pairing_code(now=now)
        assert actions.pair_device(typed_code=code, name="", now=now, form_id=form)
        assert actions.pair_device(typed_code=code, name="", now=now + later, form_id=other) is None
        assert not Device.objects.filter(revoked_at=None).exists()
        # Out is out: not even the form that came first gets its token again.
        assert actions.pair_device(typed_code=code, name="", now=now, form_id=form) is None


def test_a_code_ends_after_ten_minutes(phone: Client) -> None:
    code = actions.make_pairing_code(now=timezone.now() - timedelta(minutes=11))
    assert phone.post("/pair", {"code": code, "name": ""}).status_code == 422


def test_ten_wrong_tries_close_the_code(phone: Client) -> None:
    code = actions.make_pairing_code(now=timezone.now())
    for _ in range(actions.MOST_WRONG_TRIES):
        phone.post("/pair", {"code": "22222222", "name": ""})
    assert phone.post("/pair", {"code": code, "name": ""}).status_code == 422


def test_a_revoked_device_is_out_at_once(phone: Client, client: Client) -> None:
    pair(phone)
    client.post(f"/devices/{Device.objects.get().pk}/revoke")
    assert phone.get("/more").status_code == 302


def test_no_token_or_code_is_stored_as_it_is(phone: Client) -> None:
    pair(phone)
    token = phone.cookies["quietlegs_device"].value
    assert token and token not in Device.objects.get().token_digest


def test_a_paired_device_cannot_make_codes_for_others(phone: Client) -> None:
    pair(phone)
    assert phone.post("/devices").status_code == 404
