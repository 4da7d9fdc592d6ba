"""Speaks with a site that sends back what it gets: websocket_client.py URL.

With Debian's python3-websockets. Prints what came of it as JSON: the answers,
or the status of a refusal.
"""

import asyncio
import json
import sys

import websockets


async def speak(url):
    """Send messages of every kind, and close."""
    try:
        async with websockets.connect(url, subprotocols=["chat"]) as socket:
            await socket.send("käse")
            text = await socket.recv()
            await socket.send([b"x" * 70000, b"y" * 70000])
            data = await socket.recv()
            await asyncio.wait_for(await socket.ping(b"p"), 10)
        return {
            "text": text,
            "bytes": len(data),
            "subprotocol": socket.subprotocol,
            "code": socket.close_code,
        }
    except websockets.InvalidStatusCode as error:
        return {"status": error.status_code}


print(json.dumps(asyncio.run(speak(sys.argv[1]))))
