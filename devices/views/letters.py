"""Pages of dead letters: what could not be read, why, and what a manager may do with it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from devices import letters, queries
from devices.api import shapes
from devices.bridge import NoAnswer
from devices.forms.letters import LetterFilter
from devices.letters import DeadLetter
from devices.replays import replay_letters
from lab.gates import managers_only

PAGE = 50
NONE_LEFT = gettext_lazy("None of them waits any more: somebody has deleted them, or they are understood.")


@managers_only
def dead_letters(request: HttpRequest) -> HttpResponse:
    """Context: `letters`, `counts`, how many the `filter` has `shown`, its `query`, `before` for the next."""
    form = LetterFilter(request.GET)
    wanted, store = form.wanted, queries.store()
    found = letters.find(store, wanted, limit=PAGE + 1, before=_number(request.GET.get("before", "")))
    context = {
        "letters": found[:PAGE],
        "before": found[PAGE - 1].id if len(found) > PAGE else None,
        "counts": letters.counts(store),
        "shown": letters.count(store, wanted),
        "filter": form,
        "query": _query(request),
        "narrowed": wanted != letters.Wanted(),
    }
    return render(request, "devices/dead_letters.html", context)


@managers_only
def dead_letter(request: HttpRequest, number: int) -> HttpResponse:
    return render(request, "devices/dead_letter.html", {"letter": _letter(number)})


@managers_only
def dead_letter_raw(request: HttpRequest, number: int) -> HttpResponse:
    """The bytes as they came, to be saved and never to be shown by a browser."""
    answer = HttpResponse(_letter(number).payload, content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="message-{number}.bin"'
    return answer


@managers_only
def export_letters(request: HttpRequest) -> StreamingHttpResponse:
    """What the filter shows as JSON lines, the oldest first."""
    wanted = LetterFilter(request.GET).wanted

    def lines() -> Iterator[str]:
        for letter in letters.each(queries.store(), wanted):
            yield json.dumps(shapes.dead_letter(letter), ensure_ascii=False) + "\n"

    answer = StreamingHttpResponse(lines(), content_type="application/x-ndjson; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="dead-letters.jsonl"'
    return answer


@require_POST
@managers_only
def act_on_letters(request: HttpRequest) -> HttpResponse:
    """`do` is replay or delete; of the `letter`s that were chosen, or of `all` that the filter shows."""
    if request.POST.get("scope") == "all":
        chosen = letters.numbers(queries.store(), LetterFilter(request.GET).wanted)
    else:
        chosen = [number for each in request.POST.getlist("letter") if (number := _number(each)) is not None]
    if not chosen:
        messages.info(request, _("No message was chosen."))
    elif request.POST.get("do") == "delete":
        gone = letters.forget(queries.store(), chosen)
        said = ngettext("%(n)d message deleted.", "%(n)d messages deleted.", gone)
        messages.success(request, said % {"n": gone}) if gone else messages.info(request, str(NONE_LEFT))
    else:
        _replay(request, chosen)
    query = _query(request)
    return redirect(f"{reverse('dead_letters')}{'?' if query else ''}{query}")


def _replay(request: HttpRequest, chosen: list[int]) -> None:
    try:
        done = replay_letters(numbers=chosen, now=timezone.now())
    except NoAnswer as error:
        messages.error(request, _("The messages could not be read again: %(why)s") % {"why": error})
        return
    if not done.read:
        messages.info(request, str(NONE_LEFT))
        return
    left = done.read - done.decoded
    said = ngettext("%(n)d message is understood now.", "%(n)d messages are understood now.", done.decoded)
    stays = ngettext("%(n)d still can’t be read.", "%(n)d still can’t be read.", left)
    messages.success(request, f"{said % {'n': done.decoded}} {stays % {'n': left} if left else ''}".strip())


def _letter(number: int) -> DeadLetter:
    found = letters.one(queries.store(), number)
    if found is None:
        raise Http404
    return found


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _query(request: HttpRequest) -> str:
    """The filter as it stands in the address, without the place in the list."""
    asked = request.GET.copy()
    asked.pop("before", None)
    return asked.urlencode()
