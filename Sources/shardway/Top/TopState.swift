internal import Console

/// What `shardway top` knows and what a person has chosen. No terminal, no network: keys and answers
/// go in, and ``TopFrame`` makes lines of it.
struct TopState: Sendable {
  /// How a view is sorted.
  struct Order: Sendable, Equatable {
    /// The column, from 0; nil for the router's own order.
    var column: Int?
    var isReversed = false
  }

  /// Where the router is, as it was given.
  let router: String
  private(set) var view: TopView
  private(set) var news: TopNews?
  /// Why the last question was not answered; nil where it was.
  private(set) var trouble: String?
  /// When ``news`` came, in seconds of the caller's clock.
  private(set) var heardAt: Double?
  private(set) var orders: [TopView: Order] = [:]
  /// Rows that are above the first one shown.
  private(set) var offset = 0

  /// Nothing is known yet.
  init(router: String, view: TopView) {
    self.router = router
    self.view = view
  }

  /// How the view is sorted.
  var order: Order { orders[view] ?? Order() }

  /// The router has answered.
  mutating func hear(_ news: TopNews, at seconds: Double) {
    self.news = news
    heardAt = seconds
    trouble = nil
  }

  /// The router has not answered.
  mutating func miss(_ reason: String) { trouble = reason }

  /// A key was pressed. `page` is how many rows are shown.
  ///
  /// - Returns: Whether to go on.
  mutating func press(_ key: Key, page: Int) -> Bool {
    switch key {
    case .character("q"), .escape: return false
    case .character("s"): sort()
    case .character("r"): orders[view, default: Order()].isReversed.toggle()
    case .character(let character):
      if let number = character.wholeNumberValue, TopView.allCases.indices.contains(number - 1) {
        show(TopView.allCases[number - 1])
      }
    case .tab: show(view.next())
    case .backTab: show(view.next(-1))
    case .up: scroll(to: offset - 1)
    case .down: scroll(to: offset + 1)
    case .pageUp: scroll(to: offset - page)
    case .pageDown: scroll(to: offset + page)
    case .home: scroll(to: 0)
    case .end: scroll(to: rowCount - page)
    case .enter: break
    }
    return true
  }

  private mutating func show(_ view: TopView) {
    self.view = view
    offset = 0
  }

  /// By the next column; behind the last one, in the router's own order again.
  private mutating func sort() {
    let columns = TopTable(view, news).columns.count
    let next = (order.column ?? -1) + 1
    orders[view] = Order(column: next < columns ? next : nil)
  }

  private var rowCount: Int { TopTable(view, news).rows.count }

  private mutating func scroll(to offset: Int) {
    self.offset = max(0, min(offset, rowCount - 1))
  }
}
