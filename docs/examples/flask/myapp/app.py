"""A Flask application that logs to a file and reads a secret."""

import logging
import os
from logging.handlers import RotatingFileHandler
from pathlib import Path

from flask import Flask, request, session


def read_settings(path):
    """Read a file of NAME=value lines."""
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    pairs = [line.split("=", 1) for line in lines if "=" in line and line[0] != "#"]
    return {name.strip(): value.strip() for name, value in pairs}


# [environment] in config.toml sets LOG_FILENAME, [secret_files] CREDENTIALS.
handler = RotatingFileHandler(
    os.environ["LOG_FILENAME"], maxBytes=1_000_000, backupCount=3
)
handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
secrets = read_settings(os.environ["CREDENTIALS"])

app = Flask(__name__)
app.secret_key = secrets["SESSION_KEY"]
app.logger.addHandler(handler)
app.logger.setLevel(logging.INFO)
app.logger.info("The application has started.")


@app.get("/")
def index():
    """Count the visits in a cookie that the secret key signs."""
    session["visits"] = session.get("visits", 0) + 1
    app.logger.info("Visit %d from %s", session["visits"], request.remote_addr)
    return f"Visits of yours: {session['visits']}\n"
