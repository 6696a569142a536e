extension PageAssets {
  /// Lines over time.
  static let plotsScript = #"""
    import { h } from "./dom.js";
    import { clock, count, micros, millis, seconds } from "./format.js";

    // Plots by hand: an axis of time, a few lines, each with a dash of its own and its name at its end.
    // A long span is told in steps: of each, the worst for what should be short, the mean for the rest.

    const size = { width: 560, height: 200, left: 54, right: 62, top: 12, bottom: 24 };
    const inner = {
      width: size.width - size.left - size.right,
      height: size.height - size.top - size.bottom,
    };
    /** What the axis of time may span, in minutes: the shortest that holds all points. */
    const spans = [1, 2, 5, 10];
    /** Steps that a span is told in. */
    const steps = 120;

    /** What is plotted; a line has a name, a look and a value of a point. */
    const plots = [
      {
        name: "Latency of requests", show: micros, isLog: true,
        lines: [
          ["p99", "a", (point) => point.p99Microseconds],
          ["p95", "b", (point) => point.p95Microseconds],
          ["p50", "c", (point) => point.p50Microseconds],
        ],
      },
      {
        name: "Transactions a second", show: count, isMean: true,
        lines: [
          ["ended", "c", (point) => point.transactionsPerSecond],
          ["failed", "a", (point) => point.failuresPerSecond],
        ],
      },
      {
        name: "Age of the map", show: millis,
        lines: [["age", "c", (point) => point.mapAgeMilliseconds]],
      },
      {
        name: "Longest lag of a replica", show: millis,
        lines: [["lag", "b", (point) => point.longestLagMilliseconds]],
      },
    ];

    /** The series as pictures. */
    export function drawPlots(points) {
      const end = points.at(-1)?.atMilliseconds ?? 0;
      const old = (end - (points[0]?.atMilliseconds ?? end)) / 60_000;
      const time = { end, minutes: spans.find((span) => span >= old) ?? spans.at(-1) };
      return plots.map((plot) => drawPlot(plot, points, time));
    }

    function drawPlot(plot, points, time) {
      const newest = points.at(-1) ?? {};
      const about = plot.lines.map(([name, , value]) => `${name} ${plot.show(value(newest))}`).join(", ");
      const values = plot.lines.flatMap(([, , value]) => points.map(value)).filter(isKnown);
      return h("figure", { key: plot.name, class: "plot" },
        h("figcaption", null, h("strong", null, plot.name), h("span", { class: "about" }, about)),
        values.length > 0 ? picture(plot, points, scaleOf(values, plot.isLog), time, about)
          : h("p", { class: "empty" }, "Nothing was measured yet."));
    }

    function isKnown(value) {
      return value !== undefined && value !== null;
    }

    function picture(plot, points, scale, { end, minutes }, about) {
      const x = (at) => size.left + inner.width * (1 - (end - at) / (minutes * 60_000));
      const y = (value) => size.top + inner.height * (1 - scale.part(value));
      const step = (minutes * 60_000) / steps;
      const lines = plot.lines.map(([name, kind, value]) => {
        const told = inSteps(points, value, step, plot.isMean);
        return { name, kind, path: pathOf(told, x, y, step), last: told.at(-1)?.value };
      });
      const frame = { viewBox: `0 0 ${size.width} ${size.height}`, role: "img" };
      return h("svg", { ...frame, "aria-label": `${plot.name}: ${about}` },
        scale.ticks.map((tick) => valueTick(tick, y(tick), plot.show)),
        timeTicks(minutes).map((before) => timeTick(before, x(end - before * 1000), end)),
        lines.map((line) => h("path", { key: line.name, class: `line ${line.kind}`, d: line.path })),
        labels(lines, y).map(lineName));
    }

    function lineName({ name, kind, y }) {
      const x = size.width - size.right + 8;
      return h("text", { key: `name ${name}`, class: `name ${kind}`, x, y: y + 4 }, name);
    }

    function valueTick(tick, y, show) {
      return h("g", { key: `value ${tick}`, class: "tick" },
        h("line", { x1: size.left, x2: size.width - size.right, y1: y, y2: y }),
        h("text", { x: size.left - 8, y: y + 4, "text-anchor": "end" }, show(tick)));
    }

    function timeTick(before, x, end) {
      return h("text", { key: `time ${before}`, x, y: size.height - 6, "text-anchor": "middle" },
        before ? `−${seconds(before)}` : clock(end));
    }

    /** Seconds before the end that the axis of time names: round ones. */
    function timeTicks(minutes) {
      const parts = minutes < 5 ? 4 : 5;
      return Array.from({ length: parts + 1 }, (_, part) => (60 * minutes * part) / parts);
    }

    /** Names at the ends of their lines, kept apart. */
    function labels(lines, y) {
      const placed = lines.filter((line) => isKnown(line.last))
        .map(({ name, kind, last }) => ({ name, kind, y: y(last) }))
        .sort((one, other) => one.y - other.y);
      placed.forEach((label, place) => {
        if (place > 0) label.y = Math.max(label.y, placed[place - 1].y + 13);
      });
      const over = (placed.at(-1)?.y ?? 0) - (size.height - size.bottom);
      if (over > 0) for (const label of placed) label.y -= over;
      return placed;
    }

    /** A series as one value a step, at the time of its last point; steps without a value are left out. */
    function inSteps(points, value, stepMilliseconds, isMean) {
      const told = [];
      for (const point of points) {
        const v = value(point);
        if (!isKnown(v)) continue;
        const step = Math.floor(point.atMilliseconds / stepMilliseconds);
        const last = told.at(-1);
        if (last?.step !== step) {
          told.push({ step, at: point.atMilliseconds, value: v, count: 1 });
          continue;
        }
        last.count += 1;
        last.at = point.atMilliseconds;
        last.value = isMean ? last.value + (v - last.value) / last.count : Math.max(last.value, v);
      }
      return told;
    }

    /** A line through values; a pause is a gap, not a line across it. */
    function pathOf(told, x, y, stepMilliseconds) {
      const longest = Math.max(5000, 2.5 * stepMilliseconds);
      let before = -Infinity;
      return told.map(({ at, value }) => {
        const isOpen = at - before <= longest;
        before = at;
        // What stands alone between two gaps is seen, too.
        return `${isOpen ? "L" : "M"}${x(at).toFixed(1)} ${y(value).toFixed(1)}${isOpen ? "" : "h0.1"}`;
      }).join("");
    }

    function scaleOf(values, isLog) {
      const most = Math.max(...values, 1);
      if (!isLog) {
        const step = niceStep(most / 3);
        const top = Math.max(step, Math.ceil(most / step) * step);
        const ticks = [];
        for (let tick = 0; tick <= top + step / 2; tick += step) ticks.push(tick);
        return { ticks, part: (value) => value / top };
      }
      const low = Math.floor(Math.log10(Math.max(1, Math.min(...values))));
      const high = Math.max(low + 1, Math.ceil(Math.log10(most)));
      const ticks = [];
      for (let power = low; power <= high; power += 1) ticks.push(10 ** power);
      return { ticks, part: (value) => (Math.log10(Math.max(value, 10 ** low)) - low) / (high - low) };
    }

    function niceStep(rough) {
      const power = 10 ** Math.floor(Math.log10(rough));
      return [1, 2, 5, 10].map((m) => m * power).find((step) => step >= rough);
    }
    """#
}
