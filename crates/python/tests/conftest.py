"""What tests of several files ask for."""

import threading

import pytest

# Nothing here waits as long as this unless it waits for ever.
PATIENCE_S = 120


@pytest.fixture
def together():
    """Runs functions in a thread each, which begin at the same time, and raises what one of them raised."""

    def run(*functions):
        start = threading.Barrier(len(functions))
        results, errors = [None] * len(functions), []

        def thread(index, function):
            try:
                start.wait(PATIENCE_S)
                results[index] = function()
            except BaseException as error:
                errors.append(error)

        threads = [
            threading.Thread(target=thread, args=pair, daemon=True)
            for pair in enumerate(functions)
        ]
        for one in threads:
            one.start()
        for one in threads:
            one.join(PATIENCE_S)
            assert not one.is_alive(), "a thread waits for ever"
        if errors:
            raise errors[0]
        return results

    return run
