extension PageAssets {
  /// The pictures' looks.
  static let figuresStyle = #"""
    /* The pictures: the fleet, the plots, and the decisions about a tenant. */

    .fleet { display: block; font-size: 12px; }
    .fleet text { fill: var(--soft); }
    .fleet .region > rect { fill: none; stroke: var(--edge); }
    .fleet .region-name { font-size: 12px; font-weight: 600; fill: var(--ink); }
    .fleet .here rect { fill: var(--accent-wash); stroke: none; opacity: .7; }
    .fleet .zone.here text { fill: var(--accent); font-weight: 600; }
    .fleet .rule { stroke: var(--rule); }
    .fleet .shard-name { font-size: 14px; font-weight: 600; fill: var(--ink); }
    .fleet .shard-figures { font-size: 11.5px; }
    .fleet .shard-mode { font-size: 11.5px; fill: var(--warn); font-weight: 600; }
    .fleet .follows { fill: none; stroke: var(--soft); stroke-width: 1.2; stroke-dasharray: 2 4; opacity: .8; }
    .fleet .node rect, .fleet .node circle { stroke-width: 2; fill: var(--sheet); stroke: var(--accent); }
    .fleet .node.primary rect { fill: var(--accent); }
    .fleet .node .sign { font-size: 12.5px; font-weight: 700; fill: var(--accent); }
    .fleet .node.primary .sign { fill: var(--sheet); }
    .fleet .node .busy { font-size: 11.5px; fill: var(--ink); font-weight: 600; }
    .fleet .node .under { font-size: 11px; }
    .fleet .node.failing rect, .fleet .node.failing circle { stroke: var(--warn); fill: var(--warn-wash); stroke-dasharray: 4 2; }
    .fleet .node.failing .sign { fill: var(--warn); }
    .fleet .node.ejected rect, .fleet .node.ejected circle { stroke: var(--bad); fill: var(--bad-wash); }
    .fleet .node.ejected .sign { fill: var(--bad); }
    .legend { display: flex; flex-wrap: wrap; gap: .3rem 1.4rem; list-style: none; margin: .8rem 0 0; padding: 0; color: var(--soft); font-size: .85rem; }
    .legend li { display: flex; align-items: center; gap: .45rem; }

    .plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(24rem, 100%), 1fr)); gap: 1.2rem 2rem; margin-top: .8rem; }
    .plot { margin: 0; }
    .plot figcaption { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; }
    .plot strong { font-weight: 600; font-size: .92rem; }
    .plot svg { display: block; width: 100%; height: auto; font-size: 12px; }
    .plot text { fill: var(--soft); }
    .plot .tick line { stroke: var(--rule); }
    .plot .line { fill: none; stroke-width: 1.8; stroke-linejoin: round; stroke-linecap: round; }
    .plot .line.a { stroke: var(--line-a); stroke-dasharray: 5 3; }
    .plot .line.b { stroke: var(--line-b); stroke-dasharray: 1.5 3.500; }
    .plot .line.c { stroke: var(--line-c); }
    .plot .name { font-weight: 600; }
    .plot .name.a { fill: var(--line-a); }
    .plot .name.b { fill: var(--line-b); }
    .plot .name.c { fill: var(--line-c); }

    .ask { display: flex; flex-wrap: wrap; align-items: center; gap: .6rem; margin: .5rem 0 .8rem; }
    .ask label { color: var(--soft); font-size: .9rem; }
    .ask input { font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--edge); border-radius: 7px; padding: .3rem .6rem; width: 16rem; max-width: 100%; }
    .ask button { font-size: .95rem; padding: .3rem .9rem; background: var(--accent-wash); color: var(--accent); }
    .facts { display: flex; flex-wrap: wrap; gap: .3rem 2rem; margin: 0 0 .8rem; }
    .facts dt { color: var(--soft); font-size: .82rem; }
    .facts dd { margin: 0; font-weight: 600; overflow-wrap: anywhere; }
    .tiers { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(25rem, 100%), 1fr)); gap: .8rem; }
    .tier { border: 1px solid var(--edge); border-radius: 10px; padding: .8rem 1rem; }
    .tier.refused { border-color: var(--bad); }
    .tier .outcome { font-weight: 600; }
    .candidates { list-style: none; margin: .5rem 0 0; padding: 0; font-size: .88rem; }
    .candidates li { display: grid; grid-template-columns: minmax(7rem, auto) 1fr; gap: 0 .8rem; padding: .35rem 0; border-top: 1px solid var(--rule); }
    .candidates li > :last-child { grid-column: 2; }
    .candidates .left { color: var(--soft); }
    .candidates .left .mark { color: var(--soft); }
    """#
}
