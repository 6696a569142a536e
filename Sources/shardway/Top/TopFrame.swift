internal import Console
internal import RouterAPI

/// Makes lines of what `shardway top` knows: the same state and size, the same lines.
struct TopFrame {
  /// Lines above the rows, and below them.
  static let frameLines = 8
  /// Wider cells are cut, so that one long name doesn't push all else out of sight.
  static let widestCell = 40

  let state: TopState
  /// Seconds of the clock that ``TopState/heardAt`` goes by.
  let now: Double

  /// The lines for a screen of a size; nil lines for as many as there are.
  func lines(columns: Int, lines: Int?) -> [StyledLine] {
    let page = lines.map { Self.page(lines: $0) }
    var all = head() + [StyledLine()] + table(columns: columns, page: page)
    if let lines, all.count < lines - 1 {
      all += Array(repeating: StyledLine(), count: lines - 1 - all.count)
    }
    if lines != nil { all.append(keys()) }
    return all.map { $0.clipped(to: columns) }
  }

  /// Rows that a screen has room for.
  static func page(lines: Int) -> Int { max(1, lines - frameLines) }

  // MARK: The head

  private func head() -> [StyledLine] {
    guard let news = state.news else {
      return [
        StyledLine("Shardway", .heading), away() ?? StyledLine("asking \(state.router) …", .faint),
        StyledLine(), StyledLine(), tabs(),
      ]
    }
    return [router(news.fleet), away() ?? map(news.fleet), work(news.fleet), StyledLine(), tabs()]
  }

  private func router(_ fleet: FleetDocument) -> StyledLine {
    let router = fleet.router
    let place = [router.region, router.zone].compactMap(\.self).joined(separator: "/")
    var line = StyledLine("Shardway ", .heading)
    line.add(router.id, .heading)
    line.add(place.isEmpty ? "" : " · \(place)")
    line.add(router.pool.map { " · pool \($0)" } ?? "")
    line.add(" · ")
    line.add(router.lifecycle, router.lifecycle == "serving" ? .good : .warning)
    line.add(" · up \(TopText.seconds(router.uptimeSeconds))")
    line.add(" · \(router.workers) workers")
    return line
  }

  /// That the router doesn't answer; nil where it does.
  private func away() -> StyledLine? {
    guard let trouble = state.trouble else { return nil }
    let age = state.heardAt.map { "; this is \(TopText.seconds(max(0, now - $0))) old" } ?? ""
    return StyledLine("The router at \(state.router) does not answer (\(trouble))\(age)", .bad)
  }

  private func map(_ fleet: FleetDocument) -> StyledLine {
    var line = StyledLine("map \(fleet.map.version)")
    if let age = fleet.map.ageMilliseconds {
      line.add(", confirmed \(TopText.milliseconds(age)) ago:")
    }
    for (place, data) in fleet.map.classes.enumerated() {
      line.add(place == 0 ? " " : ", ")
      line.add("\(data.name) ")
      line.add(
        data.standing,
        data.standing == "fresh" ? .good : data.standing == "expired" ? .bad : .warning)
    }
    line.add(" · control plane ")
    let plane = fleet.controlPlane.state
    line.add(plane, plane == "reachable" ? .good : plane == "unreachable" ? .bad : .faint)
    if let lag = fleet.probes?.longestLagMilliseconds {
      line.add(" · longest lag \(TopText.milliseconds(lag))")
    }
    return line
  }

  private func work(_ fleet: FleetDocument) -> StyledLine {
    let totals = fleet.totals
    var line = StyledLine("\(TopText.count(totals.transactionsPerSecond)) tx/s", .heading)
    line.add("  p50 \(TopText.microseconds(totals.p50Microseconds))")
    line.add("  p99 \(TopText.microseconds(totals.p99Microseconds))")
    line.add("  clients \(TopText.count(totals.clients))")
    if totals.waiting > 0 { line.add(" (\(TopText.count(totals.waiting)) wait)", .warning) }
    line.add(
      "  servers \(TopText.count(totals.serversInUse)) in use, "
        + "\(TopText.count(totals.serversIdle)) idle")
    line.add(
      "  tenants \(TopText.count(totals.activeTenants)) of "
        + TopText.count(fleet.map.counts.tenants))
    return line
  }

  private func tabs() -> StyledLine {
    var line = StyledLine()
    for view in TopView.allCases {
      let count = view == .modes ? state.news?.modes.modes.count ?? 0 : 0
      let text = " \(view.number) \(view.rawValue)\(count > 0 ? " (\(count))" : "") "
      line.add(text, view == state.view ? .chosen : count > 0 ? .warning : nil)
      line.add(" ")
    }
    return line
  }

  // MARK: The table

  private func table(columns: Int, page: Int?) -> [StyledLine] {
    let table = TopTable(state.view, state.news)
    let rows = table.sorted(state.order)
    guard !rows.isEmpty else {
      return [StyledLine(state.news == nil ? "" : table.empty, .faint)]
    }
    let shown = page.map { Array(rows.dropFirst(state.offset).prefix($0)) } ?? rows
    let titles = table.columns.indices.map { title(of: $0, table) }
    // Widths of all rows, so that scrolling doesn't move the columns.
    let widths = titles.indices.map { column in
      min(
        Self.widestCell,
        rows.reduce(titles[column].count) { max($0, StyledLine($1[column].text).count) })
    }
    return [line(titles.map { TopTable.Cell($0, .faint) }, table, widths)]
      + shown.map { line($0, table, widths) }
  }

  private func title(of column: Int, _ table: TopTable) -> String {
    let name = table.columns[column].name.uppercased()
    guard state.order.column == column else { return name }
    return name + (table.columns[column].isNumber != state.order.isReversed ? "▾" : "▴")
  }

  private func line(
    _ cells: [TopTable.Cell], _ table: TopTable, _ widths: [Int]
  ) -> StyledLine {
    var line = StyledLine()
    for (column, cell) in cells.enumerated() {
      if column > 0 { line.add("  ") }
      line.add(
        StyledLine(cell.text, cell.style).clipped(to: widths[column])
          .padded(to: widths[column], right: table.columns[column].isNumber))
    }
    return line
  }

  private func keys() -> StyledLine {
    StyledLine("q quit   1-5, tab view   s sort   r reverse   ↑ ↓ scroll", .faint)
  }
}
