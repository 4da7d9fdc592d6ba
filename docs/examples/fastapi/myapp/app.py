"""A FastAPI application: notes in SQLite, a background task, a stream of events."""

import asyncio
import os
import sqlite3

from fastapi import BackgroundTasks, Depends, FastAPI
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

app = FastAPI(title="Notes")


class Note(BaseModel):
    text: str


def database():
    """Open the database for one request; [environment] in config.toml names it."""
    path = os.environ["NOTES_DATABASE"]
    # FastAPI may open it in one thread and call the view in another.
    connection = sqlite3.connect(path, check_same_thread=False)
    try:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS notes (id INTEGER PRIMARY KEY, text TEXT)"
        )
        yield connection
    finally:
        connection.close()


# `def`, not `async def`: sqlite3 waits for the disk, and FastAPI calls such a
# view in a thread, so that the event loop goes on.
@app.get("/")
def notes(connection=Depends(database)):
    """List the notes."""
    rows = connection.execute("SELECT id, text FROM notes ORDER BY id")
    return [{"id": number, "text": text} for number, text in rows]


@app.post("/", status_code=201)
def add(note: Note, tasks: BackgroundTasks, connection=Depends(database)):
    """Add a note, and tell the log once the visitor has the answer."""
    with connection:
        added = connection.execute("INSERT INTO notes (text) VALUES (?)", (note.text,))
    tasks.add_task(print, "Note", added.lastrowid, "was added", flush=True)
    return {"id": added.lastrowid}


@app.get("/events")
async def events(count: int = 3):
    """Send events, each at once."""

    async def each():
        for number in range(count):
            yield f"data: {number}\n\n"
            await asyncio.sleep(0.1)

    return StreamingResponse(each(), media_type="text/event-stream")
