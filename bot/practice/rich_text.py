"""The tables of rich text: its four kinds of element and what stands inside a line."""

from bot.practice.block_schema import Shape, array, boolean, choice, integer, obj, string, typed

MANY = 1000
STYLE = obj(Shape(properties=dict.fromkeys(("bold", "italic", "strike", "code", "underline"), boolean)))
MENTION_STYLE = obj(
    Shape(
        properties=dict.fromkeys(
            ("bold", "italic", "strike", "underline", "highlight", "client_highlight", "unlink", "code"), boolean
        )
    )
)
INLINE = {
    "text": Shape(properties={"text": string(4000, 1), "style": STYLE}, required=("text",)),
    "link": Shape(
        properties={"url": string(3000, 1), "text": string(4000), "unsafe": boolean, "style": STYLE}, required=("url",)
    ),
    "emoji": Shape(
        properties={
            "name": string(255, 1),
            "unicode": string(255),
            "skin_tone": integer(1, 6),
            "url": string(3000),
            "style": STYLE,
        },
        required=("name",),
    ),
    "user": Shape(properties={"user_id": string(255, 1), "style": MENTION_STYLE}, required=("user_id",)),
    "channel": Shape(properties={"channel_id": string(255, 1), "style": MENTION_STYLE}, required=("channel_id",)),
    "usergroup": Shape(properties={"usergroup_id": string(255, 1), "style": MENTION_STYLE}, required=("usergroup_id",)),
    "team": Shape(properties={"team_id": string(255, 1), "style": STYLE}, required=("team_id",)),
    "broadcast": Shape(
        properties={"range": choice("here", "channel", "everyone"), "style": STYLE}, required=("range",)
    ),
    "date": Shape(
        properties={
            "timestamp": integer(0, 9_999_999_999),
            "format": string(255, 1),
            "url": string(3000),
            "fallback": string(3000),
            "style": STYLE,
        },
        required=("timestamp", "format"),
    ),
    "color": Shape(properties={"value": string(255, 1), "style": STYLE}, required=("value",)),
}
LINE = array(typed(INLINE), 0, MANY)
SECTION = Shape(properties={"elements": LINE}, required=("elements",))
RICH_TEXT_ELEMENTS = {
    "rich_text_section": SECTION,
    "rich_text_list": Shape(
        properties={
            "style": choice("bullet", "ordered"),
            "elements": array(typed({"rich_text_section": SECTION}), 1, MANY),
            "indent": integer(0, 8),
            "offset": integer(0, MANY),
            "border": integer(0, 1),
        },
        required=("style", "elements"),
    ),
    "rich_text_preformatted": Shape(
        properties={"elements": LINE, "border": integer(0, 1), "language": string(255)}, required=("elements",)
    ),
    "rich_text_quote": Shape(properties={"elements": LINE, "border": integer(0, 1)}, required=("elements",)),
}
