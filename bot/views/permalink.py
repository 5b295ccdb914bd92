"""Links to messages, channels and people, built from the workspace's address without asking Slack."""

from bot.workflows.incident import ChannelId, MessageTs, Posted, UserId


def message_link(url: str, message: Posted, thread: MessageTs | None = None) -> str:
    """The link to a message; `url` is the workspace's address with a slash at its end."""
    link = f"{room_link(url, message.channel)}/p{message.ts.replace('.', '')}"
    return f"{link}?thread_ts={thread}&cid={message.channel}" if thread and thread != message.ts else link


def room_link(url: str, channel: ChannelId) -> str:
    """The link to a channel."""
    return f"{url}archives/{channel}"


def person_link(url: str, user: UserId) -> str:
    """The link to a person's profile."""
    return f"{url}team/{user}"
