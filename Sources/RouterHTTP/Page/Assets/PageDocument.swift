extension PageAssets {
  /// The page's markup: a frame that its scripts fill.
  static let document = #"""
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>Shardway router</title>
    <link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="/assets/page.css">
    <link rel="stylesheet" href="/assets/figures.css">
    <script type="module" src="/assets/page.js"></script>
    </head>
    <body>
    <a class="skip" href="#main">Skip to the content</a>
    <header class="bar">
      <div class="brand"><img src="/assets/icon.svg" alt="" width="28" height="28"><h1>Shardway</h1></div>
      <div id="router" class="router"></div>
      <nav aria-label="Sections">
        <a href="#fleet">Fleet</a><a href="#plots">Latency</a><a href="#route">Route</a>
        <a href="#pools">Pools</a><a href="#tenants">Tenants</a><a href="#workers">Workers</a>
      </nav>
      <button id="theme" type="button" class="quiet">Theme: system</button>
    </header>
    <div id="news" class="news" role="status" aria-live="polite"></div>
    <main id="main" tabindex="-1">
      <section id="glance" aria-label="At a glance"></section>
      <section id="modes" aria-label="Modes in force"></section>
      <section id="fleet" aria-labelledby="fleet-title">
        <h2 id="fleet-title">Fleet</h2>
        <p class="about">Each row is a shard: its primary, and the replicas that follow it, in the zones where they run.</p>
        <div id="fleet-picture"></div>
      </section>
      <section id="plots" aria-labelledby="plots-title">
        <h2 id="plots-title">Latency and staleness</h2>
        <p class="about">The last ten minutes, a point a second.</p>
        <div id="plots-grid" class="plots"></div>
      </section>
      <section id="route" aria-labelledby="route-title">
        <h2 id="route-title">Route of a tenant</h2>
        <form id="route-form" class="ask" autocomplete="off">
          <label for="tenant">Tenant</label>
          <input id="tenant" name="tenant" list="tenant-names" maxlength="63" spellcheck="false" placeholder="its id">
          <datalist id="tenant-names"></datalist>
          <button type="submit">Explain</button>
        </form>
        <div id="route-answer"></div>
      </section>
      <section id="pools" aria-labelledby="pools-title">
        <h2 id="pools-title">Pools</h2>
        <div id="pools-table"></div>
      </section>
      <section id="tenants" aria-labelledby="tenants-title">
        <h2 id="tenants-title">Tenants</h2>
        <div id="tenants-table"></div>
      </section>
      <section id="workers" aria-labelledby="workers-title">
        <h2 id="workers-title">Workers</h2>
        <div id="workers-table"></div>
      </section>
    </main>
    <footer><p>Read-only. The same as JSON: <a href="/api/v1/fleet">fleet</a>, <a href="/api/v1/shards">shards</a>,
    <a href="/api/v1/pools">pools</a>, <a href="/api/v1/tenants">tenants</a>, <a href="/api/v1/modes">modes</a>,
    <a href="/api/v1/workers">workers</a>, <a href="/api/v1/config">config</a>, <a href="/api/v1/latency">latency</a>;
    for Prometheus: <a href="/metrics">metrics</a>.</p></footer>
    <noscript><p class="news away">This page needs JavaScript; the JSON documents linked above do not.</p></noscript>
    </body>
    </html>
    """#
}
