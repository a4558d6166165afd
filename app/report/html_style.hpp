#pragma once

#include <string_view>

namespace diffgate::app {

// The report page's whole style sheet.
inline constexpr std::string_view html_style = R"css(
:root { color-scheme: light dark; --bg: #fff; --card: #f7f8fa; --line: #dfe3e8; --text: #1c2430; --soft: #5d6a7a;
  --good: #1a7f4b; --warn: #9a6200; --bad: #c2273a; --accent: #2457c5; --bar: #f0a35e; --code: #eef1f5; }
@media (prefers-color-scheme: dark) { :root { --bg: #12161c; --card: #1a2029; --line: #2d3641; --text: #e4e9ef;
  --soft: #94a2b3; --good: #4cc38a; --warn: #e0a33c; --bad: #ff7b88; --accent: #86a9ff; --bar: #b8743a; --code: #232b36; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--text); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
main { max-width: 1180px; margin: 0 auto; padding: 32px 24px 64px; }
h1 { font-size: 22px; line-height: 1.3; margin: 0 0 6px; }
h2 { font-size: 16px; margin: 32px 0 10px; }
p { margin: 8px 0; }
a { color: var(--accent); text-decoration: none; }
a:hover { text-decoration: underline; }
code { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; background: var(--code); border-radius: 4px;
  padding: 1px 5px; overflow-wrap: anywhere; }
pre { background: var(--code); border-radius: 6px; padding: 12px 14px; overflow-x: auto; white-space: pre-wrap; }
pre code { background: none; padding: 0; }
.soft { color: var(--soft); }
.badge { display: inline-block; border-radius: 999px; padding: 2px 12px; font-weight: 600; font-size: 13px; color: #fff;
  vertical-align: 3px; margin-right: 8px; }
.badge.pass { background: #1a7f4b; } .badge.warn { background: #9a6200; } .badge.fail { background: #c2273a; }
.cards { display: flex; flex-wrap: wrap; gap: 10px; margin: 20px 0; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 10px 18px; min-width: 108px; }
.card b { display: block; font-size: 22px; line-height: 1.2; font-variant-numeric: tabular-nums; }
.card span { color: var(--soft); font-size: 13px; }
.card.bad b { color: var(--bad); } .card.warn b { color: var(--warn); } .card.good b { color: var(--good); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th { text-align: left; font-size: 12px; color: var(--soft); font-weight: 600; border-bottom: 1px solid var(--line); padding: 6px 10px; white-space: nowrap; }
td { border-bottom: 1px solid var(--line); padding: 7px 10px; vertical-align: top; }
.num { text-align: right; white-space: nowrap; }
.plus { color: var(--good); } .minus { color: var(--bad); } .zero { color: var(--soft); }
.result { white-space: nowrap; font-weight: 600; }
.result.different, .result.not_built { color: var(--warn); }
.result.error, .result.bad_pks, .result.missing_pks { color: var(--bad); }
.result.identical { color: var(--good); }
.bar { display: inline-block; width: 90px; height: 8px; background: var(--code); border-radius: 4px; margin-right: 8px; overflow: hidden; }
.bar i { display: block; height: 100%; background: var(--bar); min-width: 2px; }
details { background: var(--card); border: 1px solid var(--line); border-radius: 8px; margin: 10px 0; padding: 10px 16px; }
summary { cursor: pointer; font-weight: 600; }
summary .soft { font-weight: 400; }
details table { margin: 12px 0; width: auto; min-width: 50%; }
h3 { font-size: 14px; margin: 18px 0 6px; }
.profile { display: flex; flex-wrap: wrap; gap: 24px; align-items: flex-start; }
.profile table { min-width: 300px; margin: 0; }
.profile td { padding: 3px 10px; }
.moved td { font-weight: 600; }
svg.bars { width: 260px; height: 66px; border-bottom: 1px solid var(--line); }
rect.prod { fill: var(--soft); } rect.pr { fill: var(--accent); }
ul { padding-left: 20px; }
footer { margin-top: 40px; color: var(--soft); font-size: 13px; }
)css";

}  // namespace diffgate::app
