extension PageAssets {
  /// Pools, tenants and workers.
  static let listsScript = #"""
    import { h } from "./dom.js";
    import { bytes, count, micros, percent, text } from "./format.js";
    import { mark, table } from "./tables.js";

    /** A column of texts. */
    function plain(name, value) {
      return { name, value, show: (row) => text(value(row)) };
    }

    /** A column of numbers, which are shown by `show`. */
    function figure(name, value, show = count, title = undefined) {
      return { name, title, number: true, value, show: (row) => show(value(row)) };
    }

    const poolColumns = [
      plain("Database", (pool) => pool.database),
      plain("User", (pool) => pool.user),
      plain("Shard", (pool) => pool.shard),
      plain("Instance", (pool) => pool.instance),
      plain("Pooling", (pool) => pool.pooling),
      figure("Clients", (pool) => pool.clients),
      figure("Wait", (pool) => pool.waiting),
      figure("Longest wait", (pool) => pool.longestWaitMicroseconds || null, micros),
      figure("In use", (pool) => pool.inUse),
      figure("Idle", (pool) => pool.idle),
      figure("Opening", (pool) => pool.opening),
      { name: "State", value: stateOfPool, show: (pool) => markOf(stateOfPool(pool)) },
    ];

    function stateOfPool(pool) {
      return pool.isPaused ? "paused" : pool.waiting > 0 ? "short" : "open";
    }

    function markOf(state) {
      return mark(state === "open" ? "good" : "warn", state);
    }

    /** Server connections, by database, user and instance. */
    export function drawPools({ pools, total, isCut }, again) {
      const key = (pool) => JSON.stringify([pool.database, pool.user, pool.instance, pool.pooling]);
      const left = total - pools.length;
      return [
        table("pools", poolColumns, pools, key, again, "There are no server connections."),
        left > 0 && about(`${left} more are not shown.`),
        isCut && about("A worker has more sessions than it tells of: not all are counted."),
      ];
    }

    function tenantColumns(choose) {
      return [
        { name: "Tenant", value: (tenant) => tenant.id, show: (tenant) => link(tenant.id, choose) },
        plain("Shard", (tenant) => tenant.shard),
        plain("Policy", (tenant) => tenant.policy),
        figure("Tx/s", (tenant) => tenant.transactionsPerSecond),
        figure("Limit", (tenant) => tenant.transactionLimit, count, "Tx/s that its envelope allows"),
        figure("Use", useOf, meter, "Of the transactions that its envelope allows"),
        figure("Bytes/s", (tenant) => tenant.bytesPerSecond, bytes),
        figure("Busy servers", (tenant) => tenant.busyServers),
        figure("Of its shard", (tenant) => tenant.shardShare, percent),
        figure("p95", (tenant) => tenant.p95Microseconds, micros),
        figure("Sessions", (tenant) => tenant.sessions),
        figure("Wait", (tenant) => tenant.waiting),
        { name: "State", value: (tenant) => tenant.stage + tenant.state, show: stateOfTenant },
      ];
    }

    /** The tenants that do most, and what the limits do. */
    export function drawTenants({ tenants, distinct, others, limits }, again, choose) {
      const columns = tenantColumns(choose);
      const met = limits.filter((limit) => limit.hits > 0).map(limitText);
      return [
        table("tenants", columns, tenants, (tenant) => tenant.id, again, "No tenant has a session."),
        about([
          `About ${count(distinct)} ended a transaction in the last minute; `,
          `those not listed do ${count(others.transactionsPerSecond)} tx/s. `,
          met.length ? `Limits met since the start: ${met.join(", ")}.` : "No limit was met.",
        ]),
      ];
    }

    function limitText(limit) {
      const refused = limit.refusals ? ` (${count(limit.refusals)} refused)` : "";
      return `${limit.name} ${count(limit.hits)}${refused}`;
    }

    function link(tenant, choose) {
      const attributes = { type: "button", class: "link", title: "Explain its route" };
      return h("button", { ...attributes, onclick: () => choose(tenant) }, tenant);
    }

    function useOf(tenant) {
      return tenant.transactionLimit ? tenant.transactionsPerSecond / tenant.transactionLimit : null;
    }

    function meter(part) {
      if (part === null) return "–";
      const value = Math.min(part, 1).toFixed(2);
      return [h("meter", { min: 0, max: 1, high: 0.8, value, "aria-hidden": "true" }), " ", percent(part)];
    }

    function stateOfTenant(tenant) {
      if (tenant.state !== "active") return mark("bad", tenant.state);
      if (tenant.delayed) return mark("warn", `${tenant.delayed} wait: ${tenant.delayedBy}`);
      return markOf(tenant.stage === "watched" ? "open" : tenant.stage);
    }

    const workerColumns = [
      figure("Worker", (worker) => worker.number),
      plain("Serves", (worker) => worker.label ?? "everybody"),
      figure("Core", (worker) => worker.core),
      figure("Sessions", (worker) => worker.sessions),
      figure("Servers", (worker) => worker.servers),
      figure("Accepted", counter("connections_accepted")),
      figure("Refused", counter("connections_refused")),
      figure("From clients", counter("upstream_bytes"), bytes),
      figure("To clients", counter("downstream_bytes"), bytes),
      {
        name: "Overload",
        value: (worker) => worker.overload,
        show: ({ overload }) => mark(overload === "none" ? "good" : "warn", overload),
      },
    ];

    function counter(name) {
      return (worker) => worker.counters[name] ?? 0;
    }

    /** The threads. */
    export function drawWorkers({ workers }, again) {
      const key = (worker) => worker.number;
      return table("workers", workerColumns, workers, key, again, "No worker has answered.");
    }

    function about(words) {
      return h("p", { class: "about" }, words);
    }
    """#
}
