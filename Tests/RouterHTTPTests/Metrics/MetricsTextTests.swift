import RouterHTTP
import Telemetry
import Testing

@testable import RouterHTTP

@Suite("The text of metrics")
struct MetricsTextTests {
  private func text(
    _ format: MetricsText.Format, _ write: (inout MetricsText) -> Void
  ) -> String {
    var text = MetricsText(format)
    write(&text)
    text.finish()
    return String(decoding: text.bytes, as: UTF8.self)
  }

  private func writeSome(_ text: inout MetricsText) {
    text.family("shardway_accepted", .counter, "Clients.")
    text.sample(.count(3 as UInt64))
    text.family("shardway_level", .gauge, "What is given up.")
    text.sample(.count(2), MetricLabels(("worker", "0"), ("why", "all")))
    text.sample(.number(0.5), "worker", "1")
  }

  @Test("has a family's help and type once, and a counter's name with its ending")
  func prometheus() {
    #expect(
      text(.prometheus, writeSome) == """
        # HELP shardway_accepted_total Clients.
        # TYPE shardway_accepted_total counter
        shardway_accepted_total 3
        # HELP shardway_level What is given up.
        # TYPE shardway_level gauge
        shardway_level{worker="0",why="all"} 2
        shardway_level{worker="1"} 0.5

        """)
  }

  @Test("as OpenMetrics, names the family without the ending, and says where it ends")
  func openMetrics() {
    #expect(
      text(.openMetrics, writeSome) == """
        # HELP shardway_accepted Clients.
        # TYPE shardway_accepted counter
        shardway_accepted_total 3
        # HELP shardway_level What is given up.
        # TYPE shardway_level gauge
        shardway_level{worker="0",why="all"} 2
        shardway_level{worker="1"} 0.5
        # EOF

        """)
  }

  /// A label's value, and how it is written.
  private static let labels: [(value: String, written: String)] = [
    ("", ""), ("plain", "plain"), ("a\"b", #"a\"b"#), (#"a\b"#, #"a\\b"#), ("a\nb", #"a\nb"#),
    (#"\""#, #"\\\""#), ("Zürich {x=\"1\"}", #"Zürich {x=\"1\"}"#), ("tab\there", "tab\there"),
  ]

  @Test("writes any text as a label's value", arguments: labels)
  func escaping(value: String, written: String) {
    let text = text(.prometheus) {
      $0.family("m", .gauge, "M.")
      $0.sample(.count(1 as UInt64), "l", value)
    }
    #expect(text.hasSuffix("m{l=\"\(written)\"} 1\n"))
  }

  @Test("escapes in a help what would end its line, and leaves quotes as they are")
  func help() {
    let text = text(.prometheus) { $0.family("m", .gauge, "one\ntwo \\ \"three\"") }
    #expect(text == "# HELP m one\\ntwo \\\\ \"three\"\n# TYPE m gauge\n")
  }

  /// A value, and how it is written.
  private static let values: [(value: MetricValue, written: String)] = [
    (.count(0 as UInt64), "0"), (.count(UInt64.max), "18446744073709551615"), (.count(-1), "0"),
    (.count(1_234_567_890 as UInt64), "1234567890"), (.flag(true), "1"), (.flag(false), "0"),
    (.nanoseconds(0), "0"), (.nanoseconds(1), "0.000000001"),
    (.nanoseconds(250_000), "0.00025"), (.nanoseconds(1_000_000_000), "1"),
    (.nanoseconds(61_500_000_000), "61.5"), (.nanoseconds(.max), "18446744073.709551615"),
    (.number(0.25), "0.25"), (.number(.infinity), "+Inf"), (.number(-.infinity), "-Inf"),
    (.number(.nan), "NaN"), (.number(1e300), "1e+300"),
  ]

  @Test("writes numbers exactly", arguments: values)
  func number(value: MetricValue, written: String) {
    var bytes: [UInt8] = []
    value.append(to: &bytes)
    #expect(String(decoding: bytes, as: UTF8.self) == written)
  }

  private static let accepted: [(header: String?, type: String)] = [
    (nil, "text/plain; version=0.0.4; charset=utf-8"),
    ("*/*", "text/plain; version=0.0.4; charset=utf-8"),
    (
      "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.2",
      "application/openmetrics-text; version=1.0.0; charset=utf-8"
    ),
  ]

  @Test("is in the form that is asked for", arguments: accepted)
  func accept(header: String?, type: String) {
    #expect(MetricsText.Format(accept: header).contentType == type)
  }

  @Test("tells a histogram by counts up to each bound, the sum and the number of all")
  func histogram() {
    let bounds = HistogramBounds(nanoseconds: [1_000_000, 2_500_000_000, 5_000_000_000])
    var counts = HistogramCounts(bounds: bounds)
    counts.buckets = [2, 0, 3, 1]
    counts.sumNanoseconds = 12_345_000_000
    let text = text(.prometheus) {
      $0.family("took", .histogram, "T.")
      $0.sample(
        counts, MetricLabels(("shard", "s1")), HistogramText("took", bounds, .prometheus))
    }
    #expect(
      text == """
        # HELP took T.
        # TYPE took histogram
        took_bucket{shard="s1",le="0.001"} 2
        took_bucket{shard="s1",le="2.5"} 2
        took_bucket{shard="s1",le="5"} 5
        took_bucket{shard="s1",le="+Inf"} 6
        took_sum{shard="s1"} 12.345
        took_count{shard="s1"} 6

        """)
  }
}
