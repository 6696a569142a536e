extension PageAssets {
  /// Colours, type, layout and tables.
  static let style = #"""
    /* Calm by day and by night: a few greys, one accent, and colours for meaning that always come with a word or a shape. */

    :root {
      --ground: #f5f6f5; --sheet: #ffffff; --edge: #dfe3e1; --rule: #eceeed;
      --ink: #1b2423; --soft: #5a6866; --accent: #1f6f78; --accent-wash: #e3f0ef;
      --good: #2c7a51; --warn: #8f5f00; --warn-wash: #fbf1dc; --bad: #b3382c; --bad-wash: #fbe8e5;
      --line-a: #b4483a; --line-b: #a87300; --line-c: #1f6f78;
      color-scheme: light;
    }
    :root[data-theme="dark"] {
      --ground: #101615; --sheet: #182020; --edge: #2c3736; --rule: #232d2c;
      --ink: #e3e9e7; --soft: #9aa8a5; --accent: #74c2bd; --accent-wash: #1c3534;
      --good: #7ac79a; --warn: #e2b55c; --warn-wash: #352b16; --bad: #ee8d80; --bad-wash: #3c211e;
      --line-a: #ee8d80; --line-b: #e2b55c; --line-c: #74c2bd;
      color-scheme: dark;
    }
    @media (prefers-color-scheme: dark) {
      :root[data-theme="system"], :root:not([data-theme]) {
        --ground: #101615; --sheet: #182020; --edge: #2c3736; --rule: #232d2c;
        --ink: #e3e9e7; --soft: #9aa8a5; --accent: #74c2bd; --accent-wash: #1c3534;
        --good: #7ac79a; --warn: #e2b55c; --warn-wash: #352b16; --bad: #ee8d80; --bad-wash: #3c211e;
        --line-a: #ee8d80; --line-b: #e2b55c; --line-c: #74c2bd;
        color-scheme: dark;
      }
    }

    * { box-sizing: border-box; }
    html { scroll-padding-top: 4.5rem; }
    body {
      margin: 0; background: var(--ground); color: var(--ink);
      font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
      font-variant-numeric: tabular-nums;
    }
    a { color: var(--accent); }
    :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
    .skip { position: absolute; left: -99rem; }
    .skip:focus { left: 1rem; top: .6rem; z-index: 3; background: var(--sheet); padding: .3rem .8rem; }

    .bar {
      position: sticky; top: 0; z-index: 2; display: flex; flex-wrap: wrap; align-items: center;
      gap: .3rem 1.2rem; padding: .7rem clamp(1rem, 3vw, 2rem);
      background: var(--sheet); border-bottom: 1px solid var(--edge);
    }
    .brand { display: flex; align-items: center; gap: .6rem; }
    .brand h1 { margin: 0; font-size: 1.1rem; font-weight: 650; letter-spacing: -.01em; }
    .router { display: flex; flex-wrap: wrap; gap: .1rem .9rem; color: var(--soft); font-size: .9rem; }
    .router strong { color: var(--ink); }
    nav { display: flex; flex-wrap: wrap; gap: .1rem .9rem; margin-left: auto; font-size: .9rem; }
    nav a { color: var(--soft); text-decoration: none; }
    nav a:hover { color: var(--accent); text-decoration: underline; }

    button { font: inherit; color: inherit; cursor: pointer; }
    button.quiet, .ask button {
      background: none; border: 1px solid var(--edge); border-radius: 7px; padding: .15rem .65rem; font-size: .85rem;
    }
    button.quiet { color: var(--soft); }
    button:hover { border-color: var(--accent); }
    button.link { background: none; border: 0; padding: 0; color: var(--accent); text-align: left; }
    button.link:hover { text-decoration: underline; }

    .news { margin: 0; }
    .news.away {
      padding: .6rem clamp(1rem, 3vw, 2rem); background: var(--bad-wash); color: var(--bad);
      font-weight: 600; border-bottom: 1px solid var(--edge);
    }
    .is-away main { opacity: .55; }

    main { max-width: 84rem; margin: 0 auto; padding: 1.2rem clamp(1rem, 3vw, 2rem) 2rem; outline: 0; }
    section:not(:empty) { margin-bottom: 1.4rem; }
    section[aria-labelledby] {
      background: var(--sheet); border: 1px solid var(--edge); border-radius: 12px; padding: 1.1rem 1.3rem;
    }
    h2 { margin: 0 0 .2rem; font-size: 1.05rem; font-weight: 650; }
    h3 { margin: 0; font-size: .98rem; font-weight: 650; }
    p { margin: .3rem 0; max-width: 80ch; }
    .about, .empty { color: var(--soft); font-size: .88rem; }
    .empty { padding: .8rem 0; }
    code { font: .88em ui-monospace, "DejaVu Sans Mono", monospace; background: var(--rule); border-radius: 4px; padding: .08em .35em; }

    .tiles { display: grid; grid-template-columns: repeat(4, 1fr); gap: .8rem; margin: 0; }
    .tile { background: var(--sheet); border: 1px solid var(--edge); border-radius: 12px; padding: .75rem 1rem; }
    .tile dt { color: var(--soft); font-size: .82rem; }
    .tile dd { margin: 0; }
    .tile .figure { font-size: 1.5rem; font-weight: 600; letter-spacing: -.02em; line-height: 1.35; white-space: nowrap; }
    .tile .about { font-size: .82rem; }

    .mark { white-space: nowrap; color: var(--ink); }
    .mark .shape { font-size: .72em; margin-right: .4em; position: relative; top: -.08em; }
    .mark.good .shape { color: var(--good); }
    .mark.warn .shape { color: var(--warn); }
    .mark.bad .shape { color: var(--bad); }
    .mark.calm .shape { color: var(--soft); }
    .tag { font-size: .78rem; font-weight: 500; background: var(--accent-wash); color: var(--accent); border-radius: 6px; padding: .1rem .5rem; margin-left: .5rem; }
    .tag.warn { background: var(--warn-wash); color: var(--warn); }

    .modes { list-style: none; margin: 0; padding: .35rem 1.2rem; background: var(--warn-wash); border: 1px solid var(--edge); border-radius: 12px; }
    .modes li { display: flex; gap: 1rem; padding: .35rem 0; }
    .modes li + li { border-top: 1px solid var(--edge); }

    .scroll { overflow-x: auto; }
    table { border-collapse: collapse; width: 100%; font-size: .9rem; }
    th, td { text-align: left; padding: .34rem .8rem .34rem 0; border-bottom: 1px solid var(--rule); white-space: nowrap; }
    th { border-bottom-color: var(--edge); }
    th button { background: none; border: 0; padding: 0; font-size: .82rem; font-weight: 500; color: var(--soft); white-space: nowrap; }
    th button:hover { color: var(--accent); }
    .number { text-align: right; }
    tbody tr:hover td { background: var(--rule); }
    td { max-width: 22rem; overflow: hidden; text-overflow: ellipsis; }
    meter { width: 4rem; height: .8rem; vertical-align: -.05rem; }

    footer { max-width: 84rem; margin: 0 auto; padding: 0 clamp(1rem, 3vw, 2rem) 2rem; color: var(--soft); font-size: .85rem; }

    @media (max-width: 40rem) {
      .bar { position: static; }
      nav { margin-left: 0; width: 100%; }
      html { scroll-padding-top: .5rem; }
      section[aria-labelledby] { padding: .9rem; }
      .tiles { grid-template-columns: repeat(2, 1fr); gap: .6rem; }
      .tile { padding: .6rem .8rem; }
      .tile .figure { font-size: 1.25rem; }
      .modes li { flex-direction: column; gap: .1rem; }
    }
    @media (prefers-reduced-motion: no-preference) { main { transition: opacity .3s; } }
    """#
}
