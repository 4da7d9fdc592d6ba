"""The FastAPI application of the benchmarks: the same file under every server."""

import asyncio
import os

from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse

application = FastAPI()


@application.get("/", response_class=PlainTextResponse)
async def hello():
    """Answer at once."""
    return "Hello World\n"


@application.get("/wait", response_class=PlainTextResponse)
async def wait():
    """Answer after a while."""
    await asyncio.sleep(0.02)
    return "Hello World\n"


@application.get("/pid", response_class=PlainTextResponse)
async def pid():
    """Tell who answers."""
    return str(os.getpid())


@application.post("/upload", response_class=PlainTextResponse)
async def upload(request: Request):
    """Count the bytes of a body."""
    total = 0
    async for part in request.stream():
        total += len(part)
    return "%d bytes\n" % total
