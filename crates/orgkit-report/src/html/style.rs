//! The page's look: one typeface, one accent, light and dark, paper.

/// The style sheet. Colours meet WCAG 2.2 AA (4.5 : 1) on their grounds in both schemes.
pub(super) const CSS: &str = r#"
:root{--ground:#fff;--surface:#f6f7f9;--ink:#1a1f27;--muted:#566071;--rule:#dfe3e9;--accent:#0b6470;--accent-soft:#e3f1f3;
--ok:#1b6b3f;--ok-soft:#e5f4eb;--warn:#7d5000;--warn-soft:#fcf1da;--bad:#a8261d;--bad-soft:#fbe8e6;
--mono:ui-monospace,"SF Mono","Cascadia Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace}
@media (prefers-color-scheme:dark){:root{--ground:#12161b;--surface:#1a2027;--ink:#e6eaf0;--muted:#a2adbc;--rule:#2e3742;--accent:#6cc9d4;--accent-soft:#16343a;
--ok:#7bd19e;--ok-soft:#173325;--warn:#e8bc62;--warn-soft:#362a10;--bad:#ff9a90;--bad-soft:#421c19}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans","Liberation Sans",Arial,sans-serif;overflow-wrap:anywhere}
.wrap{max-width:1120px;margin:0 auto;padding:0 24px}
a{color:var(--accent);text-decoration-thickness:1px;text-underline-offset:3px}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:3px}
p,ul,ol,dl,figure,table{margin:0}
ul,ol{padding:0;list-style:none}
code{font-family:var(--mono);font-size:.86em;color:var(--muted)}
.name code,h3 code,h4 code,p>code{color:inherit}
code.long{overflow-wrap:anywhere}
header.page{background:var(--surface);border-bottom:1px solid var(--rule);padding:52px 0 36px}
.eyebrow{display:flex;flex-wrap:wrap;gap:6px 12px;align-items:center;color:var(--muted);font-size:14px}
h1{font-size:clamp(26px,3.6vw,38px);line-height:1.18;font-weight:650;letter-spacing:-.018em;margin:14px 0 12px;max-width:26em;text-wrap:balance;padding-left:18px;border-left:5px solid var(--rule)}
h1.ok{border-color:var(--ok)}h1.warn{border-color:var(--warn)}h1.bad{border-color:var(--bad)}
.lead{color:var(--muted);max-width:64em}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:20px 28px;margin-top:32px}
.figures div{display:flex;flex-direction:column-reverse;justify-content:flex-end}
.figures dt{color:var(--muted);font-size:14px;line-height:1.35}
.figures dd{margin:0;font-size:30px;line-height:1.2;font-weight:600;letter-spacing:-.02em;font-variant-numeric:tabular-nums}
.of{font-size:16px;font-weight:400;color:var(--muted);letter-spacing:0}
.toc{border-bottom:1px solid var(--rule);position:sticky;top:0;background:var(--ground);z-index:1}
.toc ol{display:flex;gap:4px 22px;overflow-x:auto;scrollbar-width:thin}
.toc a{display:block;padding:12px 0;color:var(--muted);text-decoration:none;font-size:15px;white-space:nowrap}
.toc a:hover{color:var(--accent)}
main{padding-bottom:72px}
main>section{padding-top:60px;scroll-margin-top:0}
h2{font-size:24px;line-height:1.25;font-weight:650;letter-spacing:-.012em;margin:0 0 18px}
h3{font-size:17px;line-height:1.4;font-weight:620;margin:34px 0 10px}
h4{font-size:16px;line-height:1.4;font-weight:620;margin:0}
h3.wave{scroll-margin-top:64px}
.meta{color:var(--muted);font-size:14px}
.quiet{color:var(--muted)}
.quiet+*{margin-top:14px}
.big{font-size:19px;max-width:44em}
.name{font-weight:550}
.number{display:inline-block;min-width:1.4em;color:var(--muted);font-weight:400;font-variant-numeric:tabular-nums}
.tag{display:inline-block;padding:1px 9px;border-radius:99px;font-size:13px;line-height:1.6;font-weight:500;background:var(--surface);color:var(--muted);border:1px solid var(--rule);white-space:nowrap}
header.page .tag{background:var(--accent-soft);color:var(--accent);border-color:transparent;white-space:normal}
.tag.ok{background:var(--ok-soft);color:var(--ok);border-color:transparent}
.tag.warn{background:var(--warn-soft);color:var(--warn);border-color:transparent}
.tag.bad{background:var(--bad-soft);color:var(--bad);border-color:transparent}
.callout{padding:12px 16px;border-radius:8px;margin-top:14px;background:var(--surface);max-width:60em}
.callout.warn{background:var(--warn-soft);color:var(--warn)}
main>section.notice{margin-top:36px;padding:22px 26px;border-radius:10px;background:var(--surface);border-left:5px solid var(--rule)}
.notice h2{font-size:20px;margin-bottom:8px}.notice h3{margin:14px 0 4px}
.notice.bad{background:var(--bad-soft)!important;border-color:var(--bad)!important}
.notice.warn{background:var(--warn-soft)!important;border-color:var(--warn)!important}
.notice code{color:inherit}
.reasons{margin-top:24px;border-top:1px solid var(--rule)}
.reasons li{display:grid;grid-template-columns:minmax(0,4fr) minmax(0,6fr);gap:2px 32px;padding:14px 0;border-bottom:1px solid var(--rule)}
.question{color:var(--muted)}
.question::first-letter{text-transform:uppercase}
.reasons details{grid-column:2}
.plain li{padding:8px 0}
.card{border:1px solid var(--rule);border-radius:10px;padding:18px 22px;margin-top:14px}
.card header h3{margin:0}.card header+p{margin-top:10px}.card p+p{margin-top:6px}.card .plain{margin-top:10px;border-top:1px solid var(--rule)}
.card .plain li+li{border-top:1px solid var(--rule)}
.severity{display:flex;gap:10px;align-items:baseline}
.severity .tag::first-letter{text-transform:uppercase}
details>summary{cursor:pointer;color:var(--accent);font-size:14px;padding:4px 0;width:fit-content}
.evidence{padding:4px 0 6px 16px;border-left:2px solid var(--rule);font-size:14px;color:var(--muted)}
.evidence li+li{margin-top:4px}
.legend{display:flex;flex-wrap:wrap;gap:6px 22px;color:var(--muted);font-size:14px;margin-bottom:16px}
.legend span{display:inline-flex;align-items:center}
.dot,.box{flex:none;display:inline-block;width:10px;height:10px;margin-right:9px;border-radius:50%;border:1.5px solid var(--muted);background:var(--ground)}
.dot.moves{background:var(--accent);border-color:var(--accent)}
.box{border-radius:2px}
.pictures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,520px),1fr));gap:24px}
figure{border:1px solid var(--rule);border-radius:10px;padding:18px 20px;min-width:0}
figcaption{font-weight:620;margin-bottom:14px}
svg.tree{display:block;max-width:100%;height:auto;font-family:inherit}
svg.tree text{fill:var(--ink);font-size:14px}
svg.tree .head{font-weight:620;font-size:15px}
svg.tree text.unit{font-weight:550}
svg.tree .note{fill:var(--muted);font-size:12px;font-weight:400}
svg.tree .id{fill:var(--muted);font-size:12px;font-family:var(--mono)}
svg.tree text.moves{fill:var(--accent);font-weight:550}
svg.tree .line{fill:none;stroke:var(--rule);stroke-width:1.5}
svg.tree .org{fill:var(--ink)}
svg.tree rect.unit,svg.tree circle{fill:var(--ground);stroke:var(--muted);stroke-width:1.5}
svg.tree circle.moves{fill:var(--accent);stroke:var(--accent)}
ul.tree{display:none}
ul.tree li{padding:5px 0 5px calc(var(--depth)*16px);line-height:1.4}
ul.tree li>p:first-child{display:flex;align-items:baseline}
ul.tree .head{font-weight:620}
ul.tree li[style="--depth:0"]:not(:first-child){margin-top:12px}
ul.tree p.moves{color:var(--accent);font-weight:550}
ul.tree .meta{padding-left:19px;font-size:13px}
ul.tree .head+.meta{padding-left:0}
.timeline{border-top:1px solid var(--rule)}
.timeline li{display:grid;grid-template-columns:minmax(0,250px) minmax(0,1fr) minmax(0,220px);gap:4px 28px;align-items:center;padding:11px 0;border-bottom:1px solid var(--rule)}
.timeline .meta{display:block}
.timeline .label a{color:inherit;text-decoration:none;font-weight:550}
.timeline .label a:hover{color:var(--accent)}
.timeline .label .meta{padding-left:1.65em}
.times{font-size:14px;font-variant-numeric:tabular-nums}
.bar{width:100%;height:16px;display:block}
.bar .track{fill:var(--rule)}.bar .done{fill:var(--accent)}.bar .open{fill:var(--warn)}.bar .join{fill:var(--ground)}
.axis{display:flex;justify-content:space-between;gap:16px;margin:8px 248px 0 278px;color:var(--muted);font-size:13px;font-variant-numeric:tabular-nums}
table{width:100%;border-collapse:collapse;font-size:15px}
th,td{text-align:left;vertical-align:top;padding:10px 18px 10px 0;border-bottom:1px solid var(--rule);font-weight:400}
thead th{color:var(--muted);font-size:13px;padding-bottom:6px}
td,thead th{overflow-wrap:break-word}
tr>:last-child{padding-right:0}
th .meta,td .meta{display:block}
th .tag{margin-top:4px}
.proofs{font-size:14px}.proofs li{padding:2px 0}td ul.proofs+ul.proofs{margin-top:2px}
details.steps{border-bottom:1px solid var(--rule)}
details.steps>summary{color:inherit;font-size:15px;padding:10px 0;width:auto}
details.steps>table{margin:0 0 22px;font-size:14px}
details.steps>table th:first-child{width:34%}details.steps>table td:nth-child(2){width:17%}details.steps>table td:nth-child(4){width:17%}
details.steps tbody tr:last-child>*{border-bottom:0}
.pairs{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:8px 28px}
.pairs dt{color:var(--muted)}.pairs dd{margin:0}
footer{border-top:1px solid var(--rule);padding:24px 0 40px;color:var(--muted);font-size:14px}
@media (max-width:720px){
.wrap{padding:0 16px}
header.page{padding:32px 0 26px}
h1{padding-left:14px}
.figures{grid-template-columns:1fr 1fr;gap:18px}
main>section{padding-top:44px}
.reasons li{grid-template-columns:1fr}.reasons details{grid-column:1}
.timeline li{grid-template-columns:1fr;gap:6px}
.timeline .label .meta{padding-left:1.65em}.times .meta{display:inline;margin-left:8px}
.axis{margin:8px 0 0;font-size:12px}
.card{padding:16px}
figure{padding:16px}
.pairs{grid-template-columns:1fr;gap:2px}.pairs dd{margin-bottom:10px}
table.stack thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
table.stack,table.stack tbody,table.stack tr,table.stack th,table.stack td{display:block;width:auto!important}
table.stack tr{padding:12px 0;border-bottom:1px solid var(--rule)}
table.stack tbody th,table.stack td{border:0;padding:2px 0}
table.stack td{display:grid;grid-template-columns:88px minmax(0,1fr);gap:0 8px}
table.stack td::before{content:attr(data-label);color:var(--muted);font-size:13px;line-height:1.7}
table.stack td>*{grid-column:2;justify-self:start}
}
@media (max-width:580px){svg.tree{display:none}ul.tree{display:block}}
@media print{.toc{display:none}body{font-size:11pt}header.page{background:none;padding-top:0}.card,figure,.timeline li,tr{break-inside:avoid}h2,h3{break-after:avoid}}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
"#;
