/** The look of the panel, in the page's own colours where it has them. */

const RULES = `
.tsup-live-panel {
  --ink: var(--tsup-ink, #1e293b); --text: var(--tsup-text, #27323f); --muted: var(--tsup-muted, #566273);
  --line: var(--tsup-line, #cfd3d8); --raised: var(--tsup-raised, #fff); --gold: var(--tsup-gold, #bd8200);
  --accent: var(--tsup-accent, #855800); --soft: var(--tsup-accent-soft, #fbf3dd);
  --bad: var(--tsup-fails, #a32c2c); --bad-soft: var(--tsup-fails-soft, #fae5e2);
  display: grid; gap: .55rem; margin: 0 0 .6rem; color: var(--text);
  font: 400 .92rem/1.4 var(--tsup-sans, "Source Sans 3", system-ui, sans-serif);
  * { box-sizing: border-box; }
  .row { display: flex; flex-wrap: wrap; align-items: center; gap: .4rem; }
  button, select {
    font: inherit; line-height: 1.2; min-height: 2.2rem; margin: 0; padding: .3rem .75rem; cursor: pointer;
    color: var(--text); background: var(--raised); border: 1px solid var(--line); border-radius: 999px;
  }
  @media (hover: hover) {
    button:hover { color: var(--ink); background: var(--soft); }
    .main:hover { color: var(--raised); background: var(--ink); border-color: var(--ink); }
  }
  .main {
    min-width: 6rem; font-weight: 650; color: var(--raised); background: var(--accent); border-color: var(--accent);
  }
  .main::before {
    content: ""; display: inline-block; width: .62em; height: .7em; margin-right: .5em; background: currentColor;
    clip-path: polygon(0 0, 100% 50%, 0 100%);
  }
  .main[data-running]::before {
    clip-path: polygon(0 0, 36% 0, 36% 100%, 64% 100%, 64% 0, 100% 0, 100% 100%, 0 100%);
  }
  .quiet { border-color: transparent; background: none; color: var(--muted); padding-inline: .6rem; }
  .status {
    flex: 1 1 17rem; display: flex; flex-wrap: wrap; gap: 0 1rem; min-height: 2.8em; align-content: center; margin: 0;
    line-height: 1.4; color: var(--muted); font-variant-numeric: tabular-nums;
  }
  .long { display: none; }
  @media (min-width: 720px) {
    .status { justify-content: end; padding-left: .8rem; }
    .long { display: inline; }
  }
  .status b { font-weight: 600; color: var(--ink); }
  .bar { height: 3px; border-radius: 2px; background: var(--line); overflow: hidden; }
  .bar i {
    display: block; height: 100%; border-radius: 2px; transform-origin: left; transform: scaleX(0);
    background: linear-gradient(90deg, var(--tsup-slate, #71829a), var(--gold));
  }
  .alert {
    margin: 0; padding: .4rem .75rem; border-left: 4px solid var(--bad); border-radius: 4px;
    color: var(--bad); background: var(--bad-soft);
  }
  .alert:empty { display: none; }
  .said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .controls { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 10.4rem), 1fr)); gap: 0 1.2rem; }
  .slider {
    display: grid; grid-row: span 3; grid-template: subgrid / 1fr auto; align-items: center; column-gap: .4rem;
  }
  .choice { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem .6rem; grid-column: 1 / -1; padding-block: .3rem; }
  label, .choice > span, summary { font-weight: 600; color: var(--ink); }
  .number {
    width: 3.6rem; min-height: 1.7rem; padding: .1rem .4rem; font: inherit; text-align: right; color: var(--ink);
    background: var(--raised); border: 1px solid var(--muted); border-radius: 6px; font-variant-numeric: tabular-nums;
  }
  .number[aria-invalid=true] { border-color: var(--bad); box-shadow: 0 0 0 1px var(--bad); }
  .ends {
    grid-column: 1 / -1; display: flex; justify-content: space-between; margin: 0; font-size: .82rem; line-height: 1.1;
    color: var(--muted);
  }
  [type=range] {
    grid-column: 1 / -1; appearance: none; width: 100%; height: 26px; margin: 0; background: none; cursor: pointer;
  }
  [type=range]::-webkit-slider-runnable-track { height: 6px; border-radius: 999px; background: var(--line); }
  [type=range]::-moz-range-track { height: 6px; border-radius: 999px; background: var(--line); }
  [type=range]::-webkit-slider-thumb {
    appearance: none; width: 22px; height: 22px; margin-top: -8px; border-radius: 50%; background: var(--raised);
    border: 3px solid var(--gold);
  }
  [type=range]::-moz-range-thumb {
    width: 16px; height: 16px; border-radius: 50%; background: var(--raised); border: 3px solid var(--gold);
  }
  .segments { display: flex; flex-wrap: wrap; row-gap: 4px; }
  .segments button { min-height: 1.9rem; padding: .2rem .65rem; border-radius: 0; margin-left: -1px; }
  .segments button:first-child { border-radius: 6px 0 0 6px; margin-left: 0; }
  .segments button:last-child { border-radius: 0 6px 6px 0; }
  .segments [aria-pressed=true] {
    position: relative; font-weight: 600; color: var(--ink); background: var(--soft); border-color: var(--gold);
    box-shadow: inset 0 0 0 1px var(--gold);
  }
  select { border-radius: 6px; }
  summary { width: fit-content; padding-block: .2rem; cursor: pointer; }
  .quiet[aria-pressed=true] { color: var(--ink); background: var(--soft); border-color: var(--gold); }
  details { margin-right: auto; }
  details[open] { flex: 1 0 100%; }
  :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
}
`;

let sheet: CSSStyleSheet | undefined;

/** Dress what is in the tree of a place, once: a sheet that is made here passes every policy. */
export function dress(place: Node): void {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(RULES);
  }
  const root = place.getRootNode();
  for (const tree of new Set([document, root instanceof ShadowRoot ? root : document])) {
    if (!tree.adoptedStyleSheets.includes(sheet)) tree.adoptedStyleSheets = [...tree.adoptedStyleSheets, sheet];
  }
}
