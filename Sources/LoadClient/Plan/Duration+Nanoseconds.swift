extension Duration {
  /// Whole nanoseconds, within about 292 years.
  var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (product, isTooLong) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    return isTooLong ? .max : product + attoseconds / 1_000_000_000
  }
}
