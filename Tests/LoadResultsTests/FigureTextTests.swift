import Testing

@testable import LoadResults

@Suite struct FigureTextTests {
  @Test(arguments: [
    (0, "0 ns"), (7, "7.00 ns"), (999, "999 ns"), (999.6, "1.00 µs"), (12_345, "12.3 µs"),
    (999_499, "999 µs"), (999_500, "1.00 ms"), (3_214_000, "3.21 ms"), (99_960_000, "100 ms"),
    (1_204_000_000, "1.20 s"), (612e9, "612 s"), (4_000e9, "4,000 s"), (-3_214_000, "−3.21 ms"),
  ])
  func `a time has the unit that suits it`(nanoseconds: Double, text: String) {
    #expect(FigureText.time(nanoseconds: nanoseconds) == text)
  }

  @Test(arguments: [
    (0, "0"), (1, "1.00"), (9.996, "10.0"), (9.994, "9.99"), (99.96, "100"), (99.94, "99.9"),
    (0.000123456, "0.000123"), (1e-12, "0.000000000"), (1234.5, "1,235"), (-0.5, "−0.500"),
    (1_234_567, "1,234,567"), (.infinity, "∞"), (.nan, "–"),
  ])
  func `a number has three significant digits`(value: Double, text: String) {
    #expect(FigureText.significant(value) == text)
  }

  @Test(arguments: [
    (0.999_6, 3, "1.000"), (2.5, 0, "3"), (1_234.056, 2, "1,234.06"), (-0.001, 2, "0.00"),
  ])
  func `decimals are rounded, with the carry`(value: Double, decimals: Int, text: String) {
    #expect(FigureText.fixed(value, decimals: decimals) == text)
  }

  @Test(arguments: [(0, "0"), (999, "999"), (1_000, "1,000"), (-12_345_678, "−12,345,678")])
  func `a whole number has its thousands in groups`(value: Int, text: String) {
    #expect(FigureText.count(value) == text)
  }

  @Test func `rates, percentages and multiples have their signs`() {
    #expect(FigureText.rate(1_234) == "1,234/s")
    #expect(FigureText.percent(0.000_12) == "0.0120 %")
    #expect(FigureText.ratio(1.2) == "1.20 ×")
  }
}
