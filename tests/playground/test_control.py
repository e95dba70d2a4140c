"""Driving the playground over HTTP: acting as people, looking on, and who may do so."""

import http.client
import threading
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest

from telegram_ui.playground.client import ControlError, PlaygroundClient
from telegram_ui.playground.threaded import PlaygroundThread
from tests.playground.bot_calls import call, raw, updates
from tests.playground.conftest import ANNA, JAMES, TOKEN
from tests.playground.pictures import png


def test_what_people_send_arrives_as_updates(thread: PlaygroundThread, client: PlaygroundClient) -> None:
    said = client.say(ANNA.id, "hello")
    client.request("PUT", f"/users/{ANNA.id}/messages/{said['message_id']}", {"text": "hello!"})
    client.send_contact(ANNA.id)
    client.send_location(ANNA.id, 55.7, 37.6)
    message, edited, contact, place = updates(thread)
    assert message["message"]["from"] == {
        "id": 1001, "is_bot": False, "first_name": "Anna", "last_name": "Smirnova", "username": "anna",
        "language_code": "ru",
    }  # fmt: skip
    assert message["message"]["chat"]["type"] == "private"
    assert edited["edited_message"]["text"] == "hello!"
    assert contact["message"]["contact"]["user_id"] == ANNA.id
    assert place["message"]["location"] == {"latitude": 55.7, "longitude": 37.6}


def test_the_reply_keyboard_answers_to_its_labels(thread: PlaygroundThread, client: PlaygroundClient) -> None:
    keyboard = {
        "keyboard": [[{"text": "Menu"}, {"text": "Phone", "request_contact": True}]],
        "one_time_keyboard": True,
    }
    asked = call(thread, "sendMessage", chat_id=ANNA.id, text="?", reply_markup=keyboard)
    client.press_keyboard(ANNA.id, "Phone", phone_number="+79991112233")
    client.press_keyboard(ANNA.id, "Menu")
    contact, text = updates(thread)
    assert contact["message"]["contact"]["phone_number"] == "+79991112233"
    assert contact["message"]["reply_to_message"]["message_id"] == asked["message_id"]
    assert text["message"]["text"] == "Menu"
    assert client.chat(ANNA.id)["keyboard"]["used"] is True
    with pytest.raises(ControlError, match="the reply keyboard has no button 'Nothing'"):
        client.press_keyboard(ANNA.id, "Nothing")


def test_blocking_tells_the_bot_and_shuts_the_chat(thread: PlaygroundThread, client: PlaygroundClient) -> None:
    client.block(ANNA.id)
    client.block(ANNA.id)
    with pytest.raises(ControlError, match="the bot is blocked; unblock it first"):
        client.say(ANNA.id, "hello")
    client.unblock(ANNA.id)
    changes = [update["my_chat_member"]["new_chat_member"]["status"] for update in updates(thread)]
    assert changes == ["kicked", "member"]


def test_a_group_can_migrate(thread: PlaygroundThread, client: PlaygroundClient) -> None:
    group = client.request("POST", "/groups", {"title": "Team", "members": [ANNA.id, JAMES.id]})
    moved = client.request("POST", f"/groups/{group['chat_id']}/migrate")
    status, body, _headers = raw(
        thread, "POST", f"/bot{TOKEN}/sendMessage", orjson.dumps({"chat_id": group["chat_id"], "text": "x"}),
        Content_Type="application/json",
    )  # fmt: skip
    assert status == 400
    assert orjson.loads(body)["parameters"] == {"migrate_to_chat_id": moved["chat_id"]}
    assert call(thread, "sendMessage", chat_id=moved["chat_id"], text="x")["chat"]["type"] == "supergroup"


def test_waiting_ends_with_the_awaited_thing(thread: PlaygroundThread, client: PlaygroundClient) -> None:
    version = client.chat(ANNA.id)["version"]
    answer = threading.Thread(
        target=call, args=(thread, "sendMessage"), kwargs={"chat_id": ANNA.id, "text": "<hi>"}
    )
    answer.start()
    message = client.wait_message(ANNA.id, contains="<hi>")
    answer.join()
    assert (message["from_bot"], message["html"]) == (True, "&lt;hi&gt;")
    assert client.chat(ANNA.id)["version"] > version
    assert [c["message_id"] for c in client.wait_calls(1, "sendMessage")] == [message["message_id"]]
    with pytest.raises(TimeoutError, match="chat 1001 did not come to what was awaited"):
        client.wait_message(ANNA.id, contains="never", timeout=0.05)


def test_a_press_is_awaited_until_it_is_answered(thread: PlaygroundThread, client: PlaygroundClient) -> None:
    keys = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}
    message = call(thread, "sendMessage", chat_id=ANNA.id, text="Sure?", reply_markup=keys)
    press_id = client.tap(ANNA.id, message["message_id"], label="Yes")["callback_query_id"]
    with pytest.raises(TimeoutError, match="the press of 'y' was not answered"):
        client.wait_answer(press_id, timeout=0.05)
    call(thread, "answerCallbackQuery", callback_query_id=press_id, text="Done")
    assert client.wait_answer(press_id)["text"] == "Done"


def test_many_users_and_messages_at_once(thread: PlaygroundThread, client: PlaygroundClient) -> None:
    client.request("POST", "/users", {"id": 10_000, "count": 50})
    sent = client.request("POST", "/messages", [{"user_id": 10_000 + n, "text": str(n)} for n in range(50)])[
        "sent"
    ]
    assert [update["update_id"] for update in updates(thread)] == [one["update_id"] for one in sent]


def test_raw_updates_and_repeats(thread: PlaygroundThread, client: PlaygroundClient) -> None:
    injected = client.inject_update({"update_id": 10**9, "poll_answer": {"poll_id": "1"}})
    assert updates(thread) == [{"update_id": injected, "poll_answer": {"poll_id": "1"}}]
    assert updates(thread, offset=injected + 1) == []
    assert client.repeat_update() == injected
    assert updates(thread) == [{"update_id": injected, "poll_answer": {"poll_id": "1"}}]


def test_a_file_from_a_person(thread: PlaygroundThread) -> None:
    parts = [
        b'--b\r\nContent-Disposition: form-data; name="as"\r\n\r\nphoto\r\n',
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="me.png"\r\nContent-Type: image/png\r\n\r\n',
        png(12, 8),
        b"\r\n--b--\r\n",
    ]
    status, _body, _headers = raw(
        thread, "POST", f"/_control/users/{ANNA.id}/files", b"".join(parts),
        Content_Type="multipart/form-data; boundary=b",
    )  # fmt: skip
    assert status == 201
    (update,) = updates(thread)
    assert (update["message"]["photo"][0]["width"], update["message"]["photo"][0]["height"]) == (12, 8)


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "reason"),
    [
        ("POST", "/users/1001/messages", {"text": " "}, 400, "the text is empty"),
        (
            "POST",
            "/users/1001/messages",
            {"txt": "x"},
            400,
            "text: Field required; txt: Extra inputs are not permitted",
        ),
        ("POST", "/users/7/messages", {"text": "x"}, 404, "there is no user 7"),
        (
            "POST",
            "/users/1001/messages",
            {"text": "x", "chat_id": 1002},
            403,
            "chat 1002 belongs to somebody else",
        ),
        ("POST", "/users/1001/taps", {"message_id": 5, "data": "x"}, 404, "there is no message 5"),
        ("GET", "/chats/7", None, 404, "there is no chat 7"),
        ("PUT", "/faults", {"latency_ms": -1}, 400, "latency_ms: Input should be greater than or equal to 0"),
        ("POST", "/updates/repeat", {}, 404, "there is no such delivered update"),
    ],
)
def test_bad_orders_are_refused_with_a_reason(
    client: PlaygroundClient, *, method: str, path: str, body: Any, status: int, reason: str
) -> None:
    with pytest.raises(ControlError) as caught:
        client.request(method, path, body)
    assert (caught.value.status, caught.value.reason) == (status, reason)


def test_faults_change_in_part_and_reset_clears_all(thread: PlaygroundThread, client: PlaygroundClient) -> None:
    client.request("PATCH", "/faults", {"latency_ms": 20})
    client.request("PATCH", "/faults", {"limits": "telegram"})
    assert (client.request("GET", "/faults")["latency_ms"], client.request("GET", "/faults")["limits"]) == (
        20,
        "telegram",
    )
    call(thread, "sendMessage", chat_id=ANNA.id, text="x")
    client.say(ANNA.id, "x")
    client.reset()
    assert client.request("GET", "/faults")["latency_ms"] == 0
    assert client.chat(ANNA.id)["messages"] == []
    assert (client.calls(), updates(thread)) == ([], [])


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"Host": "evil.example"}, b"answers to localhost only"),
        ({"Host": "127.0.0.1.evil.example:80"}, b"answers to localhost only"),
        ({"Origin": "http://evil.example"}, b"another site may not drive"),
        ({"Origin": "null"}, b"another site may not drive"),
        ({"Sec_Fetch_Site": "cross-site"}, b"another site may not drive"),
    ],
)
def test_other_sites_cannot_drive_it(thread: PlaygroundThread, headers: dict[str, str], reason: bytes) -> None:
    status, body, _headers = raw(thread, "POST", "/_control/reset", b"", **headers)
    assert status == 403
    assert reason in body


def test_the_page_is_served_with_a_strict_policy(thread: PlaygroundThread) -> None:
    status, body, headers = raw(thread, "GET", "/", Origin=thread.url)
    assert status == 200
    assert b"<title>Playground</title>" in body
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert raw(thread, "GET", "/", Host="evil.example")[0] == 403
    assert raw(thread, "GET", "/js/main.js")[2]["Content-Type"].startswith("text/javascript")


def test_events_tell_of_a_chat_at_once(thread: PlaygroundThread) -> None:
    connection = http.client.HTTPConnection(urlsplit(thread.url).netloc, timeout=60)
    connection.request("GET", f"/_control/events?chats={ANNA.id}")
    stream = connection.getresponse()
    assert stream.readline() == b": open\n"
    call(thread, "sendMessage", chat_id=JAMES.id, text="not followed")
    call(thread, "sendMessage", chat_id=ANNA.id, text="followed")
    stream.readline()
    event = orjson.loads(stream.readline().removeprefix(b"data: "))
    connection.close()
    assert (event["type"], event["chat_id"], event["message"]["text"]) == ("message", ANNA.id, "followed")


def test_the_people_given_to_a_server_are_not_changed(client: PlaygroundClient) -> None:
    client.block(ANNA.id)
    assert ANNA.blocked is False
