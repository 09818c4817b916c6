"""The files of a call: uploaded with it, named by `file_id`, or given as a URL."""

from bot.sandbox.methods.parameters import Parameters, Upload
from bot.sandbox.world import media
from bot.sandbox.world.bot_api import Json, bad_request
from bot.sandbox.world.files import File
from bot.sandbox.world.message_kinds import MESSAGE_KINDS
from bot.sandbox.world.server_state import ServerState

ATTACHED = "attach://"


def required_file(state: ServerState, parameters: Parameters, kind: str) -> File:
    """Find the file in the parameter that has the name of its kind."""
    file = find_file(state, parameters, kind, parameters.text(kind), field=kind)
    if file is None:
        raise bad_request(f"there is no {kind.replace('_', ' ')} in the request")
    return file


def find_file(state: ServerState, parameters: Parameters, kind: str, given: str, field: str = "") -> File | None:
    """Find the file that `given` names, or the upload in `field`. Return None if there is neither."""
    upload = parameters.upload(given.removeprefix(ATTACHED) if given.startswith(ATTACHED) else field)
    if upload:
        return _uploaded(state, kind, upload)
    if not given or given.startswith(ATTACHED):
        return None
    if given.startswith(("http://", "https://")):
        return state.files.media(kind, b"", url=given)
    file = state.files.by_id(given)
    if file is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if file.kind != kind and "photo" in (file.kind, kind):  # other kinds are interchangeable and keep their own
        raise bad_request(f"can't use file of type {MESSAGE_KINDS[file.kind].file} as {MESSAGE_KINDS[kind].file}")
    return file


def media_of(file: File, parameters: Parameters) -> Json:
    """Return the media of a message with this file and the details from the call."""
    details: dict[str, int | str] = {name: parameters.number(name) for name in media.NUMBER_FIELDS.get(file.kind, ())}
    details |= {name: parameters.text(name) for name in media.TEXT_FIELDS.get(file.kind, ())}
    return media.of_file(file, **details)


def _uploaded(state: ServerState, kind: str, upload: Upload) -> File:
    if not upload.content:
        raise bad_request("file must be non-empty")
    return state.files.media(kind, upload.content, upload.filename, upload.content_type)
