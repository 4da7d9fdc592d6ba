"""The source files that an application consists of.

The owner is told to restart when one of them is no longer the file that was
imported.
"""

import os
import sys
import time
import types

from .facts import LIBRARY_REGEXP

FILES_LIMIT = 2000
LOOK_SECONDS = 1  # that pass at least between two looks


class Sources:
    """Reports what has been imported; any thread may call it."""

    def __init__(self, settings, channel):
        self._channel = channel
        self._directory = settings.get("directory") or ""
        own = [settings["site"], self._directory]
        own += settings.get("path") or []
        own += [os.path.realpath(folder) for folder in own]
        self._folders = tuple({os.path.join(folder, "") for folder in own if folder})
        self._known = set()
        self._count = 0  # of all modules, at the last look
        self._looked = -LOOK_SECONDS

    def tell(self):
        """Report the files that are new since the last time, with their dates."""
        if len(sys.modules) == self._count or len(self._known) >= FILES_LIMIT:
            return
        now = time.monotonic()
        if now - self._looked < LOOK_SECONDS:
            return
        self._looked = now
        self._count = len(sys.modules)
        files = {}
        for module in list(sys.modules.values()):
            file = self._own_file(module)
            if not file or file in self._known or len(self._known) >= FILES_LIMIT:
                continue
            self._known.add(file)
            try:
                files[file] = os.stat(file).st_mtime_ns // 1000000
            except OSError:
                pass  # in an archive, or gone
        if files:
            self._channel.report("sources", files=files)

    def _own_file(self, module):
        if not issubclass(type(module), types.ModuleType):
            return None
        # Not by the module's own ways: some load what is asked for.
        file = object.__getattribute__(module, "__dict__").get("__file__")
        if not isinstance(file, str):
            return None
        file = os.path.join(self._directory, file)
        if not file.startswith(self._folders) or LIBRARY_REGEXP.search(file):
            return None
        return file
