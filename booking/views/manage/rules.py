"""House rules: all of them in a table, those of a kind, those of a resource."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from booking import rule_words, said
from booking.queries import rulebook
from booking.queries.rulebook import RuleBook, Source
from lab.forms.resources import LinkForm
from lab.forms.rules import Inherited, KindRulesForm, ResourceRulesForm, RulesForm
from lab.gates import managers_only
from lab.models import KindRules, Resource
from lab.views.manage.keeping import before, history, history_of, keep, page, posted

SOURCES = {Source.OWN: "", Source.KIND: _("from its kind"), Source.HOUSE: _("from the house")}
SHORT = {Source.KIND: _("its kind"), Source.HOUSE: _("the house")}
STAYS = _("Bookings that exist already stay as they are.")
# Columns of the table: a title and the rules that its cells tell.
COLUMNS = (
    (_("Length"), ("min_minutes", "max_minutes")),
    (_("Starts"), ("grid_minutes",)),
    (_("Notice"), ("notice_minutes",)),
    (_("Ahead"), ("horizon_days",)),
    (_("Cancellation"), ("cancel_minutes",)),
    (_("Released after"), ("grace_minutes",)),
    (_("Off when idle"), ("idle_minutes",)),
    (_("Set-up, clean-up"), ("setup_minutes", "cleanup_minutes")),
    (_("Approval"), ("approval",)),
    (_("Overnight, unattended"), ("overnight", "unattended")),
    (_("Without a booking"), ("walk_up",)),
    (_("Who"), ("role",)),
    (_("Price"), ("tariff",)),
)


@dataclass(frozen=True, slots=True)
class Cell:
    """Values of one column in words, each with the source that it is inherited from, if it is."""

    title: str
    values: tuple[tuple[str, str], ...]

    @property
    def inherited(self) -> bool:
        return all(source for _words, source in self.values)

    @property
    def sources(self) -> list[str]:
        return sorted({source for _words, source in self.values if source})


@managers_only
def rules(request: HttpRequest) -> HttpResponse:
    """Context: `titles` of the columns, `groups` [(kind, its name, its Cells, [(Resource, Cells)])]."""
    kinds, rows = rulebook.kinds(), rulebook.resources()
    groups = [
        (
            kind,
            said.KINDS[kind],
            _cells(rulebook.of_kind(kinds.get(kind)), own=Source.KIND),
            [(row, _cells(rulebook.of_resource(row, kinds.get(kind)), own=Source.OWN)) for row in found],
        )
        for kind, found in rulebook.by_kind(rows)
    ]
    shown = sorted(groups, key=lambda group: not group[3])  # kinds without a resource come last
    titles = [title for title, _names in COLUMNS]
    context = {"groups": shown, "titles": titles, "history": history_of(KindRules, Resource)}
    return page(request, "booking/manage/rules.html", context)


@managers_only
@require_http_methods(["GET", "POST"])
def kind_rules(request: HttpRequest, kind: str) -> HttpResponse:
    """Context: `form`, `resources` of the kind."""
    if kind not in Resource.Kind.values:
        raise Http404
    row = KindRules.objects.filter(kind=kind).first() or KindRules(kind=kind)
    was, inherited = before(row), _inherited(rulebook.of_house())
    form = KindRulesForm(posted(request), instance=row, inherited=inherited)
    if form.is_bound and form.is_valid() and keep(request, form, was=was, save=form.save, note=str(STAYS)):
        return redirect("manage_kind_rules", kind)
    context = {
        "kind": kind,
        "name": said.KINDS[kind],
        "resources": Resource.objects.filter(kind=kind).order_by("slug"),
        "history": history(row) if row.pk else [],
    }
    return page(request, "booking/manage/kind.html", context, form)


@managers_only
@require_http_methods(["GET", "POST"])
def resource_rules(request: HttpRequest, slug: str) -> HttpResponse:
    row = get_object_or_404(Resource, slug=slug)
    was = before(row)
    form = rules_form(request, row)
    if form.is_bound and form.is_valid() and keep(request, form, was=was, save=form.save, note=str(STAYS)):
        return redirect("manage_resource_rules", slug)
    return resource_page(request, row, form=form)


def rules_form(request: HttpRequest, row: Resource, *, bound: bool = True) -> ResourceRulesForm:
    kind = KindRules.objects.select_related("tariff").filter(kind=row.kind).first()
    data = posted(request) if bound else None
    return ResourceRulesForm(data, instance=row, inherited=_inherited(rulebook.of_kind(kind)))


def resource_page(
    request: HttpRequest, row: Resource, *, form: RulesForm | None = None, link_form: LinkForm | None = None
) -> HttpResponse:
    """Context: `form` of the rules, `link_form`, `links`, `units`, `words` as members read them."""
    fresh = Resource.objects.select_related("certification", "zone").get(pk=row.pk)
    context = {
        "resource": fresh,
        "form": form or rules_form(request, fresh, bound=False),
        "link_form": link_form or LinkForm(resource=fresh),
        "links": fresh.links.select_related("also").order_by("also__slug"),
        "linked_from": fresh.linked_from.select_related("resource").order_by("resource__slug"),
        "units": fresh.units.order_by("number"),
        "words": rule_words.sentences(rulebook.facts_of(fresh)),
        "history": history(fresh),
    }
    refused = next((one for one in (form, link_form) if one is not None and one.is_bound), None)
    return page(request, "booking/manage/resource.html", context, refused)


def _cells(book: RuleBook, *, own: Source) -> list[Cell]:
    return [Cell(str(title), tuple(_values(names, book, own))) for title, names in COLUMNS]


def _values(names: tuple[str, ...], book: RuleBook, own: Source) -> list[tuple[str, str]]:
    """Value and source of each rule; those that say the same from the same place once."""
    return list(dict.fromkeys((_words(name, book), _from(book[name].source, own)) for name in names))


def _words(name: str, book: RuleBook) -> str:
    return rule_words.value(name, book[name].value)


def _from(source: Source, own: Source) -> str:
    return "" if source is own else str(SHORT[source])


def _inherited(book: RuleBook) -> dict[str, Inherited]:
    return {
        name: Inherited(rule.value, _words(name, book), str(SOURCES[rule.source]))
        for name, rule in book.items()
    }
