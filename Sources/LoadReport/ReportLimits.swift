/// How much a report shows.
enum ReportLimits {
  /// Most windows along the axis of time; neighbours of longer runs are drawn as one.
  static let timeGroups = 240
  /// Most causes of errors that have a colour of their own.
  static let causes = 5
  /// Most rows of fault names above the plots; further faults are named by their number only.
  static let faultRows = 3
  /// Most letters of a fault's name above the plots.
  static let faultLetters = 30
  /// Most tenants that are plotted one by one.
  static let namedTenants = 40
  /// Most tenants of a table; of more, the busiest and the slowest are shown, half as many each.
  static let listedTenants = 40
  /// Most dots of a plot.
  static let dots = 4_000
}
