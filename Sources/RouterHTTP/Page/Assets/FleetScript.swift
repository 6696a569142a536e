extension PageAssets {
  /// The picture of the fleet.
  static let fleetScript = #"""
    import { h } from "./dom.js";
    import { count, micros, millis } from "./format.js";

    // The picture: a column a zone, grouped by regions; a row a shard; a node an instance.

    const wide = { label: 216, least: 130, most: 300 };
    const narrow = { label: 104, least: 104, most: 200 };
    const narrowBelow = 620;
    const headHeight = 64;
    const rowHeight = 54;
    const shardsShown = 60;

    /** The fleet as the router sees it. */
    export function drawFleet({ shards, fleet }, width) {
      const shown = shards.shards.slice(0, shardsShown);
      const regions = regionsOf(shown, fleet.router);
      const columns = regions.flatMap((region) =>
        region.zones.map((zone) => ({ region: region.name, zone })));
      const size = sizeFor(columns.length, shown.length, width);
      const left = shards.total - shown.length;
      const frame = { class: "scroll", tabindex: "0", role: "region", "aria-label": "The fleet" };
      const picture = {
        class: "fleet", role: "img", "aria-label": "Shards and their instances by zone",
        viewBox: `0 0 ${size.width} ${size.height}`, width: size.width, height: size.height,
      };
      return [
        h("div", frame, h("svg", picture,
          regions.map((region) => regionBox(region, columns, size, fleet.router)),
          shown.map((shard, row) => shardRow(shard, row, columns, size)))),
        legend(),
        left > 0 && h("p", { class: "about" }, `${left} more shards are in the map: those are shown `,
          "that are not normal, and those with most sessions."),
      ];
    }

    function sizeFor(columnCount, rowCount, room) {
      const { label, least, most } = room < narrowBelow ? narrow : wide;
      const even = (room - label - 12) / Math.max(columnCount, 1);
      const columnWidth = Math.min(Math.max(even, least), most);
      return {
        label, columnWidth,
        width: label + columnCount * columnWidth + 12,
        height: headHeight + rowCount * rowHeight + 12,
      };
    }

    function regionsOf(shards, router) {
      const regions = new Map();
      const add = (region, zone) => {
        if (!regions.has(region)) regions.set(region, new Set());
        if (zone) regions.get(region).add(zone);
      };
      for (const shard of shards)
        for (const instance of shard.instances) add(instance.region, instance.zone);
      return [...regions].sort(([a], [b]) => ownFirst(a, b, router.region)).map(([name, zones]) => ({
        name, zones: [...zones].sort((a, b) => ownFirst(a, b, router.zone)),
      }));
    }

    /** The router's own place comes first, the others by name. */
    function ownFirst(a, b, own) {
      return Number(a !== own) - Number(b !== own) || a.localeCompare(b);
    }

    function regionBox(region, columns, size, router) {
      const start = columns.findIndex((column) => column.region === region.name);
      const x = size.label + start * size.columnWidth;
      const width = region.zones.length * size.columnWidth - 8;
      return h("g", { key: `region ${region.name}`, class: "region" },
        h("rect", { x: x + 4, y: 4, width, height: size.height - 8, rx: 10 }),
        h("text", { x: x + 16, y: 24, class: "region-name" }, region.name),
        region.zones.map((zone, place) =>
          zoneHead(zone, x + (place + 0.5) * size.columnWidth, size, zone === router.zone)));
    }

    function zoneHead(zone, center, { columnWidth, height }, isHere) {
      const band = {
        class: "here", x: center - columnWidth / 2 + 8, y: 33, width: columnWidth - 16,
        height: height - 45, rx: 8,
      };
      const here = columnWidth < wide.least ? `◂ ${zone}` : `${zone} ◂ this router`;
      return h("g", { key: zone, class: isHere ? "zone here" : "zone" },
        isHere && h("rect", band),
        h("text", { x: center, y: 49, "text-anchor": "middle" }, isHere ? here : zone));
    }

    function shardRow(shard, row, columns, size) {
      const top = headHeight + row * rowHeight;
      const nodes = shard.instances.map((instance) =>
        ({ instance, x: placeOf(instance, shard, columns, size), y: top + rowHeight / 2 - 5 }));
      const under = shard.mode ? `▲ ${shard.mode.mode} (${shard.mode.cause})` : figuresOf(shard);
      return h("g", { key: `shard ${shard.id}`, class: "shard" },
        row > 0 && h("line", { class: "rule", x1: 8, x2: size.width - 8, y1: top, y2: top }),
        h("text", { x: 10, y: top + 24, class: "shard-name" }, short(shard.id, size.label / 9),
          h("title", null, `${shard.id}, epoch ${shard.epoch}`)),
        h("text", { x: 10, y: top + 41, class: shard.mode ? "shard-mode" : "shard-figures" },
          short(under, size.label / 6)),
        nodes.slice(1).map((node) =>
          h("path", { key: `to ${node.instance.id}`, class: "follows", d: bow(nodes[0], node) })),
        nodes.map(instanceNode));
    }

    function figuresOf(shard) {
      if (shard.requestsPerSecond === undefined) return `${count(shard.sessions)} sessions`;
      const p99 = shard.p99Microseconds === undefined ? "" : ` · p99 ${micros(shard.p99Microseconds)}`;
      return `${count(shard.sessions)} sess. · ${count(shard.requestsPerSecond)}/s${p99}`;
    }

    /** Where in its row an instance is drawn: those of one zone side by side. */
    function placeOf(instance, shard, columns, { label, columnWidth }) {
      const isBeside = (other) => other.zone === instance.zone && other.region === instance.region;
      const together = shard.instances.filter(isBeside);
      const part = (together.indexOf(instance) + 1) / (together.length + 1);
      return label + (columns.findIndex(isBeside) + part) * columnWidth;
    }

    function bow(from, to) {
      const rise = Math.min(14, Math.abs(to.x - from.x) / 8);
      return `M${from.x} ${from.y} Q${(from.x + to.x) / 2} ${from.y - rise} ${to.x} ${to.y}`;
    }

    const signs = { failing: "!", ejected: "×" };

    function instanceNode({ instance, x, y }) {
      const { id, role, health, inFlight } = instance;
      const isPrimary = role === "primary";
      const look = { class: `node ${role} ${health}`, transform: `translate(${x} ${y})` };
      return h("g", { key: `node ${id}`, ...look },
        h("title", null, describe(instance)),
        shape(isPrimary),
        sign(signs[health] ?? (isPrimary ? "P" : "")),
        inFlight > 0 && !isPrimary && h("text", { class: "busy", x: 15, y: 4 }, count(inFlight)),
        h("text", { class: "under", y: 25, "text-anchor": "middle" },
          isPrimary ? `${count(inFlight)} busy` : lagOf(instance)));
    }

    function shape(isPrimary) {
      if (!isPrimary) return h("circle", { r: 10 });
      return h("rect", { x: -11, y: -11, width: 22, height: 22, rx: 6 });
    }

    function sign(text) {
      return h("text", { class: "sign", y: 4.5, "text-anchor": "middle" }, text);
    }

    function lagOf({ lagMilliseconds }) {
      return lagMilliseconds === undefined ? "lag ?" : `≤ ${millis(lagMilliseconds)}`;
    }

    function describe(instance) {
      const { lagMilliseconds: lag, roundTripMicroseconds: trip } = instance;
      return [
        `${instance.id}, ${instance.role} in ${instance.zone}`, instance.address, instance.health,
        `${instance.inFlight} in flight`,
        lag !== undefined && `at most ${millis(lag)} behind`,
        trip === undefined ? "never probed" : `probe took ${micros(trip)}`,
      ].filter(Boolean).join("\n");
    }

    function legend() {
      const picture = { class: "fleet", viewBox: "-13 -13 26 26", width: 20, height: 20 };
      const item = (kind, letter, words) => h("li", null,
        h("svg", { ...picture, "aria-hidden": "true" },
          h("g", { class: `node ${kind}` }, shape(kind.startsWith("primary")), sign(letter))), words);
      return h("ul", { class: "legend" },
        item("primary healthy", "P", "primary"),
        item("replica healthy", "", "replica, with its proven lag"),
        item("replica failing", "!", "last attempt failed"),
        item("replica ejected", "×", "ejected"));
    }

    function short(text, most) {
      return text.length > most ? `${text.slice(0, Math.floor(most) - 1)}…` : text;
    }
    """#
}
