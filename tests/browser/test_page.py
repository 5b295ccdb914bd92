"""The page itself: errors in a modal, a thread, a phone, the keyboard alone."""

import asyncio

from playwright.async_api import Route, expect

from tests.browser.conftest import PHONE, Opens
from tests.town import ANA, BEN, GENERAL, Town


async def test_a_modal_names_what_is_missing_and_keeps_what_was_typed(window: Opens) -> None:
    ana = await window(ANA, GENERAL)
    await ana.types("/incident open")
    await ana.reads("Declare an incident", ana.dialog)
    await ana.fills({"What do customers see?": "Nothing loads"})
    await ana.clicks("Declare", ana.dialog)
    await expect(ana.dialog.get_by_role("alert").first).to_be_visible()
    await expect(ana.dialog.get_by_label("What do customers see?")).to_have_value("Nothing loads")
    await ana.picture("form-error")


async def test_a_form_that_opens_while_the_page_is_catching_up_stays(place: Town, window: Opens) -> None:
    ana = await window(ANA, GENERAL)
    asked, shown = asyncio.Event(), asyncio.Event()

    async def answers_late(route: Route) -> None:
        answer = await route.fetch()
        asked.set()
        await shown.wait()
        await route.fulfill(response=answer)

    await ana.page.route("**/practice/state*", answers_late)
    await place.people.says(BEN, GENERAL, "Has anybody seen the new dashboards?")
    await asked.wait()  # for a state without any form
    await place.people.commands(ANA, GENERAL, "/incident open")
    await ana.reads("Declare an incident", ana.dialog)
    form = await ana.dialog.element_handle()
    shown.set()
    await ana.reads("new dashboards", ana.log)
    assert await form.is_visible()  # this one, and not another that a later look brought back


async def test_a_thread_is_read_and_answered_beside_the_channel(place: Town, window: Opens) -> None:
    root = await place.people.says(BEN, GENERAL, "Has anybody seen the new dashboards?")
    await place.people.says(BEN, GENERAL, "They are linked in the topic", thread_ts=root)
    ana = await window(ANA, GENERAL)
    await ana.message("new dashboards").get_by_role("button", name="1 reply").click()
    thread = ana.page.get_by_role("complementary", name="Thread")
    await ana.reads("They are linked in the topic", thread)
    answer = thread.get_by_role("textbox").last
    await answer.fill("Thanks, found them")
    await answer.press("Enter")
    await ana.reads("Thanks, found them", thread.get_by_role("log"))
    await expect(ana.message("new dashboards")).to_contain_text("2 replies")


async def test_a_phone_shows_everything_within_its_width(place: Town, window: Opens) -> None:
    room = await place.declares(ANA, "checkout is failing sev1")
    ana = await window(ANA, room, viewport=PHONE)
    await ana.reads("INC-1 checkout is failing")
    width = await ana.page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]
    await ana.goes_to("general")
    await ana.types("/incident open")
    await ana.reads("Declare an incident", ana.dialog)
    box = await ana.dialog.bounding_box()
    assert box is not None
    assert box["width"] <= PHONE["width"]
    await ana.picture("phone-form")


async def test_the_keyboard_alone_declares_and_takes_command(place: Town, window: Opens) -> None:
    ana = await window(ANA, GENERAL)
    keys = ana.page.keyboard
    await ana.page.locator("#composer-text").focus()
    await keys.type("/incident checkout is failing")
    await keys.press("Enter")
    await ana.reads("Declare an incident", ana.dialog)
    await keys.press("Enter")
    room = await place.room()
    await place.quiet()
    await keys.press("Escape")
    await expect(ana.page.get_by_role("dialog")).to_have_count(0)
    await ana.opens(place.practice.url, room)
    await ana.page.get_by_role("button", name="Take command").last.focus()
    await keys.press("Enter")
    await ana.reads("Incident commander: @Ana Silva")


async def test_a_message_menu_begins_an_incident(place: Town, window: Opens) -> None:
    await place.people.says(BEN, GENERAL, "Card payments are failing")
    ana = await window(ANA, GENERAL)
    message = ana.message("Card payments are failing")
    await message.hover()
    await message.get_by_role("button", name="More actions").click()
    await ana.picture("message-menu")
    await ana.page.get_by_role("menuitem", name="Declare from message").click()
    await expect(ana.dialog.get_by_label("What is wrong?")).to_have_value("Card payments are failing")
    await ana.clicks("Declare", ana.dialog)
    await ana.reads("#inc-1-card-payments-are-failing", ana.dialog)


async def test_a_search_leads_to_the_message(place: Town, window: Opens) -> None:
    root = await place.people.says(BEN, GENERAL, "The gateway refuses cards")
    await place.people.says(BEN, GENERAL, "It takes them again", thread_ts=root)
    ana = await window(ANA, GENERAL)
    await ana.clicks("Search in this channel")
    search = ana.page.get_by_role("dialog", name="Search")
    await search.get_by_role("searchbox").fill("takes again")
    await ana.reads("1 message", search)
    await ana.picture("search")
    await search.get_by_role("button", name="It takes them again").click()
    await ana.reads("It takes them again", ana.page.get_by_role("complementary", name="Thread"))
