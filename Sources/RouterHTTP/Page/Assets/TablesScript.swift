extension PageAssets {
  /// Tables that can be sorted, and marks.
  static let tablesScript = #"""
    import { h } from "./dom.js";

    /** By table: the column that a person has chosen, and whether the largest come first. */
    const orders = new Map();

    /**
     * A table that is sorted by the column a person has chosen.
     *
     * `columns`: {name, title, value(row), show(row), number}; `key(row)` tells rows apart; `again()`
     * draws it once more; `empty` stands in for no rows.
     */
    export function table(id, columns, rows, key, again, empty) {
      if (rows.length === 0) return h("p", { class: "empty" }, empty);
      const order = orders.get(id);
      const sorted = order ? [...rows].sort(comparing(columns[order.column], order.falling)) : rows;
      const frame = { class: "scroll", tabindex: "0", role: "region", "aria-label": `Table of ${id}` };
      const heads = columns.map((column, place) => heading(id, column, place, again));
      const line = (row) => h("tr", { key: key(row) }, columns.map((column) => cell(column, row)));
      return h("div", frame,
        h("table", null, h("thead", null, h("tr", null, heads)), h("tbody", null, sorted.map(line))));
    }

    function cell(column, row) {
      return h("td", { class: column.number && "number" }, column.show(row));
    }

    function heading(id, column, place, again) {
      const order = orders.get(id);
      const isSorted = order?.column === place;
      const direction = !isSorted ? "none" : order.falling ? "descending" : "ascending";
      const sign = { none: "", descending: " ▾", ascending: " ▴" }[direction];
      const choose = () => {
        orders.set(id, { column: place, falling: isSorted ? !order.falling : Boolean(column.number) });
        again();
      };
      return h("th", { scope: "col", "aria-sort": direction, class: column.number && "number" },
        h("button", { type: "button", title: column.title, onclick: choose }, column.name + sign));
    }

    function comparing(column, falling) {
      const sign = falling ? -1 : 1;
      return (one, other) => {
        const [left, right] = [column.value(one) ?? null, column.value(other) ?? null];
        // What is not known comes last, whichever way.
        if (left === null || right === null) return Number(left === null) - Number(right === null);
        if (typeof left === "number") return sign * (left - right);
        return sign * String(left).localeCompare(String(right));
      };
    }

    const shapes = { good: "●", warn: "▲", bad: "■", calm: "○" };

    /** A mark with a shape, a colour and a word: the colour is never alone. */
    export function mark(kind, word, title) {
      const shape = h("span", { class: "shape", "aria-hidden": "true" }, shapes[kind]);
      return h("span", { class: `mark ${kind}`, title }, shape, word);
    }
    """#
}
