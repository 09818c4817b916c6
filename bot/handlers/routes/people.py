"""People, as administrators see them: finding them, their cards, letters to them, notes about them."""

from bot.handlers.admin import people, people_answers
from bot.handlers.routes.panel import admin_answer, admin_button
from bot.handlers.routes.route import NUMBER, Route
from bot.services.sanctions import LONGEST_NOTE
from bot.views.admin import Press
from bot.views.people import LONGEST_LETTER


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
