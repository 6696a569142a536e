internal import Console
internal import RouterAPI

/// One view as a table: what its columns are called, and its rows in the router's own order.
struct TopTable {
  struct Column {
    var name: String
    var isNumber = false
  }

  /// A cell, and what it is sorted by.
  struct Cell {
    var text: String
    var style: Terminal.Style?
    var value: Double?

    init(_ text: String, _ style: Terminal.Style? = nil) {
      self.text = text
      self.style = style
    }

    /// A number; `value` sorts it, whatever its text is.
    init(_ text: String, _ value: Double?, _ style: Terminal.Style? = nil) {
      self.init(text, style)
      self.value = value
    }

    /// How many.
    init(_ count: Int, warnsAbove limit: Int = .max) {
      self.init(TopText.count(count), Double(count), count > limit ? .warning : nil)
    }
  }

  var columns: [Column]
  var rows: [[Cell]]
  /// What is said where there are no rows.
  var empty: String

  /// The table of a view.
  init(_ view: TopView, _ news: TopNews?) {
    switch view {
    case .shards: self.init(shards: news?.shards.shards ?? [])
    case .pools: self.init(pools: news?.pools.pools ?? [])
    case .tenants: self.init(tenants: news?.tenants.tenants ?? [])
    case .modes: self.init(modes: news?.modes.modes ?? [])
    case .workers: self.init(workers: news?.workers.workers ?? [])
    }
  }

  init(texts: [String], numbers: [String], more: [String] = [], rows: [[Cell]], empty: String) {
    columns =
      texts.map { Column(name: $0) } + numbers.map { Column(name: $0, isNumber: true) }
      + more.map { Column(name: $0) }
    self.rows = rows
    self.empty = empty
  }

  /// The rows in an order: numbers fall, texts rise, and what is not known comes last either way.
  func sorted(_ order: TopState.Order) -> [[Cell]] {
    guard let column = order.column else { return order.isReversed ? rows.reversed() : rows }
    let isNumber = columns[column].isNumber
    return rows.enumerated().sorted { one, other in
      let (left, right) = (one.element[column], other.element[column])
      if isNumber {
        guard let first = left.value, let second = right.value else {
          return left.value == nil && right.value == nil
            ? one.offset < other.offset : left.value != nil
        }
        if first != second { return (first > second) != order.isReversed }
      } else if left.text != right.text {
        return (left.text < right.text) != order.isReversed
      }
      return one.offset < other.offset
    }.map(\.element)
  }
}
