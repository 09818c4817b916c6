"""Each wording of an error makes the right person or chat unreachable, and no other."""

import pytest

from bot.sandbox.world import send_errors as played
from bot.worker.outgoing.error_catalogue import ABOUT_CHATS, ABOUT_PEOPLE, Mark, Unreachable, unreachable_from

ANN, FRIENDS = 1001, -1001


@pytest.mark.parametrize(("wording", "mark"), ABOUT_PEOPLE)
def test_each_wording_about_a_person_is_known_in_whatever_case_and_frame(wording: str, mark: Mark) -> None:
    for description in (f"Forbidden: {wording}", wording.capitalize(), f"Bad Request: {wording} of all"):
        assert unreachable_from(description, ANN) == Unreachable(mark, wording)


@pytest.mark.parametrize(("wording", "mark"), ABOUT_CHATS)
def test_each_wording_about_a_chat_is_known_in_whatever_case_and_frame(wording: str, mark: Mark) -> None:
    for description in (f"Forbidden: {wording}", wording.capitalize()):
        assert unreachable_from(description, FRIENDS) == Unreachable(mark, wording)


@pytest.mark.parametrize("chat_id", [ANN, FRIENDS])
@pytest.mark.parametrize(
    "description",
    [
        "Message text is empty",
        "Not enough rights to send photos to the chat",
        "Topic_closed",
        "Message thread not found",
        "Button_user_privacy_restricted",
        "Group chat was upgraded to a supergroup chat",
        "Message to be replied not found",
        "User restricted receiving of voice note messages",
        "Request Entity Too Large",
        "",
    ],
)
def test_errors_about_the_message_make_nobody_unreachable(description: str, chat_id: int) -> None:
    assert unreachable_from(description, chat_id) is None


def test_errors_about_people_say_nothing_about_chats_and_the_other_way_round() -> None:
    assert unreachable_from("PEER_ID_INVALID", FRIENDS) is None
    assert unreachable_from("CHAT_WRITE_FORBIDDEN", ANN) is None


@pytest.mark.parametrize(
    ("error", "mark"),
    [
        (played.CHAT_WRITE_FORBIDDEN, Mark.MUTED),
        (played.NO_RIGHTS_TO_SEND, Mark.MUTED),
        (played.NO_WRITE_ACCESS, Mark.MUTED),
        (played.CHAT_RESTRICTED, Mark.MUTED),
        (played.GROUP_DELETED, Mark.LEFT),
    ],
)
def test_the_emulators_wordings_are_known(error: Exception, mark: Mark) -> None:
    unreachable = unreachable_from(str(error), FRIENDS)
    assert unreachable is not None
    assert unreachable.mark is mark
