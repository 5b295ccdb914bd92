"""A channel's head and its messages by hand and by keyboard: bookmarks, canvas, Home, and one's way through a log."""

from pathlib import Path

from playwright.async_api import FilePayload, expect

from bot.practice import canvases, views
from tests.browser.conftest import Opens
from tests.town import ANA, BEN, GENERAL, Town


async def test_bookmarks_and_the_canvas_are_read_and_downloaded(place: Town, window: Opens) -> None:
    workspace, room = place.practice.workspace, await place.declares(ANA, "checkout is failing")
    mark = {"id": "Bk1", "channel_id": room, "title": "Dashboard", "link": "https://example.com/d", "emoji": ":eyes:"}
    workspace.bookmarks.put("Bk1", mark)
    text = "# What we know\n\n- payments fail\n- **since** 14:02"
    canvases.create(workspace, workspace.channels[room], "Notes", {"type": "markdown", "markdown": text})
    ana = await window(ANA, room)
    await ana.clicks("Bookmarks: 1")
    await expect(ana.page.get_by_role("link", name="Dashboard")).to_have_attribute("href", "https://example.com/d")
    await ana.page.keyboard.press("Escape")
    await ana.clicks("Canvas")
    await expect(ana.dialog.get_by_role("heading", name="What we know")).to_be_visible()
    await expect(ana.dialog.get_by_role("listitem")).to_have_count(2)
    await ana.picture("canvas")
    download = await ana.downloads(ana.dialog.get_by_role("link", name="Download as Markdown"))
    assert download.suggested_filename == "Notes.md"
    assert Path(await download.path()).read_text() == text


async def test_the_arrows_go_from_message_to_message_and_the_thread_gives_the_place_back(
    place: Town, window: Opens
) -> None:
    for word in ("one", "two", "three"):
        await place.people.says(ANA, GENERAL, word)
    ana = await window(ANA, GENERAL)
    await expect(ana.message("three")).to_be_visible()
    await ana.message("three").focus()
    keyboard = ana.page.keyboard
    await keyboard.press("ArrowUp")
    await expect(ana.message("two")).to_be_focused()
    await place.people.says(ANA, GENERAL, "four")
    await expect(ana.message("four")).to_be_visible()
    await expect(ana.message("two")).to_be_focused()
    await keyboard.press("End")
    await expect(ana.message("four")).to_be_focused()
    await keyboard.press("ArrowDown")
    await keyboard.press("ArrowUp")
    await keyboard.press("Enter")
    panel = ana.page.get_by_role("complementary", name="Thread")
    await expect(panel).to_contain_text("three")
    await expect(panel.get_by_role("textbox")).to_be_focused()
    await keyboard.press("Escape")
    await expect(panel).to_be_hidden()
    await expect(ana.message("three")).to_be_focused()


async def test_one_message_is_on_the_way_of_the_tab_key(place: Town, window: Opens) -> None:
    for word in ("one", "two"):
        await place.people.says(ANA, GENERAL, word)
    ana = await window(ANA, GENERAL)
    await expect(ana.message("two")).to_have_attribute("tabindex", "0")
    await expect(ana.message("one")).to_have_attribute("tabindex", "-1")


async def test_what_an_app_does_not_take_or_show_is_said_before_one_tries(place: Town, window: Opens) -> None:
    ana = await window(ANA, GENERAL)
    await ana.page.locator("#sidebar").get_by_role("button", name="Warroom").first.click()
    await ana.reads("Sending messages to this app has been turned off.", ana.page.locator("#composer"))
    await expect(ana.page.get_by_role("tab", name="Home")).to_be_visible()  # as its manifest says


async def test_a_form_that_is_open_is_still_open_after_a_reload(place: Town, window: Opens) -> None:
    ana = await window(ANA, GENERAL)
    await ana.types("/incident checkout is failing")
    await ana.reads("Declare an incident", ana.dialog)
    await ana.page.reload()
    await ana.reads("Declare an incident", ana.dialog)
    await ana.clicks("Declare", ana.dialog)
    await place.room()


async def test_a_button_that_is_pressed_while_the_page_hears_news_is_clicked(place: Town, window: Opens) -> None:
    ana = await window(ANA, GENERAL)
    await ana.types("/incident checkout is failing")
    await ana.dialog.get_by_role("button", name="Declare", exact=True).hover()
    await ana.page.mouse.down()
    async with ana.page.expect_response("**/practice/messages?*"):
        await place.people.says(BEN, GENERAL, "is it only me?")
    await ana.page.mouse.up()
    await place.room()
    await expect(ana.log).to_contain_text("is it only me?")


async def test_a_button_that_is_held_for_long_does_not_hold_the_news_back(place: Town, window: Opens) -> None:
    ana = await window(ANA, GENERAL)
    await ana.page.mouse.move(200, 200)
    await ana.page.mouse.down()
    await place.people.says(BEN, GENERAL, "is it only me?")
    await ana.reads("is it only me?")


async def test_a_file_is_added_to_a_form_and_taken_away_again(place: Town, window: Opens) -> None:
    workspace = place.practice.workspace
    field = {"type": "input", "label": {"type": "plain_text", "text": "Screenshots"}, "element": {"type": "file_input"}}
    title = {"type": "plain_text", "text": "Evidence"}
    view = {"type": "modal", "title": title, "submit": title, "blocks": [field]}
    views.open_modal(workspace, "U0ANA", view)
    ana = await window(ANA, GENERAL)
    chosen: list[FilePayload] = [
        {"name": name, "mimeType": "text/plain", "buffer": b"x"} for name in ("a.txt", "b.txt")
    ]
    await ana.dialog.get_by_label("Screenshots").first.set_input_files(chosen)
    files = ana.dialog.get_by_role("list", name="Files")
    await expect(files.get_by_role("listitem")).to_have_count(2)
    await ana.clicks("Remove a.txt", ana.dialog)
    await expect(files.get_by_role("listitem")).to_have_count(1)
    await ana.picture("file-input")
