extension PageAssets {
  /// Figures as people read them.
  static let formatScript = #"""
    // Figures as people read them. What is not known is a dash.

    const none = "–";
    const known = (value) => value !== null && value !== undefined && !Number.isNaN(value);

    /** 1234567 as 1.23 M. */
    export function count(value) {
      if (!known(value)) return none;
      for (const [size, unit] of [
          [1e9, " G"],
          [1e6, " M"],
          [1e4, " k"]
        ]) {
        if (value >= size) return digits(value / (size === 1e4 ? 1e3 : size)) + unit;
      }
      return value >= 100 || Number.isInteger(value) ? String(Math.round(value)) : digits(value);
    }

    /** Bytes, in powers of 1000. */
    export function bytes(value) {
      return known(value) ? count(value) + (value >= 1e4 ? "B" : " B") : none;
    }

    /** Microseconds in their best unit. */
    export function micros(value) {
      if (!known(value)) return none;
      if (value < 1000) return `${Math.round(value)} µs`;
      if (value < 1e6) return `${digits(value / 1e3)} ms`;
      return seconds(value / 1e6);
    }

    /** Milliseconds in their best unit. */
    export function millis(value) {
      return known(value) ? (value < 1000 ? `${Math.round(value)} ms` : seconds(value / 1e3)) : none;
    }

    /** Seconds as 12 s, 3 min, 4 h 5 min, 6 d. */
    export function seconds(value) {
      if (!known(value)) return none;
      if (value < 10 && !Number.isInteger(value)) return `${digits(value)} s`;
      if (value < 120) return `${Math.round(value)} s`;
      const minutes = Math.floor(value / 60);
      if (minutes < 120) return `${minutes} min`;
      const hours = Math.floor(minutes / 60);
      return hours < 48 ? `${hours} h ${minutes % 60} min` :
        `${Math.floor(hours / 24)} d ${hours % 24} h`;
    }

    /** A part of one as percent. */
    export function percent(value) {
      return known(value) ? `${Math.round(value * 100)} %` : none;
    }

    /** A moment as the local time of day. */
    export function clock(milliseconds) {
      return known(milliseconds) ? new Date(milliseconds).toTimeString().slice(0, 8) : none;
    }

    /** A text, or a dash. */
    export function text(value) {
      return value === null || value === undefined || value === "" ? none : String(value);
    }

    function digits(value) {
      return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
    }
    """#
}
