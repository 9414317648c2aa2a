"""Paths of fencing.pml with something in them that nobody may do."""

from fencing import Step


def spoiled(path):
    """Pairs of a name and such a path; what is not in the path cannot be spoiled."""
    for spoil in (misanswered, misjudged_end, misjudged_holder, unfenced, nowhere, uncaused, unstopped):
        yield from spoil(path)


def misanswered(path):
    at = places(path, Step.ANSWERED)[0]
    yield "an answer twice", [*path[:at + 1], *path[at:]]
    yield "a message passed over", [*path[:at], *path[at + 1:]]


def misjudged_end(path):
    for at in places(path, Step.ENDED)[:1]:
        run = path[at][1]
        yield "an adoption of a dead run", [*path[:at + 1], (Step.ADOPTED, run, 0), *path[at:]]
        yield "a start before the end", [*path[:at], *another(path), *path[at:]]
        answer = next_answer(path, at)
        if answer and path[answer][1]:
            yield "an answer after the end", answered_by(run, path, answer)


def misjudged_holder(path):
    """What was adopted lives, for it answers later."""
    for at in places(path, Step.ADOPTED):
        answer = next_answer(path, at)
        if answer and path[answer][1] == path[at][1]:
            rest = path[at + 1:answer + 1]
            yield "a start instead of an adoption", [*path[:at], *another(path), *rest]
            yield "a start beside what was adopted", [*path[:at + 1], *another(path), *rest]
            return


def unfenced(path):
    """A run goes on when another was started after it."""
    for at in places(path, Step.CONTINUED):
        run, answer = path[at][1], next_answer(path, at)
        first = [run for _, run, _ in path].index(run)
        later = [path[place][1] for place in places(path[:at], Step.SPAWNED) if place > first]
        if answer and path[answer][1] in set(later) - {run}:
            yield "an answer of a run that was replaced", answered_by(run, path, answer)
            return


def nowhere(path):
    for at in places(path, Step.SPAWNED)[:1]:
        if path[at - 1][0] == Step.STARTED:
            yield "a run that is nowhere", [*path[:at - 1], *path[at:]]


def uncaused(path):
    """The end of a run that nobody has killed, and whose lock nobody has removed."""
    for at in places(path, Step.ENDED):
        run = path[at][1]
        life = path[[run for _, run, _ in path].index(run):at]
        if not places(life, Step.REMOVING) and not places(life, Step.REMOVED):
            yield "an end without a cause", [step for step in path if step != (Step.STRUCK, run, 0)]
            return


def unstopped(path):
    for at in places(path, Step.CONTINUED):
        run, answer = path[at][1], next_answer(path, at)
        if answer and path[answer][1] == run:
            yield "an answer of a run that is stopped", [
                step for step in path if step != (Step.CONTINUED, run, 0)]
            return


def places(path, step):
    return [at for at, (what, _, _) in enumerate(path) if what == step]


def next_answer(path, at):
    return next((place for place in places(path, Step.ANSWERED) if place > at), None)


def answered_by(run, path, at):
    return [*path[:at], (Step.ANSWERED, run, path[at][2]), *path[at + 1:]]


def another(path):
    """Steps with which a run begins that is not in the path."""
    run = max(run for _, run, _ in path) + 1
    return [(Step.STARTED, run, 0), (Step.SPAWNED, run, 0)]
