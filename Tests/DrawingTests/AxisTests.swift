import Drawing
import Testing

@Suite struct AxisTests {
  @Test(arguments: [
    (0.0...10, 5, [0, 2, 4, 6, 8, 10]), (0...1, 4, [0, 0.5, 1]),
    (0...100, 5, [0, 20, 40, 60, 80, 100]), (3...17, 3, [5, 10, 15]),
    (0...1_234, 6, [0, 500, 1_000]), (-2...2, 4, [-2, -1, 0, 1, 2]),
  ])
  func `linear ticks are ones, twos or fives`(
    values: ClosedRange<Double>, count: Int, ticks: [Double]
  ) {
    #expect(Axis(.linear, values, from: 0, to: 1).ticks(about: count) == ticks)
  }

  @Test(arguments: [
    (1.0...1_000, 4, [1.0, 10, 100, 1_000]), (1...100, 7, [1, 2, 5, 10, 20, 50, 100]),
    (1...100, 4, [1, 3, 10, 30, 100]), (1...1e8, 4, [1, 1e2, 1e4, 1e6, 1e8]),
    (3...7, 4, [3, 4, 5, 6, 7]), (0.5...3, 5, [0.5, 1, 2]),
    (0.6...1.9, 7, [0.6, 0.8, 1, 1.2, 1.4, 1.6, 1.8]),
  ])
  func `logarithmic ticks are powers of ten and their parts`(
    values: ClosedRange<Double>, count: Int, ticks: [Double]
  ) {
    let found = Axis(.logarithmic, values, from: 0, to: 1).ticks(about: count)
    #expect(found.count == ticks.count, "\(found)")
    for (tick, expected) in zip(found, ticks) { #expect(abs(tick / expected - 1) < 1e-9) }
  }

  @Test(
    arguments: [Axis.Scale.linear, .logarithmic],
    [
      0.0...0, 5...5, -3...(-3), 0...100, 1e-9...1e-9, 0...Double.infinity, 1e300...1e301,
    ])
  func `every range has places within and a tick`(scale: Axis.Scale, values: ClosedRange<Double>) {
    let axis = Axis(scale, values, from: 10, to: 20)
    for value in [values.lowerBound, values.upperBound, 0, -1, 1e12, .nan, .infinity] {
      #expect((10...20).contains(axis.place(value)))
    }
    let ticks = axis.ticks(about: 5)
    #expect((1...16).contains(ticks.count), "\(ticks)")
    #expect(ticks == ticks.sorted())
  }

  @Test func `values lie where the scale says, also from bottom to top`() {
    let linear = Axis(.linear, 0...10, from: 100, to: 0)
    #expect(linear.place(0) == 100 && linear.place(5) == 50 && linear.place(10) == 0)
    let logarithmic = Axis(.logarithmic, 1...100, from: 0, to: 200)
    #expect(abs(logarithmic.place(10) - 100) < 1e-9)
  }
}

@Suite struct PathThinningTests {
  @Test func `few points stay as they are`() {
    let points = (0..<1_000).map { (x: Double($0), y: Double($0 % 7)) }
    #expect(PathThinning.thinned(points).map(\.x) == points.map(\.x))
  }

  @Test func `where few points are, they stay`() {
    let few: [SVGCanvas.Point] = (0..<20).map { (Double($0) * 10, 1) }
    let many: [SVGCanvas.Point] = (0..<5_000).map { (200 + Double($0) / 50, 1) }
    let thinned = PathThinning.thinned(few + many, to: 100)
    #expect(thinned.count <= 100)
    #expect(thinned.prefix(20).map(\.x) == few.map(\.x))
  }

  @Test(arguments: [1_001, 1_500, 2_000, 100_000])
  func `many become few, and keep their peaks and ends`(count: Int) {
    var points = (0..<count).map { (x: Double($0), y: Double($0 % 13)) }
    points[count / 2].y = 900
    points[count / 3].y = -900
    let thinned = PathThinning.thinned(points)
    #expect(thinned.count <= PathThinning.mostPoints && thinned.count > 500)
    #expect(thinned.map(\.x) == thinned.map(\.x).sorted())
    #expect(thinned.first?.x == 0 && thinned.last?.x == Double(count - 1))
    #expect(thinned.contains { $0.y == 900 } && thinned.contains { $0.y == -900 })
  }
}

@Suite struct SVGCanvasTests {
  @Test func `texts and titles are escaped`() {
    var canvas = SVGCanvas(width: 10, height: 10)
    canvas.text("a<b & 'c' \"d\"\u{1}", at: (1, 2), .style("t"))
    canvas.rectangle(x: 0, y: 0, width: 1, height: 1, .style("x"), title: "</svg>")
    let text = canvas.inline(title: "\"><script>")
    #expect(text.contains("a&lt;b &amp; &#39;c&#39; &quot;d&quot;\u{FFFD}</text>"))
    #expect(!text.contains("<script") && text.components("</svg>") == 2)
  }

  @Test func `numbers are short, and never what a browser can't read`() {
    var canvas = SVGCanvas(width: 10, height: 10)
    canvas.path([(1.0 / 3, 2), (.nan, .infinity)], .colour("#123456"), width: 1.5)
    #expect(
      canvas.file(title: "t").contains(
        "<polyline points=\"0.33,2 0,0\" fill=\"none\" stroke-linejoin=\"round\""
          + " stroke=\"#123456\" stroke-width=\"1.5\"/>"))
  }
}

extension String {
  /// Into how many parts a separator cuts it.
  fileprivate func components(_ separator: String) -> Int {
    var (count, rest) = (1, self[...])
    while let range = rest.firstRange(of: separator) {
      count += 1
      rest = rest[range.upperBound...]
    }
    return count
  }
}
