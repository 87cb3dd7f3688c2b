"""Charts as SVG that stands in a page: drawn by pygal, coloured and set by the page's own style."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from xml.etree.ElementTree import Comment, Element, SubElement, tostring

import pygal
from markupsafe import Markup
from pygal.style import Style

from lecommercial_batch.core.labels import count_of
from lecommercial_batch.core.language import _
from lecommercial_batch.report.share import percent

_LABEL: Final = 14  #: font size of all text, in the units of the drawings
WIDE: Final = 960  #: a drawing across the page; text is then as large as on the page
NARROW: Final = 440  #: one of two beside each other, and on a phone
_BAR: Final = 34  #: height of a bar with what is round it
_FRAME: Final = 34  #: what stands above and below the bars
_SHOWN: Final = 0.07  #: a part of a bar that is wide enough for its figure
_LETTER: Final = 18  #: width that a drawing has for each letter of a name
_STEPS: Final = (
    1,
    2,
    5,
    10,
    30,
    60,
    120,
    300,
    600,
    1800,
    3600,
    7200,
    14_400,
    21_600,
    43_200,
    86_400,
    172_800,
    604_800,
)
_MOST_TICKS: Final = 6
_MINUTE, _DAY = 60, 86_400
_STYLE: Final = Style(
    font_family="inherit", label_font_size=_LABEL, major_label_font_size=_LABEL, value_font_size=_LABEL
)


# It would find maps that nobody has here, by a protocol that Python warns of at every import.
sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, pygal.PluginImportFixer)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a whole: what it is called, how large it is, and its colour by the page's name for it."""

    name: str
    count: int
    colour: str


def donut(parts: Sequence[Part]) -> Markup:
    """Draw the shares of a whole."""
    chart = pygal.Pie(**_options(height=300, width=300, margin=4), inner_radius=0.62)
    for part in parts:
        chart.add(part.name, [{"value": part.count, "label": f"{part.name}{_(': ')}{count_of(part.count)}"}])
    return _drawn(chart, [part.colour for part in parts])


def bars(parts: Sequence[Part], *, width: int = WIDE) -> Markup:
    """Draw a bar for each, with its figure, the first on top."""
    most = max(part.count for part in parts)
    chart = pygal.HorizontalBar(
        **_options(height=_FRAME + _BAR * len(parts), width=width, print_values=True, print_values_position="top"),
        range=(0, most * 1.12),
        show_x_labels=False,
        value_formatter=count_of,
    )
    chart.x_labels = [_short(part.name, width) for part in reversed(parts)]
    chart.add("", [part.count for part in reversed(parts)])
    return _drawn(chart, [parts[0].colour])


def stacks(rows: Mapping[str, Sequence[Part]]) -> Markup:
    """Draw each row's parts one after the other as shares of it, so that rows can be compared."""
    names = list(reversed(list(rows)))
    totals = {name: sum(part.count for part in rows[name]) or 1 for name in names}
    chart = pygal.HorizontalStackedBar(
        **_options(height=_FRAME + _BAR * len(names), width=NARROW, print_values=True),
        range=(0, 1),
        show_x_labels=False,
        value_formatter=lambda share: percent(share) if share >= _SHOWN else "",
    )
    chart.x_labels = [_short(name, NARROW) for name in names]
    for kind in range(len(rows[names[0]])):
        chart.add(
            rows[names[0]][kind].name,
            [{"value": rows[name][kind].count / totals[name], "label": _told(rows[name][kind])} for name in names],
        )
    return _drawn(chart, [part.colour for part in rows[names[0]]])


def course(points: Sequence[tuple[float, int]], *, pace: float, width: int = WIDE) -> Markup:
    """Draw how a count grew over time, and a line of how it would have at an even pace a second."""
    (begin, _none), (end, total) = points[0], points[-1]
    chart = pygal.XY(
        **_options(height=320 if width == WIDE else 240, width=width, margin_right=40),
        fill=False,
        show_dots=False,
        show_x_guides=False,
        include_x_axis=True,
        x_labels=_ticks(begin, end, most=_MOST_TICKS * width // WIDE),
        value_formatter=lambda count: count_of(round(count)),
        y_labels_major_count=3,
        range=(0, max(1, total)),
        xrange=(begin, end),
        max_scale=6,
    )
    reached = min(end, begin + total / pace)
    chart.add(_("at the pace that was set"), [(begin, 0), (reached, total), (end, total)])
    chart.add(_("accepted"), list(points))
    return _drawn(chart, ["pace", "accepted"])


def _short(name: str, width: int) -> str:
    letters = width // _LETTER
    return name if len(name) <= letters else f"{name[: letters - 1].rstrip()}…"


def _told(part: Part) -> str:
    return f"{part.name}{_(': ')}{count_of(part.count)}"


def _options(*, height: int, width: int, margin: int = 10, **more: object) -> dict[str, Any]:  # pygal's own
    common = {"width": width, "height": height, "margin": margin, "style": _STYLE}
    return common | {"js": (), "css": (), "show_legend": False, "no_prefix": True, "rounded_bars": 3} | more


def _ticks(begin: float, end: float, *, most: int) -> list[dict[str, object]]:
    """Return a few round times in between, in local time."""
    step = next((step for step in _STEPS if (end - begin) / step < most), _STEPS[-1])
    while (end - begin) / step > most:
        step *= 2
    written = _("%Y-%m-%d") if step >= _DAY else _("%H:%M") if step >= _MINUTE else "%H:%M:%S"
    offset = (datetime.fromtimestamp(begin).astimezone().utcoffset() or timedelta()).total_seconds()
    first = -(-(begin + offset) // step) * step - offset
    times = [first + step * number for number in range(most + 1) if first + step * number <= end]
    return [
        {"value": time, "label": datetime.fromtimestamp(time).astimezone().strftime(written)} for time in times
    ]


def _drawn(chart: Any, colours: Sequence[str]) -> Markup:  # pygal has no types
    """Return the drawing alone: without pygal's styles and scripts, its series named by their colours."""
    svg: Element = chart.render_tree()
    _without(
        svg,
        lambda element: _name(element) in {"defs", "title"} or "tooltip" in element.get("class", "").split("-"),
    )
    svg.attrib.pop("id", None)
    svg.set("aria-hidden", "true")
    for element in list(svg.iter()):
        words = element.get("class", "").split()
        named = [f"is-{colours[int(word[6:])]}" if word.startswith("color-") else word for word in words]
        if words:
            element.set("class", " ".join(named))
        element.attrib.pop("style", None)  # which the page's policy would refuse
        label = next(
            (child for child in element if _name(child) == "desc" and child.get("class") == "label"), None
        )
        if label is not None:
            SubElement(element, "title").text = label.text
    _without(svg, lambda element: _name(element) == "desc")
    return Markup(tostring(svg, encoding="unicode"))  # noqa: S704 - escaped by ElementTree


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _without(parent: Element, unwanted: Callable[[Element], bool]) -> None:
    for child in list(parent):
        kind: object = child.tag
        if kind is Comment or unwanted(child):
            parent.remove(child)
        else:
            _without(child, unwanted)
