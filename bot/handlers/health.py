"""Is Warroom itself well? Anybody may ask; the answer names no incident and no person."""

from bot.handlers.asking import Asking
from bot.handlers.services import Services
from bot.views.health import health_text
from bot.views.message import Message
from bot.workflows.parsed import HealthWords


async def show_health(services: Services, asking: Asking, words: HealthWords) -> Message:
    """How Warroom stands."""
    return health_text(await services.health(), services.now())
