package io.inft.cli.report;

/** How the page looks: on a phone, on a screen by day and by night, and on paper. */
final class Style {
  static final String SHEET =
      """
      :root{color-scheme:light dark;--bg:#f5f6f8;--card:#fff;--ink:#14181f;--soft:#5b6472;--line:#e2e6ec;
      --accent:#3450d8;--good:#0b7a4b;--goodbg:#e2f6ec;--warn:#8a5a00;--warnbg:#fdf1d7;--bad:#b3261e;--badbg:#fde7e5;
      --open:#475467;--openbg:#eceff3;--a0:#3450d8;--a1:#c2410c;--a2:#0f8a6d;--a3:#a21caf;--a4:#b58100;--a5:#64748b;--c:#e11d74}
      @media(prefers-color-scheme:dark){:root{--bg:#0e1116;--card:#171b22;--ink:#e9edf3;--soft:#9aa5b4;--line:#2a313c;
      --accent:#8fa3ff;--good:#5fd3a0;--goodbg:#10301f;--warn:#f0bf5a;--warnbg:#33270d;--bad:#ff9a92;--badbg:#3d1714;
      --open:#b5c0ce;--openbg:#222934;--a0:#8098ff;--a1:#ff9361;--a2:#43c9a5;--a3:#e07bee;--a4:#e6b93f;--a5:#94a3b8;--c:#ff6ba6}}
      *{box-sizing:border-box}
      body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
      main{max-width:1060px;margin:0 auto;padding:32px 20px 56px}
      header{display:flex;flex-wrap:wrap;gap:4px 20px;align-items:baseline;justify-content:space-between;margin-bottom:20px}
      h1{font-size:30px;line-height:1.2;margin:0;letter-spacing:-.02em;overflow-wrap:anywhere}
      h2{font-size:19px;margin:0 0 4px;letter-spacing:-.01em}
      h3{font-size:15px;margin:18px 0 2px}
      p{margin:4px 0 12px}.soft{color:var(--soft)}.small{font-size:13.5px}
      section{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:22px 24px;margin:0 0 18px}
      .verdict{display:grid;grid-template-columns:auto 1fr;gap:2px 16px;border-left:6px solid}
      .verdict .sign{font-size:30px;line-height:1;font-weight:700;grid-row:span 2;width:48px;height:48px;border-radius:50%;display:grid;place-items:center;background:var(--card)}
      .verdict h2{font-size:23px;align-self:center}.verdict p{margin:0;grid-column:2}
      .good{color:var(--good);background:var(--goodbg);border-color:var(--good)}
      .warn{color:var(--warn);background:var(--warnbg);border-color:var(--warn)}
      .bad{color:var(--bad);background:var(--badbg);border-color:var(--bad)}
      .open{color:var(--open);background:var(--openbg);border-color:var(--open)}
      .verdict p{color:var(--ink)}
      .figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(148px,1fr));gap:12px;margin:0 0 18px}
      .figure{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:14px 16px}
      .figure b{display:block;font-size:23px;line-height:1.25;letter-spacing:-.02em;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
      .figure span{color:var(--soft);font-size:13.5px}
      .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(300px,1fr));gap:18px 28px;margin-top:10px}
      .chart{margin:0;min-width:0}.chart svg{display:block;width:100%;height:auto}
      .wide{overflow-x:auto}.wide svg{min-width:680px}
      figcaption{font-size:14px;color:var(--soft);margin-bottom:4px}
      svg text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;fill:var(--soft);stroke:none}
      svg .name{font-size:13px;fill:var(--ink);font-weight:600}
      svg .lane{stroke:var(--line);stroke-width:2}svg .grid{stroke:var(--line);stroke-width:1}
      svg circle,svg rect,svg path{stroke:var(--card);stroke-width:1}
      svg rect{stroke-width:0}
      .a0{fill:var(--a0)}.a1{fill:var(--a1)}.a2{fill:var(--a2)}.a3{fill:var(--a3)}.a4{fill:var(--a4)}.a5{fill:var(--a5)}.c{fill:var(--c)}
      svg .name.a0,svg .name.a1,svg .name.a2,svg .name.a3,svg .name.a4,svg .name.a5,svg .name.c{fill:var(--ink)}
      i.a0,i.a1,i.a2,i.a3,i.a4,i.a5{display:inline-block;width:10px;height:10px;border-radius:50%;margin-right:7px}
      i.a0{background:var(--a0)}i.a1{background:var(--a1)}i.a2{background:var(--a2)}i.a3{background:var(--a3)}i.a4{background:var(--a4)}i.a5{background:var(--a5)}
      table{border-collapse:collapse;width:100%;font-size:14.5px;margin-top:8px}
      th{text-align:left;font-weight:600;color:var(--soft);font-size:13px;padding:6px 10px;border-bottom:2px solid var(--line)}
      td{padding:8px 10px;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
      tr:last-child td{border-bottom:0}th:first-child,td:first-child{padding-left:0}
      .num{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
      code,.mono{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
      .finding{border-left:4px solid;border-radius:0 10px 10px 0;padding:10px 14px;margin:10px 0}
      .finding b{display:block}.finding p{color:var(--ink);margin:2px 0}
      .finding p.mono{font:12.5px/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;color:var(--soft);overflow-wrap:anywhere}
      .tag{display:inline-block;border-radius:999px;padding:1px 9px;font-size:12.5px;background:var(--openbg);color:var(--open);white-space:nowrap}
      .tag.plus{background:var(--goodbg);color:var(--good)}.tag.minus{background:var(--badbg);color:var(--bad)}.tag.mod{background:var(--warnbg);color:var(--warn)}
      .changes{margin:0;padding:0;list-style:none}.changes li{margin:0 0 3px}
      dl{display:grid;grid-template-columns:max-content 1fr;gap:6px 20px;margin:10px 0 0;font-size:14.5px}
      dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
      summary{cursor:pointer;color:var(--accent);font-size:14.5px;margin-top:10px}
      footer{color:var(--soft);font-size:13.5px;padding:4px 4px 0}
      @media(max-width:640px){main{padding:20px 12px 40px}section{padding:16px;border-radius:12px}h1{font-size:24px}
      .verdict .sign{width:38px;height:38px;font-size:22px}.verdict h2{font-size:19px}.verdict p{grid-column:1/-1;margin-top:8px}.verdict .sign{grid-row:auto}
      .figures{grid-template-columns:1fr 1fr;gap:8px}.figure{padding:11px 13px}.figure b{font-size:19px}
      thead{display:none}tr{display:block;padding:9px 0;border-bottom:1px solid var(--line)}tr:last-child{border-bottom:0}
      td{display:grid;grid-template-columns:92px 1fr;gap:8px;padding:2px 0;border:0}.num{text-align:left;white-space:normal}
      td::before{content:attr(data-name);color:var(--soft);font-size:13px}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:8px}}
      @media print{:root{--bg:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#ccc}body{font-size:11pt}main{max-width:none;padding:0}
      section{border:0;border-top:1px solid #ccc;border-radius:0;padding:12px 0;margin:0}.figure,tr,figure,.finding{break-inside:avoid}
      h2,h3{break-after:avoid}.wide svg{min-width:0}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
      """;

  private Style() {}
}
