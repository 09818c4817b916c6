"""People, as administrators see them: finding them, their cards, letters to them, notes about them."""

from bot.features.admin.routes import admin_answer, admin_button
from bot.features.admin.views import Press
from bot.features.bans.service import LONGEST_NOTE
from bot.features.users import answers as people_answers
from bot.features.users import handlers as people
from bot.features.users.views import LONGEST_LETTER
from bot.framework.route import NUMBER, Route


def routes() -> tuple[Route, ...]:
    return (
        admin_button(people.show_people, Press.PEOPLE),
        admin_button(people.search, Press.SEARCH),
        admin_button(people.show_found, Press.FOUND, NUMBER),
        admin_button(people.show_card, Press.CARD, NUMBER),
        admin_button(people.promote, Press.PROMOTE, NUMBER),
        admin_button(people.demote, Press.DEMOTE, NUMBER),
        admin_button(people.ask_letter, Press.WRITE, NUMBER),
        admin_button(people.show_notes, Press.NOTES, NUMBER),
        admin_button(people.ask_note, Press.NOTE, NUMBER),
        admin_button(people.export, Press.EXPORT, NUMBER),
        admin_answer(people.SEARCH, people_answers.search),
        admin_answer(people.LETTER, people_answers.letter, LONGEST_LETTER),
        admin_answer(people.NOTE, people_answers.note, LONGEST_NOTE),
    )
