"""Has exceptions of requests explained: the judge is asked, and answers a page.

Nothing waits for it but the request itself: neither the log nor any other
request. One question is under way at a time, and not one after the other; the
same exception gets the same page for a while.
"""

import json
import os
import signal
import time

from . import ending

PAUSE_SECONDS = 1  # at least, between two questions
SAME_SECONDS = 10  # that an answer is given again for the same exception
JUDGE_SECONDS = 30  # that the judge may take


class Explainer:
    """Asks the judge, as a program or through the channel."""

    def __init__(self, orders, loop, log):
        self._orders = orders
        self._loop = loop
        self._log = log
        self._asked = -SAME_SECONDS
        self._question = self._first = self._page = None
        self._waiting = []  # (incident, reply) of the question under way
        self._pid = None

    def explain(self, report, reply):
        """Explain an exception; call reply with a page, or None, sooner or later."""
        incident = report["id"]
        question = (report["failure"], report.get("accept"))
        now = time.monotonic()
        if question == self._question and now - self._asked < SAME_SECONDS:
            if self._waiting:
                self._waiting.append((incident, reply))
            else:
                reply(self._page_for(incident))
            told = "incident %s app-request-failed, the same as incident %s"
            self._log.write("failure", told % (incident, self._first))
            return
        if self._waiting or now - self._asked < PAUSE_SECONDS:
            self._log.write("failure", "incident %s app-request-failed" % incident)
            reply(None)
            return
        self._asked, self._question, self._first = now, question, incident
        self._page = None
        self._waiting = [(incident, reply)]
        message = {
            "incident": incident,
            "failure": report["failure"],
            "accept": report.get("accept") or "",
            "pid": os.getpid(),
        }
        if self._orders.get("judge"):
            self._run(message)
        else:
            ending.tell(dict(message, event="exception"))

    def answer(self, page):
        """Take in the page for the question under way; None if there is none."""
        waiting, self._waiting = self._waiting, []
        self._page = page
        self._pid = None
        for incident, reply in waiting:
            reply(self._page_for(incident))

    def _page_for(self, incident):
        if self._page is None:
            return None
        return json.loads(json.dumps(self._page).replace(self._first, incident))

    def _run(self, message):
        judge = self._orders["judge"]
        words = judge + ["explain", self._orders["app_root"]]
        words += ["--door", self._orders["door"]]
        questions, asking = os.pipe()
        answers, answering = os.pipe()
        try:
            self._pid = os.posix_spawn(
                words[0],
                words,
                ending.judges_environment(self._orders),
                file_actions=[
                    (os.POSIX_SPAWN_DUP2, questions, 0),
                    (os.POSIX_SPAWN_DUP2, answering, 1),
                ],
                setsigdef=[signal.SIGPIPE],
            )
        except OSError as error:
            os.close(asking)
            os.close(answers)
            self._log.write(
                "failure", "incident %s app-request-failed: %s" % (message["incident"], error)
            )
            self.answer(None)
            return
        finally:
            os.close(questions)
            os.close(answering)
        self._loop.send(asking, json.dumps(message).encode(), close=True)
        said = bytearray()

        def take(data):
            said.extend(data)
            if not data:
                self._answered(message["incident"], bytes(said))

        self._loop.read(answers, take)
        self._loop.on_end(self._pid, lambda status: None)
        self._loop.after(JUDGE_SECONDS, self._give_up, self._pid)

    def _answered(self, incident, said):
        page = read_json(said).get("page")
        if page is None:
            told = "incident %s app-request-failed; the judge gave no answer"
            self._log.write("failure", told % incident)
        self.answer(page)

    def _give_up(self, pid):
        if pid == self._pid:
            os.kill(pid, signal.SIGKILL)


def read_json(text):
    """Read an object of JSON; what is none says nothing."""
    try:
        read = json.loads(text)
    except ValueError:
        return {}  # torn: its writer has died
    return read if isinstance(read, dict) else {}
