"""Has exceptions of requests explained: the judge is asked, and answers a page.

Nothing waits for it but the request itself: neither the log nor any other
request. One question is under way at a time, and only so many in a while; the
same exception gets the same page for a while.
"""

import json
import os
import signal
import time

from . import ending

SAME_SECONDS = 10  # that an answer is given again for the same exception
BURST = 5  # questions within BURST_SECONDS
BURST_SECONDS = 5
JUDGE_SECONDS = 30  # that the judge may take
# What the log says where the judge has not: the codes of `lib/causes/explain.ts`.
CODES = {"thread-raised": "thread-failed", "request-refused": "form-refused"}


class Question:
    """An exception that is to be explained, and who waits for its page."""

    def __init__(self, report):
        self.incident = report["id"]
        code = CODES.get(report["failure"]["problem"], "app-request-failed")
        self.told = "incident %s %s" % (self.incident, code)
        self.key = (report["failure"], report.get("accept"))
        self.asked = time.monotonic()
        self.waiting = []  # (incident, reply)
        self.page = None
        self.is_answered = False
        self.message = {
            "incident": self.incident,
            "failure": report["failure"],
            "accept": report.get("accept") or "",
            "pid": os.getpid(),
        }

    def page_for(self, incident):
        """Return the page with another number, or None."""
        if self.page is None:
            return None
        return json.loads(json.dumps(self.page).replace(self.incident, incident))


class Explainer:
    """Asks the judge, as a program or through the channel."""

    def __init__(self, orders, loop, log):
        self._orders = orders
        self._loop = loop
        self._log = log
        self._recent = []  # questions, the oldest first
        self._pid = None

    def explain(self, report, reply):
        """Explain an exception; call reply with a page, or None, sooner or later."""
        now = time.monotonic()
        self._recent = [each for each in self._recent if now - each.asked < SAME_SECONDS]
        question = Question(report)
        incident = question.incident
        for each in self._recent:
            if each.key == question.key:
                same = ", the same as incident %s" % each.incident
                self._log.write("failure", question.told + same)
                if each.is_answered:
                    reply(each.page_for(incident))
                else:
                    each.waiting.append((incident, reply))
                return
        lately = [each for each in self._recent if now - each.asked < BURST_SECONDS]
        if len(lately) >= BURST:
            self._log.write("failure", question.told)
            reply(None)
            return
        question.waiting.append((incident, reply))
        self._recent.append(question)
        if self._current() is question:
            self._ask(question)

    def answer(self, page):
        """Take in the page for the question under way; None if there is none."""
        question = self._current()
        if question is None:
            return
        question.page = page
        question.is_answered = True
        self._pid = None
        for incident, reply in question.waiting:
            reply(question.page_for(incident))
        question.waiting = []
        following = self._current()
        if following is not None:
            self._ask(following)

    def _current(self):
        """Return the question under way: the first without an answer."""
        return next((each for each in self._recent if not each.is_answered), None)

    def _ask(self, question):
        if self._orders["judge"]:
            self._run(question)
        else:
            ending.tell(dict(question.message, event="exception"))

    def _run(self, question):
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
            self._log.write("failure", "%s: %s" % (question.told, error))
            self.answer(None)
            return
        finally:
            os.close(questions)
            os.close(answering)
        self._loop.send(asking, json.dumps(question.message).encode(), close=True)
        said = bytearray()

        def take(data):
            said.extend(data)
            if not data:
                self._answered(question, bytes(said))

        self._loop.read(answers, take)
        self._loop.on_end(self._pid, lambda status: None)
        self._loop.after(JUDGE_SECONDS, self._give_up, self._pid)

    def _answered(self, question, said):
        page = read_json(said).get("page")
        if page is None:
            self._log.write("failure", question.told + "; the judge gave no answer")
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
