"""What the Web API answers has the keys and types of Slack's recorded answers, but for what is listed with its reason.

The samples are unions: they hold every key that was ever seen in an answer of a method, so one may lack some of them.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.practice.conftest import Json
from tests.practice.fidelity.unlike import unlike

SAMPLES: Json = json.loads((Path(__file__).parent / "answers.json").read_text(encoding="utf-8"))
GENERAL = "C0GENERAL"
ORGANISATIONS = "organisations and Slack Connect"
OTHERS = "keys of other answers: of failures, of other kinds of channels, of other people"
UNUSED = "what nobody was seen to use"
PICTURES = "pictures of people, which would come from outside"

# Where an answer differs, by method, and why. One that no longer differs fails, so that the list stays true.
DIFFERENCES: Mapping[str, Mapping[str, str]] = {
    "auth.test": {
        "/enterprise_id is missing": ORGANISATIONS,
        "/app_id is missing": OTHERS,
        "/app_name is missing": OTHERS,
    },
    "chat.postMessage": {
        "/message/app_id is not Slack's": "shown on docs.slack.dev",
        "/message/bot_profile is not Slack's": "shown on docs.slack.dev",
        "/message/team is not Slack's": "shown on docs.slack.dev",
        "/message/icons is missing": UNUSED,
        "/message/root is missing": OTHERS,
        "/message/subtype is missing": OTHERS,
        "/message/thread_ts is missing": OTHERS,
        "/message/username is missing": OTHERS,
        "/response_metadata is missing": OTHERS,
    },
    "conversations.create": {
        "/channel/context_team_id is not Slack's": "shown on docs.slack.dev",
        "/channel/updated is not Slack's": "shown on docs.slack.dev",
        "/channel/internal_team_ids is missing": ORGANISATIONS,
        "/channel/is_moved is missing": ORGANISATIONS,
        "/channel/is_open is missing": OTHERS,
        "/channel/priority is missing": UNUSED,
    },
    "users.info": {
        "/user/enterprise_user is missing": ORGANISATIONS,
        "/user/has_2fa is missing": OTHERS,
        "/user/is_stranger is missing": ORGANISATIONS,
        "/user/locale is missing": OTHERS,
        **{
            f"/user/profile/{name} is missing": OTHERS
            for name in ("api_app_id", "always_active", "bot_id", "email", "status_emoji_url")
        },
        **{f"/user/profile/image_{size} is missing": PICTURES for size in (24, 32, 48, 72, 192, 512, 1024, "original")},
        "/user/profile/is_custom_image is missing": PICTURES,
    },
    "bookmarks.add": {},
}


async def answers(slack: AsyncWebClient) -> dict[str, Json]:
    """One answer of each method, through the real SDK."""
    room = await slack.conversations_create(name="inc-1")
    channel = room["channel"]["id"]
    posted = await slack.chat_postMessage(channel=channel, text="it is down")
    upload = await slack.files_getUploadURLExternal(filename="a.txt", length=1)
    await slack._upload_file(
        url=upload["upload_url"],
        data=b"a",
        logger=slack._logger,
        timeout=5,
        proxy=None,
        ssl=None,
    )
    found = {
        "auth.test": await slack.auth_test(),
        "chat.postMessage": posted,
        "chat.getPermalink": await slack.chat_getPermalink(channel=channel, message_ts=posted["ts"]),
        "conversations.create": room,
        "conversations.members": await slack.conversations_members(channel=channel),
        "users.info": await slack.users_info(user="U0ANA"),
        "bookmarks.add": await slack.bookmarks_add(
            channel_id=channel, title="Board", type="link", link="https://example.com"
        ),
        "files.completeUploadExternal": await slack.files_completeUploadExternal(
            files=[{"id": upload["file_id"], "title": "A"}], channel_id=channel
        ),
    }
    return {name: dict(answer.data) for name, answer in found.items() if isinstance(answer.data, dict)}


async def test_answers_have_slacks_keys_and_types(slack: AsyncWebClient) -> None:
    given = await answers(slack)
    assert given.keys() == SAMPLES.keys() - {"_source"}
    found = {name: sorted(unlike(answer, SAMPLES[name])) for name, answer in given.items()}
    assert found == {name: sorted(DIFFERENCES.get(name, {})) for name in given}


pytestmark = pytest.mark.asyncio
