extension PageAssets {
  /// The figures at the top, and modes.
  static let glanceScript = #"""
    import { h } from "./dom.js";
    import { bytes, clock, count, micros, millis, seconds, text } from "./format.js";
    import { mark } from "./tables.js";

    /** Who the router is. */
    export function drawRouter({ fleet, isAway, heardAt }) {
      const router = fleet.router;
      const where = [router.region, router.zone].filter(Boolean).join(" / ");
      return [
        h("strong", null, router.id), isAway ? away(heardAt) : phase(router.lifecycle),
        h("span", null, where || "no location"),
        h("span", null, router.pool ? `pool ${router.pool}` : "every pool"),
        h("span", null, `up ${seconds(Math.floor(router.uptimeSeconds))}`),
        h("span", null, `${router.workers} ${router.workers === 1 ? "worker" : "workers"}`),
      ];
    }

    function phase(name) {
      const kinds = { serving: "good", starting: "calm", draining: "warn", stopped: "bad" };
      return mark(kinds[name] ?? "calm", name);
    }

    function away(heardAt) {
      return mark("bad", `away; this is ${seconds(Math.round((Date.now() - heardAt) / 1000))} old`);
    }

    /** The figures that say how it goes. */
    export function drawGlance({ fleet }) {
      const { totals, map, probes } = fleet;
      return h("dl", { class: "tiles" },
        tile("Transactions", `${count(totals.transactionsPerSecond)}/s`,
          `${bytes(totals.bytesPerSecond)}/s`),
        tile("Latency p99", micros(totals.p99Microseconds), `p50 ${micros(totals.p50Microseconds)}`),
        tile("Clients", count(totals.clients), `${count(totals.waiting)} wait for a server`),
        tile("Servers in use", count(totals.serversInUse), `${count(totals.serversIdle)} idle`),
        tile("Active tenants", count(totals.activeTenants), `${count(map.counts.tenants)} in the map`),
        tile("Instances", count(map.counts.instances), health(totals.unwellInstances)),
        tile("Longest lag", millis(probes?.longestLagMilliseconds),
          probes ? `proven of ${probes.proven} of ${probes.instances}` : "nobody probes"),
        mapTile(fleet));
    }

    /** Of all instances of the map, as the workers know them. */
    function health(unwell) {
      if (unwell === undefined) return mark("calm", "no worker has told");
      return unwell > 0 ? mark("warn", `${count(unwell)} unwell`) : mark("good", "all well");
    }

    const planes = {
      reachable: ["good", "control plane"],
      unreachable: ["bad", "control plane away"],
      none: ["calm", "no sidecar"],
    };
    const standings = { fresh: "good", stale: "warn", near: "warn", expired: "bad" };

    function mapTile({ map, controlPlane }) {
      const order = Object.keys(standings);
      const found = map.classes.map((data) => data.standing);
      const worst = order.findLast((standing) => found.includes(standing));
      const title = map.classes.map((data) => `${data.name}: ${data.standing}`).join(", ");
      const [kind, word] = planes[controlPlane.state] ?? ["calm", controlPlane.state];
      const age = map.ageMilliseconds === undefined ? "no age" : millis(map.ageMilliseconds);
      return tile(`Map ${map.version}`, age, [
        worst && mark(standings[worst], worst, title), " ",
        mark(kind, word, `issued ${clock(map.issuedAtMilliseconds)}`),
      ]);
    }

    function tile(name, value, about) {
      return h("div", { class: "tile" },
        h("dt", null, name), h("dd", { class: "figure" }, value), h("dd", { class: "about" }, about));
    }

    /** What is not normal. */
    export function drawModes(modes) {
      return modes.length > 0 && h("ul", { class: "modes" }, modes.map(modeItem));
    }

    function modeItem({ scope, name, mode }) {
      const facts = [
        mode.cause,
        mode.sinceMilliseconds && `since ${clock(mode.sinceMilliseconds)}`,
        mode.untilMilliseconds && `until ${clock(mode.untilMilliseconds)}`,
        mode.exitRule,
      ].filter(Boolean).join("; ");
      return h("li", { key: `${scope} ${name}` },
        mark(mode.mode === "paused" ? "bad" : "warn", mode.mode),
        h("span", null, h("strong", null, `${scope} ${name}`), ` ${text(mode.why ?? mode.explanation)} `,
          h("span", { class: "about" }, `(${facts})`)));
    }
    """#
}
