"""How pages of the stand-in look: plain, in light and dark, and narrow on a telephone."""

from collections.abc import Iterable, Sequence
from html import escape

NOTE = "Stand-in, not Zendesk"
PLACES = (("/agent/", "Tickets"), ("/agent/users", "Customers"), ("/agent/settings", "Settings"))
STYLE = """
:root{color-scheme:light dark;--bg:light-dark(#f4f5f4,#14181a);--card:light-dark(#fff,#1c2225);
--ink:light-dark(#1d2629,#e8ecec);--muted:light-dark(#566367,#9fadb0);
--line:light-dark(#dde2e1,#2e383c);--mark:light-dark(#0f5c63,#79d3d8);
--late:light-dark(#9b1c31,#ff9aa8);--soft:light-dark(#e3efee,#21393b)}
*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--ink);
font:15px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
header{display:flex;flex-wrap:wrap;gap:4px 20px;align-items:center;padding:10px 20px;
background:var(--card);border-bottom:1px solid var(--line)}
header b{margin-right:auto}nav{display:flex;gap:16px}a{color:var(--mark)}
nav a{padding:4px 0;text-decoration:none}nav a[aria-current]{border-bottom:2px solid}
.note{padding:3px 10px;border-radius:99px;background:var(--soft);font-size:13px}
main{max-width:1180px;margin:0 auto;padding:20px}h1{font-size:22px;margin:0 0 14px}
h2{font-size:15px;margin:0 0 8px}.cols{display:grid;gap:16px;grid-template-columns:280px 1fr}
section{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:16px;
margin-bottom:16px;min-width:0}.wide{overflow-x:auto}
table{width:100%;border-collapse:collapse;font-size:14px}
th,td{text-align:left;padding:7px 10px 7px 0;border-bottom:1px solid var(--line);
vertical-align:baseline}thead th{color:var(--muted);font-size:13px;font-weight:600}
tbody th{font-weight:500}dl{margin:0;display:grid;gap:2px}dt{color:var(--muted);font-size:13px}
dd{margin:0 0 8px}.tag{display:inline-block;padding:1px 8px;border-radius:99px;
background:var(--soft);font-size:13px;margin:0 4px 4px 0}.level{font-weight:650}
.late{color:var(--late);font-weight:600}.muted{color:var(--muted)}
article{border-left:3px solid var(--line);padding:2px 0 2px 12px;margin-bottom:14px}
article.ours{border-color:var(--mark)}article p{margin:2px 0 0;white-space:pre-wrap}
:focus-visible{outline:3px solid var(--mark);outline-offset:2px}
@media(max-width:760px){.cols{grid-template-columns:1fr}main{padding:14px}}
"""


def frame(title: str, here: str, content: str) -> str:
    """A whole page; `content` is HTML."""
    links = "".join(
        f'<a href="{path}"{" aria-current=page" if path == here else ""}>{name}</a>'
        for path, name in PLACES
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)} - {NOTE}</title><style>{STYLE}</style></head><body><header>"
        f'<b>Agent desk</b><nav aria-label="Places">{links}</nav>'
        f'<span class="note">{NOTE}</span></header>'
        f"<main><h1>{escape(title)}</h1>{content}</main></body></html>"
    )


def part(title: str, content: str) -> str:
    """A card with a title."""
    return f'<section class="wide"><h2>{escape(title)}</h2>{content}</section>'


def rows(heads: Sequence[str], lines: Iterable[Sequence[str]], empty: str) -> str:
    """A table of HTML cells; the first of each line names it."""
    body = "".join(
        f'<tr><th scope="row">{line[0]}</th>' + "".join(f"<td>{one}</td>" for one in line[1:])
        for line in lines
    )
    if not body:
        return f'<p class="muted">{escape(empty)}</p>'
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in heads)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def pairs(told: Iterable[tuple[str, str]]) -> str:
    """Names and HTML values, one under the other."""
    inner = "".join(f"<dt>{escape(name)}</dt><dd>{value}</dd>" for name, value in told)
    return f"<dl>{inner}</dl>"


def tags(some: Iterable[str]) -> str:
    """Tags side by side; a dash when there are none."""
    return "".join(f'<span class="tag">{escape(one)}</span>' for one in some) or "–"


def link(path: str, text: object) -> str:
    return f'<a href="{path}">{escape(str(text))}</a>'


def word(value: object) -> str:
    """A value as text; a dash for nothing."""
    return escape(str(value)) if value not in (None, "", []) else "–"
