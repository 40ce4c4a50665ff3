"""Work on the newest request only."""

import math
import threading
import time
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from typing import Generic, TypeVar

from tsup.errors import InputError, TrainingError

Request = TypeVar("Request")
Item = TypeVar("Item")


@dataclass(frozen=True)
class Listener(Generic[Request, Item]):
    """Who hears of the work; nobody hears of a request after a newer one was made."""

    started: Callable[[Request], None]
    arrived: Callable[[Item], None]
    finished: Callable[[], None]
    failed: Callable[[str], None]


class Latest(Generic[Request, Item]):
    """Carries out the newest request in a thread, and abandons an older one at its next item.

    work: a generator of what to show for a request; closed when the request is abandoned.
    delay: seconds that a request waits for a newer one. interval: least seconds from when the listener is
    done with one item to when it gets the next, and twice as long as it took if that is longer; it always gets the
    last item.
    """

    def __init__(
        self,
        work: Callable[[Request], Generator[Item, None, None]],
        listener: Listener[Request, Item],
        delay: float = 0.2,
        interval: float = 0.1,
    ):
        self._work, self._listener, self._delay, self._interval = work, listener, delay, interval
        self._newest = 0
        self._closed = False
        self._telling, self._working = threading.RLock(), threading.Lock()
        self._threads: list[threading.Thread] = []

    def request(self, request: Request) -> None:
        """Ask for this instead of whatever was asked for before. Returns at once; nothing happens once closed."""
        with self._telling:
            if self._closed:
                return
            self._newest += 1
            thread = threading.Thread(target=self._serve, args=(self._newest, request), daemon=True)
            self._threads = [one for one in self._threads if one.is_alive()] + [thread]
            thread.start()

    def stop(self) -> None:
        """Abandon the work; nobody hears of it any more."""
        with self._telling:
            self._newest += 1

    def close(self) -> None:
        """Abandon the work, and take no more."""
        with self._telling:
            self._closed = True
            self.stop()

    def wait(self, timeout: float | int = 1e6) -> bool:
        """Wait until nothing is left to do; whether that came about within `timeout` seconds."""
        end = time.monotonic() + timeout
        for thread in list(self._threads):
            thread.join(max(0, end - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _serve(self, number: int, request: Request) -> None:
        time.sleep(self._delay)
        with self._working:
            if not self._tell(number, self._listener.started, request):
                return
            try:
                self._carry_out(number, request)
            except (InputError, TrainingError) as error:
                self._tell(number, self._listener.failed, str(error))
            except Exception as error:
                said = " ".join(str(error).split())
                self._tell(number, self._listener.failed, f"{type(error).__name__}: {said}")

    def _carry_out(self, number: int, request: Request) -> None:
        due, waiting = -math.inf, []
        with closing(self._work(request)) as items:
            for item in items:
                waiting = [item]
                began = time.monotonic()
                if began >= due:
                    self._tell(number, self._listener.arrived, item)
                    waiting, ended = [], time.monotonic()
                    due = ended + max(self._interval, 2 * (ended - began))
                if number != self._newest:
                    return
        for item in waiting:
            self._tell(number, self._listener.arrived, item)
        self._tell(number, self._listener.finished)

    def _tell(self, number: int, listener: Callable[..., None], *news: object) -> bool:
        """Let the listener know, unless the request is not the newest any more; whether it still is."""
        with self._telling:
            if number == self._newest:
                listener(*news)
            return number == self._newest
