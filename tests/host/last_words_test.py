"""Tests of lib/shim/last_words.py: how much it tells, by the site's settings.

Run as `python3 -m unittest tests/host/last_words_test.py`, with any Python.
"""

import importlib.util
import os
import shutil
import tempfile
import unittest

FILE = os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "../../lib/shim/last_words.py"
)


def load():
    spec = importlib.util.spec_from_file_location("last_words", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class DetailsTest(unittest.TestCase):
    """`[feedback] details` is found in each form that TOML has for it."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="wsgi-shim-words-")
        self.addCleanup(shutil.rmtree, self.folder, True)

    def details(self, text):
        with open(os.path.join(self.folder, "config.toml"), "w") as file:
            file.write(text)
        return load().read_details(self.folder)

    def test_each_form_counts(self):
        for text in (
            '[feedback]\ndetails = "none"\n',
            "[feedback]\n  details='none'\n",
            'feedback.details = "none"\n',
            'feedback . details="none"\n[passenger]\n',
            'feedback = { details = "none" }\n',
            '["feedback"]\n"details" = "none"\n',
            "'feedback'.\"details\" = 'none'\n",
            'feedback = { request_details = "full", details = "none" }\n',
        ):
            self.assertEqual(self.details(text), "none", text)

    def test_what_is_about_requests_alone_is_another_setting(self):
        for text in (
            '[feedback]\nrequest_details = "none"\n',
            'feedback.request_details = "none"\n',
            'feedback = { request_details = "none" }\n',
            '[feedback]\n#details = "none"\n',
            "",
        ):
            self.assertEqual(self.details(text), "full", text)


if __name__ == "__main__":
    unittest.main()
