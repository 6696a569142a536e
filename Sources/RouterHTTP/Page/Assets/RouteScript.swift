extension PageAssets {
  /// The decisions about a tenant.
  static let routeScript = #"""
    import { h } from "./dom.js";
    import { millis, text } from "./format.js";
    import { mark } from "./tables.js";

    /** Where the chosen tenant's work goes, tier by tier, and why. */
    export function drawRoute({ tenant, route, problem }) {
      if (!tenant) return empty("Name a tenant, or choose one in the list, to see where its work goes.");
      if (problem) return empty([mark("warn", "no answer"), ` ${problem}.`]);
      if (!route) return empty("Asking …");
      return [
        h("dl", { class: "facts" },
          fact("Tenant", route.tenant), fact("Shard", route.shard), fact("Policy", route.policy),
          fact("Map", `version ${route.mapVersion}`)),
        h("div", { class: "tiers" }, route.decisions.map(drawDecision)),
      ];
    }

    function empty(words) {
      return h("p", { class: "empty" }, words);
    }

    function fact(name, value) {
      return h("div", null, h("dt", null, name), h("dd", null, text(value)));
    }

    function drawDecision(decision) {
      const { tierAsked, instance, isOfPolicy, isPanicking, marks, mode, candidates } = decision;
      const isServed = instance !== undefined;
      return h("article", { key: tierAsked, class: isServed ? "tier" : "tier refused" },
        h("h3", null, tierAsked, isOfPolicy && h("span", { class: "tag" }, "its policy’s tier")),
        h("p", { class: "outcome" },
          isServed ? mark("good", `goes to ${instance}`) : mark("bad", "is refused"),
          marks.map(warning), isPanicking && warning("panic: ejections are ignored")),
        h("p", null, h("code", null, decision.reason), ` ${decision.explanation}.`),
        decision.hint && h("p", { class: "about" }, decision.hint),
        mode && h("p", null, mark("warn", mode.mode), ` ${mode.explanation}`),
        candidates.length > 0 && h("ul", { class: "candidates" }, candidates.map(drawCandidate)));
    }

    function warning(words) {
      return h("span", { class: "tag warn" }, words);
    }

    function drawCandidate(candidate) {
      const { instance, role, zone, distance, isTaken } = candidate;
      return h("li", { key: instance, class: isTaken ? "taken" : "left" },
        h("span", null, mark(isTaken ? "good" : "calm", instance)),
        h("span", { class: "about" }, `${role}, ${zone} (${distance})${behind(candidate)}`),
        h("span", null, h("code", null, candidate.reason), ` ${candidate.explanation}`));
    }

    function behind({ role, lagMilliseconds }) {
      if (role === "primary") return "";
      if (lagMilliseconds === undefined) return ", lag unproven";
      return `, at most ${millis(lagMilliseconds)} behind`;
    }
    """#
}
