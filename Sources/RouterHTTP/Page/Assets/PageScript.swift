extension PageAssets {
  /// Asks once a second, and has everything drawn.
  static let pageScript = #"""
    // Asks the router once a second, and draws what it says.

    import { h, render } from "./dom.js";
    import { drawGlance, drawRouter, drawModes } from "./glance.js";
    import { drawFleet } from "./fleet.js";
    import { drawPlots } from "./plots.js";
    import { drawRoute } from "./route.js";
    import { drawPools, drawTenants, drawWorkers } from "./lists.js";

    const everyMilliseconds = 1000;
    const patienceMilliseconds = 4000;
    const pointsKept = 600;

    const state = { points: [], tenant: tenantOfAddress(), heardAt: null, isAway: false };
    const place = (id) => document.getElementById(id);

    function get(path) {
      return fetch(`/api/v1/${path}`, {
        signal: AbortSignal.timeout(patienceMilliseconds),
        cache: "no-store",
      });
    }

    async function ask(path) {
      const answer = await get(path);
      if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
      return answer.json();
    }

    /** Where a tenant's work goes, or why that can't be told: the rest of the page goes on without it. */
    async function askForRoute(tenant) {
      if (!tenant) return { route: null, problem: null };
      try {
        const answer = await get(`route?tenant=${encodeURIComponent(tenant)}`);
        const told = await answer.json();
        return answer.ok ? { route: told, problem: null } : { route: null, problem: told.detail };
      } catch {
        return { route: null, problem: "it was not answered; it is asked again every second" };
      }
    }

    async function look() {
      try {
        const last = state.points.at(-1)?.atMilliseconds ?? 0;
        const tenant = state.tenant;
        const [fleet, shards, pools, tenants, modes, workers, latency, route] = await Promise.all([
          ask("fleet"), ask("shards"), ask("pools"), ask("tenants"), ask("modes"), ask("workers"),
          ask(`latency?after=${last}`), askForRoute(tenant),
        ]);
        // Another process counts from its own start.
        if (state.fleet && state.fleet.router.processID !== fleet.router.processID) state.points = [];
        keep(latency.points);
        Object.assign(state, { fleet, shards, pools, tenants, modes, workers });
        // Another tenant may have been chosen meanwhile.
        if (tenant === state.tenant) Object.assign(state, route);
        Object.assign(state, { heardAt: Date.now(), isAway: false });
      } catch {
        state.isAway = true;
      }
      draw();
    }

    /** Two questions may be under way: a point that is there already isn't added again. */
    function keep(points) {
      const last = state.points.at(-1)?.atMilliseconds ?? 0;
      const newer = points.filter((point) => point.atMilliseconds > last);
      state.points = [...state.points, ...newer].slice(-pointsKept);
    }

    function draw() {
      const focused = document.activeElement;
      drawNews();
      if (!state.fleet) return;
      document.title = `${state.isAway ? "away – " : ""}${state.fleet.router.id} – Shardway`;
      render(place("router"), drawRouter(state));
      render(place("glance"), drawGlance(state));
      render(place("modes"), drawModes(state.modes.modes));
      render(place("fleet-picture"), drawFleet(state, place("fleet-picture").clientWidth));
      render(place("plots-grid"), drawPlots(state.points));
      render(place("route-answer"), drawRoute(state));
      render(place("pools-table"), drawPools(state.pools, draw));
      render(place("tenants-table"), drawTenants(state.tenants, draw, choose));
      render(place("workers-table"), drawWorkers(state.workers, draw));
      const names = state.tenants.tenants.map((tenant) => tenant.id);
      render(place("tenant-names"), names.map((name) => h("option", { key: name, value: name })));
      // Rows change their places, and a browser takes the focus from what is moved.
      if (document.activeElement !== focused && focused?.isConnected) {
        focused.focus({ preventScroll: true });
      }
    }

    function drawNews() {
      document.body.classList.toggle("is-away", state.isAway);
      const news = place("news");
      news.classList.toggle("away", state.isAway);
      // It is read aloud when it changes, so it says nothing that changes every second.
      render(news, state.isAway ? ["The router does not answer. Trying again every second."] : []);
    }

    // The chosen tenant is in the address, so that it can be sent to a colleague.

    function tenantOfAddress() {
      return new URLSearchParams(location.search).get("tenant") ?? "";
    }

    function choose(tenant) {
      state.tenant = tenant;
      Object.assign(state, { route: null, problem: null });
      place("tenant").value = tenant;
      history.replaceState(null, "", tenant ? `?tenant=${encodeURIComponent(tenant)}#route` : "?");
      place("route").scrollIntoView({ behavior: "smooth" });
      look();
    }

    place("tenant").value = state.tenant;
    place("route-form").addEventListener("submit", (event) => {
      event.preventDefault();
      choose(place("tenant").value.trim());
    });

    // Light, dark, or what the system says.

    const themes = ["system", "light", "dark"];

    function setTheme(theme) {
      document.documentElement.dataset.theme = theme;
      place("theme").textContent = `Theme: ${theme}`;
      try { localStorage.setItem("theme", theme); } catch { /* A page without storage forgets it. */ }
    }
    place("theme").addEventListener("click", () => {
      setTheme(themes[(themes.indexOf(document.documentElement.dataset.theme) + 1) % themes
      .length]);
    });
    let remembered = "system";
    try { remembered = localStorage.getItem("theme") ?? "system"; } catch { /* See above. */ }
    setTheme(themes.includes(remembered) ? remembered : "system");

    async function keepLooking() {
      // A page that nobody looks at asks nothing.
      if (!document.hidden) await look();
      setTimeout(keepLooking, everyMilliseconds);
    }
    document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
    keepLooking();
    """#
}
